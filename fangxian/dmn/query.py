"""The query of a chain: a layer per step over rows of base inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from fangxian.kernel.values import ValueType

from .compile import Sql, Step, cell, column, table_steps
from .compile.sql import all_of, call, case
from .derived import TODAY, ElapsedInput, derived_sql, next_change
from .feel import Tests
from .types import Table


@dataclass(frozen=True, slots=True)
class Plan:
    """What a chain computes: tables in order over base inputs, derived inputs, and conditions to be told besides."""

    tables: tuple[Table, ...]
    inputs: Mapping[str, ValueType]
    derived: tuple[ElapsedInput, ...]
    conditions: Mapping[str, Mapping[str, Tests]]
    zone: str

    def types(self, tables: int | None = None) -> dict[str, ValueType]:
        """Every name known after that many tables, by default all."""
        found = {**self.inputs, **{one.name: ValueType.INTEGER for one in self.derived}}
        for table in self.tables[:tables]:
            found |= table.gives()
        return found

    def cells(self) -> Iterator[tuple[str, Tests]]:
        """Every cell with the name of the input it is in."""
        for table in self.tables:
            for rule in table.rules:
                yield from zip((one.name for one in table.inputs), rule.tests, strict=True)
        for condition in self.conditions.values():
            yield from condition.items()

    def given(self) -> list[tuple[str, ValueType]]:
        """The columns of the rows to decide."""
        return [*self.inputs.items(), (TODAY, ValueType.DATE)]


def query(plan: Plan, source: Sql, layers: Sequence[Step], extra: Sequence[Step] = ()) -> str:
    """The whole query; ``source`` stands after FROM and has the plan's given columns. ``extra`` steps add columns
    to the result, which they replace."""
    steps = [*layers, *extra]
    names = result_names(plan) if not extra else [name for step in extra for name in step.columns]
    first = exp.select(*(exp.alias_(sql, name, quoted=True) for name, sql in steps[0].columns.items())).from_(source)
    found = exp.select(*(column(name) for name in names)).from_(f"layer{len(steps) - 1}")
    found = found.with_("layer0", as_=first, copy=False)
    for number, step in enumerate(steps[1:], 1):
        added = (exp.alias_(sql, name, quoted=True) for name, sql in step.columns.items())
        layer = exp.select("*", *added).from_(f"layer{number - 1}")
        found = found.with_(f"layer{number}", as_=layer, copy=False)
    return found.sql("duckdb")


def layers_of(plan: Plan) -> list[Step]:
    """Every column of the query, layer by layer; the first is the given rows."""
    return [Step(base(plan)), *steps_of(plan)]


def base(plan: Plan) -> dict[str, Sql]:
    return {name: known(name, kind) for name, kind in plan.given()}


def known(name: str, kind: ValueType) -> Sql:
    """The given value; what is not a number is not known."""
    if kind is not ValueType.NUMBER:
        return column(name)
    return case([(exp.Not(this=call("ISNAN", column(name))), column(name))])


def steps_of(plan: Plan) -> Iterator[Step]:
    if plan.derived:
        yield Step({one.name: derived_sql(one, plan.inputs, plan.zone) for one in plan.derived})
    for wave in waves(plan):
        for layers in zip(*(table_steps(plan.tables[number], plan.types(number)) for number in wave), strict=True):
            yield Step({name: sql for layer in layers for name, sql in layer.columns.items()})
    yield Step({**conditions(plan), "next_change": changes(plan)})


def waves(plan: Plan) -> list[list[int]]:
    """The tables by number, those that do not read each other together: the fewer layers, the less there is to do."""
    depth: dict[str, int] = {}
    found: list[list[int]] = []
    for number, table in enumerate(plan.tables):
        at = max((depth.get(name, 0) for name in table.reads()), default=0)
        depth |= {one.name: at + 1 for one in table.outputs}
        found += [[]] if at == len(found) else []
        found[at].append(number)
    return found


def conditions(plan: Plan) -> dict[str, Sql]:
    """Whether each condition holds: true or false, never unknown."""
    types = plan.types()
    return {f"when__{name}": holds(tests, types) for name, tests in plan.conditions.items()}


def holds(tests: Mapping[str, Tests], types: Mapping[str, ValueType]) -> Sql:
    parts = [cell(one, column(name), types[name], types) for name, one in tests.items()]
    return call("COALESCE", all_of([exp.true(), *parts]), exp.false())


def changes(plan: Plan) -> Sql:
    return next_change(plan.derived, plan.cells(), plan.tables, plan.inputs, plan.zone)


def result_names(plan: Plan) -> list[str]:
    """The columns of the result, in order."""
    found = []
    for table in plan.tables:
        found += [*(one.name for one in table.outputs), f"row__{table.name}", f"missing__{table.name}"]
    return [*found, *(f"when__{name}" for name in plan.conditions), "next_change"]
