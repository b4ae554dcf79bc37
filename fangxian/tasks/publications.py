"""A version that came into force is decided and folded by for everybody it concerns, in chunks, at the next turns of
the clock.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import actions as journal
from fangxian.journal import isolation
from fangxian.journal.types import Actor
from fangxian.programmes import actions as publishing
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects.tables import table_name

CHUNK: Final = 2_000
AT_ONCE: Final = 5
"""Chunks at one turn of the clock, so that deadlines are looked at in between."""
_EARLIER: Final = "SELECT subject FROM decide_current WHERE programme = %(programme)s AND version <> %(version)s"
_BEHIND: Final = f"""
SELECT subject FROM (
  {_EARLIER}
  UNION ALL
  SELECT f.subject FROM "{{facts}}" f WHERE NOT EXISTS (
    SELECT FROM decide_current d WHERE d.programme = %(programme)s AND d.subject = f.subject)
) behind WHERE subject > %(after)s ORDER BY subject LIMIT %(limit)s"""  # noqa: S608 - constants
"""Decided by an earlier version, or by none: a programme that only kept facts may begin to decide."""
_EVERYBODY: Final = 'SELECT subject FROM "{facts}" WHERE subject > %(after)s ORDER BY subject LIMIT %(limit)s'
"""Of whom something was filed since is decided by the version in force, and yet folded by the one before."""
_FIRST: Final = uuid.UUID(int=0)
_reached: Final[dict[tuple[str, str], uuid.UUID | None]] = {}
"""The last subject looked at for a version, None when all were: of whom its tables say nothing, nothing is kept."""


def catch_up(at: dt.datetime) -> None:
    """Decide again those whose decision comes from an earlier version; facts are folded anew, for what a fact keeps
    may have changed with it, or what awaits a reply."""
    with working_in(SYSTEM):
        to_fold = programmes.to_fold()
        standing = [one for one in programmes.all_in_force() if one.decision is not None or one.id in to_fold]
    for programme in standing:
        if programme.id not in to_fold and _reached.get((programme.id, programme.digest), _FIRST) is None:
            continue
        try:
            _catch_up(programme, at, everybody=programme.id in to_fold)
        except Exception as error:
            if not isolation.is_its_own(error):
                raise
            with working_in(SYSTEM):
                isolation.tell(programme.id, error, at)


def _catch_up(programme: Programme, at: dt.datetime, *, everybody: bool) -> None:
    version = (programme.id, programme.digest)
    for _turn in range(AT_ONCE):
        with working_in(SYSTEM):
            chunk = _next(programme, _reached.get(version) or _FIRST, everybody=everybody)
            if chunk:
                journal.revisit(programme, set(chunk), by=Actor(path="", source="clock"), at=at, refold=True)
        if not chunk:  # whom a process decided about meanwhile that still went by the earlier version comes once more
            _reached[version] = _FIRST if programme.decision is not None and left(programme) else None
            if everybody:
                with working_in(SYSTEM):
                    publishing.note_as_folded(programme)
            return
        _reached[version] = chunk[-1]


def _next(programme: Programme, after: uuid.UUID, *, everybody: bool) -> list[uuid.UUID]:
    query = (_EVERYBODY if everybody else _BEHIND).format(facts=table_name(programme.id))
    with connection.cursor() as cursor:
        cursor.execute(query, {**_version(programme), "after": after, "limit": CHUNK})
        return [subject for subject, in cursor.fetchall()]


def left(programme: Programme) -> int:
    """How many people are still decided by an earlier version."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_EARLIER}) behind", _version(programme))  # noqa: S608 - a constant
        return int(cursor.fetchone()[0])


def _version(programme: Programme) -> dict[str, str]:
    return {"programme": programme.id, "version": programme.version}
