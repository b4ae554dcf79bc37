"""Lists of replies: each line means the record whose number it bears, or it is refused with a sentence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from fangxian.accounts.rules import may
from fangxian.accounts.scope import Scope
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.intake.replies import refusal
from fangxian.intake.rules import same_value
from fangxian.journal import queries as journal
from fangxian.journal.queries import EntryLine
from fangxian.kernel import errors, ids
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Reply
from fangxian.subjects import numbers
from fangxian.subjects.matching import rules, search
from fangxian.subjects.matching.search import KnownSubject
from fangxian.subjects.steps.numbers import NumberedForm, as_compared

from .types import Candidate, Effect, Prepared, Tab
from .verdicts import LineVerdict, ListContext, masked_line

_FOUND: Final = Text("The number is known and has no answer yet.", "编号已有记录，尚无结果。")
_THE_SAME: Final = Text("It has this answer already.", "该编号已有相同结果。")
_TWICE: Final = Text(
    "Lines {lines} say different things of this number. Mend one of them, or leave it out.",
    "第 {lines} 行对同一编号内容不同。请更正其中一行，或将其略去。")
_ON_LINE: Final = Text("Line {line} says the same of this number.", "第 {line} 行已有相同内容。")
_CORRECTS: Final = Text(
    "It has an answer already: {said}. Is that one wrong, and this line right?",
    "该编号已有结果：{said}。原结果有误、以此行为准吗？")
_OF: Final = Text("Belongs to", "对象")
_OTHERS: Final = Text(
    "The number belongs to {whose}, and the line names somebody else. Is the number right, and this answer theirs?",
    "该编号属于 {whose}，与此行所写的人不符。编号是否正确、结果是否属于该对象？")


def judge(lines: Sequence[Prepared], context: ListContext, *, beside: Sequence[Prepared],
          holding: Collection[uuid.UUID] | None) -> list[LineVerdict]:
    """The verdict on each line, in order, by what bears its number in the importer's sight. ``holding``: as
    ``judging.judge``."""
    reply = context.reply
    assert reply is not None
    told = [as_compared(line.answers.get(reply.number)) for line in lines]
    if holding is not None:
        numbers.lock(told)
    own = Scope.of(context.by)
    rows: dict[str, list[NumberedForm]] = defaultdict(list)
    for row in numbers.by_number(told):
        if own.shows(row.path, (row.programme,)):
            rows[row.number].append(row)
    every = [row for found in rows.values() for row in found]
    people = {row.subject for row in every}
    known = _Known(context, reply, journal.entries([row.reply for row in every if row.reply]),
                   _whose(people, context), _on_lines(beside, reply))
    identities = search.identities(people if any(line.beside for line in lines) else ())
    return [known.as_named(line, known.verdict(line, number, rows[number]), identities)
            for line, number in zip(lines, told, strict=True)]


def replaced(lines: Iterable[Prepared], programme: str, reply: Reply) -> dict[int, uuid.UUID]:
    """By line, the entry that a reply takes the place of: those whose number has an answer already."""
    told = {line.number: as_compared(line.answers.get(reply.number)) for line in lines}
    had = {(row.number, row.subject): row.reply for row in numbers.by_number(told.values())
           if row.reply and (row.programme, row.form) == (programme, reply.to)}
    return {line.number: entry for line in lines
            if line.subject and (entry := had.get((told[line.number], line.subject)))}


def moment(line: Prepared, reply: Reply, otherwise: dt.datetime, calendar: Calendar) -> dt.datetime:
    """When what a line tells was had; ``otherwise`` where it does not say. A day alone, which is read as its midnight,
    does not say when: its last moment is taken, so that it stands behind nothing of that day, and not past
    ``otherwise``, when the list came in."""
    told = line.answers.get(reply.at) if reply.at else None
    if not isinstance(told, dt.datetime):
        return otherwise
    there = calendar.local(told)
    if there.time() != dt.time():
        return told
    return max(told, min(calendar.at(there.date(), dt.time.max), otherwise))


class _Known:
    """What is known of the numbers of a list, and how a line is judged by it."""

    def __init__(self, context: ListContext, reply: Reply, had: Mapping[uuid.UUID, EntryLine],
                 whose: Mapping[uuid.UUID, str], on_lines: Mapping[str, Mapping[object, list[int]]]) -> None:
        self.context, self.reply, self.had, self.whose, self.on_lines = context, reply, had, whose, on_lines

    def verdict(self, line: Prepared, number: str, rows: Sequence[NumberedForm]) -> LineVerdict:
        wanted = (self.context.programme.id, self.reply.to)
        own = [row for row in rows if (row.programme, row.form) == wanted]
        if not own:
            return self._refused(errors.NUMBER_ELSEWHERE if rows else errors.NUMBER_UNKNOWN, line, rows)
        row = next((one for one in own if one.awaited), own[-1])
        said = self.on_lines[number]
        result = line.answers.get(self.reply.result)
        if len(said) > 1:
            listed = ", ".join(str(one) for lines in said.values() for one in lines)
            return LineVerdict(Tab.REFUSED, row.subject, _TWICE.filled(lines=listed))
        first = min(said.get(result) or [line.number])
        if first < line.number:
            return LineVerdict(Tab.UNCHANGED, row.subject, _ON_LINE.filled(line=first))
        if row.awaited or row.reply is None:
            kind = refusal(row, moment(line, self.reply, self.context.received_at, self.context.by.calendar), None)
            return self._refused(kind, line, own) if kind else self._found(row)
        return self._answered(line, row, self.had.get(row.reply))

    def as_named(
        self, line: Prepared, found: LineVerdict, people: Mapping[uuid.UUID, KnownSubject],
    ) -> LineVerdict:
        """A line that names somebody else than what bears its number is about is asked about, never recorded so."""
        if found.tab not in (Tab.KNOWN, Tab.DOUBTFUL) or found.subject not in people:
            return found
        if _agrees(line.beside, people[found.subject].identity):
            return found
        whose = self.whose.get(found.subject, "")
        why = _OTHERS.filled(whose=whose)
        if found.tab is Tab.DOUBTFUL:
            why = Text(f"{why.en} {found.reason.en}", f"{why.zh}{found.reason.zh}")
        return replace(found, tab=Tab.DOUBTFUL, reason=why, candidates=(Candidate(found.subject, why, whose),))

    def _found(self, row: NumberedForm) -> LineVerdict:
        when = self.context.by.calendar.local(row.happened_at)
        shown = both(f"{self.whose.get(row.subject, '')} · {when:%Y-%m-%d %H:%M}")
        return LineVerdict(Tab.KNOWN, row.subject, _FOUND, effects=(Effect(_OF, both(""), shown),))

    def _answered(self, line: Prepared, row: NumberedForm, before: EntryLine | None) -> LineVerdict:
        """What has an answer already is left where it is the same, and asked about where it may be corrected."""
        told = before.body.get(self.reply.result) if before else None
        if before is None or told == line.answers.get(self.reply.result):
            return LineVerdict(Tab.UNCHANGED, row.subject, _THE_SAME)
        by, programme = self.context.by, self.context.programme.id
        if not may(by, Action.CORRECT, programme, self.reply.form):
            return self._refused(errors.REPLIED_ALREADY, line, [row])
        said = next((one.text for one in before.answers if one.name == self.reply.result), both(str(told)))
        when = f"{by.calendar.local(before.happened_at):%Y-%m-%d %H:%M}"
        why = _CORRECTS.filled(said=Text(f"{said.en}, {when}", f"{said.zh}，{when}"))
        return LineVerdict(Tab.DOUBTFUL, row.subject, why,
                           (Candidate(row.subject, why, self.whose.get(row.subject, "")),))

    def _refused(self, kind: errors.Kind, line: Prepared, rows: Sequence[NumberedForm]) -> LineVerdict:
        title = next((one.title for one in programmes.all_in_force() if rows and one.id == rows[0].programme), both(""))
        subject = rows[0].subject if rows else line.subject or ids.uuid7(self.context.at)
        sentence = kind.sentence.filled(number=line.answers.get(self.reply.number), programme=title)
        return LineVerdict(Tab.REFUSED, subject, sentence)


def _agrees(told: Mapping[str, str], known: Mapping[str, Any]) -> bool:
    """Whether a name and a document, as far as both sides have them, are those of somebody known."""
    document, recorded = told.get("document_number"), known.get("document_number")
    if document and recorded and not same_value(document, recorded):
        return False
    return rules.agrees(rules.names_of(told), rules.names_of(known))


def _on_lines(lines: Iterable[Prepared], reply: Reply) -> dict[str, dict[object, list[int]]]:
    """By number and what is said of it, the lines of the list that go on and say so."""
    found: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if not line.left_out:
            found[as_compared(line.answers.get(reply.number))][line.answers.get(reply.result)].append(line.number)
    return found


def _whose(subjects: set[uuid.UUID], context: ListContext) -> dict[uuid.UUID, str]:
    known = search.identities(subjects, context.by.programmes)
    places = {path: node.name for path, node in areas.nodes({one.path for one in known.values()}).items()}
    return {subject: masked_line(one, places) for subject, one in known.items()}
