"""A chain of decision tables, decided for one subject or for millions by the same query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
from sqlglot import exp

from fangxian.kernel.values import Value, ValueType

from .arrow import ARROW_TYPES, inward, outward, shared_rows
from .compile import Step
from .derived import TODAY, ElapsedInput, ElapsedUnit
from .duck import GIVEN, Statement, workers
from .explain import TableWhy, explanation_steps, explanations
from .feel import FeelError, Tests, check_tests
from .few import Decide, LeftToDuckDB, SqlError, UntranslatedError, translated
from .query import Plan, layers_of, query
from .types import Table

PART: Final = 60_000
"""Rows decided at a time: one batch of Arrow, which DuckDB gives to one thread, so that its rows stay in order."""
FEW: Final = 50
"""Up to so many rows are decided in Python. Up to some hundreds that takes less time than DuckDB (ADR 12), but of more
than these the equal ones share an answer, which saves more to those who read it."""
DATED: Final = (ValueType.DATE, ValueType.DATETIME)


class ChainError(ValueError):
    """The tables, inputs and conditions do not fit each other, or the data lacks a column: a programming error, for the
    reader of tables finds the author's mistakes."""


class Chain:
    """Tables in order; outputs of earlier ones are inputs of later ones.

    ``inputs``: the base columns with their types. ``derived``: inputs computed from them and the row's ``today``.
    ``conditions``: by name, unary tests over any inputs and outputs, all of which must hold. ``zone``: the IANA zone in
    which a datetime has its calendar day. Raises ChainError. Safe to share between threads.
    """

    def __init__(
        self,
        tables: Sequence[Table],
        inputs: Mapping[str, ValueType],
        derived: Sequence[ElapsedInput] = (),
        *,
        conditions: Mapping[str, Mapping[str, Tests]] | None = None,
        zone: str = "UTC",
    ) -> None:
        self.plan = Plan(tuple(tables), dict(inputs), tuple(derived), conditions or {}, zone)
        check_plan(self.plan)
        self.schema = schema_of(self.plan)
        self.layers = layers_of(self.plan)
        self.statement = Statement(query(self.plan, exp.to_table(GIVEN), self.layers))
        self.one_by_one = one_by_one(self.plan, self.layers, self.schema)

    def decide(self, data: pa.Table) -> pa.Table:
        """One result row per row of ``data``, in its order.

        ``data`` has every base input (null is unknown) and, where there are derived inputs, ``today`` (date32). The
        result has each table's outputs, ``row__<table>`` (text, null when none matched; a list where all count),
        ``missing__<table>`` (list of the required inputs that are unknown; all outputs are null then),
        ``when__<condition>`` (boolean) and ``next_change`` (date32). Raises ChainError for a missing column and
        pyarrow.ArrowInvalid for a value its type cannot hold.
        """
        given = inward(self.completed(data), self.plan.given())
        if given.num_rows == 0:
            return self.schema.empty_table()
        parts = (given.slice(at, PART) for at in range(0, given.num_rows, PART))
        return pa.concat_tables(workers().map(self.decided, parts))

    def decided(self, part: pa.Table) -> pa.Table:
        return outward(self.statement.run(part), self.schema)

    def decide_rows(
        self, rows: Sequence[Mapping[str, Value | None]], today: Sequence[dt.date | None]
    ) -> list[dict[str, Any]]:
        """What ``decide`` gives for rows in Python's own types, as dicts, which nobody may change; inputs that are not
        given are unknown. Raises as ``decide`` does. Up to ``FEW`` are decided in Python, more in DuckDB."""
        if len(rows) <= FEW and self.one_by_one is not None:
            try:
                return [self.one_by_one(row.get, day) for row, day in zip(rows, today, strict=True)]
            except (SqlError, LeftToDuckDB):
                pass  # DuckDB decides, or raises
        return shared_rows(self.decide(self.columns(rows, today)))

    def decide_one(self, values: Mapping[str, Value | None], today: dt.date | None = None) -> dict[str, Any]:
        """One subject's result."""
        return self.decide_rows([values], [today])[0]

    def explain(self, values: Mapping[str, Value | None], today: dt.date | None = None) -> tuple[TableWhy, ...]:
        """Per table which row decided, and for each row and input the value, the cell and whether it held."""
        given = inward(self.columns([values], [today]), self.plan.given())
        row = workers().submit(self.explaining.run, given).result().to_pylist()[0]
        return explanations(self.plan, row)

    @cached_property
    def explaining(self) -> Statement:
        return Statement(query(self.plan, exp.to_table(GIVEN), self.layers, explanation_steps(self.plan)))

    def columns(self, rows: Sequence[Mapping[str, Value | None]], today: Sequence[dt.date | None]) -> pa.Table:
        """One Arrow row per subject."""
        inputs = self.plan.inputs
        arrays = [pa.array([row.get(name) for row in rows], ARROW_TYPES[kind]) for name, kind in inputs.items()]
        return pa.table([*arrays, pa.array(today, pa.date32())], names=[*inputs, TODAY])

    def completed(self, data: pa.Table) -> pa.Table:
        """The data with a ``today`` where nothing depends on it."""
        lacking = self.plan.inputs.keys() - set(data.column_names)
        if TODAY not in data.column_names and self.plan.derived:
            lacking |= {TODAY}
        if lacking:
            raise ChainError(f"the data has no column {', '.join(sorted(lacking))}")
        if TODAY in data.column_names:
            return data
        return data.append_column(TODAY, pa.nulls(data.num_rows, pa.date32()))


def one_by_one(plan: Plan, layers: Sequence[Step], schema: pa.Schema) -> Decide | None:
    """None for a chain that only DuckDB can decide."""
    try:
        return translated(plan.given(), layers, schema)
    except UntranslatedError:
        return None


def schema_of(plan: Plan) -> pa.Schema:
    fields = list(chain.from_iterable(table_fields(table) for table in plan.tables))
    fields += [pa.field(f"when__{name}", pa.bool_()) for name in plan.conditions]
    return pa.schema([*fields, pa.field("next_change", pa.date32())])


def table_fields(table: Table) -> Iterable[pa.Field]:
    for output in table.outputs:
        kind = ARROW_TYPES[table.result_type(output)]
        yield pa.field(output.name, pa.list_(kind) if table.policy.lists else kind)
    yield pa.field(f"row__{table.name}", pa.string() if table.policy.single else pa.list_(pa.string()))
    yield pa.field(f"missing__{table.name}", pa.list_(pa.string()))


# Whether the parts fit


def check_plan(plan: Plan) -> None:
    """Raises ChainError."""
    check_zone(plan.zone)
    names = [*plan.inputs, *(one.name for one in plan.derived), TODAY]
    names += [output.name for table in plan.tables for output in table.outputs]
    twice = {name for name in names if names.count(name) > 1}
    if twice or len({table.name for table in plan.tables}) < len(plan.tables):
        raise ChainError(f"named twice: {', '.join(sorted(twice)) or 'a table'}")
    for one in plan.derived:
        if one.kind not in tuple(ElapsedUnit) or plan.inputs.get(one.of) not in DATED:
            raise ChainError(f"{one.name}: {one.kind} wants a date or datetime among the inputs, not {one.of}")
    for number, table in enumerate(plan.tables):
        check_table_fits(table, plan.types(number))
    check_conditions(plan)


def check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ChainError(f"{zone} is not a time zone") from error


def check_table_fits(table: Table, types: Mapping[str, ValueType]) -> None:
    lacking = table.reads() - types.keys()
    if lacking:
        raise ChainError(f"{table.name}: nothing gives {', '.join(sorted(lacking))}")
    for one in table.inputs:
        if types[one.name] is not one.type and (types[one.name], one.type) != (ValueType.INTEGER, ValueType.NUMBER):
            raise ChainError(f"{table.name}: {one.name} is {types[one.name]} and not {one.type}")


def check_conditions(plan: Plan) -> None:
    types = plan.types()
    for condition, tests in plan.conditions.items():
        for name, cell in tests.items():
            try:
                check_tests(cell, types[name], types, name)
            except (KeyError, FeelError) as error:
                raise ChainError(f"condition {condition}, {name}: {error}") from error
