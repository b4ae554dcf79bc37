"""What a decision table is made of, once read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fangxian.kernel.text import Text, both
from fangxian.kernel.values import Value, ValueType

from .feel.syntax import Expression, Tests, names_in


class HitPolicy(StrEnum):
    """DMN 1.5, clause 8.2.8. All but C take the first row: the check refuses U and A tables with a conflict."""

    UNIQUE = "U"
    ANY = "A"
    FIRST = "F"
    COLLECT = "C"


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

    def gives(self) -> dict[str, ValueType]:
        """The outputs as inputs of later tables. A collecting table gives lists, and only texts can be read as one."""
        if self.policy is not HitPolicy.COLLECT:
            return {column.name: column.type for column in self.outputs}
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
