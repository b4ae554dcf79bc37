"""Passing somebody on to another area, who meanwhile goes to a third."""

from __future__ import annotations

import uuid
from typing import Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.types import SubjectRow
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, clock
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ASKING, ASKED_FOR = "341023100001", "341023100002"
GRID, OTHER_GRID, FAR_GRID = "34102310000101", "34102310000102", "34102310120001"
STATE: Final = "SELECT state, answered_by FROM tasks_handover"


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    return made


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    found = county.arrive(MORNING)
    county.send("arrival", found, ARRIVAL, MORNING + HOUR)
    return found


@pytest.fixture
def asked(county: County, subject: uuid.UUID) -> uuid.UUID:
    with working_in(SYSTEM):
        return actions.pass_on(programme="entry", subject=subject, to_path=county.paths[ASKED_FOR], note="",
                               by=county.actor("community_lead", ASKING), at=MORNING + 2 * HOUR)


def accept(county: County, handover: uuid.UUID) -> None:
    with working_in(SYSTEM):
        actions.accept(handover=handover, by=county.actor("community_lead", ASKED_FOR), at=MORNING + 4 * HOUR)


def test_who_went_to_a_third_area_is_not_taken_from_it(county: County, subject: uuid.UUID, asked: uuid.UUID) -> None:
    county.send("place", subject, {"grid": FAR_GRID}, MORNING + 3 * HOUR)
    with pytest.raises(Problem) as refused:
        accept(county, asked)
    assert refused.value.kind is errors.STATE
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[FAR_GRID],)]
    assert rows(STATE) == [("withdrawn", None)]
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'handover' AND acknowledged_at IS NULL") == [(0,)]
    [(told, by)] = rows("SELECT subject, post FROM journal_entry WHERE kind = 'command' AND form = 'take_back'")
    assert told == subject
    assert by != county.posts["community_lead", ASKED_FOR]
    everything_follows_from_the_journal()


def test_who_moves_within_the_area_that_asked_may_still_be_taken_over(
    county: County, subject: uuid.UUID, asked: uuid.UUID,
) -> None:
    county.send("place", subject, {"grid": OTHER_GRID}, MORNING + 3 * HOUR)
    accept(county, asked)
    assert rows(STATE) == [("accepted", county.posts["community_lead", ASKED_FOR])]
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[ASKED_FOR],)]
    everything_follows_from_the_journal()


def test_of_two_who_are_passed_on_the_one_who_is_taken_over_is_locked(
    county: County, subject: uuid.UUID, asked: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = county.arrive(MORNING)
    with working_in(SYSTEM):
        second = actions.pass_on(programme="entry", subject=other, to_path=county.paths[ASKED_FOR], note="",
                                 by=county.actor("community_lead", ASKING), at=MORNING + 3 * HOUR)
    locked: list[uuid.UUID] = []
    usual = actions._subject

    def locking(one: uuid.UUID) -> SubjectRow:
        locked.append(one)
        return usual(one)

    monkeypatch.setattr(actions, "_subject", locking)
    for handover in sorted((asked, second), key=lambda one: one == max(asked, second)):
        locked.clear()
        accept(county, handover)
        assert locked[0] == {asked: subject, second: other}[handover]
