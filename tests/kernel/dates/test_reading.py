from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.dates import DayOrder, Epoch, parse_date

ON = dt.date(2020, 3, 22)
DAY = dt.date(2020, 3, 20)


def cell(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """A workbook's cell knows no zone."""
    return dt.datetime(year, month, day, hour, minute)  # noqa: DTZ001


@pytest.mark.parametrize("text", [
    "2020-03-20", "2020/3/20", "2020.3.20", "20200320", "20032020", "20.03.2020", "20. 3. 2020", "3/20/2020",
    "20/3/2020", "20-03-2020",
    "2020年3月20日", "2020 年 03 月 20 号", "二〇二〇年三月二十日", "二零二零年 三月二十号", "二○二O年3月廿日",
    "二〇年三月二〇日 星期五 下午二点半", "20年3月20日", "2020年3月20日 星期五", "20 Mar 2020", "20-Mar-20",
    "20MAR2020", "20MAR20",
    "Mar 20, 2020", "March 20th, 2020", "Friday, 20 March 2020", "20th of March 2020", "2020-Mar-20",
    "２０２０－０３－２０", " 2020-03-20 ",
    "2020-03-20 00:00:00", "2020-03-20T14:30:00+08:00", "2020年3月20日下午2:30", "3/20/20", "20/3/20", "200320",
    "20200320143000",
    "43910", "43910.6", 43910, 43910.6, 20200320, 20200320.0, DAY, cell(2020, 3, 20, 23, 59),
])
def test_spellings_of_one_day(text: object) -> None:
    found = parse_date(text, on=ON)
    assert (found.value, found.faults) == (DAY, ())


@pytest.mark.parametrize(("text", "order", "value", "codes"), [
    ("3/4/2020", DayOrder.UNKNOWN, None, ["ambiguous_date"]),
    ("3/4/2020", DayOrder.DAY_FIRST, dt.date(2020, 4, 3), []),
    ("3/4/2020", DayOrder.MONTH_FIRST, dt.date(2020, 3, 4), []),
    ("4/4/2020", DayOrder.UNKNOWN, dt.date(2020, 4, 4), []),
    ("3.4.2020", DayOrder.UNKNOWN, dt.date(2020, 4, 3), []),
    ("3/20/2020", DayOrder.DAY_FIRST, DAY, ["other_order"]),
    ("20/3/2020", DayOrder.MONTH_FIRST, DAY, ["other_order"]),
    ("20/03/19", DayOrder.UNKNOWN, None, ["ambiguous_date"]),
    ("20/03/19", DayOrder.YEAR_FIRST, dt.date(2020, 3, 19), []),
    ("20/03/19", DayOrder.DAY_FIRST, dt.date(2019, 3, 20), []),
    ("3月20日", DayOrder.UNKNOWN, DAY, ["year_assumed"]),
    ("3/20", DayOrder.UNKNOWN, DAY, ["year_assumed"]),
    ("3/4", DayOrder.UNKNOWN, None, ["ambiguous_date"]),
    ("12月30日", DayOrder.UNKNOWN, dt.date(2019, 12, 30), ["year_assumed"]),
    ("20.3.", DayOrder.UNKNOWN, DAY, ["year_assumed"]),
    ("3.4.", DayOrder.MONTH_FIRST, dt.date(2020, 4, 3), ["year_assumed"]),
    ("30.2.", DayOrder.UNKNOWN, None, ["impossible_date"]),
    ("6月20日", DayOrder.UNKNOWN, None, ["incomplete_date"]),
    ("Nov 2", DayOrder.UNKNOWN, None, ["incomplete_date"]),
    ("25/6", DayOrder.UNKNOWN, None, ["incomplete_date"]),
])
def test_the_columns_order_settles_what_the_digits_do_not(
    text: str, order: DayOrder, value: dt.date | None, codes: list[str],
) -> None:
    found = parse_date(text, on=ON, order=order)
    assert (found.value, [fault.code for fault in found.faults]) == (value, codes)


@pytest.mark.parametrize(("text", "code"), [
    ("2020-02-30", "impossible_date"), ("30/02/2020", "impossible_date"), ("31.04.2020", "impossible_date"),
    ("20200230", "impossible_date"), ("4月31日", "impossible_date"), ("13月1日", "impossible_date"),
    ("2020年13月1日", "impossible_date"), ("二〇二〇年四月三十一日", "impossible_date"),
    ("星期五", "missing"), ("29 Feb 2019", "impossible_date"), ("0202-03-20", "unlikely_year"),
    ("2020-03", "incomplete_date"),
    ("2020年3月", "incomplete_date"), ("2020", "incomplete_date"), (2020, "incomplete_date"), ("", "missing"),
    (None, "missing"), ("无", "missing"),
    (float("nan"), "missing"), ("abc", "no_date"), (True, "no_date"), (-5, "no_date"), ("20 Foo 2020", "no_date"),
    ("1/2/3/4", "no_date"),
    ("12/5/68", "two_digit_year"), (dt.time(1), "missing"), (float("inf"), "no_date"),
])
def test_no_date_says_why(text: object, code: str) -> None:
    found = parse_date(text, on=ON)
    assert (found.value, [fault.code for fault in found.faults]) == (None, [code])


@pytest.mark.parametrize(("text", "value", "codes"), [
    ("12/5/68", dt.date(1968, 5, 12), []), ("680512", dt.date(1968, 5, 12), []),
    ("68年5月12日", dt.date(1968, 5, 12), []),
    ("12/5/05", dt.date(2005, 5, 12), []), ("12/5/15", None, ["two_digit_year"]),
    ("12 May 15", None, ["two_digit_year"]),
    ("21/3/20", None, ["two_digit_year"]), ("23/3/20", dt.date(1920, 3, 23), []),
    ("2020-03-23", dt.date(2020, 3, 23), ["in_the_future"]), ("5月12日", None, ["incomplete_date"]),
    ("12/5", None, ["incomplete_date"]),
])
def test_births(text: str, value: dt.date | None, codes: list[str]) -> None:
    found = parse_date(text, on=ON, order=DayOrder.DAY_FIRST, birth=True)
    assert (found.value, [fault.code for fault in found.faults]) == (value, codes)


@pytest.mark.parametrize(("serial", "epoch", "value"), [
    (1, Epoch.Y1900, dt.date(1900, 1, 1)), (59, Epoch.Y1900, dt.date(1900, 2, 28)),
    (61, Epoch.Y1900, dt.date(1900, 3, 1)),
    (43910, Epoch.Y1900, DAY), (42448, Epoch.Y1904, DAY), (1, Epoch.Y1904, dt.date(1904, 1, 2)),
])
def test_serials(serial: int, epoch: Epoch, value: dt.date) -> None:
    """ECMA-376 part 1, 18.17.4.1, with the 29 February 1900 that never was."""
    assert parse_date(serial, on=ON, epoch=epoch).value == value


FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%Y年%m月%d日", "%d%b%Y",
"%A, %d %B %Y", "%Y-%m-%dT%H:%M:%S")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(FORMS), st.sampled_from(DayOrder))
@settings(max_examples=200)
def test_every_clear_spelling_is_read_back_whatever_the_order(day: dt.date, form: str, order: DayOrder) -> None:
    assert parse_date(day.strftime(form), on=ON, order=order).value == day


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("-/. "))
def test_day_and_month_are_never_exchanged_in_silence(day: dt.date, divider: str) -> None:
    text = f"{day.day}{divider}{day.month}{divider}{day.year}".replace(" ", "/")
    found = parse_date(text, on=ON)
    assert found.value in (None, day)
    assert parse_date(text, on=ON, order=DayOrder.DAY_FIRST).value == day


@given(
    st.text(max_size=40) | st.text("0123456789-/. :年月日", max_size=20) | st.floats() | st.integers() | st.none()
    | st.datetimes() | st.dates(), st.sampled_from(DayOrder), st.booleans())
@settings(max_examples=300)
def test_nothing_breaks_the_reader_and_nothing_is_without_word(value: object, order: DayOrder, birth: bool) -> None:
    found = parse_date(value, on=ON, order=order, birth=birth)
    assert found.value is not None or found.faults
    for fault in found.faults:
        assert fault.message.en.endswith(".")
        assert fault.message.zh.endswith("。")
