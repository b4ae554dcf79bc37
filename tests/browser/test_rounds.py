"""A worker's round in a real browser: three taps, undo, a form in place, a lost signal."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SignedIn, Site

GRID = "34102310000101"


@pytest.fixture
def day(site: Site, signed_in: SignedIn) -> Any:
    """My day on a worker's phone."""
    page = signed_in("grid_worker", GRID, size=PHONE)
    page.goto(f"{site.url}/my-day/")
    return page


def test_one_tap_answers_and_undo_takes_it_back(day: Any) -> None:
    card = day.locator(".fx-task", has=day.get_by_role("button", name="Has everything", exact=True)).first
    chosen = card.get_attribute("id")
    card.get_by_role("button", name="Has everything", exact=True).click()
    shown = day.locator(f"#{chosen}")
    expect(shown).to_have_attribute("data-outbox", "sent")
    day.get_by_role("button", name="Undo").first.click()
    expect(shown).to_have_attribute("data-outbox", "open")


def test_what_is_answered_without_a_signal_goes_out_later(day: Any) -> None:
    card = day.locator(".fx-task", has=day.get_by_role("button", name="Not at home")).last
    chosen = card.get_attribute("id")
    day.context.set_offline(True)
    card.get_by_role("button", name="Not at home").click()
    expect(day.locator(f"#{chosen}")).to_have_attribute("data-outbox", "waiting")
    day.context.set_offline(False)
    expect(day.locator(f"#{chosen}")).to_contain_text("Not at home", timeout=30_000)


def test_a_form_opens_in_place_and_closes_its_task(day: Any) -> None:
    card = day.locator(".fx-task", has_text="Verify at the door").first
    chosen = card.get_attribute("id")
    card.get_by_role("link", name="Fill in the form").click()
    form = day.locator(f"#{chosen}")
    form.get_by_text("No", exact=True).first.click(timeout=30_000)
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_attribute("data-state", "done", timeout=30_000)
