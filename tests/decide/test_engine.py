"""What the tables are asked: days are counted from the local day of an instant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxian.decide import engine, rules
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from tests.county import ROOT
from tests.decide.test_rules import entry, shipped

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


def test_the_tables_are_fed_with_the_facts_they_read_and_no_others() -> None:
    columns = engine.base_columns(entry())
    assert {"birth_date", "arrival_date"} <= columns.keys(), "what an age and days are counted from"
    outputs = {column.name for table in entry().tables for column in table.outputs}
    assert not columns.keys() & {*entry().inputs, *outputs, "list_source"}
    asked = {condition.column for kind in entry().tasks.values() for condition in kind.when} - outputs
    assert asked - entry().inputs.keys() <= columns.keys(), "also what only a task asks for"
    assert engine.base_columns(shipped("residents")) == {}


def test_an_input_that_nobody_reads_takes_no_part() -> None:
    files = dict(read_folder(ROOT / "programmes" / "entry"))
    files["programme.toml"] += (
        '\n[[input]]\nname = "days_listed"\ntype = "integer"\ndays_since = "listed_at"\n'
        'label = { en = "Days on the list", zh = "列入名单天数" }\n').encode()
    programme, findings = load(files)
    assert programme is not None, [str(found) for found in findings]
    assert "days_listed" in programme.inputs
    assert engine.say(programme, [FACTS], [dt.date(2020, 3, 21)], [SHANGHAI]) == engine.say(
        entry(), [FACTS], [dt.date(2020, 3, 21)], [SHANGHAI])


@pytest.mark.parametrize("part", ["verdict", "seen"])
def test_trying_a_programme_out_raises_what_a_record_would(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError

    engine.try_out(entry())
    monkeypatch.setattr(rules, part, failing)
    with pytest.raises(ZeroDivisionError):
        engine.try_out(entry())
    engine.try_out(shipped("residents"))


def test_many_are_said_in_their_order_each_by_the_day_of_its_own_place(counting_from_an_instant: Programme) -> None:
    thirteen_days_on = dt.date(2020, 4, 2)
    zones = [SHANGHAI, LONDON, SHANGHAI, LONDON]
    days = [thirteen_days_on, thirteen_days_on, thirteen_days_on + dt.timedelta(days=1), thirteen_days_on]
    said = engine.say(counting_from_an_instant, [FACTS, FACTS, FACTS, {**FACTS, "origin": None, "origins": None}],
                      days, zones)
    assert [one["measure"] for one in said] == ["observation", "none", "none", None]
