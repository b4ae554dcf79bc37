"""Names of people: one name written in different ways gives one key. Traditional characters stay traditional."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from fangxian.kernel.later import Later

from .spelling import wide_to_narrow
from .surnames import COMPOUND, READINGS

if TYPE_CHECKING:
    import pypinyin
else:
    pypinyin = Later("pypinyin")

_HAN: Final = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3005-\u3007\u303b"  # with 々, 〆, 〇 and 〻
_CJK: Final = _HAN + r"\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u1100-\u11ff\uac00-\ud7af"
_DOTS: Final = re.compile(
    rf"\s*[\u00b7\u2022\u2027\u30fb\u2219\u22c5\uff65\u16eb]\s*|(?<=[{_HAN}])\s*[.\uff0e]\s*(?=[{_HAN}])")
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_BLOCK: Final = re.compile(rf"[{_CJK}](?:[{_CJK}· ]*[{_CJK}])?")
_ANY_CJK: Final = re.compile(rf"[{_CJK}]")
_HAN_ONLY: Final = re.compile(rf"[{_HAN}]+")
_MASKED_WORDS: Final = re.compile(r"[^\s/,;()\-]+")
_SEPARATORS: Final = frozenset(["Z", "P", "Cc", "Cf"])
_BEARING: Final = frozenset("*?#@%&")  # punctuation that stands for something in a name, such as a part left out
_LIGHT_MARKS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW"})
"""Scripts whose marks people leave out; elsewhere, as in Hindi, Tibetan, Thai or kana, a mark is part of the letter."""
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019`\u00b4\u02bc]")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mstr", "dr", "先生", "女士", "小姐"})
_NOT_DECOMPOSED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})
_TWO_LETTERS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
"""As machine-readable lines and keyboards without them write these letters (ICAO Doc 9303, part 3, section 6)."""
_AS_ONE: Final = re.compile("[aou]e|aa")
_MOST_PLACES: Final = 4

# Surnames read otherwise than the character alone; where both readings live, both are given.
_LONGEST_SURNAME: Final = max(map(len, READINGS))
_MOST_ROTATIONS: Final = 4
LIST: Final = 16_384
"""Names to remember: those of a long list, which is gone through when it is compared, compared again and recorded."""


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
    """What is compared and hashed: the whole name. Chinese, Japanese and Korean names without dots and spaces, others
    as their words without accents, case and titles, in alphabetical order. Of a name told in both the former. Empty for
    an empty name.
    """
    return next(iter(lookup_keys(name)), "")


@lru_cache(maxsize=LIST)
def lookup_keys(name: str) -> tuple[str, ...]:
    """One key, or two where the name is told twice: ``张三 ZHANG SAN``. What is only mixed, such as ``高橋 さくら`` or
    ``王C``, is one name, and its parts are none.
    """
    cjk, other = _told_twice(normalise(name))
    return tuple(key for key in (cjk, " ".join(sorted(_words(other)))) if key)


@lru_cache(maxsize=LIST)
def other_spellings(name: str) -> tuple[str, ...]:
    """The keys that a name in Latin letters has where ä, ö, ü, ø and å are written with two letters, or the two letters
    with one: of Müller that of Mueller, and of Mueller that of Müller. None of a name in characters.
    """
    own = lookup_keys(name)
    plain = normalise(name).casefold()
    spelled = own if plain.isascii() else (*lookup_keys(plain.translate(_TWO_LETTERS)), *own)
    found = [key for one in spelled if one.isascii() for key in (one, *_contracted(one))]
    return tuple(dict.fromkeys(key for key in found if key not in own))


def _contracted(key: str) -> Iterator[str]:
    """A key with each choice of its pairs of letters written as one; of a name with many, all or none of them."""
    places = [match.start() + 1 for match in _AS_ONE.finditer(key)]
    several = range(1, len(places) + 1) if len(places) <= _MOST_PLACES else (len(places),)
    for size in several:
        for left_out in combinations(places, size):
            letters = (letter for place, letter in enumerate(key) if place not in left_out)
            yield " ".join(sorted("".join(letters).split()))


@lru_cache(maxsize=LIST)
def pinyin_keys(name: str) -> PinyinKeys:
    """Keys by which a Chinese name is found from its pinyin, and a name in pinyin from its Chinese characters. ü gives
    the spellings of passports, signs and keyboards: lyu, lu, lv. A Latin name gives its words run together, beginning
    with each of them, for nobody knows which is the surname. A name of mixed scripts has none.
    """
    cjk, other = _told_twice(normalise(name))
    if cjk and not _HAN_ONLY.fullmatch(cjk):
        return PinyinKeys((), ())
    readings = _readings(cjk) if cjk else _rotations(_words(other))
    return PinyinKeys(
        tuple(dict.fromkeys("".join(syllables) for syllables in readings)),
        tuple(dict.fromkeys("".join(syllable[0] for syllable in syllables) for syllables in readings)))


def in_characters(key: str) -> bool:
    """Whether a key of a name is one in Chinese, Japanese or Korean characters, as far as it has any."""
    return _ANY_CJK.search(key) is not None


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


def _told_twice(name: str) -> tuple[str, str]:
    """The name in characters, and the one in an alphabet; one of them is empty unless it is told in both."""
    if name.isascii() or _ANY_CJK.search(name) is None:
        return "", name
    blocks = _BLOCK.findall(name)
    rest = _BLOCK.sub(" ", name)
    block = _joined(blocks[0])
    beside = _words(rest)
    if not beside:
        return _joined(" ".join(blocks)), ""
    if len(blocks) == 1 and len(block) > 1 and _is_a_name(beside, block):
        return block, rest
    return _joined(name), ""


def _joined(name: str) -> str:
    """Characters without anything between them, and without a title behind them."""
    together = "".join(_words(name))
    for title in ("先生", "女士", "小姐"):
        together = together.removesuffix(title) if len(together) > len(title) else together
    return together


def _is_a_name(words: list[str], han: str) -> bool:
    """Whether the words beside a Chinese name say it again: two of them at least, or one that spells it."""
    if not all(word.replace("-", "").isalpha() for word in words):
        return False
    if len(words) > 1:
        return any(len(word) > 1 for word in words)
    return bool(_HAN_ONLY.fullmatch(han)) and words[0] in {"".join(syllables) for syllables in _readings(han)}


def _words(name: str) -> list[str]:
    plain = _APOSTROPHES.sub("", name).casefold()
    if not plain.isascii():
        plain = _without_accents(plain.translate(_NOT_DECOMPOSED))
    words = "".join(" " if _separates(character) else character for character in plain).split()
    untitled = [word for word in words if word not in _TITLES]
    return untitled if len(untitled) > 1 else words


@lru_cache(maxsize=4096)
def _separates(character: str) -> bool:
    kind = unicodedata.category(character)
    return not _SEPARATORS.isdisjoint((kind, kind[0])) and character not in _BEARING


def _without_accents(text: str) -> str:
    """Marks are taken off letters whose script has them beside the letters, and no others."""
    kept: list[str] = []
    light = False
    for character in unicodedata.normalize("NFKD", text):
        if not unicodedata.category(character).startswith("M"):
            light = unicodedata.name(character, "").partition(" ")[0] in _LIGHT_MARKS
        elif light:
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


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
