"""What axe finds serious on a page, at both widths and in both schemes, as a screen reader's user would meet it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import PHONE, WIDE

AXE: Final = Path(__file__).resolve().parents[2] / "field" / "node_modules" / "axe-core" / "axe.min.js"
EVERY_LOOK: Final[tuple[tuple[ViewportSize, Literal["light", "dark"]], ...]] = (
    (WIDE, "light"), (PHONE, "light"), (PHONE, "dark"), (WIDE, "dark"))
COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark."""
RUN: Final = """async rules => (await axe.run({resultTypes: ['violations'], ...(rules && {runOnly: rules})})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ` +
        [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')))"""
BUILT_LATER: Final = "[data-chart], [data-form]"
"""What is fetched once the page stands; nothing else is."""
needs_axe: Final = pytest.mark.skipif(not AXE.exists(), reason="the packages of field/ are not installed")


def serious(page: Page) -> list[str]:
    """What axe finds serious on the page as it stands, at each width and in each scheme."""
    faults: list[str] = []
    for size, scheme in EVERY_LOOK:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        rules = COLOURS if scheme == "dark" else None
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text("utf-8"))
        faults += [f"{page.url} {size['width']} {scheme} {fault}" for fault in page.evaluate(RUN, rules)]
    return faults


def check(page: Page, addresses: Iterable[str]) -> None:
    """Open each page, and let what was found on all of them fail the test at once."""
    faults = []
    for address in addresses:
        page.goto(address)
        if page.locator(BUILT_LATER).count():
            page.wait_for_load_state("networkidle")
        faults += serious(page)
    assert not faults, "\n".join(faults)
