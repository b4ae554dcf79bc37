"""A moment that a list tells in two columns."""

from __future__ import annotations

import datetime as dt

from .cells import CellReading, ReadingContext


def joined(day: CellReading, clock: CellReading, setting: ReadingContext) -> CellReading:
    """A date and a time of day as one instant in UTC; without a time, the day's local midnight."""
    faults = (*day.faults, *clock.faults)
    if not isinstance(day.value, dt.date):
        return CellReading(None, faults)
    time = clock.value if isinstance(clock.value, dt.time) else dt.time()
    local = dt.datetime.combine(day.value, time, setting.tz)
    return CellReading(local.astimezone(dt.UTC), faults)
