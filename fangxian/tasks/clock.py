"""The clock as a caller: the turn of the day, deadlines, decisions that time changes, alerts nobody acknowledged.

Every function takes the instant as an argument; ``run_due`` is what a process calls every few seconds, and the demo and
the tests call with a simulated clock. All of it runs under the system's scope and can be repeated without harm.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.areas.types import Place, Tier, subtree
from fangxian.journal import actions as journal
from fangxian.journal import isolation
from fangxian.journal.types import Actor
from fangxian.kernel.clock import Calendar
from fangxian.kernel.ids import derived
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme, TaskKind

from . import alerts, escalation, publications, relocation, settling
from .models import Turn
from .places import staffed_counties
from .states import IS_OPEN, Event, sql_after, sql_may
from .types import Cause

CHUNK: Final = 5_000
_MISSED: Final = f"""
UPDATE tasks_task SET state = {sql_after(Event.CUT_OFF)}, ended_at = closes
WHERE {sql_may(Event.CUT_OFF)} AND programme = %s AND closes <= %s AND path >= %s AND path < %s
RETURNING id, kind, day, path, grid_path, community_path, township_path, county_path, drill
"""  # noqa: S608 - constants
_STILL_RUNS: Final = f"""
SELECT EXISTS (SELECT FROM tasks_task WHERE day = %s AND path >= %s AND path < %s AND {IS_OPEN} AND closes > %s)
"""  # noqa: S608 - a constant
_GAPS: Final = uuid.UUID("5e0b1f4c-3c59-4f0b-8f35-93b3f0a4f6ce")
_LATE: Final = f"""
UPDATE tasks_task SET told = %s
WHERE {IS_OPEN} AND programme = %s AND kind = %s AND told < %s AND due <= %s AND closes > %s
RETURNING id, kind, day, path, grid_path, community_path, township_path, county_path, drill
"""  # noqa: S608 - constants


def run_due(at: dt.datetime) -> None:
    """Everything that is due at an instant; another process that is at it already is left to finish."""
    with working_in(SYSTEM):
        turning = places_that_turn(at)
    for path, calendar in turning.items():
        days = _days_to_begin(path, calendar, at)
        if days:
            with working_in(SYSTEM):
                _mark_as_begun(path, days[:-1], at)
                _tell_gap(path, days[:-1], at)
            turn_of_day(path, calendar, days[-1], at)
    redecide_due(at)
    publications.catch_up(at)
    with working_in(SYSTEM):
        settling.settle(at)
        relocation.hand_on(at)
    tell_late(at)
    escalation.escalate(at)


def places_that_turn(at: dt.datetime) -> dict[str, Calendar]:
    """Where a day ends, and its calendar: counties somebody works or worked in, and areas in them with their own."""
    counties = staffed_counties(at)
    turned = areas.calendars(set(Turn.objects.values_list("path", flat=True).distinct()))
    own = areas.calendars(path for path in areas.with_own_calendar() if any(path in subtree(one) for one in counties))
    return {**turned, **counties, **own}


def turn_of_day(path: str, calendar: Calendar, day: dt.date, at: dt.datetime) -> None:
    """Begin an operational day in a county: what is open past its cut-off is missed and told, the new day's tasks open.

    Missed tasks never stand in the way of the new day's. When the clock comes late, decisions are still made as of
    ``at``: time does not run backwards for anybody. Subjects are taken in chunks, each its own transaction; the day is
    marked as begun at the end.
    """
    for programme in _programmes():
        with _isolated(programme, at), working_in(SYSTEM):
            _mark_missed(programme, path, at)
        with _isolated(programme, at):
            for chunk in _chunks(_active(programme, path)):
                with working_in(SYSTEM):
                    journal.revisit(programme, set(chunk), by=Actor(path=path, source="clock"), at=at)
    with working_in(SYSTEM):
        journal.tick(path=path, at=at, name="turn")
        _mark_as_begun(path, [day], at)


def _mark_as_begun(path: str, days: Iterable[dt.date], at: dt.datetime) -> None:
    """Days on which the clock stood still are over when it comes back: nobody was asked for anything on them."""
    Turn.objects.bulk_create([Turn(path=path, day=day, begun_at=at) for day in days], ignore_conflicts=True)


def redecide_due(at: dt.datetime) -> None:
    """Decide again those whom time alone can have changed since their decision."""
    for programme in _programmes():
        with _isolated(programme, at):
            with working_in(SYSTEM):
                due = _due_for_decision(programme, at)
            for chunk in _chunks(due):
                with working_in(SYSTEM):
                    journal.revisit(programme, set(chunk), by=Actor(path="", source="clock"), at=at)


def tell_late(at: dt.datetime) -> None:
    """Tell each level of open tasks so long past their deadline, one line per kind, day and place."""
    for programme in _programmes():
        with _isolated(programme, at), working_in(SYSTEM):
            for kind in programme.tasks.values():
                _tell_late(programme, kind, at)


def _tell_late(programme: Programme, kind: TaskKind, at: dt.datetime) -> None:
    for step, late in enumerate(kind.late, start=1):
        with connection.cursor() as cursor:
            cursor.execute(_LATE, [step, programme.id, kind.kind, step, at - late.after, at])
            tasks = [_task(row) for row in cursor.fetchall()]
        alerts.raise_lines(programme.id, Cause.LATE, step, Tier(late.tell), tasks, at)


def _mark_missed(programme: Programme, path: str, at: dt.datetime) -> None:
    below = subtree(path)
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, [programme.id, at, below.lo, below.hi])
        tasks = [_task(row) for row in cursor.fetchall()]
    by_tier: dict[str, list[alerts.TaskOf]] = defaultdict(list)
    for task in tasks:
        kind = programme.tasks.get(task.kind)  # None: a kind that the version now in force has no more
        by_tier[kind.missed if kind else Tier.COUNTY].append(task)
    for tier, told in sorted(by_tier.items()):
        alerts.raise_lines(programme.id, Cause.MISSED, 0, Tier(tier), told, at)


def _task(row: Sequence[object]) -> alerts.TaskOf:
    task, kind, day, path, grid, community, township, county, drill = row
    return alerts.TaskOf(task, kind, day, Place(path, grid, community, township, county), drill)  # type: ignore[arg-type]


def _days_to_begin(path: str, calendar: Calendar, at: dt.datetime) -> list[dt.date]:
    """The operational days begun by now that the clock has not begun; for a new county only today's.

    A day ends when its own tasks do: a cut-off that is moved to an earlier hour meanwhile holds from the next one.
    """
    today = calendar.operational_day(at)
    with working_in(SYSTEM):
        last = Turn.objects.filter(path=path).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return [today]
    if today > last and _still_runs(path, last, at):
        return []
    return [last + dt.timedelta(days=count) for count in range(1, (today - last).days + 1)]


@contextmanager
def _isolated(programme: Programme, at: dt.datetime) -> Iterator[None]:
    """What a programme fails with is told by its name, and the clock goes on with the others."""
    try:
        yield
    except Exception as error:
        if not isolation.is_its_own(error):
            raise
        with working_in(SYSTEM):
            isolation.tell(programme.id, error, at)


def _still_runs(path: str, day: dt.date, at: dt.datetime) -> bool:
    """Whether anybody was told to have time beyond this moment for what a day asks."""
    below = subtree(path)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_STILL_RUNS, [day, below.lo, below.hi, at])
        return bool(cursor.fetchone()[0])


def _tell_gap(path: str, days: Sequence[dt.date], at: dt.datetime) -> None:
    """Days on which the clock stood still are told to whoever answers for the place: nothing was asked for on them."""
    place = areas.places([path])[path]
    rows = [
        alerts.NewAlert(
            derived(_GAPS, programme.id, path, day), programme.id, Cause.GAP.value, "day", 0, day,
            alerts.at_tier(place, Tier.COUNTY) or path, Tier.COUNTY.value, None, None, 1, at, None, None, drill=False)
        for programme in _programmes() if programme.tasks for day in days
    ]
    alerts.write(rows, again=False)


def _programmes() -> list[Programme]:
    with working_in(SYSTEM):
        return [programme for programme in programmes.all_in_force() if programme.decision is not None]


def _active(programme: Programme, path: str) -> list[uuid.UUID]:
    below = subtree(path)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM decide_current WHERE programme = %s AND active AND path >= %s AND path < %s"
            " ORDER BY path, subject",
            [programme.id, below.lo, below.hi],
        )
        return [row[0] for row in cursor.fetchall()]


def _due_for_decision(programme: Programme, at: dt.datetime) -> list[uuid.UUID]:
    """By the local date of each subject's place; the widest zone is asked first, then each row by its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, path, next_change FROM decide_current WHERE programme = %s AND next_change <= %s"
            " ORDER BY path, subject",
            [programme.id, (at + dt.timedelta(hours=14)).date()],
        )
        rows = cursor.fetchall()
    calendars = areas.calendars({row[1] for row in rows})
    return [subject for subject, path, due in rows if due <= calendars[path].today(at)]


def _chunks(subjects: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    waiting = iter(subjects)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
