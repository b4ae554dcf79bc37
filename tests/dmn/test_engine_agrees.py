"""The SQL and the plain evaluator say the same, for few rows and for many."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxian.dmn.arrow import ARROW_TYPES
from fangxian.dmn.engine import Chain

from .examples import table
from .reference import evaluate
from .strategies import INPUTS, row_values, tables


def arrow(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], ARROW_TYPES[kind]) for name, kind in INPUTS.items()})


def alike(found: Any, expected: Any) -> bool:
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(found, float) and isinstance(expected, float | int):
        return math.isclose(found, expected, rel_tol=1e-12)
    return bool(found == expected) and type(found) in (type(expected), dt.datetime, float)


def check_rows(text: str, rows: list[dict[str, Any]]) -> None:
    parsed = table(text, INPUTS)
    for row, found in zip(rows, Chain([parsed], INPUTS).decide(arrow(rows)).to_pylist(), strict=True):
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
