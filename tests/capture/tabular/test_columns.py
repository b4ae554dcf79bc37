"""Where the list is in a sheet, and what its columns mean."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.headers import locate
from fangxian.capture.tabular.headings import Vocabulary
from fangxian.capture.tabular.meanings import Evidence, Understanding
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.spellings import fingerprint, spelling
from fangxian.capture.tabular.types import ListSheet, Target
from fangxian.kernel.values import ValueType

from .lists import ARRIVALS, CASES, airport, english, railway
from .workbooks import xlsx


def sheet(data: bytes) -> ListSheet:
    found = read_list(data, "list")
    assert isinstance(found, ListSheet), found
    return found


def meanings(found: Understanding) -> dict[str, str | None]:
    return {column.heading: str(column.meaning) if column.meaning else None for column in found.columns}


def offered(found: Understanding) -> dict[str, list[str]]:
    return {column.heading: [str(each.meaning) for each in column.alternatives] for column in found.asked}


# --- the three lists


def test_the_airports_list() -> None:
    found = understand(sheet(airport()), ARRIVALS)
    assert meanings(found) == {
        "序号": None,
        "姓名": "name",
        "性别": "sex",
        "出生日期": "birth_date",
        "国籍（地区）": "nationality",
        "证件信息 · 证件类型": "document_type",
        "证件信息 · 证件号码": "document_number",
        "联系电话": "phone",
        "航班信息 · 航班号": "transport_number",
        "航班信息 · 座位": "seat",
        "抵达时间": "arrived",
        "14天旅居史": "countries",
        "目的地详细地址": "address",
    }
    assert found.missing == ()
    assert "某某国际机场" in found.layout.title
    assert len(found.layout.lines) == 3
    assert [apart.number for apart in found.layout.apart] == [9, 10]


def test_the_web_systems_list() -> None:
    found = understand(sheet(english()), ARRIVALS)
    assert meanings(found) == {
        "Record ID": "source_id",
        "Full name": "name",
        "Passport no.": "document_number",
        "Nationality": "nationality",
        "DOB": "birth_date",
        "Gender": "sex",
        "Mobile": "phone",
        "Flight no": "transport_number",
        "Arrival date": "arrived:date",
        "Arrival time": "arrived:time",
        "Countries (14 days)": "countries",
        "Local address": "address",
    }
    assert [apart.text for apart in found.layout.apart] == ["Total 5"]


def test_the_railways_list() -> None:
    found = understand(sheet(railway()), ARRIVALS)
    said = meanings(found)
    assert (said["姓"], said["名"]) == ("name:surname", "name:given")
    assert said["身份证号"] == "document_number"
    assert said["日期"] is None
    (day,) = [column for column in found.asked if column.heading == "日期"]
    assert [str(each.meaning) for each in day.alternatives] == ["arrived"]
    assert said["车厢座位"] == "seat"
    assert said["出发地"] == "origin"
    assert said["备注"] is None


# --- where the list is


def test_headings_in_two_languages_in_two_rows() -> None:
    rows: list[list[object]] = [
        ["姓名", "护照号", "生日"],
        ["Name", "Passport No.", "Birthday"],
        ["李", "E12345678", dt.date(1990, 1, 1)],
    ]
    layout = locate(sheet(xlsx({"A": [*rows, rows[-1]]})))
    assert layout.headings == ("姓名 · Name", "护照号 · Passport No.", "生日 · Birthday")
    assert layout.lines == (2, 3)


def test_a_group_heading_without_merges_goes_on_to_the_right() -> None:
    text = "姓名,联系人,,住址\n,姓名,电话,\n李,王,13812345678,河东\n周,吴,13812345679,河西\n"
    assert locate(sheet(text.encode())).headings == ("姓名", "联系人 · 姓名", "联系人 · 电话", "住址")


def test_a_list_without_headings_is_named_by_letters() -> None:
    text = "张伟,E12345678,13812345678,1990-01-01\n李娜,E12345679,13812345679,1991-01-01\n"
    found = understand(sheet(text.encode()), ARRIVALS)
    assert [column.heading for column in found.columns] == ["A", "B", "C", "D"]
    assert len(found.layout.lines) == 2
    assert "no_headings" in [finding.code for finding in found.notes]
    assert set(meanings(found).values()) == {None}
    assert offered(found)["B"] == ["document_number"]
    assert offered(found)["C"] == ["phone"]
    assert found.columns[1].evidence is Evidence.VALUES


def test_rows_that_are_no_lines_are_set_apart_and_named() -> None:
    text = "姓名,证件号,电话\n1,2,3\n例：张三,E00000000,13800000000\n李,E12345678,1\n小计,1\n姓名,证件号,电话\n"
    text += "周,E12345679,2\n备注：以上为全部\n"
    found = locate(sheet(text.encode()))
    assert [found_row.number for found_row in found.apart] == [2, 3, 5, 6, 8]
    assert len(found.lines) == 2
    assert [finding.code for finding in found.notes].count("headings_again") == 1


def test_a_person_whose_line_begins_like_a_sum_stays_a_line() -> None:
    text = "Name,Passport,Phone,City\nTotal Recall,E1234567,1234567,Rome\nNa Sum,E1234568,1234568,Oslo\n"
    assert len(locate(sheet(text.encode())).lines) == 2


def test_a_line_with_only_a_name_stays_a_line() -> None:
    text = "Name,Passport,Phone,City\nLi,E1234567,1234567,Rome\nWu\n"
    assert len(locate(sheet(text.encode())).lines) == 2


# --- headings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Passport No.", "PASSPORT_NUMBER"),
        ("PassportNo", "passport no"),
        ("姓 名", "姓名"),
        ("ＤＯＢ", "dob"),
        ("dt_onset", "Date of onset"),
    ],
)
def test_spellings_of_one_heading(one: str, other: str) -> None:
    assert sorted(spelling(one).words) == sorted(spelling(other).words)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("*姓名（必填）", "name"),
        ("旅客姓名 Passenger Name", "name"),
        ("Name (Latin)", "name_latin"),
        ("姓名(英文)", "name_latin"),
        ("有效身份证件号码", "document_number"),
        ("本人联系电话", "phone"),
        ("Birth date (dd/mm/yyyy)", "birth_date"),
        ("出生年月日", "birth_date"),
        ("到达时间(北京时间)", "arrived"),
        ("体温℃", "temperature"),
    ],
)
def test_headings_near_a_target(heading: str, target: str) -> None:
    vocabulary = Vocabulary(ARRIVALS)
    best = max(ARRIVALS, key=lambda each: vocabulary.likeness(heading, each))
    assert best.name == target


@pytest.mark.parametrize("heading", ["签发日期", "备注", "Seat belt colour", "序号", "Remarks", "Ticket price"])
def test_headings_of_nothing_wanted(heading: str) -> None:
    found = understand(sheet(f"姓名,{heading}\n李,蓝\n周,红\n".encode()), ARRIVALS)
    assert found.columns[1].meaning is None


def test_values_that_contradict_a_heading_are_asked_about() -> None:
    found = understand(sheet("姓名,证件\n李,E12345678\n周,E12345679\n吴,E12345670\n".encode()), ARRIVALS)
    assert offered(found)["证件"] == ["document_number", "document_type"]


def test_one_target_gets_one_column_unless_it_takes_several() -> None:
    text = "姓名,电话,联系电话,途经国家,14天旅居史\n李,13812345678,13812345679,法国,德国\n"
    text += "周,13812345670,13812345671,法国,意大利\n"
    found = understand(sheet(text.encode()), ARRIVALS)
    assert len(found.of("phone")) == 1
    assert len(found.of("countries")) == 2
    assert found.missing == ("document_number",)
    assert "target_missing" in [finding.code for finding in found.notes]


# --- corrections and memory


def test_a_correction_takes_the_target_from_another_column() -> None:
    given = sheet("姓名,别名,证件号\n李,李子,E12345678\n周,周子,E12345679\n".encode())
    found = understand(given, ARRIVALS, corrections={1: "name", 2: None})
    assert meanings(found) == {"姓名": None, "别名": "name", "证件号": None}
    assert found.columns[1].evidence is Evidence.CORRECTED
    assert found.columns[1].confidence == 1


def test_what_was_agreed_is_remembered_by_heading_whatever_the_order() -> None:
    first = understand(sheet("甲,乙,证件号\n李,x,E1\n".encode()), ARRIVALS, corrections={0: "name", 1: None})
    again = understand(sheet("证件号,新,甲,乙\nE1,z,李,x\n".encode()), ARRIVALS, first.memory())
    assert meanings(again) == {"证件号": "document_number", "新": None, "甲": "name", "乙": None}
    assert again.columns[2].evidence is Evidence.REMEMBERED
    assert understand(sheet("乙,证件号,甲\nx,E1,李\n".encode()), ARRIVALS).fingerprint == first.fingerprint


def test_a_remembered_target_that_is_gone_is_passed_over() -> None:
    found = understand(sheet("姓名,n\n李,1\n".encode()), ARRIVALS, {spelling("姓名").key: "was_once"})
    assert meanings(found)["姓名"] == "name"


def test_fingerprint_ignores_decoration() -> None:
    assert fingerprint(["姓名", "Phone No."]) == fingerprint(["phone_number", "姓 名", ""])


def test_name_parts_in_latin_go_to_the_latin_name_where_the_name_is_there_too() -> None:
    text = "姓名,Surname,Given names\n李娜,LI,NA\n周伟,ZHOU,WEI\n"
    found = meanings(understand(sheet(text.encode()), ARRIVALS))
    assert found == {"姓名": "name", "Surname": "name_latin:surname", "Given names": "name_latin:given"}


def test_a_wide_list_is_understood_in_bounded_time() -> None:
    headings = ",".join(f"Column {number} Question number {number} of the card" for number in range(150))
    found = understand(sheet(f"{headings}\n{','.join(['x'] * 150)}\n".encode()), ARRIVALS)
    assert len(found.columns) == 150


def test_understanding_a_sheet_of_one_cell() -> None:
    found = understand(sheet(b"x"), [Target("a", ("A", "甲"), type=ValueType.INTEGER)])
    assert len(found.columns) == 1


@pytest.mark.parametrize("heading", ["date_of_rash", "Date of infection", "离开日期", "座位号"])
def test_the_kind_of_value_alone_is_no_likeness(heading: str) -> None:
    values = "\n".join(f"C{number},2020-03-{number:02d}" for number in range(1, 9))
    found = understand(sheet(f"id,{heading}\n{values}\n".encode()), CASES)
    assert found.columns[1].meaning is None
