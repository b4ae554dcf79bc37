"""What a form is made of, and what validating an answer gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from fangxian.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fangxian.kernel.values import Privacy, Value

Answers: TypeAlias = "dict[str, Value | None]"
"""Typed answers by question. None stands for *taken back*: an empty answer to a question marked ``cleared``; every
other empty, absent or irrelevant answer has no entry."""


class QuestionType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    DATE = "date"
    DATETIME = "dateTime"
    TIME = "time"
    CALCULATE = "calculate"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    BARCODE = "barcode"

    @property
    def answered(self) -> bool:
        """Whether it holds a value at all."""
        return self is not QuestionType.NOTE

    @property
    def chosen(self) -> bool:
        return self in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the ``choices`` sheet; ``columns`` are those beside the known ones, for ``choice_filter``."""

    name: str
    label: Text
    aliases: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    row: int
    label: Text | None = None
    relevant: str = ""
    appearance: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the ``survey`` sheet; expressions are kept as written, empty where there is none.

    ``groups`` are the names of the groups it stands in, outermost first; ``bounds`` are start, end and step of a range.
    """

    name: str
    type: QuestionType
    row: int
    privacy: Privacy
    label: Text | None = None
    hint: Text | None = None
    required: str = ""
    required_message: Text | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text | None = None
    calculation: str = ""
    choice_filter: str = ""
    default: str = ""
    appearance: str = ""
    read_only: bool = False
    choice_list: str = ""
    choices: tuple[Choice, ...] = ()
    bounds: tuple[float, float, float] | None = None
    groups: tuple[str, ...] = ()
    fact: str | None = None
    identity: str | None = None
    link: str | None = None
    aliases: tuple[str, ...] = ()
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """Why an answer was not taken: ``code`` is one of required, type, choice, constraint, calculation, unknown."""

    question: str
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Validated:
    """Typed answers (see Answers; instants in UTC) and what is wrong with the others, in the form's order.

    ``left_out`` are questions that were answered although the other answers make them irrelevant: they are not kept,
    and whoever sent them is told.
    """

    answers: Answers
    faults: tuple[AnswerFault, ...] = ()
    left_out: tuple[str, ...] = ()
