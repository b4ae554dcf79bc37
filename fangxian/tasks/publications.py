"""A version that came into force is decided by for everybody it concerns, in chunks, at the next turns of the clock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import actions as journal
from fangxian.journal import isolation
from fangxian.journal.types import Actor
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects.tables import table_name

CHUNK: Final = 2_000
AT_ONCE: Final = 5
"""Chunks at one turn of the clock, so that deadlines are looked at in between."""
_BEHIND: Final = """
FROM (
  SELECT subject FROM decide_current WHERE programme = %s AND version <> %s
  UNION ALL
  SELECT f.subject FROM "{facts}" f WHERE NOT EXISTS (
    SELECT FROM decide_current d WHERE d.programme = %s AND d.subject = f.subject)
) behind"""
"""Decided by an earlier version, or by none: a programme that only kept facts may begin to decide."""
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
    return {row[0] for row in _select("subject", programme, f"ORDER BY subject LIMIT {CHUNK}")}


def left(programme: Programme) -> int:
    """How many people are still decided by an earlier version."""
    with working_in(SYSTEM):
        return int(_select("count(*)", programme)[0][0])


def _select(what: str, programme: Programme, end: str = "") -> list[tuple[Any, ...]]:
    statement = f"SELECT {what} {_BEHIND.format(facts=table_name(programme.id))} {end}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [programme.id, programme.version, programme.id])
        return list(cursor.fetchall())
