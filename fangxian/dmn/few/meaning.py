"""What DuckDB's functions and operators do, for values that are known. NULL is None and seldom gets here."""

from __future__ import annotations

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

SMALLINT: Final = 2**15
INTEGER: Final = 2**31
BIGINT: Final = 2**63
DAY: Final = 86_400_000_000
EPOCH: Final = dt.date(1970, 1, 1).toordinal()
CYCLE: Final = 146_097
"""Days of 400 years: with whole cycles taken off, any day lies in years Python has."""


class SqlError(ArithmeticError):
    """The expression fails for this row, as it does in DuckDB; TRY makes NULL of it."""


class LeftToDuckDB(Exception):
    """This row has to be decided by DuckDB."""


def attempt(work: Callable[[], Any]) -> Any:
    """TRY."""
    try:
        return work()
    except SqlError:
        return None


# Whole numbers: an overflow is an error


def smallint(value: int) -> int:
    return value if -SMALLINT <= value < SMALLINT else beyond()


def integer(value: int) -> int:
    return value if -INTEGER <= value < INTEGER else beyond()


def bigint(value: int) -> int:
    return value if -BIGINT <= value < BIGINT else beyond()


def beyond() -> int:
    raise SqlError


def whole_quotient(value: int, by: int) -> int:
    """``//`` cuts off towards 0."""
    if by == 0:
        raise SqlError
    found = abs(value) // abs(by)
    return bigint(found if (value < 0) == (by < 0) else -found)


def shifted_right(value: int, by: int) -> int:
    return value >> by if 0 <= by < 64 else 0


def bit_count(value: int) -> int:
    return (value & (2 * BIGINT - 1)).bit_count()


# Numbers: an overflow is infinite, and what is not a number equals itself and is greater than all others


def below(one: float, other: float) -> bool:
    return one < other or (other != other and one == one)


def same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


def quotient(value: float, by: float) -> float:
    if by:
        return value / by
    return math.copysign(math.inf, value) * math.copysign(1.0, by) if value and value == value else math.nan


def power(value: float, by: float) -> float:
    """As the C library's: Python's own refuses what is infinite or not a number."""
    try:
        return math.pow(value, by)
    except OverflowError:
        return -math.inf if value < 0 and odd(by) else math.inf
    except ValueError:
        if value:
            return math.nan
        return math.copysign(math.inf, value) if odd(by) else math.inf


def odd(value: float) -> bool:
    return value % 2 == 1


def nullif(value: float, other: float) -> float | None:
    return None if same(value, other) else value


# The greatest and least of what is known; of equals the first


def greatest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def least(values: Iterable[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def greatest_number(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), key=place, default=None)


def least_number(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), key=place, default=None)


def place(value: float) -> tuple[bool, float]:
    """By which numbers are in order."""
    return (value != value, 0.0 if value != value else value)


def total(values: Iterable[Any], start: float) -> Any:
    """Of nothing NULL; of numbers from the first to the last, beginning with 0."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    for value in known:
        start += value
    return start


# Three-valued logic, where not only whether it is true matters


def every(conditions: Sequence[bool | None]) -> bool | None:
    return False if False in conditions else None if None in conditions else True


def some(conditions: Sequence[bool | None]) -> bool | None:
    return True if True in conditions else None if None in conditions else False


# Lists


def element(items: Sequence[Any], position: int) -> Any:
    """Counted from 1; NULL where there is none, and from the end where it is negative."""
    if position > 0:
        return items[position - 1] if position <= len(items) else None
    return items[position] if position and -position <= len(items) else None


def position_in(items: Sequence[Any], value: Any) -> int | None:
    return items.index(value) + 1 if value in items else None


def joined(lists: Iterable[Sequence[Any] | None]) -> list[Any]:
    return [item for items in lists if items is not None for item in items]


# Days and instants; DuckDB's calendar goes on where Python's ends


def day(value: int) -> int:
    """A day DuckDB's sums may come to: two numbers stand for infinity, and below the lower it lets one more be."""
    return value if -INTEGER <= value < INTEGER and abs(value) != INTEGER - 1 else beyond()


def civil(value: int) -> tuple[int, dt.date]:
    """A day as cycles of 400 years and what is left of them."""
    cycles, left = divmod(value + EPOCH - 1, CYCLE)
    return cycles, dt.date.fromordinal(left + 1)


def year(value: int) -> int:
    cycles, left = civil(value)
    return left.year + cycles * 400


def month(value: int) -> int:
    return civil(value)[1].month


def day_of_month(value: int) -> int:
    return civil(value)[1].day


def make_date(year: int, month: int, day_: int) -> int:
    """Fails where there is no such day."""
    cycles, left = divmod(integer(year) - 1, 400)
    if not 1 <= month <= 12 or not 1 <= day_ <= monthrange(left + 1, month)[1]:
        raise SqlError
    found = dt.date(left + 1, month, day_).toordinal() - EPOCH + cycles * CYCLE
    return found if abs(found) < INTEGER - 1 else beyond()


def instant(value: int) -> int:
    """An instant DuckDB has: it begins with the first whole day, and the last number stands for infinity."""
    return value if -(BIGINT // DAY) * DAY <= value < BIGINT - 1 else beyond()


def start_of(day_: int) -> int:
    return instant(day_ * DAY)


def later(value: int, months: int, micros: int) -> int:
    """An instant so much later; past the end of a shorter month it is that month's last day."""
    if months:
        days, time = divmod(value, DAY)
        cycles, left = civil(days)
        year, month = divmod((left.year + cycles * 400) * 12 + left.month - 1 + months, 12)
        last = monthrange((year - 1) % 400 + 1, month + 1)[1]
        value = make_date(year, month + 1, min(left.day, last)) * DAY + time
    return instant(value + micros)


def earlier(value: int, months: int, micros: int) -> int:
    return later(value, -months, bigint(-micros))
