"""What a filing would change of what is recorded about somebody known: asked about before it is recorded.

Who somebody is, what only grows unless a form settles it (the arrival that the end of a measure is counted from), and
whatever would lighten a measure, become another thing only when whoever sends it says, by question, that it is meant.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from fangxian.accounts.rules import may
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.decide import queries as decisions
from fangxian.journal.queries import EntryLine
from fangxian.journal.types import FUTURE_TOLERANCE, Refused
from fangxian.kernel import errors, identity_parts
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.matching import search
from fangxian.subjects.steps.facts import read_states
from fangxian.subjects.steps.identity import identity_in

from . import later, lightening, rules
from .lightening import ChangedFacts, KnownSoFar
from .moving import ANSWERED_FOR, Move, Moves
from .numbering import NumbersKnown
from .placing import Registered
from .sharing import Sharing
from .types import Filing

OTHER: Final = Text("another one is recorded", "与已有记录不同")
BEFORE: Final = Text("{before} is recorded, now {after}", "已有记录为 {before}，现为 {after}")
SET_BACK: Final = Text(
    "a later one is recorded, and a measure that counts from it may end sooner",
    "已有记录较晚，更改后相关措施可能提前结束")
SET_FORWARD: Final = Text(
    "an earlier one is recorded, and what counts from it may change", "已有记录较早，更改后相关措施可能随之改变")


def unreadable(people: Collection[uuid.UUID], by: Acting) -> set[uuid.UUID]:
    """Those whose key can't be used: of them nothing is compared, and the journal refuses what is told."""
    found = subjects.identities(people, by.range) if people else {}
    return {one.id for one in found.values() if one.closed is not None}


def known_of(lines: Iterable[EntryLine]) -> dict[tuple[str, uuid.UUID], FactState]:
    """What is known of those some entries are about, by programme and subject."""
    about: dict[str, set[uuid.UUID]] = defaultdict(set)
    for line in lines:
        about[line.programme].add(line.subject)
    return {(name, subject): facts for name, people in about.items()
            for subject, facts in read_states(programmes.in_force(name), sorted(people)).items()}


def lightened(
    before: Mapping[tuple[str, uuid.UUID], FactState], after: Mapping[tuple[str, uuid.UUID], FactState], by: Acting,
    at: dt.datetime,
) -> set[tuple[str, uuid.UUID]]:
    """Those under a measure that became lighter or ends sooner, or would once the one in front of it is over."""
    nothing, told = FactState(), defaultdict[str, dict[tuple[str, uuid.UUID], ChangedFacts]](dict)
    for key, known in before.items():
        told[key[0]][key] = ChangedFacts(known.values, after.get(key, nothing).values)
    return {key for name, some in told.items()
            for key in lightening.lightened_among(programmes.in_force(name), some, by.calendar, at)}


class Before:
    """What is known of those a batch tells something of, or corrects, and what the batch itself adds.

    ``meant`` are by entry those of which something was asked about; recorded, it was meant. ``unseen``: those of them
    that take the place of what only programmes out of the sender's sight were told of who somebody is, or take somebody
    away from who answers for them, or out of a household in which anybody is under a measure. Who somebody is, is one,
    whichever programme was told: it is compared as a whole, and shown as far as it is in sight.
    ``lighter`` are those by which a measure becomes lighter, or somebody is let go before there is one.
    """

    def __init__(self, telling: Iterable[Registered], sharing: Sharing, by: Acting, at: dt.datetime) -> None:
        self._left: Counter[tuple[str, uuid.UUID]] = Counter()
        self._told_so_far: dict[tuple[str, uuid.UUID], KnownSoFar] = {}
        telling = list(telling)
        by_programme, people = dict[str, tuple[Programme, set[uuid.UUID]]](), set[uuid.UUID]()
        for one in telling:
            by_programme.setdefault(one.programme.id, (one.programme, set()))[1].add(one.subject)
            self._left[one.programme.id, one.subject] += 1
            if any(question.identity for question in one.form.questions):
                people.add(one.subject)
        self.by, self.at = by, at
        self.meant: dict[uuid.UUID, Registered] = {}
        self.unseen: set[uuid.UUID] = set()
        self.lighter = set[uuid.UUID]()
        self._shown: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
        there = subjects.identities(people, by.range).values()
        self._shown |= {one.id: dict(one.parts) for one in there}
        self._identity: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
        self._identity |= _whole([one.id for one in there if one.closed is None])
        self._moves, self._sharing, self._numbers = Moves(telling), sharing, NumbersKnown(telling)
        self._facts = {name: read_states(programme, list(some)) for name, (programme, some) in by_programme.items()}

    def another_mark(self, one: Registered) -> bool:
        """Whether somebody is told to bear a document, or a number of a list, that is not the one known of them."""
        if self._numbers.is_another(one):
            return True
        told = identity_in(one.programme, one.form, one.answers).get("document_number")
        return bool(told) and not all(rules.same_value(told, known[one.subject].get("document_number"))
                                      for known in (self._identity, self._shown))

    def refusal(self, one: Registered, filing: Filing) -> Refused | None:
        """What would change and is not said to be meant, by question, or who would be moved by whom it is not for; None
        to go on."""
        identity, told = identity_in(one.programme, one.form, one.answers), self._told_of(one)
        move = self._moved(one, told, filing)
        if move is not None and move.refused(self.by):
            sentence = ANSWERED_FOR.filled(place=move.here.name)
            return Refused(filing.id, errors.FORM_FAULTS.code, ((move.question, sentence),))
        asked = self._asked(one, filing, identity, told)
        if move is not None:
            asked[move.question] = BEFORE.filled(before=both(move.here.name), after=both(move.there.name))
        shared = self._sharing.asked(one, filing)
        asked |= {question: said for question, said in shared.sentences.items() if question not in asked}
        if asked:
            self.meant[filing.id] = one
        if shared.company and decisions.under_measure(shared.company):
            self.unseen.add(filing.id)
        if self._overwrites_unseen(one, identity) or (move is not None and move.answered):
            self.unseen.add(filing.id)
        order = {question.name: number for number, question in enumerate(one.form.questions)}
        left = [(question, asked[question]) for question in sorted(asked, key=lambda name: order.get(name, len(order)))
                if question not in filing.changes]
        if left:
            return Refused(filing.id, errors.CHANGES_KNOWN.code, tuple(left))
        for known in (self._identity, self._shown):
            known[one.subject] |= identity
        if move is not None:
            self._moves.add(one.subject, move)
        self._sharing.take_in(one, filing)
        self._numbers.take_in(one)
        self._take_in(one, filing, told)
        return None

    def _asked(
        self, one: Registered, filing: Filing, identity: Mapping[str, Any], told: KnownSoFar,
    ) -> dict[str, Text]:
        """Who somebody is, what only grows, and what would lighten a measure, by question."""
        whole = rules.retold(one.form, identity, self._identity[one.subject])
        reach = not rules.hears_it_from_them(self.by.kind, programmes.in_force(one.programme.id), one.form.id)
        shown = rules.retold(one.form, identity, self._shown[one.subject], reach=reach)
        asked = {question: self._words(one, part, identity) if question in shown else OTHER
                 for question, part in (whole | shown).items()}
        calendar = self.by.calendar
        put_off = later.asked(one, filing, told, calendar, self.at)
        lighter = lightening.asked(one, filing, told, calendar, self.at)
        set_back = rules.set_back(one.programme, one.form, one.answers, told.facts.values, calendar.zone,
                                  corrects=filing.replaces is not None)
        may_end = {question: SET_BACK if less else SET_FORWARD for question, less in set_back.items()}
        asked = may_end | lighter | put_off | asked | self._renumbered(one)
        if lighter:
            self.lighter.add(filing.id)
        return asked

    def _renumbered(self, one: Registered) -> dict[str, Text]:
        """The question that tells another number of a list than is recorded."""
        found = self._numbers.changed(one)
        if found is None:
            return {}
        shown = found.before.programme == one.programme.id and may(self.by, Action.IDENTITY, one.programme.id)
        after = both(str(one.answers[found.question]))
        return {found.question: BEFORE.filled(before=both(found.before.told), after=after) if shown else OTHER}

    def _overwrites_unseen(self, one: Registered, identity: Mapping[str, Any]) -> bool:
        """Whether another part takes the place of one that stands out of the sender's sight."""
        whole, shown = self._identity[one.subject], self._shown[one.subject]
        return any(shown.get(part) != whole[part] for part in rules.retold(one.form, identity, whole).values())

    def _moved(self, one: Registered, told: KnownSoFar, filing: Filing) -> Move | None:
        """What would move them: not what is older than what names their place, nor what is dated ahead."""
        move = self._moves.made_by(one, self.by)
        if move is None or one.happened_at > self.at + FUTURE_TOLERANCE:
            return None
        programme = programmes.in_force(one.programme.id)
        after = told.after(programme, one, filing, self.by.calendar.zone).facts.values
        return move if after.get(programme.place or "") == move.there.code else None

    def _told_of(self, one: Registered) -> KnownSoFar:
        key = (one.programme.id, one.subject)
        return self._told_so_far.get(key) or KnownSoFar(self._facts[one.programme.id].get(one.subject, FactState()))

    def _take_in(self, one: Registered, filing: Filing, told: KnownSoFar) -> None:
        """What comes after it in the batch and is about the same person is compared with what is known by then."""
        key = (one.programme.id, one.subject)
        self._left[key] -= 1
        if self._left[key] and one.happened_at <= self.at + FUTURE_TOLERANCE:
            programme = programmes.in_force(one.programme.id)
            self._told_so_far[key] = told.after(programme, one, filing, self.by.calendar.zone)

    def _words(self, one: Registered, part: str, identity: Mapping[str, Any]) -> Text:
        """Before and after, masked: whoever may not see who somebody is learns only that they differ."""
        before, after = (words(one.form, part, value) for value in (self._shown[one.subject][part], identity[part]))
        shown = may(self.by, Action.IDENTITY, one.programme.id) and before != after
        return BEFORE.filled(before=before, after=after) if shown else OTHER


def _whole(people: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Who some people are by what any programme was told of them: for comparing, and never to be shown."""
    if not people:
        return {}
    with working_in(SYSTEM):
        return {subject: dict(one.identity) for subject, one in search.identities(people).items()}


def words(form: Form, part: str, value: Any, *, opened: bool = False) -> Text:
    """A part as others see it unless it is opened, a choice by its label."""
    masked = str(value) if opened else identity_parts.masked(part, str(value))
    choices = (choice for question in form.questions if question.identity == part for choice in question.choices)
    return next((choice.label for choice in choices if choice.name == masked), Text(masked, masked))
