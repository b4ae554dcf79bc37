"""A reading counts for a task's window only if it was taken in it, through whichever door it comes and however it ends.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

from .doors import NOON, Api, Console, Sent

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WELL: Final = {"temperature": "36.5", "symptoms": "none"}
STATE: Final = "SELECT state FROM tasks_task WHERE subject = %s AND kind = 'temperature_pm'"


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])
    assert not county.send("arrival", subject, ARRIVAL, MORNING).refused
    return subject


def check(subject: uuid.UUID, at: dt.datetime, **answers: Any) -> Sent:
    [(task,)] = rows("SELECT id FROM tasks_task WHERE subject = %s AND kind = 'temperature_pm'", subject)
    return Sent("daily_check", {**WELL, **answers}, subject, happened_at=at.isoformat(), task=task)


@pytest.mark.parametrize("door", [Api, Console])
def test_what_was_read_before_the_window_of_the_task_it_names_leaves_it_open(
    county: County, subject: uuid.UUID, door: type[Api] | type[Console],
) -> None:
    assert door(county).file(check(subject, NOON - 3 * HOUR)) == "recorded"
    assert rows(STATE, subject) == [("open",)]


@pytest.mark.parametrize("door", [Api, Console])
def test_a_task_that_is_not_asked_for_any_more_is_not_done_by_what_was_read_before(
    county: County, subject: uuid.UUID, door: type[Api] | type[Console],
) -> None:
    """In hospital nobody is asked for the afternoon's check; the morning's fever is not its reading."""
    assert door(county).file(check(subject, NOON - 3 * HOUR, temperature="38.5")) == "recorded"
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("hospital",)]
    assert rows(STATE, subject) == [("void",)]
    assert rows("SELECT id FROM tasks_task WHERE kind = 'temperature_pm' AND entry IS NOT NULL") == []
