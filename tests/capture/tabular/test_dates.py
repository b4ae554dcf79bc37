"""Columns of dates: what settles their order, what is asked, and dates in Chinese numerals."""

from __future__ import annotations

import datetime as dt

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.rows import interpret, notes_on_values

from .lists import ARRIVALS, ON
from .reading import TZ, codes, lines, sheet, utc


def dated(heading: str, *texts: str) -> tuple[list[object], list[str]]:
    rows = "".join(f"李{place},E{place:08d},{text}\n" for place, text in enumerate(texts))
    given_sheet = sheet(f"姓名,证件号码,{heading}\n{rows}".encode())
    found = understand(given_sheet, ARRIVALS)
    read = interpret(given_sheet, found, ARRIVALS, on=ON, tz=TZ)
    notes = notes_on_values(given_sheet, found, ARRIVALS, on=ON)
    return [
        next(iter(line.values.get(n) for n in ("birth_date", "arrived") if n in line.values), None) for line in read
    ], [finding.code for finding in notes]


def test_one_date_settles_the_order_of_its_column() -> None:
    assert dated("出生日期", "03/04/1990", "25/12/1985") == ([dt.date(1990, 4, 3), dt.date(1985, 12, 25)], [])
    assert dated("出生日期", "03/04/1990", "12/25/1985")[0] == [dt.date(1990, 3, 4), dt.date(1985, 12, 25)]


def test_dates_that_could_be_either_are_asked_for() -> None:
    values, notes = dated("出生日期", "03/04/1990", "05/06/1985")
    assert values == [None, None]
    assert notes == ["dates_open"]


def test_dates_that_tell_by_themselves_are_read_beside_those_that_are_open() -> None:
    mixed = ("13/02/1990", "02/13/1991", "1992-03-04", "05/05/1993", "03/04/1994")
    values, notes = dated("出生日期", *mixed)
    assert values == [
        dt.date(1990, 2, 13), dt.date(1991, 2, 13), dt.date(1992, 3, 4), dt.date(1993, 5, 5), None]
    assert notes == ["dates_open"]
    given_sheet = sheet(f"姓名,证件号码,出生日期\n李,E1234567,{mixed[-1]}\n张,E1234568,1990-01-02\n".encode())
    (said,) = notes_on_values(given_sheet, understand(given_sheet, ARRIVALS), ARRIVALS, on=ON)
    assert "such as 03/04/1994" in said.message.en
    assert "other dates are read" in said.message.en
    assert dated("出生日期", *mixed[:-1]) == (values[:-1], [])


def test_arrivals_that_could_be_either_lie_near_the_day() -> None:
    values, notes = dated("抵达日期", "03/04/2020", "03/04/2020")
    assert (values, notes) == ([None, None], ["dates_open"])
    values, notes = dated("抵达日期", "03/12/2020", "03/11/2020")
    assert values == [utc("2020-03-12T00:00"), utc("2020-03-11T00:00")]
    assert notes == ["dates_ambiguous"]


def test_another_column_of_the_list_shows_the_order() -> None:
    text = "姓名,证件号码,出生日期,抵达日期\n李,E1234567,03/04/1990,20/03/2020\n周,E1234568,05/06/1991,20/03/2020\n"
    assert lines(text.encode())[0].values["birth_date"] == dt.date(1990, 4, 3)


def test_the_user_says_the_order() -> None:
    text = "姓名,证件号码,出生日期\n李,E1234567,03/04/1990\n"
    assert lines(text.encode(), corrections={2: "birth_date:mdy"})[0].values["birth_date"] == dt.date(1990, 3, 4)
    assert lines(text.encode(), corrections={2: "birth_date:dmy"})[0].values["birth_date"] == dt.date(1990, 4, 3)


def test_dates_in_chinese_numerals_are_found_and_read() -> None:
    data = (
        "姓名,护照号,出生,抵达\n张伟,E12345678,一九八八年五月六日,二〇二〇年三月二十日\n"
        "李娜,E23456789,一九九〇年十二月一日,二〇二〇年三月廿一日\n")
    wei, na = lines(data.encode(), corrections={2: "birth_date", 3: "arrived"})
    assert (wei.values["birth_date"], wei.values["arrived"]) == (dt.date(1988, 5, 6), utc("2020-03-20T00:00"))
    assert (na.values["birth_date"], na.values["arrived"]) == (dt.date(1990, 12, 1), utc("2020-03-21T00:00"))
    assert codes(wei) == codes(na) == []


def two_columns(*rows: str) -> list[tuple[object, object, list[str]]]:
    text = "姓名,证件号码,出生日期,抵达日期\n" + "".join(
        f"李{place},E{place:08d},{row}\n" for place, row in enumerate(rows))
    return [(line.values.get("birth_date"), line.values.get("arrived"), [fault.code for fault in line.faults
            if fault.code == "two_calendars"]) for line in lines(text.encode())]


ASKED = ["two_calendars"]


def test_two_digits_of_a_year_are_asked_about_where_the_list_has_years_of_another_calendar() -> None:
    """Of 74 and 101 in one column the first would be 1974, or 1985 of Minguo."""
    told = two_columns("74/3/4,109/03/01", "85/12/25,109/03/01", "101/1/2,109/03/02", "1990/1/2,109/03/03")
    assert [birth for birth, _, _ in told] == [None, None, dt.date(2012, 1, 2), dt.date(1990, 1, 2)]
    assert [asked for *_, asked in told] == [ASKED, ASKED, [], []]
    assert [arrived for _, arrived, _ in told] == [
        utc(f"2020-03-0{day}T00:00") for day in (1, 1, 2, 3)]


def test_one_column_tells_of_the_other() -> None:
    assert two_columns("74/3/4,109/03/01")[0][::2] == (None, ASKED)
    assert two_columns("74年3月4日,民国109年3月1日")[0][::2] == (None, ASKED)
    assert two_columns("1990-01-02,2020-03-20", "74-3-4,2020-03-20", "S49.3.4,2020-03-20")[1][::2] == (None, ASKED)
    assert two_columns("740304,109/03/01")[0][::2] == (None, ASKED)
    assert two_columns("1974/3/4,09/3/1 14:30", "1974/3/4,109/3/1 14:30")[0][1:] == (None, ASKED)


def test_years_of_two_digits_are_read_where_all_are_of_one_calendar() -> None:
    assert two_columns("74/3/14,2020-03-01", "85/12/25,2020-03-01")[0][::2] == (dt.date(1974, 3, 14), [])
    assert two_columns("20MAR74,109/03/01")[0][::2] == (dt.date(1974, 3, 20), [])  # a passport's own way


def test_what_is_asked_of_a_year_says_what_to_write() -> None:
    faulty = lines("姓名,证件号码,出生日期\n李,E1234567,74/3/4\n周,E1234568,101/3/4\n".encode())[0]
    [said] = [fault.message for fault in faulty.faults if fault.code == "two_calendars"]
    assert "74/3/4" in said.en
    assert "four digits" in said.en
    assert "四位数字" in said.zh
