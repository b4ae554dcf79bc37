"""What became of urgent alerts, for whoever set them off: the levels they reached may lie beyond their own area."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import everywhere
from fangxian.kernel.arrays import array_text

from . import words
from .states import IS_OPEN
from .types import Cause

FOR: Final = dt.timedelta(days=14)
"""For so long it is told."""
_RAISED: Final = """
SELECT a.subject FROM tasks_alert a WHERE a.cause = 'urgent' AND a.raised_at > %s AND EXISTS (
  SELECT FROM journal_entry e WHERE e.subject = a.subject AND e.programme = a.programme AND e.kind = 'submission'
    AND e.received_at = a.raised_at AND e."user" = %s)
GROUP BY 1 ORDER BY max(a.raised_at) DESC LIMIT 50
"""
_FATES: Final = """
SELECT subject, programme, kind, path, step, raised_at, acknowledged_at, acknowledged_by, note, acted_at, id
FROM tasks_alert WHERE subject = ANY(%s::uuid[]) AND cause = %s AND raised_at > %s
ORDER BY raised_at DESC, length(path) DESC, id
"""
_LEFT: Final = f"""
SELECT a.alert, count(*), count(*) FILTER (WHERE t.{IS_OPEN}) FROM tasks_alerttask a JOIN tasks_task t ON t.id = a.task
WHERE a.alert = ANY(%s::uuid[]) GROUP BY 1
"""  # noqa: S608 - a constant


class AlertFate(NamedTuple):
    """One level's line of an urgent alert; ``step`` above 0: nobody below acknowledged it in time."""

    subject: uuid.UUID
    programme: str
    kind: str
    path: str
    step: int
    raised_at: dt.datetime
    acknowledged_at: dt.datetime | None
    acknowledged_by: int | None
    note: str
    acted_at: dt.datetime | None


class AlertCount(NamedTuple):
    """How many tasks an alert has on its list, and how many of them are open now."""

    listed: int
    left: int


def raised_by(user: int, since: dt.datetime) -> list[uuid.UUID]:
    """Subjects about whom something a user filed set off an urgent alert, the latest first; some may be out of sight.
    """
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(_RAISED, [since, user])
        return [subject for subject, in cursor.fetchall()]


def of_subjects(subjects: Collection[uuid.UUID], at: dt.datetime) -> list[AlertFate]:
    """Every level's line of the urgent alerts about some subjects who are in sight; the latest first."""
    if not subjects:
        return []
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(_FATES, [array_text(subjects), Cause.URGENT, at - FOR])
        return [AlertFate(*row)._replace(note=words.opened(row[8], alert)) for *row, alert in cursor.fetchall()]


def counted(alerts: Collection[uuid.UUID]) -> Mapping[uuid.UUID, AlertCount]:
    """What lists behind alerts hold now, in the scope in force; alerts without a list are left out."""
    if not alerts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [array_text(alerts)])
        return {alert: AlertCount(listed, left) for alert, listed, left in cursor.fetchall()}
