"""The dimensions of a table: one per input, and one per comparison of an input with something that is no literal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, TypeAlias

from fangxian.kernel.values import ValueType

from ..feel import Compare, Expression, Interval, Literal, Name, Test, Tests, Unknown
from ..regions import (
    Region,
    RegionKind,
    TooManyError,
    bounds_of,
    cut,
    holds_in,
    literals_in,
    not_,
    only_literals,
    test_in,
)
from ..types import Column, Table
from .boxes import Box

MOST_TERMS: Final = 64
LESS: Final = "<"
EQUAL: Final = "="
GREATER: Final = ">"
NEVER: Final = "unknown"
SIGNS: Final = {"=": EQUAL, "<": LESS, ">": GREATER, "<=": LESS + EQUAL, ">=": EQUAL + GREATER}
Part: TypeAlias = Region | str
Term: TypeAlias = dict[int, int]


@dataclass(frozen=True)
class Dimension:
    """``classes`` are parts that no cell tells apart: regions of an input, or how it compares with ``operand``."""

    column: Column
    operand: Expression | None
    classes: tuple[tuple[Part, ...], ...]

    @cached_property
    def whole(self) -> int:
        return (1 << len(self.classes)) - 1


@dataclass(frozen=True)
class Space:
    """A table's dimensions and its rules as boxes over them."""

    table: Table
    dimensions: tuple[Dimension, ...]
    rules: tuple[tuple[Box, ...], ...]

    @cached_property
    def whole(self) -> Box:
        return tuple(dimension.whole for dimension in self.dimensions)

    @cached_property
    def related(self) -> bool:
        return any(dimension.operand is not None for dimension in self.dimensions)


def space_of(table: Table) -> Space:
    """Raises TooManyError when a column alone has too many combinations."""
    dimensions = tuple(dimensions_of(table))
    places = {(one.column.name, one.operand): at for at, one in enumerate(dimensions)}
    whole = tuple(one.whole for one in dimensions)
    rules = []
    for rule in table.rules:
        cells = [
            cell_terms(cell, column, dimensions, places) for column, cell in zip(table.inputs, rule.tests, strict=True)
        ]
        rules.append(tuple(boxes(cells, whole)))
    return Space(table, dimensions, tuple(rules))


def boxes(cells: list[list[Term]], whole: Box) -> Iterator[Box]:
    """One box per way in which all cells can hold; none for a rule that never can."""
    for number, chosen in enumerate(product(*cells)):
        if number >= MOST_TERMS:
            raise TooManyError
        box = list(whole)
        for term in chosen:
            for at, mask in term.items():
                box[at] &= mask
        if all(box):
            yield tuple(box)


# Dimensions


def dimensions_of(table: Table) -> Iterator[Dimension]:
    for at, column in enumerate(table.inputs):
        cells = [rule.tests[at] for rule in table.rules]
        yield Dimension(column, None, classes(regions(column, cells), tests_of(cells)))
        for operand in related_operands(cells):
            signs = (LESS, EQUAL, GREATER, NEVER) if has_order(table, column, operand) else (LESS, EQUAL, NEVER)
            yield Dimension(column, operand, tuple((sign,) for sign in signs))


def has_order(table: Table, column: Column, operand: Expression) -> bool:
    """Flags are the same or not, and lists share something or not."""
    listed = isinstance(operand, Name) and table.types().get(operand.name) is ValueType.LIST
    return not listed and column.type not in (ValueType.BOOLEAN, ValueType.LIST)


def regions(column: Column, cells: list[Tests]) -> list[Region]:
    """The regions of what the column allows."""
    domain = column.domain
    literals = [*literals_in(cells), *(literals_in([domain]) if domain and column.type is not ValueType.LIST else ())]
    found = cut(column.type, literals, unknown=not column.required)
    if domain is None or column.type is ValueType.LIST:
        return found
    return [one for one in found if one.kind is RegionKind.UNKNOWN or holds_in(domain, one)]


def tests_of(cells: Iterable[Tests]) -> list[Test]:
    """The tests over literals, an interval with one such bound as that bound."""
    found: dict[Test, None] = {}
    for cell in cells:
        for test in cell.tests:
            literal = [test] if isinstance(test, Unknown) else [one for one in bounds_of(test) if is_literal(one)]
            found.update(dict.fromkeys(literal))
    return list(found)


def is_literal(test: Compare) -> bool:
    return isinstance(test.operand, Literal)


def classes(found: list[Region], tests: list[Test]) -> tuple[tuple[Region, ...], ...]:
    """Regions that every test treats alike, together; unknown apart."""
    alike: dict[tuple[object, ...], list[Region]] = {}
    for region in found:
        signature = (region.kind is RegionKind.UNKNOWN, *(test_in(test, region) for test in tests))
        alike.setdefault(signature, []).append(region)
    return tuple(tuple(group) for group in alike.values())


def related_operands(cells: Iterable[Tests]) -> list[Expression]:
    found: dict[Expression, None] = {}
    for cell in cells:
        if not only_literals(cell):
            operands = (bound.operand for test in cell.tests for bound in bounds_of(test))
            found.update(dict.fromkeys(one for one in operands if not isinstance(one, Literal)))
    return list(found)


# Cells as ways to hold


@dataclass(frozen=True)
class Cells:
    """What is needed to see when a test of one column is true and when it is false."""

    column: Column
    dimensions: tuple[Dimension, ...]
    places: dict[tuple[str, Expression | None], int]

    def true(self, test: Test) -> list[Term]:
        if isinstance(test, Interval):
            return conjoined([self.true(bound) for bound in test.bounds()])
        return [self.atom(test, wanted=True)]

    def false(self, test: Test) -> list[Term]:
        if isinstance(test, Interval):
            return [term for bound in test.bounds() for term in self.false(bound)]
        return [self.atom(test, wanted=False)]

    def atom(self, test: Unknown | Compare, *, wanted: bool) -> Term:
        if isinstance(test, Compare) and not is_literal(test):
            at = self.places[self.column.name, test.operand]
            signs = SIGNS[test.operator]
            held = (None if group[0] == NEVER else str(group[0]) in signs for group in self.dimensions[at].classes)
        else:
            at = self.places[self.column.name, None]
            held = (test_in(test, group[0]) for group in self.dimensions[at].classes)  # type: ignore[arg-type]
        asked = (value if wanted else not_(value) for value in held)
        return {at: sum(1 << place for place, value in enumerate(asked) if value is True)}


def cell_terms(
    tests: Tests,
    column: Column,
    dimensions: tuple[Dimension, ...],
    places: dict[tuple[str, Expression | None], int],
) -> list[Term]:
    """The ways in which a cell can hold: it does when all masks of one term do."""
    if tests.anything:
        return [{}]
    cells = Cells(column, dimensions, places)
    if tests.negated:
        return conjoined([cells.false(test) for test in tests.tests])
    return merged([term for test in tests.tests for term in cells.true(test)])


def conjoined(parts: list[list[Term]]) -> list[Term]:
    found = []
    for number, chosen in enumerate(product(*parts)):
        if number >= MOST_TERMS:
            raise TooManyError
        term: Term = {}
        for one in chosen:
            for at, mask in one.items():
                term[at] = term.get(at, mask) & mask
        found.append(term)
    return merged(found)


def merged(terms: list[Term]) -> list[Term]:
    """Terms over one and the same dimension as one."""
    single: dict[int, int] = {}
    several = []
    for term in terms:
        if len(term) == 1:
            ((at, mask),) = term.items()
            single[at] = single.get(at, 0) | mask
        else:
            several.append(term)
    return [*({at: mask} for at, mask in single.items()), *several]
