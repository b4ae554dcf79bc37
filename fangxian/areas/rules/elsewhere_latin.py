"""The same in Latin letters: Guomen Community, Pudong, Shanghai. The wider names follow, each between commas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from typing import Final

from fangxian.kernel.identifiers.countries.tables import PROVINCES
from fangxian.kernel.identifiers.divisions import Division, divisions
from fangxian.kernel.identifiers.names import romanised

from ..types import AreaLine, Tier

_BETWEEN: Final = re.compile(r"[,，;；、()（）\n/]+")
_HAN: Final = re.compile(r"[\u2e80-\u9fff]")
_GAPS: Final = re.compile(r"[\W_]+")
_LEVEL: Final = re.compile(
    r" (?:county|city|municipality|province|prefecture|district|state|china|prc|shi|sheng|xian|qu|\d+)$")
_LED_BY: Final = re.compile(r"(\w+(?: \w+)?) (?:shi|sheng|city|province)(?: |$)")
_COUNTY: Final = re.compile(r"(?<!sub)(?<!business)(?<!industrial)(?<!shopping) (?:county|district|province)$")
_LEAST: Final = 5  # shorter ones are words of any language


class LatinNames:
    """Names in Latin letters that are elsewhere for one line of areas."""

    def __init__(self, line: AreaLine, own: Sequence[Division], *, known: bool) -> None:
        """``known``: whether the register has the line."""
        names = (line.name, *line.above, *line.within)
        self._own = {_bare(_plain(name)) for name in names}
        self._own |= {spelled for one in (*own, *(Division("", name) for name in names)) for spelled in _spelled(one)}
        self._tree = {_bare(_plain(name)): name for name in line.beside if not _HAN.search(name)}
        self._wide = {name for name, tier in line.beside.items() if tier is not Tier.COUNTY}
        self._register = _in_register() if known and _HAN.search(line.name) else {}
        self._abroad = not _HAN.search(line.name)

    def is_wide(self, name: str) -> bool:
        """Whether it is wider than a county."""
        return name in self._wide or name in self._register.values()

    def named(self, written: str, taken: Iterable[str]) -> Iterator[str]:
        """Those that an address as written names, other than in the names of the area it would fit."""
        parts = [_plain(part) for part in _BETWEEN.split(written) if not _HAN.search(part)]
        hidden = set(taken)
        for number, part in enumerate(parts):
            led = _LED_BY.match(part)
            yield from self._ends(_bare(part), hidden)
            if led and self._elsewhere(led[1]):
                yield self._register[led[1].replace(" ", "")]
            if self._abroad and number and _COUNTY.search(part) and not self._has_own(part, hidden):
                yield part.title()

    def _ends(self, bare: str, hidden: Set[str]) -> Iterator[str]:
        if self._elsewhere(bare):
            yield self._register[bare.replace(" ", "")]
        words = bare.split()
        for start in range(len(words)):
            tail = " ".join(words[start:])
            told = tail in self._tree and tail not in self._own and (start == 0 or len(tail) >= _LEAST)
            if told and not any(tail in one for one in hidden):
                yield self._tree[tail]

    def _elsewhere(self, bare: str) -> bool:
        joined = bare.replace(" ", "")
        return joined in self._register and joined not in self._own

    def _has_own(self, part: str, hidden: Set[str]) -> bool:
        own = {word for name in self._own for word in name.split() if len(word) > 3}
        return not own.isdisjoint(part.split()) or any(one in part for one in hidden)


def _plain(text: str) -> str:
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _bare(part: str) -> str:
    """Without the kinds of place and numbers it ends in."""
    while (shorter := _LEVEL.sub("", part)) != part:
        part = shorter
    return part


def _spelled(one: Division) -> list[str]:
    return [spelled.replace(" ", "") for name in (one.name, one.stem) for spelled in romanised(name)]


@cache
def _in_register() -> dict[str, str]:
    """Provinces and cities by what they are called in one word."""
    found = {spelled: one.name for one in divisions() if one.code.endswith("00") for spelled in _spelled(one)}
    found |= {_plain(one.english.partition(",")[0]).replace(" ", ""): one.full for one in PROVINCES}
    return {spelled: name for spelled, name in found.items() if len(spelled) >= _LEAST}
