"""The one place where a programme meets decision tables: reading them, and the unary tests used outside of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fangxian.dmn.cases import read_cases, run_cases
from fangxian.dmn.check import check_table
from fangxian.dmn.feel import Compare, FeelError, Interval, Literal, Tests, Unknown, check_tests, parse_tests
from fangxian.dmn.read import read_table
from fangxian.kernel.values import ValueType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fangxian.dmn.feel import Test
    from fangxian.dmn.types import Table
    from fangxian.kernel.text import Text

    from .mistakes import Mistakes

Holds = Callable[[Any], bool]
ENDINGS: Final = (".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Unary:
    """A unary test of S-FEEL over one value, literals only: as written, as syntax for SQL, and for one Python value.

    ``holds(None)`` asks for an unknown value. Values: datetimes aware, lists as tuples.
    """

    text: str
    tests: Tests
    holds: Holds


class UnaryError(Exception):
    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def read_test(text: str, type_: ValueType) -> Unary:
    """The test for a column of that type; raises UnaryError."""
    try:
        tests = check_tests(parse_tests(text), type_, {})
    except FeelError as error:
        raise UnaryError(error.text) from error
    return Unary(text, tests, _holds(tests, is_list=type_ is ValueType.LIST))


def _holds(tests: Tests, *, is_list: bool) -> Holds:
    """Three-valued: a comparison with an unknown value is neither true nor false, and only true holds."""
    if tests.anything:
        return lambda _value: True
    for_unknown = _unknown_holds(tests)
    parts = [_known(test) for test in tests.tests if not isinstance(test, Unknown)]
    wanted = not tests.negated

    def holds(value: Any) -> bool:
        if value is None:
            return for_unknown
        values = value if is_list else (value,)
        return any(part(one) for part in parts for one in values) is wanted

    return _single(parts[0]) if len(parts) == 1 and wanted and not is_list and not for_unknown else holds


def _single(part: Holds) -> Holds:
    """The usual case, without the loop."""
    return lambda value: value is not None and part(value)


def _unknown_holds(tests: Tests) -> bool:
    """``unknown`` among the tests makes it true; otherwise nothing can be said, negated or not."""
    return not tests.negated and any(isinstance(test, Unknown) for test in tests.tests)


def _known(test: Test) -> Holds:
    if isinstance(test, Interval):
        low, high = (_compare(bound) for bound in test.bounds())
        return lambda value: low(value) and high(value)
    assert isinstance(test, Compare)
    return _compare(test)


def _compare(test: Compare) -> Holds:
    assert isinstance(test.operand, Literal), "check_tests with no known names leaves literals only"
    wanted: Any = test.operand.value
    if test.operator == "=":
        return lambda value: bool(value == wanted)
    if test.operator == "<":
        return lambda value: bool(value < wanted)
    if test.operator == "<=":
        return lambda value: bool(value <= wanted)
    if test.operator == ">":
        return lambda value: bool(value > wanted)
    return lambda value: bool(value >= wanted)


def file_of(files: Mapping[str, bytes], name: str) -> str | None:
    return next((found for ending in ENDINGS if (found := f"tables/{name}{ending}") in files), None)


def cases_of(name: str) -> str:
    return f"cases/{name}.csv"


def read_tables(
    files: Mapping[str, bytes], declared: Sequence[tuple[str, int]], columns: dict[str, ValueType], mistakes: Mistakes
) -> tuple[Table, ...]:
    """The tables in order of ``declared`` (name, row in programme.toml); their outputs are added to ``columns``."""
    return tuple(
        table for name, row in declared if (table := _table(files, name, row, columns, mistakes)) is not None
    )


def _table(
    files: Mapping[str, bytes], name: str, row: int, columns: dict[str, ValueType], mistakes: Mistakes
) -> Table | None:
    file = file_of(files, name)
    if file is None:
        mistakes.add("no_table", row, "name", name=name)
        return None
    table, findings = read_table(files[file], file, columns)
    mistakes.found.extend(findings)
    if table is None:
        return None
    if table.name != name:
        mistakes.of(file).add("other_table_name", 1, "A", found=table.name, name=name)
    columns.update(table.gives())
    return table


def try_tables(files: Mapping[str, bytes], tables: Sequence[Table], mistakes: Mistakes) -> None:
    """Look for gaps, overlaps and rows that never decide, and run the worked examples."""
    for table in tables:
        mistakes.found.extend(check_table(table))
        file = cases_of(table.name)
        if file not in files:
            mistakes.of(file).warn("no_cases", name=table.name)
            continue
        cases, findings = read_cases(files[file], file, table)
        mistakes.found.extend([*findings, *run_cases(table, cases, file)])
