"""The time of day at the end of a text: 14:30, 下午2:30, 2:30 PM, T14:30:00+08:00."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

HOURS: Final = 24
MINUTES: Final = 60

_MORNING: Final = frozenset({"上午", "早上", "早晨", "清晨", "凌晨", "am"})
_EVENING: Final = frozenset({"晚上", "夜间", "晚"})
_NOON: Final = "中午"
_NOON_BEGINS: Final = 10

_TIME: Final = re.compile(
    r"""(?:T|\s|,|(?<=[日号]))?\s*
    (?P<before>上午|下午|早上|早晨|清晨|凌晨|中午|晚上|傍晚|夜间|晚|[AP]M(?=\s*[0-9]))?\s*
    (?<![0-9.:])(?P<hour>[0-9]{1,2})
    (?:
        \s*[:时点]\s*(?:(?P<minute>[0-9]{1,2})(?:\s*[:分]\s*(?P<second>[0-9]{1,2})(?:[.,][0-9]+)?\s*秒?)?\s*分?|(?P<half>半))?
      | (?=\s*[AP]\.?M)
    )
    \s*(?P<after>[AP]\.?M\.?)?
    \s*(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?\s*$""",
    re.IGNORECASE | re.VERBOSE)
_COMPACT: Final = re.compile(r"([0-9]{8})T?([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Time since the day began, up to and including 24 hours; None for a time no clock shows. ``offset`` is that of the
    zone the text states.
    """

    since_midnight: dt.timedelta | None
    offset: dt.timezone | None = None


def without_time(text: str) -> str:
    return split(text)[0]


def split(text: str) -> tuple[str, ClockTime | None]:
    """The text before the time of day, and the time; None where there is none."""
    compact = _COMPACT.fullmatch(text)
    if compact:
        since = _since(int(compact[2]), int(compact[3]), int(compact[4] or 0))
        return compact[1], ClockTime(since, _offset(compact[5]))
    # Runs of spaces would make the search cubic.
    text = " ".join(text.split())
    match = _TIME.search(text) if any(mark in text for mark in ":时点mM") else None
    if not match:
        return text, None
    hour = _hour(int(match["hour"]), (match["before"] or match["after"] or "").lower().replace(".", ""))
    minute = 30 if match["half"] else int(match["minute"] or 0)
    return text[:match.start()].strip(), ClockTime(
        _since(hour, minute, int(match["second"] or 0)), _offset(match["offset"]))


def _hour(hour: int, part: str) -> int:
    """Hour of 24: twelve in the morning is 0, twelve at night the end of the day."""
    if part in _MORNING:
        return 0 if hour == 12 else hour if hour < 12 else HOURS + 1
    if part in _EVENING and hour == 12:
        return HOURS
    afternoon = part and (part != _NOON or hour < _NOON_BEGINS)
    return hour + 12 if afternoon and hour < 12 else hour


def _since(hour: int, minute: int, second: int) -> dt.timedelta | None:
    if minute >= MINUTES or second >= MINUTES:
        return None
    since = dt.timedelta(hours=hour, minutes=minute, seconds=second)
    return since if since <= dt.timedelta(hours=HOURS) else None


def _offset(text: str | None) -> dt.timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return dt.UTC
    size = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(size if text[0] == "+" else -size) if size < dt.timedelta(hours=HOURS) else None
