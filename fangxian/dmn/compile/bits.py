"""A column as the bits of the rules whose cells hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import Final

from sqlglot import exp

from fangxian.kernel.values import ValueType

from ..feel import Tests
from ..regions import Region, RegionKind, cut, holds_in, literals_in, only_literals
from ..types import Column, Table
from .cells import cell
from .expressions import fitted
from .sql import Sql, array, bigint, call, case, column, integer, is_null, literal, paren

V = ValueType
WORD: Final = 62


def words(count: int) -> int:
    return -(-count // WORD)


def mask_of(rules: Iterable[int], word: int) -> int:
    """The bits of those rules, counted from 0, that fall into a word."""
    return sum(1 << (rule - word * WORD) for rule in rules if word * WORD <= rule < (word + 1) * WORD)


def column_masks(at: int, column_: Column, table: Table, types: Mapping[str, ValueType]) -> list[Sql] | None:
    """Per word, the rules whose cell in this column holds; None where every cell is ``-``."""
    cells = [rule.tests[at] for rule in table.rules]
    if all(one.anything for one in cells):
        return None
    if column_.type is not V.LIST and all(only_literals(one) for one in cells):
        return masks_by_region(column_, cells)
    return masks_by_cell(column_, cells, types)


def masks_by_cell(column_: Column, cells: Sequence[Tests], types: Mapping[str, ValueType]) -> list[Sql]:
    rules: dict[Tests, list[int]] = {}
    for number, one in enumerate(cells):
        rules.setdefault(one, []).append(number)
    always = [number for number, one in enumerate(cells) if one.anything]

    def word_mask(word: int) -> Sql:
        parts = [bigint(mask_of(always, word))] + [
            case([(cell(one, column(column_.name), column_.type, types), bigint(mask))], bigint(0))
            for one, holding in rules.items()
            if not one.anything and (mask := mask_of(holding, word))
        ]
        return reduce(lambda left, right: paren(exp.BitwiseOr(this=left, expression=right)), parts)

    return [word_mask(word) for word in range(words(len(cells)))]


def masks_by_region(column_: Column, cells: Sequence[Tests]) -> list[Sql]:
    """One look-up of the value's region instead of a comparison per cell."""
    regions = cut(column_.type, literals_in(cells), unknown=True)
    holding = [[number for number, one in enumerate(cells) if holds_in(one, region)] for region in regions]

    def word_mask(word: int) -> Sql:
        masks = [mask_of(rules, word) for rules in holding]
        return by_value(column_, masks[0], list(zip(regions[1:], masks[1:], strict=True)))

    return [word_mask(word) for word in range(words(len(cells)))]


def by_value(column_: Column, unknown: int, masks: list[tuple[Region, int]]) -> Sql:
    """The mask of the value's region. A required input is not looked at for NULL: the table says nothing then."""
    value, kind = column(column_.name), column_.type
    if kind is V.BOOLEAN:
        branches, rest = [(value, bigint(masks[1][1]))], masks[0][1]
    elif kind is V.TEXT and len({mask for region, mask in masks if region.kind is RegionKind.BETWEEN}) == 1:
        rest = masks[0][1]
        points: dict[int, list[str]] = {}
        for region, mask in masks:
            if region.kind is RegionKind.POINT and mask != rest:
                points.setdefault(mask, []).append(region.low)
        branches = [(is_one_of(value, texts), bigint(mask)) for mask, texts in points.items()]
    else:
        runs = [(list(run)[-1][0], mask) for mask, run in groupby(masks, key=lambda one: one[1])]
        found = search(value, kind, runs)
        return found if column_.required else case([(is_null(value.copy()), bigint(unknown))], found)
    if not column_.required and unknown != rest:
        branches.append((is_null(value.copy()), bigint(unknown)))
    return case(branches, bigint(rest))


def is_one_of(value: Sql, texts: list[str]) -> Sql:
    """By position, for DuckDB makes a join of a long IN."""
    if len(texts) == 1:
        return exp.EQ(this=value.copy(), expression=exp.Literal.string(texts[0]))
    position = call("LIST_POSITION", array(map(exp.Literal.string, texts)), value.copy())
    return exp.GT(this=position, expression=integer(0))


def search(value: Sql, kind: ValueType, runs: list[tuple[Region, int]]) -> Sql:
    """Nested CASEs that halve the line of values; each run is given by its last region."""
    if len(runs) == 1:
        return bigint(runs[0][1])
    half = len(runs) // 2
    return case(
        [(upto(value, kind, runs[half - 1][0]), search(value, kind, runs[:half]))], search(value, kind, runs[half:])
    )


def upto(value: Sql, kind: ValueType, region: Region) -> Sql:
    """Whether the value lies in a region or below it."""
    compare = exp.LTE if region.kind is RegionKind.POINT else exp.LT
    fractional = kind is V.INTEGER and isinstance(region.high, float)
    bound = literal(region.high, V.NUMBER if fractional else kind)
    return compare(this=fitted(value.copy(), kind, V.NUMBER) if fractional else value.copy(), expression=bound)
