"""Reading a date: every reading the text allows is made, and the calendar, the column's order or nobody decides."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from ..faults import Fault
from ..identifiers.spelling import wide_to_narrow
from . import sentences
from .clock_time import without_time
from .eras import in_common_era
from .months import month_of
from .numerals import in_digits
from .order import DayOrder

Day: TypeAlias = tuple[int, int, int]


class Epoch(Enum):
    """Day nought of a workbook's serial numbers (ECMA-376 part 1, 18.17.4.1): the workbook says which it has."""

    Y1900 = dt.date(1899, 12, 30)
    Y1904 = dt.date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class DateRead:
    """``value`` is None when no single day is meant. A fault besides a value is a doubt to show, not a refusal."""

    value: dt.date | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class DateContext:
    """What a column's dates are read by."""

    on: dt.date
    order: DayOrder = DayOrder.UNKNOWN
    birth: bool = False
    epoch: Epoch = Epoch.Y1900


EARLIEST_YEAR: Final = 1850
LATEST_YEAR: Final = 2150
OLDEST: Final = 110
"""Years of age beyond which a birth year of two digits is not taken to mean the older century."""
_NEAR: Final = 20
_YEAR_LEFT_OUT: Final = range(-120, 32)
"""Days from the reference day within which a date without a year is taken for the nearest one; beyond, it is unknown.
"""
_SERIALS: Final = range(1, 100_000)
_LEAP_YEAR: Final = 2000
_FICTITIOUS: Final = 60  # 29 February 1900, which spreadsheets count and the calendar has not

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DIGITS: Final = re.compile(r"([0-9]{1,4})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,4})")
_PAIR: Final = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})")
_DOTTED_PAIR: Final = re.compile(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.")
_YEAR_MONTH: Final = re.compile(r"[0-9]{4}(?:\s*[-/.年]\s*[0-9]{1,2}\s*月?|年?)|[0-9]{1,2}[-/.][0-9]{4}")
_CHINESE: Final = re.compile(r"(?:([0-9]{4}|[0-9]{2})\s*年\s*)?([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?")
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]*)?")
_WEEKDAY: Final = re.compile(
    r"[(,]?\s*(?:(?:星期|礼拜|周)[一二三四五六日天]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b)\s*[),.]?",
    re.IGNORECASE)
_MONTH: Final = r"(?P<month>[^\W\d_]{2,12}(?: ال[^\W\d_]{3,6})?)\.?"
_NAMED: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|(?:er|o|a|-го)(?=\s))?(?:\s+(?:of|de|del)(?=\s))?[\s\-/,.]*{_MONTH}"
    r"(?:(?:\s+(?:de|del)(?=\s))?[\s\-/,.']*(?P<y>[0-9]{4}|[0-9]{2}))?(?:\s*(?:г\.?|года))?",
    rf"{_MONTH}[\s\-/]*(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*[\s,\-/]\s*(?P<y>[0-9]{{4}}))?",
    rf"(?P<y>[0-9]{{4}})[\s\-/]*{_MONTH}[\s\-/]*(?P<d>[0-9]{{1,2}})"))
NOTHING: Final = frozenset({
    "", "无", "没有", "不详", "未知", "none", "nil", "null", "nan", "nat", "na", "n/a", "-", "--", "/",
})
_PREFERRED: Final = {DayOrder.DAY_FIRST: 0, DayOrder.MONTH_FIRST: 1, DayOrder.YEAR_FIRST: 2}


def parse_date(
    value: object, *, on: dt.date, order: DayOrder = DayOrder.UNKNOWN, birth: bool = False, epoch: Epoch = Epoch.Y1900,
) -> DateRead:
    """Read a cell: text, a number (a spreadsheet's serial) or a date. A time of day besides is passed over.

    ``on`` is the reference day: it settles years of two digits and years left out, and ``birth`` dates may not lie
    after it. Never raises.
    """
    reader = DateContext(on, order, birth, epoch)
    if isinstance(value, dt.date):
        return judged(value.date() if isinstance(value, dt.datetime) else value, reader)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, reader)
    text = in_digits(wide_to_narrow("" if value is None else str(value)))
    iso = _ISO.fullmatch(text)
    if iso and int(iso[1]) <= LATEST_YEAR:
        return _settled([_date(_day(*iso.groups()))], text, reader)
    return read_day(without_time(text), reader)


def read_day(text: str, reader: DateContext) -> DateRead:
    """Read text that has no time of day."""
    bare = text if text.isascii() and not re.search("[a-zA-Z]", text) else _WEEKDAY.sub(" ", text)
    bare = bare.strip(" ,;()T")
    if bare.lower() in NOTHING:
        return DateRead(None, (sentences.missing(),))
    common, written = in_common_era(bare, reader.on)
    if common != bare:
        found = _read_bare(common, reader)
        told = (sentences.other_calendar(found.value, written),) if found.value and written else ()
        return DateRead(found.value, (*found.faults, *told))
    return _read_bare(bare, reader)


def _read_bare(bare: str, reader: DateContext) -> DateRead:
    for read in (_digits, _chinese, _compact, _named, _pair):
        found = read(bare, reader)
        if found:
            return found
    if _YEAR_MONTH.fullmatch(bare):
        return DateRead(None, (sentences.incomplete(bare),))
    return DateRead(None, (sentences.no_date(bare),))


def judged(day: dt.date, reader: DateContext, *faults: Fault) -> DateRead:
    """A day of the calendar, with what speaks against it."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return DateRead(None, (*faults, sentences.unlikely_year(day)))
    if reader.birth and day > reader.on:
        return DateRead(day, (*faults, sentences.in_the_future(day)))
    return DateRead(day, faults)


def _number(value: float, reader: DateContext) -> DateRead:
    """A serial, unless it can only be a year or digits in a row."""
    whole = int(value) if math.isfinite(value) else 0
    if whole in _SERIALS and not (whole == value and EARLIEST_YEAR <= whole <= LATEST_YEAR):
        return _serial(whole, reader)
    return read_day(str(whole if whole == value else value), reader)


def _serial(serial: int, reader: DateContext) -> DateRead:
    early = reader.epoch is Epoch.Y1900 and serial < _FICTITIOUS
    return judged(reader.epoch.value + dt.timedelta(days=serial + early), reader)


def _digits(text: str, reader: DateContext) -> DateRead | None:
    """``2020/3/20``, ``20.03.2020``, ``3/20/20``."""
    match = _DIGITS.fullmatch(text)
    if not match:
        return None
    first, divider, second, third = match.groups()
    if len(first) > 2:
        return _settled([_date(_day(first, second, third))], text, reader)
    # Nowhere do dots stand between month, day and year.
    dotted = divider == "." and (reader.order is not DayOrder.YEAR_FIRST or len(third) > 2)
    return _three(first, second, third, text, replace(reader, order=DayOrder.DAY_FIRST) if dotted else reader)


def _three(first: str, second: str, third: str, text: str, reader: DateContext) -> DateRead:
    """Readings in the order of ``_PREFERRED``."""
    orders = (_day(third, second, first), _day(third, first, second), _day(first, second, third))
    if len(third) > 2:
        return _settled([_date(day) for day in orders[:2]], text, reader)
    return _settled_century([_centuries(day, reader) for day in orders], text, reader)


def _chinese(text: str, reader: DateContext) -> DateRead | None:
    """``2020年3月20日``, ``3月20号``."""
    match = _CHINESE.fullmatch(text)
    return _with_year(match[1], int(match[2]), int(match[3]), text, reader) if match else None


def _named(text: str, reader: DateContext) -> DateRead | None:
    """``20 Mar 2020``, ``Mar 20, 2020``, ``20MAR20``."""
    match = next((found for pattern in _NAMED if (found := pattern.fullmatch(text))), None)
    month = month_of(match["month"]) if match else None
    return _with_year(match["y"], month, int(match["d"]), text, reader) if match and month else None


def _compact(text: str, reader: DateContext) -> DateRead | None:
    """``20200320``, ``20032020``, ``200320``, and a spreadsheet's serial read as text."""
    serial = _SERIAL.fullmatch(text)
    if serial:
        return _serial(int(serial[1]), reader)
    if len(text) not in (6, 8) or not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 6:
        return _six(text[:2], text[2:4], text[4:], text, reader)
    day = _date(_day(text[:4], text[4:6], text[6:]))
    if day is None and EARLIEST_YEAR <= int(text[4:]) <= LATEST_YEAR:
        return _three(text[:2], text[2:4], text[4:], text, reader)
    return _settled([day], text, reader)


def _six(first: str, second: str, third: str, text: str, reader: DateContext) -> DateRead | None:
    """Six digits: in the column's order, or in the only one that makes a day of them."""
    orders = (_day(third, second, first), _day(third, first, second), _day(first, second, third))
    readings = [days for days in (_centuries(day, reader) for day in orders) if days]
    if len(readings) == 1:
        return _settled_century(readings, text, replace(reader, order=DayOrder.UNKNOWN))
    return _three(first, second, third, text, reader) if readings else None


def _pair(text: str, reader: DateContext) -> DateRead | None:
    """``3/20``, and ``20.3.`` with the day first: the year is left out."""
    dotted = _DOTTED_PAIR.fullmatch(text)
    match = dotted or _PAIR.fullmatch(text)
    if not match:
        return None
    first, second = int(match[1]), int(match[2])
    days = [_nearest(second, first, reader.on), _nearest(first, second, reader.on)]
    return _year_assumed(_settled(days[:1] if dotted else days, text, reader), text, reader)


def _with_year(year: str | None, month: int, day: int, text: str, reader: DateContext) -> DateRead:
    if year is None:
        nearest = _nearest(month, day, reader.on)
        if nearest is None and not _real_in_some_year(month, day):
            return DateRead(None, (sentences.impossible(text),))
        if nearest is None:
            return DateRead(None, (sentences.incomplete(text),))
        return _year_assumed(judged(nearest, reader), text, reader)
    written = (int(year), month, day)
    if len(year) > 2:
        return _settled([_date(written)], text, reader)
    return _settled_century([_centuries(written, reader)], text, reader)


def _year_assumed(found: DateRead, text: str, reader: DateContext) -> DateRead:
    if found.value is None:
        return found
    if reader.birth or (found.value - reader.on).days not in _YEAR_LEFT_OUT:
        return DateRead(None, (sentences.incomplete(text),))
    return DateRead(found.value, (*found.faults, sentences.year_assumed(found.value)))


def _settled(days: list[dt.date | None], text: str, reader: DateContext) -> DateRead:
    """The one day meant, out of the readings in the order of ``_PREFERRED``, or out of the only one."""
    real = sorted({day for day in days if day})
    if not real:
        return DateRead(None, (sentences.impossible(text),))
    place = _PREFERRED.get(reader.order, len(days)) if len(days) > 1 else 0
    stated = days[place] if place < len(days) else None
    if stated:
        return judged(stated, reader)
    if len(real) > 1:
        return DateRead(None, (sentences.ambiguous(text, *real[:2]),))
    return judged(real[0], reader, *((sentences.other_order(real[0]),) if place < len(days) else ()))


def _settled_century(readings: list[list[dt.date]], text: str, reader: DateContext) -> DateRead:
    """As ``_settled`` where the year has two digits and each reading is a list of the centuries it may be in."""
    place = _PREFERRED.get(reader.order, len(readings))
    stated = readings[place] if place < len(readings) else []
    if any(len(days) > 1 for days in ([stated] if stated else readings)):
        return DateRead(None, (sentences.two_digit_year(text),))
    return _settled([days[0] if days else None for days in readings], text, reader)


def _centuries(day: Day, reader: DateContext) -> list[dt.date]:
    """The days meant by a year of two digits: for a birth those of people alive, otherwise the one within twenty years
    of the reference day; where that leaves none, all.
    """
    last = reader.on.year // 100 * 100
    real = [found for century in (last - 100, last) if (found := _date((century + day[0], day[1], day[2])))]
    return [found for found in real if _plausible(found, reader)] or (real * 2)[:2]


def _plausible(day: dt.date, reader: DateContext) -> bool:
    if not reader.birth:
        return abs(day.year - reader.on.year) <= _NEAR
    return day <= reader.on and reader.on.year - day.year <= OLDEST


def _nearest(month: int, day: int, on: dt.date) -> dt.date | None:
    """The year that brings the day closest to ``on``."""
    days = [found for year in (on.year - 1, on.year, on.year + 1) if (found := _date((year, month, day)))]
    return min(days, key=lambda this: abs(this - on), default=None)


def _real_in_some_year(month: int, day: int) -> bool:
    return _date((_LEAP_YEAR, month, day)) is not None


def _day(year: str, month: str, day: str) -> Day:
    return int(year), int(month), int(day)


def _date(day: Day | None) -> dt.date | None:
    try:
        return dt.date(*day) if day else None
    except ValueError:
        return None
