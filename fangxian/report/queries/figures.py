"""Figures from the counters: summed rows and the changes not yet summed, read in one statement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection

from fangxian.areas.types import SEGMENT, Node, Range, Tier, subtree
from fangxian.kernel.clock import Calendar
from fangxian.programmes.types import Programme
from fangxian.report.types import STAGE, WALK_IN, Counts, FigureLine
from fangxian.tasks.states import IS_OPEN, State

_SUM: Final = """
SELECT area, day, kind, state, sum(n)::bigint FROM (
  SELECT substr(path, 1, %(width)s) AS area, day, kind, state, count AS n FROM report_figure
  WHERE programme = %(programme)s AND day = ANY(%(days)s::date[]) AND path >= %(lo)s AND path < %(hi)s
  UNION ALL
  SELECT substr(path, 1, %(width)s), day, kind, state, change FROM report_figurechange
  WHERE programme = %(programme)s AND day = ANY(%(days)s::date[]) AND path >= %(lo)s AND path < %(hi)s) both_parts
GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
"""
_TIERS: Final = {
    Tier.GRID: "grid_path",
    Tier.COMMUNITY: "community_path",
    Tier.TOWNSHIP: "township_path",
    Tier.COUNTY: "county_path",
}


def raw(programme: str, within: Range, days: Sequence[dt.date], width: int) -> list[FigureLine]:
    """The counters of a range and some days, summed by the first ``width`` characters of the path."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SUM, {"programme": programme, "days": list(days), "lo": within.lo, "hi": within.hi, "width": width}
        )
        return [FigureLine(*row) for row in cursor.fetchall()]


def counts(lines: Iterable[FigureLine]) -> Counts:
    """Counter rows as figures; the caller has chosen the areas and days."""
    stages: dict[int, int] = defaultdict(int)
    tasks: dict[tuple[str, str], int] = defaultdict(int)
    walk_ins = 0
    for line in lines:
        if line.kind or not line.state.startswith(STAGE):
            tasks[line.kind, line.state] += line.number
            continue
        stages[int(line.state.split(":")[1])] += line.number
        walk_ins += line.number if line.state.endswith(WALK_IN) else 0
    return Counts(dict(stages), walk_ins, dict(tasks))


def by_child(programme: str, path: str, days: Sequence[dt.date]) -> Mapping[tuple[str, dt.date], Counts]:
    """Figures by the path of the area below and the day; what lies on the area itself stands under its own path."""
    found: dict[tuple[str, dt.date], list[FigureLine]] = defaultdict(list)
    for line in raw(programme, subtree(path), days, len(path) + SEGMENT):
        found[line.area, line.day].append(line)
    return {key: counts(lines) for key, lines in found.items()}


def place_condition(area: Node) -> tuple[str, list[Any]]:
    """SQL on ``tasks_task`` and its values: the tasks in an area, so that the index of its level serves."""
    column = _TIERS.get(area.tier)
    if column:
        return f"{column} = %s", [area.path]
    within = subtree(area.path)
    return "county_path >= %s AND county_path < %s", [within.lo, within.hi]


def late_by_child(programme: str, area: Node, at: dt.datetime) -> dict[str, int]:
    """Open tasks past their deadline at an instant, by the path of the area below."""
    where, values = place_condition(area)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr(path, 1, %s), count(*) FROM tasks_task WHERE {IS_OPEN} AND {where}"  # noqa: S608
            " AND due <= %s AND programme = %s AND NOT drill GROUP BY 1",
            [len(area.path) + SEGMENT, *values, at, programme],
        )
        return dict(cursor.fetchall())


def late(
    programme: Programme, area: Node, calendar: Calendar, at: dt.datetime, found: Mapping[tuple[str, dt.date], Counts]
) -> dict[str, int]:
    """``late_by_child`` without walking every late task: all tasks of a window are due at the same moment, so of these
    the counters know; only tasks with a deadline of their own are looked at. ``found`` has today's figures by child.
    """
    if area.tier == Tier.ABOVE:  # several calendars
        return late_by_child(programme.id, area, at)
    today = calendar.operational_day(at)
    windows = [(kind.kind, kind.window.due) for kind in programme.tasks.values() if kind.window is not None]
    passed = [kind for kind, due in windows if calendar.moment_in_day(today, due) <= at]
    own = [kind.kind for kind in programme.tasks.values() if kind.window is None and kind.due_within is not None]
    late = defaultdict(int, _late_of_day(programme.id, area, at, today, own))
    for (path, day), counted in found.items():
        if day == today:
            late[path] += sum(counted.of_kind(kind, State.OPEN) for kind in passed)
    return {path: number for path, number in late.items() if number}


def _late_of_day(programme: str, area: Node, at: dt.datetime, day: dt.date, kinds: Sequence[str]) -> dict[str, int]:
    within = subtree(area.path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(path, 1, %s), count(*) FROM tasks_task WHERE day = %s AND path >= %s AND path < %s"  # noqa: S608 - a constant
            f" AND {IS_OPEN} AND kind = ANY(%s) AND due <= %s AND programme = %s AND NOT drill GROUP BY 1",
            [len(area.path) + SEGMENT, day, within.lo, within.hi, list(kinds), at, programme],
        )
        return dict(cursor.fetchall())


def measures(programme: str, within: Range) -> dict[str | None, int]:
    """How many people each measure in force applies to now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, count(*) FROM decide_current WHERE programme = %s AND active AND path >= %s AND path < %s"
            " AND NOT drill GROUP BY 1",
            [programme, within.lo, within.hi],
        )
        return dict(cursor.fetchall())
