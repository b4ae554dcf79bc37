"""A number means the same at every door: the table that the field in the browser is tested with as well."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from fangxian.programmes.forms.numbers import DoubtfulNumberError, decimal

FILE = Path(__file__).parents[2] / "field" / "test" / "numbers.csv"
TABLE = [tuple(row) for row in csv.reader(FILE.read_text("utf-8").splitlines())][1:]


@pytest.mark.parametrize(("typed", "number"), TABLE)
def test_it_is_read_or_refused(typed: str, number: str) -> None:
    if number == "?":
        with pytest.raises(DoubtfulNumberError):
            decimal(typed)
    elif not number:
        with pytest.raises(ValueError) as refused:
            decimal(typed)
        assert not isinstance(refused.value, DoubtfulNumberError)
    else:
        assert decimal(typed) == float(number)
