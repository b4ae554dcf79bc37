"""The real county of Yi (黟县) with its real townships and communities, and invented grids below them.

Names and codes of ``county.csv`` are those of the National Bureau of Statistics, 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fangxian.areas import listing
from fangxian.areas.types import Listing

from .chance import fraction

COUNTY: Final = "341023"
NAME: Final = "黟县"
ZONE: Final = "Asia/Shanghai"
_FILE: Final = Path(__file__).with_name("county.csv")
_SEAT: Final = "341023100"
_HIGH: Final = "一二三四五六"
_SUFFIXES: Final = ("社区居委会", "村委会")


@dataclass(frozen=True, slots=True)
class InventedGrid:
    """``weight``: how many live here, beside others. ``slack``: here things are done late, or not at all."""

    code: str
    name: str
    community: str
    community_name: str
    township: str
    township_name: str
    weight: float
    town: bool
    slack: bool

    def address(self, building: int, door: int) -> str:
        """As people here write it: in town by building and flat, in a village by house number."""
        place = f"{NAME}{self.township_name}{short(self.community_name)}"
        if self.town:
            return f"{place}{self.name[-3:]}{building}号楼{door // 100}0{door % 100}室"
        return f"{place}{self.name[-3:]}{building * 10 + door % 10}号"


@cache
def tree() -> Listing:
    """Province, city, county, townships and communities as the file has them, with the grids."""
    found, _ = listing.read_file(_FILE)
    rows = [(row.code, row.name, row.level, row.parent) for row in found.rows]
    rows += [(grid.code, grid.name, "grid", grid.community) for grid in grids()]
    return listing.listing_of(rows, file=_FILE.name)


@cache
def grids() -> tuple[InventedGrid, ...]:
    """About three to a community, in the order of their codes."""
    found, _ = listing.read_file(_FILE)
    names = {row.code: row.name for row in found.rows}
    communities = [row for row in found.rows if row.level == "community"]
    return tuple(
        _grid(row.code, row.name, row.parent, names[row.parent], number)
        for row in communities for number in range(1, _how_many(row.code) + 1))


@cache
def blind() -> str:
    """The grid nobody works in."""
    return next(grid.code for grid in grids() if grid.community_name.startswith("碧山"))


@cache
def busy() -> InventedGrid:
    """The grid with the most people: the one to show a worker's day with."""
    return next(grid for grid in grids() if grid.community_name.startswith("郭门社区"))


def short(name: str) -> str:
    """A community's name as it stands in an address."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix) + ("社区" if suffix.startswith("社区") else "")
    return name


def _how_many(community: str) -> int:
    return 2 + int(fraction("grids", community) * 3)


def _grid(community: str, name: str, township: str, township_name: str, number: int) -> InventedGrid:
    code = f"{community}{number:02d}"
    town = name.endswith("社区居委会")
    weight = (2.4 if town else 1.5 if township == _SEAT else 1.0) * (0.6 + fraction("weight", code))
    first = community.endswith("100001") and number == 1
    return InventedGrid(code, f"{short(name)}{_HIGH[number - 1]}网格", community, name, township, township_name,
                5.5 if first else weight, town, fraction("slack", community) < 0.13 or first)
