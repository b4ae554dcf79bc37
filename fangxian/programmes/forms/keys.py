"""Answers by which somebody, a household or a tube is told from others. What people write where they have nothing to
write is none of these: all who write it would be taken for one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from fangxian.kernel.identifiers.placeholders import masked, stands_for_nothing
from fangxian.kernel.text import Text

from .numbers import spelled_alike
from .types import AnswerFault, Question, QuestionType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .types import Answers


class KeyKind(StrEnum):
    """``LISTED``: a number that a list gives, which may be any digits; ``DOOR``: of the household behind one door."""

    DOCUMENT = "document"
    LISTED = "listed"
    SHARED = "shared"
    DOOR = "door"


_ASK: Final = Text("“{text}” stands for nothing. Ask for it and enter it.", "“{text}”不是实际内容。请询问后填写。")
_LEAVE_EMPTY: Final = Text(
    "“{text}” stands for nothing: all who write it would be taken for one. Write what is meant, or leave it empty.",
    "“{text}”不是实际内容，填写相同内容的人会被当成同一处。请填写实际内容，没有就留空。")
_MASKED: Final = Text(
    "“{text}” has signs in the place of some characters. Enter the whole number.",
    "“{text}”中有被遮盖的字符。请填写完整号码。")
_WHICH_DOOR: Final = Text(
    "“{text}” may be a door in any street. Write where it is before it, such as grid-building-door, or leave it empty.",
    "“{text}”看不出是哪里的哪一户。请在前面写明位置，如“网格-楼栋-门牌”，没有就留空。")
_DAY_BEHIND: Final = re.compile(r"\s+\d{4}-\d{2}-\d{2}$")
_DIGITS: Final = re.compile(r"[0-9]+")
_DOOR_ALONE: Final = re.compile(r"(?:NO\.?|第)?[0-9]{1,3}[号號室户戶门門房#]?")
"""Every street, building or register has such a number; one with more digits is given by something larger."""


def judged(
    keys: Mapping[str, KeyKind], by_name: Mapping[str, Question], answers: Answers,
) -> tuple[list[AnswerFault], list[str]]:
    """What is wrong with the answers by which one is told from another, and those worked out from one that stands for
    nothing: nobody wrote them, and they are left out."""
    found: list[AnswerFault] = []
    worked_out: list[str] = []
    for name, kind in keys.items():
        text = str(answers.get(name) or "").strip()
        wrong = _wrong(text, kind, by_name[name]) if spelled_alike(text) else None
        if wrong is not None and by_name[name].type is QuestionType.CALCULATE:
            worked_out.append(name)
        elif wrong is not None:
            found.append(AnswerFault(name, "constraint", wrong.filled(text=text[:40])))
    return found, worked_out


def _wrong(text: str, kind: KeyKind, question: Question) -> Text | None:
    if _stands_for_nothing(_DAY_BEHIND.sub("", text), kind):
        return _ASK if question.required else _LEAVE_EMPTY
    if kind is KeyKind.DOCUMENT and masked(text):
        return _MASKED
    return _WHICH_DOOR if kind is KeyKind.DOOR and _DOOR_ALONE.fullmatch(spelled_alike(text)) else None


def _stands_for_nothing(text: str, kind: KeyKind) -> bool:
    """Of a list, only words and signs do: it may begin to count with 0."""
    counted = kind is KeyKind.LISTED and _DIGITS.fullmatch(text)
    return stands_for_nothing(text) and not counted
