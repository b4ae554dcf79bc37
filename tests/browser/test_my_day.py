"""A worker's round on a phone: a tap, a household, an outcome, a form in place, undo, a lost signal, a closed page."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import GRID, PHONE, WIDE, SignedIn, Site
from tests.browser.watching import Watch

ALL_KEPT: Final = """async () => {
  const last = performance.now() + 20_000
  for (;;) {
    const forms = [...document.querySelectorAll('[data-kept-xml]')].map(one => one.dataset.keptXml)
    const scripts = [...document.querySelectorAll('script[src]')].map(one => one.src)
    const kept = await Promise.all([...forms, ...scripts].map(one => caches.match(one)))
    if (navigator.serviceWorker.controller && forms.length > 0 && kept.every(Boolean)) return
    if (performance.now() > last) throw new Error('not kept within 20 s')
    await new Promise(requestAnimationFrame)
  }
}"""
"""Until the device has what the forms of the page need. Playwright's own waiting wants eval, which the pages forbid."""

TYPE_OF_THE_PAGE: Final = """() => [document.documentElement, document.body].map(one => {
  const { fontFamily, fontSize, lineHeight } = getComputedStyle(one)
  return [fontFamily, fontSize, lineHeight]
})"""


@pytest.fixture
def day(signed_in: SignedIn) -> Page:
    """My day on a worker's phone."""
    page = signed_in("grid_worker", GRID, size=PHONE)
    page.goto("/my-day/")
    return page


def card_of(page: Page, task: str, *, last: bool = False) -> Locator:
    """An open card of a kind of task, named by its id so that it stays the same card."""
    found = page.locator(".fx-task[id]:not([data-outbox])", has=page.get_by_text(task, exact=True))
    one = found.last if last else found.first
    return page.locator(f"[id='{one.get_attribute('id')}']")


def choose(form: Locator, question: str, answer: str) -> None:
    """Tap an answer under a question of a form."""
    form.get_by_role("group", name=re.compile(question)).get_by_text(answer, exact=True).click()


def test_one_tap_answers_and_undo_takes_it_back(day: Page) -> None:
    card = card_of(day, "Ask what is needed")
    card.get_by_role("button", name="Has everything", exact=True).click()
    expect(card).to_have_attribute("data-outbox", "sent")
    day.get_by_role("button", name="Undo").first.click()
    expect(card).to_have_attribute("data-outbox", "open")


def test_two_quick_taps_are_for_one_person(day: Page) -> None:
    """The next card moves under the thumb as the first one shrinks: the second tap reaches nothing."""
    card = card_of(day, "Ask what is needed")
    day.evaluate("() => document.body.addEventListener('click', () => document.body.dataset.taps += 'x')")
    day.evaluate("() => document.body.dataset.taps = ''")
    card.get_by_role("button", name="Has everything", exact=True).dblclick()
    expect(card).to_have_attribute("data-outbox", "sent")
    expect(day.locator("body")).to_have_attribute("data-taps", "x")
    day.get_by_role("button", name="Undo").first.click()
    expect(card).to_have_attribute("data-outbox", "open")


def test_a_temperature_is_typed_and_the_rest_is_one_tap(day: Page) -> None:
    card = card_of(day, "Afternoon check")
    expect(card).not_to_contain_text("36.5")
    expect(card.get_by_role("button", name="All well")).to_be_hidden()  # not before there is a reading
    card.get_by_role("radio", name="36.", exact=True).check()
    expect(card.get_by_role("button", name="All well")).to_be_hidden()
    card.get_by_role("radio", name="point 4").check()
    card.get_by_role("button", name="All well").click()
    expect(card).to_have_attribute("data-outbox", "sent")
    expect(card).to_contain_text("36.4")
    day.get_by_role("button", name="Undo").first.click()
    expect(card).to_have_attribute("data-outbox", "open")


def test_a_temperature_is_typed_with_keys_alone(day: Page) -> None:
    card = card_of(day, "Afternoon check")
    card.get_by_role("radio", name="36.", exact=True).focus()
    day.keyboard.press("Space")
    day.keyboard.press("Tab")
    day.keyboard.press("Space")
    expect(card.get_by_role("radio", name="point 0")).to_be_checked()
    for _ in range(6):
        day.keyboard.press("ArrowRight")
    day.keyboard.press("Tab")
    expect(card.get_by_role("button", name="All well")).to_be_focused()
    expect(card.get_by_role("radio", name="point 6")).to_be_checked()


def test_a_fever_opens_the_form_with_the_reading_in_it(day: Page) -> None:
    card = card_of(day, "Afternoon check", last=True)
    card.get_by_role("radio", name="37.", exact=True).check()
    card.get_by_role("radio", name="point 3").check()
    expect(card).to_contain_text("37.3 or more: fill in the form.")
    expect(card.get_by_role("button", name="All well")).to_be_hidden()
    card.get_by_role("link", name="Fill in the form").click()
    expect(card.get_by_role("spinbutton", name=re.compile("Temperature"))).to_have_value("37.3")
    expect(card).to_contain_text("sending this alerts the duty posts")


def test_a_temperature_typed_without_a_signal_goes_out_later(day: Page) -> None:
    card = card_of(day, "Afternoon check", last=True)
    day.context.set_offline(True)
    card.get_by_role("radio", name="36.", exact=True).check()
    card.get_by_role("radio", name="point 7").check()
    card.get_by_role("button", name="All well").click()
    expect(card).to_have_attribute("data-outbox", "waiting")
    day.context.set_offline(False)
    expect(card).to_have_attribute("data-outbox", "sent")
    day.get_by_role("button", name="Undo").first.click()
    expect(card).to_have_attribute("data-outbox", "open")


def test_a_household_is_answered_at_once(day: Page) -> None:
    household = day.locator("form.fx-household", has_text="Has everything").first
    cards = [day.locator(f"#task-{one.get_attribute('value')}") for one in household.locator("input[name=task]").all()]
    assert len(cards) == 2
    household.get_by_role("button").click()
    for card in cards:
        expect(card).to_have_attribute("data-outbox", "sent")
    expect(household).to_be_hidden()  # pressed again it would record everybody twice
    day.reload()
    for card in cards:
        expect(card).to_have_count(0)


def test_nobody_at_home_is_one_tap_and_stays_visible(day: Page) -> None:
    card = card_of(day, "Verify at the door", last=True)
    card.get_by_role("button", name="Not at home").click()
    expect(card).to_contain_text("Not at home")
    day.reload()
    expect(card).to_be_visible()


def test_a_form_opens_in_place_with_its_relevance_and_constraints(day: Page) -> None:
    card = card_of(day, "Afternoon check", last=True)
    before = day.evaluate(TYPE_OF_THE_PAGE)
    card.get_by_role("link", name="Other").click()
    temperature = card.get_by_role("spinbutton", name=re.compile("Temperature"))
    expect(temperature).to_be_visible()
    assert day.evaluate(TYPE_OF_THE_PAGE) == before
    expect(card).not_to_contain_text("sending this alerts the duty posts")
    temperature.fill("365")
    card.get_by_role("button", name="Send").click()
    expect(card).to_contain_text("A body temperature is between 34 and 43")
    expect(temperature).to_be_in_viewport()  # not the top of the day
    temperature.fill("37.4")
    expect(card).to_contain_text("sending this alerts the duty posts")  # relevant from 37.3 only
    temperature.fill("36.7")
    expect(card).not_to_contain_text("sending this alerts the duty posts")
    choose(card, "Symptoms", "No symptoms")
    card.get_by_role("button", name="Send").click()
    expect(card).to_have_attribute("data-state", "done")


def test_a_question_appears_when_it_applies_and_a_refusal_names_it(day: Page) -> None:
    card = card_of(day, "Ask what is needed", last=True)
    card.get_by_role("link", name="Other").click()
    choose(card, "Food", "Enough")
    choose(card, "Medicine taken regularly", "Enough")
    expect(card.get_by_text("What to bring")).to_have_count(0)
    choose(card, "Medicine taken regularly", "None left")
    card.get_by_role("textbox", name=re.compile("What to bring")).fill("降压药")
    choose(card, "Wishes to talk to somebody", "No")
    card.get_by_role("button", name="Send").click()
    expect(card).to_have_attribute("data-state", "done")


def test_what_is_answered_without_a_signal_goes_out_later(day: Page) -> None:
    card = card_of(day, "Register", last=True)
    day.context.set_offline(True)
    card.get_by_role("button", name="Phone off").click()
    expect(card).to_have_attribute("data-outbox", "waiting")
    expect(day.locator("[data-outbox-summary]").first).to_contain_text("1 waiting")
    day.context.set_offline(False)
    expect(card).to_contain_text("Phone off")
    expect(day.locator("[data-outbox-summary]").first).to_contain_text("1 sent today")


def test_what_was_typed_is_there_again_after_the_page_was_closed(site: Site, day: Page) -> None:
    address = f"/fill/entry/verification/?subject={site.people[3]}"
    day.goto(address)
    choose(day.locator("[data-form]"), "Person seen", "Yes")
    day.get_by_role("textbox", name=re.compile("^Note")).fill("门口有狗")
    expect(day.locator(".fx-form-note")).to_contain_text("Draft kept on this device")
    day.close()
    again = day.context.new_page()
    again.goto(address)
    expect(again.locator(".fx-form-note")).to_contain_text(re.compile("Draft of .* restored"))
    expect(again.get_by_role("textbox", name=re.compile("^Note"))).to_have_value("门口有狗")
    expect(again.get_by_text("Document seen, and it is this person's")).to_be_visible()


def test_forms_of_open_tasks_open_without_a_signal(signed_in: SignedIn, watch: Watch) -> None:
    # htmx says so in the console before the kept form opens, and the browser of the page that needs the network.
    watch.expected += ["htmx:sendError", "htmx:afterRequest", "503"]
    page = signed_in("grid_worker", GRID, size=PHONE, worker=True)
    page.goto("/my-day/")
    page.evaluate(ALL_KEPT)
    page.reload()
    page.context.set_offline(True)
    page.goto("/area/?day=2020-03-20")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.get_by_role("link", name="My day").click()
    card = card_of(page, "Afternoon check")
    card.get_by_role("link", name="Other").click()
    card.get_by_role("spinbutton", name=re.compile("Temperature")).fill("36.6")
    choose(card, "Symptoms", "No symptoms")
    card.get_by_role("button", name="Send").click()
    expect(card).to_have_attribute("data-outbox", "waiting")
    page.context.set_offline(False)
    expect(card).to_have_attribute("data-state", "done")


def test_a_day_on_a_desk_is_a_table_to_sort_search_and_walk_with_keys(signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID, size=WIDE)
    page.goto("/my-day/")
    cards = page.locator(".fx-day .fx-task[id]")
    left = cards.locator("h3").evaluate_all("all => [...new Set(all.map(one => one.getBoundingClientRect().left))]")
    assert len(left) == 1  # one column of names
    with page.expect_navigation():  # until all of it is there: a list read half-way is sorted too
        page.get_by_role("button", name="Name", exact=True).click()
    names = cards.locator("h3 > a").all_inner_texts()
    assert len(names) > 3
    assert names == sorted(names)
    field = page.get_by_role("searchbox", name="Show only tasks with")
    field.fill(f"{names[0]} check")
    expect(page.get_by_text(f"of {len(names)} shown")).to_be_visible()
    visible = cards.filter(visible=True)
    assert 0 < visible.count() < len(names)
    assert set(visible.locator("h3 > a").all_inner_texts()) == {names[0]}
    expect(page.locator("li.fx-household").filter(visible=True)).to_have_count(0)
    field.fill("")
    field.blur()
    page.keyboard.press("j")
    expect(cards.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(cards.first.get_by_role("link", name="Close")).to_be_visible()
    page.get_by_role("button", name="By building").click()  # as the next test finds it


def test_what_is_printed_of_a_day_is_the_day_and_no_button(day: Page) -> None:
    expect(day.locator(".fx-answers").first).to_be_visible()
    day.emulate_media(media="print")
    for only_on_screen in (".fx-answers", ".fx-day-bar", ".fx-call", ".fx-explain"):
        for one in day.locator(only_on_screen).all():
            expect(one).to_be_hidden()
    expect(day.locator(".fx-task-what").first).to_be_visible()
