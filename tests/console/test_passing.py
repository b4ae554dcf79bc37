"""What the database refuses for the sake of others, and takes a moment later: said so, with nothing recorded."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, Final

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import together
from fangxian.journal.contention import InTheWay, Passing, passing
from fangxian.journal.isolation import is_its_own
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import BUSY, NOT_KNOWN_YET
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch

from .rounds import GRID, HOUR, client_id, signed_in

JSON: Final = {"Accept": "application/json"}


@pytest.fixture
def place(scratch: County, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[County, uuid.UUID]]:
    """Somebody in the grid, and requests that wait for a lock no longer than a fifth of a second."""
    with django_db_blocker.unblock(), running_on(SimulatedClock(MORNING + HOUR)):
        subject = scratch.arrive(MORNING, document_number=f"E{uuid.uuid4().int % 10**8:08d}")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            yield scratch, subject
        finally:
            connection.close()
            connections["owner"].close()


@contextmanager
def held(table: str) -> Iterator[None]:
    """Somebody else has a table for themselves."""
    other = connections["owner"]
    with transaction.atomic(using="owner"), other.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def worker(county: County, language: str) -> Client:
    client = signed_in(county, "grid_worker", GRID, language)
    client.raise_request_exception = False
    return client


def entries(subject: uuid.UUID) -> int:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry WHERE subject = %s", [subject])
        return int(cursor.fetchone()[0])


def by_api(client: Client, subject: uuid.UUID) -> Any:
    one = {"id": str(uuid.uuid4()), "programme": "entry", "form": "daily_check", "subject": str(subject),
           "happened_at": (MORNING + HOUR).isoformat(), "answers": {"temperature": 36.5, "symptoms": ["none"]}}
    return client.post("/api/v1/submissions", [one], content_type="application/json")


def by_device(client: Client, subject: uuid.UUID) -> Any:
    xml = ("<data xmlns='http://www.w3.org/2002/xforms' id='daily_check' version='2020.8'>"
           "<temperature>36.5</temperature><symptoms>none</symptoms></data>")
    sent = {"client_id": client_id(), "happened_at": (MORNING + HOUR).isoformat(), "version": "2020.8",
            "subject": str(subject), "xml": xml}
    return client.post("/fill/entry/daily_check/send/", sent, headers=JSON)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("send", [by_api, by_device])
@pytest.mark.parametrize("table", ["subjects_subject", "journal_entry", "accounts_opensession"])
def test_what_is_sent_and_waits_too_long_is_told_to_come_again(
    place: tuple[County, uuid.UUID], send: Callable[[Client, uuid.UUID], Any], table: str, language: str,
) -> None:
    county, subject = place
    client, before = worker(county, language), entries(subject)
    with held(table):
        answer = send(client, subject)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    told = answer.json()
    assert (told["code"], told["status"], told["type"]) == ("busy", 503, "urn:fangxian:problem:busy")
    assert told["detail"] == BUSY.sentence.said_in(language)
    assert entries(subject) == before
    assert send(client, subject).status_code == 200
    assert entries(subject) > before, "the next try goes through"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_that_waits_too_long_says_so_in_words(place: tuple[County, uuid.UUID], language: str) -> None:
    county, subject = place
    client = worker(county, language)
    for address, headers in ((f"/subjects/{subject}/", {}), ("/my-day/", {"HX-Request": "true"})):
        with held("tasks_task"):
            answer = client.get(address, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (503, "text/html; charset=utf-8"), address
        page = unescape(answer.content.decode())
        assert BUSY.sentence.said_in(language) in page
        assert "data-reload" in page
        assert ("<html" in page) is not bool(headers)
        assert client.get(address).status_code == 200


def raised(*statements: str) -> BaseException:
    def said() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)

    with pytest.raises(DatabaseError) as met:
        said()
    return met.value


SAID: Final = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{}'; END $$"


@pytest.mark.django_db
@pytest.mark.parametrize(("statements", "what"), [
    (("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)"), Passing.TAKEN_BACK),
    ((SAID.format("40P01"),), Passing.TAKEN_BACK), ((SAID.format("40001"),), Passing.TAKEN_BACK),
    ((SAID.format("55P03"),), Passing.TAKEN_BACK), ((SAID.format("53300"),), Passing.TAKEN_BACK),
    ((SAID.format("57P03"),), Passing.TAKEN_BACK), ((SAID.format("57P01"),), Passing.LOST),
    ((SAID.format("57P02"),), Passing.LOST), ((SAID.format("25P03"),), Passing.LOST),
    ((SAID.format("23505"),), None), (("SELECT 1 / 0",), None), (("SELECT nothing",), None),
    ((SAID.format("53100"),), None),
])
def test_what_passes(statements: tuple[str, ...], what: Passing | None) -> None:
    error = raised(*statements)
    assert passing(error) == what
    assert not (what and isinstance(error, Exception) and is_its_own(error)), "no programme is to blame"


def test_what_is_none_of_the_database_s_does_not_pass() -> None:
    assert passing(InTheWay()) is Passing.TAKEN_BACK
    assert passing(ValueError("x")) is None
    assert passing(None) is None
    assert not is_its_own(InterfaceError("connection already closed"))


@pytest.mark.django_db
def test_where_there_is_no_connection_nothing_was_recorded() -> None:
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "HOST": "/nowhere"}
    with pytest.raises(OperationalError) as met:
        other.ensure_connection()
    assert passing(met.value) is Passing.TAKEN_BACK


def end(own: Any) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])


@pytest.mark.parametrize("grouped", [False, True])
def test_a_server_that_stops_meanwhile(
    place: tuple[County, uuid.UUID], monkeypatch: pytest.MonkeyPatch, *, grouped: bool,
) -> None:
    """In the middle of a transaction nothing was recorded; where others record for one, or at its end, who knows."""
    county, subject = place
    client, before = worker(county, "en"), entries(subject)
    monkeypatch.setattr(together, "is_open", lambda: grouped)

    def ended(*given: Any, **named: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            end(cursor.fetchone()[0])
            cursor.execute("SELECT 1")

    monkeypatch.setattr("fangxian.journal.actions._record_once", ended)
    answer = by_device(client, subject)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer.json()["code"] == (NOT_KNOWN_YET if grouped else BUSY).code
    assert entries(subject) == before
