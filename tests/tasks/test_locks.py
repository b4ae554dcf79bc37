"""Of two who give a task away, answer an alert or a handover at once, the second sees what the first did."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.tasks import actions, escalation, giving
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import HOUR, rows
from tests.locking import locked_first, statements

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TOWNSHIP, OTHER_TOWNSHIP = "341023100", "341023101"
LATER: Final = MORNING + 2 * HOUR
Deed = Callable[[County, uuid.UUID], object]


@pytest.fixture
def county() -> County:
    return world.build()


def pass_on(county: County, subject: uuid.UUID) -> uuid.UUID:
    return actions.pass_on(programme="entry", subject=subject, to_path=county.paths[OTHER_TOWNSHIP], note="",
                           by=county.actor("township_duty", TOWNSHIP), at=LATER)


def take_back(county: County, subject: uuid.UUID) -> None:
    asked = pass_on(county, subject)
    actions.take_back(handover=asked, by=county.actor("township_duty", TOWNSHIP), at=LATER)


def decline(county: County, subject: uuid.UUID) -> None:
    asked = pass_on(county, subject)
    actions.answer_no(handover=asked, note="", by=county.actor("township_duty", OTHER_TOWNSHIP), at=LATER)


def reassign(county: County, subject: uuid.UUID) -> None:
    tasks = [row[0] for row in rows("SELECT id FROM tasks_task WHERE subject = %s AND state = 'open'", subject)]
    giving.reassign(tasks=tasks, post=county.posts["community_lead", "341023100001"],
                    by=county.actor("township_duty", TOWNSHIP), at=LATER)


def tell_again(county: County, subject: uuid.UUID) -> None:
    county.send("daily_check", subject, {"temperature": 38.6, "symptoms": "fever"}, MORNING + HOUR)
    escalation.escalate(MORNING + 3 * HOUR)


@pytest.mark.parametrize(("deed", "table", "write"), [
    (pass_on, "subjects_subject", 'INSERT INTO "tasks_handover"'),
    (take_back, "tasks_handover", 'UPDATE "tasks_handover"'),
    (decline, "tasks_handover", 'UPDATE "tasks_handover"'),
    (reassign, "tasks_task", "UPDATE tasks_task"),
    (tell_again, "tasks_alert", "UPDATE tasks_alert SET step"),
])
def test_it_is_locked_before_it_is_changed(county: County, deed: Deed, table: str, write: str) -> None:
    subject = county.arrive(MORNING)
    with statements() as said, working_in(SYSTEM):
        deed(county, subject)
    assert locked_first(said, table, write)
