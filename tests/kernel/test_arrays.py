"""Arrays as text: PostgreSQL reads what was written."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.arrays import array_text

STEADY = settings(max_examples=60, deadline=None, derandomize=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
INSTANTS = st.datetimes(
    dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)  # noqa: DTZ001 - the zone follows
)
KINDS = {
    "uuid": st.uuids(),
    "text": WORDS,
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.integers(-5, 5) | st.floats(allow_nan=False),
    "bool": st.booleans(),
    "time": st.times(),
    "interval": st.timedeltas(dt.timedelta(days=-9000), dt.timedelta(days=9000)),
    "date": st.dates(dt.date(1, 1, 1)),
    "timestamptz": INSTANTS,
}


class Colour(StrEnum):
    RED = "red"


def back(kind: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array_text(values)])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read(kind: str) -> None:
    @STEADY
    @given(st.lists(st.none() | KINDS[kind], max_size=8))
    def holds(values: list[Any]) -> None:
        assert back(kind, values) == values

    holds()


@pytest.mark.django_db
def test_words_that_mean_something_to_postgresql() -> None:
    words = ["NULL", "", "{}", 'a "b" \\ c', "x,y", " z ", "'; --"]
    assert back("text", words) == words


def test_an_enumeration_is_its_value() -> None:
    assert array_text([Colour.RED]) == '{"red"}'


def test_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        array_text([b"x"])
