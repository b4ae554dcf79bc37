"""Each question to a roster, case by case: at the very instant a time begins and ends, and not passed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from fangxian.accounts.rules import (
    Away,
    Roster,
    RosterPost,
    ShutOut,
    in_hours,
    require,
    require_all,
    require_each,
    require_place,
    require_somewhere,
)
from fangxian.accounts.types import ANY, OPERATOR, OUTSIDE, Acting, Action, Grant, Permissions, WeeklyHours
from fangxian.areas.types import subtree
from fangxian.kernel import decisions
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem

from .test_rules import DAY, NOW, local, on_duty, post

HOUR = DAY / 24
SHANGHAI = Calendar(ZoneInfo("Asia/Shanghai"))


def away(substitute: int | None = None, begins: int = -1, ends: int = 1) -> Away:
    """In days from now."""
    return Away(NOW + begins * DAY, NOW + ends * DAY, substitute)


def shut_out(one: RosterPost, *times: ShutOut) -> RosterPost:
    return replace(one, shut_out=times)


@pytest.mark.parametrize(("begins", "ends", "held"), [(0, 1, True), (-1, 0, False), (-1, 1, True), (1, 2, False)])
def test_an_absence_holds_from_its_beginning_until_before_its_end(begins: int, ends: int, held: bool) -> None:
    one = post(1, absences=(away(begins=begins, ends=ends),))
    assert (one.away(NOW) is not None, one.present(NOW)) == (held, not held)


@pytest.mark.parametrize(("begins", "ends", "meets"), [
    (-3, -1, False), (-3, 0, True), (0, 1, True), (-3, 3, True), (1, 2, False), (2, 3, False)])
def test_two_absences_meet_where_both_hold_at_some_instant(begins: int, ends: int, *, meets: bool) -> None:
    assert away().overlaps(NOW + begins * DAY, NOW + ends * DAY) is meets
    assert away(begins=begins, ends=ends).overlaps(NOW - DAY, NOW + DAY) is meets


@pytest.mark.parametrize(("times", "out"), [
    ([ShutOut(NOW)], True),
    ([ShutOut(NOW + DAY)], False),
    ([ShutOut(NOW - DAY, NOW)], False),
    ([ShutOut(NOW - DAY, NOW + DAY)], True),
    ([ShutOut(NOW - 2 * DAY, NOW - DAY), ShutOut(NOW - HOUR)], True),
    ([ShutOut(NOW - HOUR), ShutOut(NOW + HOUR, NOW + DAY)], True),
])
def test_a_user_is_shut_out_while_one_of_the_times_holds(times: list[ShutOut], out: bool) -> None:
    one = shut_out(post(1), *times)
    assert (one.is_shut_out(NOW), one.in_force(NOW), one.present(NOW)) == (out, not out, not out)


def test_who_has_not_begun_is_not_there_though_not_away() -> None:
    assert not post(1, begins=NOW + DAY).present(NOW)
    assert post(1, begins=NOW).present(NOW)


def test_of_several_absences_the_one_that_began_last_says_who_stands_in() -> None:
    one = post(1, absences=(away(2, begins=-3), away(3, begins=-1), away(4, begins=1, ends=2)))
    assert one.away(NOW) == away(3, begins=-1)
    assert on_duty(one, post(2, path="X01"), post(3, path="X01")) == [(3, 1)]


@pytest.mark.parametrize(("ends", "moment", "held"), [
    (dt.time(8), (2020, 3, 21, 7, 59), True), (dt.time(8), (2020, 3, 21, 8, 0), False),
    (dt.time(9), (2020, 3, 20, 8, 0), True), (dt.time(9), (2020, 3, 20, 7, 59), False),
    (dt.time(9), (2020, 3, 20, 9, 0), False),
])
def test_a_shift_that_ends_when_it_begins_goes_on_for_a_day(
    ends: dt.time, moment: tuple[int, ...], held: bool,
) -> None:
    friday = (WeeklyHours(4, dt.time(8), ends),)
    assert in_hours(friday, SHANGHAI, local("Asia/Shanghai", *moment)) is held
    assert post(1, hours=friday).in_hours(local("Asia/Shanghai", *moment)) is held


def test_a_shift_into_a_day_that_was_skipped_ends_the_day_after() -> None:
    """Samoa went from Thursday the 29th to Saturday the 31st of December 2011."""
    thursday = (WeeklyHours(3, dt.time(20), dt.time(6)),)
    assert in_hours(thursday, Calendar(ZoneInfo("Pacific/Apia")), local("Pacific/Apia", 2011, 12, 31, 5, 0))


@pytest.mark.parametrize(("others", "found"), [
    ([], [(1, None)]),
    ([post(2)], [(1, None), (2, None)]),
    ([post(2, begins=NOW + DAY)], [(1, None)]),
    ([post(2, hours=(WeeklyHours(0, dt.time(8), dt.time(18)),))], [(1, None)]),
    ([post(2, absences=(away(1),))], [(1, None)]),
    ([post(2, absences=(away(3),)), post(3, path="X01", absences=(away(),))], [(1, None)]),
    ([post(2, absences=(away(3),), ends=NOW), post(3, path="X01")], [(1, None)]),
    ([post(2, absences=(away(3),)), post(3)], [(1, None), (3, None)]),
])
def test_who_is_on_duty_beside_the_first(others: list[RosterPost], found: list[tuple[int, int | None]]) -> None:
    assert on_duty(post(1), *others) == found


def ids(found: tuple[RosterPost, ...] | list[RosterPost]) -> list[int]:
    return [one.id for one in found]


@pytest.mark.parametrize(("absent", "found"), [
    ([post(2, absences=(away(1),))], [2]),
    ([post(2, absences=(away(1),), ends=NOW)], []),
    ([post(2, absences=(away(1, ends=0),))], []),
    ([post(2, absences=(away(3),)), post(3, absences=(away(1),))], [3]),
    ([post(2, absences=(away(3),)), post(3, absences=(away(1, ends=0),))], []),
    ([post(2, absences=(away(3, begins=-2), away(1)))], [2]),
    ([post(3, absences=(away(4),)), post(2, absences=(away(1),)), post(4, absences=(away(1),))], [2, 4]),
])
def test_whom_a_post_stands_in_for(absent: list[RosterPost], found: list[int]) -> None:
    roster = Roster([one := post(1), *absent])
    assert ids(roster.stood_in_for(one, NOW)) == found


def test_two_who_stand_in_for_each_other_do_neither() -> None:
    one, other = post(1, absences=(away(2),)), post(2, absences=(away(1),))
    roster = Roster([one, other])
    assert roster.stood_in_for(one, NOW) == roster.stood_in_for(other, NOW) == ()
    assert Roster([post(1, absences=(away(1),))]).stood_in_for(one, NOW) == ()


@pytest.mark.parametrize(("absent", "found"), [
    ([], []),
    ([post(2, absences=(away(1),))], [2]),
    ([post(2, absences=(away(1, begins=2, ends=3),))], [2]),
    ([post(2, absences=(away(1, ends=0),))], []),
    ([post(2, absences=(away(1, ends=0), away(3)))], []),
    ([post(2, absences=(away(1), away(3, ends=0)))], [2]),
    ([post(2, absences=(away(1), away(3)))], [2]),
    ([post(2, absences=(away(3),))], []),
    ([post(2, absences=(away(),))], []),
    ([post(2, absences=(away(1),)), post(3, absences=(away(2),))], [2]),
    ([post(2, absences=(away(1),)), post(3, absences=(away(2), away(1)))], [2, 3]),
])
def test_whom_a_post_may_come_to_stand_in_for(absent: list[RosterPost], found: list[int]) -> None:
    roster = Roster([one := post(1), *absent])
    assert ids(roster.to_stand_in_for([one], NOW)) == found


def test_who_is_at_a_place_in_which_department_and_of_which_user() -> None:
    health = replace(post(2), department="health", user=1)
    roster = Roster([post(1), health, post(3, ends=NOW), replace(post(4, begins=NOW + DAY), user=1),
                     post(5, path="X01", kind="lead")])
    assert ids(roster.at_area("X00", NOW)) == [1, 2]
    assert ids(roster.of_department("health", "X00", NOW)) == [2]
    assert ids(roster.of_user(1, NOW)) == [1, 2]
    assert roster.of_user(9, NOW) == ()


def test_where_a_kind_of_post_is_in_force() -> None:
    roster = Roster([post(1), post(2, path="X01", kind="lead"), post(3, path="X02", ends=NOW)])
    assert roster.areas_staffed(NOW) == {"X00", "X01"}
    assert roster.areas_staffed(NOW, "lead") == {"X01"}
    assert roster.areas_staffed(NOW - DAY, "grid_worker") == {"X00", "X02"}


def test_upwards_passes_over_areas_where_nobody_is_on_duty() -> None:
    roster = Roster([post(1), post(2, path="X00X01", absences=(away(),)), post(3, path="X00X01X02")])
    assert [[duty.post.id for duty in roster.upwards("grid_worker", path, NOW)]
            for path in ("X00X01X02", "X00X01", "X00X03X04")] == [[3], [1], [1]]


FRIDAY = (WeeklyHours(4, dt.time(8), dt.time(9)),)  # now it is nine on a Friday
THURSDAY = (WeeklyHours(3, dt.time(22), dt.time(10)),)


@pytest.mark.parametrize(("posts", "hours"), [
    ([], None),
    ([post(1)], None),
    ([post(1, begins=NOW)], None),
    ([post(1, ends=NOW + 5 * HOUR)], 5),
    ([post(1, ends=NOW + 5 * HOUR), post(2, ends=NOW + 4 * HOUR)], 4),
    ([post(1, ends=NOW + 5 * HOUR, kind="lead")], None),
    ([shut_out(post(1), ShutOut(NOW + 3 * HOUR))], 3),
    ([shut_out(post(1), ShutOut(NOW - HOUR, NOW + 2 * HOUR))], 2),
    ([shut_out(post(1), ShutOut(NOW - HOUR))], None),
    ([post(1, absences=(Away(NOW + HOUR, NOW + DAY),))], 1),
    ([post(1, absences=(Away(NOW - HOUR, NOW + DAY),))], 24),
    ([post(1, absences=(Away(NOW - HOUR, NOW + DAY, 2),)), post(2, path="X01", ends=NOW + 7 * HOUR)], 7),
    ([post(1, absences=(Away(NOW - HOUR, NOW + DAY, 2),)),
      post(2, path="X01", absences=(Away(NOW - HOUR, NOW + 8 * HOUR, 3), Away(NOW - 2 * DAY, NOW - DAY, 1))),
      post(3, path="X01", ends=NOW + 6 * HOUR)], 8),
    ([post(1, absences=(Away(NOW - HOUR, NOW + DAY, 2, NOW + 9 * HOUR),)), post(2, path="X01")], 9),
    ([post(1, absences=(Away(NOW - HOUR, NOW + DAY, 99),))], 24),
    ([post(1, hours=FRIDAY)], 7 * 24 - 1),
    ([post(1, hours=THURSDAY)], 1),
    ([post(1, hours=(WeeklyHours(6, dt.time(9), dt.time(10)),))], 48),
])
def test_when_it_may_change_who_is_on_duty(posts: list[RosterPost], hours: int | None) -> None:
    expected = None if hours is None else NOW + hours * HOUR
    assert Roster(posts).next_change("grid_worker", "X00", NOW) == expected


def acting(*programmes: str) -> Acting:
    """Somebody who fills a form of the programme ``entry``, at an area."""
    table = Permissions([Grant("lead", "entry", Action.FILL, "check"), Grant("lead", OUTSIDE, Action.SET_UP)])
    return replace(OPERATOR, kind="lead", programmes=programmes, range=subtree("X00X01"), permissions=table)


@pytest.mark.parametrize(("programme", "sees", "code"), [
    ("entry", ("entry",), "not_allowed"), ("entry", (ANY,), "not_allowed"), ("entry", (), "not_found"),
    ("other", ("entry",), "not_found"), (OUTSIDE, ("entry",), "not_allowed"), (OUTSIDE, (), "not_allowed"),
    ("other", (ANY, "entry"), "not_allowed"),
])
def test_of_a_programme_out_of_sight_it_is_not_said_that_it_is_there(
    programme: str, sees: tuple[str, ...], code: str,
) -> None:
    with pytest.raises(Problem, match=code):
        require(acting(*sees), Action.EXPORT, programme)


def test_what_the_table_allows_is_allowed_and_noted() -> None:
    with decisions.noting() as found:
        require(acting("entry"), Action.FILL, "entry", "check")
        require_each(acting("entry"), Action.FILL, ["entry"])
        require_all(acting("entry"), Action.FILL, [("entry", "check")])
        require_somewhere(acting("entry"), Action.FILL)
    assert found.allowed == {(Action.FILL, "entry"), (Action.FILL, decisions.SOMEWHERE)}


@pytest.mark.parametrize("asked", [
    lambda by: require_each(by, Action.FILL, []),
    lambda by: require_each(by, Action.FILL, ["entry", "other"]),
    lambda by: require_all(by, Action.FILL, []),
    lambda by: require_all(by, Action.FILL, [("entry", "check"), ("entry", "release")]),
    lambda by: require_all(by, Action.FILL, [("other", "check")]),
    lambda by: require_somewhere(by, Action.EXPORT),
    lambda by: require_somewhere(by, Action.SET_UP),
])
def test_one_thing_that_is_not_allowed_and_nothing_at_all_are_refused(asked: Callable[[Acting], None]) -> None:
    with pytest.raises(Problem, match="not_allowed"):
        asked(acting("entry", "other"))


def test_places_are_required_to_lie_within_the_area_all_of_them() -> None:
    require_place(acting(), "X00X01")
    require_place(acting(), "X00X01", "X00X01X02")
    for paths in ((), ("X00",), ("X00X01", "X00X02"), ("X00X02", "X00X01")):
        with pytest.raises(Problem, match="not_found"):
            require_place(acting(), *paths)
