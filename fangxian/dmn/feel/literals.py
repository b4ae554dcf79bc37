"""``date("…")``, ``time("…")``, ``date and time("…")``, ``duration("…")`` and how values are written back."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType

from .syntax import FeelError, Literal, Months
from .tokens import quoted

DURATION: Final = re.compile(
    r"(?P<minus>-)?P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
LARGEST: Final = 999_999
IMPOSSIBLE: Final = {
    "date": Text('“{text}” is not a day; write date("2020-03-20")', '“{text}”不是日期；请写 date("2020-03-20")'),
    "time": Text('“{text}” is not a time; write time("20:00:00")', '“{text}”不是时间；请写 time("20:00:00")'),
    "date and time": Text(
        '“{text}” is not an instant; write date and time("2020-03-20T20:00:00+08:00"), with the offset',
        '“{text}”不是时刻；请写 date and time("2020-03-20T20:00:00+08:00")，须带时区',
    ),
    "duration": Text(
        '“{text}” is not a duration; write duration("P14D"), duration("PT2H") or duration("P1M")',
        '“{text}”不是时长；请写 duration("P14D")、duration("PT2H") 或 duration("P1M")',
    ),
}


def temporal(function: str, text: str) -> Literal:
    """The literal a temporal function makes of its text; raises FeelError. ISO 8601; an instant needs its offset."""
    try:
        return MAKERS[function](text.strip())
    except (ValueError, OverflowError) as error:
        raise FeelError("dmn.cell.literal", IMPOSSIBLE[function].filled(text=text)) from error


def day(text: str) -> Literal:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return Literal(dt.date.fromisoformat(text), ValueType.DATE)


def time_of_day(text: str) -> Literal:
    value = dt.time.fromisoformat(text)
    if value.tzinfo is not None:
        raise ValueError(text)
    return Literal(value, ValueType.TIME)


def instant(text: str) -> Literal:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return Literal(value.astimezone(dt.UTC), ValueType.DATETIME)


def duration(text: str) -> Literal:
    match = DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    parts = {name: int(part) for name, part in match.groupdict().items() if part and name not in ("minus", "seconds")}
    if match["seconds"]:
        parts["microseconds"] = round(float(match["seconds"]) * 1_000_000)
    if any(part > LARGEST * (1_000_000 if name == "microseconds" else 1) for name, part in parts.items()):
        raise ValueError(text)
    sign = -1 if match["minus"] else 1
    months = 12 * parts.pop("years", 0) + parts.pop("months", 0)
    if months and parts:
        raise ValueError(text)
    if months:
        return Literal(Months(sign * months), ValueType.DURATION)
    return Literal(sign * dt.timedelta(**parts), ValueType.DURATION)


MAKERS: Final = {"date": day, "time": time_of_day, "date and time": instant, "duration": duration}


def written(value: Value | Months | None) -> str:
    """The value as a cell would write it."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(quoted(item) for item in value) + "]"
    return str(value) if isinstance(value, int | float) else written_time(value)


def written_time(value: dt.date | dt.datetime | dt.time | dt.timedelta | Months) -> str:
    if isinstance(value, dt.datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, dt.date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, dt.time):
        return f'time("{value.isoformat()}")'
    return f'duration("{iso_duration(value)}")'


def iso_duration(value: dt.timedelta | Months) -> str:
    """ISO 8601, with the fraction of a second where there is one."""
    if isinstance(value, Months):
        return f"{'-' if value.count < 0 else ''}P{abs(value.count)}M"
    span = abs(value)
    fraction = f"{span.microseconds:06d}".rstrip("0")
    rest = f"{span.seconds}.{fraction}" if fraction else str(span.seconds) if span.seconds else ""
    parts = (f"{span.days}D" if span.days else "") + (f"T{rest}S" if rest else "")
    return f"{'-' if value.total_seconds() < 0 else ''}P{parts or 'T0S'}"
