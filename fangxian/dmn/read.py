"""A decision table from a spreadsheet, or every mistake in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fangxian.kernel.findings import Finding, errors
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType

from . import messages
from .feel import (
    Compare,
    Expression,
    FeelError,
    Interval,
    Literal,
    Tests,
    check_expression,
    check_tests,
    parse_expression,
    parse_tests,
)
from .feel.typing import not_allowed
from .regions import holds_for
from .sheet import Grid, grid_of_csv, grid_of_xlsx, letter
from .types import Column, HitPolicy, Role, Rule, Table, unlabelled

WORDS: Final = frozenset({"true", "false", "unknown", "null", "not", "max", "min", "date", "time", "duration", "and"})
RESERVED: Final = WORDS | {"today", "next_change", "case", "row", "note_en", "note_zh"}
ROLES: Final = {role.value: role for role in Role}
TYPES: Final = {kind.value: kind for kind in ValueType}
RESERVED_START: Final = ("row__", "missing__", "when__")
COLUMN_NAME: Final = re.compile(r"[^\W\d]\w*")
RULE_NUMBER: Final = re.compile(r"[\w.\-]*\d[\w.\-]*")
HEADINGS: Final = ("label", "name", "label_en", "label_zh", "type", "values", "required")
_ORDERED: Final = (
    ValueType.INTEGER, ValueType.NUMBER, ValueType.DATE, ValueType.DATETIME, ValueType.TIME, ValueType.DURATION
)
TOGETHER: Final[Mapping[HitPolicy, tuple[ValueType, ...]]] = {
    HitPolicy.SUM: (ValueType.INTEGER, ValueType.NUMBER, ValueType.DURATION),
    HitPolicy.LEAST: _ORDERED,
    HitPolicy.GREATEST: _ORDERED,
    HitPolicy.COUNT: tuple(kind for kind in ValueType if kind is not ValueType.LIST),
}
"""The types of which one value can be made, by policy."""
YES: Final = {"yes": True, "no": False, "": False}


def read_csv(
    content: bytes | str, file: str, known: Mapping[str, ValueType] | None = None
) -> tuple[Table | None, list[Finding]]:
    """A table from CSV in UTF-8 or GB18030. ``known``: every name available before this table, with its type; without
    it cells may mention the table's own inputs only. None instead of a table when a finding is an error."""
    grid, findings = grid_of_csv(content, file)
    return read_grid(grid, findings, known)


def read_xlsx(
    content: bytes, file: str, known: Mapping[str, ValueType] | None = None, sheet: str | None = None
) -> tuple[Table | None, list[Finding]]:
    """The same from a workbook: the named sheet, else the first."""
    grid, findings = grid_of_xlsx(content, file, sheet)
    return read_grid(grid, findings, known)


def read_table(
    content: bytes, file: str, known: Mapping[str, ValueType] | None = None
) -> tuple[Table | None, list[Finding]]:
    """The same, by the ending of the file's name."""
    reader = read_xlsx if file.lower().endswith(".xlsx") else read_csv
    return reader(content, file, known)


def read_grid(
    grid: Grid | None, findings: list[Finding], known: Mapping[str, ValueType] | None
) -> tuple[Table | None, list[Finding]]:
    if grid is None or errors(findings):
        return None, findings
    reading = TableReading(grid, known, findings)
    table = reading.table()
    return (None if errors(findings) else table), findings


@dataclass
class TableReading:
    """One pass over a grid that collects what it finds."""

    grid: Grid
    known: Mapping[str, ValueType] | None
    findings: list[Finding]
    headings: dict[str, int] = field(default_factory=dict)
    ranks: bool = False
    columns: list[tuple[int, Column]] = field(default_factory=list)

    def found(self, code: str, message: Text, row: int | None = None, column: str | None = None) -> None:
        self.findings.append(Finding(code, self.grid.place(row, column), message))

    def table(self) -> Table | None:
        first_rule = self.read_headings()
        if errors(self.findings):
            return None
        name, policy = self.policy()
        self.ranks = policy is not None and policy.ranks
        self.read_columns(policy)
        if errors(self.findings) or policy is None:
            return None
        self.check_known()
        self.check_policy(policy)
        label = (*self.row("label")[1:3], "", "")
        return self.with_mentions(
            Table(
                name=name,
                label=Text(label[0] or name, label[1] or label[0] or name),
                policy=policy,
                inputs=self.of(Role.INPUT),
                outputs=self.of(Role.OUTPUT),
                annotations=tuple(column.name for column in self.of(Role.ANNOTATION)),
                rules=self.rules(first_rule),
                file=self.grid.file,
                sheet=self.grid.sheet,
            )
        )

    def with_mentions(self, table: Table) -> Table:
        inputs = {column.name for column in table.inputs}
        return replace(
            table, mentions={name: self.names()[name] for name in table.reads() - inputs if name in self.names()}
        )

    def of(self, role: Role) -> tuple[Column, ...]:
        return tuple(column for _, column in self.columns if column.role is role)

    # Headings

    def read_headings(self) -> int:
        """Where the rules begin: the first row number after ``name`` and ``type``."""
        for number, row in enumerate(self.grid.rows, 1):
            if not any(row):
                continue
            heading = self.heading_of(row)
            if heading is None and {"name", "type"} <= self.headings.keys():
                self.require_headings()
                return number
            if heading is None:
                self.found("dmn.heading", messages.ODD_HEADING.filled(heading=row[0]), number, "A")
            elif heading in self.headings:
                self.found("dmn.heading", messages.TWICE.filled(what=heading), number, "A")
            else:
                self.headings[heading] = number
        self.require_headings()
        self.found("dmn.rules", messages.NO_RULES)
        return len(self.grid.rows) + 1

    def heading_of(self, row: tuple[str, ...]) -> str | None:
        if len(row) > 1 and row[1].lower().replace("_", " ") == "hit policy":
            return "hit policy"
        if row[0].lower() in HEADINGS:
            return row[0].lower()
        return "roles" if not row[0] and "roles" not in self.headings else None

    def require_headings(self) -> None:
        if "hit policy" not in self.headings:
            self.found("dmn.heading", messages.NO_POLICY)
        if "roles" not in self.headings:
            self.found("dmn.heading", messages.NO_ROLES)
        for heading in ("name", "type"):
            if heading not in self.headings:
                self.found("dmn.heading", messages.NO_HEADING.filled(heading=heading))

    def row(self, heading: str) -> tuple[str, ...]:
        number = self.headings.get(heading)
        return self.grid.rows[number - 1] if number else ()

    def cell(self, heading: str, index: int) -> str:
        row = self.row(heading)
        return row[index] if index < len(row) else ""

    def policy(self) -> tuple[str, HitPolicy | None]:
        number = self.headings["hit policy"]
        name, given = self.cell("hit policy", 0), self.cell("hit policy", 2).upper().replace(" ", "")
        if not COLUMN_NAME.fullmatch(name):
            self.found("dmn.name", messages.BAD_NAME.filled(found=name), number, "A")
        try:
            return name, HitPolicy(given)
        except ValueError:
            self.found("dmn.policy", messages.BAD_POLICY.filled(found=given or "-"), number, "C")
            return name, None

    # Columns

    def read_columns(self, policy: HitPolicy | None) -> None:
        width = max(len(self.row(heading)) for heading in ("roles", "name", "type"))
        for index in range(1, width):
            column = self.read_column(index, policy)
            if column is not None:
                self.columns.append((index, column))
        counts = Counter(column.name for _, column in self.columns)
        for index, column in self.columns:
            if counts[column.name] > 1:
                self.found("dmn.name", messages.TWICE.filled(what=column.name), self.headings["name"], letter(index))
        for role in (Role.INPUT, Role.OUTPUT):
            if not self.of(role) and not errors(self.findings):
                self.found("dmn.roles", messages.NO_INPUTS.filled(role=role.value), self.headings["roles"])

    def read_column(self, index: int, policy: HitPolicy | None) -> Column | None:
        given = self.cell("roles", index).lower()
        if not given and not any(self.cell(heading, index) for heading in HEADINGS[1:]):
            return None
        if given not in ROLES:
            self.found("dmn.roles", messages.BAD_ROLE.filled(found=given or "-"), self.headings["roles"], letter(index))
            return None
        role, name = Role(given), self.cell("name", index)
        if not COLUMN_NAME.fullmatch(name) or name in RESERVED or name.startswith(RESERVED_START):
            self.found("dmn.name", messages.BAD_NAME.filled(found=name), self.headings["name"], letter(index))
            return None
        if role is Role.ANNOTATION:
            return Column(name, ValueType.TEXT, role, self.label_of(index, name), letter=letter(index))
        return self.typed_column(index, name, role, policy)

    def typed_column(self, index: int, name: str, role: Role, policy: HitPolicy | None) -> Column | None:
        given = self.cell("type", index).lower()
        if given not in TYPES:
            types = " ".join(TYPES)
            self.found(
                "dmn.type", messages.BAD_TYPE.filled(found=given or "-", types=types), self.headings["type"], name
            )
            return None
        kind = ValueType(given)
        if kind is ValueType.LIST and role is Role.OUTPUT and policy is not None and not policy.single:
            self.found("dmn.type", messages.NO_LIST_OUTPUT, self.headings["type"], name)
        column = Column(name, kind, role, self.label_of(index, name), letter=letter(index))
        return self.with_values(replace(column, required=self.is_required(index, name)), index)

    def label_of(self, index: int, name: str) -> Text:
        """What people call the column; one language stands in for the other."""
        english, chinese = self.cell("label_en", index), self.cell("label_zh", index)
        return Text(english or chinese, chinese or english) if english or chinese else unlabelled(name)

    def is_required(self, index: int, name: str) -> bool:
        given = self.cell("required", index).lower()
        if given not in YES:
            self.found("dmn.required", messages.BAD_REQUIRED, self.headings["required"], name)
        return YES.get(given, False)

    def with_values(self, column: Column, index: int) -> Column:
        text = self.cell("values", index)
        if not text or text == "-":
            return column
        try:
            domain = check_tests(parse_tests(text), column.type, {})
        except FeelError as error:
            self.found(error.code, error.text, self.headings["values"], column.name)
            return column
        if domain.negated or any(not is_literal_test(test) for test in domain.tests):
            self.found("dmn.values", messages.FREE_VALUES, self.headings["values"], column.name)
        return replace(column, domain=domain, values=listed(domain))

    def check_known(self) -> None:
        """Inputs exist before this table, with these types; outputs do not."""
        known, row = self.known, self.headings["name"]
        if known is None:
            return
        for column in self.of(Role.INPUT):
            given = known.get(column.name)
            if given is None:
                self.found("dmn.input", messages.UNKNOWN_INPUT.filled(name=column.name), row, column.name)
            elif given is not column.type and (given, column.type) != (ValueType.INTEGER, ValueType.NUMBER):
                message = messages.OTHER_TYPE.filled(name=column.name, known=given.value)
                self.found("dmn.type", message, self.headings["type"], column.name)
        for column in self.of(Role.OUTPUT):
            if column.name in known:
                self.found("dmn.name", messages.TAKEN.filled(name=column.name), row, column.name)

    def check_policy(self, policy: HitPolicy) -> None:
        """What a policy asks of the outputs: lists of values to go by, or one that can be taken together."""
        outputs, row = self.of(Role.OUTPUT), self.headings["type"]
        if policy.ranks and not any(column.values for column in outputs):
            self.found("dmn.policy", messages.NO_ORDER.filled(policy=policy.value), self.headings["hit policy"], "C")
        if not policy.aggregates:
            return
        if len(outputs) > 1:
            message = messages.ONE_OUTPUT.filled(policy=policy.value)
            self.found("dmn.policy", message, self.headings["hit policy"], "C")
        allowed = TOGETHER[policy]
        for column in outputs:
            if column.type not in allowed:
                kinds = " ".join(kind.value for kind in allowed)
                message = messages.NO_SUM.filled(kind=column.type.value, policy=policy.value, kinds=kinds)
                self.found("dmn.type", message, row, column.name)

    # Rules

    def rules(self, first: int) -> tuple[Rule, ...]:
        found = []
        seen: set[str] = set()
        for number, row in enumerate(self.grid.rows[first - 1 :], first):
            if any(row):
                self.check_number(row[0], number, seen)
                found.append(self.rule(row, number))
        return tuple(found)

    def check_number(self, given: str, row: int, seen: set[str]) -> None:
        if not given:
            self.found("dmn.number", messages.NO_NUMBER, row, "A")
        elif not RULE_NUMBER.fullmatch(given):
            self.found("dmn.heading", messages.ODD_HEADING.filled(heading=given), row, "A")
        elif given in seen:
            self.found("dmn.number", messages.TWICE.filled(what=given), row, "A")
        seen.add(given)

    def rule(self, row: tuple[str, ...], number: int) -> Rule:
        columns = {index for index, _ in self.columns}
        for index, text in enumerate(row[1:], 1):
            if text and index not in columns:
                self.found("dmn.cell.beyond", messages.BEYOND, number, letter(index))
        cells = [(column, row[index] if index < len(row) else "") for index, column in self.columns]
        outputs = [(column, text) for column, text in cells if column.role is Role.OUTPUT]
        return Rule(
            number=row[0],
            row=number,
            tests=tuple(self.tests(column, text, number) for column, text in cells if column.role is Role.INPUT),
            outputs=tuple(self.output(column, text, number) for column, text in outputs),
            output_texts=tuple(text for _, text in outputs),
            annotations={column.name: text for column, text in cells if column.role is Role.ANNOTATION},
        )

    def names(self) -> dict[str, ValueType]:
        return {**(self.known or {}), **{column.name: column.type for column in self.of(Role.INPUT)}}

    def tests(self, column: Column, text: str, row: int) -> Tests:
        try:
            tests = check_tests(parse_tests(text), column.type, self.names(), column.name)
            for test in tests.tests:
                if isinstance(test, Compare) and test.operator == "=":
                    refuse_value(column, test.operand)
            return tests
        except FeelError as error:
            self.found(error.code, error.text, row, column.name)
            return Tests((), False, text)

    def output(self, column: Column, text: str, row: int) -> Expression | None:
        try:
            expression = parse_expression(text)
            if expression is None:
                if self.ranks and column.values:
                    raise FeelError("dmn.policy", messages.FREE_ORDER)
                return None
            checked = check_expression(expression, column.type, self.names())
            refuse_value(column, checked)
            if self.ranks and column.values and not isinstance(checked, Literal):
                raise FeelError("dmn.policy", messages.FREE_ORDER)
            return checked
        except FeelError as error:
            self.found(error.code, error.text, row, column.name)
            return None


def is_literal_test(test: object) -> bool:
    if isinstance(test, Interval):
        return isinstance(test.low, Literal) and isinstance(test.high, Literal)
    return isinstance(test, Compare) and isinstance(test.operand, Literal)


def listed(domain: Tests) -> tuple[Value, ...] | None:
    """The allowed values where the author lists them, in that order."""
    values = tuple(
        test.operand.value
        for test in domain.tests
        if isinstance(test, Compare) and test.operator == "=" and isinstance(test.operand, Literal)
    )
    return values if len(values) == len(domain.tests) else None  # type: ignore[return-value]


def refuse_value(column: Column, operand: Expression) -> None:
    """Raises FeelError for a literal outside the allowed values of its column."""
    if column.domain is None or not isinstance(operand, Literal):
        return
    if not holds_for(column.domain, operand.value):
        raise not_allowed(operand, column.name)
