"""A day ends: time zones, clocks put forward and back, leap days, cut-offs, a clock that comes late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fangxian.accounts import actions as accounts
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.areas import actions as areas
from fangxian.areas import listing, queries
from fangxian.kernel.clock import Calendar
from fangxian.tasks import clock
from tests.county import MORNING, ROWS, County

from .answers import few
from .filing import DAY, GRID, HOUR, TOWNSHIP, WELL, everything_follows_from_the_journal, rows, tasks
from .test_history import every_day_has_ended, every_open_task_has_somebody

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ZONES: Final = ("Europe/Rome", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo",
                "Asia/Shanghai", "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca",
                "Pacific/Kiritimati", "Asia/Tehran")
CUT_OFFS: Final = (dt.time(20), dt.time(0), dt.time(0, 30), dt.time(2, 30), dt.time(23, 59))
CALENDARS: Final = st.builds(Calendar, st.sampled_from(ZONES).map(ZoneInfo), st.sampled_from(CUT_OFFS))
INSTANTS: Final = st.integers(0, 20 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2012, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes))
ROME: Final = Calendar(ZoneInfo("Europe/Rome"), dt.time(2, 30))


@given(CALENDARS, INSTANTS)
@settings(few, max_examples=300)
@example(ROME, dt.datetime(2020, 3, 29, 1, 0, tzinfo=dt.UTC))
@example(ROME, dt.datetime(2020, 10, 25, 0, 45, tzinfo=dt.UTC))
@example(Calendar(ZoneInfo("Asia/Shanghai")), dt.datetime(2020, 2, 29, 12, 0, tzinfo=dt.UTC))
def test_every_instant_lies_in_exactly_its_day(calendar: Calendar, instant: dt.datetime) -> None:
    day = calendar.operational_day(instant)
    assert calendar.day_begins(day) <= instant < calendar.day_ends(day)
    assert calendar.day_ends(day) == calendar.day_begins(day + DAY)
    assert 22 * HOUR <= calendar.day_ends(day) - calendar.day_begins(day) <= 26 * HOUR
    assert calendar.operational_day(calendar.day_begins(day)) == day
    assert calendar.operational_day(calendar.day_ends(day)) == day + DAY


@given(CALENDARS, INSTANTS, st.times())
@settings(few, max_examples=200)
def test_a_wall_clock_time_of_a_day_lies_in_it(calendar: Calendar, instant: dt.datetime, time: dt.time) -> None:
    day = calendar.operational_day(instant)
    assert calendar.day_begins(day) - HOUR <= calendar.moment_in_day(day, time) <= calendar.day_ends(day) + HOUR


def with_calendar(county: County, code: str, zone: str, cutoff: str) -> Calendar:
    """The county's tree once more, with an area that says its own time zone and cut-off."""
    listed = listing.listing_of(ROWS)
    rows_of_it = [row._replace(time_zone=zone, cutoff=cutoff) if row.code == code else row for row in listed.rows]
    with working_in(SYSTEM):
        loaded = areas.load(listing=replace(listed, rows=rows_of_it), by=None, at=MORNING - 90 * DAY)
        assert loaded.summary is not None, loaded.findings
        return queries.calendars([county.paths[code]])[county.paths[code]]


@pytest.mark.parametrize(("zone", "day"), [
    ("Europe/Rome", dt.date(2020, 3, 28)), ("America/New_York", dt.date(2020, 10, 31)),
    ("Asia/Kathmandu", dt.date(2020, 2, 28)), ("Pacific/Apia", dt.date(2020, 4, 4)),
    ("Asia/Shanghai", dt.date(2020, 2, 28)),
])
def test_days_end_across_changes_of_the_clock_and_leap_days(county: County, zone: str, day: dt.date) -> None:
    local = with_calendar(county, "34", zone, "20:00")
    start = local.at(day, dt.time(9))
    subject = county.arrive(start)
    for hours in range(0, 80, 7):
        clock.run_due(start + hours * HOUR)
        every_day_has_ended(start + hours * HOUR)
        every_open_task_has_somebody(start + hours * HOUR)
    days = rows("SELECT DISTINCT day FROM tasks_task WHERE subject = %s AND kind = 'register' ORDER BY day", subject)
    assert [one for one, in days] == [day + number * DAY for number in range(len(days))]
    assert len(days) >= 4
    windows = rows("SELECT day, opens, due FROM tasks_task WHERE subject = %s AND kind = 'temperature_am'", subject)
    assert all(local.local(due).time() == dt.time(10) and local.local(opens).time() == dt.time(6)
               for _, opens, due in windows)
    everything_follows_from_the_journal()


def test_a_township_with_a_cut_off_of_its_own_ends_its_own_day(county: County) -> None:
    with_calendar(county, TOWNSHIP, "", "22:00")
    subject = county.arrive(MORNING)
    for hours in range(2, 50):
        clock.run_due(MORNING + hours * HOUR)
        every_day_has_ended(MORNING + hours * HOUR)
    closes = rows("SELECT DISTINCT closes FROM tasks_task WHERE subject = %s AND kind = 'register' ORDER BY 1", subject)
    assert [one.hour for one, in closes] == [14] * len(closes)  # 22:00 in Shanghai
    assert len(closes) == 3


def test_days_end_where_the_last_post_has_ended(county: County) -> None:
    clock.run_due(MORNING)
    subject = county.arrive(MORNING)
    with working_in(SYSTEM):
        for post in county.posts.values():
            accounts.end_post(post=post, by=OPERATOR, at=MORNING + HOUR)
    clock.run_due(MORNING + DAY)
    every_day_has_ended(MORNING + DAY)
    every_open_task_has_somebody(MORNING + DAY)
    assert ("register", "missed") in tasks(subject)
    assert ("register", "open") in tasks(subject)


def test_an_outage_of_days_and_a_clock_that_runs_twice_change_nothing_else(county: County) -> None:
    clock.run_due(MORNING)
    subject = county.arrive(MORNING)
    later = MORNING + 5 * DAY + 11 * HOUR
    clock.run_due(later)
    once = picture()
    clock.run_due(later)
    assert picture() == once
    every_day_has_ended(later)
    assert ("register", "open") in tasks(subject)
    assert rows("SELECT count(*) FROM tasks_turn") == [(7,)]
    everything_follows_from_the_journal()


def picture() -> list[object]:
    return [rows("SELECT id, state, told, post FROM tasks_task ORDER BY id"),
            rows("SELECT id, count FROM tasks_alert WHERE cause <> 'urgent' ORDER BY id"),
            rows("SELECT count(*) FROM journal_entry WHERE kind <> 'tick'")]


def test_a_post_that_ends_leaves_its_open_tasks_to_somebody_the_next_time_the_clock_looks(county: County) -> None:
    subject = county.arrive(MORNING)
    with working_in(SYSTEM):
        accounts.end_post(post=county.posts["grid_worker", GRID], by=OPERATOR, at=MORNING + HOUR)
    clock.run_due(MORNING + HOUR)
    assert rows("SELECT post, why_post FROM tasks_task WHERE subject = %s", subject) == [
        (county.posts["community_lead", "341023100001"], "nobody on duty below")]
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'hand_on'") == [(1,)]
    clock.run_due(MORNING + HOUR)
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'hand_on'") == [(1,)]


def test_who_was_checked_before_the_cut_off_and_told_after_it_counts_as_late_report(county: County) -> None:
    clock.run_due(MORNING)
    subject = county.arrive(MORNING)
    evening = MORNING + 11 * HOUR  # 20:00
    clock.run_due(evening)
    county.send("daily_check", subject, WELL, evening + HOUR, happened_at=evening - HOUR)
    every_day_has_ended(evening + HOUR)
