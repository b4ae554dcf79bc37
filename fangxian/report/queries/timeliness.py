"""How long the steps took, day by day: arrival → registered → verified → classified; alert → acknowledged → acted.

A step of the cohort counts on its day of arrival; it is within its target when it came before the cut-off of that
operational day. The programme's fact ``<stage>_at`` says when a stage was reached; somebody is classified with the
first decision on a measure that is made after the last of these.
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
from fangxian.report.types import Span, TimedStep
from fangxian.subjects import tables
from fangxian.tasks.types import ACKNOWLEDGE_WITHIN, ACT_WITHIN, Cause

SAME_DAY: Final = Text("before the cut-off of the day", "当日截止前")
CLASSIFIED: Final = Text("classified", "判定")
_SPANS: Final = sql.SQL("""
SELECT step, day, percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
       count(*) FILTER (WHERE within), count(*)
FROM (SELECT s.step, m.day, greatest(0, extract(epoch FROM s.ended - s.began) / 60) AS took, s.ended <= d.ends AS within
      FROM decide_cohortmember m
      JOIN unnest(%(days)s::date[], %(ends)s::timestamptz[]) AS d (day, ends) ON d.day = m.day
      JOIN {facts} f ON f.subject = m.subject
      CROSS JOIN LATERAL (VALUES {steps}) AS s (step, began, ended)
      WHERE m.programme = %(programme)s AND m.day = ANY(%(days)s::date[]) AND m.path >= %(lo)s AND m.path < %(hi)s
        AND NOT m.drill AND s.began IS NOT NULL AND s.ended IS NOT NULL) spans
GROUP BY step, day ORDER BY step, day
""")
_FIRST_DECISION: Final = sql.SQL("""
(SELECT e.happened_at FROM journal_entry e WHERE e.subject = m.subject AND e.programme = m.programme
   AND e.kind = 'decision' AND e.happened_at >= {after} AND e.body::json #>> ARRAY['outputs', {measure}] IS NOT NULL
 ORDER BY e.happened_at, e.id LIMIT 1)
""")
_ALERTS: Final = """
SELECT 0, day, percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
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


def steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[TimedStep]:
    """Every step of a programme over some days; one without anybody has no days."""
    return [*_cohort_steps(programme, within, days, calendar), *_alert_steps(programme, within, days, calendar)]


def _cohort_steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[TimedStep]:
    """From the arrival on in one reading of the cohorts; the last step ends with the first decision on a measure."""
    if programme.cohort is None:
        return []
    moments = [programme.cohort.of, *(f"{stage}_at" for stage in programme.cohort.stages)]
    known = [name for name in moments if name in programme.facts and programme.facts[name].type is ValueType.DATETIME]
    moment = {name: sql.Identifier("f", tables.column(name)) for name in known[:3]}
    made: list[tuple[str, Text, sql.Composable, sql.Composable]] = [
        (ended, _label(programme, began, programme.facts[ended].label), moment[began], moment[ended])
        for began, ended in pairwise(moment)
    ]
    if len(moment) > 2 and programme.decision is not None:
        began = known[2]
        decided = _FIRST_DECISION.format(after=moment[began], measure=sql.Literal(programme.decision.measure))
        made.append(("classified", _label(programme, began, CLASSIFIED), moment[began], decided))
    values = _values(programme, within, days) | {"ends": [calendar.day_ends(day) for day in days]}
    lines = [sql.SQL("({}, {}, {})").format(number, began, ended) for number, (_, _, began, ended) in enumerate(made)]
    statement = _SPANS.format(
        facts=sql.Identifier(tables.table_name(programme.id)), steps=sql.SQL(", ").join(lines)
    )
    found = _read(statement, values) if made else {}
    return [TimedStep(name, label, SAME_DAY, found.get(number, {})) for number, (name, label, _, _) in enumerate(made)]


def _label(programme: Programme, began: str, ended: Text) -> Text:
    first = programme.facts[began].label
    return Text(f"{first.en} → {ended.en[:1].lower()}{ended.en[1:]}", f"{first.zh} → {ended.zh}")


def _alert_steps(programme: Programme, within: Range, days: Sequence[dt.date], calendar: Calendar) -> list[TimedStep]:
    values = _values(programme, within, days) | {"first": calendar.day_begins(min(days)), "cause": str(Cause.URGENT)}
    found = []
    for name, (label, began, ended, target) in _BETWEEN.items():
        minutes = target.total_seconds() / 60
        spans = _read(_ALERTS.format(began=began, ended=ended), values | {"target": minutes}).get(0, {})
        found.append(TimedStep(name, label, Text(f"within {minutes:.0f} min", f"{minutes:.0f} 分钟内"), spans))
    return found


def _values(programme: Programme, within: Range, days: Sequence[dt.date]) -> dict[str, Any]:
    return {"programme": programme.id, "days": list(days), "lo": within.lo, "hi": within.hi}


def _read(statement: Any, values: dict[str, Any]) -> dict[int, dict[dt.date, Span]]:
    """By the number of the step, then by day."""
    found: dict[int, dict[dt.date, Span]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for step, day, half, ninth, within, of in cursor.fetchall():
            found.setdefault(step, {})[day] = Span(_minutes(half), _minutes(ninth), within, of)
    return found


def _minutes(value: Any) -> float | None:
    return None if value is None else round(float(value), 1)
