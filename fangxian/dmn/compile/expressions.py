"""Output cells and operands: arithmetic on numbers, dates, instants and durations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from fangxian.kernel.values import ValueType

from ..feel import Binary, Call, Expression, Literal, Months, Name
from .sql import SQL_TYPES, Sql, bigint, call, case, column, integer, literal, paren

V = ValueType
DAY_MICROSECONDS: Final = 86_400_000_000
ARITHMETIC: Final = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div, "**": exp.Pow}


def expression(tree: Expression, types: Mapping[str, ValueType]) -> tuple[Sql, ValueType]:
    """The SQL of a typed expression over the columns in ``types``, and its type."""
    if isinstance(tree, Name):
        return column(tree.name), types[tree.name]
    if isinstance(tree, Literal):
        return literal(tree.value, tree.type), tree.type
    if isinstance(tree, Call):
        return extreme(tree, types)
    return binary(tree, types)


def extreme(tree: Call, types: Mapping[str, ValueType]) -> tuple[Sql, ValueType]:
    """GREATEST and LEAST leave NULL out, as max and min leave out what is unknown."""
    arguments = [expression(argument, types) for argument in tree.arguments]
    kind = V.NUMBER if any(kind is V.NUMBER for _, kind in arguments) else arguments[0][1]
    function = "GREATEST" if tree.function == "max" else "LEAST"
    return call(function, *(fitted(sql, given, kind) for sql, given in arguments)), kind


def binary(tree: Binary, types: Mapping[str, ValueType]) -> tuple[Sql, ValueType]:
    left, left_kind = expression(tree.left, types)
    if isinstance(tree.right, Literal) and isinstance(tree.right.value, Months):
        return months_later(left, left_kind, tree.right.value.count * (1 if tree.operator == "+" else -1)), left_kind
    right, right_kind = expression(tree.right, types)
    if left_kind in (V.INTEGER, V.NUMBER):
        return arithmetic(tree.operator, (left, left_kind), (right, right_kind))
    if left_kind is V.TEXT:
        return paren(exp.DPipe(this=left, expression=right)), V.TEXT
    return moment(tree.operator, left, left_kind, right, right_kind)


def arithmetic(sign: str, left: tuple[Sql, ValueType], right: tuple[Sql, ValueType]) -> tuple[Sql, ValueType]:
    real = sign in ("/", "**") or V.NUMBER in (left[1], right[1])
    kind = V.NUMBER if real else V.INTEGER
    one, other = fitted(*left, kind), fitted(*right, kind)
    if sign != "**":
        one = unchecked(one)
    if sign == "/":
        other = call("NULLIF", other, literal(0.0, V.NUMBER))
    elif sign != "**":
        other = unchecked(other)
    found = paren(ARITHMETIC[sign](this=one, expression=other))
    return (certain(finite(found)) if real else certain(found)), kind


def finite(value: Sql) -> Sql:
    """NULL where a number left the range of numbers."""
    return case([(call("ISFINITE", value), value.copy())])


def unchecked(value: Sql) -> Sql:
    """Without its own ``certain(finite(…))``, where what left the range stays outside it and the whole is checked: a
    check mentions its value twice, and a sum would double with every term."""
    inner = value.expressions[0] if isinstance(value, exp.Anonymous) and value.this == "TRY" else None
    return inner.args["ifs"][0].args["true"] if isinstance(inner, exp.Case) else value


def certain(value: Sql) -> Sql:
    """NULL where one row's overflow would otherwise end the whole query."""
    return call("TRY", value)


def moment(sign: str, left: Sql, left_kind: ValueType, right: Sql, right_kind: ValueType) -> tuple[Sql, ValueType]:
    """Arithmetic with dates, instants and durations."""
    make = ARITHMETIC[sign]
    if left_kind is V.DURATION:
        return certain(paren(make(this=left, expression=right))), V.DURATION
    if left_kind is V.DATE and right_kind is V.DATE:
        days = paren(exp.Sub(this=left, expression=right))
        return paren(exp.Mul(this=exp.cast(days, "BIGINT"), expression=bigint(DAY_MICROSECONDS))), V.DURATION
    if left_kind is V.DATE:
        return certain(paren(make(this=left, expression=whole_days(right)))), V.DATE
    if right_kind is V.DATETIME:
        micros = exp.Sub(this=call("EPOCH_US", left), expression=call("EPOCH_US", right))
        return paren(micros), V.DURATION
    return certain(paren(make(this=left, expression=call("TO_MICROSECONDS", right)))), V.DATETIME


def whole_days(duration: Sql) -> Sql:
    if isinstance(duration, exp.Cast) and isinstance(duration.this, exp.Literal):
        return exp.cast(integer(int(duration.this.this) // DAY_MICROSECONDS), "INTEGER")
    days = exp.IntDiv(this=duration, expression=bigint(DAY_MICROSECONDS))
    return exp.cast(paren(days), "INTEGER")


def months_later(moment_sql: Sql, kind: ValueType, months: int) -> Sql:
    later = exp.Add(this=moment_sql, expression=call("TO_MONTHS", exp.cast(integer(months), "INTEGER")))
    return certain(exp.cast(paren(later), SQL_TYPES[kind]))


def fitted(sql: Sql, kind: ValueType, wanted: ValueType) -> Sql:
    """An integer as a number where numbers are meant."""
    return exp.cast(sql, SQL_TYPES[wanted]) if kind is not wanted else sql


def output(tree: Expression | None, kind: ValueType, types: Mapping[str, ValueType]) -> Sql:
    """An output cell as a value of its column's type."""
    if tree is None:
        return literal(None, kind)
    if isinstance(tree, Literal):
        return literal(tree.value, kind)
    sql, found = expression(tree, types)
    return fitted(sql, found, kind)
