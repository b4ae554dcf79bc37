"""Value types of the tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
