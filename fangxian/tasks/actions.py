"""Writes about tasks that are no submissions: pass on, accept, give back, give to another post, acknowledge.

Each is a command in the journal and takes effect in the same transaction. Callers have checked the right to do it, and
``decided_before`` that they did; what lies outside the scope in force is not found.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.db import connection, transaction

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import apply, as_a_whole, current, everywhere
from fangxian.accounts.types import ANSWERS_AT, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import EVERYWHERE, Node, lineage, subtree
from fangxian.decide import relocation as decisions
from fangxian.journal import actions as journal
from fangxian.journal import presence
from fangxian.journal.types import SUBJECT, Actor, Order, SubjectRow, subject_row
from fangxian.journal.work import Work
from fangxian.kernel import errors, ids
from fangxian.kernel.arrays import array_text
from fangxian.kernel.decisions import decided_before
from fangxian.programmes import queries as programmes
from fangxian.subjects.steps.place import move

from . import alerts, holds, relocation, words
from .models import Alert, Handover
from .states import ACKNOWLEDGED, HANDOVERS, HandoverState
from .types import ACCEPT_WITHIN, Cause, Hold

NOTE: Final = 200
"""Letters of a note to whoever raised an alert."""
LONG_NOTE: Final = 400
"""Letters of a note to whoever is to take somebody over, or asked that."""
_ACKNOWLEDGE: Final = """
UPDATE tasks_alert a SET acknowledged_at = %s, acknowledged_by = n.seen_by, acknowledge_by = NULL, note = n.note
FROM (SELECT w.id, n.seen_by, n.note FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) AS n (id, seen_by, note)
      JOIN tasks_alert w ON w.id = n.id WHERE w.acknowledged_at IS NULL ORDER BY w.id FOR UPDATE OF w) AS n
WHERE a.id = n.id
RETURNING a.id, a.path, a.programme, a.subject
"""


@transaction.atomic
@decided_before(Action.FILL)
def tell_known_twice(*, programme: str, subject: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Tell the county that somebody just registered bears a document known elsewhere; said twice it is told once."""
    found = _wherever([subject])[subject]
    alerts.raise_twice(programme=programme, subject=subject, path=found.path, drill=found.drill,
                       day=_day(found.path, at), at=at)


@transaction.atomic
@decided_before(Action.FILL, Action.CORRECT)
def tell_changed(*, forms: Mapping[uuid.UUID, tuple[str, str, uuid.UUID]], by: Actor, at: dt.datetime) -> None:
    """Tell the level above that who somebody under a measure is, or the arrival it counts from, was changed, by entry:
    programme, form and subject. Nobody does that unseen."""
    found = _wherever(subject for _programme, _form, subject in forms.values())
    told = [alerts.ToldChange(programme, form, entry, found[subject].drill, subject, found[subject].path)
            for entry, (programme, form, subject) in forms.items()]
    alerts.raise_changed(told, path=by.path, made_by=by.user, day=_day(by.path, at), at=at)


@transaction.atomic
@decided_before(Action.IMPORT)
def tell_list_changed(*, programme: str, form: str, held: uuid.UUID, count: int, by: Actor, at: dt.datetime) -> None:
    """The same for a list: one notice with how many people it was."""
    told = [alerts.ToldChange(programme, form, held, drill=False, people=count)]
    alerts.raise_changed(told, path=by.path, made_by=by.user, day=_day(by.path, at), at=at)


def _day(path: str, at: dt.datetime) -> dt.date:
    return areas.calendars([path])[path].operational_day(at)


@transaction.atomic
@decided_before(Action.PASS_ON)
def pass_on(
    *, programme: str, subject: uuid.UUID, to_path: str, note: str, by: Actor, at: dt.datetime, department: str = ""
) -> uuid.UUID:
    """Ask another area to take somebody over; until it accepts, the present one answers. Gives the handover's id.

    With a ``department`` it is that of ``to_path`` that is asked, where the subject is: NOT_FOUND without a post there.
    """
    found = _subject(subject)
    if found.drill and not presence.going_on([subject]):
        raise errors.Problem(errors.DRILL_OVER)
    if Handover.objects.filter(programme=programme, subject=subject, state=HandoverState.ASKED).exists():
        raise errors.Problem(errors.STATE, state=HANDOVERS[HandoverState.ASKED].label)
    if to_path not in areas.nodes([to_path]):
        raise errors.Problem(errors.UNKNOWN_AREA, code=to_path)
    if department:
        _check_department(programme, found, Hold(department, to_path), at)
    made = ids.uuid7(at)
    handover = Handover.objects.create(
        id=made,
        programme=programme,
        subject=subject,
        path=found.path,
        to_path=to_path,
        department=department,
        note=words.sealed(note[:LONG_NOTE], of=made, about=subject, programme=programme, at=at),
        asked_at=at,
        due=at + ACCEPT_WITHIN,
        state=HandoverState.ASKED,
        asked_by=by.post,
    )
    named = {"department": department} if department else {}
    _tell("pass_on", found, {"handover": handover.id, "to": to_path, **named}, programme, by, at)
    _tell_receiver(handover, at, drill=found.drill)
    return handover.id


@transaction.atomic
@decided_before(Action.PASS_ON)
def accept(*, handover: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Take somebody over: the subject and its open tasks move; what was recorded stays where it was.

    A department takes over the tasks alone, and the subject stays in its area. Whichever department had them has them
    no more.
    """
    with everywhere():  # the subject before the handover, as everybody takes them
        _lock_subject_of(handover)
    asked = _answerable(handover, by, at)
    _answer(asked, HandoverState.ACCEPTED, by, at)
    outer = current()
    apply(replace(outer, area=EVERYWHERE))  # both ends change hands in one go
    found = _subject(asked.subject)
    if asked.department and found.path not in subtree(asked.to_path):
        raise errors.Problem(errors.NOT_FOUND)  # moved away since
    _tell("accept", found, {"handover": handover}, asked.programme, by, at)
    holds.end(asked.programme, asked.subject, but=handover)
    if asked.department:
        relocation.give_out(relocation.of_subject(asked.programme, asked.subject), at)
    else:
        work = Work(programme=programmes.in_force(asked.programme), by=by, at=at, batch=0)
        work.moved = {asked.subject: asked.to_path}
        with as_a_whole():
            move(work.moved)
        decisions.follow(work)
        relocation.follow(work)
    apply(outer)


@transaction.atomic
@decided_before(Action.PASS_ON)
def give_back(*, programme: str, subject: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """A department has somebody no more. Problem NOT_FOUND when none had.

    It takes effect at once and nobody has to accept: the area answered for its people all the while.
    """
    found = _subject(subject)
    ended = holds.end(programme, subject)
    if not ended:
        raise errors.Problem(errors.NOT_FOUND)
    for handover, department in ended:
        _tell("give_back", found, {"handover": handover, "department": department}, programme, by, at)
    relocation.give_out(relocation.of_subject(programme, subject), at)


@transaction.atomic
@decided_before(Action.PASS_ON)
def answer_no(*, handover: uuid.UUID, note: str, by: Actor, at: dt.datetime) -> None:
    """Decline to take somebody over; the area that asked keeps them and is told."""
    asked = _answerable(handover, by, at)
    asked.note = words.sealed(
        note[:LONG_NOTE], of=handover, about=asked.subject, programme=asked.programme, at=at)
    _answer(asked, HandoverState.DECLINED, by, at)
    journal.order(Order("decline", by.path, {"handover": handover}, asked.programme, asked.subject), by=by, at=at)


@transaction.atomic
@decided_before(Action.PASS_ON)
def take_back(*, handover: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Withdraw a handover that nobody has answered."""
    asked = Handover.objects.select_for_update().filter(pk=handover).first()
    if asked is None or asked.path not in subtree(by.path):
        raise errors.Problem(errors.NOT_FOUND)
    if asked.state != HandoverState.ASKED:
        raise errors.Problem(errors.STATE, state=HANDOVERS[HandoverState(asked.state)].label)
    _answer(asked, HandoverState.WITHDRAWN, by, at)
    journal.order(Order("take_back", by.path, {"handover": handover}, asked.programme, asked.subject), by=by, at=at)


@transaction.atomic
@decided_before(Action.DRILL)
def call_off(*, subject: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Nobody is asked any more to take somebody over, and no department has them."""
    for asked in Handover.objects.select_for_update().filter(subject=subject, state=HandoverState.ASKED).order_by("id"):
        _answer(asked, HandoverState.WITHDRAWN, by, at)
        journal.order(
            Order("take_back", by.path, {"handover": asked.id}, asked.programme, asked.subject), by=by, at=at)
    for programme, held in holds.standing([subject]):
        give_back(programme=programme, subject=held, by=by, at=at)


@transaction.atomic
@decided_before(Action.REASSIGN, Action.SET_UP)
def spread(*, post: int, by: Actor, at: dt.datetime, unattended: bool = False) -> int:
    """Give every open task of a post whose worker is away to whoever should have it now; ``unattended``: of one whose
    hours changed those that nobody there will do while they are due."""
    tasks = relocation.unattended([post], at).get(post, []) if unattended else relocation.of_post(post)
    count = relocation.give_out(tasks, at)
    told = {"post": post, "tasks": count}
    touched = sorted({task.programme for task in tasks})
    journal.orders([Order("spread", by.path, told, programme) for programme in touched], by=by, at=at)
    return count


@transaction.atomic
@decided_before(Action.ACKNOWLEDGE, Action.FILL, Action.DRILL)
def acknowledge(*, alert: uuid.UUID, by: Actor, at: dt.datetime, note: str = "") -> None:
    """Somebody has seen it and answers for it; a ``note`` is for whoever raised it. Problem NOT_FOUND out of scope,
    STATE when somebody had before."""
    told = Alert.objects.filter(pk=alert).first()
    if told is None:
        raise errors.Problem(errors.NOT_FOUND)
    word = note.replace("\0", "").strip()[:NOTE]  # no text in the database has NUL
    kept = words.sealed(word, of=alert, about=told.subject, programme=told.programme, at=at)
    if not _acknowledge({alert: by}, {alert: kept}, at):
        raise errors.Problem(errors.STATE, state=ACKNOWLEDGED)


@transaction.atomic
@decided_before(Action.ACKNOWLEDGE, Action.FILL)
def acknowledge_many(*, seen: Mapping[uuid.UUID, Actor], at: dt.datetime) -> int:
    """Alerts and who has seen each; how many waited. One acknowledged before, or out of scope, stays as it is."""
    return _acknowledge(seen, {}, at)


def _acknowledge(seen: Mapping[uuid.UUID, Actor], notes: Mapping[uuid.UUID, str], at: dt.datetime) -> int:
    kept = [notes.get(alert, "") for alert in seen]
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGE, [at, list(seen), [by.user for by in seen.values()], kept])
        rows = cursor.fetchall()
    told = [Order("acknowledge", path, {"alert": alert}, programme, subject, by=seen[alert])
            for alert, path, programme, subject in rows]
    if told:
        journal.orders(told, by=seen[rows[0][0]], at=at)
    return len(told)


def _answerable(handover: uuid.UUID, by: Actor, at: dt.datetime) -> Handover:
    asked = Handover.objects.select_for_update().filter(pk=handover).first()
    if asked is None or asked.to_path not in subtree(by.path):
        raise errors.Problem(errors.NOT_FOUND)
    if asked.department and asked.department not in _departments(by, at):
        raise errors.Problem(errors.NOT_FOUND)
    if asked.state != HandoverState.ASKED:
        raise errors.Problem(errors.STATE, state=HANDOVERS[HandoverState(asked.state)].label)
    return asked


def _answer(asked: Handover, state: HandoverState, by: Actor, at: dt.datetime) -> None:
    asked.state, asked.answered_at, asked.answered_by = state, at, by.post
    asked.save(update_fields=["state", "answered_at", "answered_by", "note"])
    alerts.answered(asked.programme, asked.subject, by.user, at)


def _departments(by: Actor, at: dt.datetime) -> set[str]:
    """That of the post who acts, and those of the posts it stands in for."""
    roster = accounts.roster()
    post = roster.posts.get(by.post or 0)
    return {one.department for one in (post, *roster.stood_in_for(post, at))} if post else set()


def _check_department(programme: str, subject: SubjectRow, wanted: Hold, at: dt.datetime) -> None:
    """Its posts cover the place of the subject and work in the programme, and it has not got the subject yet."""
    over = accounts.departments_over(subject.path, programme, at)
    if wanted not in [Hold(one.name, one.path) for one in over]:
        raise errors.Problem(errors.NOT_FOUND)
    if holds.standing([subject.id]).get((programme, subject.id)) == wanted:
        raise errors.Problem(errors.STATE, state=HANDOVERS[HandoverState.ACCEPTED].label)


def _lock_subject_of(handover: uuid.UUID) -> None:
    asked = Handover.objects.filter(pk=handover).first()
    if asked is not None:
        _subject(asked.subject)


def _wherever(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, SubjectRow]:
    """Those about whom something was recorded just now; by that some may have gone out of the sender's sight."""
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {SUBJECT} FROM subjects_subject WHERE id = ANY(%s::uuid[])",  # noqa: S608
                       [array_text(subjects)])
        found = map(subject_row, cursor.fetchall())
        return {one.id: one for one in found}


def _subject(subject: uuid.UUID) -> SubjectRow:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SUBJECT} FROM subjects_subject WHERE id = %s FOR UPDATE",  # noqa: S608
            [subject],
        )
        row = cursor.fetchone()
    if row is None:
        raise errors.Problem(errors.NOT_FOUND)
    return subject_row(row)


def _tell(name: str, subject: SubjectRow, args: dict[str, Any], programme: str, by: Actor, at: dt.datetime) -> None:
    journal.order(Order(name, subject.path, args, programme, subject.id), by=by, at=at)


def _tell_receiver(handover: Handover, at: dt.datetime, *, drill: bool) -> None:
    """Who answers for the receiving area is alerted, and asked to do so in time."""
    node = _answering(handover)
    day = areas.calendars([handover.to_path])[handover.to_path].operational_day(at)
    outer = current()
    apply(replace(outer, area=EVERYWHERE))  # the receiver lies outside the sender's area
    alerts.write(
        [
            alerts.NewAlert(
                ids.derived(handover.id, "alert"),
                handover.programme,
                Cause.HANDOVER,
                "handover",
                0,
                day,
                node.path,
                node.tier.value,
                handover.subject,
                handover.path,
                1,
                at,
                handover.due,
                handover.due,
                drill,
            )
        ]
    )
    apply(outer)


def _answering(handover: Handover) -> Node:
    """The area a department works at; else the nearest one, from the receiving one up, whose post may take people over.
    """
    ways_up = [handover.to_path] if handover.department else [*reversed(lineage(handover.to_path))]
    nodes, permissions = areas.nodes(ways_up), accounts.permissions()
    able = (nodes[path] for path in ways_up if path in nodes and permissions.may(
        ANSWERS_AT.get(nodes[path].tier, ""), Action.PASS_ON, handover.programme))
    return next(able, nodes[handover.to_path])
