"""Reads of tasks for those who have them to do: a post's day, an area's day, one task, a subject's tasks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.accounts.protection import lent
from fangxian.areas.types import Range, Tier

from . import words
from .states import IS_ACCEPTED, IS_ASKED, IS_CLOSED, IS_ENDED, IS_OPEN, HandoverState, State, sql_is

PAGE: Final = 200
_TIER_COLUMNS: Final = {
    Tier.GRID: "grid_path",
    Tier.COMMUNITY: "community_path",
    Tier.TOWNSHIP: "township_path",
    Tier.COUNTY: "county_path",
}


class TaskView(NamedTuple):
    """A task as a page shows it."""

    id: uuid.UUID
    programme: str
    kind: str
    form: str
    subject: uuid.UUID
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    state: str
    urgent: bool
    path: str
    post: int | None
    why_post: str
    outcome: str
    entry: uuid.UUID | None
    ended_at: dt.datetime | None
    reported_late: bool
    drill: bool


class Handed(NamedTuple):
    """A handover that waits for an answer, or (``since``) that a department accepted and has not ended."""

    programme: str
    path: str
    department: str
    due: dt.datetime
    since: dt.datetime | None


class After(NamedTuple):
    """Where a list of tasks goes on."""

    due: dt.datetime
    id: uuid.UUID
    urgent: bool = False


class AreaSpot(NamedTuple):
    """An area of one of the four tiers."""

    path: str
    tier: Tier


class Tally(NamedTuple):
    """A day in numbers; ``open`` includes the late ones."""

    done: int
    open: int
    late: int
    missed: int

    @property
    def total(self) -> int:
        return self.done + self.open + self.missed


def of_posts(
    posts: Sequence[int], seen: Sequence[str], *, after: After | None = None, limit: int = PAGE
) -> list[TaskView]:
    """The open tasks of some posts: what is urgent first, then by deadline."""
    return _open("post = ANY(%s)", [list(posts)], seen, after, limit)


def in_place(spot: AreaSpot, seen: Sequence[str], *, after: After | None = None, limit: int = PAGE) -> list[TaskView]:
    """The open tasks of an area of one of the four tiers, whoever has them: urgent ones first, then by deadline."""
    return _open(f"{_TIER_COLUMNS[spot.tier]} = %s", [spot.path], seen, after, limit)


def ended_on(day: dt.date, posts: Sequence[int], seen: Sequence[str], limit: int = PAGE) -> list[TaskView]:
    """What these posts have done or could rightly leave undone on an operational day, the last first."""
    return _tasks(
        f"WHERE day = %s AND {IS_CLOSED} AND post = ANY(%s) AND programme = ANY(%s)"
        " ORDER BY ended_at DESC NULLS LAST, id LIMIT %s",
        [day, list(posts), list(seen), limit],
    )


def tally(day: dt.date, posts: Sequence[int], seen: Sequence[str], at: dt.datetime) -> Tally:
    """What some posts ended on an operational day, and have open; a drill is never counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.done, o.open, o.late, d.missed FROM ("  # noqa: S608 - a constant
            f"SELECT count(*) FILTER (WHERE {IS_CLOSED}) AS done,"
            f" count(*) FILTER (WHERE {sql_is([State.MISSED])}) AS missed FROM tasks_task WHERE day = %(day)s"
            f" AND {IS_ENDED} AND post = ANY(%(posts)s) AND programme = ANY(%(seen)s) AND NOT drill) d,"
            " (SELECT count(*) AS open, count(*) FILTER (WHERE due <= %(at)s) AS late FROM tasks_task"
            f" WHERE post = ANY(%(posts)s) AND {IS_OPEN} AND programme = ANY(%(seen)s) AND NOT drill) o",
            {"at": at, "day": day, "seen": list(seen), "posts": list(posts)},
        )
        return Tally(*cursor.fetchone())


def by_ids(ids: Iterable[uuid.UUID], area: Range) -> dict[uuid.UUID, TaskView]:
    """Tasks by id in an area, in any state, and those about whom a task from elsewhere was given."""
    found = _tasks(f"WHERE id = ANY(%s) AND (path >= %s AND path < %s OR {lent('subject')})",
                   [list(ids), area.lo, area.hi])
    return {task.id: task for task in found}


def subjects_of(posts: Sequence[int], seen: Sequence[str], *, limit: int) -> set[uuid.UUID]:
    """Whom open tasks of some posts are about; at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT subject FROM tasks_task WHERE post = ANY(%s) AND {IS_OPEN} AND programme = ANY(%s)"  # noqa: S608
            " LIMIT %s",
            [list(posts), list(seen), limit],
        )
        return {row[0] for row in cursor.fetchall()}


def of_subject(
    subject: uuid.UUID, seen: Sequence[str], *, open_only: bool = False, limit: int = PAGE
) -> list[TaskView]:
    """A subject's tasks, the latest first."""
    only = f"AND {IS_OPEN} " if open_only else ""
    return _tasks(
        f"WHERE subject = %s AND programme = ANY(%s) {only}ORDER BY due DESC, id LIMIT %s", [subject, list(seen), limit]
    )


def handed(subject: uuid.UUID, seen: Sequence[str]) -> list[Handed]:
    """What a subject is being passed on to, and the departments it is with; the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT programme, to_path, department, due, CASE WHEN {IS_ACCEPTED} THEN answered_at END"  # noqa: S608
            f" FROM tasks_handover WHERE subject = %s AND programme = ANY(%s) AND ({IS_ASKED}"
            f" OR {IS_ACCEPTED} AND department <> '' AND starts_with(path, to_path)) ORDER BY asked_at DESC",
            [subject, list(seen)],
        )
        return [Handed(*row) for row in cursor.fetchall()]


def notes(handovers: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], str]:
    """What was written to handovers in scope, by handover and the command it was written with."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, CASE state WHEN '{HandoverState.DECLINED}' THEN 'decline' ELSE 'pass_on' END, note"  # noqa: S608
            " FROM tasks_handover WHERE id = ANY(%s) AND note <> ''",
            [list(handovers)],
        )
        return {(handover, command): words.opened(note, handover) for handover, command, note in cursor.fetchall()}


def _open(where: str, values: list[Any], seen: Sequence[str], after: After | None, limit: int) -> list[TaskView]:
    """The urgent ones, of which there are few, before all others; each by deadline."""
    opened = f"WHERE {where} AND {IS_OPEN} AND programme = ANY(%s)"
    found: list[TaskView] = []
    for urgent in (True, False):
        if len(found) == limit or (urgent and after is not None and not after.urgent):
            continue
        begun = after is not None and after.urgent is urgent
        beyond, key = (" AND (due, id) > (%s, %s)", [after.due, after.id]) if after and begun else ("", [])
        found += _tasks(
            f"{opened} AND urgent = {urgent}{beyond} ORDER BY due, id LIMIT %s",
            [*values, list(seen), *key, limit - len(found)],
        )
    return found


def _tasks(where: str, values: Sequence[Any]) -> list[TaskView]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(TaskView._fields)} FROM tasks_task {where}", list(values))  # noqa: S608
        return [TaskView(*row) for row in cursor.fetchall()]
