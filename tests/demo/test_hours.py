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


@pytest.mark.parametrize(("ahead", "stopped", "real", "shown"), [
    (0, None, "27T12:00", "27T12:00"), (-10, None, "27T22:00", "27T12:00"),  # by day as before
    (-10, "27T16:40", "28T06:00", "27T16:40"),  # it stood still for the night
    (-6, "27T23:00", "28T03:00", "27T21:00"),  # no day to go to yet
    (-10, "27T23:00", "28T14:00", "28T14:00"),
    (-10, "27T16:40", "28T17:00", "27T16:40"), (-10, None, "28T18:30", "28T18:30"),
    (-14, None, "28T20:00", "28T16:10"),
])
def test_after_a_pause_it_is_day_again_and_never_earlier(
    ahead: int, stopped: str | None, real: str, shown: str
) -> None:
    at = {name: dt.datetime.fromisoformat(f"2020-03-{text}+08:00") for name, text in
          (("real", real), ("shown", shown), *([("stopped", stopped)] if stopped else []))}
    goes = hours.goes_on(dt.timedelta(hours=ahead), at.get("stopped"), at["real"], CALENDAR)
    assert at["real"] + goes == at["shown"]


def test_a_clock_goes_beside_the_machines_by_a_constant() -> None:
    behind, real = SystemClock(-dt.timedelta(hours=9)), SystemClock()
    assert dt.timedelta(0) <= real.now() - behind.now() - dt.timedelta(hours=9) + dt.timedelta(seconds=1)
    before = behind.now()
    assert dt.timedelta(0) <= behind.now() - before < dt.timedelta(minutes=1)
