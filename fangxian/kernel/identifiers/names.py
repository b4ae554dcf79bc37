"""Names of people: one name written in different ways gives one key. Traditional characters stay traditional."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from fangxian.kernel.later import Later

from .spelling import wide_to_narrow
from .surnames import COMPOUND, READINGS

if TYPE_CHECKING:
    import pypinyin
else:
    pypinyin = Later("pypinyin")

_HAN: Final = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"
_DOTS: Final = re.compile(
    rf"\s*[\u00b7\u2022\u2027\u30fb\u2219\u22c5\uff65\u16eb]\s*|(?<=[{_HAN}])\s*[.\uff0e]\s*(?=[{_HAN}])")
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_HAN_RUN: Final = re.compile(rf"[{_HAN}·]*[{_HAN}]")
_HAN_ONLY: Final = re.compile(rf"[{_HAN}]+")
_MASKED_WORDS: Final = re.compile(r"[^\s/,;()\-]+")
_WORDS: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019`\u00b4\u02bc]")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mstr", "dr", "先生", "女士", "小姐"})
_NOT_DECOMPOSED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})

# Surnames read otherwise than the character alone; where both readings live, both are given.
_LONGEST_SURNAME: Final = max(map(len, READINGS))
_MOST_ROTATIONS: Final = 4


class PinyinKeys(NamedTuple):
    """``whole``: the name in one word, surname first, one for each reading; ``initials``: the same by first letters."""

    whole: tuple[str, ...]
    initials: tuple[str, ...]


def normalise(name: str) -> str:
    """The name for display: narrow, one space between words, none between Chinese characters, dots as ``·``."""
    spaced = " ".join(wide_to_narrow(name).split())
    if spaced.isascii():
        return spaced
    return _BETWEEN_HAN.sub("", _DOTS.sub("·", spaced))


def lookup_key(name: str) -> str:
    """What is compared and hashed: Chinese names without dots and spaces; others as their words without accents, case
    and titles, in alphabetical order. Of a name in both scripts the Chinese one. Empty for an empty name.
    """
    return next(iter(lookup_keys(name)), "")


@lru_cache(maxsize=4096)
def lookup_keys(name: str) -> tuple[str, ...]:
    """One key for each script the name is written in: ``张三 ZHANG SAN`` has two."""
    han, other = _by_script(normalise(name))
    keys = (han, " ".join(sorted(_words(other))))
    return tuple(key for key in keys if key)


@lru_cache(maxsize=4096)
def pinyin_keys(name: str) -> PinyinKeys:
    """Keys by which a Chinese name is found from its pinyin, and a name in pinyin from its Chinese characters. ü gives
    the spellings of passports, signs and keyboards: lyu, lu, lv. A Latin name gives its words run together, beginning
    with each of them, for nobody knows which is the surname.
    """
    han, other = _by_script(normalise(name))
    readings = _readings(han) if han else _rotations(_words(other))
    return PinyinKeys(
        tuple(dict.fromkeys("".join(syllables) for syllables in readings)),
        tuple(dict.fromkeys("".join(syllable[0] for syllable in syllables) for syllables in readings)))


def romanised(han: str) -> tuple[str, ...]:
    """A Chinese name as foreigners write it, in one word and syllable by syllable; nothing for other names."""
    if not _HAN_ONLY.fullmatch(han):
        return ()
    readings = _readings(han)
    return tuple(dict.fromkeys(between.join(syllables) for syllables in readings for between in ("", " ")))


def mask(name: str) -> str:
    """For screens that need not know: 张三丰 is 张**, 欧阳娜 is 欧阳*, John Smith is J*** S***."""
    return _MASKED_WORDS.sub(lambda word: _masked_word(word[0]), normalise(name))


def surname_length(name: str) -> int:
    """Characters of a Chinese name's surname."""
    return 2 if len(name) > 2 and name[:2] in COMPOUND else 1


def _masked_word(word: str) -> str:
    if "·" in word:
        return "·".join(part[:1] + "**" for part in word.split("·"))
    if _HAN_ONLY.fullmatch(word):
        shown = surname_length(word)
        return word[:shown] + "*" * max(1, len(word) - shown)
    return word[:1] + "***"


def _by_script(name: str) -> tuple[str, str]:
    if name.isascii():
        return "", name
    han = "".join(_HAN_RUN.findall(name)).replace("·", "")
    for title in ("先生", "女士", "小姐"):
        han = han.removesuffix(title)
    return han, _HAN_RUN.sub(" ", name)


def _words(name: str) -> list[str]:
    plain = _APOSTROPHES.sub("", name).casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain.translate(_NOT_DECOMPOSED))
        plain = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    words = _WORDS.findall(plain)
    untitled = [word for word in words if word not in _TITLES]
    return untitled if len(untitled) > 1 else words


def _rotations(words: list[str]) -> list[list[str]]:
    return [words[start:] + words[:start] for start in range(min(len(words), _MOST_ROTATIONS))]


def _readings(han: str) -> list[list[str]]:
    """Syllables of the name, once for each reading of the surname and each spelling of ü."""
    length = next((size for size in range(_LONGEST_SURNAME, 0, -1) if han[:size] in READINGS), 0)
    given = [_syllable(character) for character in han[length:]]
    surnames = READINGS[han[:length]] if length else ("",)
    spelled = [[*([surname] if surname else []), *given] for surname in surnames]
    if not any("v" in syllable for syllable in given):
        return spelled
    return [[part.replace("v", vowel) for part in syllables] for syllables in spelled for vowel in ("yu", "u", "v")]


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    return str(pypinyin.lazy_pinyin(character)[0])
