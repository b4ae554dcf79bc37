"""Pure: from a row of facts and what the tables said to a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fangxian.dmn.types import Rule, Table
from fangxian.kernel.canonical import dumps
from fangxian.kernel.clock import Calendar
from fangxian.programmes.types import DecisionRoles, Programme

from .types import Verdict

ROW = "row__"
MISSING = "missing__"
WHEN = "when__"
TASK = "task_"
CONSEQUENCE = "consequence_"


def derived_inputs(
    programme: Programme, facts: Mapping[str, Any], calendar: Calendar, today: dt.date
) -> dict[str, int | None]:
    """Whole local days, or completed years, from a fact to today; None while the fact is unknown."""
    return {
        name: _elapsed(local_date(facts.get(given.of), calendar), today, years=given.years_since is not None)
        for name, given in programme.inputs.items()
    }


def local_date(value: dt.date | dt.datetime | None, calendar: Calendar) -> dt.date | None:
    """The calendar date an instant or a date falls on locally."""
    return calendar.today(value) if isinstance(value, dt.datetime) else value


@dataclass(slots=True)
class VerdictReader:
    """Reads verdicts for many subjects. Where the tables said the same (one object, as the engine gives it), and the
    facts that matter besides are the same, the verdict is the same one: of ten thousand people under observation there
    are as many as days of arrival."""

    programme: Programme
    _read: dict[tuple[Any, ...], Verdict] = field(default_factory=dict)
    _days: dict[tuple[dt.datetime, str, dt.time], dt.date] = field(default_factory=dict)
    _said: list[Mapping[str, Any]] = field(default_factory=list)  # kept, for an id is one's own only while one lives

    def verdict(
        self, facts: Mapping[str, Any], said: Mapping[str, Any], calendar: Calendar, today: dt.date
    ) -> Verdict:
        """As ``verdict``."""
        plan = plan_of(self.programme)
        key = (
            id(said),
            self._cohort_day(facts, calendar),
            *[facts.get(name) for name in plan.walk_in],
            *[facts.get(name) is None for name in plan.watched],
            calendar.zone.key,
            calendar.cutoff,
            today,
        )
        found = self._read.get(key)
        if found is None:
            self._said.append(said)
            found = self._read[key] = verdict(self.programme, facts, said, calendar, today)
        return found

    def _cohort_day(self, facts: Mapping[str, Any], calendar: Calendar) -> dt.date | None:
        begun = facts.get(self.programme.cohort.of) if self.programme.cohort else None
        if begun is None:
            return None
        key = begun, calendar.zone.key, calendar.cutoff
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = calendar.operational_day(begun)
        return day


def verdict(
    programme: Programme, facts: Mapping[str, Any], said: Mapping[str, Any], calendar: Calendar, today: dt.date
) -> Verdict:
    """Read the meaning out of the outputs by the programme's roles. ``said`` is one row of the chain's answer."""
    plan = plan_of(programme)
    roles = plan.roles
    outputs = {name: said.get(name) for name in plan.outputs}
    rows = {table: said.get(column) for table, column in plan.rows}
    measure = outputs[roles.measure]
    stage = outputs[roles.stage] if roles.stage else None
    managed = measure is not None and programme.measures[measure].managed
    asks = tuple(kind for kind, column in plan.asks if said.get(column))
    return Verdict(
        measure=measure,
        until=instant(outputs[roles.until], calendar),
        stage=stage,
        urgent=bool(outputs[roles.urgent]) if roles.urgent else False,
        managed=managed,
        active=managed or bool(asks),
        asks=asks,
        consequences=tuple(number for number, column in plan.consequences if said.get(column)),
        provisional=_provisional(programme, rows, facts, outputs, calendar, today),
        outputs=outputs,
        rows=rows,
        missing=tuple(sorted({name for column in plan.missing for name in said.get(column) or ()})),
        next_change=said.get("next_change"),
        cohort=_cohort(programme, facts, stage, calendar),
        walk_in=any(facts.get(name) for name in plan.walk_in),
        asks_text=" ".join(asks),
        outputs_text=dumps(outputs),
        rows_text=dumps(rows),
    )


def alarm(
    roles: DecisionRoles, outputs: Mapping[str, Any], before: Mapping[str, Any] | None,
) -> str:
    """The heaviest output that is true of those that raise an alert, unless one as heavy was before; else ``""``. A
    heavier one that the version before did not know of says nothing now."""
    known = [name for name in roles.alarms if before is None or name in before or name == roles.urgent]
    now, then = ([name for name in known if said and said.get(name)] for said in (outputs, before))
    heaviest = now[-1] if now else ""
    return heaviest if heaviest and (not then or known.index(heaviest) > known.index(then[-1])) else ""


def seen(programme: Programme, facts: Mapping[str, Any], calendar: Calendar, today: dt.date) -> dict[str, Any]:
    """The known facts and derived inputs that the tables looked at: what a decision keeps as its reason."""
    plan = plan_of(programme)
    found = {name: value for name in plan.facts_read if (value := facts.get(name)) is not None}
    for name, of, years in plan.derived_read:
        value = _elapsed(local_date(facts.get(of), calendar), today, years=years)
        if value is not None:
            found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class VerdictPlan:
    """Names that are the same for every subject of a programme: columns of the chain's answer, and what counts.

    ``derived_read``: an input, the fact it counts from, whether in years. ``deciding`` is the table that gives the
    measure, ``counting_on`` what each of its rows looks at, ``walk_in`` the fact that says so, if there is one. Beside
    the answer a verdict depends on that fact, and on whether those ``watched`` are known.
    """

    roles: DecisionRoles
    outputs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    asks: tuple[tuple[str, str], ...]
    consequences: tuple[tuple[int, str], ...]
    facts_read: tuple[str, ...]
    derived_read: tuple[tuple[str, str, bool], ...]
    counting_on: Mapping[Any, tuple[str, ...]]
    deciding: Table
    walk_in: tuple[str, ...]
    watched: tuple[str, ...]


@lru_cache(maxsize=64)
def plan_of(programme: Programme) -> VerdictPlan:
    """Worked out once a version, of a programme that decides."""
    roles = programme.decision
    assert roles is not None, programme.id
    outputs = tuple(column.name for table in programme.tables for column in table.outputs)
    deciding = next(
        table for table in programme.tables if any(column.name == roles.measure for column in table.outputs))
    counting_on = {rule.number: _tested(deciding, rule) for rule in deciding.rules}
    reads = {name for table in programme.tables for name in table.reads()} - set(outputs)
    counted = sorted({name for names in counting_on.values() for name in names})
    return VerdictPlan(
        roles=roles,
        outputs=outputs,
        rows=tuple((table.name, ROW + table.name) for table in programme.tables),
        missing=tuple(MISSING + table.name for table in programme.tables),
        asks=tuple((kind, WHEN + TASK + kind) for kind in programme.tasks),
        consequences=tuple((number, f"{WHEN}{CONSEQUENCE}{number}") for number in range(len(programme.consequences))),
        facts_read=tuple(sorted(reads - programme.inputs.keys())),
        derived_read=tuple((name, given.of, given.years_since is not None)
                           for name, given in programme.inputs.items() if name in reads),
        counting_on=counting_on,
        deciding=deciding,
        walk_in=(programme.cohort.walk_in,) if programme.cohort and programme.cohort.walk_in else (),
        watched=tuple(programme.inputs[name].of if name in programme.inputs else name for name in counted),
    )


def _tested(table: Table, rule: Rule) -> tuple[str, ...]:
    """The inputs whose value, or whose being unknown, a row counts on."""
    return tuple(column.name for column, tests in zip(table.inputs, rule.tests, strict=True) if not tests.anything)


def _elapsed(begun: dt.date | None, today: dt.date, *, years: bool) -> int | None:
    if begun is None:
        return None
    if not years:
        return (today - begun).days
    return today.year - begun.year - ((today.month, today.day) < (begun.month, begun.day))


def instant(until: dt.date | dt.datetime | None, calendar: Calendar) -> dt.datetime | None:
    """The exclusive end of a measure; one that is told as a day ends as that day begins."""
    if until is None or isinstance(until, dt.datetime):
        return until
    return calendar.at(until, dt.time.min)


def _cohort(programme: Programme, facts: Mapping[str, Any], stage: str | None, calendar: Calendar) -> dt.date | None:
    if programme.cohort is None or stage is None or facts.get(programme.cohort.of) is None:
        return None
    return calendar.operational_day(facts[programme.cohort.of])


def _provisional(
    programme: Programme,
    rows: Mapping[str, Any],
    facts: Mapping[str, Any],
    outputs: Mapping[str, Any],
    calendar: Calendar,
    today: dt.date,
) -> bool:
    """Whether the row that gave the measure counted on something not being known."""
    plan = plan_of(programme)
    names = plan.counting_on.get(rows.get(plan.deciding.name), ())
    unknown = [name for name in names if facts.get(name) is None and outputs.get(name) is None]
    if not unknown:
        return False
    derived = derived_inputs(programme, facts, calendar, today)
    return any(derived.get(name) is None for name in unknown)
