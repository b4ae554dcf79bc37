"""Whom a task given away opens: raw SQL under the application's role, in the scope of one grid."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import errors as pg

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import lending
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOME, FAR = "34102310000101", "34102310120001"
NOON: Final = MORNING + dt.timedelta(hours=3)
_TASK: Final = """
INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open)
SELECT id, programme, %s, current_setting('fangxian.lo'), %s, now(), true FROM tasks_task WHERE subject = %s LIMIT 1
"""
_NO_TASK: Final = """
INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open)
VALUES (gen_random_uuid(), 'entry', %s, current_setting('fangxian.lo'), %s, now(), true)
"""
_WHERE_IT_LIES: Final = """
INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open)
VALUES (%s, 'entry', %s, %s, %s, now(), true)
"""


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


def execute(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def is_refused(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic():
            execute(statement, *values)
    except DatabaseError as error:
        return isinstance(error.__cause__, pg.InsufficientPrivilege)
    return False


def scope_of(county: County, code: str) -> Scope:
    by = acting_as(county.users["grid_worker", code], county.posts["grid_worker", code], NOON)
    assert by is not None
    return Scope.of(by)


def an_open_task(somebody: uuid.UUID) -> tuple[uuid.UUID, str]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT id, path FROM tasks_task WHERE subject = %s AND state = 'open' LIMIT 1", [somebody])
        task, path = cursor.fetchone()
        return task, path


def sees(somebody: uuid.UUID) -> bool:
    return bool(execute("SELECT FROM subjects_subject WHERE id = %s", somebody))


def test_nobody_elsewhere_is_opened_by_a_loan_one_writes(county: County) -> None:
    mine, theirs = county.arrive(MORNING, HOME), county.arrive(MORNING, FAR)
    post = county.posts["grid_worker", HOME]
    task, path = an_open_task(theirs)
    with working_in(scope_of(county, HOME)):
        assert is_refused(_NO_TASK, theirs, post), "of no task"
        assert is_refused(_TASK, theirs, post, mine), "of a task about somebody else"
        assert is_refused(_WHERE_IT_LIES, task, theirs, path, post), "of a task elsewhere"
        assert is_refused(_WHERE_IT_LIES, task, theirs, county.paths[HOME], post), "nor as if it lay here"
        assert not sees(theirs)
        assert not is_refused(_TASK, mine, post, mine), "what lies here may be lent"


def test_a_task_made_up_about_somebody_elsewhere_opens_nobody(county: County) -> None:
    mine, theirs = county.arrive(MORNING, HOME), county.arrive(MORNING, FAR)
    task, _ = an_open_task(mine)
    with working_in(scope_of(county, HOME)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                           " WHERE table_name = 'tasks_task' AND column_name NOT IN ('id', 'subject', 'kind')")
            [others] = cursor.fetchone()
            cursor.execute(f"INSERT INTO tasks_task (id, subject, kind, {others}) SELECT gen_random_uuid(), %s, 'x',"
                           f" {others} FROM tasks_task WHERE id = %s RETURNING id, path", [theirs, task])
            made, path = cursor.fetchone()
        assert is_refused(_WHERE_IT_LIES, made, theirs, path, county.posts["grid_worker", HOME])
        assert not sees(theirs)


def test_a_loan_that_is_over_is_not_opened_again_by_who_had_it(county: County) -> None:
    theirs = county.arrive(MORNING, FAR)
    task, _ = an_open_task(theirs)
    with working_in(SYSTEM):
        lending.lend([task], county.posts["grid_worker", HOME], NOON)
    again = "UPDATE tasks_loan SET open = true, path = current_setting('fangxian.lo') WHERE task = %s"
    with working_in(scope_of(county, HOME)):
        assert sees(theirs)
    with working_in(SYSTEM):
        execute("UPDATE tasks_loan SET open = false WHERE task = %s", task)
    with working_in(scope_of(county, HOME)):
        assert not sees(theirs)
        assert is_refused(again, task)
        assert not sees(theirs)


def test_who_gives_a_task_away_lends_it_in_their_own_scope(county: County) -> None:
    mine = county.arrive(MORNING, HOME)
    task, _ = an_open_task(mine)
    with working_in(scope_of(county, HOME)):
        lending.lend([task], county.posts["grid_worker", FAR], NOON)
    with working_in(scope_of(county, FAR)):
        assert sees(mine)
