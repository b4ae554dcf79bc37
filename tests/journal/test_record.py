"""A record goes the whole way: journal, identity, facts, decision, tasks, alerts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def county() -> County:
    return world.build()


def rows(query: str, *values: object) -> list[tuple]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_somebody_on_a_list_is_decided_and_to_be_registered_by_the_grid_worker(county: County) -> None:
    subject = county.arrive(MORNING)
    assert rows("SELECT measure, stage, managed FROM decide_current WHERE subject = %s", subject) == [
        ("central isolation", "expected", True)]
    assert rows("SELECT kind, state, post, why_post FROM tasks_task WHERE subject = %s", subject) == [
        ("register", "open", county.posts["grid_worker", "34102310000101"], "on duty")]
