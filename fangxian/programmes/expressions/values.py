"""Conversions of XPath 1.0 (clauses 3.4, 3.5, 4) with ODK's dates: what compiled expressions call at run time.

A value is None for an unanswered question, str, int, float, bool, date, datetime (aware, local), time or a tuple of
chosen names. In a string it reads ``''``, in a number NaN.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from re import Pattern

    from fangxian.kernel.values import Value

NAN: Final = math.nan
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()
_DAY_SECONDS: Final = 86400


def number(value: Value | None) -> float:
    """``number()``: a date is the days since 1970-01-01, a moment or time of day adds its fraction of the day."""
    sort = type(value)
    if sort is float or sort is int:
        return value  # type: ignore[return-value]
    if sort is bool:
        return 1.0 if value else 0.0
    if value is None or sort is tuple:
        return number(text(value)) if value else NAN
    if isinstance(value, str):
        return _read(value)
    return _days(value)


def _read(value: str) -> float:
    """Digits with an optional sign and point; Python's ``inf``, ``1e5`` and ``1_000`` are no numbers in XPath."""
    trimmed = value.strip()
    if trimmed.lstrip("-").replace(".", "", 1).isdecimal():
        try:
            return float(trimmed)
        except ValueError:
            return NAN
    return NAN


def _days(value: Value) -> float:
    if isinstance(value, dt.datetime):
        return value.date().toordinal() - _EPOCH_DAY + _seconds(value.time()) / _DAY_SECONDS
    if isinstance(value, dt.date):
        return value.toordinal() - _EPOCH_DAY
    return _seconds(value) / _DAY_SECONDS if isinstance(value, dt.time) else NAN


def _seconds(value: dt.time) -> float:
    return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6


def text(value: Value | None) -> str:
    """``string()``: whole numbers without a point, dates in ISO 8601, choices with a space between them."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _digits(value)
    if isinstance(value, tuple):
        return " ".join(value)
    return value.isoformat(timespec="milliseconds") if isinstance(value, dt.datetime) else str(value)


def _digits(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def truth(value: Value | None) -> bool:
    """``boolean()``: true for text that is not empty, for numbers but 0 and NaN, and for any date."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return False
    return bool(value) or isinstance(value, dt.time)


def equal(left: Value | None, right: Value | None) -> bool:
    """``=``: as booleans if one is a boolean, else as numbers if one is a number, else as text (clause 3.4)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        return number(left) == number(right)
    return text(left) == text(right)


def divided(left: float, right: float) -> float:
    """``div`` by IEEE 754: division by zero gives an infinity or NaN."""
    if right:
        return left / right
    if not left or math.isnan(left) or math.isnan(right):
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """``mod``: the remainder of a truncating division, with the sign of the dividend."""
    if not right or math.isnan(left) or math.isnan(right) or math.isinf(left):
        return NAN
    return math.fmod(left, right)


def whole(value: float) -> float:
    """``int()``: towards zero."""
    return float(math.trunc(value)) if math.isfinite(value) else value


def rounded(value: float, digits: float = 0.0) -> float:
    """``round()``: to whole numbers a half goes upwards (clause 4.4), to decimal places away from 0 (ODK)."""
    if not math.isfinite(value) or not math.isfinite(digits):
        return value
    if not digits:
        return float(math.floor(value + 0.5))
    step = Decimal(1).scaleb(-max(-15, min(15, int(digits))))
    return float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP))


def names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(text(value).split())


def first(*values: Value | None) -> Value | None:
    """``coalesce()``: the first that is not empty."""
    return next((value for value in values if value is not None and value not in ("", ())), "")


def matches(pattern: Pattern[str], value: str) -> bool:
    """``regex()``: the whole text, as JavaRosa does."""
    return pattern.fullmatch(value) is not None


def part(value: str, start: float, end: float = math.inf) -> str:
    """``substr()``: from 0, end exclusive, negative counts from the end."""
    if math.isnan(start) or math.isnan(end):
        return ""
    last = None if math.isinf(end) else int(end)
    return value[int(start) : last] if math.isfinite(start) else ""


def day(value: Value | None) -> dt.date | None:
    """``date()``: the calendar day of a date, a local moment, ISO 8601 text or a number of days; None if it is none."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date) or value is None:
        return value
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value.strip()[:10])
        return dt.date.fromordinal(math.floor(number(value)) + _EPOCH_DAY)
    except (ValueError, OverflowError):
        return None
