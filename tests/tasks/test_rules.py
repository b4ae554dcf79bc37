"""Every change of a task's state is a move of the table, with what comes along."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.tasks import rules
from fangxian.tasks.states import STATES, TRANSITIONS, Event, State
from fangxian.tasks.types import StoredTask

AT: Final = dt.datetime(2020, 3, 20, 9, tzinfo=dt.UTC)
BEFORE: Final = AT - dt.timedelta(hours=1)
ENTRY: Final = uuid.UUID(int=7)
EARLIER: Final = uuid.UUID(int=6)
SHANGHAI: Final = Calendar(ZoneInfo("Asia/Shanghai"), dt.time(20))


def task(state: State, **given: Any) -> StoredTask:
    usual = {"id": uuid.UUID(int=1), "kind": "check", "form": "check", "subject": uuid.UUID(int=2), "day": AT.date(),
             "opens": BEFORE, "due": AT, "closes": AT + dt.timedelta(hours=3), "state": state, "entry": None,
             "outcome": "", "reported_late": False, "ended_at": None if state is State.OPEN else BEFORE}
    return StoredTask(**{**usual, **given})


def told(one: StoredTask) -> tuple[Any, ...]:
    return one.state, one.entry, one.ended_at, one.outcome, one.reported_late


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_what_the_table_has_no_move_for_is_refused(state: State, event: Event) -> None:
    one = task(state)
    if (state, event) in TRANSITIONS:
        rules.apply(one, event, at=AT, entry=ENTRY)
        assert (one.state, one.dirty) == (TRANSITIONS[state, event], True)
        return
    with pytest.raises(Problem) as refused:
        rules.apply(one, event, at=AT, entry=ENTRY)
    assert (refused.value.kind, told(one), one.dirty) == (errors.STATE, told(task(state)), False)
    assert STATES[state].label.zh in refused.value.sentence.zh


@pytest.mark.parametrize(("before", "event", "given", "after"), [
    (task(State.OPEN, outcome="phone_off", entry=EARLIER), Event.FILLED, {"at": AT, "entry": ENTRY},
     (State.DONE, ENTRY, AT, "phone_off", False)),
    (task(State.OPEN), Event.EXCUSE, {"at": AT, "entry": ENTRY, "outcome": "moved"},
     (State.EXCUSED, ENTRY, AT, "moved", False)),
    (task(State.OPEN), Event.VISITED, {"at": AT, "entry": ENTRY, "outcome": "not_home"},  # what is open has not ended
     (State.OPEN, ENTRY, None, "not_home", False)),
    (task(State.OPEN, entry=ENTRY, outcome="not_home"), Event.VISIT_WITHDRAWN, {}, (State.OPEN, None, None, "", False)),
    (task(State.OPEN, entry=ENTRY, outcome="not_home"), Event.NO_LONGER_ASKED, {"at": AT},
     (State.VOID, ENTRY, AT, "not_home", False)),
    (task(State.VOID), Event.ASKED_AGAIN, {}, (State.OPEN, None, None, "", False)),
    (task(State.EXCUSED, entry=ENTRY, outcome="moved"), Event.WITHDRAWN, {}, (State.OPEN, None, None, "", False)),
    (task(State.MISSED), Event.REPORTED_LATE, {"at": AT, "entry": ENTRY}, (State.MISSED, ENTRY, AT, "", True)),
])
def test_what_comes_with_an_event(
    before: StoredTask, event: Event, given: dict[str, Any], after: tuple[Any, ...]
) -> None:
    rules.apply(before, event, **given)
    assert told(before) == after


@pytest.mark.parametrize(("before", "after"), [
    (task(State.OPEN), (State.DONE, ENTRY, AT, "", False)),
    (task(State.MISSED), (State.MISSED, ENTRY, AT, "", True)),
    (task(State.MISSED, reported_late=True, entry=EARLIER), (State.MISSED, EARLIER, BEFORE, "", True)),  # the first
    (task(State.DONE, entry=EARLIER), (State.DONE, EARLIER, BEFORE, "", False)),
    (task(State.VOID), (State.VOID, None, BEFORE, "", False)),
])
def test_what_a_submission_does_to_the_task_it_is_about(before: StoredTask, after: tuple[Any, ...]) -> None:
    rules.fill(before, ENTRY, AT)
    assert told(before) == after


@pytest.mark.parametrize(("happened", "counts"), [
    ("2020-03-20T13:00:00+08:00", True),
    ("2020-03-20T19:59:59+08:00", True),
    ("2020-03-20T12:59:59+08:00", False),  # before its window takes readings
    ("2020-03-20T20:00:00+08:00", False),  # at the cut-off
    ("2020-03-17T13:30:00+08:00", False),  # a reading of another day does not close today's
])
def test_a_named_task_is_filled_by_what_is_of_its_time(happened: str, *, counts: bool) -> None:
    opens = dt.datetime.fromisoformat("2020-03-20T13:00:00+08:00")
    one = task(State.OPEN, form="daily_check", opens=opens, closes=opens + dt.timedelta(hours=7))
    kinds: Any = {one.kind: SimpleNamespace(window="13:00 to 17:00")}
    found = rules.about([one], kinds, "daily_check", dt.datetime.fromisoformat(happened), SHANGHAI, one.id)
    assert (found is one) is counts
