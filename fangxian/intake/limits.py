"""How much may be asked: whoever tells of many people who they are, and records none, finds out what is masked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fangxian.accounts import actions as accounts
from fangxian.accounts import attempts
from fangxian.accounts.types import Acting, Action
from fangxian.journal.types import Recorded, Refused
from fangxian.kernel import errors
from fangxian.kernel.identifiers import masks
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.text import Text
from fangxian.subjects.queries import identities as identities_of
from fangxian.subjects.steps.identity import identity_in

from .placing import Registered
from .types import Filing, FilingResult

_COMPARED: Final = "compared"
"""The purpose that the access log names."""
WEIGHED: Final = 40
"""So much about one person is weighed in a batch; a device that was offline for weeks sends less."""
_OF_ONE: Final = Text(f"{WEIGHED} about one person", f"同一人 {WEIGHED} 条")


def too_many(
    telling: Mapping[int, Registered], said: Mapping[int, Filing], by: Acting, at: dt.datetime,
) -> dict[int, FilingResult]:
    """Those that tell who somebody is beyond what may be asked now, in all, of one person, or of whoever bears a
    document or one that a mask shows alike; and all else about who is told of by these alone."""
    if not telling or by.user is None:
        return {}
    room, in_order = attempts.room_to_ask(by.user, at), sorted(telling)
    borne = {number: document(one) for number, one in telling.items()}
    about = {number: {one.subject, *map(attempts.bearer, filter(None, [borne[number]]))}
             for number, one in telling.items()}
    left = attempts.room_about(by.user, set[uuid.UUID]().union(*about.values()), at)
    to_try = attempts.room_to_try(by.user, borne.values(), at)
    tried = defaultdict[str, set[str]](set)
    beyond = set(in_order[room:])
    for number in in_order[:room]:
        mask = masks.alike(borne[number])
        tried[mask].add(compact(borne[number]))
        for each in about[number]:
            left[each] -= 1
        if any(left[each] < 0 for each in about[number]) or (mask and len(tried[mask]) > to_try[mask]):
            beyond.add(number)
    people = ({said[number].subject for number in beyond}
              - {said[number].subject for number in in_order if number not in beyond})
    return {number: FilingResult(Refused.of(one.id, errors.ASKED_TOO_OFTEN)) for number, one in said.items()
            if number in beyond or one.subject in people}


def document(one: Registered) -> str:
    """The number of the document somebody is told to bear; empty where none is."""
    return str(identity_in(one.programme, one.form, one.answers).get("document_number") or "")


def beyond(weighed: Mapping[int, Registered]) -> dict[int, FilingResult]:
    """What would be weighed about one person past ``WEIGHED``: each is held against all that came before it."""
    seen: Counter[uuid.UUID] = Counter()
    found = {}
    for number, one in sorted(weighed.items()):
        seen[one.subject] += 1
        if seen[one.subject] > WEIGHED:
            found[number] = FilingResult(Refused.of(one.entry, errors.TOO_MUCH, limit=_OF_ONE))
    return found


def count(filings: Sequence[Filing], results: Sequence[FilingResult], by: Acting, at: dt.datetime) -> None:
    """Who tells of many people who they are, and records none, finds out what is masked: that has its pace."""
    asked = [(one, found) for one, found in zip(filings, results, strict=True) if found.asks]
    if by.user is None or not asked:
        return
    recorded = [(one, found) for one, found in asked if isinstance(found.answer, Recorded)]
    answered = {one.subject for one, found in recorded
                if not found.new and (one.changes or one.same_as or one.other_than)}
    attempts.came_of_it(by.user, sum(found.new for _, found in recorded), answered)
    left = [(one, found) for one, found in asked if not isinstance(found.answer, Recorded)]
    documents = [found.document for _, found in left if found.document]
    attempts.asked_about(by.user, [one.subject for one, _ in left], at, documents)
    _log_asked(left, by, at)


def _log_asked(left: Iterable[tuple[Filing, FilingResult]], by: Acting, at: dt.datetime) -> None:
    """Whoever is told that something of somebody differs from what is recorded, or who is like somebody, has learned of
    them: it is logged under a programme they are known in, where their own posts see it."""
    told = [(subject, one.programme) for one, found in left
            for subject in (one.subject, *(like.subject for like in found.candidates))]
    there = identities_of({subject for subject, _ in told}, by.range) if told else {}
    by_programme = defaultdict[str, dict[uuid.UUID, str]](dict)
    for subject, programme in told:
        if subject in there:
            known = there[subject].programmes
            under = programme if programme in known else next(iter(known), programme)
            by_programme[under][subject] = there[subject].path
    for programme, people in sorted(by_programme.items()):
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=_COMPARED, at=at, programme=programme, subjects=people)
