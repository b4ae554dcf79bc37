"""The questions of a form as fields that columns can be read into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fangxian.kernel.identifiers import countries
from fangxian.kernel.identity_parts import PARTS
from fangxian.kernel.values import Privacy, ValueType
from fangxian.programmes.forms import Form, Question, QuestionType

from .types import Target, TargetChoice

_TYPES: Final[Mapping[QuestionType, ValueType]] = {
    QuestionType.TEXT: ValueType.TEXT,
    QuestionType.BARCODE: ValueType.TEXT,
    QuestionType.SELECT_ONE: ValueType.TEXT,
    QuestionType.SELECT_MULTIPLE: ValueType.LIST,
    QuestionType.INTEGER: ValueType.INTEGER,
    QuestionType.DECIMAL: ValueType.NUMBER,
    QuestionType.RANGE: ValueType.NUMBER,
    QuestionType.DATE: ValueType.DATE,
    QuestionType.DATETIME: ValueType.DATETIME,
    QuestionType.TIME: ValueType.TIME,
}
_KIND_BY_IDENTITY: Final[Mapping[str, str]] = {name: part.read_as for name, part in PARTS.items()}
_KIND_BY_NAME: Final[Mapping[str, str]] = {
    "sex": "sex", "birth_date": "birth_date", "transport_number": "flight", "flight": "flight", "train": "flight",
    "flight_number": "flight", "seat": "seat", "age": "age", "arrived": "arrival", "grid": "code", "area_code": "code",
    "household": "code", "external_id": "own_number", "source_id": "own_number",
}  # fmt: skip
_NUMBER_OF_THE_LIST: Final = "external_id"
"""In a form that asks for it, links are told by such numbers too."""
_ALWAYS: Final = frozenset(["yes", "true", "true()"])
_FEWEST_COUNTRIES: Final = 3
_MOSTLY: Final = 0.7


def targets_of(form: Form) -> tuple[Target, ...]:
    """One target per question that a list can answer, in the form's order. Only what the form always requires is
    required of a line.
    """
    numbered = form.question(_NUMBER_OF_THE_LIST) is not None
    asked = (question for question in form.questions if question.type in _TYPES and not question.read_only)
    return tuple(_target(question, numbered=numbered) for question in asked)


def _target(question: Question, *, numbered: bool) -> Target:
    kind = _kind(question, numbered=numbered)
    return Target(
        name=question.name,
        labels=(question.label.en, question.label.zh) if question.label else (),
        aliases=question.aliases,
        type=_TYPES[question.type],
        kind=kind,
        choices=tuple(
            TargetChoice(each.name, (each.label.en, each.label.zh), each.aliases) for each in question.choices),
        required=question.required.strip().casefold() in _ALWAYS and not question.relevant,
        multiple=question.type is QuestionType.SELECT_MULTIPLE or kind == "address",
        concept=question.identity or question.fact or "",
        personal=question.privacy is Privacy.PERSONAL,
    )


def _kind(question: Question, *, numbered: bool) -> str:
    stated = _KIND_BY_IDENTITY.get(question.identity or "") or _KIND_BY_NAME.get(question.name, "")
    if not stated and numbered and question.link and question.type is QuestionType.TEXT:
        return "other_number"
    return stated or ("country" if _offers_countries(question) else "")


def _offers_countries(question: Question) -> bool:
    """Whether most choices are codes of countries or provinces."""
    names = [choice.name for choice in question.choices]
    known = sum(name.isupper() and countries.recognise(name) == name for name in names)
    return len(names) >= _FEWEST_COUNTRIES and known >= _MOSTLY * len(names)
