"""Ids of one moment."""

from __future__ import annotations

import datetime as dt

from fangxian.kernel.ids import many_uuid7

MOMENT = dt.datetime(2020, 3, 20, 4, tzinfo=dt.UTC)


def test_many_ids_of_one_moment_rise_and_are_all_different() -> None:
    made = many_uuid7(MOMENT, 1000)
    assert made == sorted(set(made))
    assert {(one.version, one.variant, one.int >> 80) for one in made} == {
        (7, "specified in RFC 4122", int(MOMENT.timestamp() * 1000))}
