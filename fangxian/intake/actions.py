"""The one way people file something: ``submit`` for forms, ``take_back`` for what was sent a moment ago."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from django.db import transaction

from fangxian.accounts.rules import require_all
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.areas.types import subtree
from fangxian.journal import queries as journal
from fangxian.journal import together
from fangxian.journal.actions import record
from fangxian.journal.queries import Line
from fangxian.journal.types import YEARS, Actor, Answer, Recorded, Refused, Submission
from fangxian.kernel import errors, ids
from fangxian.kernel.clock import possible
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects import actions as subjects
from fangxian.subjects.steps.identity import external_ids, identity_in
from fangxian.tasks import actions as tasks

from . import context, doubles, placing, replies
from .doubles import Likes, Unregistered
from .placing import Registered
from .rules import BatchContext
from .types import Filing, FilingResult, Lookalike

UNDO_WITHIN: Final = dt.timedelta(minutes=30)
TOO_OLD: Final = Text("too old to undo", "已超过可撤销时间")


def submit(
    filings: Sequence[Filing], *, by: Acting, at: dt.datetime, source: str = "console", device: str = "",
) -> list[FilingResult]:
    """What each filing became, in order. Each is judged by itself, and sent again it gets the same answer.

    A plain one that comes alone is recorded together with those of other requests, and is committed with them.
    """
    actor = Actor(path=by.path, user=by.user, post=by.post, source=source, device=device)
    found = _with_others(filings[0], by, actor, at) if len(filings) == 1 else None
    return [found] if found else _judged(filings, by, actor, at)


def _with_others(one: Filing, by: Acting, actor: Actor, at: dt.datetime) -> FilingResult | None:
    """What a plain filing became that was recorded with others'; None where it has to be judged by itself."""
    if not together.is_open() or not together.has_nothing_to_lose():
        return None
    known = context.glance(by, one)
    if known.refusal(one) or not known.is_plain(one):
        return None
    found = together.record_together(replace(_submission(one), by=actor), scope=Scope.of(by), at=at)
    return FilingResult(found.answer, received_at=found.at) if found else None


@transaction.atomic
def _judged(filings: Sequence[Filing], by: Acting, actor: Actor, at: dt.datetime) -> list[FilingResult]:
    """First who may send it and what is out of sight; then who is meant, under the locks of what people are found by;
    what replies to something, and to what, under the locks on its number; then the journal judges version, answers,
    kind, task and correction under the subjects' locks, and records. Whoever was registered gets a place, and the
    county is told where the document is borne by somebody out of the sender's sight.
    """
    known = context.read(by, filings)
    results = {number: FilingResult(Refused.of(one.id, kind))
               for number, one in enumerate(filings) if (kind := known.refusal(one))}
    meant = _meant({number: one for number, one in enumerate(filings) if number not in results}, known)
    registering = {number: found for number, one in meant.items() if (found := _registering(one, known, at))}
    likes = _likes(registering, meant, by, at)
    asked = _asked(registering, likes)
    coming = {one.subject for one in registering.values()} - asked.keys()
    for number, one in meant.items():
        if one.subject in asked and not known.is_known(one):
            results[number] = FilingResult(Refused.of(one.id, errors.KNOWN_ALREADY), asked[one.subject])
        elif one.subject not in coming and not known.is_known(one) and _names_nobody(one, known, at):
            results[number] = FilingResult(Refused.of(one.id, errors.NOT_FOUND))
    left = {number: one for number, one in meant.items() if number not in results}
    results |= {number: FilingResult(answer) for number, answer in replies.judge(left, known).items()}
    sent = {number: one for number, one in meant.items() if number not in results}
    for number, answer in _recorded(sent, known, actor, at):
        results[number] = FilingResult(answer, known_elsewhere=number in likes and bool(likes[number].hidden))
    fresh = {number: one for number, one in registering.items() if isinstance(results[number].answer, Recorded)}
    placing.place(fresh.values(), by=by, at=at)
    for number, made in fresh.items():
        if likes[number].hidden:
            tasks.tell_known_twice(programme=made.programme.id, subject=made.subject, by=actor, at=at)
    return [results[number] for number in range(len(filings))]


def look(
    identity: Mapping[str, str], programme: Programme, other_than: frozenset[uuid.UUID], *, by: Acting, at: dt.datetime,
) -> Likes:
    """Who somebody at the door may be, before the form is filled; ``submit`` looks again when it is sent."""
    return doubles.judge([Unregistered(ids.uuid7(at), programme.subject, identity, None, other_than)], by, at)[0]


@transaction.atomic
@decides
def take_back(entries: Sequence[uuid.UUID], *, by: Acting, at: dt.datetime, device: str = "") -> list[Line]:
    """Take back what one sent oneself a moment ago; the entries, as they were.

    Problem NOT_FOUND for what is not one's own, NOT_ALLOWED for what one may not fill any more, STATE when it is too
    long ago, CHANGED_MEANWHILE once somebody has corrected it: that is looked at under the subjects' locks. Taken back
    already, it is passed over.
    """
    found = journal.entries(entries)
    if not entries or found.keys() != set(entries) or any(one.user != by.user for one in found.values()):
        raise Problem(errors.NOT_FOUND)
    require_all(by, Action.FILL, [(one.programme, one.form) for one in found.values()])
    if any(at - one.received_at > UNDO_WITHIN for one in found.values()):
        raise Problem(errors.STATE, state=TOO_OLD)
    actor = Actor(path=by.path, user=by.user, post=by.post, device=device)
    subjects.withdraw(list(found), "undo", by=actor, at=at, unless_corrected=True)
    return list(found.values())


def _meant(filings: Mapping[int, Filing], known: BatchContext) -> dict[int, Filing]:
    """The filings about whom they are said to mean: one told to be somebody known is that one in the whole batch, and
    what was recorded before is about whom it was recorded."""
    same = {one.subject: one.same_as for one in filings.values() if one.same_as and one.subject not in known.visible}
    before = {one.id: known.own[one.id] for one in filings.values() if one.id in known.own}
    found = {}
    for number, one in filings.items():
        subject = None if one.subject in known.visible else before.get(one.id) or same.get(one.subject)
        found[number] = replace(one, subject=subject) if subject else one
    return found


def _registering(one: Filing, known: BatchContext, at: dt.datetime) -> Registered | None:
    """Whom a filing would bring into being; None when somebody is there, or the form does not hold or names nobody."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if known.is_known(one) or programme is None or form is None or not _plausible(one):
        return None
    checked = form.validate(one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone)
    if checked.faults or not identity_in(programme, form, checked.answers):
        return None
    return Registered(one.id, one.subject, one.happened_at, programme, form, checked.answers)


def _names_nobody(one: Filing, known: BatchContext, at: dt.datetime) -> bool:
    """Whether a form is not one that says who somebody is; what does not hold is left to the journal to refuse."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if form is None or not _plausible(one):
        return False
    if not any(question.identity for question in form.questions):
        return True
    return not form.validate(one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone).faults


def _plausible(one: Filing) -> bool:
    return one.happened_at.year in YEARS and possible(one.happened_at)


def _likes(
    registering: Mapping[int, Registered], meant: Mapping[int, Filing], by: Acting, at: dt.datetime,
) -> dict[int, Likes]:
    newcomers = []
    for number, one in registering.items():
        external = external_ids(one.programme, one.answers)
        identity = identity_in(one.programme, one.form, one.answers)
        newcomers.append(Unregistered(one.subject, one.programme.subject, identity, external[0] if external else None,
                                  meant[number].other_than))
    return dict(zip(registering, doubles.judge(newcomers, by, at), strict=True)) if newcomers else {}


def _asked(registering: Mapping[int, Registered], likes: Mapping[int, Likes]) -> dict[uuid.UUID, tuple[Lookalike, ...]]:
    """Of whom it is asked who they are, whichever of the batch's forms raised the question."""
    found: dict[uuid.UUID, tuple[Lookalike, ...]] = {}
    for number, one in registering.items():
        if likes[number].asked:
            found.setdefault(one.subject, likes[number].asked)
    return found


def _recorded(
    sent: Mapping[int, Filing], known: BatchContext, actor: Actor, at: dt.datetime,
) -> Iterator[tuple[int, Answer]]:
    """What the journal says of each. What is about somebody elsewhere, of whom the sender was given a task, is recorded
    where they are: the sender sees no more of that place than them."""
    by_place: dict[str, dict[int, Filing]] = defaultdict(dict)
    for number, one in sent.items():
        by_place[known.lent.get(one.subject, "")][number] = one
    for path, own in sorted(by_place.items()):
        there = replace(Scope.of(known.by), area=subtree(path)) if path else None
        with working_in(there) if there else nullcontext():
            receipt = record([_submission(one) for one in own.values()], by=actor, at=at)
        yield from zip(own, receipt.results, strict=True)


def _submission(one: Filing) -> Submission:
    return Submission(
        id=one.id, programme=one.programme, form=one.form, subject=one.subject, happened_at=one.happened_at,
        answers=one.answers, form_version=one.form_version, task=one.task, replaces=one.replaces)
