"""Reads of decisions for others: what is decided about a subject, and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from fangxian.dmn.explain import TableWhy
from fangxian.dmn.types import unlabelled
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text, both
from fangxian.kernel.values import ValueType
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

from . import engine
from .rules import plan_of

_CURRENT: Final = """
SELECT c.programme, c.subject, c.path, c.version, c.measure, c.until, c.stage, c.urgent, c.managed, c.provisional,
       c.rows, c.missing, c.since, c.entry, e.happened_at, e.body
FROM decide_current c LEFT JOIN journal_entry e ON e.id = c.entry
WHERE c.subject = ANY(%s) AND c.programme = ANY(%s) ORDER BY c.programme
"""
_TYPED: Final = {
    ValueType.DATE: dt.date.fromisoformat,
    ValueType.DATETIME: dt.datetime.fromisoformat,
    ValueType.TIME: dt.time.fromisoformat,
    ValueType.LIST: tuple,
}


class CurrentDecision(NamedTuple):
    """What is decided about a subject now; ``seen`` the facts the decision saw, ``decided_at`` when it was made."""

    programme: str
    subject: uuid.UUID
    path: str
    version: str
    measure: str | None
    until: dt.datetime | None
    stage: str | None
    urgent: bool
    managed: bool
    provisional: bool
    rows: Mapping[str, Any]
    missing: tuple[str, ...]
    since: dt.datetime
    entry: uuid.UUID
    decided_at: dt.datetime
    seen: Mapping[str, Any]
    outputs: Mapping[str, Any]


class Because(NamedTuple):
    """The row that gave the measure, in words, and the inputs it counted on without knowing them."""

    programme: Programme
    reason: Text | None
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a decision came about: every table of the version that made it, and the one that gave the measure."""

    programme: Programme = field(repr=False)
    tables: tuple[TableWhy, ...]
    measure_table: TableWhy


def current(subjects: Iterable[uuid.UUID], seen: Sequence[str]) -> dict[tuple[uuid.UUID, str], CurrentDecision]:
    """What is decided, by subject and programme, in the programmes seen."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [list(subjects), list(seen)])
        return {(row[1], row[0]): _current(row) for row in cursor.fetchall()}


def because(one: CurrentDecision) -> Because:
    """The reason of the row that was stored with the decision; nothing is decided again."""
    programme = programmes.version(one.programme, one.version)
    plan, known = plan_of(programme), {**one.seen, **one.outputs}
    rule = next((rule for rule in plan.deciding.rules if rule.number == one.rows.get(plan.deciding.name)), None)
    if rule is None:
        return Because(programme, None, one.missing)
    unknown = tuple(name for name in plan.counting_on[rule.number] if known.get(name) is None)
    return Because(programme, rule.reason, unknown or one.missing)


def why(one: CurrentDecision, calendar: Calendar) -> Explanation:
    """Run the version that decided once more over the facts it saw, and read off row by row what held.

    Takes some 0.2 s: for when it is asked, not for every view of a person.
    """
    programme = programmes.version(one.programme, one.version)
    chain = engine.chain(programme, engine.zone_for(programme, calendar.zone))
    today = calendar.today(one.decided_at)
    seen = {**_behind(programme, one.seen, today), **one.seen}
    values = {name: typed(kind, seen.get(name)) for name, kind in chain.plan.inputs.items()}
    tables = chain.explain(values, today)
    measure_table = plan_of(programme).deciding.name
    return Explanation(programme, tables, next(found for found in tables if found.table == measure_table))


def _behind(programme: Programme, seen: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    """A day that gives each derived input the number the decision saw: of an age the journal keeps no more."""
    found = {}
    for name, given in programme.inputs.items():
        number = seen.get(name)
        if number is not None:
            begun = _years_before(today, number) if given.years_since else today - dt.timedelta(days=number)
            moment = programme.facts[given.of].type is ValueType.DATETIME
            found[given.of] = f"{begun}T12:00:00+00:00" if moment else begun.isoformat()
    return found


def _years_before(day: dt.date, years: int) -> dt.date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return dt.date(day.year - years, day.month, last)


def label(programme: Programme, name: str) -> Text:
    """What a fact, an input or an output is called; an unlabelled first output of a table as the table is."""
    known = programme.facts.get(name) or programme.inputs.get(name)
    if known is not None:
        return known.label
    for table in programme.tables:
        for number, column in enumerate(table.outputs):
            if column.name == name:
                return table.label if number == 0 and column.label == unlabelled(name) else column.label
    return both(name)


def typed(kind: ValueType, value: Any) -> Any:
    """A value as it was stored, back in its type."""
    read = _TYPED.get(kind)
    return value if value is None or read is None else read(value)


def _current(row: Sequence[Any]) -> CurrentDecision:
    body = orjson.loads(row[15]) if row[15] else {}
    seen, told = body.get("facts", {}), body.get("outputs", {})
    return CurrentDecision._make(
        (*row[:10], orjson.loads(row[10]), tuple(row[11].split()), row[12], row[13], row[14] or row[12], seen, told)
    )
