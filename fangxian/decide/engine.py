"""The programme's chain of tables, compiled once a process, fed with facts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from fangxian.dmn.derived import ElapsedInput
from fangxian.dmn.engine import Chain
from fangxian.dmn.feel import Tests
from fangxian.kernel.clock import FIRST_DAY, Calendar
from fangxian.kernel.values import ValueType
from fangxian.programmes.facts import fold
from fangxian.programmes.types import Programme

from . import rules


@lru_cache(maxsize=32)
def chain(programme: Programme, zone: str) -> Chain:
    """Parsed, compiled and prepared; ``zone`` says on which calendar day an instant lies that days are counted from."""
    derived = [
        ElapsedInput(given.name, "years_since" if given.years_since else "days_since", given.of)
        for given in programme.inputs.values() if given.name in _read(programme)
    ]
    tables, conditions = tuple(programme.tables), _conditions(programme)
    return Chain(tables, base_columns(programme), derived, conditions=conditions, zone=zone)


def _conditions(programme: Programme) -> dict[str, dict[str, Tests]]:
    """When each kind of task is asked for, and each consequence follows."""
    named = {rules.TASK + kind.kind: kind.when for kind in programme.tasks.values()}
    named |= {f"{rules.CONSEQUENCE}{number}": given.when for number, given in enumerate(programme.consequences)}
    return {name: {condition.column: condition.test.tests for condition in when} for name, when in named.items()}


@lru_cache(maxsize=32)
def base_columns(programme: Programme) -> dict[str, ValueType]:
    """The facts the tables read, directly or through a derived input."""
    named = {programme.inputs[name].of if name in programme.inputs else name for name in _read(programme)}
    return {name: programme.facts[name].type for name in sorted(named)}


def _read(programme: Programme) -> set[str]:
    """The facts and inputs that tables and conditions look at; an input that nobody reads takes no part."""
    outputs = {column.name for table in programme.tables for column in table.outputs}
    read = {name for table in programme.tables for name in table.reads()}
    conditions = [*(kind.when for kind in programme.tasks.values()), *(given.when for given in programme.consequences)]
    return (read | {condition.column for when in conditions for condition in when}) - outputs


def try_out(programme: Programme) -> None:
    """Build and run all that a record would run, on somebody of whom nothing is known; raises what that raises."""
    if programme.decision is None:
        return
    calendar = Calendar(ZoneInfo("UTC"))
    facts = dict(fold(programme, (), tz=dt.UTC).values)
    [said] = say(programme, [facts], [FIRST_DAY], [calendar.zone])
    rules.verdict(programme, facts, said, calendar, FIRST_DAY)
    rules.seen(programme, facts, calendar, FIRST_DAY)


def zone_for(programme: Programme, zone: ZoneInfo) -> str:
    """The zone of the chain that decides for a place: all share one where no days are counted from an instant."""
    counted = {programme.facts[given.of].type for given in programme.inputs.values()}
    return zone.key if ValueType.DATETIME in counted else "UTC"


def say(
    programme: Programme, facts: Sequence[Mapping[str, Any]], today: Sequence[dt.date], zones: Sequence[ZoneInfo],
) -> list[dict[str, Any]]:
    """What the tables say about each of some subjects, in order, on its local date in its local zone.

    Of many of whom they say the same there is one dict, which nobody may change.
    """
    chains = {zone: zone_for(programme, zone) for zone in set(zones)}
    by_chain: dict[str, list[int]] = defaultdict(list)
    for number, zone in enumerate(zones):
        by_chain[chains[zone]].append(number)
    said: dict[int, dict[str, Any]] = {}
    for name, numbers in by_chain.items():
        rows = [facts[number] for number in numbers]
        found = chain(programme, name).decide_rows(rows, [today[number] for number in numbers])
        said.update(zip(numbers, found, strict=True))
    return [said[number] for number in range(len(facts))]
