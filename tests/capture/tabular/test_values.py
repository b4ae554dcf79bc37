"""Values as they are met: placeholders, phones with words, ages, far dates, numbers that name nobody."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.targets import targets_of
from fangxian.capture.tabular.types import ListLine
from fangxian.kernel.findings import Severity

from .lists import ARRIVALS
from .official_lists import CASE, LISTED
from .reading import TZ, codes, sheet
from .test_targets import form
from .workbooks import xlsx

ON = dt.date(2026, 11, 29)


def read(text: str | bytes, path: str = LISTED) -> list[ListLine]:
    given = sheet(text.encode() if isinstance(text, str) else text)
    targets = targets_of(form(path))
    return interpret(given, understand(given, targets), targets, on=ON, tz=TZ)


@pytest.mark.parametrize("word", ["待补", "未提供", "同上", "unknown", "0", "?", "xxxx"])
def test_what_stands_for_no_document_is_nobodys_and_doubles_nobody(word: str) -> None:
    found = read(f"姓名,证件号码,出生日期\n赵,{word},1990-01-02\n钱,{word},1991-02-03\n")
    assert [(line.refused, codes(line), "document_number" in line.values) for line in found] == [
        (False, ["placeholder"], False)] * 2


def test_a_masked_number_and_one_of_no_document_are_left_out() -> None:
    one, two, three = read("姓名,身份证号\n张,341023199003******\n李,341023199003******\n王,AB@@\n")
    assert (codes(one), codes(two)) == (["masked"], ["masked"])
    assert codes(three) == ["unknown_form"]
    assert all("document_number" not in line.values for line in (one, two, three))


def test_a_name_that_is_none_is_left_out() -> None:
    (line,) = read("姓名,护照号\n待核实,E61000001\n")
    assert (codes(line), "name" in line.values) == (["placeholder"], False)


@pytest.mark.parametrize(("cell", "kept", "said"), [
    ("13900000001（母亲）", "+8613900000001", ["phone_words"]),
    ("13900000001 13900000002", "+8613900000001", ["several_phones"]),
    ("0559-5520000转12", "+865595520000", ["phone_words"]), ("13900000001", "+8613900000001", []),
    ("手机13900000001", "+8613900000001", []), ("待补", None, []), ("没有手机", None, ["no_phone_number"]),
])
def test_phones_with_words(cell: str, kept: str | None, said: list[str]) -> None:
    (line,) = read(f"姓名,护照号,联系电话\n李,E61000001,{cell}\n")
    assert (line.values.get("phone"), codes(line)) == (kept, said)


def ages(rows: str, heading: str = "年龄") -> list[tuple[object, list[str]]]:
    return [(line.values.get("age"), codes(line)) for line in read(f"病例编号,{heading}\n{rows}", CASE)]


def test_ages_with_units_of_their_own() -> None:
    rows = "1,8月\n2,45岁\n3,12天\n4,2岁3个月\n5,20-29\n6,40多岁\n7,<1\n8,6.5\n9,65+\n10,3 weeks\n"
    rows += "11,34M\n12,5m\n13,不详\n"
    assert [value for value, _ in ages(rows)] == [0, 45, 0, 2, None, None, 0, 6, None, 0, None, 0, None]
    assert [said for _, said in ages(rows) if said] == [["age_range"]] * 3 + [["no_age"]]


@pytest.mark.parametrize(("unit", "words", "expected"), [
    ("年龄单位", ["月", "岁", "", "天"], [0, 30, 30, 0]), ("Age unit", ["months", "years", "", "days"], [0, 30, 30, 0]),
    ("TP_IDADE", ["2", "3", "", "1"], [0, 30, 30, 0]), ("Unité d'âge", ["mois", "ans", "", "jours"], [0, 30, 30, 0]),
])
def test_ages_whose_unit_has_a_column(unit: str, words: list[str], expected: list[int]) -> None:
    pairs = zip([7, 30, 30, 20], words, strict=True)
    rows = "".join(f"C{place},{age},{word}\n" for place, (age, word) in enumerate(pairs))
    found = read(f"病例编号,Age,{unit}\n{rows}", CASE)
    assert [line.values["age"] for line in found] == expected


def test_a_unit_nobody_can_read_leaves_the_age_unknown_or_is_asked() -> None:
    given = sheet("病例编号,Age,Age unit\nC1,7,1\nC2,30,2\nC3,30,2\n".encode())
    targets = targets_of(form(CASE))
    found = understand(given, targets)
    lines = interpret(given, found, targets, on=ON, tz=TZ)
    assert found.asked or all("age" not in line.values for line in lines)


@pytest.mark.parametrize(("day", "said"), [
    ("2026-11-28", []), ("2026-10-01", []), ("2062-11-28", ["far_date"]), ("2016-11-28", ["far_date"]),
    ("2020-11-28 10:00", ["far_date"]), ("2027-02-01", ["far_date"]), ("14:35", ["time_without_day"]),
    ("凌晨1点", ["time_without_day"]), ("2月30日", ["impossible_date"]),
    ("3月12日", ["incomplete_date"]), ("10月2日", ["year_assumed"]),
])
def test_arrivals_far_from_the_list_and_times_without_a_day(day: str, said: list[str]) -> None:
    (line,) = read(f"姓名,护照号,抵达时间\n李,E61000001,{day}\n")
    assert codes(line) == said
    assert ("arrived" in line.values) is (said in ([], ["far_date"], ["year_assumed"]))


def test_the_day_a_remark_names_is_the_one_here() -> None:
    (line,) = read("姓名,护照号,抵达时间\n李,E61000001,2020-03-18 00:30\n")
    assert "2020-03-18" in line.faults[0].message.en
    assert line.values["arrived"] == dt.datetime(2020, 3, 17, 16, 30, tzinfo=dt.UTC)


def test_a_small_number_is_no_day_of_a_spreadsheet() -> None:
    rows: list[list[object]] = [["姓名", "护照号", "抵达时间"], ["李", "E61000001", 1], ["周", "E61000002", 46354]]
    first, second = read(xlsx({"A": rows}))
    assert (codes(first), "arrived" in first.values) == (["no_date"], False)
    assert second.values["arrived"] == dt.datetime(2026, 11, 27, 16, tzinfo=dt.UTC)


def test_a_date_far_from_the_columns_others_is_remarked_and_old_lists_are_not() -> None:
    days = ["2014-05-01", "2014-05-03", "2041-05-03", "2014-06-01", "2014-06-09", "2014-07-01"]
    rows = "".join(f"C{place},{day}\n" for place, day in enumerate(days))
    assert [codes(line) for line in read(f"case_id,onset_date\n{rows}", CASE)] == [
        ["far_date"] if day.startswith("2041") else [] for day in days]


def test_a_time_stamp_is_the_day_it_falls_on_here() -> None:
    found = read("case_id,onset_date\nC1,2020-03-19T16:00:00.000Z\nC2,2020-03-19\n", CASE)
    assert [line.values["onset"] for line in found] == [dt.date(2020, 3, 20), dt.date(2020, 3, 19)]


@pytest.mark.parametrize(("surname", "given", "whole"), [
    ("Peña", "Álvaro", "Peña Álvaro"), ("Петров", "Юрий", "Петров Юрий"), ("Nguyễn", "Ánh", "Nguyễn Ánh"),
    ("أحمد", "علي", "أحمد علي"), ("欧阳", "娜", "欧阳娜"), ("김", "민수", "김민수"), ("García", "José", "García José"),
    ("", "Ana", "Ana"),
])
def test_names_in_parts(surname: str, given: str, whole: str) -> None:
    (line,) = read(f"Surname,Other names,Passport no\n{surname},{given},E61000001\n")
    assert line.values["name"] == whole


def test_two_people_of_one_number_both_wait() -> None:
    first, second, third = read("编号,性别,年龄\nK1,男,30\nK1,女,55\nK2,女,40\n", CASE)
    assert (codes(first), codes(second), codes(third)) == (["number_twice"], ["number_twice"], [])
    assert "Line 3" in first.faults[0].message.en


def test_one_number_on_two_lines_that_agree_is_one_person_with_two_infectors() -> None:
    found = read("case_id,age,infector\nK1,30,\nK2,31,\nK3,32,K1\nK3,,K2\n", CASE)
    assert [codes(line) for line in found] == [[]] * 4


def test_nobody_infected_themselves_nor_several_in_one_cell() -> None:
    found = read("case_id,infector\nK1,K1\nK2,K1、K3\nK3,K1\n", CASE)
    assert [(codes(line), line.values.get("infected_by")) for line in found] == [
        (["own_number"], None), (["several_numbers"], None), ([], "K1")]


def test_a_number_of_somebody_in_a_plain_text_is_left_out() -> None:
    rows = "".join(f"K{place},{hospital}\n" for place, hospital in enumerate(
        ["县医院", "县医院", "市医院", "联系人13900000001", "a@b.org"] + ["县医院"] * 9))
    found = read(f"case_id,hospital\n{rows}", CASE)
    assert [codes(line) for line in found[:5]] == [[], [], [], ["personal_value"], ["personal_value"]]
    assert all("hospital" not in line.values for line in found[3:5])


@pytest.mark.parametrize(("male", "female"), [
    ("H", "M"), ("M", "F"), ("H", "F"), ("м", "ж"), ("남", "여"), ("männlich", "weiblich"), ("ذكر", "أنثى"),
    ("男性", "女性"),
])
def test_sexes_by_what_stands_in_the_whole_column(male: str, female: str) -> None:
    found = read(f"case_id,Sexo\nK1,{male}\nK2,{female}\nK3,{male}\n", CASE)
    assert [line.values["sex"] for line in found] == ["male", "female", "male"]


def test_a_templates_row_of_hints_is_no_case() -> None:
    found = read("case_id,onset_date,sex\n必填,YYYY-MM-DD,男/女\nK1,2020-03-01,男\n", CASE)
    assert [line.values["external_id"] for line in found] == ["K1"]


def test_a_decimal_comma_is_read_as_one() -> None:
    given = sheet("姓名\t体温\n李\t36,5\n周\t３７．２\n".encode())
    found = understand(given, ARRIVALS)
    assert [line.values.get("temperature") for line in interpret(given, found, ARRIVALS, on=ON, tz=TZ)] == [36.5, 37.2]


def test_every_remark_of_a_value_goes_with_the_line() -> None:
    (line,) = read("姓名,证件号码,联系电话,抵达时间\n李,待补,13900000001同微信,14:35\n")
    assert codes(line, Severity.WARNING) == ["placeholder", "phone_words", "time_without_day"]
    assert not line.refused
