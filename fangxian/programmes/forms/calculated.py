"""What a ``calculate`` row leaves behind: the value of an expression as a typed answer."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes.expressions import StaticType
from fangxian.programmes.expressions.values import text

from .answers import MAX_INTEGER, AnswerError, in_utc

if TYPE_CHECKING:
    from fangxian.kernel.values import Value

Export = Callable[[Any], "Value"]

FITTING: Final[dict[StaticType, frozenset[ValueType]]] = {
    StaticType.TEXT: frozenset({ValueType.TEXT}),
    StaticType.NUMBER: frozenset({ValueType.INTEGER, ValueType.NUMBER}),
    StaticType.BOOLEAN: frozenset({ValueType.BOOLEAN}),
    StaticType.DATE: frozenset({ValueType.DATE, ValueType.TEXT}),
    StaticType.DATETIME: frozenset({ValueType.DATETIME, ValueType.DATE, ValueType.TEXT}),
    StaticType.TIME: frozenset({ValueType.TEXT}),
    StaticType.LIST: frozenset({ValueType.LIST, ValueType.TEXT}),
    StaticType.ANY: frozenset({ValueType.TEXT}),
}
"""The fact types a calculation of each kind may set."""


def cleaned(value: Any) -> Any:
    """None for what an XForm would hold as an empty node: ``''``, NaN, an infinity, no choices."""
    if value is None or value == "" or value == ():
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def export(kind: StaticType, wanted: ValueType | None) -> Export:
    """From the expression's value to the answer; ``wanted`` is the type of the fact it sets. May raise AnswerError."""
    if wanted not in FITTING[kind]:  # also none at all, or a mistake that is told elsewhere
        return _as_it_is
    return _WANTED[wanted]


def _as_it_is(value: Any) -> Value:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC)
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INTEGER:
        return int(value)
    return value  # type: ignore[no-any-return]


def _integer(value: float) -> int:
    if value != int(value) or abs(value) > MAX_INTEGER:
        raise AnswerError(
            "calculation",
            Text(
                "The calculation did not give a whole number. Check the answers it is made from.",
                "计算结果不是整数，请核对相关答案。",
            ),
        )
    return int(value)


def _date(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


_WANTED: Final[dict[ValueType, Export]] = {
    ValueType.TEXT: text,
    ValueType.INTEGER: _integer,
    ValueType.NUMBER: float,
    ValueType.BOOLEAN: bool,
    ValueType.DATE: _date,
    ValueType.DATETIME: in_utc,
    ValueType.LIST: tuple,
}
