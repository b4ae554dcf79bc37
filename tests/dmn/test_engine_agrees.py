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


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.lists(row_values(), min_size=12, max_size=40), st.integers(1, 8))
def test_sql_and_reference_agree(text: str, rows: list[dict[str, Any]], few: int) -> None:
    parsed = table(text, INPUTS)
    chain = Chain([parsed], INPUTS)
    expected = [evaluate(parsed, row) for row in rows]
    found = chain.decide(arrow(rows)).to_pylist() + chain.decide(arrow(rows[:few])).to_pylist()
    for row, one, wanted in zip(rows + rows[:few], found, expected + expected[:few], strict=True):
        for name, value in wanted.items():
            assert alike(one[name], value), (name, row, one, wanted)
