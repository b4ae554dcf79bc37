"""Pure: which facts bear on the measure, and whether another value of them can change it at all.

Which do is known of a programme's tables once and for all. Whether one that changed may matter is known of the cells
that look at it: where each of them says of the new value what it said of the old one, no table comes out another,
whatever else is known or not. That costs microseconds, so that it can be asked of every health check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Any, Final, NamedTuple

from fangxian.dmn.feel import Binary, Compare, Expression, Interval, Literal, Name, Test, Unknown, names_in
from fangxian.dmn.feel.fold import computed
from fangxian.dmn.types import Table
from fangxian.kernel.values import ValueType
from fangxian.programmes.types import Programme

_OPERATORS: Final = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_ONE_VALUE: Final = {ValueType.BOOLEAN, ValueType.DATE, ValueType.DATETIME, ValueType.INTEGER, ValueType.NUMBER,
                     ValueType.TEXT}


class _Cell(NamedTuple):
    """A test of a column that looks at a fact, as the value tested or as what it is compared with."""

    column: str
    test: Test


class _Looks(NamedTuple):
    """By fact the cells that look at it; and the facts whose every change may matter, for more than cells does."""

    cells: Mapping[str, tuple[_Cell, ...]]
    otherwise: frozenset[str]


@lru_cache(maxsize=64)
def bearing(programme: Programme) -> frozenset[str]:
    """The facts that tables read from which the measure and its end follow, directly or through a derived input."""
    read = {name for table in _deciding(programme) for name in table.reads()}
    named = {programme.inputs[name].of if name in programme.inputs else name for name in read}
    return frozenset(named & programme.facts.keys())


def may_matter(programme: Programme, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the measure can come out another by what differs between two rows of facts."""
    looks = _looks(programme)
    return any(_matters(looks, name, before, after) for name in bearing(programme)
               if before.get(name) != after.get(name))


def _matters(looks: _Looks, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if name in looks.otherwise:
        return True
    try:
        return any(_said(cell, before) != _said(cell, after) for cell in looks.cells.get(name, ()))
    except (ArithmeticError, TypeError, ValueError):
        return True


def _said(cell: _Cell, facts: Mapping[str, Any]) -> tuple[bool | None, ...]:
    value, test = facts.get(cell.column), cell.test
    if isinstance(test, Unknown):
        return (value is None,)
    compared = test.bounds() if isinstance(test, Interval) else (test,)
    return tuple(_compared(value, one, facts) for one in compared)


def _compared(value: Any, one: Compare, facts: Mapping[str, Any]) -> bool | None:
    operand = _worth(one.operand, facts)
    return None if value is None or operand is None else bool(_OPERATORS[one.operator](value, operand))


def _worth(expression: Expression, facts: Mapping[str, Any]) -> Any:
    match expression:
        case Literal(value):
            return value
        case Name(name):
            return facts.get(name)
        case Binary(operator, left, right):
            known = _worth(left, facts), _worth(right, facts)
            return None if None in known else computed(operator, *known)
    raise TypeError(expression)


@lru_cache(maxsize=64)
def _looks(programme: Programme) -> _Looks:
    cells: dict[str, list[_Cell]] = defaultdict(list)
    otherwise = {given.of for given in programme.inputs.values()}
    for table in _deciding(programme):
        for rule in table.rules:
            otherwise |= {name for output in rule.outputs if output is not None for name in names_in(output)}
            for column, tests in zip(table.inputs, rule.tests, strict=True):
                plain = column.name in programme.facts and column.type in _ONE_VALUE
                for name in {column.name, *names_in(tests)}:
                    if plain and set(names_in(tests)) <= programme.facts.keys():
                        cells[name] += [_Cell(column.name, test) for test in tests.tests]
                    elif not tests.anything:
                        otherwise.add(name)
    return _Looks({name: tuple(some) for name, some in cells.items()}, frozenset(otherwise))


def _deciding(programme: Programme) -> Iterator[Table]:
    """The tables from which the measure and its end follow, the last first."""
    roles = programme.decision
    wanted = {roles.measure, roles.until} if roles else set[str]()
    for table in reversed(programme.tables):
        if wanted & {column.name for column in table.outputs}:
            wanted |= table.reads()
            yield table
