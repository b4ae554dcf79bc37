"""Columns out of the type of a row."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from fangxian.kernel.columns import columns_of


class Colour(StrEnum):
    RED = "red"


class Row(NamedTuple):
    id: uuid.UUID
    day: dt.date
    at: dt.datetime | None
    colour: Colour
    number: int
    sealed: bytes | None
    drill: bool
    user: str


def test_a_field_is_a_column() -> None:
    columns = columns_of(Row)
    assert columns.names == Row._fields
    assert columns.types == ("uuid", "date", "timestamptz", "varchar", "int8", "bytea", "bool", "varchar")
    assert columns.listed.endswith('"drill", "user"')  # a word of SQL is a name all the same


def test_what_no_column_holds_is_refused() -> None:
    class Odd(NamedTuple):
        many: list[Any]

    with pytest.raises(TypeError, match="list"):
        columns_of(Odd)
