"""Whether 3/4/2020 is in March or in April: settled once for a column, never cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class DayOrder(StrEnum):
    """What a column's dates of digits begin with. Dates that begin with a year of four digits need none."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"
    UNKNOWN = "unknown"


MONTHS: Final = 12
DAYS: Final = 31

_TRIPLE: Final = re.compile(r"\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{4}|[0-9]{2})(?![0-9])")


# Without dividers nothing shows that a date is meant in this order or that.
_SIX: Final = re.compile(r"\s*([0-9]{2})([0-9]{2})([0-9]{2})\s*")


def guess_order(samples: Iterable[object]) -> DayOrder:
    """The one order in which every sample is a day of the calendar. Where several remain, the order in which the days
    change and the month stays, as in a list of one week; else UNKNOWN, also when the samples contradict each other.
    """
    texts = [str(sample) for sample in samples]
    matches = [_TRIPLE.match(text) or _SIX.fullmatch(text) for text in texts]
    found = [tuple(map(int, match.groups())) for match in matches if match]
    if not found:
        return DayOrder.UNKNOWN
    long_years = any(third > 99 for *_, third in found)
    left = [order for order in _PLACES if not (long_years and order is DayOrder.YEAR_FIRST) and _holds(found, order)]
    if len(left) == 1 or any(map(_SIX.fullmatch, texts)):
        return left[0] if len(left) == 1 else DayOrder.UNKNOWN
    return _one_month(found, left)


# Where the day and the month stand in each order.
_PLACES: Final = {DayOrder.DAY_FIRST: (0, 1), DayOrder.MONTH_FIRST: (1, 0), DayOrder.YEAR_FIRST: (2, 1)}
_SEVERAL: Final = 3


def _holds(found: list[tuple[int, ...]], order: DayOrder) -> bool:
    day, month = _PLACES[order]
    return all(1 <= row[day] <= DAYS and 1 <= row[month] <= MONTHS for row in found)


def _one_month(found: list[tuple[int, ...]], left: list[DayOrder]) -> DayOrder:
    likely = [order for order in left if _stays_in_a_month(found, order)]
    return likely[0] if len(likely) == 1 else DayOrder.UNKNOWN


def _stays_in_a_month(found: list[tuple[int, ...]], order: DayOrder) -> bool:
    day, month = _PLACES[order]
    year = ({0, 1, 2} - {day, month}).pop()
    return len({row[day] for row in found}) >= _SEVERAL and len({(row[month], row[year]) for row in found}) == 1
