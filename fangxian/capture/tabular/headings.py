"""When two headings mean the same: spelling, order of words and decoration aside."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .types import Target

BETWEEN_ROWS: Final = " · "
"""Joins the headings of one column in several header rows."""

_BRACKETED: Final = re.compile(r"[(\[{【〔《<][^()\[\]{}【】〔〕《》<>]*[)\]}】〕》>]")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN: Final = re.compile(r"[㐀-鿿々〇]|[^\W\d_㐀-鿿々〇]+|\d+|#")
_CHINESE_RUN: Final = re.compile(r"[㐀-鿿々〇][㐀-鿿々〇()（）0-9]*")
_SLASHED: Final = re.compile(r"[/／|、\n\r]+|" + re.escape(BETWEEN_ROWS.strip()))
_SAME_WORD: Final[Mapping[str, str]] = {
    "number": "no", "num": "no", "nr": "no", "nos": "no", "#": "no", "dt": "date", "tel": "phone", "telephone": "phone",
    "addr": "address", "hosp": "hospital", "loc": "place", "location": "place",
}  # fmt: skip
_STEM: Final = 4
"""Letters that two words must share from the beginning to be taken for one."""
_EXACT: Final = 0.9
_BY_BEGINNING: Final = 0.7
_GENERIC: Final = frozenset(["date", "day", "time", "no", "id", *"日期时间号码名称"])
"""Words that say of what kind a value is, not which: a date of rash is no date of report."""
_SILENT: Final = frozenset(["of", "the", "a", "an", "in", "at", "s"])


@dataclass(frozen=True, slots=True)
class Spelling:
    """A heading as it is compared: its words in order, single characters where it is Chinese."""

    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """Equal for headings that differ in spacing, case, punctuation or width only."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a heading and a target's name are, from 0 to 1, and whether they are the same words."""

    score: float
    equal: bool


@lru_cache(maxsize=8192)
def spelling(heading: str) -> Spelling:
    """The heading's words; ``Passport No.``, ``passport_number`` and ``PassportNo`` have the same."""
    narrow = _CAMEL.sub(" ", unicodedata.normalize("NFKC", heading[:200])).casefold()
    words = [_SAME_WORD.get(word, word) for word in _TOKEN.findall(narrow)]
    return Spelling(tuple(word for word in words if word not in _SILENT) or tuple(words))


@lru_cache(maxsize=8192)
def variants(heading: str) -> tuple[tuple[str, float], ...]:
    """The heading and what may stand for it, with how far each can be trusted: bare of its brackets, one of two
    languages, one of several words.
    """
    narrow = unicodedata.normalize("NFKC", heading[:200])
    found: dict[str, float] = {heading: 1.0}
    bare = _BRACKETED.sub(" ", narrow).strip(" *:：.。")
    chinese = " ".join(_CHINESE_RUN.findall(narrow))
    other = _CHINESE_RUN.sub(" ", narrow).strip()
    if chinese and re.search("[A-Za-z]{2}", other):
        found.setdefault(chinese, 0.97)
        found.setdefault(other, 0.97)
    if bare:
        found.setdefault(bare, 0.9)
    parts = [part.strip() for part in _SLASHED.split(narrow) if part.strip()]
    for place, part in enumerate(reversed(parts if len(parts) > 1 else [])):
        found.setdefault(part, 0.9 if place == 0 else 0.85)
    return tuple(found.items())


class Vocabulary:
    """What the targets are called, and how much each word of it says: one that many targets share says little."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._names = {target.name: _names(target) for target in targets}
        self.keys = frozenset(name.key for names in self._names.values() for name in names)
        self._near = {
            target: frozenset(word[:_STEM] for name in names for word in name.words)
            for target, names in self._names.items()
        }
        self._shared: dict[str, int] = {}
        for names in self._names.values():
            for word in {word for name in names for word in name.words}:
                self._shared[word] = self._shared.get(word, 0) + 1

    def knows(self, heading: str) -> bool:
        """Whether some target is called exactly that, decoration aside."""
        return any(spelling(variant).key in self.keys for variant, _ in variants(heading))

    def likeness(self, heading: str, target: Target) -> Likeness:
        """The best agreement of the heading, or a part of it, with one of the target's names."""
        best = Likeness(0, False)
        near = self._near[target.name]
        for variant, trust in variants(heading):
            words = spelling(variant)
            if near.isdisjoint(word[:_STEM] for word in words.words):
                continue
            for name in self._names[target.name]:
                found = self._alike(words, name, trust)
                if found.score > best.score:
                    best = found
        return best

    def _alike(self, one: Spelling, other: Spelling, trust: float) -> Likeness:
        if not one.words or not other.words:
            return Likeness(0, False)
        if one.words == other.words or one.key == other.key:
            return Likeness(trust, True)
        if sorted(one.words) == sorted(other.words):
            return Likeness(0.95 * trust, True)
        common, rest = _common(one.words, other.words)
        if _GENERIC.issuperset(common) and len(common) < min(len(one.words), len(other.words)):
            return Likeness(0, False)
        shared = sum(self._weight(word) for word in common)
        total = 2 * shared + sum(self._weight(word) for word in rest)
        near = _EXACT if set(common) <= set(one.words) else _BY_BEGINNING
        return Likeness(near * trust * 2 * shared / total, False)

    def _weight(self, word: str) -> float:
        return 1 / self._shared.get(word, 1)


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


def _names(target: Target) -> tuple[Spelling, ...]:
    names = (target.name, *target.labels, *target.aliases)
    return tuple(dict.fromkeys(spelling(name) for name in names if name))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Words of both, and words of either only; a word counts for a longer one that begins with it."""
    left = list(other)
    common, rest = [], []
    for word in one:
        found = next((candidate for candidate in left if _same(word, candidate)), None)
        if found is None:
            rest.append(word)
        else:
            left.remove(found)
            common.append(found)
    return common, rest + left


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _STEM and long.startswith(short)
