"""A sheet that is kept."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.sheet_codec import packed, unpacked
from fangxian.capture.tabular.types import Cell, ListSheet, Mark

from .lists import airport, english

CELL = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(), st.times(), st.dates(), st.datetimes(),
)  # fmt: skip


def test_a_sheet_comes_back_whole() -> None:
    for data in (airport(), english()):
        read = read_list(data, "list")
        assert isinstance(read, ListSheet)
        assert unpacked(packed(read)) == read


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_whatever_the_cells_they_come_back_in_kind(rows: list[tuple[Cell, Cell]]) -> None:
    sheet = ListSheet("f", None, list(rows), list(range(1, len(rows) + 1)), marks={(1, 0): Mark.LOST})
    again = unpacked(packed(sheet))
    assert again == sheet
    assert [[type(cell) for cell in row] for row in again.rows] == [[type(cell) for cell in row] for row in rows]


def test_a_day_and_midnight_of_that_day_stay_apart() -> None:
    day, midnight = dt.date(2020, 3, 20), dt.datetime.fromisoformat("2020-03-20T00:00:00")
    again = unpacked(packed(ListSheet("f", "s", [(day, midnight)], [1]))).rows[0]
    assert [type(cell) for cell in again] == [dt.date, dt.datetime]
