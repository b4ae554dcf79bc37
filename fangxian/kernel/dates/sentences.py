"""What is said about a date or a time that is not plain."""

from __future__ import annotations

import datetime as dt

from ..faults import Fault


def missing() -> Fault:
    return Fault.of("missing", "date", "There is no date. Ask for it and enter it.", "缺少日期。请询问后补填。")


def no_date(text: str) -> Fault:
    return Fault.of(
        "no_date", "date",
        f"“{text}” is no date. Write it as 2020-03-20.",
        f"“{text}”不是日期。请写成 2020-03-20 的形式。")


def impossible(text: str) -> Fault:
    return Fault.of(
        "impossible_date", "date", f"There is no such day as “{text}”. Look it up and correct it.",
        f"日历中没有“{text}”这一天。请核实后更正。")


def incomplete(text: str) -> Fault:
    return Fault.of(
        "incomplete_date", "date", f"“{text}” is not a whole date. Add what is missing: year, month and day.",
        f"“{text}”日期不完整。请补全年、月、日。")


def ambiguous(text: str, first: dt.date, second: dt.date) -> Fault:
    return Fault.of(
        "ambiguous_date", "date",
        f"“{text}” may be {first} or {second}. Say for the column whether the day or the month comes first.",
        f"“{text}”可能是 {first} 或 {second}。请为该列指定日在前还是月在前。")


def other_order(day: dt.date) -> Fault:
    return Fault.of(
        "other_order", "date", f"Written in another order than the rest of the column; read as {day}. Check it.",
        f"书写顺序与该列其他日期不同，已读作 {day}。请核对。")


def two_digit_year(text: str) -> Fault:
    return Fault.of(
        "two_digit_year", "date", f"The century of “{text}” is not clear. Write the year with four digits.",
        f"“{text}”的世纪不明确。请用四位数字书写年份。")


def year_assumed(day: dt.date) -> Fault:
    return Fault.of(
        "year_assumed", "date", f"The year is left out; read as {day}. Check it.", f"未写年份，已读作 {day}。请核对。")


def other_calendar(day: dt.date, written: str) -> Fault:
    return Fault.of(
        "other_calendar", "date", f"The year {written} is of another calendar; read as {day}. Check it.",
        f"年份 {written} 属于其他历法，已读作 {day}。请核对。")


def unlikely_year(day: dt.date) -> Fault:
    return Fault.of(
        "unlikely_year", "date", f"The year {day.year} can't be right. Look the date up and correct it.",
        f"年份 {day.year} 有误。请核实后更正。")


def in_the_future(day: dt.date) -> Fault:
    return Fault.of(
        "in_the_future", "date", f"The birth date {day} lies in the future. Look it up and correct it.",
        f"出生日期 {day} 晚于今天。请核实后更正。")


def no_time(text: str) -> Fault:
    return Fault.of(
        "no_time", "time",
        f"“{text}” is no time of day. Write it as 14:30.",
        f"“{text}”不是时间。请写成 14:30 的形式。")


def impossible_time(text: str) -> Fault:
    return Fault.of(
        "impossible_time", "time", f"There is no such time as “{text}”. Look it up and correct it.",
        f"没有“{text}”这个时间。请核实后更正。")
