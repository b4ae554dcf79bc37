"""The step of the flow that reconciles tasks: close what was done, void what is no longer asked for, open what is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from django.db import connection

from fangxian.areas import queries as areas
from fangxian.areas.types import Place
from fangxian.decide.types import Decision
from fangxian.journal import append
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.ids import many_uuid7

from . import alerts, filling, holds, relocation, rules
from .assign import Assigner
from .states import IS_OPEN, Event, State
from .types import COLUMNS, STORED, VISIT, Hold, RequiredTask, StoredTask, TaskRow, TaskWindow

_KNOWN: Final = (
    f"SELECT {STORED} FROM tasks_task"  # noqa: S608 - constants
    f" WHERE programme = %s AND subject = ANY(%s::uuid[]) AND ({IS_OPEN} OR closes > %s)"
    " AND (%s::uuid[] IS NULL OR form = ANY(%s::varchar[]) OR subject = ANY(%s::uuid[]))"
)
_LATEST: Final = (
    "SELECT DISTINCT ON (subject, kind) subject, kind, due, state, reported_late FROM tasks_task"
    " WHERE programme = %s AND subject = ANY(%s::uuid[]) AND kind = ANY(%s::varchar[])"
    " ORDER BY subject, kind, opens DESC"
)
_CHANGED: Final = (
    "UPDATE tasks_task t SET state = n.state, entry = n.entry, outcome = n.outcome, reported_late = n.late,"
    " ended_at = n.ended FROM unnest(%s::uuid[], %s::varchar[], %s::uuid[], %s::varchar[], %s::bool[],"
    " %s::timestamptz[]) AS n (id, state, entry, outcome, late, ended) WHERE t.id = n.id"
)


def reconcile(work: Work) -> None:
    """Bring the tasks of every subject of the round in line with its submissions and its decision."""
    subjects = work.decided.keys() | {filed.submission.subject for filed in work.filed}
    if not work.programme.tasks or not subjects:
        return
    tasks = _known(work, subjects)
    urgent = {kind.kind for kind in work.programme.tasks.values() if kind.urgent}
    done = {task.id for task in chain.from_iterable(tasks.values()) if task.kind in urgent and task.state == State.DONE}
    filling.reopen(work, tasks)
    escalated = filling.apply_submissions(work, tasks)
    windows = _Windows(work)
    fresh = [one for found in work.decided.values() for one in _reconciled(work, found, tasks[found.subject], windows)]
    fresh = _with_kept_deadlines(work, fresh)
    changed = sorted((task for task in chain.from_iterable(tasks.values()) if task.dirty), key=lambda task: task.id.int)
    _write_changes(changed)
    if reopened := [task.id for task in changed if task.state == State.OPEN]:
        relocation.bring_back(reopened, work.at)
    rows = rows_of(work, fresh)
    append.insert_rows("tasks_task", COLUMNS, rows)
    alerts.raise_urgent(work)
    acted = [task for task in changed if task.state == State.DONE and task.kind in urgent]
    if acted:
        alerts.acted(work.programme.id, {task.subject for task in acted}, work.at)
    undone = {task.subject: task.opens for task in changed if task.id in done and task.state == State.OPEN}
    if undone:
        alerts.not_acted(work.programme.id, undone)
    alerts.raise_visits(work, escalated)


def rows_of(work: Work, wanted: Sequence[RequiredTask]) -> list[TaskRow]:
    """Assigned rows for tasks that are to be opened."""
    if not wanted:
        return []
    places = areas.places({work.subjects[one.subject].path for one in wanted})
    held = holds.standing(one.subject for one in wanted)
    assigner = holds.assigner(held.values(), work.at)
    ids = many_uuid7(work.at, len(wanted))
    return [
        _row(work, one, task_id, places[work.subjects[one.subject].path], assigner,
             held.get((work.programme.id, one.subject)))
        for one, task_id in zip(wanted, ids, strict=True)
    ]


def _row(
    work: Work, one: RequiredTask, task_id: uuid.UUID, place: Place, assigner: Assigner, hold: Hold | None
) -> TaskRow:
    window = one.window
    kind = work.programme.tasks[window.kind]
    moment = window.opens if window.opens > work.at else work.at
    post, why = assigner.assignee(work.programme.id, kind, place, moment, hold)
    return TaskRow(
        id=task_id,
        programme=work.programme.id,
        kind=window.kind,
        form=kind.form,
        subject=one.subject,
        day=window.day,
        opens=window.opens,
        due=window.due,
        closes=window.closes,
        state=State.OPEN,
        urgent=kind.urgent,
        path=place.path,
        grid_path=place.grid,
        community_path=place.community,
        township_path=place.township,
        county_path=place.county,
        post=post,
        why_post=why,
        told=0,
        outcome="",
        entry=None,
        ended_at=None,
        reported_late=False,
        opened_by=work.batch,
        drill=work.subjects[one.subject].drill,
    )


def _known(work: Work, subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[StoredTask]]:
    """All tasks of those of whom something else is asked now; of the others those the round's submissions may be about.

    A check that changes nothing leaves the other tasks of the day alone, and they need not be read.
    """
    earliest = min((filed.submission.happened_at for filed in work.filed), default=work.at)
    whole = _to_be_read_whole(work)
    forms = {filed.submission.form for filed in work.filed}
    asked = [
        work.programme.id,
        array_text(subjects),
        min(earliest, work.at),
        None if whole is None else array_text(whole),
        array_text(forms),
        None if whole is None else array_text(whole),
    ]
    found: dict[uuid.UUID, list[StoredTask]] = defaultdict(list)
    for row in append.fetch(_KNOWN, asked):
        task = StoredTask(*row)
        found[task.subject].append(task)
    return found


def _to_be_read_whole(work: Work) -> set[uuid.UUID] | None:
    """Whose tasks all matter; None: everybody's."""
    if work.refold or not work.filed:
        return None
    asked_anew = {subject for subject, found in work.decided.items() if found.changed or found.required_tasks_changed}
    return asked_anew | {filed.submission.subject for filed in work.filed if filed.submission.form == VISIT}


@dataclass(slots=True)
class _Windows:
    """The windows of the present operational day by place, worked out once for all who are there."""

    work: Work
    _known: dict[str, dict[str, TaskWindow | None]] = field(default_factory=dict)

    def at(self, path: str) -> Mapping[str, TaskWindow | None]:
        """By kind of task."""
        found = self._known.get(path)
        if found is None:
            calendar, at = self.work.calendar(path), self.work.at
            day = calendar.operational_day(at)
            found = self._known[path] = {
                name: rules.window_of(kind, calendar, day, at) for name, kind in self.work.programme.tasks.items()
            }
        return found


def _reconciled(work: Work, found: Decision, own: list[StoredTask], windows: _Windows) -> list[RequiredTask]:
    """Void and reopen among a subject's tasks, and what is still to be opened.

    A submission that changed nothing about what is asked for leaves them as the clock, or the submission that began the
    measure, has made them; but what it opened again by what it took the place of, and is not asked for, is void.
    """
    verdict, kinds = found.verdict, work.programme.tasks
    if work.filed and not found.changed and not found.required_tasks_changed:
        _void_again(own, verdict.asks, work.at)
        return []
    filed = work.by_subject().get(found.subject, {})
    path, facts = work.subjects[found.subject].path, work.facts[found.subject]
    calendar, today = work.calendar(path), windows.at(path)
    for task in own:
        if task.state == State.OPEN and task.kind not in verdict.asks and task.closes > work.at:
            closing = filed.get(task.form)
            if closing is not None and filling.does(work, task, closing, calendar):
                rules.fill(task, closing.submission.id, closing.submission.happened_at)
            else:
                rules.apply(task, Event.NO_LONGER_ASKED, at=work.at)
    opened = []
    for name in verdict.asks:
        window = today[name]
        if window is None or not rules.falls_in(
            window, kinds[name], facts, verdict.until, verdict.next_change, calendar, work.at
        ):
            continue
        goes_on = name in found.asked_before
        same = rules.same_task(own, window, calendar)
        for task in rules.surplus(same, window):
            rules.apply(task, Event.NO_LONGER_ASKED, at=work.at)
        void = rules.void_one(same, window, taken_back=bool(work.refold))
        if void is not None:
            rules.apply(void, Event.ASKED_AGAIN)
        elif not rules.there_already(same, window, calendar, goes_on=goes_on):
            opened.append(RequiredTask(found.subject, window, goes_on))
    return opened


def _void_again(own: Iterable[StoredTask], asks: Sequence[str], at: dt.datetime) -> None:
    """What a correction opened again, and nobody asks for."""
    for task in own:
        if task.dirty and task.state == State.OPEN and task.kind not in asks:
            rules.apply(task, Event.NO_LONGER_ASKED, at=at)


def _with_kept_deadlines(work: Work, wanted: list[RequiredTask]) -> list[RequiredTask]:
    """What was missed and goes on being asked for has the deadline it had: no cut-off moves it."""
    own_deadline = {kind.kind for kind in work.programme.tasks.values() if kind.due_within is not None}
    going_on = [one for one in wanted if one.goes_on and one.window.kind in own_deadline]
    if not going_on:
        return wanted
    asked = [work.programme.id, array_text({one.subject for one in going_on}), array_text(own_deadline)]
    missed = {(subject, kind): due for subject, kind, due, state, late in append.fetch(_LATEST, asked)
              if state == State.MISSED and not late}
    kept = []
    for one in wanted:
        due = missed.get((one.subject, one.window.kind)) if one.goes_on else None
        if due is not None:
            calendar = work.calendar(work.subjects[one.subject].path)
            one = one._replace(window=rules.with_deadline(one.window, due, calendar))
        kept.append(one)
    return kept


def _write_changes(changed: list[StoredTask]) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED,
            [
                array_text(task.id for task in changed),
                array_text(task.state for task in changed),
                array_text(task.entry for task in changed),
                array_text(task.outcome for task in changed),
                array_text(task.reported_late for task in changed),
                array_text(task.ended_at for task in changed),
            ],
        )
