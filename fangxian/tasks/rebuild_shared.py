"""``rebuild.check`` shared among processes that all see the database as it was at one moment."""

from __future__ import annotations

import multiprocessing
import os
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections, transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.programmes import queries as programmes
from fangxian.subjects import presence

from . import rebuild
from .rebuild import Begun, Report


def check(workers: int | None = None) -> Report:
    """Compare everything, by as many processes as there are cores unless told. Others may go on writing meanwhile.

    It opens transactions of its own, so it can't be called within one. RuntimeError when a process died.
    """
    assert not connection.in_atomic_block, "a connection does not survive the fork"
    connections.close_all()
    count = workers or os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()  # the first to be submitted starts them all, before this one is connected
        with _at_one_moment() as moment:
            days = rebuild.begun()
            parts = [
                pool.submit(_part, moment, programme.id, chunk, days)
                for programme in programmes.all_in_force()
                for chunk in rebuild.subjects_of(programme.id)
            ]
            parts += [pool.submit(_people, moment, chunk) for chunk in rebuild.everybody()]
            report = Report(figures=rebuild.figures_that_differ(), programmes=presence.known_otherwise())
            for part in parts:
                report.take_in(part.result())
    return report


@contextmanager
def _at_one_moment(moment: str = "") -> Iterator[str]:
    """A transaction that sees everything as it was when the first of those who share it began (PostgreSQL manual,
    9.28.5); gives what the others are to be told."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if moment:
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
            else:
                cursor.execute("SELECT pg_export_snapshot()")
                moment = cursor.fetchone()[0]
        with working_in(SYSTEM):
            yield moment


def _part(moment: str, programme: str, subjects: list[uuid.UUID], begun: Mapping[str, Begun]) -> Report:
    with _at_one_moment(moment):
        return rebuild.compared(programmes.in_force(programme), subjects, begun)


def _people(moment: str, subjects: list[uuid.UUID]) -> Report:
    with _at_one_moment(moment):
        return rebuild.people_compared(subjects)
