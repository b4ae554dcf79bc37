"""What is said to change no measure changes none, whatever is known besides: held against the tables themselves."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxian.decide import bearing, engine
from fangxian.programmes.types import Programme

from .test_both_ways import TODAY, ZONES, people, shipped

PROGRAMMES = {"entry": shipped("entry"), "from instants": shipped("entry", from_instants=True)}


def measures(programme: Programme, rows: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    assert programme.decision
    said = engine.say(programme, rows, [TODAY] * len(rows), [ZoneInfo(ZONES[0])] * len(rows))
    return [(one[programme.decision.measure], one[programme.decision.until]) for one in said]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", PROGRAMMES)
def test_what_may_not_matter_does_not(name: str, seed: int) -> None:
    programme, chance = PROGRAMMES[name], random.Random(seed)
    others = people(programme, chance)
    before = [one for one in people(programme, chance) for _ in range(6)]
    after, without = [], []
    for one in before:
        changed = chance.sample(list(engine.base_columns(programme)), chance.choice([1, 1, 2]))
        other = chance.choice(others)
        after.append({**{fact: value for fact, value in one.items() if fact not in changed},
                      **{fact: other[fact] for fact in changed if fact in other}})
        without.append(chance.choice(list(engine.base_columns(programme))))
    alike = [not bearing.may_matter(programme, *pair) for pair in zip(before, after, strict=True)]
    assert len(before) > sum(alike) > len(before) / 20, "there is something to look at, and not everything"
    for left_out in (False, True):  # and so without any one fact
        rows = [[{fact: value for fact, value in one.items() if not (left_out and fact == gone)}
                 for one, gone in zip(some, without, strict=True)] for some in (before, after)]
        was, now = (measures(programme, some) for some in rows)
        assert [pair for pair in zip(alike, was, now, strict=True) if pair[0] and pair[1] != pair[2]] == []


def test_what_is_asked_at_every_check_does_not_matter_once_it_was_asked() -> None:
    programme = PROGRAMMES["entry"]
    at = dt.datetime(2020, 3, 29, 1, tzinfo=dt.UTC)
    known = {"arrival_at": at - dt.timedelta(days=3), "health_at": at, "suspicious_at": at}
    assert not bearing.bearing(programme) & {"stay", "moved_at", "temperature", "food"}
    assert not bearing.may_matter(programme, known, {**known, "health_at": at + dt.timedelta(hours=1)})
    assert bearing.may_matter(programme, known, {**known, "health_at": at - dt.timedelta(days=5)})
    assert bearing.may_matter(programme, {}, {"health_at": at})
