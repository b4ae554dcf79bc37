"""What the forms set: each question's fact and link against what the programme declares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fangxian.kernel.values import Privacy, ValueType
from fangxian.programmes.forms import Form, Question, QuestionType, read_form
from fangxian.programmes.forms.calculated import FITTING
from fangxian.programmes.forms.keys import KeyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fangxian.programmes.mistakes import Mistakes
    from fangxian.programmes.types import Reply

    from .draft import Draft

ENDINGS: Final = (".md", ".csv", ".xlsx")
TRUTHS: Final = {"yes": True, "true": True, "no": False, "false": False, "unknown": None}
"""How the choices of a yes/no question read as a boolean fact; None is unknown."""
_GIVES: Final = {
    QuestionType.TEXT: frozenset({ValueType.TEXT}),
    QuestionType.BARCODE: frozenset({ValueType.TEXT}),
    QuestionType.INTEGER: frozenset({ValueType.INTEGER, ValueType.NUMBER}),
    QuestionType.DECIMAL: frozenset({ValueType.NUMBER}),
    QuestionType.SELECT_MULTIPLE: frozenset({ValueType.LIST}),
    QuestionType.DATE: frozenset({ValueType.DATE}),
    QuestionType.DATETIME: frozenset({ValueType.DATETIME}),
    QuestionType.ACKNOWLEDGE: frozenset({ValueType.BOOLEAN}),
}
_OF_A_LIST: Final = ("external_id", "source_id")
_LINKING: Final = frozenset({QuestionType.TEXT, QuestionType.BARCODE, QuestionType.CALCULATE})


def form_files(draft: Draft) -> dict[str, str]:
    """Form names by their files, in name order; the same name twice is told."""
    found: dict[str, str] = {}
    for file in sorted(draft.files):
        folder, _, name = file.partition("/")
        stem, dot, ending = name.rpartition(".")
        if folder == "forms" and dot + ending in ENDINGS and "/" not in name:
            if stem in draft.form_names:
                draft.mistakes.of(file).add("two_files", name=stem)
            else:
                draft.form_names.add(stem)
                found[file] = stem
    return found


def read_forms(draft: Draft, files: dict[str, str]) -> None:
    types = {name: fact.type for name, fact in draft.facts.items()}
    for file, name in files.items():
        mistakes = draft.mistakes.of(file)
        form = read_form(draft.files[file], mistakes, types)
        if form is not None:
            if form.id != name:
                mistakes.add("other_form_id", column="form_id", sheet="settings", name=name)
            draft.forms[name] = form
            _check(form, draft, mistakes)


def _check(form: Form, draft: Draft, mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for question in form.questions:
        if question.fact is not None:
            _fact(form, question, draft, mistakes)
            if question.fact in seen:
                mistakes.add("fact_twice", question.row, "fact", "survey", name=question.fact)
            seen.add(question.fact)
        if question.link is not None:
            _link(question, draft, mistakes)


def _fact(form: Form, question: Question, draft: Draft, mistakes: Mistakes) -> None:
    name, row = question.fact or "", question.row
    fact = draft.facts.get(name)
    if fact is None:
        mistakes.unknown("unknown_fact", name, draft.facts, row, "fact", "survey")
        return
    if question.privacy is Privacy.PERSONAL:
        mistakes.add("personal_to_fact", row, "fact", "survey")
    elif question.privacy is Privacy.SENSITIVE and fact.privacy is Privacy.PLAIN:
        mistakes.add("fact_less_private", row, "privacy", "survey", name=name)
    if fact.derivation is not None:
        mistakes.add("fact_derived", row, "fact", "survey", name=name)
    if fact.type not in gives(form, question):
        mistakes.add("fact_type", row, "fact", "survey", name=name, wanted=fact.type.value)


def gives(form: Form, question: Question) -> frozenset[ValueType]:
    """The fact types a question's answers can set."""
    if question.type is QuestionType.CALCULATE:
        return FITTING[form.kinds[question.name]]
    if question.type is QuestionType.SELECT_ONE:
        names = {choice.name for choice in question.choices}
        return frozenset({ValueType.TEXT} | ({ValueType.BOOLEAN} if names and names <= TRUTHS.keys() else set()))
    if question.type is QuestionType.RANGE and question.bounds is not None:
        whole = question.bounds[0].is_integer() and question.bounds[2].is_integer()
        return frozenset({ValueType.NUMBER} | ({ValueType.INTEGER} if whole else set()))
    return _GIVES.get(question.type, frozenset())


def _link(question: Question, draft: Draft, mistakes: Mistakes) -> None:
    if question.link not in draft.links:
        mistakes.unknown("unknown_link", question.link or "", draft.links, question.row, "link", "survey")
    if question.type not in _LINKING:
        mistakes.add("link_type", question.row, "link", "survey")


def name_keys(draft: Draft, subject: str, replies: Sequence[Reply]) -> None:
    """Tell each form by which of its questions one is told from another."""
    numbers = {(form, one.number) for one in replies for form in (one.form, one.to)}
    for name, form in draft.forms.items():
        draft.forms[name] = replace(form, keys=dict(_keys(form, draft, subject, numbers)))


def _keys(form: Form, draft: Draft, subject: str, numbers: set[tuple[str, str]]) -> Iterator[tuple[str, KeyKind]]:
    listed = form.question(_OF_A_LIST[0]) is not None
    for question in form.questions:
        link = draft.links.get(question.link or "")
        if question.identity == "document_number":
            yield question.name, KeyKind.DOCUMENT
        elif question.name in _OF_A_LIST or (link and link.to == subject and listed):
            yield question.name, KeyKind.LISTED
        elif link is not None:
            yield question.name, KeyKind.DOOR if link.to == "household" else KeyKind.SHARED
        elif (form.id, question.name) in numbers:
            yield question.name, KeyKind.SHARED


def unset_facts(draft: Draft) -> list[str]:
    """Facts that nothing can ever set."""
    given = {question.fact for form in draft.forms.values() for question in form.questions}
    return [name for name, fact in draft.facts.items() if fact.derivation is None and name not in given]
