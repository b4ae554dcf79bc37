"""Whatever is sent to a form: taken as it stands, or named as wrong, and never a date that nobody means."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from fangxian.kernel.clock import storable
from fangxian.programmes.forms import Validated

from .forms_for_tests import STEADY, form_of
from .test_validate import validated

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=4), max_size=3),
    st.dictionaries(st.text(), st.integers(), max_size=1),
)
EVERY_TYPE = form_of(
    *(
        {"type": kind, "name": f"q{number}"}
        for number, kind in enumerate(
            [
                "text",
                "integer",
                "decimal",
                "range",
                "select_one yes_no",
                "select_multiple signs",
                "date",
                "dateTime",
                "time",
                "acknowledge",
                "barcode",
                "note",
            ]
        )
    )
)


@STEADY
@given(st.dictionaries(st.sampled_from([f"q{number}" for number in range(12)]), ANYTHING))
def test_whatever_is_sent_is_taken_or_named(raw: dict[str, Any]) -> None:
    """No answer is both taken and at fault, and what was taken is taken again as it stands."""
    found = validated(EVERY_TYPE, raw)
    at_fault = {fault.question for fault in found.faults}
    assert not at_fault & found.answers.keys()
    assert found.answers.keys() | at_fault <= raw.keys()
    again = validated(EVERY_TYPE, dict(found.answers))
    assert again == Validated({name: value for name, value in found.answers.items() if value is not False})


OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=st.one_of(st.none(), OFFSETS))
DATED = form_of(
    {"type": "date", "name": "day"},
    {"type": "dateTime", "name": "moment"},
    {"type": "calculate", "name": "day_of", "calculation": "date(${moment})"},
    {"type": "calculate", "name": "later", "calculation": "date(${day} + 400)"},
    {"type": "calculate", "name": "earlier", "calculation": "date(${day} - 400)"},
)


@STEADY
@given(st.one_of(st.dates(), MOMENTS), MOMENTS, st.booleans())
@example(dt.date(2199, 12, 31), dt.datetime(1, 1, 1), True)  # noqa: DTZ001
@example(dt.date(1900, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999999), False)  # noqa: DTZ001
def test_no_date_is_taken_that_nobody_means(day: dt.date, moment: dt.datetime, written: bool) -> None:
    """Whatever is taken, told or worked out, can be stored and compared in every time zone."""
    told = {"day": day.isoformat()[:10], "moment": moment.isoformat() if written else moment}
    found = validated(DATED, told)
    assert all(storable(value) for value in found.answers.values() if isinstance(value, dt.date)), found.answers
    assert found.answers.keys() | {fault.question for fault in found.faults} >= told.keys()
    for fault in found.faults:
        assert "1900" in fault.message.en or "exist" in fault.message.en
