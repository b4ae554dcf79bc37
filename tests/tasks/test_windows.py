"""Which window of a kind of task falls to whom, which task is the one that is meant, and which one is there already."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import both
from fangxian.programmes.types import TaskKind, Window
from fangxian.tasks import rules
from fangxian.tasks.states import State
from fangxian.tasks.types import StoredTask, TaskWindow

CALENDAR: Final = Calendar(ZoneInfo("Asia/Shanghai"))
FRIDAY: Final = dt.date(2020, 3, 20)
MORNING: Final = Window(dt.time(8), dt.time(10), dt.time(6))
DAY: Final = dt.timedelta(days=1)
MINUTE: Final = dt.timedelta(minutes=1)


def local(clock: str, days: int = 0) -> dt.datetime:
    """A wall-clock time on Friday the 20th, or so many days later; its operational day ends at 20:00."""
    return CALENDAR.at(FRIDAY + days * DAY, dt.time.fromisoformat(clock))


def kind(**more: Any) -> TaskKind:
    usual = {"kind": "check", "label": both("Check"), "form": "check", "when": (), "post": "grid_worker",
             "missed": "county"}
    return TaskKind(**{**usual, **more})


def window(asked: TaskKind, at: dt.datetime, days: int = 0) -> TaskWindow:
    found = rules.window_of(asked, CALENDAR, FRIDAY + days * DAY, at)
    assert found is not None
    return found


def task(state: State = State.OPEN, opens: str = "09:00", *, days: int = 0, closes: dt.datetime | None = None,
         number: int = 1, **more: Any) -> StoredTask:
    begins = local(opens, days)
    usual = {"id": uuid.UUID(int=number), "kind": "check", "form": "check", "subject": uuid.UUID(int=99),
             "day": FRIDAY + days * DAY, "opens": begins, "due": begins + 2 * 60 * MINUTE,
             "closes": closes or local("20:00", days), "state": state, "entry": None, "outcome": "",
             "reported_late": False, "ended_at": None}
    return StoredTask(**{**usual, **more})


def test_a_window_says_when_it_is_and_what_stands_begins_with_its_day() -> None:
    asked = kind(window=MORNING)
    assert window(asked, local("07:00")) == TaskWindow(
        "check", FRIDAY, FRIDAY, local("06:00"), local("10:00"), local("20:00"), standing=False, on=FRIDAY)
    assert window(kind(), local("12:00", -1)) == TaskWindow(
        "check", FRIDAY, FRIDAY, local("20:00", -1), local("20:00"), local("20:00"), standing=True, on=FRIDAY)
    evening = kind(window=Window(dt.time(21), dt.time(22), dt.time(20)))
    assert window(evening, local("20:30", -1)).on == FRIDAY - DAY  # the local date; the operational day is Friday


@pytest.mark.parametrize(("due", "day"), [
    ("19:59", 0), ("20:00", 0), ("20:01", 1), ("23:59", 1)])
def test_a_deadline_ends_with_the_first_cut_off_at_or_after_it(due: str, day: int) -> None:
    assert rules.day_that_ends(local(due), CALENDAR) == FRIDAY + day * DAY


@pytest.mark.parametrize(("due", "closes"), [
    (local("13:00", -3), local("20:00")),  # long past: the day that asks for it ends it
    (local("20:00"), local("20:00")),
    (local("13:00", 2), local("20:00", 2)),
])
def test_what_was_missed_keeps_its_deadline_and_ends_with_a_day_that_asks_for_it(
    due: dt.datetime, closes: dt.datetime
) -> None:
    found = rules.with_deadline(window(kind(), local("09:00")), due, CALENDAR)
    assert (found.due, found.closes, CALENDAR.day_ends(found.day)) == (due, closes, closes)


NOON: Final = local("12:00")
EARLY: Final = local("05:00")
TODAY_AT_LAST: Final = local("18:00")  # the end is exclusive: Friday is the last day
BEGUN: Final = FRIDAY - 3 * DAY


@pytest.mark.parametrize(("asked", "facts", "until", "next_change", "at", "falls"), [
    (kind(), {}, None, None, NOON, True),
    (kind(), {}, None, FRIDAY, local("19:00", -1), True),  # what stands does so until it is decided otherwise
    (kind(not_before_until=True), {}, None, None, NOON, False),
    (kind(not_before_until=True), {}, TODAY_AT_LAST, None, NOON, True),
    (kind(not_before_until=True), {}, TODAY_AT_LAST + DAY, None, NOON, False),
    (kind(not_before_until=True), {}, TODAY_AT_LAST - DAY, None, NOON, True),
    (kind(), {}, TODAY_AT_LAST + DAY, None, NOON, True),
    (kind(window=MORNING), {}, None, None, EARLY, True),
    (kind(window=MORNING), {}, None, FRIDAY, EARLY, False),  # time will have changed the decision before it opens
    (kind(window=MORNING), {}, None, FRIDAY + DAY, EARLY, True),
    (kind(window=MORNING), {}, None, FRIDAY - DAY, EARLY, False),
    (kind(window=MORNING), {}, None, FRIDAY, local("06:00"), True),  # it has opened, and the decision still holds
    (kind(window=MORNING, days=(3, 7), anchor="arrived"), {"arrived": BEGUN}, None, None, EARLY, True),
    (kind(window=MORNING, days=(4, 7), anchor="arrived"), {"arrived": BEGUN}, None, None, EARLY, False),
    (kind(window=MORNING, days=(3,), anchor="arrived"), {"arrived": local("23:30", -3)}, None, None, EARLY, True),
    (kind(window=MORNING, days=(3,), anchor="arrived"), {"arrived": local("00:30", -2)}, None, None, EARLY, False),
    (kind(window=MORNING, days=(0,), anchor="arrived"), {"arrived": None}, None, None, EARLY, False),
    (kind(window=MORNING, days=(0,), anchor="arrived"), {}, None, None, EARLY, False),
    (kind(window=MORNING, days=(0,)), {"": FRIDAY}, None, None, EARLY, False),
])
def test_whom_a_window_falls_to(
    asked: TaskKind, facts: dict[str, Any], until: dt.datetime | None, next_change: dt.date | None, at: dt.datetime,
    *, falls: bool,
) -> None:
    found = rules.falls_in(window(asked, at), asked, facts, until, next_change, CALENDAR, at)
    assert found is falls


STANDING: Final = {"check": kind()}
WINDOWED: Final = {"check": kind(window=MORNING)}


@pytest.mark.parametrize(("kinds", "happened", "about"), [
    (WINDOWED, local("09:00"), True),  # from the moment it opens
    (WINDOWED, local("09:00") - MINUTE, False),
    (WINDOWED, local("20:00") - MINUTE, True),
    (WINDOWED, local("20:00"), False),  # the end is exclusive
    (STANDING, local("20:00", -1), True),  # what was done before the centre heard of it counts
    (STANDING, local("20:00", -1) - MINUTE, False),
    ({}, local("09:00"), True),  # a kind the version in force has no more
    ({}, local("09:00") - MINUTE, False),
])
def test_a_submission_is_about_a_task_whose_time_had_come(
    kinds: dict[str, TaskKind], happened: dt.datetime, *, about: bool
) -> None:
    one = task()
    assert (rules.about([one], kinds, "check", happened, CALENDAR, None) is one) is about


@pytest.mark.parametrize(("tasks", "named", "chosen"), [
    ((task(number=1, opens="09:00"), task(number=2, opens="10:00")), None, 2),  # the latest
    ((task(number=2, opens="10:00"), task(number=1, opens="09:00")), None, 2),
    ((task(number=1, opens="09:00"), task(number=2, opens="10:00")), 1, 1),  # the one it names
    ((task(number=1, opens="09:00"), task(State.VOID, number=2, opens="10:00")), None, 1),  # what is asked for first
    ((task(State.VOID, number=1),), None, 1),
    ((task(number=1), task(number=2, opens="10:00", form="other")), None, 1),
    ((task(number=1), task(number=2, opens="10:00", form="other")), 2, 1),  # another form fills no such task
    ((task(number=1), task(number=2, days=1)), 2, 1),  # of an earlier day than the one it names
    ((), None, None),
])
def test_which_task_a_submission_is_about(
    tasks: tuple[StoredTask, ...], named: int | None, chosen: int | None
) -> None:
    explicit = None if named is None else uuid.UUID(int=named)
    found = rules.about(tasks, WINDOWED, "check", local("12:00"), CALENDAR, explicit)
    assert (found and found.id.int) == chosen


NIGHT: Final = local("20:00", -1)  # the cut-off at which Friday began


@pytest.mark.parametrize(("one", "standing", "same"), [
    (task(), False, True),
    (task(kind="other"), False, False),
    (task(days=-1), False, False),
    (task(days=1), False, False),  # tomorrow's has not ended, and is another
    (task(kind="other"), True, False),
    (task(days=-1), True, False),  # it ended with the cut-off at which the new day began
    (task(days=-1, closes=NIGHT + MINUTE), True, True),
    (task(closes=NIGHT), True, True),  # asked for today and over already
])
def test_which_task_is_the_one_that_is_wanted(one: StoredTask, *, standing: bool, same: bool) -> None:
    wanted = window(kind() if standing else kind(window=MORNING), NIGHT)
    assert rules.same_task([one], wanted, CALENDAR) == ([one] if same else [])


@pytest.mark.parametrize(("same", "taken_back", "again"), [
    ((task(State.VOID, number=1),), False, 1),
    ((task(State.DONE, number=1), task(State.VOID, number=2)), False, 2),
    ((task(State.VOID, number=1, days=1), task(State.VOID, number=2)), False, 1),
    ((task(State.VOID, number=1, due=NIGHT),), False, None),  # its deadline is over the moment it would be wanted
    ((task(State.VOID, number=1, due=NIGHT + MINUTE),), False, 1),
    ((task(State.VOID, number=1, due=NIGHT),), True, 1),
    ((task(State.DONE, number=1),), True, None),
    ((task(State.VOID, number=1), task(number=2)), False, None),
    ((task(State.VOID, number=1), task(number=2, closes=NIGHT)), False, 1),  # open, but only till this moment
    ((task(State.VOID, number=1), task(number=2, closes=NIGHT + MINUTE)), True, None),
    ((), True, None),
])
def test_which_void_task_is_opened_again(
    same: tuple[StoredTask, ...], again: int | None, *, taken_back: bool
) -> None:
    found = rules.void_one(iter(same), window(kind(), NIGHT), taken_back=taken_back)
    assert (found and found.id.int) == again


@pytest.mark.parametrize(("asked", "same", "goes_on", "there"), [
    (kind(window=MORNING), (task(State.MISSED),), False, True),  # a window asks once, however it ended
    (kind(window=MORNING), (), True, False),
    (kind(), (), True, False),
    (kind(), (task(),), False, True),
    (kind(), (task(closes=NIGHT, days=-1),), False, False),  # open, but only till this moment
    (kind(), (task(closes=NIGHT + MINUTE, days=-1),), False, True),
    (kind(), (task(State.DONE),), False, False),
    (kind(), (task(State.DONE),), True, True),
    (kind(), (task(State.DONE, days=-1, closes=local("20:00")),), True, False),  # done, but on another day
    (kind(), (task(State.DONE, days=-1, closes=local("20:00")), task(State.VOID, number=2)), True, True),
    (kind(), (task(State.DONE, days=-1, closes=local("20:00")), task(number=2)), False, True),
])
def test_what_a_day_need_not_ask_for_anew(
    asked: TaskKind, same: tuple[StoredTask, ...], *, goes_on: bool, there: bool
) -> None:
    assert rules.there_already(same, window(asked, NIGHT), CALENDAR, goes_on=goes_on) is there


@pytest.mark.parametrize(("asked", "same", "left_over"), [
    (kind(), (task(number=1),), []),
    (kind(), (task(number=1, opens="11:00"), task(number=2, opens="10:00"), task(number=3, opens="12:00")), [1, 3]),
    (kind(), (task(number=2), task(number=1)), [2]),  # of the same moment the one made first stays
    (kind(), (task(number=1), task(State.DONE, number=2)), []),
    (kind(), (task(number=1), task(number=2, closes=NIGHT)), []),
    (kind(), (task(number=1), task(number=2, closes=NIGHT + MINUTE)), [2]),
    (kind(window=MORNING), (task(number=1), task(number=2)), []),  # two windows of a day are two tasks
])
def test_a_standing_task_is_open_once(asked: TaskKind, same: tuple[StoredTask, ...], left_over: list[int]) -> None:
    assert [one.id.int for one in rules.surplus(same, window(asked, NIGHT))] == left_over


@pytest.mark.parametrize(("due", "begun", "never"), [
    (dt.time(10), local("10:00"), True),  # due the moment the clock came
    (dt.time(10), local("10:00") - MINUTE, False),
    (dt.time(20), local("10:00"), False),  # due at the cut-off itself it is over as the day begins: no window at all
    (dt.time(21), local("20:30", -1), False),
    (dt.time(21), local("21:00", -1), True),
    (None, local("19:59"), False),  # what stands is asked for whenever the clock comes
    (None, local("20:00"), True),
])
def test_what_a_day_that_began_late_never_asked_for(due: dt.time | None, begun: dt.datetime, *, never: bool) -> None:
    asked = kind(window=due and Window(due, due, due))
    assert rules.never_asked([asked], CALENDAR, FRIDAY, begun) == ([asked] if never else [])
