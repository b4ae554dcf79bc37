"""How long wrong passwords make one wait."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts.pace import FORGOTTEN, Counted, Wrong, longest_wait, wait

NOW = dt.datetime(2021, 6, 1, tzinfo=dt.UTC)


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


@pytest.mark.parametrize(("by", "count", "since", "left"), [
    (Counted.PAIR, 4, 0, 0), (Counted.PAIR, 5, 0, 30), (Counted.PAIR, 5, 29, 1), (Counted.PAIR, 5, 30, 0),
    (Counted.PAIR, 6, 0, 60), (Counted.PAIR, 7, 0, 120), (Counted.PAIR, 10, 0, 900), (Counted.PAIR, 5000, 0, 900),
    (Counted.NAME, 29, 0, 0), (Counted.NAME, 30, 0, 30), (Counted.ADDRESS, 59, 0, 0), (Counted.ADDRESS, 60, 0, 10),
    (Counted.ADDRESS, 99, 0, 300), (Counted.PAIR, 99, FORGOTTEN.total_seconds(), 0),
])
def test_a_wait(by: Counted, count: int, since: float, left: float) -> None:
    assert wait(by, Wrong(count, NOW), NOW + seconds(since)) == seconds(left)


def test_who_is_known_there_waits_for_their_own_mistakes_only() -> None:
    found = {Counted.PAIR: Wrong(5, NOW), Counted.NAME: Wrong(99, NOW), Counted.ADDRESS: Wrong(60, NOW)}
    assert longest_wait(found, NOW, known=True) == seconds(30)
    assert longest_wait(found, NOW, known=False) == seconds(900)
    assert longest_wait({Counted.NAME: Wrong(99, NOW)}, NOW, known=True) == seconds(0)
    assert longest_wait({}, NOW, known=False) == seconds(0)
