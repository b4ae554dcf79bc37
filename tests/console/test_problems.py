"""Pages that stand where another was wanted: what it is, and the way on."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from fangxian.accounts.backends import KnownUsers
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import BROKEN
from tests import county as world
from tests.county import MORNING

from .rounds import HOUR, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.mark.parametrize(("language", "heading"), [("en", "Nothing to see here"), ("zh-hans", "这里没有内容")])
def test_a_missing_page_says_so_in_words_and_leads_on(language: str, heading: str) -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023", language)
        answer = client.get("/nowhere/")
        page = answer.content.decode()
        assert answer.status_code == 404
        for part in (f"<h1>{heading}</h1>", 'href="/search/"', 'href="/"'):
            assert part in page
        assert "not_found" not in page


@pytest.mark.parametrize("address", ["/area/%00/", "/day-sheet/%00/", "/alerts/?show=all&area=%00"])
def test_an_address_that_can_name_nothing_is_not_found(address: str) -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        assert signed_in(world.build(), "county_duty", "341023").get(address).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_far_off_shows_today(day: str) -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023")
        for address in ("/area/", "/day-sheet/", "/area/341023/report/"):
            assert client.get(address, {"day": day}).status_code == 200, address
        part = client.get("/area/341023/timeliness/", {"day": day}, headers={"HX-Request": "true"})
        assert part.status_code == 200


def test_too_much_text_gets_a_page_that_says_how_much_fits() -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023")
        answer = client.post("/imports/new/", {"pasted": "a" * 3 * 1024 * 1024})
        assert answer.status_code == 413
        assert "2 MB" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_where_the_database_fails_the_sentence_comes_without_a_page(
    language: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError

    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023", language)
        client.raise_request_exception = False
        monkeypatch.setattr(KnownUsers, "get_user", broken)
        answer = client.get("/my-day/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert BROKEN.sentence.said_in(language) == answer.content.decode()


def test_who_opens_a_page_signed_out_is_led_to_the_door_and_a_script_is_told() -> None:
    client = Client()
    opened = client.get("/my-day/", headers={"sec-fetch-mode": "navigate"})
    assert opened["Location"] == "/accounts/login/?next=%2Fmy-day%2F"
    assert client.get("/my-day/", headers={"sec-fetch-mode": "cors"}).status_code == 401


@pytest.mark.parametrize(("address", "page"), [("/imports/new/", "/imports/"), ("/my-day/answer/", "/my-day/")])
def test_an_address_that_only_takes_what_is_sent_leads_to_its_page(address: str, page: str) -> None:
    with running_on(SimulatedClock(MORNING + HOUR)):
        client = signed_in(world.build(), "county_duty", "341023")
        assert client.get(address, headers={"Sec-Fetch-Mode": "navigate"})["Location"] == page
        assert client.get(address).status_code == 405
