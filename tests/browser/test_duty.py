"""The county's duty officer at 3 a.m.: a new alert without reloading, one button, and why somebody is isolated."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from fangxian.kernel import clock
from tests.browser.conftest import COUNTY, HOUR, OTHER_GRID, PHONE, TOWNSHIP, SignedIn, Site

SOON: int = 10_000
"""Milliseconds within which an alert has to be on the screen."""


def test_a_new_alert_arrives_by_itself_and_is_acknowledged(site: Site, signed_in: SignedIn) -> None:
    somebody = site.register(60, clock.now() - 4 * HOUR, grid=OTHER_GRID)
    page = signed_in("county_duty", COUNTY)
    page.goto("/alerts/")
    page.evaluate("window.sameLoad = true")
    line = page.locator(".fx-alert", has_text="Suspected case").filter(has_text="郭门二网格")
    expect(line).to_have_count(0)
    site.county.send("daily_check", somebody, {"temperature": 38.7, "symptoms": "cough"}, clock.now())
    expect(line).to_be_visible(timeout=SOON)
    expect(page.locator(".fx-toasts")).to_contain_text("alert")
    assert page.title().startswith("(")
    expect(line).to_contain_text("nobody has acknowledged it")
    line.get_by_role("button", name="Acknowledge").click()
    expect(line).to_contain_text(re.compile("acknowledged by county_duty"))
    assert page.evaluate("window.sameLoad") is True, "the page was loaded anew"


def test_an_alert_is_heard_of_on_any_page(site: Site, signed_in: SignedIn) -> None:
    somebody = site.register(61, clock.now() - 4 * HOUR, grid=OTHER_GRID)
    page = signed_in("township_duty", TOWNSHIP, language="zh-hans")
    page.goto("/day-sheet/")
    badge = page.locator(".fx-side [data-alert-badge]")
    before = badge.text_content()
    site.county.send("daily_check", somebody, {"temperature": 39.1, "symptoms": "cough"}, clock.now())
    expect(page.locator(".fx-toast")).to_contain_text("警报", timeout=SOON)
    expect(badge).not_to_have_text(before or "")
    page.locator(".fx-toast").get_by_role("button", name="打开").click()
    expect(page).to_have_url(re.compile("/alerts/"))


def test_why_opens_the_row_and_the_identity_is_shown_for_a_purpose_only(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    page.goto(f"/subjects/{site.people[0]}/")
    sentence = page.locator(".fx-measure-sentence").first
    expect(sentence).to_contain_text(re.compile("Central isolation .* 1 April, because: From a high-risk"))
    expect(page.locator("#main")).not_to_contain_text("张三")
    page.locator("summary", has_text="Why?").first.click()
    why = page.locator("[id^=why-]").first
    expect(why).to_contain_text(re.compile(r"Row \d+"))
    expect(why).to_contain_text("Facts the decision saw")
    expect(why.get_by_role("row")).not_to_have_count(0)
    page.locator("summary", has_text="Show the full identity").click()
    page.get_by_label("What for?").select_option(label="Tracing contacts")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("张三")
    looks = page.locator("details.fx-part", has_text="Who looked at this record")
    expect(looks).to_contain_text(re.compile("county_duty.*Tracing contacts", re.DOTALL))


def test_a_person_on_a_phone_begins_with_what_is_to_be_done(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY, size=PHONE)
    page.goto(f"/subjects/{site.people[0]}/")
    expect(page.get_by_role("heading", name="Open tasks")).to_be_in_viewport()
    parts = page.locator("details.fx-part")
    expect(parts.locator(".fx-card-body").first).to_be_hidden()
    assert parts.evaluate_all("parts => parts.every(part => !part.open)")
    expect(page.locator(".fx-timeline")).to_be_hidden()
    page.locator("summary", has_text="What happened").click()
    expect(page.locator(".fx-timeline li").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    assert parts.evaluate_all("parts => parts.every(part => part.open)")
