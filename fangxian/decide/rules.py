"""Pure: from a row of facts and what the tables said to a decision."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from fangxian.kernel.clock import Calendar
from fangxian.programmes.types import Programme

from .types import Decision

ROW = "row__"
MISSING = "missing__"
WHEN = "when__"
TASK = "task_"
CONSEQUENCE = "consequence_"


def derived_inputs(programme: Programme, facts: Mapping[str, Any], calendar: Calendar, today: dt.date) -> dict[str, int | None]:
    """Whole local days, or completed years, from a fact to today; None while the fact is unknown."""
    return {
        name: _elapsed(local_date(facts.get(given.of), calendar), today, years=given.years_since is not None)
        for name, given in programme.inputs.items()}


def local_date(value: dt.date | dt.datetime | None, calendar: Calendar) -> dt.date | None:
    """The calendar date an instant or a date falls on locally."""
    return calendar.today(value) if isinstance(value, dt.datetime) else value


def decision(programme: Programme, subject: uuid.UUID, facts: Mapping[str, Any], said: Mapping[str, Any],
             calendar: Calendar, today: dt.date) -> Decision:
    """Read the meaning out of the outputs by the programme's roles. ``said`` is one row of the chain's answer."""
    roles = programme.decision
    outputs = {name: said.get(name) for table in programme.tables for name in (column.name for column in table.outputs)}
    rows = {table.name: said.get(ROW + table.name) for table in programme.tables}
    inputs = derived_inputs(programme, facts, calendar, today)
    measure = outputs.get(roles.measure) if roles else None
    stage = outputs.get(roles.stage) if roles and roles.stage else None
    managed = measure is not None and programme.measures[measure].managed
    return Decision(
        subject=subject,
        measure=measure,
        until=_instant(outputs.get(roles.until) if roles else None, calendar),
        stage=stage,
        urgent=bool(outputs.get(roles.urgent)) if roles and roles.urgent else False,
        managed=managed,
        active=managed or any(said.get(WHEN + TASK + kind) for kind in programme.tasks),
        asks=tuple(kind for kind in programme.tasks if said.get(WHEN + TASK + kind)),
        entails=tuple(
            number for number in range(len(programme.consequences)) if said.get(f"{WHEN}{CONSEQUENCE}{number}")),
        provisional=_provisional(programme, rows, {**facts, **inputs, **outputs}),
        outputs=outputs,
        rows=rows,
        seen={name: value for name, value in {**facts, **inputs}.items() if value is not None and name in reads(programme)},
        missing=tuple(sorted({name for table in programme.tables for name in said.get(MISSING + table.name) or ()})),
        next_change=said.get("next_change"),
        cohort=_cohort(programme, facts, stage, calendar),
        walk_in=bool(programme.cohort and programme.cohort.walk_in and facts.get(programme.cohort.walk_in)),
    )


def reads(programme: Programme) -> frozenset[str]:
    """The facts and derived inputs that any table of the programme looks at."""
    outputs = {column.name for table in programme.tables for column in table.outputs}
    return frozenset(name for table in programme.tables for name in table.reads()) - outputs


def _elapsed(begun: dt.date | None, today: dt.date, *, years: bool) -> int | None:
    if begun is None:
        return None
    if not years:
        return (today - begun).days
    return today.year - begun.year - ((today.month, today.day) < (begun.month, begun.day))


def _instant(until: dt.date | dt.datetime | None, calendar: Calendar) -> dt.datetime | None:
    if until is None or isinstance(until, dt.datetime):
        return until
    return calendar.at(until, dt.time.min)


def _cohort(programme: Programme, facts: Mapping[str, Any], stage: str | None, calendar: Calendar) -> dt.date | None:
    if programme.cohort is None or stage is None or facts.get(programme.cohort.of) is None:
        return None
    return calendar.operational_day(facts[programme.cohort.of])


def _provisional(programme: Programme, rows: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether the row that gave the measure counted on something not being known."""
    for table in programme.tables:
        if programme.decision is None or programme.decision.measure not in {column.name for column in table.outputs}:
            continue
        rule = next((rule for rule in table.rules if rule.number == rows.get(table.name)), None)
        return rule is not None and any(
            not tests.anything and values.get(column.name) is None
            for column, tests in zip(table.inputs, rule.tests, strict=True))
    return False
