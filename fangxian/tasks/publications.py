"""A version that came into force is decided by for everybody it concerns, in chunks, at the next turns of the clock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import actions as journal
from fangxian.journal import isolation
from fangxian.journal.types import Actor
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

CHUNK: Final = 2_000
AT_ONCE: Final = 5
"""Chunks at one turn of the clock, so that deadlines are looked at in between."""
_BEHIND: Final = "FROM decide_current WHERE programme = %s AND version <> %s"
_done: Final[set[tuple[str, str]]] = set()


def catch_up(at: dt.datetime) -> None:
    """Decide again those whose decision comes from an earlier version; facts are folded anew, for what a fact keeps
    may have changed with it."""
    with working_in(SYSTEM):
        standing = [one for one in programmes.all_in_force() if one.decision is not None]
    for programme in standing:
        if (programme.id, programme.digest) in _done:
            continue
        try:
            _catch_up(programme, at)
        except Exception as error:
            if not isolation.is_its_own(error):
                raise
            with working_in(SYSTEM):
                isolation.tell(programme.id, error, at)


def _catch_up(programme: Programme, at: dt.datetime) -> None:
    for _turn in range(AT_ONCE):
        with working_in(SYSTEM):
            chunk = _behind(programme)
            if chunk:
                journal.revisit(programme, chunk, by=Actor(path="", source="clock"), at=at, refold=True)
        if not chunk:
            _done.add((programme.id, programme.digest))
            return


def _behind(programme: Programme) -> set[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT subject {_BEHIND} ORDER BY subject LIMIT {CHUNK}", [programme.id, programme.version])
        return {row[0] for row in cursor.fetchall()}


def left(programme: Programme) -> int:
    """How many people are still decided by an earlier version."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_BEHIND}", [programme.id, programme.version])
        return int(cursor.fetchone()[0])
