"""Input cells as conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

from sqlglot import exp

from fangxian.kernel.values import ValueType

from ..feel import Compare, Interval, Literal, Test, Tests, Unknown
from .expressions import expression, fitted
from .sql import Sql, all_of, any_of, array, call, case, is_null, paren

V = ValueType
COMPARISONS: Final = {"=": exp.EQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def cell(tests: Tests, value: Sql, kind: ValueType, types: Mapping[str, ValueType]) -> Sql:
    """An input cell as a three-valued condition; it holds where that is true."""
    if tests.anything:
        return exp.true()
    texts = [test for test in tests.tests if kind is V.LIST and is_text(test)]
    held = any_of(
        [
            *([shares(value, texts)] if texts else []),
            *(test_of(test, value, kind, types) for test in tests.tests if test not in texts),
        ]
    )
    return exp.Not(this=paren(held)) if tests.negated else held


def is_text(test: Test) -> TypeGuard[Compare]:
    return isinstance(test, Compare) and isinstance(test.operand, Literal) and test.operand.type is V.TEXT


def shares(value: Sql, texts: Sequence[Compare]) -> Sql:
    """Whether a list has one of the texts, looked for all at once."""
    return call("LIST_HAS_ANY", value.copy(), array(expression(test.operand, {})[0] for test in texts))


def test_of(test: Test, value: Sql, kind: ValueType, types: Mapping[str, ValueType]) -> Sql:
    if isinstance(test, Unknown):
        return is_null(value.copy())
    if isinstance(test, Interval):
        return all_of(comparison(bound, value, kind, types) for bound in test.bounds())
    return comparison(test, value, kind, types)


def comparison(test: Compare, value: Sql, kind: ValueType, types: Mapping[str, ValueType]) -> Sql:
    operand, found = expression(test.operand, types)
    if V.LIST in (kind, found):
        return membership(value.copy(), kind, operand, found)
    numbers = {kind, found} == {V.INTEGER, V.NUMBER}
    left = fitted(value.copy(), kind, V.NUMBER) if numbers else value.copy()
    right = fitted(operand, found, V.NUMBER) if numbers else operand
    return COMPARISONS[test.operator](this=left, expression=right)


def membership(value: Sql, kind: ValueType, operand: Sql, found: ValueType) -> Sql:
    """Whether a list has a text, or two lists share one; NULL when either is not known."""
    if kind is found:
        return call("LIST_HAS_ANY", value, operand)
    held, item = (value, operand) if kind is V.LIST else (operand, value)
    return case([(exp.Not(this=is_null(item.copy())), call("LIST_CONTAINS", held, item))])
