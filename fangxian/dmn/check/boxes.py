"""Boxes: a set of classes per dimension, as bits. A rule is a few boxes; what no rule covers is a set of boxes too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..regions import TooManyError

Box: TypeAlias = tuple[int, ...]
MOST_STEPS: Final = 20_000


@dataclass(slots=True)
class Budget:
    """Steps an analysis may still take; raises TooManyError past the last."""

    left: int = MOST_STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooManyError


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes share, None when nothing."""
    shared = tuple(a & b for a, b in zip(one, other, strict=True))
    return shared if all(shared) else None


def covers(outer: Box, inner: Box) -> bool:
    return all(not part & ~whole for whole, part in zip(outer, inner, strict=True))


def uncovered(box: Box, others: Sequence[Box], budget: Budget) -> Iterator[Box]:
    """Disjoint boxes that make up what of ``box`` none of the others covers."""
    budget.spend()
    touching = [other for other in others if meet(box, other)]
    if not touching:
        yield box
        return
    widest = min(touching, key=lambda other: sum(1 for a, b in zip(box, other, strict=True) if a & ~b))
    rest = [other for other in touching if other is not widest]
    remaining = list(box)
    for at, allowed in enumerate(widest):
        outside = remaining[at] & ~allowed
        if outside:
            piece = (*remaining[:at], outside, *remaining[at + 1 :])
            yield from uncovered(piece, rest, budget)
            remaining[at] &= allowed


def widened(box: Box, whole: Box, others: Sequence[Box], budget: Budget) -> Box:
    """The box made as large as it can be without touching the others: whole dimensions first, then class by class."""
    wide = list(box)

    def grow(at: int, mask: int) -> None:
        budget.spend()
        candidate = (*wide[:at], mask, *wide[at + 1 :])
        if not any(meet(candidate, other) for other in others):
            wide[at] = mask

    for at, mask in enumerate(whole):
        grow(at, mask)
    for at, mask in enumerate(whole):
        for bit in bits(mask & ~wide[at]):
            grow(at, wide[at] | 1 << bit)
    return tuple(wide)


def bits(mask: int) -> Iterator[int]:
    """The places of a mask's bits, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
