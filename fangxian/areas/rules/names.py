"""Pinyin initials of area names, for people who type 'dhm' and mean 东华门."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from fangxian.kernel.later import Later

if TYPE_CHECKING:
    import pypinyin
    import pypinyin.constants
else:
    pypinyin = Later("pypinyin")

# How place names read these, where a dictionary of single characters puts another reading first.
_IN_PLACES: Final = {"长": "c", "朝": "c", "藏": "z", "厦": "x", "漯": "l", "尾": "w", "重": "c"}


def initials(name: str, *, carefully: bool = False) -> str:
    """The initial letter of each character, lower case, other signs as they are.

    Character by character (a million names a second); ``carefully`` looks words up for characters with several readings
    (40 µs a name) and is for the few hundred names everybody knows: 番禺 is ``py``, not ``fy``.
    """
    if not carefully:
        return name.translate(_table()).lower()
    return "".join(_IN_PLACES.get(sign, letter) for sign, letter in zip(name, _letters(name), strict=True)).lower()


def _letters(name: str) -> list[str]:
    """The first letter of each character's reading in its word; other signs as they are."""
    return pypinyin.lazy_pinyin(name, style=pypinyin.Style.FIRST_LETTER, errors=list)  # type: ignore[arg-type]


@cache
def _table() -> dict[int, str]:
    read = pypinyin.constants.PINYIN_DICT
    table = {code: unicodedata.normalize("NFD", readings)[0] for code, readings in read.items()}
    return table | {ord(sign): letter for sign, letter in _IN_PLACES.items()}
