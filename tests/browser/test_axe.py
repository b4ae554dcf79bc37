"""Every page as every kind of post that sees it, read by axe as a screen reader's user would meet it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from fangxian.accounts.types import PostKind
from tests.browser import lists
from tests.browser.conftest import COMMUNITY, COUNTY, GRID, PHONE, TOWNSHIP, WIDE, SignedIn, Site
from tests.browser.lists import person
from tests.browser.watching import Watch

AXE: Final = Path(__file__).resolve().parents[2] / "field" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE: Final = ("serious", "critical")
PLACES: Final = {PostKind.GRID_WORKER: GRID, PostKind.COMMUNITY_LEAD: COMMUNITY, PostKind.TOWNSHIP_DUTY: TOWNSHIP}
LOOKS: Final[tuple[tuple[ViewportSize, str], ...]] = ((WIDE, "light"), (PHONE, "light"), (PHONE, "dark"), (WIDE, "dark"))
RUN: Final = """async () => (await axe.run(document, {resultTypes: ['violations'], elementRef: false})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ` +
        [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')))"""
LINKS: Final = "all => [...new Set(all.map(one => one.getAttribute('href')))]"


def found(page: Page, looks: Iterable[tuple[ViewportSize, str]] = LOOKS) -> list[str]:
    """What axe finds serious on the page as it stands, at each width and in each scheme."""
    faults: list[str] = []
    for size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text("utf-8"))
        faults += [f"{page.url} {size['width']} {scheme} {fault}" for fault in page.evaluate(RUN)]
    return faults


@pytest.fixture(scope="module", autouse=True)
def _axe() -> None:
    if not AXE.exists():
        pytest.skip("the packages of field/ are not installed")


@pytest.mark.parametrize("kind", list(PostKind))
def test_axe_finds_nothing_serious_on_the_pages_of_a_post(kind: PostKind, site: Site, signed_in: SignedIn) -> None:
    page = signed_in(kind, PLACES.get(kind, COUNTY))
    page.goto("/")
    addresses = page.locator(".fx-nav a").evaluate_all(LINKS)
    assert addresses
    faults = []
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        faults += found(page)
    assert faults == []
