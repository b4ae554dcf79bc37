"""In which order the cards of a day are walked: by building, by route, by kind of task, by deadline or by name.

Rules over what a card says (``cards.card``); what is urgent comes first whatever was chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, NamedTuple

Card = dict[str, Any]
Key = tuple[Any, ...]

_BUILDING: Final = re.compile(
    r"^.*?\d+\s*(?:号楼|号院|栋|幢|座|号)|^(?:.*\b)?(?:building|block|house)\s+\w+", re.IGNORECASE
)
_NUMBER_FIRST: Final = re.compile(r"^\d+\w?[\s,]+(?=[^\W\d])")  # 12 Kenyatta Road
_DIGITS: Final = re.compile(r"(\d{1,18})")
_COMMA: Final = re.compile("[,，]")
LATE: Final = 1
"""Ranks of a card: 0 urgent, 1 late, 2 neither."""


class SortOrder(StrEnum):
    """What the cards of a day are sorted and grouped by."""

    BUILDING = "building"
    ROUTE = "route"
    KIND = "kind"
    DUE = "due"
    NAME = "name"


class CardGroup(NamedTuple):
    """Cards under one heading; ``title`` is empty where there is nothing to say, ``first`` where they are urgent."""

    title: str
    first: bool
    cards: list[Card]


def ordered(cards: Iterable[Card], order: SortOrder) -> list[Card]:
    """The cards as they are walked; those that open later today come last."""
    return sorted(cards, key=lambda one: key(one, order))


def key(one: Card, order: SortOrder) -> Key:
    """Where a card stands. By building what is late stands in front beside what is urgent, as it always did; on a
    route and under a kind it keeps its place, so that one way leads past every door once.
    """
    return (one["coming"], _rank(one, order), *_KEYS[order](one), str(one["id"]))


def groups(cards: Iterable[Card], order: SortOrder, *, several_places: bool) -> Iterator[CardGroup]:
    """Ordered cards under their headings. ``several_places``: the place tells them apart."""
    first = LATE if order is SortOrder.BUILDING else 0
    for (urgent, title), members in groupby(
        cards, key=lambda one: (True, "") if one["rank"] <= first else (False, _title(one, order, several_places))
    ):
        yield CardGroup(title, urgent, list(members))


def following(cards: Sequence[Card], after: Card | None, order: SortOrder) -> list[Card]:
    """The ordered cards behind one that was shown last, which may be answered by now."""
    if after is None:
        return list(cards)
    mark = key(after, order)
    return [one for one in cards if key(one, order) > mark]


def building(address: str) -> str:
    """The building an address lies in, as it is written: 郭门1号, Block 2."""
    found = _BUILDING.match(address)
    return found[0] if found else ""


def street(address: str) -> str:
    """The part of an address without a number (Kondele Estate), else what stands before its first (学院路)."""
    parts = [part.strip(" ·-") for part in _COMMA.split(_NUMBER_FIRST.sub("", address))]
    return next((part for part in parts if not _DIGITS.search(part)), _DIGITS.split(parts[0])[0].strip(" ·-"))


def within(address: str, place: str) -> str:
    """What an address adds to the grid it lies in: a worker knows where the grid is."""
    _before, found, rest = address.partition(place) if place else ("", "", "")
    return rest.strip(" ,，·") if found and rest.strip(" ,，·") else address


def natural(text: str) -> list[tuple[int, int, str]]:
    """Building 2 comes before building 10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(text) if part]


def _rank(one: Card, order: SortOrder) -> int:
    rank = int(one["rank"])
    return rank if order in (SortOrder.BUILDING, SortOrder.DUE) else min(rank, 1)


def _by_building(one: Card) -> Key:
    """Place, building, then door by door; those of one household with the same kind of task stand together."""
    return (
        one["place"],
        natural(one["building"]),
        one["household"].rpartition("-")[0],
        one["kind"],
        natural(one["address"]),
        one["due"],
        one["name"],
    )


def _by_route(one: Card) -> Key:
    """Street by street, up its numbers, door by door; at one door the household, then what is due first."""
    along = _along(one)
    return (
        one["place"],
        not along,
        along,
        natural(one["address"].replace(along, "", 1)),
        one["household"].rpartition("-")[0],
        one["kind"],
        one["due"],
        one["name"],
    )


def _along(one: Card) -> str:
    """The street of somebody whose address one may read."""
    return street(one["address"]) if one["own"] else ""


def _by_kind(one: Card) -> Key:
    return (one["what"], *_by_building(one))


def _by_deadline(one: Card) -> Key:
    return (one["due"], *_by_route(one))


def _by_name(one: Card) -> Key:
    return (one["name"], one["due"])


_KEYS: Final[Mapping[SortOrder, Callable[[Card], Key]]] = {
    SortOrder.BUILDING: _by_building,
    SortOrder.ROUTE: _by_route,
    SortOrder.KIND: _by_kind,
    SortOrder.DUE: _by_deadline,
    SortOrder.NAME: _by_name,
}


def _title(one: Card, order: SortOrder, several_places: bool) -> str:
    place = str(one["place"])
    if order is SortOrder.KIND:
        return str(one["what"])
    if order in (SortOrder.DUE, SortOrder.NAME):
        return ""
    said = str(one["building"]) if order is SortOrder.BUILDING else _along(one)
    return " · ".join(filter(None, (place if several_places else "", said))) or place
