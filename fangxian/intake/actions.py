"""The one way people file something: ``submit`` for forms, ``take_back`` for what was sent a moment ago."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import replace
from typing import Final, TypeVar

from django.db import transaction

from fangxian.accounts import actions as accounts
from fangxian.accounts import attempts
from fangxian.accounts.rules import require_all
from fangxian.accounts.scope import Scope, everywhere, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.areas.types import subtree
from fangxian.decide import queries as decisions
from fangxian.journal import presence as entries_there
from fangxian.journal import queries as journal
from fangxian.journal import together
from fangxian.journal.actions import record
from fangxian.journal.contention import again_when_in_the_way
from fangxian.journal.queries import EntryLine
from fangxian.journal.types import Actor, Answer, LightensError, Recorded, Refused, Submission
from fangxian.kernel import errors, ids
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects import actions as subjects
from fangxian.subjects.queries import identities as identities_of
from fangxian.subjects.steps.identity import external_ids, identity_in
from fangxian.tasks import actions as tasks

from . import changes, context, doubles, moving, placing, replies, sharing, unseen
from .doubles import Likes, Unregistered
from .placing import Registered
from .rules import BatchContext, ends_measures, may_change, may_join, plausible
from .types import Filing, FilingResult, Lookalike

_FOUND_BY: Final = ("document_number", "phone", "birth_date")
"""Parts of which a mask hides something that can be found out by asking: a name is searched by whoever knows it."""
_COMPARED: Final = "compared"
"""The purpose that the access log names."""
_Kept = TypeVar("_Kept")
WEIGHED: Final = 40
"""So much about one person is weighed in a batch; a device that was offline for weeks sends less."""
_OF_ONE: Final = Text(f"{WEIGHED} about one person", f"同一人 {WEIGHED} 条")
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
    _count(filings, results, by, at)
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


def _count(filings: Sequence[Filing], results: Sequence[FilingResult], by: Acting, at: dt.datetime) -> None:
    """Who tells of many people who they are, and records none, finds out what is masked: that has its pace."""
    asked = [(one, found) for one, found in zip(filings, results, strict=True) if found.asks]
    if by.user is None or not asked:
        return
    recorded = [(one, found) for one, found in asked if isinstance(found.answer, Recorded)]
    answered = {one.subject for one, found in recorded
                if not found.new and (one.changes or one.same_as or one.other_than)}
    attempts.came_of_it(by.user, sum(found.new for _, found in recorded), answered)
    left = [one for one, found in asked if not isinstance(found.answer, Recorded)]
    attempts.asked_about(by.user, [one.subject for one in left], at)
    _log_asked(left, by, at)


def _log_asked(left: Iterable[Filing], by: Acting, at: dt.datetime) -> None:
    """Whoever is told that something of somebody differs from what is recorded has learned of them."""
    by_programme = defaultdict[str, set[uuid.UUID]](set)
    for one in left:
        by_programme[one.programme].add(one.subject)
    there = identities_of(set().union(*by_programme.values()), by.range) if by_programme else {}
    for programme, people in by_programme.items():
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=_COMPARED, at=at, programme=programme,
            subjects={one: there[one].path for one in people if one in there})


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
def _judged(
    filings: Sequence[Filing], by: Acting, actor: Actor, at: dt.datetime, lighter: Set[tuple[str, uuid.UUID]],
) -> list[FilingResult]:
    """First who may send it and what is out of sight; then who is meant, under the locks of what people are found by,
    once more where somebody else has brought into being by then who was to be registered;
    what replies to something, and to what, under the locks on its number; then the journal judges version, answers,
    kind, task and correction under the subjects' locks, and records. Whoever was registered gets a place, and the
    county is told where the document is borne by somebody out of the sender's sight. ``lighter``: by programme, those
    whose measure the batch may make lighter, as it is asked about; LightensError where there are others.
    """
    known = context.read(by, filings)
    results = {number: FilingResult(Refused.of(one.id, kind))
               for number, one in enumerate(filings) if (kind := known.refusal(one))}
    said = {number: one for number, one in enumerate(filings) if number not in results}
    meant = _meant(said, known)
    telling = {number: found for number, one in meant.items() if (found := _telling(one, known, at))}
    held_up = _too_many(telling, said, by, at)
    results |= held_up
    said, meant, telling = _without(said, held_up), _without(meant, held_up), _without(telling, held_up)
    registering = {number: one for number, one in telling.items() if not known.is_known(meant[number])}
    likes, choices = _likes(telling, said, known, at)
    context.require_unknown(one.subject for one in registering.values())
    corrected = {one.replaces for one in meant.values() if one.replaces}
    looked_at = lighter | {(one.programme.id, one.subject) for one in telling.values()
                           if ends_measures(one.programme, one.form)}
    weighed = {number: found for number, one in meant.items()
               if (found := telling.get(number) or _weighing(one, known, at, corrected, looked_at))}
    beyond = _beyond(weighed)
    results |= beyond
    weighed, meant = _without(weighed, beyond), _without(meant, beyond)
    told = [(one, meant[number]) for number, one in weighed.items()]
    _hold(meant.values(), known, at, {subject for _programme, subject in lighter} | moving.placed(weighed.values()),
          sharing.concerned(told))
    before = changes.Before(weighed.values(), sharing.Sharing(told, by, at), by, at)
    doubts = {number: like for number, like in likes.items()
              if number in registering or before.another_document(telling[number])}
    asked = _asked(registering, doubts)
    wrong = _wrongly_meant(said, choices, doubts, known)
    coming = {one.subject for one in registering.values()} - asked.keys()
    for number, one in meant.items():
        if said[number].subject in wrong and one.id not in known.taken:
            results[number] = FilingResult(Refused.of(one.id, errors.NOT_ONE_OF_THEM), wrong[said[number].subject])
        elif one.subject in asked and not known.is_known(one):
            results[number] = FilingResult(Refused.of(one.id, errors.KNOWN_ALREADY), asked[one.subject])
        elif number in doubts and number not in registering and doubts[number].asked:
            results[number] = FilingResult(Refused.of(one.id, errors.KNOWN_ALREADY), doubts[number].asked)
        elif one.subject not in coming and not known.is_known(one) and _names_nobody(one, known, at):
            results[number] = FilingResult(Refused.of(one.id, errors.NOT_FOUND))
        elif number in weighed and (refused := before.refusal(weighed[number], one)):
            results[number] = FilingResult(refused)
    unregistered = coming - {one.subject for number, one in registering.items() if number not in results}
    results |= {number: FilingResult(Refused.of(one.id, errors.NOT_FOUND)) for number, one in meant.items()
                if number not in results and one.subject in unregistered and not known.is_known(one)}
    left = {number: one for number, one in meant.items() if number not in results}
    results |= {number: FilingResult(answer) for number, answer in replies.judge(left, known, at).items()}
    sent = {number: one for number, one in meant.items() if number not in results}
    held = decisions.under_measure(one.subject for one in before.meant.values())
    unasked = {one.id for one in sent.values() if (one.programme, one.subject) not in lighter}
    for number, answer in _recorded(sent, known, actor, at, unasked):
        results[number] = FilingResult(answer)
    fresh = {number: one for number, one in telling.items() if isinstance(results[number].answer, Recorded)}
    placing.place((one for number, one in fresh.items() if number in registering), by=by, at=at)
    for number, made in fresh.items():
        if number in doubts and doubts[number].hidden:
            tasks.tell_known_twice(programme=made.programme.id, subject=made.subject, by=actor, at=at)
    _tell_changed([one.answer for one in results.values()], before, held, actor, at)
    return [replace(results[number], asks=number in telling, new=number in fresh and number in registering)
            for number in range(len(filings))]


def _too_many(
    telling: Mapping[int, Registered], said: Mapping[int, Filing], by: Acting, at: dt.datetime,
) -> dict[int, FilingResult]:
    """Those that tell who somebody is beyond what may be asked now, in all or of one person, and all else about who is
    told of by these alone."""
    if not telling or by.user is None:
        return {}
    room, in_order = attempts.room_to_ask(by.user, at), sorted(telling)
    left = attempts.room_about(by.user, {one.subject for one in telling.values()}, at)
    beyond = set(in_order[room:])
    for number in in_order[:room]:
        left[telling[number].subject] -= 1
        if left[telling[number].subject] < 0:
            beyond.add(number)
    people = ({said[number].subject for number in beyond}
              - {said[number].subject for number in in_order if number not in beyond})
    return {number: FilingResult(Refused.of(one.id, errors.ASKED_TOO_OFTEN)) for number, one in said.items()
            if number in beyond or one.subject in people}


def _beyond(weighed: Mapping[int, Registered]) -> dict[int, FilingResult]:
    """What would be weighed about one person past ``WEIGHED``: each is held against all that came before it."""
    seen: Counter[uuid.UUID] = Counter()
    found = {}
    for number, one in sorted(weighed.items()):
        seen[one.subject] += 1
        if seen[one.subject] > WEIGHED:
            found[number] = FilingResult(Refused.of(one.entry, errors.TOO_MUCH, limit=_OF_ONE))
    return found


def _without(some: Mapping[int, _Kept], those: Mapping[int, FilingResult]) -> dict[int, _Kept]:
    return {number: one for number, one in some.items() if number not in those}


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
    return doubles.judge([Unregistered(ids.uuid7(at), programme.subject, identity, None, other_than)], by, at)[0]


@transaction.atomic
@decides
def take_back(entries: Sequence[uuid.UUID], *, by: Acting, at: dt.datetime, device: str = "") -> list[EntryLine]:
    """Take back what one sent oneself a moment ago; the entries, as they were.

    Problem NOT_FOUND for what is not one's own, NOT_ALLOWED for what one may not fill any more, STATE when it is too
    long ago, CHANGED_MEANWHILE once somebody has corrected it: that is looked at under the subjects' locks. Taken back
    already, it is passed over. Who told by it who somebody is has asked about them and recorded nothing: that has its
    pace. Whom it is about may have gone out of sight with it, as when a task given from elsewhere
    is done: it is taken back all the same. Where a measure becomes lighter by it the level above is told; BUILT_UPON
    where somebody else has filed about the same subject since.
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
        subjects.hold(one.subject for one in found.values())
        before = changes.known_of(found.values())
        subjects.withdraw(list(found), "undo", by=actor, at=at, unless_corrected=True)
        lighter = changes.lightened(before, changes.known_of(found.values()), by, at)
        told = {one.id: (one.programme, one.form, one.subject) for one in found.values()
                if (one.programme, one.subject) in lighter}
        if told and by.user is not None and entries_there.built_upon(told, by.user):
            raise Problem(errors.BUILT_UPON)
    if told:
        tasks.tell_changed(forms=told, by=actor, at=at)
    if by.user is not None:
        asked = [one.subject for one in found.values() if not one.withdrawn and _says_who(one)]
        attempts.asked_about(by.user, asked, at)
    return list(found.values())


def _says_who(line: EntryLine) -> bool:
    form = programmes.in_force(line.programme).forms.get(line.form)
    return form is not None and any(question.identity for question in form.questions)


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


def _telling(one: Filing, known: BatchContext, at: dt.datetime) -> Registered | None:
    """Whom a filing would bring into being, or of whom it tells what is not changed unasked; None when the form does
    not hold or tells nothing of the kind."""
    found = _holding(one, known, at, only=may_change if known.is_known(one) else None)
    names = found and (known.is_known(one) or identity_in(found.programme, found.form, found.answers))
    return found if names else None


def _weighing(
    one: Filing, known: BatchContext, at: dt.datetime, corrected: Set[uuid.UUID],
    looked_at: Set[tuple[str, uuid.UUID]],
) -> Registered | None:
    """What takes the place of an entry, or is ``corrected`` by another one of the batch, or is about somebody whose
    measure may become lighter or is to end, or names a household: whichever form it is, and also of who is registered
    in the same batch."""
    weighs = one.replaces or one.id in corrected or (one.programme, one.subject) in looked_at
    return _holding(one, known, at, only=None if weighs else may_join)


def _hold(
    meant: Iterable[Filing], known: BatchContext, at: dt.datetime, people: Set[uuid.UUID],
    sharers: Mapping[uuid.UUID, Set[uuid.UUID]],
) -> None:
    """Lock those whose measure may become lighter, or who may be moved, or join or leave a household, and before them
    the households: what is asked about them holds when it is recorded."""
    if people or sharers:
        replies.lock(meant, known, at)
        with everywhere():
            subjects.hold(set[uuid.UUID]().union(*sharers.values()))
            subjects.hold(people | sharers.keys())


def _holding(
    one: Filing, known: BatchContext, at: dt.datetime, *, only: Callable[[Programme, Form], bool] | None = None,
) -> Registered | None:
    """A filing that is new and whose form holds; ``only``: of which forms."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if one.id in known.taken or programme is None or form is None or not plausible(one):
        return None
    if only is not None and not only(programme, form):
        return None
    checked = programmes.validated(form, one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone)
    if checked.faults:
        return None
    return Registered(one.id, one.subject, one.happened_at, programme, form, checked.answers)


def _names_nobody(one: Filing, known: BatchContext, at: dt.datetime) -> bool:
    """Whether a form is not one that says who somebody is; what does not hold is left to the journal to refuse."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if form is None or not plausible(one):
        return False
    if not any(question.identity for question in form.questions):
        return True
    return not programmes.validated(form, one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone).faults


def _likes(
    telling: Mapping[int, Registered], said: Mapping[int, Filing], known: BatchContext, at: dt.datetime,
) -> tuple[dict[int, Likes], dict[int, Likes]]:
    """Who those told of may be, and among whom it was chosen who somebody new is, all under the same locks."""
    chosen = {number: replace(telling[number], subject=one.subject) for number, one in said.items()
              if number in telling and one.same_as and not known.is_known(one)}
    unreadable = changes.unreadable({one.subject for one in telling.values() if one.subject in known.visible}, known.by)
    told = {number: one for number, one in telling.items() if one.subject not in unreadable}
    newcomers = [_unregistered(one, said[number], known=one.subject in known.visible) for number, one in told.items()]
    choosing = [replace(_unregistered(one, said[number]), coming=False) for number, one in chosen.items()]
    if not newcomers and not choosing:
        return {}, {}
    found = doubles.judge([*choosing, *newcomers], known.by, at)
    return (dict(zip(told, found[len(choosing):], strict=True)),
            dict(zip(chosen, found[:len(choosing)], strict=True)))


def _unregistered(one: Registered, said: Filing, *, known: bool = False) -> Unregistered:
    external = external_ids(one.programme, one.answers)
    identity = identity_in(one.programme, one.form, one.answers)
    return Unregistered(one.subject, one.programme.subject, identity, external[0] if external else None,
                        said.other_than, known=known)


def _wrongly_meant(
    said: Mapping[int, Filing], choices: Mapping[int, Likes], doubts: Mapping[int, Likes], known: BatchContext,
) -> dict[uuid.UUID, tuple[Lookalike, ...]]:
    """Those said to be somebody they can't be, with whom they may be: nobody is taken for another who is not like them.
    """
    found = {}
    for number, one in said.items():
        asked = choices[number].asked if number in choices else doubts[number].asked if number in doubts else ()
        judged = number in choices or one.subject in known.visible
        if judged and one.same_as not in (None, one.subject, *(other.subject for other in asked)):
            found[one.subject] = asked
    return found


def _asked(registering: Mapping[int, Registered], likes: Mapping[int, Likes]) -> dict[uuid.UUID, tuple[Lookalike, ...]]:
    """Of whom it is asked who they are, whichever of the batch's forms raised the question."""
    found: dict[uuid.UUID, tuple[Lookalike, ...]] = {}
    for number, one in registering.items():
        if likes[number].asked:
            found.setdefault(one.subject, likes[number].asked)
    return found


def _recorded(
    sent: Mapping[int, Filing], known: BatchContext, actor: Actor, at: dt.datetime, unasked: Set[uuid.UUID],
) -> Iterator[tuple[int, Answer]]:
    """What the journal says of each. What is about somebody elsewhere, of whom the sender was given a task, is recorded
    where they are: the sender sees no more of that place than them."""
    by_place: dict[str, dict[int, Filing]] = defaultdict(dict)
    for number, one in sent.items():
        by_place[known.lent[one.subject].path if one.subject in known.lent else ""][number] = one
    for path, own in sorted(by_place.items()):
        there = replace(Scope.of(known.by), area=subtree(path)) if path else None
        with working_in(there) if there else nullcontext():
            receipt = record([_submission(one) for one in own.values()], by=actor, at=at, unasked=unasked)
        yield from zip(own, receipt.results, strict=True)


def _submission(one: Filing) -> Submission:
    return Submission(
        id=one.id, programme=one.programme, form=one.form, subject=one.subject, happened_at=one.happened_at,
        answers=one.answers, form_version=one.form_version, task=one.task, replaces=one.replaces)
