"""Pure: which tasks a day asks for, which one a submission is about, and what may become of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.programmes.types import TaskKind

from .types import TRANSITIONS, Event, State, StoredTask, TaskWindow

_INSTANT: Final = dt.timedelta(microseconds=1)


def after(state: str, event: Event) -> State:
    """The state that follows. Problem STATE where the table has no such move."""
    try:
        return TRANSITIONS[State(state), event]
    except KeyError:
        raise errors.Problem(errors.STATE, state=state) from None


def slot(kind: TaskKind, calendar: Calendar, day: dt.date, at: dt.datetime) -> TaskWindow | None:
    """When a task of a kind is to be done on an operational day, the same for everybody; None where that has passed.

    A standing task's time begins when it is asked for.
    """
    closes = calendar.day_ends(day)
    if kind.window is None:
        opens = max(at, calendar.day_begins(day))
        due = closes if kind.due_within is None else opens + kind.due_within
        return TaskWindow(kind.kind, day, opens, due, closes, standing=True, on=day) if opens < closes else None
    due = calendar.moment_in_day(day, kind.window.due)
    if due <= at:
        return None
    opens = calendar.moment_in_day(day, kind.window.accept_from)
    return TaskWindow(kind.kind, day, opens, due, closes, standing=False, on=calendar.today(due))


def falls_in(
    asked: TaskWindow,
    kind: TaskKind,
    facts: Mapping[str, Any],
    until: dt.datetime | None,
    next_change: dt.date | None,
    calendar: Calendar,
    at: dt.datetime,
) -> bool:
    """Whether somebody of whom a kind of task is asked at ``at`` has it to do in a slot.

    Not where the day is not one of its days, its last day has not come, or time alone will have changed the decision
    before the window opens (then it is decided again at that moment).
    """
    if kind.not_before_until and not _last_day_has_come(until, calendar, asked.day):
        return False
    if asked.standing:
        return True
    if next_change is not None and at < asked.opens and asked.on >= next_change:
        return False
    return not kind.days or _is_one_of_its_days(kind, facts, calendar, asked.on)


def about(
    tasks: Iterable[StoredTask],
    kinds: Mapping[str, TaskKind],
    form: str,
    happened_at: dt.datetime,
    calendar: Calendar,
    explicit: uuid.UUID | None,
) -> StoredTask | None:
    """The task a submission is about: the one it names, else the latest of its form whose time had come by then.

    A standing task's time is its whole operational day, for what was done before the centre heard of it counts.
    """
    fitting = [task for task in tasks if task.form == form]
    named = next((task for task in fitting if task.id == explicit), None)
    if named is not None:
        return named
    in_time = [task for task in fitting if _begins(task, kinds, calendar) <= happened_at < task.closes]
    return max(in_time, key=lambda task: (task.state != State.VOID, task.opens), default=None)


def fill(task: StoredTask, entry: uuid.UUID, happened_at: dt.datetime) -> None:
    """A submission about a task: an open one is done; on a missed one the late report is noted."""
    if task.state == State.OPEN:
        task.state, task.entry, task.ended_at, task.dirty = State.DONE, entry, happened_at, True
    elif task.state == State.MISSED and not task.reported_late:
        task.entry, task.ended_at, task.reported_late, task.dirty = entry, happened_at, True, True


def excuse(task: StoredTask, entry: uuid.UUID, happened_at: dt.datetime, outcome: str) -> None:
    """A visit outcome that excuses."""
    if task.state == State.OPEN:
        task.state, task.entry, task.ended_at, task.dirty = State.EXCUSED, entry, happened_at, True
        task.outcome = outcome


def note(task: StoredTask, outcome: str, entry: uuid.UUID) -> None:
    """A visit outcome that leaves the task open."""
    if task.state == State.OPEN:
        task.outcome, task.entry, task.dirty = outcome, entry, True


def forget(task: StoredTask) -> None:
    """The visit whose outcome stands at an open task has been withdrawn."""
    task.outcome, task.entry, task.dirty = "", None, True


def void(task: StoredTask, at: dt.datetime) -> None:
    """Nobody asks for it any more."""
    task.state, task.ended_at, task.dirty = after(task.state, Event.NO_LONGER_ASKED), at, True


def take_back(task: StoredTask) -> None:
    """The submission that closed it has been withdrawn."""
    task.state, task.entry, task.ended_at, task.outcome = after(task.state, Event.WITHDRAWN), None, None, ""
    task.dirty = True


def ask_again(task: StoredTask) -> None:
    """It was void and is asked for again."""
    task.state, task.ended_at, task.dirty = after(task.state, Event.ASKED_AGAIN), None, True


def _begins(task: StoredTask, kinds: Mapping[str, TaskKind], calendar: Calendar) -> dt.datetime:
    kind = kinds.get(task.kind)
    return task.opens if kind is None or kind.window is not None else calendar.day_begins(task.day)


def _last_day_has_come(until: dt.datetime | None, calendar: Calendar, day: dt.date) -> bool:
    return until is not None and day >= calendar.today(until - _INSTANT)


def _is_one_of_its_days(kind: TaskKind, facts: Mapping[str, Any], calendar: Calendar, day: dt.date) -> bool:
    anchor = facts.get(kind.anchor or "")
    if anchor is None:
        return False
    begun = calendar.today(anchor) if isinstance(anchor, dt.datetime) else anchor
    return (day - begun).days in kind.days
