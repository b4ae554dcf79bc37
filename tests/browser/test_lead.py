"""Leads: who is late, a person passed on and taken over, a figure and its list, the day sheet signed and printed."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import expect

from fangxian.kernel import clock
from tests.browser.conftest import (
    AFTERNOON,
    COMMUNITY,
    HOUR,
    OTHER_GRID,
    OTHER_TOWNSHIP,
    PHONE,
    TOWNSHIP,
    SignedIn,
    Site,
)

PAGE_OF_PDF: Final = re.compile(rb"/Type\s*/Page\b")


def test_a_lead_finds_who_is_late(signed_in: SignedIn) -> None:
    page = signed_in("community_lead", COMMUNITY, size=PHONE)
    page.goto("/area/")
    page.get_by_role("link", name=re.compile(r"^Late")).first.click()
    listed = page.locator(".fx-table tbody tr")
    expect(listed.first).to_be_visible()
    listed.first.get_by_role("link").first.click()
    expect(page.locator(".fx-measure")).to_be_visible()


def test_a_figure_opens_to_a_list_as_long_as_itself(site: Site, signed_in: SignedIn) -> None:
    site.register(71, clock.now() - 3 * HOUR)
    page = signed_in("township_duty", TOWNSHIP)
    page.goto("/area/")
    stages = page.locator(".fx-loop-stage a")
    figures = [(int(one.locator("strong").inner_text()), one.get_attribute("href")) for one in stages.all()]
    assert [figure for figure, _ in figures if figure], "nothing to open"
    for figure, address in figures:
        page.goto(str(address))
        expect(page.locator(".fx-table tbody tr")).to_have_count(figure)


def test_a_person_is_passed_on_and_the_other_township_takes_over(site: Site, signed_in: SignedIn) -> None:
    mover = site.register(70, clock.now() - 3 * HOUR, grid=OTHER_GRID)
    page = signed_in("community_lead", COMMUNITY)
    page.goto(f"/subjects/{mover}/")
    page.get_by_role("link", name="Pass on").click()
    page.get_by_label("Which area?").fill("宏村一")
    page.get_by_role("button", name="Find the area").click()
    page.get_by_role("radio", name=re.compile("宏村一网格")).check()
    page.get_by_label("Note for those who take over").fill("搬到亲戚家")
    page.get_by_role("button", name="Ask this area to take over").click()
    expect(page.locator("#main")).to_contain_text("Until it accepts, you still answer for this person.")
    other = signed_in("township_duty", OTHER_TOWNSHIP)
    other.goto("/alerts/")
    asked = other.locator(".fx-alert", has_text="搬到亲戚家")
    asked.get_by_role("button", name="Accept").click()
    expect(asked).to_have_count(0)
    other.goto(f"/subjects/{mover}/")
    expect(other.locator(".fx-head")).to_contain_text("宏村一网格")
    page.goto("/my-day/?of=area")
    expect(page.locator(f'a[href="/subjects/{mover}/"]')).to_have_count(0)


def test_the_day_sheet_is_signed_and_prints_on_one_page(signed_in: SignedIn) -> None:
    page = signed_in("township_duty", TOWNSHIP)
    page.goto("/day-sheet/")
    expect(page.get_by_role("heading", name="Outstanding by name")).to_be_visible()
    expect(page.locator(".fx-table tbody tr").first).to_be_visible()
    page.get_by_label("Note").fill("两户联系不上，明早再访")
    expect(page.locator(".fx-notice")).to_contain_text("The day is open until 20:00")
    page.get_by_role("button", name="Sign off").click()  # the browser asks for the tick first
    expect(page.locator(".fx-sign")).not_to_contain_text("两户联系不上")
    page.get_by_label("I sign before the cut-off").check()
    page.get_by_role("button", name="Sign off").click()  # and then for the number
    expect(page.locator(".fx-sign")).not_to_contain_text("两户联系不上")
    undone = re.search(r"Undone when you sign: (\d+)", page.locator(".fx-left-open").inner_text())
    assert undone
    page.get_by_label("Type how many tasks stay undone").fill(undone[1])
    page.get_by_role("button", name="Sign off").click()
    expect(page.locator(".fx-sign")).to_contain_text("两户联系不上")
    page.emulate_media(media="print")
    expect(page.locator(".fx-side")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".fx-sign")).to_be_visible()
    assert len(PAGE_OF_PDF.findall(page.pdf(format="A4"))) == 1
    for kind in ("xlsx", "docx"):
        with page.expect_download() as waited:
            page.emulate_media(media="screen")
            page.get_by_role("link", name=kind).click()
        assert waited.value.path().stat().st_size > 1_000


def test_another_day_is_chosen_without_a_button(signed_in: SignedIn) -> None:
    page = signed_in("community_lead", COMMUNITY)
    yesterday = (AFTERNOON - 24 * HOUR).date().isoformat()
    page.goto("/day-sheet/")
    page.get_by_label("Day", exact=True).fill(yesterday)
    expect(page).to_have_url(re.compile(f"day={yesterday}"))
    expect(page.get_by_label("Day", exact=True)).to_have_value(yesterday)
