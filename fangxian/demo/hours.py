"""The demo's time of day: played up to now by day, and up to the last afternoon where it is evening or night there.

At night no window is open, nobody works and nothing is late; who looks at the demo then would see an empty county.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from fangxian.kernel.clock import Calendar

BY_DAY: Final = (dt.time(9, 30), dt.time(19, 0))
AFTERNOON: Final = dt.time(16, 10)
_DAY: Final = dt.timedelta(days=1)


class Played(NamedTuple):
    """The instant a demo was played up to, and how far its clock goes ahead of the machine's (behind it: negative)."""

    at: dt.datetime
    ahead: dt.timedelta = dt.timedelta(0)


def goes_on(ahead: dt.timedelta, stopped: dt.datetime | None, now: dt.datetime, calendar: Calendar) -> dt.timedelta:
    """How far the clock of a demo goes ahead when it is started again. By day as before; where it would be night, it
    goes on from when it was ``stopped``, if that was by day, else from the last afternoon that is still to come there.
    """
    shown = now + ahead
    if _by_day(shown, calendar):
        return ahead
    if stopped is not None and stopped <= shown and _by_day(stopped, calendar):
        return stopped - now
    afternoon = played(now, calendar)
    return afternoon.ahead if afternoon.at > shown else ahead


def _by_day(at: dt.datetime, calendar: Calendar) -> bool:
    return BY_DAY[0] <= calendar.local(at).time() < BY_DAY[1]


def played(now: dt.datetime, calendar: Calendar) -> Played:
    """Up to when a demo loaded now is played; its clock is never ahead, so that no phone's entry lies in the past."""
    if _by_day(now, calendar):
        return Played(now)
    day = calendar.today(now) - (dt.timedelta(0) if calendar.local(now).time() > AFTERNOON else _DAY)
    at = calendar.at(day, AFTERNOON)
    return Played(at, at - now)
