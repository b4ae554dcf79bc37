"""Dates that lie far from the day of the list, or from the column's other dates: a slip of the pen more likely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from fangxian.kernel.findings import Severity
from fangxian.kernel.values import Value, ValueType

from .types import LineFault, ListLine, Target
from .value_sentences import fault as said

_ENOUGH: Final = 5
"""Dates in a column from which on their middle says when it all was."""
_YEAR: Final = dt.timedelta(days=300)
_BEFORE: Final = dt.timedelta(days=90)
_AFTER: Final = dt.timedelta(days=30)
"""How long before and after the day of its list somebody may have arrived without a remark."""


def with_far_dates(
    lines: Sequence[ListLine], targets: Sequence[Target], on: dt.date, tz: ZoneInfo,
) -> list[ListLine]:
    """The lines, with a remark on each date far from the others of its column, and on each far arrival. ``tz`` is the
    zone in which an instant is a day.
    """
    found = list(lines)
    for target in targets:
        if target.type in (ValueType.DATE, ValueType.DATETIME) and target.kind != "birth_date":
            _remark(found, target, on, tz)
    return found


def _remark(lines: list[ListLine], target: Target, on: dt.date, tz: ZoneInfo) -> None:
    days = sorted(day for line in lines if (day := _day(line.values, target, tz)) is not None)
    middle = days[len(days) // 2] if len(days) >= _ENOUGH else None
    for place, line in enumerate(lines):
        day = _day(line.values, target, tz)
        if day is not None and _is_far(day, target, on, middle):
            message = said("far_date", day=day).message
            fault = LineFault("far_date", Severity.WARNING, message, None, target.name)
            lines[place] = replace(line, faults=(*line.faults, fault))


def _is_far(day: dt.date, target: Target, on: dt.date, middle: dt.date | None) -> bool:
    if target.kind == "arrival":
        return not on - _BEFORE <= day <= on + _AFTER
    return middle is not None and abs(day - middle) > _YEAR


def _day(values: Mapping[str, Value], target: Target, tz: ZoneInfo) -> dt.date | None:
    value = values.get(target.name)
    if isinstance(value, dt.datetime):
        return value.astimezone(tz).date()
    return value if isinstance(value, dt.date) else None
