"""Inputs that time alone changes, and the day on which it next does so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from fangxian.kernel.values import ValueType

from .compile.expressions import certain
from .compile.sql import Sql, call, case, column, integer, literal, paren
from .feel import Tests, names_in
from .feel.syntax import Literal
from .regions import bounds_of, only_literals
from .types import Table

TODAY = "today"


class ElapsedUnit(StrEnum):
    DAYS = "days_since"
    YEARS = "years_since"


@dataclass(frozen=True, slots=True)
class ElapsedInput:
    """An integer: local calendar days, or whole years, from ``of`` (a date, or a datetime in the chain's zone) to the
    row's ``today``; 0 on the day itself. A birthday on 29 February comes on 1 March in other years."""

    name: str
    kind: ElapsedUnit | str
    of: str


def local_day(name: str, types: Mapping[str, ValueType], zone: str) -> Sql:
    if types[name] is ValueType.DATE:
        return column(name)
    instant = call("TIMEZONE", exp.Literal.string("UTC"), column(name))
    return exp.cast(call("TIMEZONE", exp.Literal.string(zone), instant), "DATE")


def derived_sql(derived: ElapsedInput, types: Mapping[str, ValueType], zone: str) -> Sql:
    day = local_day(derived.of, types, zone)
    if ElapsedUnit(derived.kind) is ElapsedUnit.DAYS:
        return exp.cast(paren(exp.Sub(this=column(TODAY), expression=day)), "BIGINT")
    years = exp.Sub(this=call("YEAR", column(TODAY)), expression=call("YEAR", day))
    early = exp.LT(this=day_in_year(column(TODAY)), expression=day_in_year(day))
    return paren(exp.Sub(this=paren(years), expression=exp.cast(paren(early), "BIGINT")))


def day_in_year(day: Sql) -> Sql:
    """A number that orders days within a year."""
    months = exp.Mul(this=call("MONTH", day.copy()), expression=integer(32))
    return paren(exp.Add(this=months, expression=call("DAYOFMONTH", day.copy())))


def next_change(
    derived: Iterable[ElapsedInput],
    columns: Iterable[tuple[str, Tests]],
    tables: Iterable[Table],
    types: Mapping[str, ValueType],
    zone: str,
) -> Sql:
    """The first local day after today on which a derived input can make a cell hold or cease to; NULL when never.
    ``columns``: every cell with the input it is in. An input that is computed with or compared with another can matter
    any day: tomorrow."""
    cells = list(columns)
    mentioned = {name for table in tables for cell in table.cells() for name in names_in(cell)}
    mentioned |= {name for _, cell in cells for name in names_in(cell)}
    mentioned |= {name for name, cell in cells if not only_literals(cell)}
    days = [
        tomorrow(one) if one.name in mentioned else turn(one, thresholds(one.name, cells), types, zone)
        for one in derived
    ]
    moves = [day for day in days if day is not None]
    if not moves:
        return literal(None, ValueType.DATE)
    return call("LEAST", *moves, literal(None, ValueType.DATE))


def thresholds(name: str, cells: Iterable[tuple[str, Tests]]) -> list[int]:
    """The whole numbers at which some cell over the input begins or ceases to hold."""
    return sorted({start for given, cell in cells if given == name for start in starts(cell)})


def starts(cell: Tests) -> Iterator[int]:
    for test in cell.tests:
        for bound in bounds_of(test):
            if isinstance(bound.operand, Literal):
                value = float(bound.operand.value)  # type: ignore[arg-type]
                if bound.operator in ("<", ">=", "="):
                    yield math.ceil(value)
                if bound.operator in ("<=", ">", "="):
                    yield math.floor(value) + 1


def tomorrow(derived: ElapsedInput) -> Sql:
    known = exp.Not(this=exp.Is(this=column(derived.name), expression=exp.null()))
    return case([(known, plus_days(column(TODAY), integer(1)))])


def turn(derived: ElapsedInput, at: list[int], types: Mapping[str, ValueType], zone: str) -> Sql | None:
    """The day on which the input reaches the next of the numbers; None when there are none."""
    if not at:
        return None
    day = local_day(derived.of, types, zone)
    reach = days_reach if ElapsedUnit(derived.kind) is ElapsedUnit.DAYS else years_reach
    return case((exp.LT(this=column(derived.name), expression=integer(one)), reach(day, one)) for one in at)


def days_reach(day: Sql, count: int) -> Sql:
    return plus_days(day.copy(), integer(count))


def years_reach(day: Sql, count: int) -> Sql:
    year = exp.Add(this=call("YEAR", day.copy()), expression=integer(count))
    first = call("MAKE_DATE", year, call("MONTH", day.copy()), integer(1))
    return plus_days(first, paren(exp.Sub(this=call("DAYOFMONTH", day.copy()), expression=integer(1))))


def plus_days(day: Sql, count: Sql) -> Sql:
    return certain(paren(exp.Add(this=day, expression=exp.cast(count, "INTEGER"))))
