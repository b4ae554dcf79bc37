"""An alert nobody acknowledged in time goes up, from one level to the next that has anybody on duty."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.ids import derived

from .alerts import NewAlert, hand_on, levels_above, write
from .types import ACKNOWLEDGE_WITHIN

_UNACKNOWLEDGED: Final = """
SELECT id, programme, cause, kind, step, day, path, subject, subject_path, act_by, drill FROM tasks_alert
WHERE acknowledged_at IS NULL AND acknowledge_by <= %s ORDER BY id FOR UPDATE
"""
_TOLD_AGAIN: Final = """
UPDATE tasks_alert SET step = step + 1, told_at = %s, acknowledge_by = %s WHERE id = ANY(%s)
"""
_LEFT_BELOW: Final = "UPDATE tasks_alert SET acknowledge_by = NULL WHERE id = ANY(%s)"
_TOLD_THERE: Final = """
SELECT programme, cause, kind, subject, act_by, path FROM tasks_alert WHERE subject = ANY(%s) AND path = ANY(%s)
"""
_RAISED_FROM: Final = """
UPDATE tasks_alert t SET raised_from = n.below FROM unnest(%s::uuid[], %s::uuid[]) AS n (id, below) WHERE t.id = n.id
"""


class Unacknowledged(NamedTuple):
    """A row in the order of the statement."""

    id: uuid.UUID
    programme: str
    cause: str
    kind: str
    step: int
    day: dt.date
    path: str
    subject: uuid.UUID | None
    subject_path: str | None
    act_by: dt.datetime | None
    drill: bool

    def told_at(self, path: str) -> tuple[str, str, str, uuid.UUID | None, dt.datetime | None, str]:
        """What is told of at a level once."""
        return self.programme, self.cause, self.kind, self.subject, self.act_by, path

    def one_up(self, path: str, tier: str, at: dt.datetime) -> NewAlert:
        return NewAlert(
            derived(self.id, "up", self.step + 1), self.programme, self.cause, self.kind, self.step + 1, self.day, path,
            tier, self.subject, self.subject_path, 1, at, at + ACKNOWLEDGE_WITHIN, self.act_by, self.drill)


def escalate(at: dt.datetime) -> None:
    """An alert nobody acknowledged in time goes one level up; at the top the same line is told again.

    A level that was told of the case already has a line of its own, with a time of its own: it gets no second one.
    """
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_UNACKNOWLEDGED, [at])
        waiting = list(map(Unacknowledged._make, cursor.fetchall()))
        if not waiting:
            return
        above = levels_above({one.path for one in waiting}, at)
        at_the_top = [one.id for one in waiting if above[one.path][0] == one.path]
        going_up = [one for one in waiting if above[one.path][0] != one.path]
        cursor.execute(_TOLD_AGAIN, [at, at + ACKNOWLEDGE_WITHIN, at_the_top])
        cursor.execute(_LEFT_BELOW, [[one.id for one in going_up]])
        cursor.execute(_TOLD_THERE, [[one.subject for one in going_up], [above[one.path][0] for one in going_up]])
        there, raised = set(cursor.fetchall()), dict[uuid.UUID, NewAlert]()
        for one in going_up:
            path, tier = above[one.path]
            if one.told_at(path) not in there:
                there.add(one.told_at(path))
                raised[one.id] = one.one_up(path, tier, at)
        write(list(raised.values()))
        cursor.execute(_RAISED_FROM, [[row.id for row in raised.values()], list(raised)])
        hand_on(at_the_top)
