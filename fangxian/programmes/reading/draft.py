"""What is known of a programme while its folder is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fangxian.dmn.feel import Literal
from fangxian.kernel.values import ValueType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fangxian.dmn.types import Table
    from fangxian.programmes.forms import Form
    from fangxian.programmes.mistakes import Mistakes
    from fangxian.programmes.types import DecisionRoles, DerivedInput, Fact, LinkKind

MOMENTS = frozenset({ValueType.DATE, ValueType.DATETIME})


@dataclass(slots=True)
class Draft:
    """``columns`` has the type of every fact, input and output known so far."""

    files: Mapping[str, bytes]
    mistakes: Mistakes
    facts: dict[str, Fact] = field(default_factory=dict)
    inputs: dict[str, DerivedInput] = field(default_factory=dict)
    columns: dict[str, ValueType] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    forms: dict[str, Form] = field(default_factory=dict)
    form_names: set[str] = field(default_factory=set)
    links: dict[str, LinkKind] = field(default_factory=dict)
    decision: DecisionRoles | None = None

    @property
    def outputs(self) -> dict[str, ValueType]:
        return {name: kind for table in self.tables for name, kind in table.gives().items()}

    def possible(self, output: str) -> Iterator[tuple[str, str, int, str]]:
        """The texts an output's rows write out: the text, and the file, row and column where."""
        for table in self.tables:
            for at, column in enumerate(table.outputs):
                if column.name == output:
                    for rule in table.rules:
                        cell = rule.outputs[at]
                        if isinstance(cell, Literal) and isinstance(cell.value, str):
                            yield cell.value, table.file, rule.row, column.name
