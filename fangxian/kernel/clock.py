"""The clock as an argument, and the operational day (工作日) that runs from one cut-off to the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

FURTHEST_OFFSET: Final = dt.timedelta(hours=14)
"""From UTC: the time zones of the world reach that far (Kiritimati), and databases not much further."""
FIRST_DAY: Final = dt.date(1900, 1, 1)
LAST_DAY: Final = dt.date(2199, 12, 31)
"""Days somebody may give for a post, an absence or an area. Further off nothing is meant, and in another time zone the
ends of the calendar are no dates at all: what was stored could not be read again."""


def possible(instant: dt.datetime) -> bool:
    """Whether some clock of the world can show an instant with the offset it was written with."""
    offset = instant.utcoffset()
    return offset is not None and abs(offset) <= FURTHEST_OFFSET


def storable(moment: dt.date) -> bool:
    """Whether a day, or an instant in UTC, lies between ``FIRST_DAY`` and ``LAST_DAY``."""
    if not isinstance(moment, dt.datetime):
        return FIRST_DAY <= moment <= LAST_DAY
    try:
        return FIRST_DAY <= moment.astimezone(dt.UTC).date() <= LAST_DAY
    except OverflowError:
        return False


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(slots=True)
class SystemClock:
    """The machine's own clock, or one that goes ``ahead`` of it (behind it, where negative) by a constant."""

    ahead: dt.timedelta = dt.timedelta(0)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead


@dataclass(slots=True)
class SimulatedClock:
    """A clock that stands still until it is moved; the demo county and the tests live by it."""

    instant: dt.datetime

    def now(self) -> dt.datetime:
        return self.instant

    def move_to(self, instant: dt.datetime) -> None:
        """Time only goes forward, here as elsewhere."""
        if instant < self.instant:
            raise ValueError(f"{instant} is before {self.instant}")
        self.instant = instant


_current: ContextVar[Clock] = ContextVar("clock")
_system = SystemClock()


def now() -> dt.datetime:
    """The present instant by the clock in force: for process edges only, inner code takes ``at=``."""
    return _current.get(_system).now()


def go_ahead(by: dt.timedelta) -> None:
    """Let the clock of this process go ahead of the machine's from now on: for a demo with a time of its own."""
    _system.ahead = by


@contextmanager
def running_on(clock: Clock) -> Iterator[Clock]:
    """Put another clock in force for this context."""
    token = _current.set(clock)
    try:
        yield clock
    finally:
        _current.reset(token)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where a day begins for an area: its time zone and its cut-off, the local time an operational day ends at."""

    zone: ZoneInfo
    cutoff: dt.time = dt.time(20, 0)

    def local(self, instant: dt.datetime) -> dt.datetime:
        """The instant as the area's wall clock shows it."""
        return instant.astimezone(self.zone)

    def today(self, instant: dt.datetime) -> dt.date:
        """The local calendar date."""
        return self.local(instant).date()

    def last_day(self, end: dt.datetime) -> dt.date:
        """The last local date of what ends at an instant: an end is exclusive, and people name the last day."""
        return self.today(end - dt.timedelta(microseconds=1))

    def operational_day(self, instant: dt.datetime) -> dt.date:
        """The day an instant belongs to, named by the date of the cut-off that ends it."""
        local = self.local(instant)
        return local.date() if instant < self.at(local.date(), self.cutoff) else local.date() + dt.timedelta(days=1)

    def day_ends(self, day: dt.date) -> dt.datetime:
        """The cut-off that ends an operational day, in UTC."""
        return self.at(day, self.cutoff)

    def day_begins(self, day: dt.date) -> dt.datetime:
        """The cut-off before it, in UTC."""
        return self.at(day - dt.timedelta(days=1), self.cutoff)

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """A local wall-clock moment in UTC; one that daylight saving skips is taken as if it had not been skipped."""
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)

    def moment_in_day(self, day: dt.date, time: dt.time) -> dt.datetime:
        """The moment a wall-clock time means within an operational day: past the cut-off it is the evening before."""
        return self.at(day - dt.timedelta(days=1) if time >= self.cutoff else day, time)
