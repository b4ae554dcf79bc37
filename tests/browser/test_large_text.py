"""Letters of twice the size on a phone: no page scrolls sideways."""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.conftest import COMMUNITY, COUNTY, GRID, PHONE, TOWNSHIP, SignedIn, Site

TOO_WIDE: Final = """async () => {
  document.documentElement.style.fontSize = '200%'
  await new Promise(requestAnimationFrame)
  return document.documentElement.scrollWidth - document.documentElement.clientWidth
}"""
ROUNDED: Final = 1  # part of a pixel counts as one
PAGES: Final = {
    ("grid_worker", GRID): ("/my-day/", "/register/", "/subjects/{subject}/", "/area/"),
    ("community_lead", COMMUNITY): ("/alerts/", "/team/", "/team/post/{post}/", "/tables/"),
    ("township_duty", TOWNSHIP): ("/placing/", "/day-sheet/", "/my-day/?of=area"),
    ("county_duty", COUNTY): ("/area/", "/area/{code}/report/", "/alerts/?show=below", "/imports/", "/search/?q=张"),
    ("administrator", COUNTY): ("/set-up/", "/set-up/posts/", "/set-up/posts/{post}/", "/set-up/users/{user}/",
                                "/set-up/programmes/entry/", "/set-up/areas/", "/access/"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who[0])
def test_a_page_is_no_wider_than_the_phone(
        site: Site, signed_in: SignedIn, who: tuple[str, str], language: str) -> None:
    county = site.county
    page = signed_in(*who, language=language, size=PHONE)
    known = {"subject": site.people[0], "post": county.posts["grid_worker", GRID],
             "user": county.users["grid_worker", GRID], "code": COUNTY}
    wide = {}
    for address in PAGES[who]:
        page.goto(address.format(**known))
        wide[address] = page.evaluate(TOO_WIDE)
    assert {address: by for address, by in wide.items() if by > ROUNDED} == {}


def test_the_door_is_no_wider_than_the_phone(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID, size=PHONE)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    assert page.evaluate(TOO_WIDE) <= ROUNDED
