"""How far a job is, told on a connection of its own so that it is seen before the job's transaction ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, connections

from fangxian.accounts import scope
from fangxian.kernel import clock

from .preparing import Tell

PHASES: Final = {
    "waiting": 0, "reading": 5, "checking": 20, "matching": 35, "recording": 50, "finishing": 90, "done": 100}
_TELL: Final = (
    "INSERT INTO capture_progress (id, path, programme, phase, percent, at) VALUES (%s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, percent = excluded.percent, at = excluded.at")


def alone(held: uuid.UUID) -> bool:
    """Whether nobody else records it just now; the lock goes with the transaction, also with one that dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [held.int % 2**62])
        return bool(cursor.fetchone()[0])


@contextmanager
def telling(held: uuid.UUID, path: str, programme: str) -> Iterator[Tell]:
    """Give a function that tells the phase reached; the connection is closed afterwards."""
    side = connections["default"].copy()
    side.inc_thread_sharing()

    def tell(phase: str) -> None:
        with side.cursor() as cursor:
            cursor.execute("BEGIN")
            scope.apply_on(cursor, scope.SYSTEM)
            cursor.execute(_TELL, [held, path, programme, phase, PHASES[phase], clock.now()])
            cursor.execute("COMMIT")

    try:
        yield tell
    finally:
        side.close()
