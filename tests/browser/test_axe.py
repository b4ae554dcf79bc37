"""Every page as every kind of post that sees it, read by axe as a screen reader's user would meet it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from fangxian.accounts.types import PostKind
from tests.browser.conftest import COMMUNITY, COUNTY, GRID, PHONE, TOWNSHIP, WIDE, SignedIn, Site
from tests.browser.lists import brought_in, person
from tests.browser.watching import Watch

AXE: Final = Path(__file__).resolve().parents[2] / "field" / "node_modules" / "axe-core" / "axe.min.js"
PLACES: Final = {PostKind.GRID_WORKER: GRID, PostKind.COMMUNITY_LEAD: COMMUNITY, PostKind.TOWNSHIP_DUTY: TOWNSHIP}
Look = tuple[ViewportSize, Literal["light", "dark"]]
EVERY_LOOK: Final[tuple[Look, ...]] = ((WIDE, "light"), (PHONE, "light"), (PHONE, "dark"), (WIDE, "dark"))
COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark."""
RUN: Final = """async rules => (await axe.run({resultTypes: ['violations'], ...(rules && {runOnly: rules})})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ` +
        [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')))"""
BENEATH: Final = """([upper, lower]) => {
  const box = (one) => document.querySelector(one).getBoundingClientRect()
  return box(upper).bottom <= box(lower).top
}"""
LINKS: Final = "all => [...new Set(all.map(one => one.getAttribute('href')))]"


def serious(page: Page, looks: Iterable[Look]) -> list[str]:
    """What axe finds serious on the page as it stands, at each width and in each scheme."""
    faults: list[str] = []
    for size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        rules = COLOURS if scheme == "dark" else None
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text("utf-8"))
        faults += [f"{page.url} {size['width']} {scheme} {fault}" for fault in page.evaluate(RUN, rules)]
    return faults


def check(page: Page, addresses: Iterable[str], looks: Iterable[Look]) -> None:
    """Open each page, and let what was found on all of them fail the test at once."""
    faults = []
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        faults += serious(page, looks)
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module", autouse=True)
def _axe() -> None:
    if not AXE.exists():
        pytest.skip("the packages of field/ are not installed")


@pytest.mark.parametrize("kind", list(PostKind))
def test_axe_finds_nothing_serious_on_the_pages_of_a_post(kind: PostKind, signed_in: SignedIn) -> None:
    page = signed_in(kind, PLACES.get(kind, COUNTY))
    page.goto("/")
    addresses = page.locator(".fx-nav a").evaluate_all(LINKS)
    assert addresses
    check(page, addresses, EVERY_LOOK)


def test_axe_finds_nothing_serious_on_records_and_lists(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    brought_in(page, [person(1, "卫星", "E74000001", "碧阳镇郭门一网格"), person(2, "", "", "碧阳镇")], "Axe")
    columns = page.url
    check(page, [columns], EVERY_LOOK)
    page.get_by_label("Meaning of 旅客").select_option(label="Name")
    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_role("button", name="Record 1 line")).to_be_visible()
    found = page.url
    one, worker = site.people[0], site.county.posts["grid_worker", GRID]
    check(page, [
        found, f"{found}?tab=refused", f"/subjects/{one}/", f"/subjects/{one}/why/?programme=entry",
        f"/subjects/{one}/pass-on/?q=宏村", "/search/?q=张三", "/team/", f"/team/post/{worker}/", "/alerts/?show=all",
        f"/area/{COUNTY}/report/", f"/area/{COUNTY}/stage-0/", "/tables/entry/measure/",
    ], EVERY_LOOK)  # fmt: skip


def test_axe_finds_nothing_serious_in_forms(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID, size=PHONE)
    for form in ("verification", "daily_check", "arrival"):
        page.goto(f"/fill/entry/{form}/?subject={site.people[1]}")
        page.get_by_role("button", name="Send").click()  # with nothing answered: what is missing is said
        expect(page.locator(".form-error-message")).to_be_visible()
        assert page.evaluate(BENEATH, ["h1", ".form-error-message"])
        faults = serious(page, EVERY_LOOK)
        assert not faults, "\n".join(faults)
    check(page, ["/register/"], EVERY_LOOK)


def test_axe_finds_nothing_serious_in_set_up_and_signing_in(site: Site, signed_in: SignedIn, watch: Watch) -> None:
    watch.expected.append("/nowhere/")
    page = signed_in("administrator", COUNTY)
    worker = site.county.posts["grid_worker", GRID]
    check(page, [
        "/set-up/posts/", f"/set-up/posts/{worker}/", "/set-up/posts/give/", "/set-up/areas/",
        f"/set-up/areas/{COMMUNITY}/", "/set-up/areas/load/", "/set-up/users/",
        f"/set-up/users/{site.county.users['grid_worker', GRID]}/",
        "/set-up/programmes/", "/set-up/programmes/entry/", "/set-up/permissions/", "/nowhere/",
    ], EVERY_LOOK)  # fmt: skip
    check(page, ["/accounts/second-factor/", "/accounts/password/change/", "/accounts/confirm/"], EVERY_LOOK)
    page.context.clear_cookies()
    check(page, ["/accounts/login/"], EVERY_LOOK)
