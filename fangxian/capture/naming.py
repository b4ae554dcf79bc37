"""Lines that name others by their number, such as who infected a case: what is to be said of those others."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fangxian.kernel.text import Text, both
from fangxian.programmes.forms import Form, Question
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import LinkKind, Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects import vault
from fangxian.subjects.matching import search
from fangxian.subjects.steps.links import by_numbers

from . import listing
from .types import Note, Prepared, Tab

_SECOND: Final = Text(
    "{label}: line {line} of this list says {first} about the same number. Both are kept; if one is wrong, take it out "
    "of the file.",
    "{label}：本名单第 {line} 行对同一编号填的是 {first}。两者均保留；如有误，请在文件中删去。")
_REPLACED: Final = Text(
    "{label}: {before} is recorded so far; when this list is recorded, {after} takes that place.",
    "{label}：目前记录为 {before}；本名单录入后改为 {after}。")
_UNLISTED: Final = Text(
    "{label}: {number} is on no list of this source yet. The link is made; nothing is known of that person until a "
    "list has a line for them. Check the number.",
    "{label}：该来源的名单中尚无编号 {number}。关联照常建立，但在名单列入此人之前没有其任何信息。请核对编号。")

Naming = tuple[Question, LinkKind]


def tell_several(lines: Sequence[Prepared], programme: Programme, form: Form) -> None:
    """Say so where several lines about one number name different others, such as two who may have infected a case."""
    for question, _ in _namings(programme, form):
        first: dict[str, Prepared] = {}
        for line in lines:
            if line.tab is not Tab.REFUSED and question.name in line.answers:
                _say_second(line, first.setdefault(_number(line), line), question)


def _say_second(line: Prepared, before: Prepared, question: Question) -> None:
    said = str(before.answers[question.name])
    if spelled_alike(line.answers[question.name]) != spelled_alike(said):
        line.notes.append(Note("second_link", "warning", _SECOND.filled(
            label=_label(question), line=before.number, first=said)))


def remark(lines: Sequence[Prepared], programme: Programme, form: Form, source: str) -> None:
    """Say on each line that is to be recorded whom it names in place of somebody else, or whom no list has."""
    keys = vault.ring()
    for question, kind in _namings(programme, form):
        named = [line for line in lines if line.to_record and spelled_alike(line.answers.get(question.name))]
        meant = by_numbers(keys, programme, [line.answers[question.name] for line in named], source)
        naming = {line.number: subject for line, subject in zip(named, meant, strict=True)}
        if kind.single:
            _remark_replaced(named, naming, programme, question, kind)
        _remark_unlisted(named, naming, {line.subject for line in lines if line.tab is not Tab.REFUSED}, question)


def _remark_replaced(
    named: Sequence[Prepared], naming: Mapping[int, uuid.UUID], programme: Programme, question: Question,
    kind: LinkKind,
) -> None:
    """A change against the version before is shown as such already."""
    asked = [line.subject for line in named
             if line.tab is not Tab.NEW and line.subject and question.name not in line.before]
    before = subjects.together(programme.id, kind.kind, asked)
    replaced = [line for line in named if line.subject in before and before[line.subject] != naming[line.number]]
    known = search.identities((before[line.subject] for line in replaced if line.subject), (programme.id,))
    for line in replaced:
        assert line.subject is not None
        one = known.get(before[line.subject])
        line.notes.append(Note("link_replaced", "warning", _REPLACED.filled(
            label=_label(question), before=one.identity.get("external_id", "?") if one else "?",
            after=str(line.answers[question.name]))))


def _remark_unlisted(
    named: Sequence[Prepared], naming: Mapping[int, uuid.UUID], listed: set[uuid.UUID | None], question: Question,
) -> None:
    beside = {naming[line.number] for line in named} - listed
    told = {other for other, one in search.identities(other for other in beside if other).items() if one.identity}
    for line in named:
        if naming[line.number] in beside - told:
            line.notes.append(Note("unlisted_link", "warning", _UNLISTED.filled(
                label=_label(question), number=str(line.answers[question.name]))))


def _namings(programme: Programme, form: Form) -> Iterator[Naming]:
    """The questions that name another subject of the programme's kind by its number."""
    if form.question(listing.EXTERNAL_ID) is None:
        return
    for question in form.questions:
        if question.link and programme.links[question.link].to == programme.subject:
            yield question, programme.links[question.link]


def _label(question: Question) -> Text:
    return question.label or both(question.name)


def _number(line: Prepared) -> str:
    return spelled_alike(line.answers[listing.EXTERNAL_ID])
