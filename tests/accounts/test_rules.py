"""Who is on duty and who stands in, across midnight, daylight saving and leap days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.accounts.rules import Away, Roster, RosterPost, ShutOut, in_hours
from fangxian.accounts.types import WeeklyHours
from fangxian.kernel.clock import Calendar

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2020, 3, 20, 1, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MIDNIGHT = dt.time(0)

calendars = st.sampled_from(ZONES).map(lambda zone: Calendar(ZoneInfo(zone)))
instants = st.integers(0, 18 * 365 * 24 * 3600).map(
    lambda seconds: dt.datetime(2011, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds))
quarters = st.integers(0, 95).map(lambda quarter: dt.time(quarter // 4, quarter % 4 * 15))
shifts = st.builds(WeeklyHours, st.integers(0, 6), quarters, quarters)


def post(number: int, *, zone: str = "Asia/Shanghai", path: str = "X00", kind: str = "grid_worker",
         hours: tuple[WeeklyHours, ...] = (), absences: tuple[Away, ...] = (),
         begins: dt.datetime = START, ends: dt.datetime | None = None) -> RosterPost:
    return RosterPost(number, number, kind, path, Calendar(ZoneInfo(zone)), begins, ends, "", hours, absences)


def away(substitute: int | None = None, begins: dt.datetime = NOW - DAY, ends: dt.datetime = NOW + DAY) -> Away:
    return Away(begins, ends, substitute)


def on_duty(*posts: RosterPost, at: dt.datetime = NOW) -> list[tuple[int, int | None]]:
    found = Roster(posts).on_duty("grid_worker", "X00", at)
    return [(duty.post.id, duty.instead_of.id if duty.instead_of else None) for duty in found]


def local(zone: str, *moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)  # type: ignore[arg-type,misc]


@given(calendars, instants)
def test_seven_whole_days_are_always(calendar: Calendar, at: dt.datetime) -> None:
    week = tuple(WeeklyHours(weekday, MIDNIGHT, MIDNIGHT) for weekday in range(7))
    assert in_hours(week, calendar, at)


@given(calendars, instants, shifts, quarters)
def test_a_shift_cut_in_two_is_the_same_shift(
    calendar: Calendar, at: dt.datetime, shift: WeeklyHours, cut: dt.time,
) -> None:
    within = shift.begins < cut < shift.ends
    if within:
        halves = (shift._replace(ends=cut), shift._replace(begins=cut))
        assert in_hours(halves, calendar, at) == in_hours((shift,), calendar, at)


@given(st.lists(shifts, max_size=4).map(tuple), instants)
def test_without_daylight_saving_it_is_arithmetic_of_the_week(hours: tuple[WeeklyHours, ...], at: dt.datetime) -> None:
    def quarter_hours(shift: WeeklyHours) -> set[int]:
        begins, ends = (time.hour * 4 + time.minute // 15 for time in shift[1:])
        length = (ends - begins) % 96 or 96
        return {(shift.weekday * 96 + begins + step) % (7 * 96) for step in range(length)}

    clock = at.astimezone(ZoneInfo("Asia/Shanghai"))
    quarter = clock.weekday() * 96 + clock.hour * 4 + clock.minute // 15
    expected = any(quarter in quarter_hours(shift) for shift in hours)
    assert in_hours(hours, Calendar(ZoneInfo("Asia/Shanghai")), at) == expected


@pytest.mark.parametrize(("moment", "expected"), [
    ((2020, 3, 20, 21, 59), False), ((2020, 3, 20, 22, 0), True), ((2020, 3, 21, 0, 0), True),
    ((2020, 3, 21, 5, 59), True), ((2020, 3, 21, 6, 0), False), ((2020, 3, 21, 22, 30), False),
])
def test_a_night_shift_runs_over_midnight(moment: tuple[int, ...], expected: bool) -> None:
    friday_night = (WeeklyHours(4, dt.time(22), dt.time(6)),)
    assert in_hours(friday_night, Calendar(ZoneInfo("Asia/Shanghai")), local("Asia/Shanghai", *moment)) is expected


@pytest.mark.parametrize(("evening", "hours"), [((2020, 3, 28), 7), ((2020, 10, 24), 9), ((2020, 10, 17), 8)])
def test_a_night_shift_follows_the_wall_clock_through_daylight_saving(
    evening: tuple[int, int, int], hours: int,
) -> None:
    saturday_night = (WeeklyHours(5, dt.time(22), dt.time(6)),)
    calendar = Calendar(ZoneInfo("Europe/Berlin"))
    begins = calendar.at(dt.date(*evening), dt.time(22))
    ends = begins + dt.timedelta(hours=hours)
    assert not in_hours(saturday_night, calendar, begins - dt.timedelta(seconds=1))
    assert in_hours(saturday_night, calendar, begins)
    assert in_hours(saturday_night, calendar, ends - dt.timedelta(seconds=1))
    assert not in_hours(saturday_night, calendar, ends)


def test_the_leap_day_is_a_saturday_of_its_own() -> None:
    saturday = (WeeklyHours(5, dt.time(20), dt.time(4)),)
    shanghai = Calendar(ZoneInfo("Asia/Shanghai"))
    assert in_hours(saturday, shanghai, local("Asia/Shanghai", 2020, 2, 29, 23, 59))
    assert in_hours(saturday, shanghai, local("Asia/Shanghai", 2020, 3, 1, 3, 59))
    assert not in_hours(saturday, shanghai, local("Asia/Shanghai", 2020, 3, 1, 4, 0))


def test_without_hours_a_post_is_always_on_duty_while_it_is_in_force() -> None:
    ends = post(1, begins=NOW, ends=NOW + DAY)
    assert on_duty(ends, at=NOW - dt.timedelta(seconds=1)) == []
    assert on_duty(ends, at=NOW) == [(1, None)]
    assert on_duty(ends, at=NOW + DAY) == []


def test_nobody_is_on_duty_elsewhere_or_for_another_kind() -> None:
    roster = Roster([post(1)])
    assert not roster.on_duty("grid_worker", "X0001", NOW)
    assert not roster.on_duty("community_lead", "X00", NOW)


def test_the_substitute_stands_in_from_another_area_in_the_hours_of_the_absent_post() -> None:
    friday = (WeeklyHours(4, dt.time(8), dt.time(18)),)
    sunday = (WeeklyHours(6, dt.time(8), dt.time(18)),)
    absent, substitute = post(1, hours=friday, absences=(away(2),)), post(2, path="X01", hours=sunday)
    assert on_duty(absent, substitute) == [(2, 1)]
    assert on_duty(absent, substitute, at=NOW + dt.timedelta(hours=12)) == []


def test_standing_in_is_not_passed_on() -> None:
    """Who stands in for the stand-in does that one's own work alone; of the first nobody is on duty."""
    first, second = post(1, absences=(away(2),)), post(2, path="X01", absences=(away(3),))
    roster = Roster([first, second, third := post(3, path="X02")])
    assert on_duty(first, second, third) == []
    assert roster.answering(first, NOW) is None
    assert roster.answering(second, NOW) is third
    assert roster.stood_in_for(third, NOW) == (second,)
    assert roster.to_stand_in_for([third], NOW) == (second,)


@pytest.mark.parametrize(("until", "stands"), [
    (None, True), (NOW + DAY, True), (NOW + dt.timedelta(seconds=1), True), (NOW, False), (NOW - DAY, False)])
def test_nobody_stands_in_for_longer_than_who_let_them_may(until: dt.datetime | None, stands: bool) -> None:
    first, second = post(1, absences=(replace(away(2), until=until),)), post(2, path="X01")
    assert on_duty(first, second) == ([(2, 1)] if stands else [])
    assert Roster([first, second]).stood_in_for(second, NOW) == ((first,) if stands else ())


@pytest.mark.parametrize("posts", [
    [post(1, absences=(away(),))],
    [post(1, absences=(away(1),))],
    [post(1, absences=(away(2),)), post(2, path="X01", absences=(away(1),))],
    [post(1, absences=(away(2),)), post(2, path="X01", ends=NOW)],
    [post(1, absences=(away(99),))],
])
def test_where_nobody_is_there_nobody_is_on_duty(posts: list[RosterPost]) -> None:
    assert on_duty(*posts) == []


def test_who_stands_in_for_two_appears_once_and_as_themselves_when_they_are_on_duty_anyway() -> None:
    assert on_duty(post(1, absences=(away(3),)), post(2, absences=(away(3),)), post(3, path="X01")) == [(3, 1)]
    assert on_duty(post(1, absences=(away(2),)), post(2)) == [(2, None)]


def test_stood_in_for_is_the_other_side_of_answering() -> None:
    posts = [post(1, absences=(away(3),)), post(2, path="X01", absences=(away(3),)), post(3, path="X02")]
    roster = Roster(posts)
    assert [one.id for one in roster.stood_in_for(posts[2], NOW)] == [1, 2]
    assert [one.id for one in roster.stood_in_for(posts[1], NOW)] == []
    assert [one.id for one in roster.stood_in_for(posts[2], NOW + 2 * DAY)] == []


def test_upwards_finds_the_nearest_area_with_somebody() -> None:
    roster = Roster([post(1, path="X00"), post(2, path="X00X01X02", absences=(away(),))])
    assert [duty.post.id for duty in roster.upwards("grid_worker", "X00X01X02", NOW)] == [1]
    assert roster.upwards("grid_worker", "X09", NOW) == ()


moments = st.integers(-20, 20).map(lambda hours: NOW + dt.timedelta(hours=hours))
absences = st.builds(
    lambda begins, length, *more: Away(begins, begins + dt.timedelta(hours=length), *more),
    moments, st.integers(1, 15), st.none() | st.integers(1, 4), st.none() | moments)
rosters = st.tuples(*(
    st.builds(
        lambda zone, hours, gone, begins, length, number=number: post(
            number, zone=zone, hours=tuple(hours), absences=tuple(gone), path="X00" if number < 3 else "X01",
            begins=begins, ends=None if length is None else begins + dt.timedelta(hours=length)),
        st.sampled_from(ZONES), st.lists(shifts, max_size=2), st.lists(absences, max_size=2), moments,
        st.none() | st.integers(1, 40))
    for number in range(1, 5))).map(Roster)


@settings(max_examples=100, deadline=None)
@given(rosters, moments, st.integers(0, 999))
def test_nothing_changes_before_the_next_change(roster: Roster, at: dt.datetime, share: int) -> None:
    until = roster.next_change("grid_worker", "X00", at)
    later = at + ((until or at + 60 * DAY) - at) * share / 1000
    assert until is None or until > at
    assert roster.on_duty("grid_worker", "X00", later) == roster.on_duty("grid_worker", "X00", at)


@settings(max_examples=100, deadline=None)
@given(rosters, moments)
def test_whoever_is_on_duty_is_there(roster: Roster, at: dt.datetime) -> None:
    found = roster.on_duty("grid_worker", "X00", at)
    assert len({duty.post.id for duty in found}) == len(found)
    for duty in found:
        assert duty.post.present(at)
        assert (duty.instead_of or duty.post).path == "X00"
        assert duty.instead_of is None or duty.instead_of in roster.stood_in_for(duty.post, at)


@pytest.mark.parametrize(("begins", "ends", "shut_out", "given_then", "in_force"), [
    (-1, None, (), True, True),
    (1, None, (), False, False),
    (-2, 0, (), False, False),
    (-1, 1, (ShutOut(NOW - DAY),), True, False),
    (-1, None, (ShutOut(NOW - DAY, NOW),), True, True),
    (-1, None, (ShutOut(NOW, NOW + DAY),), True, False),
    (-1, None, (ShutOut(NOW + DAY),), True, True),
])
def test_a_post_is_in_force_while_it_is_given_and_its_user_not_shut_out(
    begins: int, ends: int | None, shut_out: tuple[ShutOut, ...], given_then: bool, in_force: bool,
) -> None:
    one = replace(post(1, begins=NOW + begins * DAY, ends=None if ends is None else NOW + ends * DAY),
                  shut_out=shut_out)
    assert (one.given(NOW), one.in_force(NOW)) == (given_then, in_force)
