"""The demo county: a real one with invented grids, workers and travellers, made by running the real code.

Read ``county`` and ``staff`` (where, and who works there), ``people`` and ``travel`` (who lives there and arrives),
``story`` (whoever has a part to play), then ``history``, which plays the days by ``deeds`` and ``answers``, and
``loading``, which does it all once.

``python -m fangxian.demo`` has to set Django up after this package is found and before anything else of it is
imported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from zoneinfo import ZoneInfo


def load(*, at: dt.datetime | None = None, progress: Callable[[str], None] = print, scale: float = 1.0
         ) -> tuple[dt.datetime, dt.timedelta]:
    """Make the demo county with its history up to ``at``; nothing when it is there.

    Without ``at``: up to now by day, and up to the last afternoon where it is evening or night in the county. Gives
    the instant it was played up to and how far its clock goes ahead of the machine's from then on. Problem HALF_A_DEMO
    or OTHER_COUNTY of ``demo.errors``; ``scale`` makes fewer residents and travellers.
    """
    played: tuple[dt.datetime, dt.timedelta] = import_module("fangxian.demo.loading").load(
        at=at, progress=progress, scale=scale)
    return played


def goes_on(ahead: dt.timedelta, stopped: dt.datetime | None, now: dt.datetime) -> dt.timedelta:
    """How far the clock of a demo goes ahead when it is started again after it was ``stopped``."""
    zone = ZoneInfo(import_module("fangxian.demo.county").ZONE)
    calendar = import_module("fangxian.kernel.clock").Calendar(zone)
    found: dt.timedelta = import_module("fangxian.demo.hours").goes_on(ahead, stopped, now, calendar)
    return found


def reset() -> None:
    """Throw a demo away, half or whole. Problem NO_DEMO when the database holds anything else."""
    import_module("fangxian.demo.loading").reset()
