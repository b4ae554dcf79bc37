"""Who is with a department: it answers for their tasks in a programme until the area has them back.

A hold is a handover that a department accepted and that has not ended. It counts while the person is in the
department's area, which is as far as its posts see.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db import connection

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import everywhere
from fangxian.kernel.arrays import array_text

from . import queries
from .assign import Assigner
from .states import IS_ACCEPTED, STANDING, HandoverState, sql_is
from .types import Hold

Holds = Mapping[tuple[str, uuid.UUID], Hold]
"""By programme and subject."""
_STANDING: Final = f"""
SELECT programme, subject, department, to_path FROM tasks_handover
WHERE subject = ANY(%s::uuid[]) AND {IS_ACCEPTED} AND department <> '' AND starts_with(path, to_path)
"""  # noqa: S608 - a constant
_FOLLOW: Final = f"""
UPDATE tasks_handover h SET path = n.path FROM unnest(%s::uuid[], %s::varchar[]) AS n (id, path)
WHERE h.subject = n.id AND {sql_is(STANDING, "h")} AND h.department <> ''
RETURNING h.programme, h.subject, h.department, h.to_path, h.{IS_ACCEPTED} AND starts_with(n.path, h.to_path)
"""  # noqa: S608 - constants
_END: Final = f"""
UPDATE tasks_handover SET state = '{HandoverState.ENDED}'
WHERE programme = %s AND subject = %s AND {IS_ACCEPTED} AND department <> '' AND id <> %s
RETURNING id, department
"""  # noqa: S608 - constants


def standing(subjects: Iterable[uuid.UUID]) -> Holds:
    """Which of some subjects are with a department, in one look that costs next to nothing where nobody is."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [array_text(set(subjects))])
        return _holds(cursor.fetchall())


def follow(moved: Mapping[uuid.UUID, str]) -> Holds:
    """What departments hold or are asked for goes along to a new place; the holds that count there."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [array_text(moved), array_text(moved.values())])
        return _holds(row[:4] for row in cursor.fetchall() if row[4])


def end(programme: str, subject: uuid.UUID, *, but: uuid.UUID | None = None) -> list[tuple[uuid.UUID, str]]:
    """No department has the subject any more, except by the handover ``but``: the ids and departments of those it was
    with, whether or not it is still in their area."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [programme, subject, but or uuid.UUID(int=0)])
        return [(handover, department) for handover, department in cursor.fetchall()]


def assigner(holds: Collection[Hold], at: dt.datetime) -> Assigner:
    """Assigns tasks, some of people who are with departments: their posts' open tasks are counted."""
    roster = accounts.roster()
    if not holds:
        return Assigner(roster)
    posts = {post.id for hold in set(holds) for post in roster.of_department(hold.department, hold.path, at)}
    with everywhere():  # whoever makes the task may not see what else the department has to do
        load = Counter({post: one.open for post, one in queries.loads(sorted(posts), at).items()})
    return Assigner(roster, accounts.permissions(), load)


def _holds(rows: Iterable[Any]) -> Holds:
    return {(programme, subject): Hold(department, path) for programme, subject, department, path in rows}
