"""Who is about to be written is locked first, in one order for everybody."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.subjects.actions import withdraw
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows
from tests.locking import locked_first, statements

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
FEVER = {"temperature": 38.5, "symptoms": "fever"}


@pytest.fixture
def county() -> County:
    return world.build()


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
    assert locked_first(said, "subjects_subject", "INSERT INTO journal_entry")


def test_an_alert_is_locked_before_it_goes_up(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, **FEVER}, MORNING + HOUR)
    with statements() as said:
        clock.run_due(MORNING + HOUR + dt.timedelta(minutes=10))
    assert locked_first(said, "tasks_alert", "UPDATE tasks_alert SET step")
