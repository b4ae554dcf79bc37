"""A column's domain cut at every literal its cells compare with: within one region no cell can tell values apart."""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain, combinations
from typing import Any, Final

from fangxian.kernel.values import ValueType

from .feel import Compare, Interval, Literal, Test, Tests, Unknown
from .feel.syntax import operands

MOST_ELEMENTS: Final = 8
COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class TooManyError(ValueError):
    """The analysis would have to look at more combinations than it may."""


class RegionKind(Enum):
    UNKNOWN = "unknown"
    POINT = "point"
    BETWEEN = "between"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Region:
    """``low`` is the point, or both bounds are open and None where there is none; ``has`` are a list's elements."""

    kind: RegionKind
    low: Any = None
    high: Any = None
    has: frozenset[str] = frozenset()

    def compare(self, sign: str, literal: Any) -> bool | None:
        """Whether every value here compares so with the literal, which must be one the domain was cut at; None for
        unknown values."""
        if self.kind is RegionKind.UNKNOWN:
            return None
        if self.kind is RegionKind.SET:
            return literal in self.has
        if self.kind is RegionKind.POINT:
            return COMPARE[sign](self.low, literal)
        below = self.high is not None and self.high <= literal
        return sign in ("<", "<=") if below else sign in (">", ">=")


UNKNOWN: Final = Region(RegionKind.UNKNOWN)


def point(value: Any) -> Region:
    return Region(RegionKind.POINT, value, value)


def either(parts: Iterable[bool | None]) -> bool | None:
    """Three-valued or."""
    found = list(parts)
    return True if True in found else None if None in found else False


def test_in(test: Test, region: Region) -> bool | None:
    """A test over literals, for every value of a region."""
    if isinstance(test, Unknown):
        return region.kind is RegionKind.UNKNOWN
    if isinstance(test, Compare):
        return region.compare(test.operator, test.operand.value)  # type: ignore[union-attr]
    outside = either(not_(test_in(bound, region)) for bound in test.bounds())
    return not_(outside)


def not_(held: bool | None) -> bool | None:
    return None if held is None else not held


def holds_in(tests: Tests, region: Region) -> bool:
    """Whether a cell over literals holds for every value of a region."""
    if tests.anything:
        return True
    held = either(test_in(test, region) for test in tests.tests)
    return held is (not tests.negated)


def holds_for(tests: Tests, value: Any) -> bool:
    """Whether a cell over literals holds for a known value; a list is a tuple of texts."""
    region = Region(RegionKind.SET, has=frozenset(value)) if isinstance(value, tuple) else point(value)
    return holds_in(tests, region)


def literals_in(cells: Iterable[Tests]) -> Iterator[Any]:
    """Every literal the cells compare with."""
    for cell in cells:
        for test in cell.tests:
            yield from (one.value for one in operands(test) if isinstance(one, Literal))


def only_literals(cell: Tests) -> bool:
    return all(isinstance(operand, Literal) for test in cell.tests for operand in operands(test))


def cut(kind: ValueType, literals: Iterable[Any], *, unknown: bool) -> list[Region]:
    """The regions of a type's whole domain, in ascending order, cut at the literals."""
    first = [UNKNOWN] if unknown else []
    if kind is ValueType.LIST:
        return first + list(subsets(sorted(set(literals))))
    if kind is ValueType.BOOLEAN:
        return [*first, point(False), point(True)]
    return first + [region for region in line(sorted(set(literals))) if not empty(kind, region)]


def subsets(elements: list[str]) -> Iterator[Region]:
    if len(elements) > MOST_ELEMENTS:
        raise TooManyError
    for chosen in chain.from_iterable(combinations(elements, size) for size in range(len(elements) + 1)):
        yield Region(RegionKind.SET, has=frozenset(chosen))


def line(points: list[Any]) -> Iterator[Region]:
    low = None
    for value in points:
        yield Region(RegionKind.BETWEEN, low, value)
        yield point(value)
        low = value
    yield Region(RegionKind.BETWEEN, low, None)


def empty(kind: ValueType, region: Region) -> bool:
    """Whether a type of whole numbers or days has no value there."""
    if kind not in (ValueType.INTEGER, ValueType.DATE):
        return False
    if region.kind is RegionKind.POINT:
        return kind is ValueType.INTEGER and region.low != math.floor(region.low)
    return region.low is not None and region.high is not None and after(region.low) >= region.high


def after(value: Any) -> Any:
    """The next whole number or day."""
    return value + dt.timedelta(days=1) if isinstance(value, dt.date) else math.floor(value) + 1


def before(value: Any) -> Any:
    """The whole number or day before."""
    return value - dt.timedelta(days=1) if isinstance(value, dt.date) else math.ceil(value) - 1


def bounds_of(test: Test) -> tuple[Compare, ...]:
    """A comparison or interval as comparisons that must all hold."""
    if isinstance(test, Interval):
        return test.bounds()
    return (test,) if isinstance(test, Compare) else ()
