"""Provinces, cities and counties that an address names and that are not those of the county whose areas are looked for.

A community of Shanghai may be called as one here is, so that an address in another county fits no area here. Those of
China are known by name; of other countries those of the tree are. What only sounds like one says nothing: a market
(市场), a compound (小区) or a road called after a city.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from fangxian.kernel.identifiers.divisions import Division, divisions

from ..types import AreaLine, Tier
from .elsewhere_latin import LatinNames

_GOES_ON: Final = re.compile(r"(?<=市)(?:场|民|容|政(?!府))|(?<=区)[块间域划]|(?<=[省县])道")
_OF_ANY_TOWN: Final = re.compile(r"[城河江桥市新东西南北中山][东西南北中城市区山]区")
_OF_CHINA: Final = re.compile(r"中国|中华人民共和国")
_ZONE: Final = re.compile(r"[\u4e00-\u9fff]*(?:开发|高新|示范|管理|合作|园|新)区(?:管委会)?")  # called after its city
_NO_NAME: Final = re.compile(r"市辖区|县|.*直辖.*|.区|[^\u4e00-\u9fff]+")
_UNLISTED: Final = re.compile(
    r"[\u4e00-\u9fff]{2,5}(?:省|自治[区州县旗]|(?<![联同])盟|(?<![超菜集门夜早都城花])市|(?<![外邻全本老])县|旗|"
    r"(?<![小社园校学厂军特景片库矿林牧住宅活属业营院城街置民墅东西南北中前后左右上下新老旧大功能范验护游假务术济税理"
    r"山郊地市县发一二三四五六七八九十])区)")
"""A name that no register has, by the kind of place it ends in, leaving out the words of any town."""


class TextSpan(NamedTuple):
    """A stretch of an address."""

    start: int
    end: int

    def meets(self, others: Iterable[TextSpan]) -> bool:
        """Whether it shares a character with one of them."""
        return any(self.start < one.end and one.start < self.end for one in others)


class Elsewhere:
    """What is elsewhere for one line of areas; build once, use often."""

    def __init__(self, line: AreaLine) -> None:
        own = _own_divisions(line)
        register = _by_name() if own or line.above else {}
        self._own = {line.name, *line.above, *line.within, *(one.name for one in own)}
        self._own_stems = {Division("", name).stem for name in self._own}
        self._wide = {name for name, tier in line.beside.items() if tier is not Tier.COUNTY}
        self._wide |= {name for name, kinds in register.items() if not all(map(_is_county, kinds))}
        others = {name for name in {*register, *line.beside} if not _NO_NAME.fullmatch(name)}
        self._full = _by_length(others | self._own)
        self._first = _by_length(_stems(wide=True)) if register else {}
        self._next = _by_length(_stems(wide=False)) if register else {}
        self._counties = {name.casefold() for name in (line.name, *line.within)}
        self._latin = LatinNames(line, own, known=bool(register))

    def named(self, text: str, written: str, taken: Collection[TextSpan], known: Collection[TextSpan]) -> str | None:
        """One that an address names; ``taken`` are the names of the area it would fit, ``known`` of any here.

        Where the county itself is named too, another county says nothing: an address may tell of both.
        """
        full = list(self._named_in_full(text, taken))
        found = [name for name, _ in full if name not in self._own]
        found += self._named_in_short(text, taken, known)
        found += self._latin.named(written, [text[span.start:span.end] for span in taken])
        if any(text[span.start:span.end] in self._counties for span in taken) or self._counties & {
                name for name, _ in full}:
            found = [name for name in found if name in self._wide or self._latin.is_wide(name)]
        return next(iter(found), None)

    def _named_in_full(self, text: str, taken: Collection[TextSpan]) -> Iterator[tuple[str, TextSpan]]:
        at = first = _begin(text)
        follows = False
        starts = {span.start for span in taken}
        while at < len(text):
            name = _longest(self._full, text, at)
            span = TextSpan(at, at + len(name))
            told = name in self._own or (name and not span.meets(taken) and not _GOES_ON.match(text, span.end) and (
                follows or _tells(name, begins=at == first or span.end in starts)))
            if told:
                yield name, span
            follows = bool(told)
            at = span.end if told else at + 1

    def _named_in_short(self, text: str, taken: Collection[TextSpan], known: Collection[TextSpan]) -> list[str]:
        """Those an address begins with, where they lead up to the area or to a name in full: 上海浦东郭门社区."""
        at = _begin(text)
        names: list[str] = []
        in_full = False
        while at < len(text):
            name = _longest(self._full, text, at)
            in_full = in_full or bool(name and names)
            name = name or _longest(self._next if names else self._first, text, at)
            if not name or TextSpan(at, at + len(name)).meets(taken):
                break
            names.append(name)
            at += len(name)
        following = min((span.start for span in taken if span.start >= at), default=-1)
        named = at < following and _UNLISTED.fullmatch(text, at, following)
        if named and not _NO_NAME.fullmatch(named[0]) and not TextSpan(at, following).meets(known):
            return [named[0]]
        if not in_full and at != following and not _ZONE.fullmatch(text, at, max(at, following)):
            return []
        return [name for name in names if name not in self._own and name not in self._own_stems]


def _tells(name: str, *, begins: bool) -> bool:
    """Whether a name by itself is one of these: districts are called like parts of any town, and two characters may
    belong to other words.
    """
    weak = name.endswith("区") or len(name) < 3
    return not weak or (begins and not _OF_ANY_TOWN.fullmatch(name))


def _begin(text: str) -> int:
    found = _OF_CHINA.match(text)
    return found.end() if found else 0


def _is_county(division: Division) -> bool:
    return not division.code.endswith("00")


def _own_divisions(line: AreaLine) -> list[Division]:
    """What the register has of a line: the area, all it lies in and all that lies in it, under former names too."""
    alike = [one for one in divisions() if one.name == line.name]
    agree = {one: sum(above.name in line.above for above in divisions() if one.code.startswith(above.within))
             for one in alike}
    most = max(agree.values(), default=0)
    chosen = [one for one in alike if agree[one] == most] if most or not line.above else []
    return [other for other in divisions() for one in chosen
            if other.code.startswith(one.within) or one.code.startswith(other.within)
            or (other.code[:2] == one.code[:2] and other.stem == one.stem)]


@cache
def _by_name() -> dict[str, list[Division]]:
    found: dict[str, list[Division]] = {}
    for one in divisions():
        found.setdefault(one.name, []).append(one)
    return found


@cache
def _stems(*, wide: bool) -> frozenset[str]:
    return frozenset(one.stem for one in divisions() if not wide or not _is_county(one))


def _by_length(names: Collection[str]) -> Mapping[str, list[str]]:
    """By their first two characters, the longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        found.setdefault(name[:2], []).append(name)
    return found


def _longest(names: Mapping[str, list[str]], text: str, at: int) -> str:
    return next((name for name in names.get(text[at : at + 2], ()) if text.startswith(name, at)), "")
