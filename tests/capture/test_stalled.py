"""A list whose worker was killed is taken up again by itself, and nothing of it is recorded twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.capture import jobs
from fangxian.capture.models import Import
from fangxian.capture.types import ImportState
from fangxian.kernel import clock
from fangxian.site.jobs import TRIES, resume
from tests import county as world
from tests.console.rounds import signed_in
from tests.county import MORNING

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LIST: Final = (
    "姓名,证件类型,护照号,出生日期,抵达时间,目的地址\n"
    "张伟,护照,E12345678,1988-05-06,2020-03-21,碧阳镇郭门一网格3栋501\n"
    "王芳,护照,E12345679,1990-07-08,2020-03-21,碧阳镇郭门一网格3栋502\n")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A long list that was confirmed: its job waits in the queue."""
    monkeypatch.setattr("fangxian.capture.actions.DIRECT_LINES", 0)
    with clock.running_on(clock.SimulatedClock(MORNING + dt.timedelta(days=1))):
        officer: Client = signed_in(world.build(), "county_duty", "341023")
        sent = officer.post(reverse("import_new"), {
            "list": "entry/listed", "source": "Airport", "file": SimpleUploadedFile("list.csv", LIST.encode())})
        officer.post(sent["location"], {"then": "preview"}, follow=True)
        key = str(sent["location"]).split("/")[2]
        officer.post(reverse("import_confirm", args=[key]), follow=True)
        assert state(key) is ImportState.RECORDING
        yield key


def state(key: str) -> ImportState:
    with working_in(SYSTEM):
        return ImportState(Import.objects.get(pk=key).state)


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def job() -> tuple[Any, ...]:
    [found] = rows("SELECT status, attempts FROM procrastinate_jobs WHERE task_name = 'capture.record'")
    return found


def killed(*, at_it: int = 1) -> None:
    """A worker took it, and is gone without a word."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s"
                       " WHERE task_name = 'capture.record'", [at_it - 1])


def resumed() -> int:
    return async_to_sync(resume)(app.job_manager)


def recorded() -> int:
    return int(rows("SELECT count(*) FROM journal_entry WHERE kind = 'submission' AND source = 'import'")[0][0])


def test_it_waits_in_the_queue_again(held: str) -> None:
    killed()
    assert resumed() == 1
    assert job() == ("todo", 1)
    assert resumed() == 0
    jobs.record_list(held)
    assert (state(held), recorded()) == (ImportState.RECORDED, 2)


def test_a_worker_that_lives_is_left_at_it(held: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
                       " WHERE task_name = 'capture.record'", [cursor.fetchone()[0]])
    assert resumed() == 0


def test_what_was_recorded_before_the_worker_died_is_not_recorded_again(held: str) -> None:
    jobs.record_list(held)
    before = rows("SELECT results, state_at FROM capture_import")
    with clock.running_on(clock.SimulatedClock(MORNING + dt.timedelta(days=2))):
        jobs.record_list(held)
    assert recorded() == 2
    assert rows("SELECT results, state_at FROM capture_import") == before


def test_what_kills_its_workers_is_given_up_and_can_be_asked_for(held: str) -> None:
    killed(at_it=TRIES)
    assert resumed() == 1
    assert job()[0] == "failed"
    assert (state(held), recorded()) == (ImportState.FAILED, 0)
