"""Reading an instant, or a time of day alone."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from ..faults import Fault
from ..identifiers.spelling import wide_to_narrow
from . import sentences
from .clock_time import ClockTime, split
from .numerals import in_digits
from .order import DayOrder
from .reading import DateContext, DateRead, Epoch, parse_date, read_day

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InstantRead:
    """``value`` is in UTC. Without a time of day (``has_time`` false) it is the beginning of the local day."""

    value: dt.datetime | None
    has_time: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeRead:
    """A time of day; a zone written with it is passed over."""

    value: dt.time | None
    faults: tuple[Fault, ...] = ()


def parse_instant(
    value: object, *, on: dt.date, zone: ZoneInfo, order: DayOrder = DayOrder.UNKNOWN, epoch: Epoch = Epoch.Y1900,
) -> InstantRead:
    """Read a cell as ``parse_date`` does, with its time of day in ``zone`` unless the text states an offset. A local
    time that occurs twice is the first one. Never raises.
    """
    if isinstance(value, dt.datetime):
        return _of_datetime(value, parse_date(value, on=on), zone)
    if isinstance(value, float) and math.isfinite(value):
        return _of_day(parse_date(value, on=on, order=order, epoch=epoch), _of_fraction(value), zone)
    if value is None or isinstance(value, dt.date | int | float):
        return _of_day(parse_date(value, on=on, order=order, epoch=epoch), None, zone)
    text = in_digits(wide_to_narrow(str(value)))
    before, time = split(_serial_apart(text))
    return _of_day(read_day(before, DateContext(on, order, epoch=epoch)), time, zone, text)


def parse_time(value: object) -> TimeRead:
    """Read a time of day: text, a spreadsheet's fraction of a day, or a time."""
    if isinstance(value, dt.datetime | dt.time):
        return TimeRead(value.time() if isinstance(value, dt.datetime) else value.replace(tzinfo=None))
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1:
        return _time(_of_fraction(value) or ClockTime(dt.timedelta()), str(value))
    text = "" if value is None else in_digits(wide_to_narrow(str(value)))
    if len(text) == 4 and text.isascii() and text.isdigit():
        text = f"{text[:2]}:{text[2:]}"
    before, time = split(text)
    return _time(None if before else time, text)


def _of_datetime(value: dt.datetime, day: DateRead, zone: ZoneInfo) -> InstantRead:
    """A spreadsheet's cell; midnight to the second is a day without a time."""
    if day.value is None:
        return InstantRead(None, faults=day.faults)
    local = value if value.tzinfo else value.replace(tzinfo=zone)
    return InstantRead(local.astimezone(dt.UTC), value.time() != dt.time() or value.tzinfo is not None)


def _serial_apart(text: str) -> str:
    """``43910.604`` as text: the day and the time a spreadsheet's serial means."""
    whole, _, fraction = text.partition(".")
    if len(whole) != 5 or not (whole + fraction).isdigit() or not fraction:
        return text
    seconds = round(float(f"0.{fraction}") * _DAY.total_seconds())
    return f"{whole} {dt.timedelta(seconds=min(seconds, 86_399))}"


def _of_day(day: DateRead, time: ClockTime | None, zone: ZoneInfo, text: str = "") -> InstantRead:
    if day.value is None:
        return InstantRead(None, faults=day.faults)
    if time and time.since_midnight is None:
        return InstantRead(None, faults=(*day.faults, sentences.impossible_time(text)))
    since = time.since_midnight if time and time.since_midnight else dt.timedelta()
    local = dt.datetime.combine(day.value, dt.time()) + since
    place = time.offset if time and time.offset else zone
    return InstantRead(local.replace(tzinfo=place).astimezone(dt.UTC), time is not None, day.faults)


def _of_fraction(value: float) -> ClockTime | None:
    """To the second; None for a whole day, which says nothing of the time."""
    seconds = round(value % 1 * _DAY.total_seconds())
    return ClockTime(dt.timedelta(seconds=seconds)) if seconds else None


def _time(time: ClockTime | None, text: str) -> TimeRead:
    if time is None:
        return TimeRead(None, (sentences.no_time(text),))
    since = time.since_midnight
    if since is None or since >= _DAY:
        return TimeRead(None, (sentences.impossible_time(text),))
    minutes, second = divmod(int(since.total_seconds()), 60)
    return TimeRead(dt.time(*divmod(minutes, 60), second))
