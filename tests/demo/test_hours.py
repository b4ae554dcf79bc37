"""The demo shows an afternoon where it is night in its county, and the present where it is not."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from fangxian.demo import hours
from fangxian.kernel.clock import Calendar, SystemClock

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(("real", "shown"), [
    ("27T09:30", "27T09:30"), ("27T12:00", "27T12:00"), ("27T18:59", "27T18:59"),
    ("27T19:00", "27T16:10"), ("27T23:59", "27T16:10"), ("28T00:00", "27T16:10"), ("28T09:29", "27T16:10"),
])
def test_up_to_when_it_is_played(real: str, shown: str) -> None:
    now, expected = (dt.datetime.fromisoformat(f"2020-03-{at}+08:00") for at in (real, shown))
    played = hours.played(now, CALENDAR)
    assert (played.at, now + played.ahead) == (expected, expected)


def test_a_clock_goes_beside_the_machines_by_a_constant() -> None:
    behind, real = SystemClock(-dt.timedelta(hours=9)), SystemClock()
    assert dt.timedelta(0) <= real.now() - behind.now() - dt.timedelta(hours=9) + dt.timedelta(seconds=1)
    before = behind.now()
    assert dt.timedelta(0) <= behind.now() - before < dt.timedelta(minutes=1)
