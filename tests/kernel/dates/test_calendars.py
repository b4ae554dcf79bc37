"""Years of other calendars, months by name in other languages, digits of other scripts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.dates import DayOrder, guess_order, parse_date, parse_instant

ON = dt.date(2020, 3, 22)
TZ = ZoneInfo("Asia/Taipei")


@pytest.mark.parametrize(("text", "day", "codes"), [
    ("民國109年2月3日", dt.date(2020, 2, 3), []), ("中華民國 109.2.3", dt.date(2020, 2, 3), []),
    ("109年2月3日", dt.date(2020, 2, 3), ["other_calendar"]), ("109.2.3", dt.date(2020, 2, 3), ["other_calendar"]),
    ("109/02/03", dt.date(2020, 2, 3), ["other_calendar"]), ("2563-02-03", dt.date(2020, 2, 3), ["other_calendar"]),
    ("3/2/2563", None, ["ambiguous_date"]), ("30/2/2563", None, ["impossible_date"]),
    ("23/2/2563", dt.date(2020, 2, 23), ["other_calendar"]), ("พ.ศ. 2563-02-03", dt.date(2020, 2, 3), []),
    ("令和2年2月3日", dt.date(2020, 2, 3), []), ("令和元年5月1日", dt.date(2019, 5, 1), []),
    ("平成31年4月30日", dt.date(2019, 4, 30), []), ("昭和60年1月2日", dt.date(1985, 1, 2), []),
    ("R2.2.3", dt.date(2020, 2, 3), []), ("S60/1/2", dt.date(1985, 1, 2), []), ("R2.13.3", None, ["impossible_date"]),
    ("2020年2月3日(月)", dt.date(2020, 2, 3), []), ("2020년 2월 3일", dt.date(2020, 2, 3), []),
    ("٢٠٢٠-٠٢-٠٣", dt.date(2020, 2, 3), []), ("120.2.3", None, ["unlikely_year"]),
])
def test_other_calendars(text: str, day: dt.date | None, codes: list[str]) -> None:
    found = parse_date(text, on=ON)
    assert (found.value, [fault.code for fault in found.faults]) == (day, codes)


@pytest.mark.parametrize("text", [
    "3. Februar 2020", "3 Feb. 2020", "3 février 2020", "3 févr. 2020", "3 de febrero de 2020", "3 feb 2020",
    "3 de fevereiro de 2020", "3 февраля 2020 г.", "3 فبراير 2020", "٣ شباط ٢٠٢٠", "03FEV2020",
])
def test_months_by_name(text: str) -> None:
    assert parse_date(text, on=ON).value == dt.date(2020, 2, 3)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2029, 12, 31)), st.sampled_from(["de", "fr", "es", "pt", "ru", "ar"]))
def test_every_month_of_every_language_is_read_back(day: dt.date, language: str) -> None:
    name = Locale.parse(language).months["format"]["wide"][day.month]
    assert parse_date(f"{day.day} {name} {day.year}", on=ON).value == day


@given(st.dates(dt.date(2019, 5, 1), dt.date(2020, 12, 31)))
def test_one_day_in_four_calendars(day: dt.date) -> None:
    rest = f"{day.month}月{day.day}日"
    reiwa = f"令和{day.year - 2018}年" if day.year > 2019 else "令和元年"
    for text in (f"{reiwa}{rest}", f"民國{day.year - 1911}年{rest}", f"{day.year + 543}-{day:%m-%d}"):
        assert parse_date(text, on=ON).value == day


def test_a_name_that_may_be_two_months_is_none() -> None:
    assert parse_date("3 jui 2020", on=ON).value is None


@pytest.mark.parametrize(("text", "hour"), [
    ("令和2年2月3日 午後2時30分", "14:30"), ("2020년 2월 3일 오전 9시", "09:00"), ("2020-02-03 下午2:30", "14:30"),
    ("109/02/03 14:30", "14:30"),
])
def test_moments(text: str, hour: str) -> None:
    read = parse_instant(text, on=ON, zone=TZ).value
    assert read is not None
    assert f"{read.astimezone(TZ):%Y-%m-%d %H:%M}" == f"2020-02-03 {hour}"


@pytest.mark.parametrize(("texts", "order"), [
    (["130320", "140320", "250320"], DayOrder.UNKNOWN), (["310320", "140320"], DayOrder.UNKNOWN),
    (["850513", "790102"], DayOrder.YEAR_FIRST), (["13/3/20", "25/3/20", "31/3/20"], DayOrder.DAY_FIRST),
])
def test_six_digits_tell_their_order_only_where_one_is_left(texts: list[str], order: DayOrder) -> None:
    assert guess_order(texts) is order


def test_six_digits_are_read_in_the_order_that_is_said() -> None:
    assert parse_date("130320", on=ON).value is None
    assert parse_date("130320", on=ON, order=DayOrder.DAY_FIRST).value == dt.date(2020, 3, 13)
    assert parse_date("130320", on=ON, order=DayOrder.YEAR_FIRST).value == dt.date(2013, 3, 20)
