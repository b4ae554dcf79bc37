"""Pure: which tasks a day asks for, which one a submission is about, and what may become of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.programmes.types import TaskKind

from .states import STATES, TRANSITIONS, Event, State
from .types import StoredTask, TaskWindow

_A_DAY: Final = dt.timedelta(days=1)
_WITH_OUTCOME: Final = {Event.EXCUSE, Event.VISITED, Event.VISIT_WITHDRAWN, Event.WITHDRAWN}
_TOLD_BY_AN_ENTRY: Final = {*_WITH_OUTCOME, Event.FILLED, Event.REPORTED_LATE}


def after(state: str, event: Event) -> State:
    """The state that follows. Problem STATE where the table has no such move."""
    try:
        return TRANSITIONS[State(state), event]
    except KeyError:
        raise errors.Problem(errors.STATE, state=STATES[State(state)].label) from None


def window_of(kind: TaskKind, calendar: Calendar, day: dt.date, at: dt.datetime) -> TaskWindow | None:
    """When a task that an operational day asks for is to be done, the same for everybody; None where that has passed.

    A standing task's time begins when it is asked for. What is due after the cut-off stays open until the cut-off that
    follows its deadline: no day ends a task that is not due yet.
    """
    if kind.window is None:
        opens = max(at, calendar.day_begins(day))
        if opens >= calendar.day_ends(day):
            return None
        due = calendar.day_ends(day) if kind.due_within is None else opens + kind.due_within
        last = day_that_ends(due, calendar)
        return TaskWindow(kind.kind, day, last, opens, due, calendar.day_ends(last), standing=True, on=day)
    due = calendar.moment_in_day(day, kind.window.due)
    if due <= at:
        return None
    opens = calendar.moment_in_day(day, kind.window.accept_from)
    closes = calendar.day_ends(day)
    return TaskWindow(kind.kind, day, day, opens, due, closes, standing=False, on=calendar.today(due))


def day_that_ends(due: dt.datetime, calendar: Calendar) -> dt.date:
    """The operational day whose cut-off is the first at or after a deadline."""
    day = calendar.operational_day(due)
    return day - _A_DAY if due == calendar.day_begins(day) else day


def time_left(
    opens: dt.datetime, due: dt.datetime, closes: dt.datetime, at: dt.datetime,
) -> tuple[dt.datetime, dt.datetime]:
    """The half-open time in which an open task can still be done: until it is due, or closes where it is late."""
    begins = max(opens, at)
    return begins, due if due > begins else closes


def with_deadline(window: TaskWindow, due: dt.datetime, calendar: Calendar) -> TaskWindow:
    """The window of a task that was missed and goes on being asked for: its deadline stays what it was."""
    last = max(window.asked_on, day_that_ends(due, calendar))
    return window._replace(due=due, day=last, closes=calendar.day_ends(last))


def falls_in(
    window: TaskWindow,
    kind: TaskKind,
    facts: Mapping[str, Any],
    until: dt.datetime | None,
    next_change: dt.date | None,
    calendar: Calendar,
    at: dt.datetime,
) -> bool:
    """Whether somebody of whom a kind of task is asked at ``at`` has it to do in a window.

    Not where the day is not one of its days, its last day has not come, or time alone will have changed the decision
    before the window opens (then it is decided again at that moment).
    """
    if kind.not_before_until and not _last_day_has_come(until, calendar, window.asked_on):
        return False
    if window.standing:
        return True
    if next_change is not None and at < window.opens and window.on >= next_change:
        return False
    return not kind.days or _is_one_of_its_days(kind, facts, calendar, window.on)


def about(
    tasks: Iterable[StoredTask],
    kinds: Mapping[str, TaskKind],
    form: str,
    happened_at: dt.datetime,
    calendar: Calendar,
    explicit: uuid.UUID | None,
    answers: Mapping[str, object] = MappingProxyType({}),
) -> StoredTask | None:
    """The task a submission is about: of those of its form in whose time it happened the one it names, else the latest
    of those that its answers do, else the latest. What is asked for until it is decided otherwise is done by that
    decision: where a task of the day is open too, it is about that one.
    """
    in_time = [task for task in tasks if task.form == form and is_in_its_time(task, kinds, happened_at, calendar)]
    named = next((task for task in in_time if task.id == explicit), None)
    if named is not None and (len(in_time) == 1 or not _until_decided(named, kinds)):
        return named
    of_the_day = [task for task in in_time if task.state == State.OPEN and not _until_decided(task, kinds)
                  and done_by(task, kinds, answers)]
    return max(of_the_day, key=lambda task: task.opens, default=None) or named or max(
        in_time, key=lambda task: (done_by(task, kinds, answers), task.state != State.VOID, task.opens), default=None)


def done_by(task: StoredTask, kinds: Mapping[str, TaskKind], answers: Mapping[str, object]) -> bool:
    """Whether a form of its own with these answers does a task; of one whose kind is gone any does."""
    return task.kind not in kinds or kinds[task.kind].done_by(answers)


def is_in_its_time(
    task: StoredTask, kinds: Mapping[str, TaskKind], happened_at: dt.datetime, calendar: Calendar
) -> bool:
    """Whether something happened in a task's time, from the moment from which its window takes readings until it
    closes: one taken before, or told anew on another day, does for no other. A standing task's time begins with the
    operational day it was asked for on: what was done before the centre heard of it counts."""
    return _begins(task, kinds, calendar) <= happened_at < task.closes


def apply(
    task: StoredTask, event: Event, *, at: dt.datetime | None = None, entry: uuid.UUID | None = None, outcome: str = ""
) -> None:
    """Move a task by the table and note what comes with the event: who says so, since when, how a visit went. Problem
    STATE where the table has no such move."""
    task.state = after(task.state, event)
    task.ended_at = None if task.state == State.OPEN else at
    if event in _TOLD_BY_AN_ENTRY:
        task.entry = entry
    if event in _WITH_OUTCOME:
        task.outcome = outcome
    task.reported_late |= event is Event.REPORTED_LATE
    task.dirty = True


def fill(task: StoredTask, entry: uuid.UUID, happened_at: dt.datetime) -> None:
    """A submission about a task: an open one is done; on a missed one the first late report is noted."""
    if task.state == State.OPEN:
        apply(task, Event.FILLED, at=happened_at, entry=entry)
    elif task.state == State.MISSED and not task.reported_late:
        apply(task, Event.REPORTED_LATE, at=happened_at, entry=entry)


def same_task(own: Iterable[StoredTask], wanted: TaskWindow, calendar: Calendar) -> list[StoredTask]:
    """The tasks somebody has that are the one wanted: of the same day, or standing ones that have not ended yet."""
    same = (task for task in own if task.kind == wanted.kind)
    if not wanted.standing:
        return [task for task in same if task.day == wanted.day]
    return [task for task in same if task.closes > wanted.opens
            or calendar.operational_day(task.opens) == wanted.asked_on]


def void_one(same: Iterable[StoredTask], wanted: TaskWindow, *, taken_back: bool) -> StoredTask | None:
    """The one to be opened again instead of a new one. Its deadline is kept; where that has passed meanwhile, while
    nobody was asked, a new demand has a deadline of its own. ``taken_back``: what voided it has been withdrawn."""
    same = list(same)
    if any(task.state == State.OPEN and task.closes > wanted.opens for task in same):
        return None
    return next((task for task in same if task.state == State.VOID and (taken_back or task.due > wanted.opens)), None)


def there_already(same: Iterable[StoredTask], wanted: TaskWindow, calendar: Calendar, *, goes_on: bool) -> bool:
    """Whether the day has a task already. A standing one newly asked for is there if it is open; one that goes on being
    asked for, also if it has ended on this day."""
    if not wanted.standing:
        return bool(list(same))
    return any((task.state == State.OPEN and task.closes > wanted.opens)
               or (goes_on and calendar.operational_day(task.opens) == wanted.asked_on) for task in same)


def surplus(same: Iterable[StoredTask], wanted: TaskWindow) -> list[StoredTask]:
    """Of a standing task that is open more than once, as when what ended the first was withdrawn, all but the first."""
    still = [task for task in same if wanted.standing and task.state == State.OPEN and task.closes > wanted.opens]
    return sorted(still, key=lambda task: (task.opens, task.id.int))[1:]


def _until_decided(task: StoredTask, kinds: Mapping[str, TaskKind]) -> bool:
    return task.kind in kinds and kinds[task.kind].until_decided


def _begins(task: StoredTask, kinds: Mapping[str, TaskKind], calendar: Calendar) -> dt.datetime:
    kind = kinds.get(task.kind)
    if kind is None or kind.window is not None:
        return task.opens
    return calendar.day_begins(calendar.operational_day(task.opens))


def _last_day_has_come(until: dt.datetime | None, calendar: Calendar, day: dt.date) -> bool:
    return until is not None and day >= calendar.last_day(until)


def _is_one_of_its_days(kind: TaskKind, facts: Mapping[str, Any], calendar: Calendar, day: dt.date) -> bool:
    anchor = facts.get(kind.anchor) if kind.anchor else None
    if anchor is None:
        return False
    begun = calendar.today(anchor) if isinstance(anchor, dt.datetime) else anchor
    return (day - begun).days in kind.days


def never_asked(kinds: Iterable[TaskKind], calendar: Calendar, day: dt.date, begun_at: dt.datetime) -> list[TaskKind]:
    """The kinds of task that a day did not ask for because the clock came late: all where it came after the day."""
    if begun_at >= calendar.day_ends(day):
        return list(kinds)
    return [kind for kind in kinds if kind.window is not None
            and calendar.day_begins(day) < calendar.moment_in_day(day, kind.window.due) <= begun_at]
