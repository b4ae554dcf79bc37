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
from fangxian.kernel.text import Text
from fangxian.subjects.queries import identities as identities_of

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
