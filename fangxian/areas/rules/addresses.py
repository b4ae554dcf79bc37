"""Finding the community or grid a written address lies in, by the names and learned aliases that stand in it.

The area wins whose name, with the names of the areas above it, covers most of the address without overlap. When
several win alike, what they have in common is as much as can be said. A Chinese name may stand in Latin letters, as
foreigners write it: Biyang Town, or Bi Yang Zhen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from fangxian.kernel.identifiers.names import romanised
from fangxian.kernel.text import Text

from ..types import AddressCandidate, AreaLine, Fit, Tier, lineage, parent_path
from .beside import only_beside
from .elsewhere import Elsewhere, TextSpan
from .telling import tells_apart, without_kinds

COMMITTEES: Final = ("村民委员会", "居民委员会", "村委会", "居委会")
ENDINGS: Final = ("街道", "办事处", "社区", "嘎查", "村", "镇", "乡")
SHORTEST: Final = 2
SHORTEST_LATIN: Final = 5  # shorter ones are words of any language
LONGEST: Final = 300
"""Characters of an address that are looked at: of a longer one as many at its beginning and at its end, where the areas
stand, be it written from the widest to the narrowest or the other way round."""
_COMMON: Final = 8  # a name that more areas share ("第一网格") counts only below a parent that the address names
_ROAD: Final = re.compile(r"[东西南北中]?大?(?:路|街(?!道)|巷|弄|道|胡同)")
_LATIN_ROAD: Final = re.compile(r" (?:road|rd|street|st|avenue|ave|lane|lu|jie|dajie|dadao|xiang)(?![a-z])")
_ROAD_END: Final = re.compile(r"(?:路|街|巷|弄|道|胡同)$")
_NUMBERED: Final = re.compile(r"(.{2,}?(?:路|街|巷|弄|道|胡同|road|street) ?\d+号?)|(\D{2,})")
_GAPS: Final = re.compile(r"[\W_]+")
_HAN: Final = "\u2e80-\u9fff\uf900-\ufaff"
_NEEDLESS: Final = re.compile(f"(?<=[{_HAN}]) | (?=[{_HAN}])")
_LETTER_OF_A_WORD: Final = re.compile(f"[^\\W_{_HAN}]")
_STEMMED: Final = frozenset({Tier.TOWNSHIP, Tier.COMMUNITY})


def normalised(text: str) -> str:
    """Width, case and punctuation evened out; blanks stay between words of scripts that are written in words."""
    return _NEEDLESS.sub("", _GAPS.sub(" ", unicodedata.normalize("NFKC", text).casefold())).strip()


def looked_at(address: str) -> str:
    """A normalised address, without the middle of one that is longer than any is; no name reaches across the gap."""
    if len(address) <= LONGEST:
        return normalised(address)
    half = LONGEST // 2
    return f"{normalised(address[:half])[:half]}\n{normalised(address[-half:])[-half:]}"


def stems(name: str) -> list[str]:
    """The shorter ways to write a normalised name, without the committee that runs it or the kind of place it is."""
    found = []
    committee = next((ending for ending in COMMITTEES if name.endswith(ending)), "")
    base = name.removesuffix(committee)
    if committee:
        found += [base] if base.endswith("村") or not committee.startswith("村") else [base + "村", base]
    while ending := next((ending for ending in ENDINGS if base.endswith(ending)), ""):
        base = base.removesuffix(ending)
        found.append(base)
    return [stem for stem in found if len(stem) >= SHORTEST and not _ROAD_END.search(stem)]


class NameHit(NamedTuple):
    """Where one name of an area stands in an address; ``learned`` where it is no name of its own but an alias."""

    start: int
    end: int
    learned: bool = False


@dataclass(slots=True)
class _Key:
    """The areas one text stands for, ``learned`` of some; ``short`` when it is a stem only, which a road may be called
    after."""

    paths: list[str]
    short: bool
    learned: set[str] = field(default_factory=set)


class AddressIndex:
    """The names of one county (or any set of areas), laid out for looking into addresses; build once, use often.

    With its ``line`` an address that names another province, city or county fits none of its areas.
    """

    def __init__(self, candidates: Iterable[AddressCandidate], line: AreaLine | None = None) -> None:
        self.elsewhere = Elsewhere(line) if line else None
        self.areas: dict[str, AddressCandidate] = {}
        self._keys: dict[str, _Key] = {}
        self._lengths: dict[str, set[int]] = {}
        for area in candidates:
            self._add(area)
        for key in self._keys:
            self._lengths.setdefault(key[:SHORTEST], set()).add(len(key))
        self._by_parent = {
            key: _grouped(entry.paths) for key, entry in self._keys.items() if len(entry.paths) > _COMMON}

    def _add(self, area: AddressCandidate) -> None:
        self.areas[area.path] = area
        name = normalised(area.name)
        learned = (text for text in map(normalised, area.aliases) if tells_apart(text))
        self._put(name, area.path, short=False)
        if area.tier in _STEMMED:
            shorter = stems(name)
            latin = romanised(shorter[-1] if shorter else name)
            for stem in (*shorter, *(text for text in latin if len(text) >= SHORTEST_LATIN)):
                self._put(stem, area.path, short=True)
        for text in learned:
            if text not in self._keys or area.path not in self._keys[text].paths:
                self._put(text, area.path, short=False)
                self._keys[text].learned.add(area.path)

    def _put(self, text: str, path: str, *, short: bool) -> None:
        entry = self._keys.setdefault(text, _Key([], short))
        entry.short = entry.short and short
        entry.paths.append(path)

    def hits(self, address: str) -> dict[str, list[NameHit]]:
        """Each area some name of which stands in a normalised address, with the places."""
        found: dict[str, list[NameHit]] = {}
        common: list[tuple[str, NameHit]] = []
        for text, hit in self._texts(address):
            if text in self._by_parent:
                common.append((text, hit))
                continue
            entry = self._keys[text]
            for path in entry.paths:
                found.setdefault(path, []).append(hit._replace(learned=path in entry.learned))
        self._add_common(found, common)
        return found

    def _texts(self, address: str) -> Iterator[tuple[str, NameHit]]:
        for start in range(len(address) - SHORTEST + 1):
            for length in self._lengths.get(address[start : start + SHORTEST], ()):
                text = address[start : start + length]
                entry = self._keys.get(text) if len(text) == length else None
                if entry is not None and _stands_alone(address, start, start + length, entry.short):
                    yield text, NameHit(start, start + length)

    def _add_common(self, found: dict[str, list[NameHit]], common: list[tuple[str, NameHit]]) -> None:
        named = list(found)
        for text, hit in common:
            by_parent = self._by_parent[text]
            for parent in named:
                for path in by_parent.get(parent, ()):
                    found.setdefault(path, []).append(hit._replace(learned=path in self._keys[text].learned))


def _grouped(paths: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(parent_path(path), []).append(path)
    return groups


def _stands_alone(address: str, start: int, end: int, short: bool) -> bool:
    """Not a part of a longer word or number, and not the name of a road."""
    if start and _same_word(address[start - 1], address[start]):
        return False
    if end < len(address) and _same_word(address[end - 1], address[end]):
        return False
    return not (short and (_ROAD.match(address, end) or _LATIN_ROAD.match(address, end)))


def _same_word(one: str, next_one: str) -> bool:
    return bool(_LETTER_OF_A_WORD.match(one) and _LETTER_OF_A_WORD.match(next_one))


def fit(address: str, index: AddressIndex) -> Fit:
    """The area an address lies in, or the narrowest area that is certain, or none; with why."""
    hits = index.hits(looked_at(address))
    if not hits:
        return Fit(None, None, False, Text(
            "No area's name stands in the address. Place it by hand; the way it is written will be remembered.",
            "地址中没有可识别的区域名称。请人工归位，系统会记住该写法。"))
    covered = {path: _covered(path, places, hits) for path, places in hits.items()}
    most = max(covered.values())
    best = [path for path, length in covered.items() if length == most]
    other = named_elsewhere(address, best, index, hits)
    return _outside(other, index) if other else _decided(best, looked_at(address), index, hits)


def named_elsewhere(
    address: str, best: Iterable[str], index: AddressIndex, hits: Mapping[str, list[NameHit]],
) -> str | None:
    """The province, city or county of elsewhere that stands beside the names of the areas it would fit."""
    if index.elsewhere is None:
        return None
    ways = {step for path in best for step in lineage(path)}
    taken = [TextSpan(hit.start, hit.end) for step in ways for hit in hits.get(step, ())]
    known = [TextSpan(hit.start, hit.end) for places in hits.values() for hit in places]
    return index.elsewhere.named(looked_at(address), address, taken, known)


def _outside(name: str, index: AddressIndex) -> Fit:
    """The neighbour of that name, if there is one."""
    path = next((path for path, area in index.areas.items() if area.tier is Tier.COUNTY and area.name == name), None)
    return Fit(path, index.areas[path].tier if path else None, False, Text(
        f"The address names {name}, which is elsewhere. Ask where they stay; place them only if it is here.",
        f"地址中写有{name}，不在此处。请核实住址；确在此处再归位。"), name)


def _covered(path: str, places: list[NameHit], hits: Mapping[str, list[NameHit]]) -> int:
    """How much of the address an area's name and those above it cover, without overlap."""
    above = [hits[step] for step in reversed(lineage(path)[:-1]) if step in hits]
    return max(_with_those_above(own, above) for own in places)


def _with_those_above(own: NameHit, above: list[list[NameHit]]) -> int:
    taken = [own]
    for places in above:
        free = [hit for hit in places if all(hit.end <= one.start or hit.start >= one.end for one in taken)]
        if free:
            taken.append(max(free, key=lambda hit: hit.end - hit.start))
    return sum(hit.end - hit.start for hit in taken)


def _decided(best: list[str], text: str, index: AddressIndex, hits: Mapping[str, list[NameHit]]) -> Fit:
    if len(best) == 1:
        return _alone(best[0], text, index, hits)
    names = sorted({index.areas[path].name for path in best})[:3]
    return _shared(best, index, Text(
        f"{len(best)} areas fit alike ({', '.join(names)}). Choose one; the way it is written will be remembered.",
        f"有 {len(best)} 个区域同样符合（{'、'.join(names)}）。请选择一个，系统会记住该写法。"))


def _alone(best: str, text: str, index: AddressIndex, hits: Mapping[str, list[NameHit]]) -> Fit:
    against = _named_elsewhere(best, hits) or _another_township(best, index, hits)
    area = index.areas[best]
    if against:
        other = index.areas[against[0]].name
        return _shared([best, *against], index, Text(
            f"The address is written as for {area.name}, and names {other}. Choose one.",
            f"该写法记为{area.name}，但地址中写有{other}。请选择一个。"))
    named = [index.areas[step].name for step in lineage(best) if step in hits]
    narrow = [TextSpan(hit.start, hit.end) for step in lineage(best) if step in hits
              and index.areas[step].tier not in (Tier.COUNTY, Tier.ABOVE) for hit in hits[step]]
    if only_beside(text, narrow):
        return _shared([best, parent_path(best)], index, Text(
            f"The address names {area.name}, but not as where they stay. Ask, then choose.",
            f"地址中写有{area.name}，但并非表示住在该处。请核实后选择。"))
    return Fit(best, area.tier, True, Text(
        f"The address names {', '.join(named)}.", f"地址中写有{'、'.join(named)}。"))


def _named_elsewhere(best: str, hits: Mapping[str, list[NameHit]]) -> list[str]:
    """Areas elsewhere that an address calls by their own names, when the best is known by a learned alias only, and
    nothing narrower than they are speaks for it. An estate of the same name may be there."""
    if not all(hit.learned for hit in hits[best]):
        return []
    own = max((len(path) for path in lineage(best) if any(not hit.learned for hit in hits.get(path, ()))), default=0)
    related = {*lineage(best), *(path for path in hits if best in lineage(path))}
    return sorted(path for path, places in hits.items()
                  if path not in related and len(path) >= own and _apart(places, hits[best]))


def _another_township(best: str, index: AddressIndex, hits: Mapping[str, list[NameHit]]) -> list[str]:
    """Townships by their whole names, where the best lies in one that is not named: a village may be called alike."""
    own = next((step for step in lineage(best)[:-1] if step in index.areas
                and index.areas[step].tier is Tier.TOWNSHIP), best)
    if own in hits and (own == best or any(_free(hit, hits[best]) for hit in hits[own])):
        return []
    return sorted(path for path, places in hits.items() if index.areas[path].tier is Tier.TOWNSHIP and _apart(
        (hit for hit in places if hit.end - hit.start == len(normalised(index.areas[path].name))), hits[best]))


def _apart(places: Iterable[NameHit], others: Iterable[NameHit]) -> bool:
    """Whether an own name stands where none of the others does."""
    return any(not hit.learned and _free(hit, others) for hit in places)


def _free(hit: NameHit, others: Iterable[NameHit]) -> bool:
    return all(hit.end <= one.start or hit.start >= one.end for one in others)


def _shared(best: list[str], index: AddressIndex, why: Text) -> Fit:
    """The narrowest area that holds them all: the township, for itself and a village called after it."""
    common = set(lineage(best[0])).intersection(index.areas, *map(lineage, best[1:]))
    if not common:
        return Fit(None, None, False, why)
    shared = max(common, key=len)
    return Fit(shared, index.areas[shared].tier, False, why)


def alias_from(address: str, index: AddressIndex) -> str:
    """The part of an address worth remembering when somebody places it by hand: the estate, or the road with its
    number, without official names and without building, floor and door. Empty where nothing in it tells the place from
    others, and where it names a place elsewhere: what is not remembered waits to be placed.
    """
    text = looked_at(address)
    hits = index.hits(text)
    if named_elsewhere(address, hits, index, hits):
        return ""
    rest = _estate(text, [hit for places in hits.values() for hit in places])
    for found in _NUMBERED.finditer(rest):
        alias = without_kinds(found.group())
        if len(alias) > SHORTEST and tells_apart(alias):
            return alias
    return ""


def _estate(text: str, named: list[NameHit]) -> str:
    """What is narrower than every area named: it stands after them, but before them in Latin letters."""
    end = max((hit.end for hit in named), default=0)
    if end and text[end - 1].isascii():
        return text[:min(hit.start for hit in named)].strip()
    return text[end:].strip()
