"""A heading as it is compared: spelling, width, accents, script variants and order of words aside."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .traditional import simplified

GENERIC: Final = frozenset(["date", "day", "time", "no", "id", *"日期时间号码名称编"])
"""Words that say of what kind a value is, not which: a date of rash is no date of report."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN: Final = re.compile(r"[㐀-鿿々〇]|[^\W\d_㐀-鿿々〇]+|\d+|#")
_SAME_WORD: Final[Mapping[str, str]] = {
    "number": "no", "num": "no", "nr": "no", "nos": "no", "#": "no", "dt": "date", "tel": "phone", "telephone": "phone",
    "addr": "address", "hosp": "hospital", "loc": "place", "location": "place", "№": "no", "n°": "no", "nº": "no",
    "numero": "no", "nro": "no", "n": "no",
}  # fmt: skip
_SILENT: Final = frozenset(["of", "the", "a", "an", "in", "at", "s", "d", "l", "de", "du", "des", "del", "do", "da",
                               "la"])
_LETTERS: Final = str.maketrans({"ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": None, "º": "°"})
_VOWEL_SIGNS: Final = re.compile("[\u064b-\u0652\u0670]")
"""Arabic ones; lists write the same word with and without."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words in order, single characters where they are Han."""

    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """Equal for headings that differ in spacing, case, punctuation or width only."""
        return "".join(self.words)

    @property
    def turned(self) -> str:
        """Equal too where one of few words says what kind of value it is: ``Onset date`` is ``Date of onset``."""
        several = 1 < len(self.words) < 5 and not GENERIC.isdisjoint(self.words)
        return "|".join(sorted(self.words)) if several and self.key.isascii() else ""


@lru_cache(maxsize=16384)
def spelling(heading: str) -> Spelling:
    """The heading's words; ``Passport No.``, ``passport_number`` and ``PassportNo`` have the same."""
    narrow = _plain(_CAMEL.sub(" ", unicodedata.normalize("NFKC", heading[:200])))
    words = [_SAME_WORD.get(word, word) for word in _TOKEN.findall(narrow)]
    return Spelling(tuple(word for word in words if word not in _SILENT) or tuple(words))


def _plain(text: str) -> str:
    """Lower case without accents, Han in one form."""
    if text.isascii():
        return text.casefold()
    bare = "".join(_bare(letter) for letter in simplified(text).casefold())
    return _VOWEL_SIGNS.sub("", bare.translate(_LETTERS))


def _bare(letter: str) -> str:
    """A Latin letter without its accent; kana, Hangul and й are letters of their own."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() and base.isalpha() else letter


def fingerprint(headings: Iterable[str]) -> str:
    """The same for two lists with the same headings in any order: 32 hexadecimal digits."""
    keys = sorted(filter(None, (spelling(heading).key for heading in headings)))
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


def memory_keys(headings: Iterable[str]) -> list[str]:
    """A key per column under which its meaning is remembered; a repeated heading counts up."""
    seen: dict[str, int] = {}
    keys = []
    for heading in headings:
        key = spelling(heading).key
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys
