"""What was sent together, on its way from what was said to what it became: each step answers some of it, and the next
looks at the rest.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import replace
from typing import TypeVar

from fangxian.accounts.scope import Scope, everywhere, working_in
from fangxian.accounts.types import Acting
from fangxian.areas.types import subtree
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Refused, Submission
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind
from fangxian.subjects import actions as subjects

from . import alike, changes, context, limits, moving, reading, replies, sharing
from .doubles import Likes
from .placing import Registered
from .rules import ends_measures
from .types import Filing, FilingResult, Lookalike

_Kept = TypeVar("_Kept")


class FilingBatch:
    """By number in what was sent: ``said`` as it came, ``meant`` about whom it is said to mean, ``telling`` what says
    who somebody is or changes what is not changed unasked, ``registering`` what would bring somebody into being,
    ``results`` what each became. ``lighter``: by programme, those whose measure the batch may make lighter, as it is
    asked about.
    """

    def __init__(
        self, filings: Sequence[Filing], by: Acting, actor: Actor, at: dt.datetime, lighter: Set[tuple[str, uuid.UUID]],
    ) -> None:
        self.filings, self.actor, self.at, self.lighter = filings, actor, at, lighter
        self.known = known = context.read(by, filings)
        self.results = {number: _refused(one, kind)
                        for number, one in enumerate(filings) if (kind := known.refusal(one))}
        said = self._rest(dict(enumerate(filings)))
        meant = reading.meant(said, known)
        telling = {number: found for number, one in meant.items() if (found := reading.telling(one, known, at))}
        self.results |= limits.too_many(telling, said, by, at)
        self.said, self.meant, self.telling = self._rest(said), self._rest(meant), self._rest(telling)
        self.registering = {number: one for number, one in self.telling.items() if not known.is_known(meant[number])}

    def _rest(self, some: Mapping[int, _Kept]) -> dict[int, _Kept]:
        """What is not answered yet."""
        return {number: one for number, one in some.items() if number not in self.results}

    def look_for_who_is_meant(self) -> tuple[dict[int, Likes], dict[int, Likes]]:
        """Who those told of may be, and among whom it was chosen, under the locks of what people are found by; once
        more where somebody else has brought into being by then who was to be registered."""
        found = alike.likes(self.telling, self.said, self.known, self.at)
        context.require_unknown(one.subject for one in self.registering.values())
        return found

    def weigh(self) -> dict[int, Registered]:
        """All that is held against what is known, with those and what they are in locked until it is recorded."""
        corrected = {one.replaces for one in self.meant.values() if one.replaces}
        looked_at = self.lighter | {(one.programme.id, one.subject) for one in self.telling.values()
                                    if ends_measures(one.programme, one.form)}
        weighed = {number: found for number, one in self.meant.items()
                   if (found := self.telling.get(number)
                       or reading.weighing(one, self.known, self.at, corrected, looked_at))}
        self.results |= limits.beyond(weighed)
        weighed, self.meant = self._rest(weighed), self._rest(self.meant)
        self._hold({subject for _programme, subject in self.lighter} | moving.placed(weighed.values()),
                   sharing.concerned((one, self.meant[number]) for number, one in weighed.items()))
        return weighed

    def _hold(self, people: Set[uuid.UUID], sharers: Mapping[uuid.UUID, Set[uuid.UUID]]) -> None:
        """Lock those whose measure may become lighter, or who may be moved, or join or leave a household, and before
        them the households: what is asked about them holds when it is recorded."""
        if people or sharers:
            replies.lock(self.meant.values(), self.known, self.at)
            with everywhere():
                subjects.hold(set[uuid.UUID]().union(*sharers.values()))
                subjects.hold(people | sharers.keys())

    def ask(self, questions: Questions) -> None:
        """Answer what is asked about, then what lost by it whom it is about, then what replies to something, and to
        what, under the locks on its number."""
        self.results |= {number: found for number, one in self.meant.items() if (found := questions.about(number, one))}
        left = {one.subject for one in self._rest(self.registering).values()}
        self.results |= {number: _refused(one, errors.NOT_FOUND) for number, one in self._rest(self.meant).items()
                         if one.subject in questions.coming - left and not self.known.is_known(one)}
        answers = replies.judge(self._rest(self.meant), self.known, self.at)
        self.results |= {number: FilingResult(answer) for number, answer in answers.items()}

    def record(self) -> None:
        """The journal judges version, answers, kind, task and correction under the subjects' locks, and records.

        What is about somebody elsewhere, of whom the sender was given a task, is recorded where they are: the sender
        sees no more of that place than them."""
        sent = self._rest(self.meant)
        unasked = {one.id for one in sent.values() if (one.programme, one.subject) not in self.lighter}
        by_place: dict[str, dict[int, Filing]] = defaultdict(dict)
        for number, one in sent.items():
            by_place[self.known.lent[one.subject].path if one.subject in self.known.lent else ""][number] = one
        for path, own in sorted(by_place.items()):
            there = replace(Scope.of(self.known.by), area=subtree(path)) if path else None
            with working_in(there) if there else nullcontext():
                receipt = record(
                    [submission(one) for one in own.values()], by=self.actor, at=self.at, unasked=unasked)
            self.results |= {number: FilingResult(answer)
                             for number, answer in zip(own, receipt.results, strict=True)}

    def outcome(self, newcomers: Set[int]) -> list[FilingResult]:
        """What each became, in order; ``newcomers`` brought somebody into being."""
        return [replace(self.results[number], asks=number in self.telling, new=number in newcomers,
                        document=limits.document(self.telling[number]) if number in self.telling else "")
                for number in range(len(self.filings))]


class Questions:
    """What is asked of whoever sent a batch, ``before`` it is recorded: who somebody is, and what would change."""

    def __init__(
        self, batch: FilingBatch, weighed: Mapping[int, Registered], before: changes.Before,
        likes: Mapping[int, Likes], choices: Mapping[int, Likes],
    ) -> None:
        self._batch, self._weighed, self._before = batch, weighed, before
        self.doubts = {number: like for number, like in likes.items()
                       if number in batch.registering or before.another_mark(batch.telling[number])}
        self._asked = alike.asked(batch.registering, self.doubts)
        self._wrong = alike.wrongly_meant(batch.said, choices, self.doubts, batch.known)
        self.coming = {one.subject for one in batch.registering.values()} - self._asked.keys()

    def about(self, number: int, one: Filing) -> FilingResult | None:
        """What a filing is answered with a question, or because nobody is there it could be about; None to go on."""
        known, said = self._batch.known, self._batch.said[number].subject
        if said in self._wrong and one.id not in known.taken:
            return _refused(one, errors.NOT_ONE_OF_THEM, self._wrong[said])
        if one.subject in self._asked and not known.is_known(one):
            return _refused(one, errors.KNOWN_ALREADY, self._asked[one.subject])
        if number in self.doubts and number not in self._batch.registering and self.doubts[number].asked:
            return _refused(one, errors.KNOWN_ALREADY, self.doubts[number].asked)
        nobody = one.subject not in self.coming and not known.is_known(one)
        if nobody and reading.names_nobody(one, known, self._batch.at):
            return _refused(one, errors.NOT_FOUND)
        refused = self._before.refusal(self._weighed[number], one) if number in self._weighed else None
        return FilingResult(refused) if refused else None


def submission(one: Filing) -> Submission:
    """What the journal is given of it."""
    return Submission(
        id=one.id, programme=one.programme, form=one.form, subject=one.subject, happened_at=one.happened_at,
        answers=one.answers, form_version=one.form_version, task=one.task, replaces=one.replaces)


def _refused(one: Filing, kind: Kind, candidates: tuple[Lookalike, ...] = ()) -> FilingResult:
    return FilingResult(Refused.of(one.id, kind), candidates)
