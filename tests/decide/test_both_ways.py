"""The shipped programmes, decided in Python and in DuckDB, about people of whom anything may be known."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.decide import engine
from fangxian.dmn.arrow import shared_rows
from fangxian.kernel.values import ValueType as V
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from tests.county import ROOT
from tests.dmn.both_ways import agreed

ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Pacific/Honolulu"]
TODAY = dt.date(2020, 3, 29)  # clocks go forward in London, at one in the night
CHANGES = [dt.datetime(2020, 3, 8, 7, tzinfo=dt.UTC), dt.datetime(2020, 3, 29, 1, tzinfo=dt.UTC),
           dt.datetime(2019, 10, 27, 1, tzinfo=dt.UTC), dt.datetime(2019, 11, 3, 6, tzinfo=dt.UTC)]


NIGHTS = [dt.datetime(2020, 3, 1 + day, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
          for zone in ZONES for day in range(30)]
STEPS = [dt.timedelta(microseconds=-1), dt.timedelta(0), dt.timedelta(minutes=59), dt.timedelta(hours=12)]
DAYS = [TODAY + dt.timedelta(days=step) for step in range(-40, 5)]
ENDS = [dt.date(2020, 2, 29), dt.date(2000, 2, 29), dt.date(1905, 3, 1), dt.date(2, 1, 1), dt.date(9900, 1, 1)]
VALUES: dict[V, list[Any]] = {
    V.BOOLEAN: [True, False],
    V.INTEGER: [-1, 0, 1, 14, 70],
    V.NUMBER: [36.5, 37.3, 38.0, float("nan")],
    V.DATE: [*DAYS, *ENDS],
    V.DATETIME: [at + step for at in (*NIGHTS, *CHANGES) for step in STEPS],
    V.TIME: [dt.time(0), dt.time(23, 59)],
    V.DURATION: [dt.timedelta(hours=hours) for hours in (-1, 0, 36)],
}


def texts(programme: Programme) -> list[str]:
    """Those its tables look for, and others."""
    cells = [cell.text for table in programme.tables for rule in table.rules for cell in rule.tests]
    sought = {text for cell in cells for text in cell.replace("not(", "").strip(")").replace('"', "").split(",")}
    return [*sorted(sought), "", "\U0001d11e"]


def people(programme: Programme, chance: random.Random) -> list[dict[str, Any]]:
    """Of each a third of the facts is not known, or nearly none."""
    words = texts(programme)
    lists = [(), *((word,) for word in words), *zip(words, reversed(words), strict=True)]
    pools = {**VALUES, V.TEXT: words, V.LIST: lists}
    columns = engine.base_columns(programme)
    return [{name: chance.choice(pools[kind]) for name, kind in columns.items() if chance.random() > unknown}
            for unknown in (0.03, 0.3) for _ in range(60)]


def shipped(name: str, *, from_instants: bool = False) -> Programme:
    files = dict(read_folder(ROOT / "programmes" / name))
    if from_instants:
        files["programme.toml"] = files["programme.toml"].replace(
            b'days_since = "arrival_date"', b'days_since = "arrival_at"')
    programme, _ = load(files)
    assert programme is not None
    return programme


PROGRAMMES = {"entry": shipped("entry"), "entry, from instants": shipped("entry", from_instants=True),
              "linelist": shipped("linelist"), "residents": shipped("residents")}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", PROGRAMMES)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_shipped_programmes(name: str, zone: str, seed: int) -> None:
    chance = random.Random(seed)
    rows = people(PROGRAMMES[name], chance)
    agreed(engine.chain(PROGRAMMES[name], zone), rows, chance.choices([*DAYS, *ENDS], k=len(rows)))


def test_few_are_decided_as_many_are() -> None:
    programme = PROGRAMMES["entry, from instants"]
    facts: dict[str, Any] = {"arrival_at": dt.datetime(2020, 3, 19, 23, 30, tzinfo=dt.UTC), "origin": "SG",
                             "arrival_date": dt.date(2020, 3, 20), "origins": ("SG",)}
    zones = [ZoneInfo(zone) for zone in ZONES]
    said = engine.say(programme, [facts] * 4, [TODAY] * 4, zones)
    many = engine.say(programme, [facts] * 400, [TODAY] * 400, zones * 100)
    assert many == said * 100
    chain = engine.chain(programme, ZONES[0])
    assert said[0] == shared_rows(chain.decide(chain.columns([facts], [TODAY])))[0]
