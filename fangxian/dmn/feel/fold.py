"""Expressions without names are computed once, when the table is read."""

from __future__ import annotations

import calendar
import datetime as dt
import operator
from collections.abc import Callable
from typing import Any, Final

from fangxian.kernel.values import ValueType

from .syntax import Binary, Call, Expression, Literal, Months

BIGGEST: Final = 2**63 - 1
COUNTED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
TYPES: Final[tuple[tuple[type, ValueType], ...]] = (
    (bool, ValueType.BOOLEAN),
    (int, ValueType.INTEGER),
    (float, ValueType.NUMBER),
    (str, ValueType.TEXT),
    (dt.datetime, ValueType.DATETIME),
    (dt.date, ValueType.DATE),
    (dt.time, ValueType.TIME),
    (dt.timedelta, ValueType.DURATION),
    (Months, ValueType.DURATION),
)


def fold(expression: Expression) -> Expression:
    """The same expression with every part that is certain computed; what has no value stays as it is."""
    if isinstance(expression, Binary):
        return folded_binary(Binary(expression.operator, fold(expression.left), fold(expression.right)))
    if isinstance(expression, Call):
        return folded_call(Call(expression.function, tuple(fold(argument) for argument in expression.arguments)))
    return expression


def folded_call(call: Call) -> Expression:
    literals = [argument for argument in call.arguments if isinstance(argument, Literal)]
    if len(literals) < len(call.arguments) or any(isinstance(one.value, Months) for one in literals):
        return call
    choose = max if call.function == "max" else min
    return choose(literals, key=lambda one: one.value)  # type: ignore[arg-type,return-value]


def folded_binary(binary: Binary) -> Expression:
    if not (isinstance(binary.left, Literal) and isinstance(binary.right, Literal)):
        return binary
    try:
        value = computed(binary.operator, binary.left.value, binary.right.value)
    except (ArithmeticError, TypeError, ValueError):
        return binary
    found = type_of_value(value)
    if found is None or (isinstance(value, int | float) and not abs(value) <= BIGGEST):
        return binary
    return Literal(value, found)


def computed(sign: str, left: Any, right: Any) -> Any:
    """What SQL gives for the same: day arithmetic on dates, a shorter month's last day, real division, real powers."""
    if isinstance(right, Months) and isinstance(left, dt.date):
        return months_later(left, right.count if sign == "+" else -right.count)
    if sign == "**":
        return float(left) ** float(right)
    return COUNTED[sign](left, right)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month, or the last one of a shorter month; a datetime keeps its time."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def type_of_value(value: object) -> ValueType | None:
    return next((found for kind, found in TYPES if isinstance(value, kind)), None)
