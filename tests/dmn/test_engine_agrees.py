"""The query in DuckDB, the same query in Python and the plain evaluator say the same."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxian.dmn.engine import Chain

from .both_ways import agreed, agreed_or_refused
from .examples import table
from .reference import evaluate
from .strategies import INPUTS, extreme_values, row_values, tables


def alike(found: Any, expected: Any) -> bool:
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(found, float) and isinstance(expected, float | int):
        return math.isclose(found, expected, rel_tol=1e-12)
    return bool(found == expected) and type(found) in (type(expected), dt.datetime, float)


def check_rows(text: str, rows: list[dict[str, Any]]) -> None:
    parsed = table(text, INPUTS)
    for row, found in zip(rows, agreed(Chain([parsed], INPUTS), rows), strict=True):
        expected = evaluate(parsed, row)
        for name, value in expected.items():
            assert alike(found[name], value), (name, row, found, expected)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tables(most_rules=10), st.lists(row_values(), min_size=20, max_size=60))
def test_many_rows_agree_with_the_reference(text: str, rows: list[dict[str, Any]]) -> None:
    check_rows(text, rows)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.lists(row_values(), min_size=1, max_size=8))
def test_few_rows_agree_with_the_reference(text: str, rows: list[dict[str, Any]]) -> None:
    check_rows(text, rows)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.lists(extreme_values(), min_size=3, max_size=12))
def test_python_and_duckdb_agree_at_the_edges(text: str, rows: list[dict[str, Any]]) -> None:
    chain = Chain([table(text, INPUTS)], INPUTS)
    for row in rows:
        agreed_or_refused(chain, row)
