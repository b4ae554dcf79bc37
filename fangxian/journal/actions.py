"""The one way state changes: ``record`` for submissions, ``order`` for commands, ``tick`` for the clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from contextlib import nullcontext
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction

from fangxian.accounts.scope import Scope, everywhere
from fangxian.areas import queries as areas
from fangxian.kernel import collecting, errors, ids
from fangxian.kernel.canonical import dumps
from fangxian.kernel.decisions import decided_before
from fangxian.kernel.once import looking_once
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

from . import append, checks, isolation
from .contention import InTheWay, again_when_in_the_way
from .types import (
    BATCH_LIMIT,
    Actor,
    Answer,
    EntryKind,
    EntryRow,
    LightensError,
    Order,
    Receipt,
    Recorded,
    Refused,
    Submission,
)
from .work import Work, steps

_ROUNDS: Final = 3
ALONE: Final[Mapping[uuid.UUID, Scope]] = MappingProxyType({})


@decided_before(about="submissions")
def record(
    submissions: Sequence[Submission], *, by: Actor, at: dt.datetime, within: Mapping[uuid.UUID, Scope] = ALONE,
    unasked: Set[uuid.UUID] = frozenset(),
) -> Receipt:
    """Append submissions, fold them, decide and reconcile tasks, in one transaction.

    Set-wise for one or ten thousand. A submission with faults is refused by itself and the rest goes on. Sending the
    same id again gives the same answer. Two writers that get into each other's way are run again, and so is what was
    decided by a version that another one has superseded meanwhile. Problem TOO_MUCH past 50,000.

    ``within``: by submission the scope of its sender, where those of many are recorded together; see ``together``.
    ``unasked``: those that may lighten nobody's measure; LightensError, and nothing is recorded, where one does.
    """
    if len(submissions) > BATCH_LIMIT:
        raise errors.Problem(errors.TOO_MUCH, limit=BATCH_LIMIT)

    def once() -> Receipt:
        with collecting.put_off(), looking_once(), transaction.atomic():
            return _record_once(submissions, by, at, within, unasked)

    return again_when_in_the_way(once)


@decided_before()
def revisit(
    programme: Programme, subjects: Set[uuid.UUID], *, by: Actor, at: dt.datetime, refold: bool = False
) -> None:
    """Decide again and reconcile tasks of subjects about whom nothing was filed: time moved, or a programme did. By
    the version that is in force by then, whichever it was when they were looked for.

    ``refold`` folds their facts anew from the journal first, as after a withdrawal.
    """
    anew: Set[uuid.UUID] = subjects if refold else frozenset()

    def once() -> None:
        with collecting.put_off(), looking_once(), transaction.atomic():
            _record_programme(programmes.in_force(programme.id), (), by, at, also=subjects, refold=anew)

    again_when_in_the_way(once)


@decided_before()
def order(command: Order, *, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Put a command into the journal; what it does is done by the caller in the same transaction."""
    return orders([command], by=by, at=at)[0]


@decided_before()
def orders(commands: Sequence[Order], *, by: Actor, at: dt.datetime) -> list[uuid.UUID]:
    """``order`` for many at once, under one link of the chain; their ids in the order given."""
    if not commands:
        return []
    with transaction.atomic():
        batch = append.new_batch()
        sequence = append.take_sequence(len(commands))
        days = {
            path: calendar.operational_day(at)
            for path, calendar in areas.calendars({one.path for one in commands}).items()
        }
        entries = [
            _entry(batch, EntryKind.COMMAND, one, seq, days[one.path], one.by or by, at)
            for one, seq in zip(commands, sequence, strict=True)
        ]
        append.link(batch, append.append(entries), at)
    return [entry.id for entry in entries]


def tick(*, path: str, at: dt.datetime, name: str) -> uuid.UUID:
    """Put a turn of the clock at an area into the journal."""
    with transaction.atomic():
        batch = append.new_batch()
        entry = entry_of(batch, EntryKind.TICK, Order(name, path, {}), by=Actor(path=path, source="clock"), at=at)
        append.link(batch, append.append([entry]), at)
    return entry.id


def entry_of(batch: int, kind: EntryKind, told: Order, *, by: Actor, at: dt.datetime) -> EntryRow:
    """An entry that carries no personal answer."""
    day = areas.calendars([told.path])[told.path].operational_day(at)
    return _entry(batch, kind, told, append.take_sequence(1)[0], day, by, at)


def _entry(batch: int, kind: EntryKind, told: Order, seq: int, day: dt.date, by: Actor, at: dt.datetime) -> EntryRow:
    return EntryRow(
        id=told.id or ids.uuid7(at),
        seq=seq,
        batch=batch,
        kind=kind,
        programme=told.programme,
        form=told.name,
        form_version="",
        subject=told.subject,
        path=told.path,
        user=by.user,
        post=by.post,
        source=by.source,
        device=by.device,
        happened_at=at,
        received_at=at,
        day=day,
        replaces=told.replaces,
        task=None,
        flag="",
        drill=False,
        body=dumps(dict(told.args)),
        sealed=None,
        content=b"",
    )


def _record_once(
    submissions: Sequence[Submission], by: Actor, at: dt.datetime, within: Mapping[uuid.UUID, Scope],
    unasked: Set[uuid.UUID],
) -> Receipt:
    answers: dict[int, Answer] = {}
    lightened: set[tuple[str, uuid.UUID]] = set()
    numbered = sorted(enumerate(submissions), key=lambda pair: (pair[1].programme, pair[0]))
    for name, group in groupby(numbered, key=lambda pair: pair[1].programme):
        members = list(group)
        found = _record_isolated(name, [one for _, one in members], by, at, within, lightened)
        answers.update({number: found[index] for index, (number, _) in enumerate(members)})
    not_asked = {(one.programme, one.subject) for number, one in enumerate(submissions)
                 if one.id in unasked and isinstance(answers[number], Recorded)} if lightened else set()
    if people := not_asked & lightened:
        raise LightensError(people)
    return Receipt([answers[number] for number in range(len(submissions))], lightened)


def _record_isolated(
    name: str, submissions: Sequence[Submission], by: Actor, at: dt.datetime, within: Mapping[uuid.UUID, Scope],
    lightened: set[tuple[str, uuid.UUID]],
) -> dict[int, Answer]:
    """What one programme makes of its submissions; where it fails they are refused, and the others' go on."""
    try:
        with transaction.atomic():
            return _record_programme(
                programmes.in_force(name), submissions, by, at, within=within, lightened=lightened)
    except Exception as error:
        if not isolation.is_its_own(error):
            raise
        isolation.tell(name, error, at)
    told = (("", errors.DOES_NOT_RUN.sentence.filled(programme=name)),)
    return {number: Refused(one.id, errors.DOES_NOT_RUN.code, told) for number, one in enumerate(submissions)}


def _record_programme(
    programme: Programme,
    submissions: Sequence[Submission],
    by: Actor,
    at: dt.datetime,
    *,
    also: Set[uuid.UUID] = frozenset(),
    refold: Set[uuid.UUID] = frozenset(),
    within: Mapping[uuid.UUID, Scope] = ALONE,
    lightened: set[tuple[str, uuid.UUID]] | None = None,
) -> dict[int, Answer]:
    """The submissions, then in further rounds what they entail for linked subjects; one link of the chain for all.

    What follows reaches linked subjects wherever they are; only what a person files is bound to their area.
    ``lightened`` takes in whose measure became lighter by what was filed.
    """
    batch = append.new_batch()
    lines: list[bytes] = []
    first: dict[int, Answer] = {}
    for number in range(_ROUNDS):
        work = Work(programme, by, at, batch, also=set(also | refold), refold=set(refold), within=within)
        checks.file(work, submissions)
        with nullcontext() if number == 0 else everywhere():
            run(work)
        lines += work.lines
        if number == 0:
            first = work.answers
            if lightened is not None:
                lightened |= {(programme.id, subject) for subject in work.lightened}
        if not work.follow_up:
            break
        submissions, by, also, refold = work.follow_up, Actor(path=by.path, source="system"), frozenset(), frozenset()
        within = ALONE
    if not programmes.holds(programme):
        raise InTheWay
    if lines:
        append.link(batch, lines, at)
    return first


def run(work: Work) -> None:
    """Put a round through the flow; for the clock, a round without submissions."""
    for step in steps():
        step(work)


def add_lines(work: Work, entries: Sequence[Any]) -> None:
    """Append entries that a later step made and keep their lines for the link."""
    work.lines += append.append(entries)
