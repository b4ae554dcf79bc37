from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.dates import parse_instant, parse_time

ON = dt.date(2020, 3, 22)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
HALF_PAST_TWO = dt.datetime(2020, 3, 20, 6, 30, tzinfo=dt.UTC)


def cell(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """A workbook's cell knows no zone."""
    return dt.datetime(year, month, day, hour, minute)  # noqa: DTZ001


@pytest.mark.parametrize("text", [
    "2020-03-20 14:30", "2020-03-20T14:30:00+08:00", "2020-03-20T06:30:00Z", "2020-03-20T07:30+0100",
    "2020/3/20 14:30:00", "2020年3月20日下午2:30",
    "2020年3月20日 14时30分", "二〇二〇年三月二十日十四时三十分", "2020年3月20日下午2点半",
    "20 Mar 2020 2:30 PM", "3/20/2020 2:30pm",
    "Mar 20, 2020, 2:30 p.m.", "20200320143000",
    "202003201430", "20200320T143000", "2020-03-20　14：30", "2020年3月20日 星期五 14:30",
    "2020-03-20T14:30:00.123+08:00", "2020-03-20 14:30 PM",
    "43910.6041666667", 43910.6041666667, cell(2020, 3, 20, 14, 30), HALF_PAST_TWO,
])
def test_spellings_of_one_instant(text: object) -> None:
    found = parse_instant(text, on=ON, zone=SHANGHAI)
    assert (found.value, found.has_time, found.faults) == (HALF_PAST_TWO, True, ())


@pytest.mark.parametrize(("text", "hour"), [
    ("上午12:00", 0), ("12:00 AM", 0), ("12:00 PM", 12), ("中午12:00", 12), ("中午1点", 13), ("中午11:30", 11),
    ("凌晨3点", 3), ("晚上8点", 20),
    ("下午12:10", 12), ("00:00", 0), ("24:00", 24), ("晚上12点", 24),
])
def test_parts_of_the_day(text: str, hour: int) -> None:
    found = parse_instant(f"2020-03-20 {text}", on=ON, zone=dt.UTC)  # type: ignore[arg-type]
    assert found.value is not None
    assert (found.value.replace(minute=0) - dt.datetime(2020, 3, 20, tzinfo=dt.UTC)) == dt.timedelta(hours=hour)


@pytest.mark.parametrize("value", ["2020-03-20", dt.date(2020, 3, 20), 43910, 43910.0, cell(2020, 3, 20)])
def test_a_day_alone_begins_at_local_midnight(value: object) -> None:
    found = parse_instant(value, on=ON, zone=SHANGHAI)
    assert (found.value, found.has_time) == (dt.datetime(2020, 3, 19, 16, tzinfo=dt.UTC), False)


@pytest.mark.parametrize(("text", "code"), [
    ("2020-03-20 25:00", "impossible_time"), ("2020-03-20 14:60", "impossible_time"),
    ("2020-03-20 13:00 AM", "impossible_time"),
    ("2020-02-30 14:30", "impossible_date"), ("14:30", "missing"), ("3/4/2020 14:30", "ambiguous_date"),
    (None, "missing"), ("soon", "no_date"),
])
def test_no_instant_says_why(text: object, code: str) -> None:
    found = parse_instant(text, on=ON, zone=SHANGHAI)
    assert (found.value, [fault.code for fault in found.faults]) == (None, [code])


def test_summer_time() -> None:
    """The hour that is skipped is taken as if it were not; of the hour that comes twice the first is meant."""
    assert parse_instant("2020-03-29 02:30", on=ON, zone=BERLIN).value == dt.datetime(2020, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert parse_instant("2020-10-25 02:30", on=ON, zone=BERLIN).value == dt.datetime(2020, 10, 25, 0, 30,
    tzinfo=dt.UTC)


@pytest.mark.parametrize(("value", "time"), [
    ("14:30", dt.time(14, 30)), ("1430", dt.time(14, 30)), ("下午2:30", dt.time(14, 30)),
    ("2:30 PM", dt.time(14, 30)), ("2pm", dt.time(14)),
    ("14时30分15秒", dt.time(14, 30, 15)), (0.5, dt.time(12)), (dt.time(1, 2), dt.time(1, 2)),
    (cell(2020, 1, 1, 3), dt.time(3)),
    (0, dt.time(0)), ("00:00", dt.time(0)),
])
def test_times_alone(value: object, time: dt.time) -> None:
    assert parse_time(value).value == time


@pytest.mark.parametrize(("value", "code"), [
    ("25:00", "impossible_time"), ("24:00", "impossible_time"), ("2575", "impossible_time"), ("abc", "no_time"),
    ("", "no_time"), (None, "no_time"),
    ("2020-03-20 14:30", "no_time"), (7.5, "no_time"),
])
def test_no_time_says_why(value: object, code: str) -> None:
    found = parse_time(value)
    assert (found.value, [fault.code for fault in found.faults]) == (None, [code])


@given(st.datetimes(cell(1900, 1, 1), cell(2099, 12, 31)),
st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒",
       "%d.%m.%Y %H:%M:%S", "%d %b %Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"]))
@settings(max_examples=200)
def test_every_clear_spelling_is_read_back(moment: dt.datetime, form: str) -> None:
    expected = moment.replace(microsecond=0, tzinfo=dt.UTC)
    assert parse_instant(moment.strftime(form), on=ON, zone=ZoneInfo("UTC")).value == expected


@given(
    st.text(max_size=40) | st.text("0123456789-/. :TZ+年月日时分下午",
    max_size=24) | st.floats() | st.integers() | st.datetimes() | st.dates()
    | st.datetimes(timezones=st.sampled_from([dt.UTC, BERLIN])) | st.times())
@settings(max_examples=300)
def test_nothing_breaks_the_readers(value: object) -> None:
    found = parse_instant(value, on=ON, zone=SHANGHAI)
    assert found.value is not None or found.faults
    alone = parse_time(value)
    assert alone.value is not None or alone.faults
