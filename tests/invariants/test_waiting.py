"""Requests that file at the same time are recorded together, and nothing of what always holds is lost by it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, Scope, apply_on, working_in
from fangxian.areas.types import subtree
from fangxian.journal import together, verify
from fangxian.journal.actions import record
from fangxian.journal.together import HandedOver
from fangxian.journal.types import Submission
from fangxian.tasks import rebuild_shared
from tests.county import ROOT, County

from . import waiting
from .filing import GRID, TOWNSHIP, WELL, filled
from .scratch import scratch as scratch
from .sending import AT

_COUNT = "SELECT id, batch FROM journal_entry WHERE kind = 'submission' AND form = 'daily_check' AND subject = ANY(%s)"


def posts(county: County) -> str:
    """Two who see the same people and no more than they have to."""
    both = (("grid_worker", GRID), ("township_duty", TOWNSHIP))
    return ",".join(f"{county.users[one]}:{county.posts[one]}" for one in both)


def known(county: County, number: int) -> list[uuid.UUID]:
    """Those a round is about are there."""
    found = waiting.subjects(number)
    told = [Submission(id=uuid.UUID(int=one.int | 1 << 59), programme="entry", form="daily_check", subject=one,
                       happened_at=AT, answers=WELL, path=county.paths[GRID]) for one in found]
    with working_in(SYSTEM):
        assert not record(told, by=county.importer, at=AT).refused
    return found


def entries(subjects: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_COUNT, [subjects])
        found = cursor.fetchall()
    assert len({entry for entry, _ in found}) == len(found)
    return dict(found)


def all_is_whole() -> None:
    with working_in(SYSTEM):
        assert verify.verify()[1] == []
    assert rebuild_shared.check(workers=2).same


def test_what_threads_were_told_is_there_when_their_process_is_killed(
    scratch: County, django_db_blocker: DjangoDbBlocker,
) -> None:
    chance = random.Random(21)
    with django_db_blocker.unblock():
        for number in range(2):
            subjects = known(scratch, number)
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.invariants.recorder", str(connections["default"].settings_dict["NAME"]),
                 str(settings.KEYS), str(number), scratch.paths[GRID], posts(scratch)],
                cwd=ROOT, stdout=subprocess.PIPE,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"})
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.3, 1.5))  # the moment of the kill is what is tried here
            process.send_signal(signal.SIGKILL)
            told = {uuid.UUID(line.split()[0]) for line in process.stdout.read().decode().splitlines()}
            assert process.wait() == -signal.SIGKILL
            assert told <= entries(subjects).keys()
        all_is_whole()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An open recorder; gives the sizes of its groups."""
    sizes: list[int] = []
    record_group = together.record_group

    def counted(group: list[HandedOver]) -> None:
        record_group(group)
        sizes.append(sum(one.recorded is not None for one in group))

    monkeypatch.setattr(together, "record_group", counted)
    monkeypatch.setattr(together, "_recorder", together.Recorder())
    return sizes


def test_threads_that_file_at_once_get_one_entry_each(
    scratch: County, django_db_blocker: DjangoDbBlocker, recorder: list[int],
) -> None:
    wrong: list[BaseException] = []
    with django_db_blocker.unblock():
        subjects = known(scratch, 70)
        before = entries(subjects).keys()
        file = waiting.filing(posts(scratch).split(","))

        def work(thread: int) -> None:
            try:
                for one, subject in zip(waiting.ids(70, thread), subjects, strict=False):
                    file(one, subject, thread)
            except BaseException as error:  # noqa: BLE001 - told by the test
                wrong.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=[thread]) for thread in range(waiting.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        found = {entry: batch for entry, batch in entries(subjects).items() if entry not in before}
        assert len(found) == waiting.THREADS * waiting.SUBJECTS
        assert max(recorder) > 1
        assert max(Counter(found.values()).values()) > 1
        all_is_whole()


def test_who_is_locked_by_another_writer_holds_up_nobody_else(
    scratch: County, django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock():
        held, free = known(scratch, 71)[:2]
        scope = Scope(subtree(scratch.paths[GRID]), ("entry",))
        by = scratch.actor("grid_worker", GRID)
        group = [HandedOver(filled("daily_check", subject, WELL, AT, by=by), scope, AT) for subject in (held, free)]
        locking = connections["default"].copy()
        try:
            with locking.cursor() as cursor:
                cursor.execute("BEGIN")
                apply_on(cursor, SYSTEM)
                cursor.execute("SELECT id FROM subjects_subject WHERE id = %s FOR UPDATE", [held])
                assert cursor.fetchall()
                together.record_group(group)
        finally:
            locking.close()
        assert [one.recorded is not None for one in group] == [False, True]
