"""Why a table decided as it did: every row, every cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from fangxian.kernel.text import Text

from .compile import Step, cell, column
from .compile.sql import array, call
from .query import Plan
from .types import Rule, Table


@dataclass(frozen=True, slots=True)
class CellWhy:
    """``value`` is what was known then, None when unknown; ``held`` whether the cell let its row match."""

    input: str
    value: Any
    text: str
    held: bool


@dataclass(frozen=True, slots=True)
class RowWhy:
    number: str
    decided: bool
    reason: Text | None
    cells: tuple[CellWhy, ...]

    @property
    def failed(self) -> int:
        """How many cells did not hold: rows with few came close."""
        return sum(not cell.held for cell in self.cells)


@dataclass(frozen=True, slots=True)
class TableWhy:
    """``rows`` are all rows in the table's order; ``decided`` the numbers of those that decided."""

    table: str
    label: Text
    decided: tuple[str, ...]
    missing: tuple[str, ...]
    outputs: Mapping[str, Any]
    rows: tuple[RowWhy, ...]

    @property
    def deciding(self) -> RowWhy | None:
        return next((row for row in self.rows if row.decided), None)


def explanation_steps(plan: Plan) -> list[Step]:
    """One more layer: whether each cell held, table by table, and everything its tables saw and gave."""
    seen = {name for table in plan.tables for name in reported(table)}
    held = {f"held__{table.name}": cells_held(plan, number) for number, table in enumerate(plan.tables)}
    return [Step(held), Step({f"seen__{name}": column(name) for name in sorted(seen)})]


def reported(table: Table) -> list[str]:
    columns = [*table.inputs, *table.outputs]
    return [*(one.name for one in columns), f"row__{table.name}", f"missing__{table.name}"]


def cells_held(plan: Plan, number: int) -> Any:
    table, types = plan.tables[number], plan.types(number)
    return array(
        call("COALESCE", cell(tests, column(one.name), one.type, types), exp.false())
        for rule in table.rules
        for one, tests in zip(table.inputs, rule.tests, strict=True)
    )


def explanations(plan: Plan, row: Mapping[str, Any]) -> tuple[TableWhy, ...]:
    return tuple(table_why(table, row) for table in plan.tables)


def table_why(table: Table, row: Mapping[str, Any]) -> TableWhy:
    given = row[f"seen__row__{table.name}"]
    decided = _numbers(table, given)
    held = iter(row[f"held__{table.name}"])
    return TableWhy(
        table=table.name,
        label=table.label,
        decided=decided,
        missing=tuple(row[f"seen__missing__{table.name}"]),
        outputs={one.name: row[f"seen__{one.name}"] for one in table.outputs},
        rows=tuple(row_why(table, rule, rule.number in decided, held, row) for rule in table.rules),
    )


def _numbers(table: Table, given: Any) -> tuple[str, ...]:
    """The rows that decided, in the order in which they were taken."""
    if table.policy.single:
        return (given,) if given is not None else ()
    return tuple(given or ())


def row_why(table: Table, rule: Rule, decided: bool, held: Any, row: Mapping[str, Any]) -> RowWhy:
    cells = tuple(
        CellWhy(one.name, row[f"seen__{one.name}"], tests.text, next(held))
        for one, tests in zip(table.inputs, rule.tests, strict=True)
    )
    return RowWhy(rule.number, decided, rule.reason, cells)
