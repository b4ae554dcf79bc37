"""Whether a combination of regions and comparisons can occur, and an example when it can.

Orders are differences: x - y <= w, strictly or not; a cycle of them below zero is a contradiction. Exact for whole
numbers, days and dense orders alike as long as only names and literals are compared; anything computed counts as a
value of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

from fangxian.kernel.values import ValueType

from ..feel import Binary, Call, Expression, Literal, Name, names_in
from ..regions import Region, RegionKind, TooManyError, after, before
from ..types import Column
from .boxes import Box, bits
from .space import EQUAL, GREATER, LESS, NEVER, Dimension, Part, Space

MOST_COMBINATIONS: Final = 4_096
DISCRETE: Final = (ValueType.INTEGER, ValueType.DATE)
Bound: TypeAlias = tuple[float, int]
ANY: Final[Bound] = (float("inf"), 0)


def example(space: Space, box: Box) -> tuple[Part, ...] | None:
    """One part per dimension that can occur together, None when nothing in the box can."""
    choices = [parts(dimension, mask) for dimension, mask in zip(space.dimensions, box, strict=True)]
    if not space.related:
        return tuple(one[0] for one in choices)
    linked = linked_places(space)
    narrowed = [one if at in linked else one[:1] for at, one in enumerate(choices)]
    for number, combination in enumerate(product(*narrowed)):
        if number >= MOST_COMBINATIONS:
            raise TooManyError
        if possible(space.dimensions, combination):
            return combination
    return None


def parts(dimension: Dimension, mask: int) -> list[Part]:
    return [part for place in bits(mask) for part in dimension.classes[place]]


def linked_places(space: Space) -> set[int]:
    """The dimensions that comparisons tie together."""
    names = {
        name
        for one in space.dimensions
        if one.operand is not None
        for name in (one.column.name, *names_in(one.operand))
    }
    return {at for at, one in enumerate(space.dimensions) if one.operand is not None or one.column.name in names}


def possible(dimensions: Sequence[Dimension], combination: Sequence[Part]) -> bool:
    given = {
        one.column.name: part
        for one, part in zip(dimensions, combination, strict=True)
        if one.operand is None and isinstance(part, Region)
    }
    compared = [
        Compared(one.column, one.operand, str(part), len(one.classes) > len((LESS, EQUAL, NEVER)))
        for one, part in zip(dimensions, combination, strict=True)
        if one.operand is not None
    ]
    return all(known_alike(one, given) for one in compared) and ordered(dimensions, given, compared)


@dataclass(frozen=True, slots=True)
class Compared:
    column: Column
    operand: Expression
    sign: str
    ordered: bool


def known_alike(one: Compared, given: dict[str, Region]) -> bool:
    """A comparison is unknown exactly when one of its sides is."""
    side = given[one.column.name].kind is RegionKind.UNKNOWN
    other = operand_known(one.operand, given)
    if one.sign != NEVER:
        return not side and other is not False
    return side or other is not True


def operand_known(operand: Expression, given: dict[str, Region]) -> bool | None:
    """None when it cannot be told from the table's own inputs."""
    if isinstance(operand, Literal):
        return True
    names = [given.get(name) for name in names_in(operand)]
    unknown = [one is not None and one.kind is RegionKind.UNKNOWN for one in names]
    if all(unknown) or (any(unknown) and not has_call(operand)):
        return False
    return True if None not in names and not any(unknown) and not divides(operand) else None


def has_call(tree: Expression) -> bool:
    return isinstance(tree, Call) or (isinstance(tree, Binary) and (has_call(tree.left) or has_call(tree.right)))


def divides(tree: Expression) -> bool:
    """Whether known values might still give none."""
    if isinstance(tree, Call):
        return any(divides(one) for one in tree.arguments)
    return isinstance(tree, Binary) and (tree.operator in ("/", "**") or divides(tree.left) or divides(tree.right))


# Orders


def ordered(dimensions: Sequence[Dimension], given: dict[str, Region], compared: Sequence[Compared]) -> bool:
    """Whether values exist that lie in their regions and compare as said."""
    said = [one for one in compared if one.sign != NEVER]
    if not all(same_flags(one, given) for one in said if one.column.type is ValueType.BOOLEAN):
        return False
    known = [one for one in said if one.ordered]
    scale = Scale.over(given.values())
    orders = Orders()
    kinds = {one.column.name: one.column.type for one in dimensions}
    for name in {one.column.name for one in known} | {n for one in known for n in names_in(one.operand)}:
        if name in given:
            orders.within(name, given[name], kinds[name], scale)
    for one in known:
        orders.compare(one.column.name, one.operand, one.sign, step(one, kinds))
    return orders.consistent()


def same_flags(one: Compared, given: dict[str, Region]) -> bool:
    other = given.get(one.operand.name) if isinstance(one.operand, Name) else None
    if other is None or other.kind is not RegionKind.POINT:
        return True
    return (given[one.column.name].low == other.low) is (one.sign == EQUAL)


def step(one: Compared, kinds: dict[str, ValueType]) -> int:
    """1 where less means less by one at least."""
    name = one.operand.name if isinstance(one.operand, Name) else ""
    return 1 if one.column.type in DISCRETE and kinds.get(name) is one.column.type else 0


@dataclass(frozen=True, slots=True)
class Scale:
    """Values as numbers: texts by their rank among those that occur, times and durations by their length."""

    texts: dict[str, int]

    @classmethod
    def over(cls, regions: Any) -> Scale:
        found = {bound for one in regions for bound in (one.low, one.high) if isinstance(bound, str)}
        return cls({text: rank for rank, text in enumerate(sorted(found))})

    def number(self, value: Any) -> float:
        if isinstance(value, str):
            return self.texts[value]
        if isinstance(value, dt.datetime):
            return value.timestamp()
        if isinstance(value, dt.date):
            return value.toordinal()
        if isinstance(value, dt.time):
            return (value.hour * 60 + value.minute) * 60 + value.second + value.microsecond / 1e6
        return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


class Orders:
    """Bounds on differences between named values; the empty name is zero."""

    def __init__(self) -> None:
        self.bounds: dict[tuple[Any, Any], Bound] = {}

    def at_most(self, one: Any, other: Any, bound: Bound) -> None:
        """one - other <= bound[0], strictly when bound[1] is -1."""
        self.bounds[one, other] = min(self.bounds.get((one, other), ANY), bound)

    def within(self, name: str, region: Region, kind: ValueType, scale: Scale) -> None:
        if region.kind is RegionKind.POINT:
            value = scale.number(region.low)
            self.at_most(Name(name), "", (value, 0))
            self.at_most("", Name(name), (-value, 0))
        if region.kind is not RegionKind.BETWEEN:
            return
        closed = kind in DISCRETE
        if region.high is not None:
            high = before(region.high) if closed else region.high
            self.at_most(Name(name), "", (scale.number(high), 0 if closed else -1))
        if region.low is not None:
            low = after(region.low) if closed else region.low
            self.at_most("", Name(name), (-scale.number(low), 0 if closed else -1))

    def compare(self, name: str, operand: Expression, sign: str, least: int) -> None:
        strict: Bound = (-1, 0) if least else (0, -1)
        if sign in (LESS, EQUAL):
            self.at_most(Name(name), operand, strict if sign == LESS else (0, 0))
        if sign in (GREATER, EQUAL):
            self.at_most(operand, Name(name), strict if sign == GREATER else (0, 0))

    def consistent(self) -> bool:
        """No cycle of differences is below zero (Floyd and Warshall's closure)."""
        nodes = list(dict.fromkeys(node for pair in self.bounds for node in pair))
        best = dict(self.bounds)
        for middle, one, other in product(nodes, nodes, nodes):
            left, right = best.get((one, middle)), best.get((middle, other))
            if left is not None and right is not None:
                bound = (left[0] + right[0], max(left[1] + right[1], -1))
                best[one, other] = min(best.get((one, other), ANY), bound)
        return all(best.get((node, node), (0, 0)) >= (0, 0) for node in nodes)


def pairs(space: Space) -> Iterator[tuple[int, int, Box]]:
    """Every two rules with what they share, where that can occur."""
    for later, boxes in enumerate(space.rules):
        for earlier in range(later):
            shared = first_shared(space, space.rules[earlier], boxes)
            if shared:
                yield earlier, later, shared


def first_shared(space: Space, one: Sequence[Box], other: Sequence[Box]) -> Box | None:
    for left, right in product(one, other):
        shared = tuple(a & b for a, b in zip(left, right, strict=True))
        if all(shared) and example(space, shared) is not None:
            return shared
    return None
