"""Lines of one list that may be about one person, or contradict each other about one number: asked about.

A line that is no longer on the list may be one of those that are, with its document corrected: then nobody is taken off
until that is said.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fangxian.kernel.identifiers import names
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Keep
from fangxian.subjects.matching import search
from fangxian.subjects.matching.circumstances import Circumstances
from fangxian.subjects.matching.rules import Traits

from . import listing
from .speaking import beside, near
from .types import Candidate, Prepared, Tab
from .verdicts import LineVerdict, ListContext, identity_of

_SAME_NAME: Final = Text(
    "Line {line} of this list bears the same name, and nothing tells the two apart. Is it the same person?",
    "本名单第 {line} 行姓名相同，且无其他信息可区分。是同一人吗？")
_CORRECTED: Final = Text(
    "Somebody on the version before, who is no longer on this one, is much alike. Is it the same person? Nobody is "
    "taken off until you say so.",
    "上一版名单中有一人与此行相近，但已不在本版中。是同一人吗？确认之前不会将其移出名单。")
_CONTRADICTING: Final = Text(
    "Line {line} says something else about the same number. Record the line that is right, and leave the other out.",
    "第 {line} 行对同一编号的内容不同。请录入正确的一行，并略去另一行。")
_OTHERWISE: Final = Text(
    "Line {line} says something else about the same person. Record the line that is right, and leave the other out.",
    "第 {line} 行对同一人的内容不同。请录入正确的一行，并略去另一行。")
_HELD_BACK: Final = Text(
    "A doubtful line may be this person; they stay on the list until it is answered.",
    "某存疑行可能就是此人；答复之前仍保留在名单上。")


def ask(lines: Sequence[Prepared], found: Mapping[int, LineVerdict], context: ListContext) -> dict[int, LineVerdict]:
    """The verdicts of some lines, by number, with those added whom other lines of the whole list tell of."""
    form = context.form
    if context.numbered:
        return _contradicting(lines, found, form)
    going_on = [line for line in lines if line.tab not in (Tab.REFUSED, Tab.REMOVED)]
    traits = {line.number: search.traits_of(identity_of(line, form), None) for line in lines}
    around = dict(zip((line.number for line in going_on), beside(going_on, context).lines, strict=True))
    partners = _doubles(going_on, traits, around)
    for line, gone in _resembling([line for line in lines if line.tab is Tab.REMOVED], going_on, traits, found):
        partners[line.number].append(Candidate(gone.subject, _CORRECTED, _shown(gone, form)) if gone.subject else None)
    by_number = {line.number: line for line in going_on}
    asked = dict(found)
    for number, others in partners.items():
        if number in asked:
            told = [one if isinstance(one, Candidate) else _of_line(by_number[one], form) for one in others if one]
            asked[number] = _with(asked[number], told)
    return _saying_otherwise(going_on, asked, context)


def _with(found: LineVerdict, more: Sequence[Candidate]) -> LineVerdict:
    """What is known for certain is not asked about because a namesake stands beside it."""
    fresh = [one for one in more if one.key not in found.offered and one.subject != found.subject]
    if found.tab not in (Tab.NEW, Tab.DOUBTFUL) or not fresh:
        return found
    return replace(found, tab=Tab.DOUBTFUL, reason=fresh[0].why if found.tab is Tab.NEW else found.reason,
                   candidates=(*found.candidates, *fresh))


def _of_line(other: Prepared, form: Form) -> Candidate:
    assert other.subject is not None
    return Candidate(other.subject, _SAME_NAME.filled(line=other.number), _shown(other, form), line=other.number)


def _shown(line: Prepared, form: Form) -> str:
    told = identity_of(line, form)
    name = str(told.get("name") or told.get("name_latin") or "")
    number = str(told.get("document_number") or "")
    return " · ".join(filter(None, (
        names.mask(name), str(told.get("birth_date") or ""), number[:2] + "…" + number[-2:] if number else "")))


def _doubles(
    lines: Iterable[Prepared], traits: Mapping[int, Traits], around: Mapping[int, Circumstances],
) -> dict[int, list[int | Candidate | None]]:
    """For a line, the first one before it that may be the same person."""
    bearers: dict[str, list[int]] = defaultdict(list)
    found: dict[int, list[int | Candidate | None]] = defaultdict(list)
    for line in lines:
        own = traits[line.number]
        borne = (*own.names, *own.spelled)
        earlier = sorted({number for name in borne for number in bearers[name]})
        same = next((number for number in earlier if _of_one_name(traits[number], own) and may_be_one(
            traits[number], own, near=near(around[number], around[line.number]))), None)
        if same is not None:
            found[line.number].append(same)
        for name in borne:
            bearers[name].append(line.number)
    return found


def _of_one_name(one: Traits, other: Traits) -> bool:
    """Whether two share a name; one that is only spelled otherwise, where they were born on one day."""
    return not set(one.names).isdisjoint(other.names) or bool(one.birth and one.birth == other.birth)


def may_be_one(one: Traits, other: Traits, *, near: bool = False) -> bool:
    """Whether nothing tells two of one name apart: a birth date that both have decides; else a document that both have,
    or a phone of those who do not live ``near`` each other. Two resident ids of which one may be a slip of the other
    do not.
    """
    if (one.meant or other.meant) and not set(one.may_mean).isdisjoint(other.may_mean):
        return True
    if one.birth and other.birth:
        return one.birth == other.birth
    if one.document and other.document:
        return one.document == other.document
    return near or not (one.phone and other.phone) or one.phone == other.phone


def _resembling(
    gone: Sequence[Prepared], going_on: Sequence[Prepared], traits: Mapping[int, Traits],
    found: Mapping[int, LineVerdict],
) -> Iterator[tuple[Prepared, Prepared]]:
    """Lines not known for certain that share a name, a document or a phone with one that is gone."""
    open_lines = [line for line in going_on if line.number in found and found[line.number].tab in (
        Tab.NEW, Tab.DOUBTFUL)]
    keys: dict[str, list[Prepared]] = defaultdict(list)
    for line in gone:
        for key in _keys(traits[line.number]):
            keys[key].append(line)
    for line in open_lines:
        yield from ((line, one) for one in {
            other.number: other for key in _keys(traits[line.number]) for other in keys[key]}.values())


def _keys(traits: Traits) -> Iterator[str]:
    yield from (f"name:{name}" for name in traits.names)
    yield from (f"{kind}:{value}" for kind, value in (("document", traits.document), ("phone", traits.phone)) if value)


def _contradicting(
    lines: Sequence[Prepared], found: Mapping[int, LineVerdict], form: Form,
) -> dict[int, LineVerdict]:
    """Lines about one number that say different things of the same question; several links are no contradiction."""
    by_number: dict[str, list[Prepared]] = defaultdict(list)
    for line in lines:
        if line.tab not in (Tab.REFUSED, Tab.REMOVED):
            by_number[spelled_alike(line.answers[listing.EXTERNAL_ID])].append(line)
    asked = dict(found)
    for together in by_number.values():
        for line in together:
            other = next((one for one in together if _contradict(line, one, form)), None)
            if other is not None and line.number in asked and not _settled_by(together, line):
                verdict = asked[line.number]
                why = _CONTRADICTING.filled(line=other.number)
                asked[line.number] = replace(verdict, tab=Tab.DOUBTFUL, reason=why, candidates=(
                    Candidate(verdict.subject, why, str(line.answers[listing.EXTERNAL_ID])),))
    return asked


def _saying_otherwise(
    lines: Sequence[Prepared], found: Mapping[int, LineVerdict], context: ListContext,
) -> dict[int, LineVerdict]:
    """Lines that mean one person known for certain and say different things, of which only one can come true: both
    would be recorded as of the moment of the list."""
    about: dict[uuid.UUID | None, list[Prepared]] = defaultdict(list)
    for line in lines:
        if not line.left_out:
            about[found[line.number].subject if line.number in found else line.subject].append(line)
    asked = dict(found)
    for subject, together in about.items():
        for line in together if subject else ():
            verdict = found.get(line.number)
            other = next((one for one in together if _says_otherwise(line, one, context)), None)
            if verdict is not None and verdict.tab is Tab.KNOWN and other is not None:
                why = _OTHERWISE.filled(line=other.number)
                asked[line.number] = replace(verdict, tab=Tab.DOUBTFUL, reason=why, candidates=(
                    Candidate(verdict.subject, why, _shown(line, context.form)),))
    return asked


def _says_otherwise(one: Prepared, other: Prepared, context: ListContext) -> bool:
    """Whether two lines differ in what is told of a fact last; of an arrival, only where it is the same one. None
    differs from itself."""
    facts, told = context.programme.facts, {}
    for question in context.form.questions:
        if question.fact and not question.calculation:
            told[question.fact] = one.answers.get(question.name), other.answers.get(question.name)
    for name, (here, there) in told.items():
        fact = facts[name]
        along = told.get(fact.told_with) if fact.told_with else None
        if fact.keep is Keep.LATEST and None not in (here, there) and here != there and (
                along is None or along[0] == along[1]):
            return True
    return False


def _settled_by(together: Sequence[Prepared], line: Prepared) -> bool:
    """Whether every line that contradicts this one was left out."""
    return all(one is line or one.left_out for one in together)


def _contradict(one: Prepared, other: Prepared, form: Form) -> bool:
    told = (one.answers.keys() & other.answers.keys()) - {listing.EXTERNAL_ID}
    return one is not other and any(
        not form.by_name[name].link and one.answers[name] != other.answers[name] for name in told)


def held_back(lines: Sequence[Prepared]) -> set[int]:
    """The numbers of those no longer on the list who must not be taken off yet, or at all: an open line may be them, or
    one that is recorded is.
    """
    doubted = {one.subject for line in lines if line.tab is Tab.DOUBTFUL and not line.decision and not line.settled
               for one in line.candidates}
    still = {line.subject for line in lines if line.tab is not Tab.REMOVED and not line.left_out
             and (line.to_record or line.settled) and line.result != "refused"}
    return {line.number for line in lines if line.tab is Tab.REMOVED and line.subject in doubted | still}
