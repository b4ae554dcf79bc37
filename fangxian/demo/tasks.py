"""What the demo reads of tasks and alerts while time goes by: what a worker sees on screen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.tasks.states import IS_OPEN

_OPEN: Final = (
    "SELECT id, kind, subject, day, opens, due, closes, post FROM tasks_task"  # noqa: S608 - a constant
    f" WHERE {IS_OPEN} AND programme = 'entry' AND opens <= %s ORDER BY due, subject, kind")
_ALERTS: Final = (
    "SELECT id, cause, tier, path, raised_at FROM tasks_alert"
    " WHERE acknowledged_at IS NULL AND raised_at <= %s ORDER BY raised_at, path, kind, step")


class PlayedTask(NamedTuple):
    """An open task whose time has come."""

    id: uuid.UUID
    kind: str
    subject: uuid.UUID
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    post: int | None


class PlayedAlert(NamedTuple):
    """An alert nobody has acknowledged."""

    id: uuid.UUID
    cause: str
    tier: str
    path: str
    raised_at: dt.datetime


def open_tasks(at: dt.datetime) -> list[PlayedTask]:
    """In the order of their deadlines."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_OPEN, [at])
        return [PlayedTask(*row) for row in cursor.fetchall()]


def unacknowledged(at: dt.datetime) -> list[PlayedAlert]:
    """The oldest first."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_ALERTS, [at])
        return [PlayedAlert(*row) for row in cursor.fetchall()]
