"""How long the steps took, day by day: arrival → registered → verified → classified; alert → acknowledged → acted.

A step of the cohort counts on its day of arrival; it is within its target when it came before the cut-off of that
operational day. The programme's fact ``<stage>_at`` says when a stage was reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from django.db import connection
from psycopg import sql

from fangxian.areas.types import Range
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes.types import Programme
from fangxian.report.types import Span, Step
from fangxian.subjects import tables
from fangxian.tasks.types import ACKNOWLEDGE_WITHIN, ACT_WITHIN, Cause

SAME_DAY: Final = Text("before the cut-off of the day", "当日截止前")
_MINUTES: Final = sql.SQL("extract(epoch FROM {} - {}) / 60")
_SPANS: Final = sql.SQL("""
SELECT day, percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
       count(*) FILTER (WHERE within), count(*)
FROM (SELECT m.day, greatest(0, {minutes}) AS took, {ended} <= d.ends AS within
      FROM decide_cohortmember m
      JOIN unnest(%(days)s::date[], %(ends)s::timestamptz[]) AS d (day, ends) ON d.day = m.day
      JOIN {facts} f ON f.subject = m.subject
      WHERE m.programme = %(programme)s AND m.day = ANY(%(days)s::date[]) AND m.path >= %(lo)s AND m.path < %(hi)s
        AND NOT m.drill AND {began} IS NOT NULL AND {ended} IS NOT NULL) spans
GROUP BY day ORDER BY day
""")
_ALERTS: Final = """
SELECT day, percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
       count(*) FILTER (WHERE took <= %(target)s), count(*)
FROM (SELECT day, extract(epoch FROM {ended} - {began}) / 60 AS took FROM tasks_alert
      WHERE path >= %(lo)s AND path < %(hi)s AND raised_at >= %(first)s AND programme = %(programme)s
        AND cause = %(cause)s AND step = 0 AND day = ANY(%(days)s::date[]) AND NOT drill AND {ended} IS NOT NULL) spans
GROUP BY day ORDER BY day
"""
_BETWEEN: Final = {
    "acknowledged": (Text("Alert → acknowledged", "预警 → 确认"), "raised_at", "acknowledged_at", ACKNOWLEDGE_WITHIN),
    "acted": (Text("Acknowledged → acted", "确认 → 处置"), "acknowledged_at", "acted_at", ACT_WITHIN),
}


def steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[Step]:
    """Every step of a programme over some days; one without anybody has no days."""
    return [*_cohort_steps(programme, within, days, calendar), *_alert_steps(programme, within, days, calendar)]


def _cohort_steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[Step]:
    if programme.cohort is None:
        return []
    moments = [programme.cohort.of, *(f"{stage}_at" for stage in programme.cohort.stages)]
    known = [name for name in moments if name in programme.facts and programme.facts[name].type is ValueType.DATETIME]
    values = _values(programme, within, days) | {"ends": [calendar.day_ends(day) for day in days]}
    return [_step(programme, began, ended, values) for began, ended in pairwise(known[:3])]


def _step(programme: Programme, began: str, ended: str, values: dict[str, Any]) -> Step:
    columns = [sql.Identifier("f", tables.column(name)) for name in (began, ended)]
    statement = _SPANS.format(
        facts=sql.Identifier(tables.table_name(programme.id)),
        began=columns[0],
        ended=columns[1],
        minutes=_MINUTES.format(columns[1], columns[0]),
    )
    labels = [programme.facts[name].label for name in (began, ended)]
    label = Text(f"{labels[0].en} → {labels[1].en[:1].lower()}{labels[1].en[1:]}", f"{labels[0].zh} → {labels[1].zh}")
    return Step(ended, label, SAME_DAY, _read(statement, values))


def _alert_steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[Step]:
    values = _values(programme, within, days) | {"first": calendar.day_begins(min(days)), "cause": str(Cause.URGENT)}
    found = []
    for name, (label, began, ended, target) in _BETWEEN.items():
        minutes = target.total_seconds() / 60
        spans = _read(_ALERTS.format(began=began, ended=ended), values | {"target": minutes})
        found.append(Step(name, label, Text(f"within {minutes:.0f} min", f"{minutes:.0f} 分钟内"), spans))
    return found


def _values(programme: Programme, within: Range, days: Sequence[dt.date]) -> dict[str, Any]:
    return {"programme": programme.id, "days": list(days), "lo": within.lo, "hi": within.hi}


def _read(statement: Any, values: dict[str, Any]) -> dict[dt.date, Span]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {
            day: Span(_minutes(half), _minutes(ninth), within, of) for day, half, ninth, within, of in cursor.fetchall()
        }


def _minutes(value: Any) -> float | None:
    return None if value is None else round(float(value), 1)
