"""From what the tables said to a decision: tables of dates on the edges, without a database."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.decide import rules
from fangxian.kernel.clock import Calendar
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from tests.county import ROOT

SHANGHAI: Final = Calendar(ZoneInfo("Asia/Shanghai"), dt.time(20))
HONOLULU: Final = Calendar(ZoneInfo("Pacific/Honolulu"), dt.time(20))
TODAY: Final = dt.date(2020, 3, 20)


@cache
def entry() -> Programme:
    programme, _ = load(read_folder(ROOT / "programmes" / "entry"))
    assert programme is not None
    return programme


@pytest.mark.parametrize(("born", "today", "age"), [
    ("1950-03-20", "2020-03-20", 70),  # the birthday itself counts
    ("1950-03-21", "2020-03-20", 69),
    ("1950-03-19", "2020-03-20", 70),
    ("1950-12-01", "2020-03-20", 69),
    ("1950-01-31", "2020-03-20", 70),
    ("2020-03-20", "2020-03-20", 0),
    ("2004-02-29", "2020-02-28", 15),
    ("2004-02-29", "2020-02-29", 16),
    ("2004-02-29", "2021-02-28", 16),  # completed on 1 March where there is no 29 February
    ("2004-02-29", "2021-03-01", 17),
])
def test_an_age_is_completed_on_the_birthday(born: str, today: str, age: int) -> None:
    facts = {"birth_date": dt.date.fromisoformat(born)}
    assert rules.derived_inputs(entry(), facts, SHANGHAI, dt.date.fromisoformat(today))["age"] == age


def test_what_is_not_known_has_no_age_and_no_days() -> None:
    assert rules.derived_inputs(entry(), {}, SHANGHAI, TODAY) == {"days_since_arrival": None, "age": None}


@pytest.mark.parametrize(("arrived", "days"), [("2020-03-20", 0), ("2020-03-19", 1), ("2020-02-29", 20)])
def test_arrival_is_day_nought(arrived: str, days: int) -> None:
    facts = {"arrival_date": dt.date.fromisoformat(arrived)}
    assert rules.derived_inputs(entry(), facts, SHANGHAI, TODAY)["days_since_arrival"] == days


@pytest.mark.parametrize(("instant", "calendar", "day"), [
    ("2020-03-19T15:59:59+00:00", SHANGHAI, "2020-03-19"),
    ("2020-03-19T16:00:00+00:00", SHANGHAI, "2020-03-20"),  # midnight there, the day before in Greenwich
    ("2020-03-20T09:59:59+00:00", HONOLULU, "2020-03-19"),
    ("2020-03-20T10:00:00+00:00", HONOLULU, "2020-03-20"),
])
def test_a_moment_falls_on_the_day_of_the_place(instant: str, calendar: Calendar, day: str) -> None:
    assert rules.local_date(dt.datetime.fromisoformat(instant), calendar) == dt.date.fromisoformat(day)
    assert rules.local_date(dt.date(2020, 3, 1), calendar) == dt.date(2020, 3, 1)


def said(**more: Any) -> dict[str, Any]:
    return {"measure": "central isolation", "stage": "managed", **more}


@pytest.mark.parametrize(("arrived", "day"), [
    ("2020-03-20T19:59:59+08:00", "2020-03-20"),
    ("2020-03-20T20:00:00+08:00", "2020-03-21"),  # the cut-off begins the next operational day
    ("2020-03-21T00:30:00+08:00", "2020-03-21"),
    ("2020-03-20T00:30:00+08:00", "2020-03-20"),
])
def test_a_cohort_is_the_operational_day_and_not_the_calendars(arrived: str, day: str) -> None:
    facts = {"arrival_at": dt.datetime.fromisoformat(arrived)}
    found = rules.verdict(entry(), facts, said(), SHANGHAI, TODAY)
    assert found.cohort == dt.date.fromisoformat(day)
    assert rules.Reader(entry()).verdict(facts, said(), SHANGHAI, TODAY) == found


@pytest.mark.parametrize(("facts", "stage"), [
    ({}, "managed"), ({"arrival_at": dt.datetime(2020, 3, 20, tzinfo=dt.UTC)}, None)])
def test_without_an_arrival_or_a_stage_there_is_no_cohort(facts: dict[str, Any], stage: str | None) -> None:
    assert rules.verdict(entry(), facts, said(stage=stage), SHANGHAI, TODAY).cohort is None


def test_an_end_is_the_midnight_that_begins_its_day() -> None:
    found = rules.verdict(entry(), {}, said(until=dt.date(2020, 4, 3)), SHANGHAI, TODAY)
    assert found.until == dt.datetime(2020, 4, 2, 16, tzinfo=dt.UTC)
    moment = dt.datetime(2020, 4, 2, 12, 30, tzinfo=dt.UTC)
    assert rules.verdict(entry(), {}, said(until=moment), SHANGHAI, TODAY).until == moment
    assert rules.verdict(entry(), {}, said(until=None), SHANGHAI, TODAY).until is None


@pytest.mark.parametrize(("answer", "managed", "active"), [
    ({"measure": "central isolation"}, True, True),
    ({"measure": "none"}, False, False),
    ({"measure": "none", "when__task_release": True}, False, True),
    ({"measure": None}, False, False),
    ({"measure": None, "when__task_register": True}, False, True),
])
def test_who_is_managed_or_asked_something_is_active(answer: dict[str, Any], managed: bool, active: bool) -> None:
    found = rules.verdict(entry(), {}, answer, SHANGHAI, TODAY)
    assert (found.managed, found.active) == (managed, active)


def test_a_verdict_is_read_again_where_what_matters_differs() -> None:
    """One answer of the tables for many people: what is read besides must not be taken from the first of them."""
    reader, answer = rules.Reader(entry()), said()
    early, late = (dt.datetime(2020, 3, 20, hour, tzinfo=dt.UTC) for hour in (11, 12))  # 19:00 and 20:00 there
    assert reader.verdict({"arrival_at": early}, answer, SHANGHAI, TODAY).cohort == TODAY
    assert reader.verdict({"arrival_at": late}, answer, SHANGHAI, TODAY).cohort == TODAY + dt.timedelta(days=1)
    assert not reader.verdict({"arrival_at": early}, answer, SHANGHAI, TODAY).walk_in
    assert reader.verdict({"arrival_at": early, "walk_in": True}, answer, SHANGHAI, TODAY).walk_in


def test_the_reason_keeps_what_the_tables_looked_at_and_nothing_unknown() -> None:
    facts = {"origin": "IT", "birth_date": dt.date(1950, 3, 20), "frail": None, "list_source": "airport"}
    seen = rules.seen(entry(), facts, SHANGHAI, TODAY)
    assert seen["age"] == 70
    assert seen["origin"] == "IT"
    assert not {"frail", "list_source", "days_since_arrival"} & seen.keys()


@pytest.mark.parametrize(("facts", "outputs", "provisional"), [
    ({"arrival_date": TODAY}, {"origin_risk": "high"}, False),
    ({"arrival_date": TODAY}, {}, True),  # one of two is not known
    ({}, {"origin_risk": "high"}, True),
    ({}, {}, True),
])
def test_a_measure_that_counts_on_something_unknown_is_provisional(
    facts: dict[str, Any], outputs: dict[str, Any], *, provisional: bool,
) -> None:
    known = dict.fromkeys(("suspected", "contact", "released", "removed"), False)
    row = next(number for number, names in rules.plan_of(entry()).counting_on.items()
               if {"origin_risk", "days_since_arrival"} <= set(names) <= {*known, "origin_risk", "days_since_arrival"})
    answer = said(measure="home isolation", **{rules.ROW + "measure": row}, **known, **outputs)
    assert rules.verdict(entry(), facts, answer, SHANGHAI, TODAY).provisional is provisional
