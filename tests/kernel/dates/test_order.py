from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.dates import DayOrder, guess_order, parse_date


@pytest.mark.parametrize(("samples", "order"), [
    (["3/20/2020", "3/4/2020"], DayOrder.MONTH_FIRST),
    (["20/3/2020", "3/4/2020"], DayOrder.DAY_FIRST),
    (["20.03.2020 14:30", None, "?"], DayOrder.DAY_FIRST),
    (["3/4/2020"], DayOrder.UNKNOWN),
    (["03/01/2020", "03/02/2020", "03/05/2020"], DayOrder.MONTH_FIRST),
    (["01/03/2020", "02/03/2020", "05/03/2020"], DayOrder.DAY_FIRST),
    (["20/13/2020"], DayOrder.UNKNOWN),
    (["20/3/2020", "3/20/2020"], DayOrder.UNKNOWN),
    (["68-03-20", "70-12-01"], DayOrder.YEAR_FIRST),
    (["2020-03-20", 43910, None], DayOrder.UNKNOWN),
    ([], DayOrder.UNKNOWN),
])
def test_guesses(samples: list[object], order: DayOrder) -> None:
    assert guess_order(samples) is order


days = st.dates(dt.date(1950, 1, 1), dt.date(2020, 1, 1))


@given(st.lists(days, min_size=1, max_size=30),
st.sampled_from([("%d/%m/%Y", DayOrder.DAY_FIRST), ("%m/%d/%Y", DayOrder.MONTH_FIRST)]))
def test_a_column_is_read_right_or_not_at_all(column: list[dt.date], written: tuple[str, DayOrder]) -> None:
    """A day beyond the twelfth anywhere in the column settles it for all."""
    form, order = written
    texts = [day.strftime(form) for day in column]
    if any(day.day > 12 for day in column):
        assert guess_order(texts) is order
        assert [parse_date(text, on=dt.date(2020, 1, 1), order=order).value for text in texts] == column
