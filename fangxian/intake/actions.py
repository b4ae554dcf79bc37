"""The one way people file something: ``submit`` for forms, ``take_back`` for what was sent a moment ago."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from django.db import transaction

from fangxian.accounts import attempts
from fangxian.accounts.rules import require_all
from fangxian.accounts.scope import Scope, everywhere
from fangxian.accounts.types import Acting, Action
from fangxian.decide import queries as decisions
from fangxian.journal import presence as entries_there
from fangxian.journal import queries as journal
from fangxian.journal import together
from fangxian.journal.contention import again_when_in_the_way
from fangxian.journal.queries import EntryLine
from fangxian.journal.types import Actor, Answer, LightensError, Recorded
from fangxian.kernel import errors, ids
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects import actions as subjects
from fangxian.subjects import numbers
from fangxian.tasks import actions as tasks

from . import changes, context, doubles, limits, placing, sharing, unseen
from .batch import FilingBatch, Questions, submission
from .doubles import Likes, Unregistered
from .types import Filing, FilingResult

_FOUND_BY: Final = ("document_number", "phone", "birth_date")
"""Parts of which a mask hides something that can be found out by asking: a name is searched by whoever knows it."""
UNDO_WITHIN: Final = dt.timedelta(minutes=30)
TOO_OLD: Final = Text("too old to undo", "已超过可撤销时间")


def submit(
    filings: Sequence[Filing], *, by: Acting, at: dt.datetime, source: str = "console", device: str = "",
) -> list[FilingResult]:
    """What each filing became, in order. Each is judged by itself, and sent again it gets the same answer.

    A plain one that comes alone is recorded together with those of other requests, and is committed with them.
    """
    actor = Actor(path=by.path, user=by.user, post=by.post, source=source, device=device)
    filings = unseen.kept(filings, by)
    found = _with_others(filings[0], by, actor, at) if len(filings) == 1 else None
    if found:
        return [found]
    results = _asked_where_it_lightens(filings, by, actor, at)
    limits.count(filings, results, by, at)
    return results


def _asked_where_it_lightens(
    filings: Sequence[Filing], by: Acting, actor: Actor, at: dt.datetime,
    lighter: Set[tuple[str, uuid.UUID]] = frozenset(),
) -> list[FilingResult]:
    """Recorded as if it made nobody's measure lighter but of those in ``lighter``, which the flow sees under its locks;
    all about those whose it does is judged again, with the question."""
    try:
        return again_when_in_the_way(lambda: _judged(filings, by, actor, at, lighter))
    except LightensError as found:
        others = found.people
    return _asked_where_it_lightens(filings, by, actor, at, lighter | others)


def _with_others(one: Filing, by: Acting, actor: Actor, at: dt.datetime) -> FilingResult | None:
    """What a plain filing became that was recorded with others'; None where it has to be judged by itself."""
    if not together.is_open() or not together.has_nothing_to_lose():
        return None
    known = context.glance(by, one)
    if known.refusal(one) or not known.is_plain(one):
        return None
    found = together.record_together(replace(submission(one), by=actor), scope=Scope.of(by), at=at)
    return FilingResult(found.answer, received_at=found.at) if found else None


@transaction.atomic
def _judged(
    filings: Sequence[Filing], by: Acting, actor: Actor, at: dt.datetime, lighter: Set[tuple[str, uuid.UUID]],
) -> list[FilingResult]:
    """First who may send it and what is out of sight; then who is meant, what would change and what replies to what,
    each under its locks; then the journal. Whoever was registered gets a place, and the county is told where the
    document is borne by somebody out of the sender's sight. LightensError where the measure of others than those in
    ``lighter`` would become lighter.
    """
    batch = FilingBatch(filings, by, actor, at, lighter)
    likes, choices = batch.look_for_who_is_meant()
    weighed = batch.weigh()
    shared = sharing.Sharing([(one, batch.meant[number]) for number, one in weighed.items()], by, at)
    before = changes.Before(weighed.values(), shared, by, at)
    questions = Questions(batch, weighed, before, likes, choices)
    batch.ask(questions)
    held = decisions.under_measure(one.subject for one in before.meant.values())
    batch.record()
    told = {number: one for number, one in batch.telling.items()
            if isinstance(batch.results[number].answer, Recorded)}
    newcomers = {number: one for number, one in told.items() if number in batch.registering}
    placing.place(newcomers.values(), by=by, at=at)
    for number, one in told.items():
        if number in questions.doubts and questions.doubts[number].hidden:
            tasks.tell_known_twice(programme=one.programme.id, subject=one.subject, by=actor, at=at)
    _tell_changed([one.answer for one in batch.results.values()], before, held, actor, at)
    return batch.outcome(newcomers.keys())


def _tell_changed(
    answers: Sequence[Answer], before: changes.Before, held: Set[uuid.UUID], actor: Actor, at: dt.datetime,
) -> None:
    """What was changed about those under a measure, or of what only a programme out of the sender's sight was told, or
    lets go who would be under one, is told to the level above."""
    meant = {one.id: before.meant[one.id] for one in answers
             if isinstance(one, Recorded) and not one.repeated and one.id in before.meant}
    told = {entry: (one.programme.id, one.form.id, one.subject) for entry, one in meant.items()
            if one.subject in held or entry in before.unseen | before.lighter}
    if told:
        tasks.tell_changed(forms=told, by=actor, at=at)


def look(
    identity: Mapping[str, str], programme: Programme, other_than: frozenset[uuid.UUID], *, by: Acting, at: dt.datetime,
    again: bool = False,
) -> Likes:
    """Who somebody at the door may be, before the form is filled; ``submit`` looks again when it is sent. Problem
    ASKED_TOO_OFTEN for who asks about many by number or birth date of whom nobody is registered; ``again`` is the same
    person once more.
    """
    if by.user is not None and not again and any(identity.get(part) for part in _FOUND_BY):
        if attempts.until_asked(by.user, at):
            raise Problem(errors.ASKED_TOO_OFTEN)
        attempts.asked_about(by.user, [ids.uuid7(at)], at)
    number = identity.get("document_number", "")
    if by.user is not None and attempts.until_tried(by.user, number, at):
        raise Problem(errors.ASKED_TOO_OFTEN)
    likes = doubles.judge([Unregistered(ids.uuid7(at), programme.subject, identity, None, other_than)], by, at)[0]
    if by.user is not None and not likes.asked:
        attempts.tried(by.user, number, at)
    return likes


@transaction.atomic
@decides
def take_back(entries: Sequence[uuid.UUID], *, by: Acting, at: dt.datetime, device: str = "") -> list[EntryLine]:
    """Take back what one sent oneself a moment ago; the entries, as they were.

    Problem NOT_FOUND for what is not one's own, NOT_ALLOWED for what one may not fill any more, STATE when it is too
    long ago, REPLIED_SINCE once there is a reply to it, CHANGED_MEANWHILE once somebody has corrected it: that is
    looked at under the locks of its number and its subject. Taken back already, it is passed over. Who told by it who
    somebody is has asked about them and recorded nothing: that has its pace. Whom it is about may have gone out of
    sight with it, as when a task given from elsewhere is done: it is taken back all the same. Where a measure becomes
    lighter by it, or somebody leaves a household in which anybody is under one, the level above is told; BUILT_UPON
    where it becomes lighter and somebody else has filed about the same subject since.
    """
    with everywhere():
        found = journal.entries(entries)
    if not entries or found.keys() != set(entries) or any(one.user != by.user for one in found.values()):
        raise Problem(errors.NOT_FOUND)
    require_all(by, Action.FILL, [(one.programme, one.form) for one in found.values()])
    if any(at - one.received_at > UNDO_WITHIN for one in found.values()):
        raise Problem(errors.STATE, state=TOO_OLD)
    actor = Actor(path=by.path, user=by.user, post=by.post, device=device)
    with everywhere():
        numbers.hold(entries)
        subjects.hold(one.subject for one in found.values())
        if any(one.reply not in (None, *entries) for one in numbers.of_entries(entries)):
            raise Problem(errors.REPLIED_SINCE)
        before = changes.known_of(found.values())
        leaving = sharing.leaving({one.id: one.subject for one in found.values() if not one.withdrawn})
        subjects.withdraw(list(found), "undo", by=actor, at=at, unless_corrected=True)
        lighter = changes.lightened(before, changes.known_of(found.values()), by, at)
        told = {one.id: (one.programme, one.form, one.subject) for one in found.values()
                if (one.programme, one.subject) in lighter}
        if told and by.user is not None and entries_there.built_upon(told, by.user):
            raise Problem(errors.BUILT_UPON)
    told |= {one.id: (one.programme, one.form, one.subject) for one in found.values() if one.subject in leaving}
    if told:
        tasks.tell_changed(forms=told, by=actor, at=at)
    if by.user is not None:
        asked = [one.subject for one in found.values() if not one.withdrawn and _says_who(one)]
        attempts.asked_about(by.user, asked, at)
    return list(found.values())


def _says_who(line: EntryLine) -> bool:
    form = programmes.in_force(line.programme).forms.get(line.form)
    return form is not None and any(question.identity for question in form.questions)


