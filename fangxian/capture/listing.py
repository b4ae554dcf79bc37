"""A file as the lines of a programme's form: which fields it can fill, and whether the form takes what a line says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from fangxian.kernel.findings import Severity
from fangxian.kernel.text import Text, both
from fangxian.programmes.forms import AnswerFault, Form
from fangxian.programmes.types import Programme

from .tabular.targets import targets_of
from .tabular.types import ListLine, Target
from .types import Note, Prepared, Tab

SOURCE: Final = "source"
AREA_CODE: Final = "area_code"
EXTERNAL_ID: Final = "external_id"
REMOVAL: Final = "removed"
UNDONE: Final = "undone"
"""After the form of a list that was taken back, in what the level above is told."""
_REMOVAL_ANSWERS: Final = {"reason": "new_version"}
_NAMES: Final = frozenset({"name", "name_latin"})
_TELLING: Final = _NAMES | {"document_number"}
_WHOSE: Final = (
    Target(
        "name", ("Name", "姓名"), ("受检者", "受检人", "被采样人", "Patient", "Patient name", "Full name"),
        kind="name", personal=True),
    Target(
        "document_number", ("Document number", "证件号码"),
        ("身份证号", "身份证号码", "证件号", "护照号", "护照号码", "Document no", "Passport no", "ID number"),
        personal=True),
)
_NOBODY: Final = Text(
    "The line names nobody: no name, no document, no number of the list. Add one of them in the file.",
    "此行没有姓名、证件号码或名单编号，无法确定是谁。请在文件中补充其一。")
_NO_NAME: Final = Text(
    "No name: the list is recorded by the document alone. The name can be told at the door.",
    "没有姓名：先按证件录入，姓名可在上门时补填。")
_IRRELEVANT: Final = Text(
    "{label}: not kept, for it isn’t asked with the other values of the line.",
    "{label}：与此行其他内容不符，未予录入。")
_LEFT_OUT: Final = Text(" The value was left out; the line goes on.", "该值已略去，此行其余内容照常录入。")


def importable(programme: Programme) -> dict[str, Form]:
    """The forms that lists fill: those that say who somebody is or carry the list's own number for them, and those that
    reply to something by its number."""
    return {name: form for name, form in programme.forms.items()
            if form.question(EXTERNAL_ID) or _is_list(form) or programme.reply_by(name)}


def _is_list(form: Form) -> bool:
    return form.question(SOURCE) is not None


@lru_cache(maxsize=64)
def fields(form: Form) -> tuple[Target, ...]:
    """What columns can be read into; the source is the import's own to fill. A list of replies may say whose each is.
    """
    own = tuple(target for target in targets_of(form) if target.name != SOURCE)
    return own if form.question(EXTERNAL_ID) or _is_list(form) else (*own, *beside(form))


def beside(form: Form) -> tuple[Target, ...]:
    """What a list of replies may tell of whose each is, where its form does not ask it."""
    return tuple(target for target in _WHOSE if form.question(target.name) is None)


@lru_cache(maxsize=64)
def asked_for(form: Form, identity: str) -> str | None:
    """The question that tells a part of the identity."""
    return next((question.name for question in form.questions if question.identity == identity), None)


@lru_cache(maxsize=64)
def place_question(programme: Programme, form: Form) -> str | None:
    """The question that names the area a subject belongs to."""
    if programme.place is None:
        return None
    return next((question.name for question in form.questions if question.fact == programme.place), None)


def removal(programme: Programme) -> tuple[str, Mapping[str, Any]] | None:
    """Form and answers that take somebody off a list, where the programme has such a form."""
    return (REMOVAL, _REMOVAL_ANSWERS) if REMOVAL in programme.forms else None


def prepared(
    lines: Iterable[ListLine], form: Form, *, source: str, happened_at: dt.datetime, zone: ZoneInfo, number: str = "",
) -> list[Prepared]:
    """Each line as answers the form takes. What an optional question refuses is left out and said so; a line that
    the form refuses as a whole, or that names nobody, stands as refused. ``number``: the question that tells what a
    line is about, where the form replies to something.
    """
    told = {SOURCE: source} if form.question(SOURCE) else {}
    telling = frozenset([number] if number else _names_somebody(form))
    return [_prepared(line, form, told, telling, happened_at, zone) for line in lines]


def _names_somebody(form: Form) -> Iterable[str]:
    for question in form.questions:
        if question.identity in _TELLING or question.name in (EXTERNAL_ID, "source_id"):
            yield question.name


def _prepared(
    line: ListLine, form: Form, told: Mapping[str, str], telling: frozenset[str], happened_at: dt.datetime,
    zone: ZoneInfo,
) -> Prepared:
    found = Prepared(line.number, {**line.values}, notes=[_note(fault, line) for fault in line.faults])
    if line.refused:
        return refuse(found)
    if telling.isdisjoint(line.values):
        found.notes.append(Note("nobody", "error", _NOBODY))
        return refuse(found)
    values = {name: value for name, value in line.values.items() if form.question(name)}
    found.beside = {name: str(value) for name, value in line.values.items() if name not in values}
    found.answers = _taken(found, form, {**values, **told}, happened_at, zone)
    if found.tab is not Tab.REFUSED and _nameless(form, found.answers):
        found.notes.append(Note("no_name", "warning", _NO_NAME))
    return found


def _nameless(form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether a form that asks for a name was told none."""
    asked = [question.name for question in form.questions if question.identity in _NAMES]
    return bool(asked) and not any(answers.get(name) for name in asked)


def _taken(
    line: Prepared, form: Form, answers: dict[str, Any], happened_at: dt.datetime, zone: ZoneInfo,
) -> dict[str, Any]:
    """The answers without those an optional question refuses; the line is refused when others are."""
    checked = form.validate(answers, happened_at=happened_at, tz=zone)
    faults = checked.faults
    line.notes += [Note("irrelevant", "warning", _IRRELEVANT.filled(label=_label(form, name)))
                   for name in checked.left_out]
    for fault in faults:
        question = form.question(fault.question)
        optional = question is not None and not question.required and fault.question in answers
        line.notes.append(Note(fault.code, "warning" if optional else "error", _said(form, fault, left_out=optional)))
        answers.pop(fault.question, None)
    stopped = any(note.level == "error" for note in line.notes)
    if stopped or (faults and form.validate(answers, happened_at=happened_at, tz=zone).faults):
        refuse(line)
    return answers


def refuse(line: Prepared) -> Prepared:
    """Set a line among the refused."""
    line.tab = Tab.REFUSED
    return line


def _note(fault: Any, line: ListLine) -> Note:
    if fault.severity is Severity.ERROR:
        return Note(fault.code, "error", fault.message, fault.column or "")
    lost = fault.target and fault.target not in line.values and not line.refused
    text = Text(fault.message.en + _LEFT_OUT.en, fault.message.zh + _LEFT_OUT.zh) if lost else fault.message
    return Note(fault.code, "warning", text, fault.column or "")


def _label(form: Form, name: str) -> Text:
    question = form.question(name)
    return question.label if question and question.label else both(name)


def _said(form: Form, fault: AnswerFault, *, left_out: bool) -> Text:
    label = _label(form, fault.question)
    more = _LEFT_OUT if left_out else both("")
    return Text(f"{label.en}: {fault.message.en}{more.en}", f"{label.zh}：{fault.message.zh}{more.zh}")
