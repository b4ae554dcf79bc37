"""The key of a household means the same door however it is spelled, also of those recorded before that was so."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.subjects.steps import links
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County, build
from tests.invariants.filing import everything_follows_from_the_journal

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
HOUR: Final = dt.timedelta(hours=1)
FEVER: Final = {"temperature": 38.9, "symptoms": ["fever"]}
MIGRATION: Final = importlib.import_module("fangxian.subjects.migrations.0010_keys_spelled_alike")


def registered(county: County, number: int, **told: Any) -> uuid.UUID:
    subject = county.arrive(MORNING, document_number=f"E0000000{number}")
    answers = {**ARRIVAL, "document_number": f"E0000000{number}", **told}
    assert not county.send("arrival", subject, answers, MORNING + HOUR).refused
    return subject


def contacts(subject: uuid.UUID) -> int:
    return int(rows("SELECT count(*) FROM journal_entry WHERE form = 'contact' AND subject = %s", subject)[0][0])


@pytest.mark.parametrize("key", ["hh1-6", " HH1-6 ", "HH 1-6", "ＨＨ１-６", "HH1-6\u200b"])
def test_a_household_is_the_same_however_its_key_is_spelled(key: str) -> None:
    county = build()
    first, second = registered(county, 1, household="HH1-6"), registered(county, 2, household=key)
    other = registered(county, 3, household="HH16")
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    assert (contacts(second), contacts(other)) == (1, 0)
    everything_follows_from_the_journal()


def test_a_flight_is_the_same_however_its_number_is_spelled() -> None:
    county = build()
    for number, flight in ((1, "MU788"), (2, "mu 788")):
        registered(county, number, transport_number=flight)
    assert rows("SELECT count(DISTINCT other) FROM subjects_link WHERE kind = 'journey'") == [(1,)]


def test_nothing_is_a_household_that_nobody_can_see() -> None:
    registered(build(), 1, household="\u200b")
    assert rows("SELECT count(*) FROM subjects_link WHERE kind = 'household'") == [(0,)]


def migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MIGRATION, "_SCOPE", "SELECT %s, %s")  # the scope of who looks on is signed
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        MIGRATION.lead(None, SimpleNamespace(connection=connection))
        cursor.execute("SET ROLE fangxian_app")


@pytest.mark.parametrize("ended", [False, True])
def test_households_recorded_before_are_one_after_the_migration(monkeypatch: pytest.MonkeyPatch, ended: bool) -> None:
    county = build()
    with monkeypatch.context() as before:
        before.setattr(links, "spelled_alike", lambda key: str(key or ""))
        first, second = registered(county, 1, household="HH1-6"), registered(county, 2, household="hh1-6")
        if ended:
            [(entry,)] = rows("SELECT id FROM journal_entry WHERE form = 'arrival' AND subject = %s", second)
            told = {**ARRIVAL, "document_number": "E00000002", "household": "hh1-6"}
            county.send("arrival", second, told, MORNING + HOUR, replaces=entry)
    assert rows("SELECT count(DISTINCT other) FROM subjects_link WHERE kind = 'household'") == [(2,)]
    migrate(monkeypatch)
    assert rows("SELECT count(DISTINCT other) FROM subjects_link WHERE kind = 'household'") == [(1,)]
    everything_follows_from_the_journal()
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    assert contacts(second) == 1
    migrate(monkeypatch)
    everything_follows_from_the_journal()
