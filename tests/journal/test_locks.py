"""Who is about to be written is locked first, in one order for everybody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import append
from fangxian.subjects.actions import withdraw
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
FEVER = {"temperature": 38.5, "symptoms": "fever"}


@pytest.fixture
def county() -> County:
    return world.build()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What was asked of the database, in order, each statement in one line; what goes past Django's cursor too."""
    said: list[str] = []
    fetch = append.fetch

    def fetching(query: Any, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        said.append(" ".join(str(query).split()))
        return fetch(query, params)

    def executing(execute: Callable[..., Any], query: str, *rest: Any) -> Any:
        said.append(" ".join(str(query).split()))
        return execute(query, *rest)

    with connection.execute_wrapper(executing), pytest.MonkeyPatch.context() as patched:
        patched.setattr(append, "fetch", fetching)
        yield said


def locked_first(said: list[str], table: str, *writes: str) -> bool:
    """Whether the rows of a table are locked before any of the statements that begin so."""
    locks = [place for place, one in enumerate(said)
             if re.search(rf"FROM {table}\b", one) and re.search(r"FOR UPDATE( OF \w+)?$", one)]
    written = [place for place, one in enumerate(said) if one.startswith(writes)]
    assert written, "the statements that write are called otherwise now"
    return bool(locks) and min(locks) < min(written)


def test_the_lock_of_a_subject_is_there_and_is_nobody_elses(county: County) -> None:
    subject, bystander = county.arrive(MORNING), county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    held = dict(rows("SELECT id, xmax::text <> '0' FROM subjects_subject WHERE kind = 'person'"))
    assert held == {subject: True, bystander: False}


def test_recording_locks_subjects_in_the_order_of_their_ids_and_the_head_of_the_chain_last(county: County) -> None:
    subject = county.arrive(MORNING)
    with statements() as said:
        county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    assert locked_first(said, "subjects_subject", "INSERT INTO journal_entry")
    places = [place for place, one in enumerate(said) if one.endswith("FOR UPDATE") or "journal_link(" in one]
    assert "ORDER BY id FOR UPDATE" in said[places[0]]
    assert "journal_link(" in said[places[-1]]


def test_taking_back_locks_its_subject(county: County) -> None:
    subject = county.arrive(MORNING)
    sent = county.send("arrival", subject, ARRIVAL, MORNING + HOUR).recorded[0].id
    with statements() as said, working_in(SYSTEM):
        withdraw([sent], "mistake", by=county.importer, at=MORNING + 2 * HOUR)
    assert locked_first(said, "subjects_subject", "UPDATE", "INSERT INTO journal_batch")


def test_an_alert_is_locked_before_it_goes_up(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, **FEVER}, MORNING + HOUR)
    with statements() as said:
        clock.run_due(MORNING + HOUR + dt.timedelta(minutes=10))
    assert locked_first(said, "tasks_alert", "UPDATE tasks_alert SET step")
