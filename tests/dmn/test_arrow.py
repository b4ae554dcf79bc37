"""Rows out of Arrow: the same as its own, equal ones shared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.dmn.arrow import shared_rows

STEADY = settings(max_examples=60, deadline=None, derandomize=True)
SCHEMA = pa.schema([
    ("measure", pa.string()), ("urgent", pa.bool_()), ("days", pa.int64()), ("until", pa.date32()),
    ("at", pa.timestamp("us", tz="UTC")), ("missing", pa.list_(pa.string())), ("nothing", pa.string()),
])
ROWS = st.fixed_dictionaries({
    "measure": st.sampled_from(["none", "home", None]),
    "urgent": st.sampled_from([True, False, None]),
    "days": st.integers(0, 2) | st.none(),
    "until": st.sampled_from([dt.date(2020, 3, 20), None]),
    "at": st.sampled_from([dt.datetime(2020, 3, 20, tzinfo=dt.UTC), None]),
    "missing": st.sampled_from([["a"], ["a", "b"], [], None]),
    "nothing": st.none(),
})


@STEADY
@given(st.lists(ROWS, max_size=60))
def test_rows_are_what_arrow_says(rows: list[dict[str, Any]]) -> None:
    many = rows * 3
    table = pa.Table.from_pylist(many, SCHEMA)
    found = shared_rows(table)
    assert found == table.to_pylist()
    if len(many) > 50:
        assert len({id(row) for row in found}) == len({repr(row) for row in found})
