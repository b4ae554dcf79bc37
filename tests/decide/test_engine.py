"""What the tables are asked: days are counted from the local day of an instant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxian.decide import engine
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from tests.county import ROOT

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
EARLY = dt.datetime(2020, 3, 19, 23, 30, tzinfo=dt.UTC)  # half past seven of the 20th in Shanghai
FACTS = {"arrival_at": EARLY, "arrival_date": dt.date(2020, 3, 20), "origin": "SG", "origins": ("SG",)}


@pytest.fixture(scope="module")
def counting_from_an_instant() -> Programme:
    """The arrivals, their days counted from the moment of arrival."""
    files = dict(read_folder(ROOT / "programmes" / "entry"))
    changed = files["programme.toml"].replace(b'days_since = "arrival_date"', b'days_since = "arrival_at"')
    assert changed != files["programme.toml"]
    programme, _ = load({**files, "programme.toml": changed})
    assert programme is not None
    return programme


def measures(programme: Programme, today: dt.date, *zones: ZoneInfo) -> list[Any]:
    said = engine.say(programme, [FACTS] * len(zones), [today] * len(zones), zones)
    return [one["measure"] for one in said]


def test_the_fourteenth_day_begins_by_the_clock_of_the_place(counting_from_an_instant: Programme) -> None:
    thirteen_days_on = dt.date(2020, 4, 2)
    assert measures(counting_from_an_instant, thirteen_days_on, SHANGHAI, LONDON) == ["observation", "none"]
    assert measures(counting_from_an_instant, dt.date(2020, 4, 3), SHANGHAI, LONDON) == ["none", "none"]


def test_places_share_one_chain_where_only_dates_are_counted_from() -> None:
    programme, _ = load(read_folder(ROOT / "programmes" / "entry"))
    assert programme is not None
    assert engine.zone_for(programme, SHANGHAI) == engine.zone_for(programme, LONDON)
