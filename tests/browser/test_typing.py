"""What is typed into a form is what is sent: decimal commas, keys of other languages, questions that hide."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from fangxian.programmes.forms.xform import to_xform
from tests.browser.conftest import GRID, SignedIn, Site
from tests.programmes.forms_for_tests import Row, form_of

Filled = Callable[..., Page]
NUMBERS: tuple[Row, ...] = ({"type": "decimal", "name": "d"}, {"type": "integer", "name": "n"})


@pytest.fixture
def filling(site: Site, signed_in: SignedIn) -> Filled:
    """A page that fills these questions in the place of a form of the site."""

    def opened(*questions: Row, **seen: str) -> Page:
        page = signed_in("grid_worker", GRID, **seen)
        form = to_xform(form_of(*questions), language="en")
        page.route("**/form.xml*", lambda route: route.fulfill(body=form, content_type="text/xml"))
        page.goto(f"/fill/entry/daily_check/?subject={site.people[0]}")
        expect(page.get_by_role("button", name=re.compile("Send|提交"))).to_be_visible()
        return page

    return opened


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=re.compile(f"^({name}|题{name.lower()})"))


def sent_from(page: Page) -> dict[str, str]:
    """What the page sends, by question; the server is not asked."""
    found: list[str] = []

    def keep(route: Route) -> None:
        found.extend(parse_qs(route.request.post_data or "")["xml"])
        route.fulfill(status=200, json={"message": "ok"})

    page.route("**/send/*", keep)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/subjects/**")
    root = ElementTree.fromstring(found[0])
    return {node.tag.rpartition("}")[2]: node.text or "" for node in root if not node.tag.endswith("meta")}


@pytest.mark.parametrize(
    ("keys", "shown"), [("36,5", "36.5"), ("36.5", "36.5"), ("36，5", "36.5"), ("-0,5", "-0.5")]
)
def test_a_decimal_comma_is_the_point(filling: Filled, keys: str, shown: str) -> None:
    page = filling(*NUMBERS)
    field(page, "D").click()
    page.keyboard.type(keys)
    expect(field(page, "D")).to_have_value(shown)


def test_what_is_typed_with_a_comma_is_sent_with_a_point(filling: Filled) -> None:
    page = filling(*NUMBERS)
    field(page, "D").press_sequentially("36,5")
    assert sent_from(page) == {"d": "36.5", "n": ""}


@pytest.mark.parametrize(
    ("locale", "keys"), [("de-DE", "36.5"), ("de-DE", "36,5"), ("fr-FR", "36.5"), ("ar-EG", "36,5")]
)
def test_the_browser_s_own_language_changes_nothing(filling: Filled, locale: str, keys: str) -> None:
    page = filling(*NUMBERS, locale=locale)
    field(page, "D").press_sequentially(keys)
    assert sent_from(page)["d"] == "36.5"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_could_be_a_thousand_is_asked_about(filling: Filled, language: str) -> None:
    page = filling(*NUMBERS, language=language)
    field(page, "D").press_sequentially("1,234")
    field(page, "N").click()
    expect(field(page, "D")).to_have_value("")
    expect(page.get_by_role("alert")).to_contain_text("1234")
    field(page, "D").press_sequentially("1.234")
    expect(page.get_by_role("alert")).to_have_count(0)
    field(page, "N").click()
    expect(field(page, "D")).to_have_value("1.234")


@pytest.mark.parametrize("keys", ["1,5", "1.5"])
def test_a_whole_number_takes_no_fraction_in_silence(filling: Filled, keys: str) -> None:
    page = filling(*NUMBERS)
    field(page, "N").press_sequentially(keys[:2])
    expect(page.get_by_role("alert")).to_contain_text("a whole number")
    expect(field(page, "N")).to_have_value("")


@pytest.mark.parametrize(
    ("pasted", "shown"), [("36,5", "36.5"), ("３６．５", "36.5"), ("1,234.5", "1234.5"), ("warm", "")]
)
def test_what_is_put_there_without_keys_reads_alike(filling: Filled, pasted: str, shown: str) -> None:
    page = filling(*NUMBERS)
    field(page, "D").click()
    page.keyboard.insert_text(pasted)
    expect(field(page, "D")).to_have_value(shown)


def test_what_a_form_hides_it_does_not_send(filling: Filled) -> None:
    page = filling(
        {"type": "text", "name": "p"},
        {"type": "text", "name": "q", "relevant": "${p} != ''"},
        {"type": "text", "name": "r", "relevant": "${p} = ''"},
    )
    page.get_by_role("textbox", name="R").fill("told before")
    page.get_by_role("textbox", name="P").fill("x")
    page.get_by_role("textbox", name="Q").fill("told after")
    expect(page.get_by_role("textbox", name="R")).to_have_count(0)
    assert sent_from(page) == {"p": "x", "q": "told after"}
