"""Values in and out, as Arrow would take and give them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa

from fangxian.kernel.values import ValueType

from ..arrow import ARROW_TYPES, UTC_INSTANT
from .meaning import BIGINT, EPOCH, LeftToDuckDB

V = ValueType
EXACT: Final = 2**53
START: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)
LEAST: Final = (dt.datetime.min.replace(tzinfo=dt.UTC) - START) // MICROSECOND
MOST: Final = (dt.datetime.max.replace(tzinfo=dt.UTC) - START) // MICROSECOND
LONGEST: Final = dt.timedelta(days=36_524_250)
"""100,000 years; Arrow refuses some durations that are shorter than its longest."""
UTC_START: Final = pa.scalar(0, UTC_INSTANT).as_py()
"""With the object for UTC that Arrow gives."""


def through_arrow(value: Any, kind: ValueType) -> Any:
    """What is not plainly of its type: Arrow takes it, or raises as it does for a column of such."""
    return pa.array([value], ARROW_TYPES[kind])[0].as_py()


# In. What a type of Python may hold that SQL's cannot, and what Arrow makes of other types, goes through Arrow.


def text_in(value: Any) -> str | None:
    if value is None or (type(value) is str and (value.isascii() or value.encode())):
        return value
    found: str | None = through_arrow(value, V.TEXT)
    return found


def integer_in(value: Any) -> int | None:
    if value is None or (type(value) is int and -BIGINT <= value < BIGINT):
        return value
    found: int | None = through_arrow(value, V.INTEGER)
    return found


def number_in(value: Any) -> float | None:
    if value is None or type(value) is float:
        return value
    if type(value) is int and -EXACT <= value <= EXACT:
        return float(value)
    found: float | None = through_arrow(value, V.NUMBER)
    return found


def boolean_in(value: Any) -> bool | None:
    if value is None or type(value) is bool:
        return value
    found: bool | None = through_arrow(value, V.BOOLEAN)
    return found


def date_in(value: Any) -> int | None:
    if value is None:
        return None
    day: dt.date = value if type(value) is dt.date else through_arrow(value, V.DATE)
    return day.toordinal() - EPOCH


def instant_in(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is dt.datetime and value.tzinfo is not None and LEAST <= (micros := since(value)) <= MOST:
        return micros
    return since(through_arrow(value, V.DATETIME))


def since(instant: dt.datetime) -> int:
    return (instant - START) // MICROSECOND


def time_in(value: Any) -> int | None:
    if value is None:
        return None
    time: dt.time = value if type(value) is dt.time and value.tzinfo is None else through_arrow(value, V.TIME)
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


def duration_in(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not dt.timedelta or not -LONGEST <= value <= LONGEST:
        value = through_arrow(value, V.DURATION)
    micros: int = value // MICROSECOND
    return micros


def list_in(value: Any) -> Any:
    if value is None or (type(value) in (list, tuple) and all(type(item) is str and item.isascii() for item in value)):
        return value
    return through_arrow(value, V.LIST)


INWARD: Final[dict[ValueType, Callable[[Any], Any]]] = {
    V.TEXT: text_in,
    V.INTEGER: integer_in,
    V.NUMBER: number_in,
    V.BOOLEAN: boolean_in,
    V.DATE: date_in,
    V.DATETIME: instant_in,
    V.TIME: time_in,
    V.DURATION: duration_in,
    V.LIST: list_in,
}


# Out. What DuckDB has and Python has not is an error there, which DuckDB's own way raises.


def date_out(value: int) -> dt.date:
    try:
        return dt.date.fromordinal(value + EPOCH)
    except (ValueError, OverflowError) as error:
        raise LeftToDuckDB from error


def instant_out(value: int) -> dt.datetime:
    try:
        found: dt.datetime = UTC_START + value * MICROSECOND
    except OverflowError as error:
        raise LeftToDuckDB from error
    return found


def time_out(value: int) -> dt.time:
    seconds, micros = divmod(value, 1_000_000)
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, micros)


def duration_out(value: int) -> dt.timedelta:
    return value * MICROSECOND


OUTWARD: Final = {
    (pa.string(), "VARCHAR"): "{}",
    (pa.int64(), "BIGINT"): "{}",
    (pa.float64(), "DOUBLE"): "{}",
    (pa.bool_(), "BOOLEAN"): "{}",
    (pa.date32(), "DATE"): "date_out({})",
    (UTC_INSTANT, "TIMESTAMP"): "instant_out({})",
    (pa.time64("us"), "TIME"): "time_out({})",
    (pa.duration("us"), "BIGINT"): "duration_out({})",
}
"""By the type of the result's column and that of the query's."""
