"""Nothing acknowledged is lost and nothing counts twice, whenever the process is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import verify
from fangxian.tasks import rebuild, rebuild_shared
from tests.county import ROOT, County

from .filing import GRID
from .recorder import batches
from .scratch import scratch as scratch
from .sending import send


@pytest.mark.parametrize("kills", [3])
def test_what_was_acknowledged_is_there_and_nothing_half(
    scratch: County, django_db_blocker: DjangoDbBlocker, kills: int,
) -> None:
    chance = random.Random(20)
    with django_db_blocker.unblock():
        for number in range(kills):
            acknowledged = killed(scratch, number, chance.uniform(0.05, 1.5))
            whole(scratch, number, acknowledged)
        with working_in(SYSTEM):
            assert verify.verify()[1] == []
        assert rebuild_shared.check(workers=2).same


def killed(county: County, number: int, after: float) -> dict[uuid.UUID, int]:
    """Start a process that records, kill it a little after it was ready, and read what it had acknowledged."""
    name = str(connections["default"].settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.invariants.recorder", name, str(settings.KEYS), str(number), county.paths[GRID]],
        cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"})
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after)  # the moment of the kill is what is tried here
    process.send_signal(signal.SIGKILL)
    lines = [line.split() for line in process.stdout.read().decode().splitlines()]
    assert process.wait() == -signal.SIGKILL
    return {uuid.UUID(first): int(count) for first, count in lines}


def whole(county: County, number: int, acknowledged: dict[uuid.UUID, int]) -> None:
    """Every acknowledged batch is there, every other one is there as a whole or not at all, and none counts twice."""
    for ids in islice(batches(number), len(acknowledged) + 1):
        there = stored(ids)
        assert len(there) in ((len(ids),) if ids[0] in acknowledged else (0, len(ids)))
        again = send(ids, county.paths[GRID])
        assert {one.id: one.seq for one in again.recorded} | there == {one.id: one.seq for one in again.recorded}
        assert {one.repeated for one in again.recorded} == {bool(there)}
        assert stored(ids) == {one.id: one.seq for one in again.recorded}


def stored(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT id, seq FROM journal_entry WHERE id = ANY(%s) AND kind = 'submission'", [list(ids)])
        return dict(cursor.fetchall())


def test_two_who_send_the_same_at_the_same_time_get_the_same_answers(
    scratch: County, django_db_blocker: DjangoDbBlocker,
) -> None:
    ids = next(islice(batches(90), 3, None))
    answers: list[dict[uuid.UUID, int]] = []

    def sending(order: Sequence[uuid.UUID]) -> None:
        answers.append({one.id: one.seq for one in send(order, scratch.paths[GRID]).recorded})
        connections.close_all()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=sending, args=[order]) for order in (ids, ids[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers[0] == answers[1] == stored(ids)
        assert len(answers[0]) == len(ids)


def test_processes_that_share_the_comparison_find_what_one_finds(
    scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with django_db_blocker.unblock():
        ids = next(islice(batches(91), 3, None))
        send(ids, scratch.paths[GRID])
        with working_in(SYSTEM), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM subjects_subject")
            monkeypatch.setattr(rebuild, "CHUNK", cursor.fetchone()[0] // 7)  # eight chunks for two processes
            cursor.execute('SELECT subject FROM "facts_entry" ORDER BY subject LIMIT 8')
            spoilt = [row[0] for row in cursor.fetchall()]
            cursor.execute('UPDATE "facts_entry" SET f_temperature = 41 WHERE subject = ANY(%s)', [spoilt])
        with working_in(SYSTEM):
            alone = rebuild.check()
        shared = rebuild_shared.check(workers=2)
    assert shared.facts == alone.facts == spoilt
    assert (shared.submissions, shared.subjects) == (alone.submissions, alone.subjects)
