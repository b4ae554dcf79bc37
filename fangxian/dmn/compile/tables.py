"""A table as layers of a query: bits, the rules that match, outputs and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Final

from sqlglot import exp

from fangxian.kernel.values import ValueType

from ..feel import Expression, Literal
from ..types import HitPolicy, Table
from .bits import WORD, column_masks, mask_of, words
from .expressions import certain, output
from .sql import (
    EACH,
    SQL_TYPES,
    Sql,
    any_of,
    array,
    bigint,
    call,
    case,
    column,
    each,
    integer,
    is_null,
    item,
    known_only,
    literal,
    paren,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One more layer over the query so far: everything it had, and these columns."""

    columns: Mapping[str, Sql]


def table_steps(table: Table, types: Mapping[str, ValueType]) -> list[Step]:
    """The layers that add ``missing__<table>``, ``row__<table>`` and the outputs; ``types``: every column so far."""
    table = table.in_order()
    if not table.policy.single:
        return [Step(mask_columns(table, types)), Step({hits(table): hit_list(table)}), Step(collected(table, types))]
    return [Step(mask_columns(table, types)), Step({hits(table): first_hit(table)}), Step(chosen(table, types))]


def word_name(table: Table, word: int) -> str:
    return f"word__{table.name}__{word}"


def hits(table: Table) -> str:
    return f"hit__{table.name}"


def mask_columns(table: Table, types: Mapping[str, ValueType]) -> dict[str, Sql]:
    count = words(len(table.rules))
    masks = [masks for at, one in enumerate(table.inputs) if (masks := column_masks(at, one, table, types))]
    everything = range(len(table.rules))
    found = {}
    for word in range(count):
        parts = [one[word] for one in masks] or [bigint(mask_of(everything, word))]
        shared = reduce(lambda left, right: exp.BitwiseAnd(this=left, expression=right), map(paren, parts))
        found[word_name(table, word)] = case([(some_missing(table), bigint(0))], shared) if table.required else shared
    return found


def some_missing(table: Table) -> Sql:
    return any_of(is_null(column(name)) for name in table.required)


def missing(table: Table) -> Sql:
    """The required inputs that are not known, in the table's order."""
    nothing = exp.cast(array([]), "VARCHAR[]")
    if not table.required:
        return nothing
    names = array(case([(is_null(column(name)), exp.Literal.string(name))]) for name in table.required)
    return case([(some_missing(table), known_only(names))], nothing)


def first_hit(table: Table) -> Sql:
    """The position of the first rule that matches, from 1: the place of a word's lowest bit."""

    def position(word: int) -> tuple[Sql, Sql]:
        bits = column(word_name(table, word))
        lowest = paren(exp.BitwiseAnd(this=bits, expression=exp.Neg(this=bits.copy())))
        below = call("BIT_COUNT", paren(exp.Sub(this=lowest, expression=integer(1))))
        place = exp.Add(this=exp.cast(below, "SMALLINT"), expression=exp.cast(integer(word * WORD + 1), "SMALLINT"))
        return exp.NEQ(this=bits.copy(), expression=integer(0)), exp.cast(paren(place), "SMALLINT")

    return case(position(word) for word in range(words(len(table.rules))))


def chosen(table: Table, types: Mapping[str, ValueType]) -> dict[str, Sql]:
    hit = column(hits(table))
    found = {one.name: chosen_output(table, at, hit, types) for at, one in enumerate(table.outputs)}
    numbers = array(exp.Literal.string(rule.number) for rule in table.rules)
    return {**found, f"row__{table.name}": item(numbers, hit), f"missing__{table.name}": missing(table)}


def chosen_output(table: Table, at: int, hit: Sql, types: Mapping[str, ValueType]) -> Sql:
    """Constants are looked up by position, the rest computed for the rules that ask for it."""
    kind = table.outputs[at].type
    cells = [rule.outputs[at] for rule in table.rules]
    asked: dict[Expression, list[int]] = {}
    for position, one in enumerate(cells, 1):
        if one is not None and not isinstance(one, Literal):
            asked.setdefault(one, []).append(position)
    computed = [
        (one_of(hit, positions), output(tree, kind, types))
        for tree, positions in asked.items()
    ]
    return case(computed, constants(cells, kind, hit))


def one_of(hit: Sql, positions: Sequence[int]) -> Sql:
    """Whether it is among the ascending positions, by runs: DuckDB makes a join of a long IN."""
    runs = [[position for _, position in run] for _, run in groupby(enumerate(positions), lambda one: one[1] - one[0])]
    return any_of(
        exp.Between(this=hit.copy(), low=integer(run[0]), high=integer(run[-1]))
        if len(run) > 1
        else exp.EQ(this=hit.copy(), expression=integer(run[0]))
        for run in runs
    )


def constants(cells: Sequence[Expression | None], kind: ValueType, hit: Sql) -> Sql:
    values = [one.value if isinstance(one, Literal) else None for one in cells]
    if all(value is None for value in values):
        return literal(None, kind)
    return item(array(literal(value, kind) for value in values), hit)


def hit_list(table: Table) -> Sql:
    """The positions of every rule that matches, in the order in which they are taken."""
    lists = []
    for word in range(words(len(table.rules))):
        first = word * WORD + 1
        last = min(len(table.rules), first + WORD - 1)
        bits = column(word_name(table, word))
        shifted = exp.BitwiseRightShift(
            this=bits, expression=paren(exp.Sub(this=column(EACH), expression=integer(first)))
        )
        held = exp.EQ(this=paren(exp.BitwiseAnd(this=paren(shifted), expression=integer(1))), expression=integer(1))
        positions = array(bigint(position) for position in range(first, last + 1))
        lists.append(call("LIST_FILTER", positions, each(held)))
    return lists[0] if len(lists) == 1 else call("LIST_CONCAT", *lists)


def collected(table: Table, types: Mapping[str, ValueType]) -> dict[str, Sql]:
    hit = column(hits(table))
    some = exp.GT(this=call("LEN", hit.copy()), expression=integer(0))

    def collect(items: Sql) -> Sql:
        """NULL where no rule matched; an output that is not known adds nothing."""
        picked = call("LIST_TRANSFORM", hit.copy(), each(item(items, column(EACH))))
        return case([(some.copy(), known_only(picked))])

    found = {
        one.name: together(table, collect(array(output(rule.outputs[at], one.type, types) for rule in table.rules)))
        for at, one in enumerate(table.outputs)
    }
    numbers = array(exp.Literal.string(rule.number) for rule in table.rules)
    return {**found, f"row__{table.name}": collect(numbers), f"missing__{table.name}": missing(table)}


def together(table: Table, items: Sql) -> Sql:
    """One value of all, where the policy makes one: nothing of nothing, but a count of 0."""
    if not table.policy.aggregates:
        return items
    found = call(_TOGETHER[table.policy], items)
    if table.policy is not HitPolicy.COUNT:
        return certain(exp.cast(found, SQL_TYPES[table.outputs[0].type]))
    count = exp.cast(call("COALESCE", found, integer(0)), SQL_TYPES[ValueType.INTEGER])
    return case([(some_missing(table), exp.null())], count) if table.required else count


_TOGETHER: Final = {
    HitPolicy.SUM: "LIST_SUM",
    HitPolicy.LEAST: "LIST_MIN",
    HitPolicy.GREATEST: "LIST_MAX",
    HitPolicy.COUNT: "LEN",
}
