"""What the ribbon of a demo says: that it is one, what its clock shows, and how long ago anybody worked in it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.conf import settings

from fangxian.kernel import clock


class Ribbon(NamedTuple):
    """``ahead``: seconds the demo's clock goes ahead of the machine's; ``days`` since it was played."""

    now: dt.datetime
    ahead: int
    days: int


def ribbon() -> Ribbon:
    """By the settings of this process; read only where it is a demo."""
    now, played = clock.now(), settings.DEMO_PLAYED
    return Ribbon(now, round(settings.DEMO_AHEAD.total_seconds()), (now - played).days if played else 0)
