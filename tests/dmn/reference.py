"""A table evaluated in plain Python, rule by rule and cell by cell: the oracle for the SQL, with which it shares the
syntax tree and nothing else."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import math
import operator
from collections.abc import Mapping
from typing import Any

from fangxian.dmn.feel import Binary, Call, Compare, Expression, Interval, Literal, Months, Name, Test, Tests, Unknown
from fangxian.dmn.types import HitPolicy, Rule, Table

Row = Mapping[str, Any]
COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def evaluate(table: Table, row: Row) -> dict[str, Any]:
    """Outputs, ``row__`` and ``missing__`` as the engine gives them."""
    missing = [column.name for column in table.inputs if column.required and row[column.name] is None]
    matching = [] if missing else [rule for rule in table.rules if matches(table, rule, row)]
    if table.policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        matching = by_priority(table, matching)
    if table.policy not in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY):
        found = collected(table, matching, row)
        if table.policy in TOGETHER:
            (name,) = (column.name for column in table.outputs)
            found[name] = None if missing else TOGETHER[table.policy](found[name] or [])
    else:
        rule = matching[0] if matching else None
        found = {
            column.name: None if rule is None else output(rule.outputs[at], row)
            for at, column in enumerate(table.outputs)
        }
        found[f"row__{table.name}"] = rule.number if rule else None
    return {**found, f"missing__{table.name}": missing}


def total(values: list[Any]) -> Any:
    return functools.reduce(operator.add, values) if values else None


TOGETHER = {
    HitPolicy.SUM: total,
    HitPolicy.LEAST: lambda values: min(values, default=None),
    HitPolicy.GREATEST: lambda values: max(values, default=None),
    HitPolicy.COUNT: len,
}


def by_priority(table: Table, matching: list[Rule]) -> list[Rule]:
    """Those whose outputs come first in their lists of values first, output by output; then as in the table."""
    listed = [(at, list(column.values)) for at, column in enumerate(table.outputs) if column.values]
    return sorted(matching, key=lambda rule: [values.index(output(rule.outputs[at], {})) for at, values in listed])


def collected(table: Table, matching: list[Rule], row: Row) -> dict[str, Any]:
    if not matching:
        return {**{column.name: None for column in table.outputs}, f"row__{table.name}": None}
    found: dict[str, Any] = {f"row__{table.name}": [rule.number for rule in matching]}
    for at, column in enumerate(table.outputs):
        values = [output(rule.outputs[at], row) for rule in matching]
        found[column.name] = [value for value in values if value is not None]
    return found


def matches(table: Table, rule: Rule, row: Row) -> bool:
    cells = zip(table.inputs, rule.tests, strict=True)
    return all(holds(tests, row[column.name], row) is True for column, tests in cells)


def holds(tests: Tests, value: Any, row: Row) -> bool | None:
    if not tests.tests:
        return True
    found = [test_holds(test, value, row) for test in tests.tests]
    result = True if True in found else None if None in found else False
    if not tests.negated or result is None:
        return result
    return not result


def test_holds(test: Test, value: Any, row: Row) -> bool | None:
    if isinstance(test, Unknown):
        return value is None
    if isinstance(test, Interval):
        low = compared(value, ">=" if test.low_closed else ">", output(test.low, row))
        high = compared(value, "<=" if test.high_closed else "<", output(test.high, row))
        return False if False in (low, high) else None if None in (low, high) else True
    assert isinstance(test, Compare)
    return compared(value, test.operator, output(test.operand, row))


def compared(value: Any, sign: str, other: Any) -> bool | None:
    if value is None or other is None:
        return None
    if isinstance(value, tuple) and isinstance(other, tuple):
        return bool(set(value) & set(other))
    if isinstance(value, tuple):
        return other in value
    if isinstance(other, tuple):
        return value in other
    return bool(COMPARE[sign](value, other))


def output(tree: Expression | None, row: Row) -> Any:
    if tree is None:
        return None
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        return row[tree.name]
    if isinstance(tree, Call):
        known = [value for value in (output(one, row) for one in tree.arguments) if value is not None]
        return (max if tree.function == "max" else min)(known) if known else None
    return computed(tree, output(tree.left, row), output(tree.right, row))


def computed(tree: Binary, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(right, Months):
        return later(left, right.count if tree.operator == "+" else -right.count)
    if tree.operator == "/":
        return None if right == 0 else left / right
    if tree.operator == "**":
        return power(left, right)
    return {"+": operator.add, "-": operator.sub, "*": operator.mul}[tree.operator](left, right)


def power(left: float, right: float) -> float | None:
    try:
        return math.pow(left, right)
    except (ValueError, OverflowError):
        return None


def later(day: dt.date, months: int) -> dt.date:
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
