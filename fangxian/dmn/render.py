"""A table as plain data for a page, and as Markdown for the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fangxian.kernel.text import Text
from fangxian.kernel.values import Value

from .feel import Binary, Call, Expression, Literal
from .feel.literals import written
from .types import Column, Table

STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


def expression_text(tree: Expression, around: int = 0) -> str:
    """The expression as a cell would write it."""
    if isinstance(tree, Literal):
        return written(tree.value)
    if isinstance(tree, Call):
        return f"{tree.function}({', '.join(expression_text(one) for one in tree.arguments)})"
    if isinstance(tree, Binary):
        strength = STRENGTH[tree.operator]
        left, right = expression_text(tree.left, strength), expression_text(tree.right, strength + 1)
        inside = f"{left} {tree.operator} {right}"
        return f"({inside})" if strength < around else inside
    return tree.name


@dataclass(frozen=True, slots=True)
class ColumnView:
    name: str
    label: Text
    role: str
    type: str
    required: bool
    values: tuple[Value, ...] | None


@dataclass(frozen=True, slots=True)
class RowView:
    """``inputs`` and ``outputs`` as their author wrote them."""

    number: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    reason: Text | None
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableView:
    name: str
    label: Text
    policy: str
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]


def view(table: Table, labels: Mapping[str, Text] | None = None) -> TableView:
    """The table for display; ``labels`` names its columns for people."""
    known = labels or {}
    return TableView(
        name=table.name,
        label=table.label,
        policy=table.policy.value,
        columns=tuple(column_view(column, known) for column in (*table.inputs, *table.outputs)),
        rows=tuple(
            RowView(
                number=rule.number,
                inputs=tuple(tests.text for tests in rule.tests),
                outputs=rule.output_texts,
                reason=rule.reason,
                annotations=rule.annotations,
            )
            for rule in table.rules
        ),
    )


def column_view(column: Column, labels: Mapping[str, Text]) -> ColumnView:
    label = labels.get(column.name) or column.label
    return ColumnView(column.name, label, column.role.value, column.type.value, column.required, column.values)


def markdown(table: Table, language: str = "en", labels: Mapping[str, Text] | None = None) -> str:
    """A Markdown table under the table's label, in one language; ends with a line break."""
    shown = view(table, labels)
    reasons = any(row.reason for row in shown.rows)
    heads = ["#", *(column.label.said_in(language) for column in shown.columns)]
    heads += [Text("reason", "理由").said_in(language)] if reasons else []
    lines = [f"**{shown.label.said_in(language)}** (`{shown.name}`, {shown.policy})", "", line(heads)]
    lines.append("|" + "---|" * len(heads))
    for row in shown.rows:
        cells = [row.number, *(code(text) for text in (*row.inputs, *row.outputs))]
        cells += [row.reason.said_in(language) if row.reason else ""] if reasons else []
        lines.append(line(cells))
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    return text if text in ("", "-") else f"`{text}`"


def line(cells: list[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return "| " + " | ".join(escaped) + " |"
