"""Chance that always falls the same way: what happens follows from the seed and from what it is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

SEED: Final = "fangxian demo 1"
_SCALE: Final = float(1 << 64)
T = TypeVar("T")


def fraction(*about: object) -> float:
    """A number in [0, 1) that depends on nothing but what it is asked about."""
    text = "\x1f".join((SEED, *map(str, about)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / _SCALE


def chosen(options: Sequence[T], *about: object) -> T:
    """One of several, each as likely as the others."""
    return options[int(fraction(*about) * len(options))]


def weighted(options: Sequence[tuple[T, float]], *about: object) -> T:
    """One of several by weight; the weights need no particular sum."""
    left = fraction(*about) * sum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def whole(low: int, high: int, *about: object) -> int:
    """An integer with both ends included."""
    return low + int(fraction(*about) * (high - low + 1))
