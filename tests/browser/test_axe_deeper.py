"""Records, lists, forms and set-up: what is opened from the pages of a post, and what shows while it is filled in."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from tests.browser.conftest import COMMUNITY, COUNTY, GRID, PHONE, SignedIn, Site
from tests.browser.lists import brought_in, person
from tests.browser.reading import check, needs_axe, serious
from tests.browser.watching import Watch

pytestmark = needs_axe
BENEATH: Final = """([upper, lower]) => {
  const box = (one) => document.querySelector(one).getBoundingClientRect()
  return box(upper).bottom <= box(lower).top
}"""


def test_axe_finds_nothing_serious_on_records_and_lists(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    brought_in(page, [person(1, "卫星", "E74000001", "碧阳镇郭门一网格"), person(2, "", "", "碧阳镇")], "Axe")
    columns = page.url
    check(page, [columns])
    page.get_by_label("Meaning of 旅客").select_option(label="Name")
    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_role("button", name="Record 1 line")).to_be_visible()
    found = page.url
    one, worker = site.people[0], site.county.posts["grid_worker", GRID]
    check(page, [
        found, f"{found}?tab=refused", f"/subjects/{one}/", f"/subjects/{one}/why/?programme=entry",
        f"/subjects/{one}/pass-on/?q=宏村", "/search/?q=张三", "/team/", f"/team/post/{worker}/", "/alerts/?show=all",
        f"/area/{COUNTY}/report/", f"/area/{COUNTY}/stage-0/", "/tables/entry/measure/",
    ])  # fmt: skip


def test_axe_finds_nothing_serious_in_forms(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID, size=PHONE)
    for form in ("verification", "daily_check", "arrival"):
        page.goto(f"/fill/entry/{form}/?subject={site.people[1]}")
        page.get_by_role("button", name="Send").click()  # with nothing answered: what is missing is said
        expect(page.locator(".form-error-message")).to_be_visible()
        assert page.evaluate(BENEATH, ["h1", ".form-error-message"])
        faults = serious(page)
        assert not faults, "\n".join(faults)
    check(page, ["/register/"])


def test_axe_finds_nothing_serious_in_set_up_and_signing_in(site: Site, signed_in: SignedIn, watch: Watch) -> None:
    watch.expected.append("/nowhere/")
    page = signed_in("administrator", COUNTY)
    worker = site.county.posts["grid_worker", GRID]
    check(page, [
        "/set-up/posts/", f"/set-up/posts/{worker}/", "/set-up/posts/give/", "/set-up/areas/",
        f"/set-up/areas/{COMMUNITY}/", "/set-up/areas/load/", "/set-up/users/",
        f"/set-up/users/{site.county.users['grid_worker', GRID]}/",
        "/set-up/programmes/", "/set-up/programmes/entry/", "/set-up/permissions/", "/nowhere/",
    ])  # fmt: skip
    check(page, ["/accounts/second-factor/", "/accounts/password/change/", "/accounts/confirm/"])
    page.context.clear_cookies()
    check(page, ["/accounts/login/"])
