"""What replies to something filed before, found by its number: judged under the locks on the numbers of a batch.

A number that is unknown, somebody else's, another programme's or answered already is refused by name; nothing is
guessed. What is filed anew under a number that is in use is refused as well, and so is a correction under which a reply
would stand for nothing: of the number, of the moment, or of the answers that left something to reply.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fangxian.journal.types import Refused
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme, Reply
from fangxian.subjects import numbers, presence
from fangxian.subjects.steps.numbers import NumberedForm, as_compared

from .rules import BatchContext, plausible
from .types import Filing

_NOTHING: Final = both("")


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A filing that bears a number: what replies, and whether the filing is the reply or what is replied to.

    ``answers`` are as its form keeps them; None where it does not hold, and will be refused."""

    filing: Filing
    reply: Reply
    number: str
    answers: Mapping[str, Any] | None

    @property
    def replying(self) -> bool:
        return self.filing.form == self.reply.form


def judge(filings: Mapping[int, Filing], known: BatchContext, at: dt.datetime) -> dict[int, Refused]:
    """Those of a batch that their number refuses. What was recorded before gets the answer it got then."""
    found = {number: one for number, filing in filings.items()
             if filing.id not in known.taken and (one := _numbered(filing, known, at))}
    if not found:
        return {}
    _hold(found.values())
    made_up = presence.made_up({one.filing.subject for one in found.values()})
    real = {number: one for number, one in found.items() if one.filing.subject not in made_up}
    drilled = {number: one for number, one in found.items() if number not in real}
    return {**_refused(real, known, drill=False), **_refused(drilled, known, drill=True)}


def _refused(found: Mapping[int, ByNumber], known: BatchContext, *, drill: bool) -> dict[int, Refused]:
    """Of those about people who are all real, or all made up."""
    if not found:
        return {}
    bearing = [one.number for one in found.values()]
    taken = numbers.anywhere(bearing, drill=drill) if any(not one.replying for one in found.values()) else []
    replied = _replied([one.filing.replaces for one in found.values() if not one.replying])
    known_here = Numbers(numbers.by_number(bearing, drill=drill), taken, replied)
    refused = {}
    for number, one in found.items():
        kind = known_here.refusal(one)
        if kind is None:
            known_here.add(one)
        else:
            told = one.filing.answers.get(one.reply.number) if one.number else known_here.number_before(one)
            refused[number] = Refused.of(
                one.filing.id, kind, number=told, programme=known_here.programme(one, known.programmes))
    return refused


def lock(filings: Iterable[Filing], known: BatchContext, at: dt.datetime) -> None:
    """Lock the numbers of a batch that is about to lock its subjects, in the order in which everybody does."""
    _hold([found for one in filings if one.id not in known.taken and (found := _numbered(one, known, at))])


def _hold(found: Collection[ByNumber]) -> None:
    """Also the number of what is replaced, for it bears it no more: nobody replies to that meanwhile."""
    replaced = _replied(one.filing.replaces for one in found)
    numbers.lock(filter(None, [*(one.number for one in found), *(row.number for row in replaced)]))


def refusal(row: NumberedForm, at: dt.datetime, replaces: uuid.UUID | None) -> Kind | None:
    """Why what was filed under a number can't be replied to at a moment; ``replaces`` is the reply that is corrected.
    """
    if not row.awaited and (row.reply is None or row.reply != replaces):
        return errors.REPLIED_ALREADY
    return errors.REPLIED_EARLIER if at < row.happened_at else None


class Numbers:
    """What is known by the numbers of a batch, and what the batch itself adds."""

    def __init__(self, here: Iterable[NumberedForm], anywhere: Iterable[NumberedForm], replied: Iterable[NumberedForm],
                 ) -> None:
        self._here: dict[str, list[NumberedForm]] = defaultdict(list)
        for row in here:
            self._here[row.number].append(row)
        self._taken = {(row.programme, row.form, row.number): row.entry for row in anywhere}
        self._replied = {row.entry: row for row in replied}

    def refusal(self, one: ByNumber) -> Kind | None:
        """Why a filing can't stand under its number; None where it can."""
        filing = one.filing
        if not one.replying:
            taken = self._taken.get((filing.programme, filing.form, one.number))
            return self._leaves_reply(one) or (errors.NUMBER_TAKEN if taken not in (None, filing.replaces) else None)
        rows = list(self._of(one))
        own = [row for row in rows if row.subject == filing.subject]
        if own:
            row = next((row for row in own if row.awaited), own[-1])
            return refusal(row, filing.happened_at, filing.replaces)
        if rows:
            return errors.NUMBER_OTHERS
        return errors.NUMBER_ELSEWHERE if self._here[one.number] else errors.NUMBER_UNKNOWN

    def _leaves_reply(self, one: ByNumber) -> Kind | None:
        """Why a correction would leave the reply that there is to what it corrects standing for nothing."""
        before = self._replied.get(one.filing.replaces) if one.filing.replaces else None
        if before is None or before.reply is None:
            return None
        if before.number != one.number or (one.answers is not None and not one.reply.awaits(one.answers)):
            return errors.REPLIED_ALREADY
        late = before.replied_at is not None and before.replied_at < one.filing.happened_at
        return errors.REPLIED_EARLIER if late else None

    def number_before(self, one: ByNumber) -> str:
        """The number of what a correction that bears none takes the place of."""
        before = self._replied.get(one.filing.replaces) if one.filing.replaces else None
        return before.number if before else ""

    def add(self, one: ByNumber) -> None:
        """Take in what will be recorded, for what comes after it in the batch."""
        filing = one.filing
        if one.answers is None:
            return
        if one.replying:
            self._here[one.number] = [
                row._replace(awaited=False, reply=filing.id, replied_at=filing.happened_at)
                if _is_meant(one, row) and row.subject == filing.subject else row for row in self._here[one.number]]
            self._replied |= {row.entry: row for row in self._here[one.number] if row.reply == filing.id}
        elif one.number:
            self._add_borne(one, one.answers)

    def _add_borne(self, one: ByNumber, answers: Mapping[str, Any]) -> None:
        """What is replied to: a correction keeps the reply that there is to what it corrects."""
        filing, before = one.filing, self._replied.get(one.filing.replaces) if one.filing.replaces else None
        reply, replied_at = (before.reply, before.replied_at) if before else (None, None)
        row = NumberedForm(
            filing.id, filing.programme, filing.form, one.number, filing.subject, "", filing.happened_at,
            reply is None and one.reply.awaits(answers), reply, replied_at)
        self._taken[filing.programme, filing.form, one.number] = filing.id
        self._replied[filing.id] = row
        self._here[one.number] = [other for other in self._here[one.number] if other.entry != filing.replaces] + [row]

    def programme(self, one: ByNumber, shown: Mapping[str, Programme]) -> Text:
        """The programme that a number belongs to, where it is another one's."""
        other = (row.programme for row in self._here[one.number])
        return next((shown[name].title for name in other if name in shown), _NOTHING)

    def _of(self, one: ByNumber) -> Iterator[NumberedForm]:
        return (row for row in self._here[one.number] if _is_meant(one, row))


def _is_meant(one: ByNumber, row: NumberedForm) -> bool:
    """Whether what bears the number is what a filing replies to."""
    return (row.programme, row.form) == (one.filing.programme, one.reply.to)


def _numbered(filing: Filing, known: BatchContext, at: dt.datetime) -> ByNumber | None:
    """A filing with its number; None where it is concerned with none, or says none. A reply to what can't be seen bears
    a number that is nobody's."""
    programme = known.programmes[filing.programme]
    reply = programme.reply_by(filing.form) or programme.reply_to(filing.form)
    if reply is None:
        return None
    answers = _kept(filing, programme, known, at)
    told = (filing.answers if answers is None else answers).get(reply.number)
    found = ByNumber(filing, reply, as_compared(told), answers)
    without = told not in (None, "") if found.replying else filing.replaces is not None and answers is not None
    return found if found.number or without else None


def _kept(filing: Filing, programme: Programme, known: BatchContext, at: dt.datetime) -> Mapping[str, Any] | None:
    """The answers as they will be recorded; None of a form that does not hold."""
    version = programmes.taken(programme, filing.form_version, at)
    form = version.forms.get(filing.form) if version else None
    if form is None or not plausible(filing):
        return None
    checked = programmes.validated(form, filing.answers, happened_at=filing.happened_at, tz=known.by.calendar.zone)
    return None if checked.faults else checked.answers


def _replied(entries: Iterable[uuid.UUID | None]) -> list[NumberedForm]:
    wanted = {entry for entry in entries if entry}
    return numbers.of_entries(wanted) if wanted else []
