"""Value types of the tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from fangxian.kernel.findings import Finding
from fangxian.kernel.text import Text

ABOVE_ANY_SEGMENT: Final = "~"
SEGMENT: Final = 3
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Tier(StrEnum):
    """The three working levels and the county above them; a country's own levels are mapped onto these."""

    GRID = "grid"
    COMMUNITY = "community"
    TOWNSHIP = "township"
    COUNTY = "county"
    ABOVE = "above"


LISTING_TIERS: Final = (Tier.GRID, Tier.COMMUNITY, Tier.TOWNSHIP, Tier.COUNTY)


@dataclass(frozen=True, slots=True)
class Range:
    """A subtree as a half-open range of paths under the ``C`` collation: ``lo <= path < hi``."""

    lo: str
    hi: str

    def __contains__(self, path: str) -> bool:
        return self.lo <= path < self.hi


EVERYWHERE: Final = Range("", ABOVE_ANY_SEGMENT)
NOWHERE: Final = Range("", "")


def subtree(path: str) -> Range:
    """An area and everything below it."""
    return Range(path, path + ABOVE_ANY_SEGMENT)


def segment(index: int) -> str:
    """The path segment of the ``index``-th child (0 to 46,655), three base-36 digits."""
    if not 0 <= index < len(DIGITS) ** SEGMENT:
        raise ValueError(f"an area has room for {len(DIGITS) ** SEGMENT} children, not for number {index}")
    high, low = divmod(index, len(DIGITS) ** 2)
    return DIGITS[high] + DIGITS[low // len(DIGITS)] + DIGITS[low % len(DIGITS)]


def parent_path(path: str) -> str:
    """The path of the area above; empty for a root."""
    return path[:-SEGMENT]


def lineage(path: str) -> list[str]:
    """The paths from the root down to the area itself."""
    return [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs: its path and the path at each listing level (None above or below it)."""

    path: str
    grid: str | None
    community: str | None
    township: str | None
    county: str | None


def depth(path: str) -> int:
    """How many levels down a path stands: 1 for a root, 0 for the whole tree."""
    return len(path) // SEGMENT


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """A level of a country's tree; levels stand in a tuple from the top down."""

    code: str
    name: Text
    tier: Tier


@dataclass(frozen=True, slots=True)
class Node:
    """An area as others see it. In force on a day: ``valid_from <= day < valid_to``, None being without end."""

    id: int
    code: str
    name: str
    level: str
    tier: Tier
    path: str
    time_zone: str = ""
    cutoff: dt.time | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def in_force(self, on: dt.date) -> bool:
        """Whether it exists on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class AreaRow(NamedTuple):
    """One line of an area file. ``time_zone`` and ``cutoff`` are None where the file has no such column."""

    number: int
    code: str
    name: str
    level: str
    parent: str
    time_zone: str | None = None
    cutoff: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """An area file, read: its rows as given and the levels it may use."""

    file: str
    levels: tuple[LevelSpec, ...]
    rows: list[AreaRow]


class Standing(NamedTuple):
    """An area in force, as a listing is compared with it; ``parent`` is the code of the area above."""

    id: int
    code: str
    name: str
    level: str
    parent: str
    path: str
    time_zone: str
    cutoff: dt.time | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many areas a file would change, and in which way."""

    new: int
    renamed: int
    adjusted: int
    moved: int
    ended: int
    same: int

    @property
    def changes(self) -> int:
        """How many areas would not stay as they are."""
        return self.new + self.renamed + self.adjusted + self.moved + self.ended

    @property
    def only_adds(self) -> bool:
        """Whether nothing that stands is touched, so that nobody need confirm."""
        return self.changes == self.new


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file would change. ``moved`` gets a new path under another parent; what is below moves along."""

    new: list[AreaRow]
    renamed: list[tuple[Standing, AreaRow]]
    adjusted: list[tuple[Standing, AreaRow]]
    moved: list[tuple[Standing, AreaRow]]
    ended: list[Standing]
    same: int

    @property
    def summary(self) -> Summary:
        """The counts of it."""
        return Summary(
            len(self.new), len(self.renamed), len(self.adjusted), len(self.moved), len(self.ended), self.same)


class Preview(NamedTuple):
    """What a file would do: what is wrong with it, and the difference (None when errors refuse it)."""

    findings: list[Finding]
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; ``summary`` is None when errors refused the file and nothing was written. ``moved``: the paths
    of each area that went below another one, before and after."""

    findings: list[Finding]
    summary: Summary | None
    moved: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Branch:
    """An area and how many areas in force stand below it, by level code."""

    area: Node
    below: dict[str, int]


@dataclass(frozen=True, slots=True)
class Grouping:
    """SQL that groups rows by the children of an area, without a function on the rows it has to find.

    ``SELECT {key}, sum(…) FROM … WHERE {condition} GROUP BY 1`` with ``params``: ``condition`` is a range an index on
    the column serves; ``key`` is the child's path. Rows that lie on the area itself come out under its own path.
    """

    key: str
    condition: str
    params: tuple[str, str]


@dataclass(frozen=True, slots=True)
class AddressCandidate:
    """An area an address may lie in: its names and learned aliases, where it stands."""

    path: str
    name: str
    tier: Tier
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area by name with those above it, the widest first, and by their names the counties and wider areas of the
    tree: those below it, and those ``beside``, which are neither.
    """

    name: str
    above: tuple[str, ...] = ()
    within: frozenset[str] = frozenset()
    beside: Mapping[str, Tier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """Where an address lies: the path found (None: nowhere known), its tier, and why in a sentence.

    ``certain`` is False when several areas fit equally well and ``path`` is what they have in common. ``elsewhere`` is
    the province, city or county of somewhere else that the address names; then it fits no area here.
    """

    path: str | None
    tier: Tier | None
    certain: bool
    why: Text
    elsewhere: str = ""
