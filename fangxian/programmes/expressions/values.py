"""Conversions of XPath 1.0 (clauses 3.4, 3.5, 4) with ODK's dates: what compiled expressions call at run time.

What the field is given instead, so that its engines mean the same, stands in ``portable.py``.

A value is None for an unanswered question, str, int, float, bool, date, datetime (aware, local), time or a tuple of
chosen names. In a string it reads ``''``, in a number NaN.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fangxian.kernel.values import Value

    from .kinds import FormMoment

NAN: Final = math.nan
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()
_DAY_SECONDS: Final = 86400
_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CLOSE: Final = 1e-12
_SMALLEST_PLAIN: Final = 1e-6  # beyond these JavaScript writes an exponent (ECMA-262, Number::toString)
_SMALLEST_BIG: Final = 1e21


def number(value: Value | None) -> float:
    """``number()``: a date is the days since 1970-01-01; a moment has its fraction of a day in UTC."""
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
    """Plain digits only: what else is a number to one engine (``1e3``, ``1,5``, ``+5``) is none to another."""
    return float(value) if _PLAIN.fullmatch(value) else NAN


def _days(value: Value) -> float:
    if isinstance(value, dt.datetime):
        return value.timestamp() / _DAY_SECONDS
    if isinstance(value, dt.date):
        return value.toordinal() - _EPOCH_DAY
    return _seconds(value) / _DAY_SECONDS if isinstance(value, dt.time) else NAN


def _seconds(value: dt.time) -> float:
    return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6


def moment(value: Value | None, clock: FormMoment) -> float:
    """A moment, or the midnight a day begins with, as days in UTC."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time(), clock.now.tzinfo).timestamp() / _DAY_SECONDS
    return number(value)


def close(left: float, right: float) -> bool:
    """Two numbers of which one was reckoned, as JavaRosa compares them."""
    return abs(left - right) < _CLOSE


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
    if isinstance(value, int):
        return str(value)
    size = abs(value)
    if value and not _SMALLEST_PLAIN <= size < _SMALLEST_BIG:
        mantissa, _e, power = repr(value).partition("e")
        return f"{mantissa.removesuffix('.0')}e{int(power):+d}"
    plain = format(Decimal(repr(value)), "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) if value else "0"


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
    """``round()``: a half goes upwards (clause 4.4), reckoned step by step as the field is told to."""
    if not math.isfinite(value) or not math.isfinite(digits):
        return value
    scale = 10.0 ** abs(int(digits))
    if digits < 0:
        return _floored(value / scale + 0.5) * scale
    return _floored(value * scale + 0.5) / scale


def _floored(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def chosen(wanted: str, value: Value | None) -> bool:
    """``selected()``: no choice at all is among no choices, as both field engines have it."""
    return wanted.strip() in (names(value) or ("",))


def names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(text(value).split())


def first(*values: Value | None) -> Value | None:
    """``coalesce()``: the first that is not empty; no number is empty."""
    return next((value for value in values if not _empty(value)), "")


def _empty(value: Value | None) -> bool:
    return value is None or value in ("", ()) or (isinstance(value, float) and not math.isfinite(value))


def units(value: str) -> int:
    """``string-length()``: in UTF-16, as Java and JavaScript count."""
    return len(value) + sum(one > "\uffff" for one in value)


def part(value: str, start: float, end: float = math.inf) -> str:
    """``substr()``: from 0, end exclusive, negative counts from the end; half a character reads U+FFFD."""
    if math.isnan(start) or math.isnan(end) or math.isinf(start):
        return ""
    last = None if math.isinf(end) else int(end)
    if value.isascii():
        return value[int(start) : last]
    pairs = value.encode("utf-16-le", "surrogatepass")
    size = len(pairs) // 2
    first, stop, _step = slice(int(start), last).indices(size)
    return pairs[2 * first : 2 * max(first, stop)].decode("utf-16-le", "replace")


def day(value: Value | None) -> dt.date | None:
    """``date()``: the calendar day of a date, a local moment, ISO 8601 text or a number of days; None if it is none."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date) or value is None:
        return value
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value.strip()[:10])
        return dt.date.fromordinal(int(number(value)) + _EPOCH_DAY)
    except (ValueError, OverflowError):
        return None
