"""What a decision table is made of, once read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from fangxian.kernel.text import Text, both
from fangxian.kernel.values import Value, ValueType

from .feel.syntax import Expression, Literal, Tests, names_in


class HitPolicy(StrEnum):
    """DMN 1.5, clause 8.2.8. U, A and F take the first row that matches (the check refuses U and A tables with a
    conflict), P the one whose outputs come first in their lists of values. The others take all rows: C and R in the
    order of the table, O in that of the values; C with a sign makes one value of them."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    COLLECT = "C"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    SUM = "C+"
    LEAST = "C<"
    GREATEST = "C>"
    COUNT = "C#"

    @property
    def single(self) -> bool:
        """Whether one row decides."""
        return self in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)

    @property
    def lists(self) -> bool:
        """Whether each output is a list, with an element for each row that matched."""
        return self in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)

    @property
    def aggregates(self) -> bool:
        """Whether one value is made of all the rows that matched."""
        return not self.single and not self.lists

    @property
    def ranks(self) -> bool:
        """Whether rows are taken in the order of their outputs' lists of values."""
        return self in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


class Role(StrEnum):
    INPUT = "input"
    OUTPUT = "output"
    ANNOTATION = "annotation"


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output. ``values`` lists the allowed values when there is such a list; ``domain`` is what the author
    wrote there, which may also be an interval."""

    name: str
    type: ValueType
    role: Role
    label: Text
    values: tuple[Value, ...] | None = None
    domain: Tests | None = None
    required: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``number`` as shown in reasons, ``row`` as counted in the file; an output of None is unknown."""

    number: str
    row: int
    tests: tuple[Tests, ...]
    outputs: tuple[Expression | None, ...]
    output_texts: tuple[str, ...]
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> Text | None:
        """The annotations ``reason_en`` and ``reason_zh``; one stands in for the other."""
        en, zh = self.annotations.get("reason_en", ""), self.annotations.get("reason_zh", "")
        return Text(en or zh, zh or en) if en or zh else None


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table whose every cell was parsed and typed."""

    name: str
    label: Text
    policy: HitPolicy
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]
    file: str
    sheet: str | None = None
    mentions: Mapping[str, ValueType] = field(default_factory=dict)  # names in cells that are no input here

    def types(self) -> dict[str, ValueType]:
        """Every name its cells may read."""
        return {**self.mentions, **{column.name: column.type for column in self.inputs}}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.inputs if column.required)

    def rank(self, rule: Rule) -> tuple[int, ...]:
        """Where the outputs of a rule stand in their lists of values; outputs without a list say nothing."""
        cells = zip(self.outputs, rule.outputs, strict=True)
        return tuple(
            column.values.index(cell.value)
            if isinstance(cell, Literal) and cell.value in column.values
            else len(column.values)
            for column, cell in cells
            if column.values
        )

    def in_order(self) -> Table:
        """With its rules in the order in which they are taken; the table itself where that is its own."""
        return replace(self, rules=tuple(sorted(self.rules, key=self.rank))) if self.policy.ranks else self

    def result_type(self, column: Column) -> ValueType:
        """What an output is in the end, an element of the list where it is one."""
        return ValueType.INTEGER if self.policy is HitPolicy.COUNT else column.type

    def gives(self) -> dict[str, ValueType]:
        """The outputs as inputs of later tables. A collecting table gives lists, and only texts can be read as one."""
        if not self.policy.lists:
            return {column.name: self.result_type(column) for column in self.outputs}
        return {column.name: ValueType.LIST for column in self.outputs if column.type is ValueType.TEXT}

    def reads(self) -> frozenset[str]:
        """Every name the table needs: its input columns and those its cells mention."""
        mentioned = (name for cell in self.cells() for name in names_in(cell))
        return frozenset(column.name for column in self.inputs) | frozenset(mentioned)

    def cells(self) -> Iterator[Tests | Expression]:
        for rule in self.rules:
            yield from rule.tests
            yield from (output for output in rule.outputs if output is not None)


def unlabelled(name: str) -> Text:
    return both(name)
