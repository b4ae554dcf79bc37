from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.identifiers import resident_id

ON = dt.date(2020, 3, 20)


def codes(text: str) -> list[str]:
    return [fault.code for fault in resident_id.parse(text, on=ON).faults]


def test_example_of_the_standard() -> None:
    """GB 11643-1999, 4.2: 11010519491231002X."""
    found = resident_id.parse(" 110105 19491231 002x ", on=ON)
    assert found == resident_id.ResidentId(
        "11010519491231002X", "110105", "北京市朝阳区", dt.date(1949, 12, 31), "female")


def test_old_number_is_upgraded() -> None:
    found = resident_id.parse("110105491231002", on=ON)
    assert (found.number, found.upgraded, found.faults) == ("11010519491231002X", True, ())


def test_centenarian_in_an_old_number() -> None:
    """Sequences 996 to 999 were kept for those born in the century before."""
    assert resident_id.upgrade("110105950101996").startswith("11010518950101996")


def test_unknown_division_is_a_fault_and_no_crash() -> None:
    found = resident_id.parse("34052419800101001X", on=ON)
    assert (found.birth_date, found.sex, found.place) == (dt.date(1980, 1, 1), "male", None)
    assert codes("34052419800101001X") == ["unknown_division"]


@pytest.mark.parametrize(("text", "expected"), [
    ("110105194912310021", ["check_digit"]),
    ("110105194912310000", ["rounded_by_spreadsheet"]),
    ("1.10105E+17", ["rounded_by_spreadsheet"]),
    (resident_id.compose("110105", dt.date(2020, 3, 21), 1), ["birth_date"]),
    (resident_id.compose("110105", dt.date(1880, 1, 1), 1), ["birth_date"]),
    ("11010519490231" + "002" + resident_id.check_character("11010519490231002"), ["birth_date"]),
    ("1101051949123100", ["form"]),
    ("A1010519491231002X", ["form"]),
    ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", ["form"]),
    ("", ["form"]),
])
def test_each_part_is_judged_apart(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@given(st.dates(dt.date(1900, 1, 1), ON), st.integers(0, 999), st.sampled_from(["110101", "420106", "440305"]))
def test_what_is_composed_has_no_fault(born: dt.date, sequence: int, division: str) -> None:
    found = resident_id.parse(resident_id.compose(division, born, sequence), on=ON)
    assert (found.birth_date, found.sex, found.faults) == (born, "male" if sequence % 2 else "female", ())


@given(st.dates(dt.date(1900, 1, 1), ON), st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_found(born: dt.date, sequence: int, place: int, wrong: str) -> None:
    number = resident_id.compose("420106", born, sequence)
    spoilt = number[:place] + wrong + number[place + 1:]
    assert bool(resident_id.parse(spoilt, on=ON).faults) == (spoilt != number)


@given(st.dates(dt.date(1900, 1, 1), ON), st.integers(0, 999), st.integers(0, 16))
def test_any_two_neighbours_exchanged_are_found(born: dt.date, sequence: int, place: int) -> None:
    number = resident_id.compose("420106", born, sequence)
    exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2:]
    assert bool(resident_id.parse(exchanged, on=ON).faults) == (exchanged != number)


@given(st.text(max_size=30))
@settings(max_examples=100)
def test_no_text_breaks_the_reader(text: str) -> None:
    resident_id.parse(text, on=ON)


RIGHT = "11010519491231002X"


@pytest.mark.parametrize("wrong", [
    "110105194912310020",  # the check digit
    "11010519491231003X",  # a digit of the sequence
    "11010519491213002X",  # two that changed places
    "1101051949123102X",  # one left out
    "110105194912310002X",  # one written twice
    "110105491231002",  # as it was before 1999
])
def test_what_a_mistyped_number_may_be_meant_for(wrong: str) -> None:
    found = resident_id.one_slip_from(wrong)
    assert RIGHT in found
    assert all(resident_id.is_right(one) for one in found)
    assert len(found) < 40


@pytest.mark.parametrize("number", [RIGHT, "", "E12345678", "1101051949123100", "1X010519491231002X", "13812345678"])
def test_what_is_right_or_no_such_number_is_meant_for_no_other(number: str) -> None:
    assert resident_id.one_slip_from(number) == ()


@pytest.mark.parametrize(("number", "born"), [
    (RIGHT, dt.date(1949, 12, 31)), ("110105194912310020", dt.date(1949, 12, 31)),
    ("110105491231002", dt.date(1949, 12, 31)), ("110105194913310020", None), ("E12345678", None), ("", None)])
def test_the_birth_date_in_a_number_right_or_wrong(number: str, born: dt.date | None) -> None:
    assert resident_id.born_in(number) == born
