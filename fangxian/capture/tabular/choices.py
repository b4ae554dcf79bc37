"""Words that stand for an answer: a choice's name, label or alias in either language; yes and no; the sexes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from .spellings import spelling
from .types import Cell, Target

LIST_DIVIDERS: Final = re.compile(r"[,，、;；/|\n+]+")

YES: Final = frozenset([
    "yes", "y", "true", "t", "1", "是", "有", "对", "對", "已", "√", "✓", "✔", "on", "x", "ja", "oui", "si", "sí",
    "sim", "да", "نعم", "はい", "あり", "有り", "예", "네", "있음",
])
NO: Final = frozenset([
    "no", "n", "false", "f", "0", "否", "无", "無", "没有", "不", "未", "×", "✗", "✘", "off", "-", "nein",
    "non", "não", "нет", "لا", "いいえ", "なし", "無し", "아니오", "아니요", "없음",
])
_SEXES: Final[Mapping[str, tuple[str, ...]]] = {
    "male": (
        "男", "男性", "m", "male", "man", "boy", "1", "先生", "mr", "männlich", "mann", "homme", "masculin",
        "masculino", "hombre", "varón", "homem", "мужской", "муж", "м", "мужчина", "ذكر", "남", "남성", "남자",
    ),
    "female": (
        "女", "女性", "f", "female", "woman", "girl", "2", "女士", "mrs", "ms", "weiblich", "w", "frau", "femme",
        "féminin", "femenino", "mujer", "mulher", "feminino", "женский", "жен", "ж", "женщина", "أنثى", "انثى", "여",
        "여성", "여자",
    ),
}
"""Codes 1 and 2 as in GB/T 2261.1 and ISO 5218."""


def choice_index(target: Target) -> dict[str, str]:
    """The choice's name by every word for it, as compared; the first choice keeps a word that two of them claim."""
    found: dict[str, str] = {}
    for choice in target.choices:
        for word in (choice.name, *choice.labels, *choice.aliases):
            found.setdefault(word_key(word), choice.name)
    if target.kind == "sex":
        for name, words in _SEXES.items():
            if not target.choices or any(choice.name == name for choice in target.choices):
                found.update({word_key(word): name for word in words if word_key(word) not in found})
    found.pop("", None)
    return found


def sex_index(target: Target, cells: Iterable[Cell]) -> dict[str, str]:
    """As ``choice_index``; in a column that writes H and no F, H is hombre or homme and M is mujer."""
    index = choice_index(target)
    initials = {word_key(cell) for cell in cells if isinstance(cell, str) and len(cell.strip()) == 1}
    if "h" in initials and "male" in index.values():
        index["h"] = index["男"]
        if "f" not in initials:
            index["m"] = index["女"]
    return index


def word_key(word: str) -> str:
    """How a word is compared: letters and digits only, whatever case and width; else the marks themselves."""
    return spelling(word).key or word.strip().casefold()


def yes_or_no(text: str) -> bool | None:
    """What the word says, or None where it is neither."""
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None
