"""What follows from paths: places at the listing levels, counts up the tree, groups by child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..types import SEGMENT, Grouping, Place, Tier, lineage, parent_path, subtree


def place(path: str, tiers: Mapping[str, Tier]) -> Place:
    """Where a path lies at each listing level; ``tiers`` has the tier of the path and of all above it."""
    at = {tiers[above]: above for above in lineage(path)}
    return Place(path, at.get(Tier.GRID), at.get(Tier.COMMUNITY), at.get(Tier.TOWNSHIP), at.get(Tier.COUNTY))


def count_changes(areas: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How many areas of each level lie below each area above them, as ``(path, level): number``; the whole tree is
    ``""``. ``areas`` are pairs of path and level.
    """
    siblings = Counter((parent_path(path), level) for path, level in areas)
    counts: Counter[tuple[str, str]] = Counter()
    for (path, level), number in siblings.items():
        for above in ("", *lineage(path)):
            counts[above, level] += number
    return counts


def grouping(path: str, column: str = "path") -> Grouping:
    """How to group rows that carry a path by the children of an area; ``column`` is SQL, never from outside."""
    within = subtree(path)
    return Grouping(
        key=f"substr({column}, 1, {len(path) + SEGMENT})",
        condition=f"{column} >= %s AND {column} < %s", params=(within.lo, within.hi))
