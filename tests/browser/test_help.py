"""Help in place and the first day, by mouse, by keyboard and without a signal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import COMMUNITY, GRID, PHONE, WIDE, SignedIn


def test_a_question_mark_opens_two_sentences_without_a_signal(signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID, size=PHONE)
    page.goto("/my-day/")
    page.context.set_offline(True)
    mark = page.get_by_role("button", name="What does this mean: My day")
    said = page.get_by_role("note").filter(has_text="Every task that waits for you")
    expect(mark).to_have_attribute("aria-expanded", "false")
    expect(said).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    expect(mark).to_have_attribute("aria-expanded", "true")
    expect(said).to_be_visible()
    box = said.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()
    expect(mark).to_be_focused()
    mark.click()
    page.get_by_role("heading", level=1).click()  # beside it
    expect(said).to_be_hidden()
    page.context.set_offline(False)


@pytest.mark.parametrize(("kind", "language", "following", "skip", "again", "about"), [
    ("auditor", "en", "Next step", "Skip the tour", "Show the tour", "About Fangxian"),
    ("administrator", "zh-hans", "下一步", "跳过介绍", "开始介绍", "关于防线")])
def test_a_first_day_is_skipped_and_taken_up_again(
    signed_in: SignedIn, kind: str, language: str, following: str, skip: str, again: str, about: str
) -> None:
    page = signed_in(kind, "341023", size=WIDE, language=language)
    page.goto("/about/")
    page.get_by_role("button", name=again).click()
    tour = page.locator("section.fx-tour")
    expect(tour).to_contain_text(re.compile(r"1\D+\d"))
    tour.get_by_role("button", name=following).click()
    expect(tour).to_contain_text(re.compile(r"2\D+\d"))
    tour.get_by_role("button", name=following).click()
    expect(tour.get_by_role("link")).to_be_visible()
    page.goto("/")
    expect(tour).to_contain_text(re.compile(r"3\D+\d"))
    tour.locator("[name=to][value='1']").click()  # back
    tour.get_by_role("button", name=skip).click()
    expect(tour).to_have_count(0)
    page.goto("/about/")
    expect(page.get_by_role("heading", name=about)).to_be_visible()
    page.get_by_role("button", name=again).click()
    expect(tour).to_contain_text(re.compile(r"2\D+\d"))
    tour.get_by_role("button", name=skip).click()


def test_the_tour_marks_the_way_and_covers_nothing(signed_in: SignedIn) -> None:
    page = signed_in("community_lead", COMMUNITY, size=WIDE)
    page.goto("/about/")
    page.get_by_role("button", name="Show the tour").click()
    tour = page.locator("details.fx-tour")  # alerts wait: one line, until it is asked for
    expect(tour.get_by_role("button", name="Skip the tour")).to_be_hidden()
    tour.locator("summary").click()
    tour.get_by_role("button", name="Next step").click()
    tour.locator("summary").click()
    tour.get_by_role("button", name="Next step").click()
    expect(page.locator(".fx-nav .fx-pointed")).to_have_attribute("href", "/alerts/")
    assert tour.evaluate("one => getComputedStyle(one).position") == "static"
