"""Deadlines: no day ends a task that is not due yet, and none moves by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import both
from fangxian.programmes.types import TaskKind, Window
from fangxian.subjects.actions import withdraw
from fangxian.tasks import clock, rebuild, rules
from fangxian.tasks.states import State
from fangxian.tasks.types import StoredTask
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

DAY: Final = dt.timedelta(days=1)
MINUTE: Final = dt.timedelta(minutes=1)
SHANGHAI: Final = Calendar(ZoneInfo("Asia/Shanghai"))
TODAY: Final = dt.date(2020, 3, 20)
database = pytest.mark.django_db(databases=["default", "owner"])


def local(hour: int, minute: int = 0, day: dt.date = TODAY) -> dt.datetime:
    return SHANGHAI.at(day, dt.time(hour, minute))


def kind(**given: Any) -> TaskKind:
    usual = {"kind": "result", "label": both("Result"), "form": "result", "when": (), "post": "clinician",
             "missed": "county", "window": None, "due_within": None, "days": (), "anchor": None, "late": (),
             "urgent": False, "not_before_until": False, "outcomes": {}, "quick": ()}
    return TaskKind(**{**usual, **given})


@pytest.mark.parametrize(
    ("within", "asked_at", "due", "closes"),
    [
        (None, local(13), local(20), local(20)),
        (2 * HOUR, local(13), local(15), local(20)),
        (7 * HOUR, local(13), local(20), local(20)),  # due at the cut-off itself: that day ends it
        (2 * HOUR, local(19), local(21), local(20, day=TODAY + DAY)),
        (24 * HOUR, local(13), local(13, day=TODAY + DAY), local(20, day=TODAY + DAY)),
        (72 * HOUR, local(13), local(13, day=TODAY + 3 * DAY), local(20, day=TODAY + 3 * DAY)),
    ],
)
def test_a_standing_task_closes_at_the_cut_off_after_its_deadline(
    within: dt.timedelta | None, asked_at: dt.datetime, due: dt.datetime, closes: dt.datetime
) -> None:
    window = rules.window_of(kind(due_within=within), SHANGHAI, TODAY, asked_at)
    assert window is not None
    assert (window.opens, window.due, window.closes) == (asked_at, due, closes)
    assert (window.asked_on, SHANGHAI.day_ends(window.day)) == (TODAY, closes)


def test_a_window_that_has_passed_asks_for_nothing_and_a_day_that_has_ended_neither() -> None:
    morning = kind(window=Window(dt.time(8), dt.time(10), dt.time(6)))
    assert rules.window_of(morning, SHANGHAI, TODAY, local(10)) is None
    assert rules.window_of(morning, SHANGHAI, TODAY, local(9, 59)) is not None
    assert rules.window_of(kind(), SHANGHAI, TODAY, local(20)) is None


@given(st.integers(1, 24 * 14), st.integers(0, 23), st.integers(0, 59), st.sampled_from(["20:00", "00:00", "23:59"]))
def test_no_cut_off_ends_a_task_before_it_is_due_and_the_first_one_after_it_does(
    hours: int, hour: int, minute: int, cutoff: str
) -> None:
    calendar = Calendar(ZoneInfo("Asia/Shanghai"), dt.time.fromisoformat(cutoff))
    at = calendar.at(TODAY, dt.time(hour, minute))
    window = rules.window_of(kind(due_within=hours * HOUR), calendar, calendar.operational_day(at), at)
    assert window is not None
    assert window.due == at + hours * HOUR
    assert dt.timedelta(0) <= window.closes - window.due < DAY
    assert calendar.day_ends(window.day) == window.closes


def stored(state: State, opens: dt.datetime, due: dt.datetime, closes: dt.datetime) -> StoredTask:
    return StoredTask(
        uuid.UUID(int=1), "result", "result", uuid.UUID(int=2), SHANGHAI.today(closes), opens, due, closes, state, None,
        "", reported_late=False, ended_at=None)


YESTERDAY: Final = TODAY - DAY
LONG: Final = (local(13, day=YESTERDAY), local(13), local(20))  # asked for yesterday, due today
SHORT: Final = (local(9), local(11), local(20))


@pytest.mark.parametrize(
    ("state", "times", "goes_on", "there"),
    [
        (State.OPEN, LONG, True, True),  # the day does not ask for it a second time
        (State.OPEN, LONG, False, True),
        (State.DONE, LONG, True, False),  # done yesterday or today, still asked for: as every day
        (State.DONE, SHORT, True, True),
        (State.DONE, SHORT, False, False),  # done, then asked for anew on the same day
        (State.EXCUSED, SHORT, True, True),
        (State.MISSED, LONG, True, False),
        (State.OPEN, (local(9, day=YESTERDAY), local(11, day=YESTERDAY), local(20, day=YESTERDAY)), True, False),
    ],
)
def test_whether_a_standing_task_is_there_already(
    state: State, times: tuple[dt.datetime, dt.datetime, dt.datetime], *, goes_on: bool, there: bool
) -> None:
    wanted = rules.window_of(kind(due_within=2 * HOUR), SHANGHAI, TODAY, local(14))
    assert wanted is not None
    same = rules.same_task([stored(state, *times)], wanted, SHANGHAI)
    assert rules.there_already(same, wanted, SHANGHAI, goes_on=goes_on) is there


@pytest.mark.parametrize(
    ("due", "taken_back", "again"),
    [(local(15), False, True), (local(14), False, False), (local(11), False, False), (local(11), True, True)],
)
def test_a_void_task_whose_deadline_passed_meanwhile_is_not_asked_for_again(
    due: dt.datetime, *, taken_back: bool, again: bool
) -> None:
    wanted = rules.window_of(kind(due_within=2 * HOUR), SHANGHAI, TODAY, local(14))
    assert wanted is not None
    void = stored(State.VOID, local(9), due, local(20))
    assert (rules.void_one([void], wanted, taken_back=taken_back) is void) is again
    opened = stored(State.OPEN, local(12), local(15), local(20))
    assert rules.void_one([void, opened], wanted, taken_back=taken_back) is None


@database
class TestResultOfASuspectedCase:
    """The shipped example: 24 hours for the clinician."""

    @pytest.fixture
    def subject(self, county: County) -> uuid.UUID:
        """Suspected at 13:00."""
        subject = county.arrive(MORNING)
        county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
        county.send("daily_check", subject, {"temperature": 38.6, "symptoms": "cough"}, local(13))
        return subject

    @pytest.fixture
    def county(self) -> County:
        made = world.build()
        clock.run_due(MORNING - HOUR)
        return made

    def results(self, subject: uuid.UUID) -> list[tuple[Any, ...]]:
        return rows("SELECT state, opens, due, closes FROM tasks_task WHERE subject = %s AND kind = 'result'"
                    " ORDER BY opens", subject)

    def same(self) -> rebuild.Report:
        with working_in(SYSTEM):
            return rebuild.check()

    def test_it_is_open_past_the_cut_off_until_the_one_after_its_deadline(self, subject: uuid.UUID) -> None:
        opened = [("open", local(13), local(13, day=TODAY + DAY), local(20, day=TODAY + DAY))]
        assert self.results(subject) == opened
        for at in (local(20), local(20, 1), local(12, day=TODAY + DAY)):
            clock.run_due(at)
            assert self.results(subject) == opened
            assert self.same().same
        assert not rows("SELECT FROM tasks_alert WHERE kind = 'result'")
        clock.run_due(local(15, day=TODAY + DAY))
        assert rows("SELECT cause, tier FROM tasks_alert WHERE kind = 'result'") == [("late", "county")]
        assert self.results(subject) == opened

    def test_missed_and_still_asked_for_it_keeps_its_deadline_for_ever(self, subject: uuid.UUID) -> None:
        due = local(13, day=TODAY + DAY)
        for days in range(1, 5):
            clock.run_due(local(20, day=TODAY + days * DAY))
            found = self.results(subject)
            assert [state for state, *_ in found] == ["missed"] * days + ["open"]
            assert {one[2] for one in found} == {due}
            assert found[-1][3] == local(20, day=TODAY + (days + 1) * DAY)
            assert self.same().same

    def test_it_is_done_on_the_next_day_by_what_happened_on_the_first(
        self, county: County, subject: uuid.UUID
    ) -> None:
        clock.run_due(local(20))
        told = {"case_result": "ruled_out", "date": "2020-03-20"}
        county.send("result", subject, told, local(9, day=TODAY + DAY), happened_at=local(18))
        assert [state for state, *_ in self.results(subject)] == ["done"]
        assert self.same().same

    def test_another_suspicion_after_a_result_has_a_deadline_of_its_own(
        self, county: County, subject: uuid.UUID
    ) -> None:
        told = {"case_result": "ruled_out", "date": "2020-03-20"}
        entry = county.send("result", subject, told, local(14)).recorded[0].id
        county.send("daily_check", subject, {"temperature": 38.6, "symptoms": "cough"}, local(16))
        assert [(state, due) for state, _, due, _ in self.results(subject)] == [
            ("done", local(13, day=TODAY + DAY)), ("open", local(16, day=TODAY + DAY))]
        with working_in(SYSTEM):
            withdraw([entry], "by mistake", by=county.importer, at=local(17))
        assert [(state, due) for state, _, due, _ in self.results(subject)] == [
            ("open", local(13, day=TODAY + DAY)), ("void", local(16, day=TODAY + DAY))]
        assert self.same().same

    def test_a_day_the_clock_stood_still_does_not_move_it_either(self, subject: uuid.UUID) -> None:
        clock.run_due(local(20))
        clock.run_due(local(8, day=TODAY + 4 * DAY))
        assert [(state, due) for state, _, due, _ in self.results(subject)] == [
            ("missed", local(13, day=TODAY + DAY)), ("open", local(13, day=TODAY + DAY))]
