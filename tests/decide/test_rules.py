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
def shipped(name: str) -> Programme:
    programme, _ = load(read_folder(ROOT / "programmes" / name))
    assert programme is not None
    return programme


def entry() -> Programme:
    return shipped("entry")


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
    assert rules.derived_inputs(entry(), {}, SHANGHAI, TODAY) == {
        "days_since_arrival": None, "days_since_came": None, "days_since_contact": None, "age": None}


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
    assert rules.VerdictReader(entry()).verdict(facts, said(), SHANGHAI, TODAY) == found


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
    reader, answer = rules.VerdictReader(entry()), said()
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


def test_what_is_known_as_a_fact_is_known_though_no_table_says_it() -> None:
    known = dict.fromkeys(("suspected", "contact", "released", "removed"), False)
    row = next(number for number, names in rules.plan_of(entry()).counting_on.items()
               if {"origin_risk", "days_since_arrival"} <= set(names) <= {*known, "origin_risk", "days_since_arrival"})
    answer = said(measure="home isolation", **{rules.ROW + "measure": row}, origin_risk="high")
    facts = {"arrival_date": TODAY, **known}
    assert not rules.verdict(entry(), facts, answer, SHANGHAI, TODAY).provisional
    del facts["released"]
    assert rules.verdict(entry(), facts, answer, SHANGHAI, TODAY).provisional


def test_a_programme_without_stages_says_less() -> None:
    cases = shipped("linelist")
    found = rules.verdict(cases, {"walk_in": True}, {"measure": "follow up"}, SHANGHAI, TODAY)
    assert (found.measure, found.managed, found.active) == ("follow up", True, True)
    assert (found.stage, found.cohort, found.walk_in, found.urgent, found.until) == (None, None, False, False, None)
    assert rules.VerdictReader(cases).verdict({}, {"measure": "follow up"}, SHANGHAI, TODAY) == found


def test_what_holds_of_some_is_urgent_asked_follows_or_is_missing() -> None:
    answer = said(suspected=True, when__consequence_0=True, when__task_verify=True, when__task_register=False,
                  missing__measure=["origin_risk", "contact"], missing__stage=["contact"])
    found = rules.verdict(entry(), {}, answer, SHANGHAI, TODAY)
    assert (found.urgent, found.consequences, found.asks) == (True, (0,), ("verify",))
    assert found.asks_text == "verify"
    assert found.missing == ("contact", "origin_risk")
    nothing = rules.verdict(entry(), {}, said(suspected=False, when__consequence_0=False), SHANGHAI, TODAY)
    assert (nothing.urgent, nothing.consequences, nothing.asks, nothing.missing) == (False, (), (), ())


def test_answers_of_the_tables_are_told_apart_though_one_takes_the_place_of_another() -> None:
    """Python gives what comes later the identity of what nobody holds any more."""
    reader = rules.VerdictReader(entry())
    for measure in ("central isolation", "none", "hospital", "observation"):
        assert reader.verdict({}, {"measure": measure}, SHANGHAI, TODAY).measure == measure


def test_a_verdict_is_read_again_where_another_fact_is_known_or_another_clock_counts() -> None:
    row = next(number for number, names in rules.plan_of(entry()).counting_on.items()
               if {"origin_risk", "days_since_arrival"} <= set(names))
    known = dict.fromkeys(("suspected", "contact", "released", "removed"), False)
    reader, answer = rules.VerdictReader(entry()), said(**{rules.ROW + "measure": row}, **known, origin_risk="low")
    assert reader.verdict({}, answer, SHANGHAI, TODAY).provisional
    assert not reader.verdict({"arrival_date": TODAY}, answer, SHANGHAI, TODAY).provisional
    arrived = {"arrival_at": dt.datetime(2020, 3, 20, 11, tzinfo=dt.UTC), "arrival_date": TODAY}
    early = Calendar(SHANGHAI.zone, dt.time(18))
    assert reader.verdict(arrived, answer, SHANGHAI, TODAY).cohort == TODAY
    assert reader.verdict(arrived, answer, early, TODAY).cohort == TODAY + dt.timedelta(days=1)
    until = said(until=dt.date(2020, 4, 3))
    assert reader.verdict({}, until, SHANGHAI, TODAY).until != reader.verdict({}, until, HONOLULU, TODAY).until


def test_the_plan_names_what_every_table_reads() -> None:
    plan = rules.plan_of(entry())
    assert plan.deciding.name == "measure"
    assert {name for name, *_ in plan.derived_read} == {
        "age", "days_since_arrival", "days_since_came", "days_since_contact"}
    assert {name: years for name, _, years in plan.derived_read} == {
        "age": True, "days_since_arrival": False, "days_since_came": False, "days_since_contact": False}
    assert not {"age", "days_since_arrival", "origin_risk", "suspected"} & set(plan.facts_read)
    assert {"origin", "frail", "arrival_at"} <= set(plan.facts_read)
    assert set(plan.watched) >= {"arrival_date", "origin_risk"}, "days are known where the day of arrival is"
    assert not {"days_since_arrival"} & set(plan.watched)
    assert dict(plan.asks)["verify"] == "when__task_verify"
    assert dict(plan.rows)["measure"] == "row__measure"
    assert "missing__measure" in plan.missing


@pytest.mark.parametrize(("outputs", "known"), [
    ({}, False), ({"measure": None}, False), ({"measure": "none"}, True), ({"measure": None, "stage": "managed"}, True),
])
def test_a_verdict_knows_something_where_any_table_said_anything(outputs: dict[str, Any], *, known: bool) -> None:
    assert rules.verdict(entry(), {}, outputs, SHANGHAI, TODAY).outputs_known() is known
