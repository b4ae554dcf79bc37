"""Rows of tasks, alerts, handovers and decisions as they stand in the database, for reading without a county."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.decide.models import CohortMember, Current
from fangxian.kernel.clock import Calendar
from fangxian.tasks.models import Alert, AlertTask, Handover, Task
from fangxian.tasks.states import HandoverState, State

COUNTY, TOWNSHIP, COMMUNITY, GRID = "X00", "X00X00", "X00X00X00", "X00X00X00X00"
NEXT_GRID, NEXT_COMMUNITY, NEXT_TOWNSHIP, NEXT_COUNTY = "X00X00X00X01", "X00X00X01", "X00X01", "X01"
CALENDAR: Final = Calendar(ZoneInfo("Asia/Shanghai"))
TODAY: Final = dt.date(2020, 3, 20)
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
NOON: Final = CALENDAR.at(TODAY, dt.time(12))
SOMEBODY, SOMEBODY_ELSE = uuid.UUID(int=901), uuid.UUID(int=902)


def key(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def numbered(first: int, *rows: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What each of several rows has of its own, with its number."""
    return enumerate(rows, first)


def task(number: int, **more: Any) -> uuid.UUID:
    """An open one, of post 1, due at noon, in the grid unless told otherwise."""
    path = more.setdefault("path", GRID)
    levels = {name: path[:length] if len(path) >= length else None for name, length in (
        ("county_path", 3), ("township_path", 6), ("community_path", 9), ("grid_path", 12))}
    usual = {"programme": "entry", "kind": "check", "form": "daily_check", "subject": SOMEBODY, "day": TODAY,
             "opens": NOON - 3 * HOUR + number * dt.timedelta(seconds=1), "due": NOON, "closes": NOON + 8 * HOUR,
             "state": State.OPEN, "post": 1, "why_post": "on duty", "opened_by": 1}
    with working_in(SYSTEM):
        Task.objects.create(id=key(number), **{**usual, **levels, **more})
    return key(number)


def alert(number: int, *tasks: uuid.UUID, **more: Any) -> uuid.UUID:
    """One that waits at the community, of late tasks unless told otherwise, and its list."""
    usual = {"programme": "entry", "cause": "late", "kind": "check", "day": TODAY, "path": COMMUNITY,
             "tier": "community", "raised_at": NOON}
    with working_in(SYSTEM):
        Alert.objects.create(id=key(number), **{**usual, **more})
        AlertTask.objects.bulk_create(AlertTask(alert=key(number), task=one) for one in tasks)
    return key(number)


def handover(number: int, **more: Any) -> uuid.UUID:
    """One asked of the community next door, unless told otherwise."""
    usual = {"programme": "entry", "subject": SOMEBODY, "path": GRID, "to_path": NEXT_COMMUNITY, "asked_at": NOON,
             "due": NOON + 2 * HOUR, "state": HandoverState.ASKED}
    with working_in(SYSTEM):
        Handover.objects.create(id=key(number), **{**usual, **more})
    return key(number)


def member(number: int, stage: int, **more: Any) -> uuid.UUID:
    """Somebody of today's cohort in the grid, and the stage they reached."""
    usual = {"programme": "entry", "day": TODAY, "path": GRID, "stage": stage}
    with working_in(SYSTEM):
        CohortMember.objects.create(subject=key(number), **{**usual, **more})
    return key(number)


def decision(number: int, **more: Any) -> uuid.UUID:
    """Somebody in the grid under isolation."""
    usual = {"programme": "entry", "path": GRID, "version": "1", "measure": "isolation", "active": True,
             "outputs": "{}", "rows": "{}", "since": NOON, "entry": key(number)}
    with working_in(SYSTEM):
        Current.objects.create(subject=key(number), **{**usual, **more})
    return key(number)
