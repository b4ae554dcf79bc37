"""Without a mouse: the skip link, a visible focus, menus and dialogs that keep the focus and give it back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import COUNTY, GRID, SignedIn

OUTLINED = """() => {
  const one = document.activeElement
  const style = getComputedStyle(one)
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
  return ring || style.boxShadow !== 'none' ? '' : one.outerHTML.slice(0, 120)
}"""


def in_dialog(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.closest('dialog[open]') !== null"))


def test_the_skip_link_comes_first_and_leads_to_the_content(signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    page.goto("/area/")
    page.keyboard.press("Tab")
    expect(page.locator(".fx-skip")).to_be_focused()
    expect(page.locator(".fx-skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main') !== null")


def test_every_stop_of_the_tab_key_shows_where_it_is(signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID)
    page.goto("/my-day/")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED) == ""


def test_menus_and_dialogs_open_close_and_give_the_focus_back(signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    page.goto("/area/")
    menu = page.locator(".fx-side-foot details.fx-menu", has=page.locator("[data-set-theme]"))
    summary = menu.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert in_dialog(page) or page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_question_traps_the_focus_and_escape_means_no(signed_in: SignedIn) -> None:
    page = signed_in("grid_worker", GRID)
    page.goto("/my-day/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Has everything", exact=True).last.click()
    menu = page.locator(".fx-side-foot details.fx-menu", has=page.locator("[data-set-theme]"))
    menu.locator("summary").click()
    out = menu.get_by_role("button", name="Sign out")
    out.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.fx-dialog[open]")
    expect(dialog).to_contain_text("have not been sent yet")
    page.keyboard.press("Tab")
    assert in_dialog(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(out).to_be_focused()
    page.context.set_offline(False)
    expect(page.locator("[data-outbox-summary]").first).to_contain_text("1 sent today")


def test_places_are_reached_by_letters_and_search_by_a_slash(signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    page.goto("/area/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("宏村")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search/"))
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/day-sheet/"))
