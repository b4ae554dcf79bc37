"""Lines with typed values, and what is said of those that are not right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.types import ListSheet, Target, TargetChoice
from fangxian.kernel.findings import Severity
from fangxian.kernel.values import ValueType

from .lists import ARRIVALS, CASES, NA, ON, WEI, airport, english, railway
from .reading import TZ, codes, lines, sheet, utc

LINELISTS = Path(__file__).resolve().parents[3] / "../shared/data/linelists"


# --- the three lists


def test_the_airports_list() -> None:
    wei, kim, na = lines(airport())
    assert [wei.number, kim.number, na.number] == [5, 6, 8]
    assert wei.values == {
        "name": "张伟",
        "sex": "male",
        "birth_date": dt.date(1988, 5, 6),
        "nationality": "CN",
        "document_type": "resident_id",
        "document_number": WEI,
        "phone": "+8613812345678",
        "transport_number": "CA934",
        "seat": "12A",
        "arrived": utc("2020-03-20T14:35"),
        "countries": ("FR", "DE"),
        "address": "河东街道幸福里3栋2单元501",
    }
    assert wei.faults == ()
    assert kim.values["document_type"] == "passport"
    assert kim.values["phone"] == "+821012345678"
    assert kim.raw["证件信息 · 证件号码"] == "M12345678"


def test_a_wrong_check_digit_is_shown_and_the_number_kept() -> None:
    na = lines(airport())[2]
    assert na.values["document_number"] == na.raw["证件信息 · 证件号码"] != NA
    assert codes(na) == ["check_digit"]
    assert not na.refused


def test_the_web_systems_list() -> None:
    found = lines(english())
    anna = found[0]
    assert anna.values["arrived"] == utc("2020-03-20T13:05")
    assert anna.values["birth_date"] == dt.date(1985, 5, 13)
    assert anna.values["countries"] == ("DE", "AT")
    assert anna.values["phone"] == "+491701234567"
    assert [line.refused for line in found] == [False, False, False, True, True]


def test_an_impossible_date_is_named_and_the_line_goes_on() -> None:
    sofia = lines(english())[2]
    assert "birth_date" not in sofia.values
    assert codes(sofia, Severity.WARNING) == ["impossible_date", "duplicate_follows"]
    assert "31/02/1990" in sofia.faults[0].message.en
    assert sofia.faults[0].column == "DOB"


def test_a_repeated_document_names_the_other_line() -> None:
    again = lines(english())[3]
    assert codes(again, Severity.ERROR) == ["duplicate_person"]
    assert again.faults[-1].other_line == 4
    assert "line 4" in again.faults[-1].message.en
    assert "Date of birth" in again.faults[-1].message.en
    assert "第 4 行" in again.faults[-1].message.zh


def test_a_line_without_what_it_needs_is_refused() -> None:
    tom = lines(english())[4]
    assert codes(tom, Severity.ERROR) == ["required"]
    assert tom.faults[0].target == "document_number"


def test_the_railways_list() -> None:
    zhang, ouyang, smith = lines(railway(), corrections={6: "arrived"})
    assert [line.values["name"] for line in (zhang, ouyang, smith)] == ["张伟", "欧阳娜娜", "Smith John"]
    days = {line.values["arrived"] for line in (zhang, ouyang, smith)}
    assert days == {utc("2020-03-20T00:00")}
    assert ouyang.values["phone"] == "+8613912345678"
    assert "check_digit" in codes(ouyang)
    assert smith.values["document_type"] == "passport"
    assert "新村7号" in str(smith.values["address"])
    assert zhang.values["birth_date"] == dt.date(1988, 5, 6)
    assert zhang.values["origin"] == "CN-HB"
    assert codes(smith) == []
    assert "no_country" in codes(ouyang)


# --- one value each

PERSON = "姓名,证件号码,{}\n李娜,E12345678,{}\n"


def value(heading: str, text: str) -> object:
    line = lines(PERSON.format(heading, f'"{text}"').encode())[0]
    name = next((each.name for each in ARRIVALS if heading in (*each.labels, *each.aliases)), "")
    return line.values.get(name)


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("性别", "女", "female"),
        ("性别", "Ｆ", "female"),
        ("性别", "2", "female"),
        ("性别", "?", None),
        ("有无症状", "是", True),
        ("有无症状", "N", False),
        ("有无症状", "0", False),
        ("有无症状", "无", False),
        ("有无症状", "maybe", None),
        ("体温", "３６．５℃", 36.5),
        ("体温", "36,5", 36.5),
        ("体温", "37", 37),
        ("体温", "hot", None),
        ("联系电话", "138 1234 5678", "+8613812345678"),
        ("联系电话", "13812345678/010-12345678", "+8613812345678"),
        ("联系电话", "无", None),
        ("国籍", "大韩民国", "KR"),
        ("国籍", "ITA", "IT"),
        ("国籍", "Atlantis", None),
        ("14天旅居史", "韩国、意大利，Iran", ("KR", "IT", "IR")),
        ("14天旅居史", "无", None),
        ("证件类型", "二代身份证", "resident_id"),
        ("航班号", "ca 934", "CA934"),
        ("抵达日期", "2020-03-20 14:05", utc("2020-03-20T14:05")),
        ("抵达日期", "2020年3月20日", utc("2020-03-20T00:00")),
        ("出生日期", "20 Mar 1990", dt.date(1990, 3, 20)),
        ("出生日期", "1990-02-30", None),
        ("出生日期", "2030-01-01", dt.date(2030, 1, 1)),
        ("目的地址", "-", None),
    ],
)
def test_values(heading: str, text: str, expected: object) -> None:
    assert value(heading, text) == expected


def test_every_unreadable_value_has_a_fault_in_both_languages_and_stays_as_typed() -> None:
    for heading, text in (("性别", "?"), ("体温", "hot"), ("国籍", "Atlantis"), ("出生日期", "1990-02-30")):
        line = lines(PERSON.format(heading, text).encode())[0]
        (fault,) = line.faults
        assert fault.severity is Severity.WARNING
        assert fault.column == heading
        assert text in fault.message.en
        assert text in fault.message.zh
        assert line.raw[heading] == text


def test_whole_numbers() -> None:
    found = lines("Case number,Age\n1,６８岁\n2,68.0\n3,68.5\n4,\n".encode(), CASES)
    assert [line.values.get("age") for line in found] == [68, 68, 68, None]


SYMPTOMS = Target(
    "symptoms", ("Symptoms", "症状"), type=ValueType.LIST, multiple=True,
    choices=(
        TargetChoice("none", ("None", "无")),
        TargetChoice("fever", ("Fever", "发热"), ("发烧",)),
        TargetChoice("cough", ("Cough", "咳嗽")),
    ),
)  # fmt: skip
PLACES = tuple(TargetChoice(code, (code, code)) for code in ("CN", "KR", "IT", "other"))
OTHERS = (
    Target("name", ("Name", "姓名"), kind="name"),
    SYMPTOMS,
    Target("origin", ("Origin", "来源"), kind="country", choices=PLACES),
    Target("visited", ("Visited", "去过"), type=ValueType.LIST, kind="country", choices=PLACES[:3], multiple=True),
    Target("at", ("Time", "时间"), type=ValueType.TIME),
    Target("tags", ("Tags", "标签"), type=ValueType.LIST),
    Target(
        "papers",
        ("Papers", "证件"),
        kind="document_type",
        choices=(TargetChoice("permit", ("Home return permit", "回乡证")),),
    ),
    Target("ill", ("Ill", "患病"), choices=(TargetChoice("yes", ("Yes", "是")), TargetChoice("no", ("No", "否")))),
)


@pytest.mark.parametrize(
    ("heading", "text", "expected", "fault"),
    [
        ("症状", "发烧、咳嗽", ("fever", "cough"), None),
        ("症状", "发热 咳嗽", ("fever", "cough"), None),
        ("症状", "无", ("none",), None),
        ("症状", "发热、头晕", ("fever",), "no_choice"),
        ("来源", "韩国", "KR", None),
        ("来源", "湖北省", "CN", None),
        ("来源", "法国", "other", "country_as_other"),
        ("去过", "韩国、法国", ("KR",), "country_not_offered"),
        ("去过", "韩国、某地", ("KR",), "unknown_country"),
        ("时间", "14:05", dt.time(14, 5), None),
        ("时间", "later", None, "no_time"),
        ("标签", "a、b，a", ("a", "b"), None),
        ("证件", "港澳居民来往内地通行证", "permit", None),
        ("证件", "学生证", None, "no_choice"),
        ("患病", "Y", "yes", None),
        ("患病", "没有", "no", None),
    ],
)
def test_choices_countries_and_times(heading: str, text: str, expected: object, fault: str | None) -> None:
    target = next(each for each in OTHERS if heading in each.labels)
    line = lines(f"姓名,{heading}\n李娜,{text}\n".encode(), OTHERS, {1: target.name})[0]
    assert line.values.get(target.name) == expected
    assert codes(line) == ([fault] if fault else [])


def test_a_word_that_is_no_choice_is_told_which_there_are_as_people_read_them() -> None:
    target = next(each for each in OTHERS if "证件" in each.labels)
    [said] = lines("姓名,证件\n李娜,学生证\n".encode(), OTHERS, {1: target.name})[0].faults
    assert "passport" not in said.message.zh
    assert all(choice.labels[1] in said.message.zh for choice in target.choices)
    assert all(choice.labels[0] in said.message.en for choice in target.choices)


def test_a_number_with_an_idle_zero_is_the_same_case() -> None:
    found = lines(b"case_id,infector\n45,\n1,45.0\n2,1.5\n", CASES)
    assert [line.values.get("infected_by") for line in found] == [None, "45", "1.5"]


def test_several_columns_make_one_list() -> None:
    text = "姓名,途经国家,14天旅居史\n李,法国,德国、法国\n周,,意大利\n"
    found = lines(text.encode(), (ARRIVALS[1], next(each for each in ARRIVALS if each.name == "countries")))
    assert [line.values["countries"] for line in found] == [("FR", "DE"), ("IT",)]


def test_several_columns_make_one_address() -> None:
    zhang, *_ = lines(railway(), corrections={10: "address", 11: "address"})
    assert zhang.values["address"] == "江苏省某市河东街道幸福里3栋"


def test_a_very_long_text_is_cut_with_a_sentence() -> None:
    line = lines(f"姓名,证件号码,座位\n李,E1234567,{'x' * 3000}\n".encode(), corrections={2: "seat"})[0]
    assert len(str(line.values["seat"])) == 2000
    assert codes(line) == ["too_long"]


# --- people


def test_the_document_number_fills_in_and_contradicts() -> None:
    text = f"姓名,证件号码,出生日期,性别\n张伟,{WEI},1988-05-07,女\n李娜,{NA},,\n"
    wei, na = lines(text.encode())
    assert codes(wei) == ["birth_date_differs", "sex_differs"]
    assert wei.values["birth_date"] == dt.date(1988, 5, 7)
    assert na.values["birth_date"] == dt.date(1990, 12, 1)
    assert na.values["sex"] == "female"
    assert na.values["document_type"] == "resident_id"


def test_the_same_line_twice_is_taken_once() -> None:
    text = "姓名,证件号码\n李娜,E12345678\n张伟,E12345679\n李娜, e1234-5678\n"
    found = lines(text.encode())
    assert [line.refused for line in found] == [False, False, True]
    assert codes(found[2]) == ["duplicate_line"]
    assert found[2].faults[0].other_line == 2


def test_the_same_name_birth_date_and_phone_are_the_same_person() -> None:
    text = "姓名,证件号码,出生日期,电话\n李娜,E12345678,1990-01-01,13812345678\n李娜,E12345670,1990-01-01,13812345678\n"
    found = lines(text.encode())
    assert codes(found[0]) == ["duplicate_follows"]
    assert codes(found[1], Severity.ERROR) == ["duplicate_person"]


def test_a_line_refused_for_another_reason_does_not_stand_for_the_person() -> None:
    text = "姓名,证件号码,电话\n,E12345678,1\n李娜,E12345678,13812345678\n"
    found = lines(text.encode())
    assert [line.refused for line in found] == [True, False]


def test_required_choices_and_aliases_of_other_targets() -> None:
    targets = (Target("a", ("A", "甲"), required=True), Target("n", ("N", "数"), type=ValueType.INTEGER, required=True))
    found = lines("甲,数\nx,y\nx,1\n".encode(), targets)
    assert [line.refused for line in found] == [True, False]
    assert codes(found[0]) == ["no_number"]


# --- a foreign line list


@pytest.mark.skipif(not LINELISTS.exists(), reason="the line lists are not beside the checkout")
def test_the_mers_line_list() -> None:
    data = (LINELISTS / "mers_korea_2015.linelist.csv").read_bytes()
    given_sheet = sheet(data)
    found = understand(given_sheet, CASES)
    said = {column.heading: str(column.meaning) for column in found.columns if column.meaning}
    assert said == {
        "id": "external_id",
        "age": "age",
        "sex": "sex",
        "loc_hosp": "hospital",
        "dt_onset": "onset",
        "dt_report": "reported",
        "outcome": "outcome",
    }
    cases = interpret(given_sheet, found, CASES, on=ON, tz=ZoneInfo("Asia/Seoul"))
    assert len(cases) == 162
    assert not any(line.refused for line in cases)
    assert cases[2].values == {
        "external_id": "SK_3",
        "age": 76,
        "sex": "male",
        "onset": dt.date(2015, 5, 20),
        "reported": dt.date(2015, 5, 20),
        "hospital": "Pyeongtaek St. Mary, Hospital, Pyeongtaek, Gyeonggi",
        "outcome": "died",
    }


@pytest.mark.skipif(not LINELISTS.exists(), reason="the line lists are not beside the checkout")
@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("ebola_sim_clean.linelist.csv", {"case_id": "external_id", "date_of_onset": "onset", "gender": "sex"}),
        ("measles_hagelloch_1861.csv", {"case_ID": "external_id", "gender": "sex", "infector": "infected_by"}),
    ],
)
def test_other_line_lists(name: str, needed: dict[str, str]) -> None:
    given_sheet = sheet((LINELISTS / name).read_bytes())
    found = understand(given_sheet, CASES)
    said = {column.heading: str(column.meaning) for column in found.columns}
    assert needed.items() <= said.items()
    assert not any(line.refused for line in interpret(given_sheet, found, CASES, on=ON, tz=TZ))


# --- robustness


CELL = st.one_of(
    st.none(), st.text(max_size=20), st.integers(-(10**18), 10**18), st.floats(), st.booleans(),
    st.dates(), st.times(),
    st.sampled_from(["3/4/2020", "无", "13812345678", "CN", "1990-02-30", "=1", "12/13/14", "24:00"]),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(CELL, min_size=len(ARRIVALS), max_size=len(ARRIVALS)), max_size=4))
def test_no_cell_makes_it_raise_and_no_line_is_lost(rows: list[list[object]]) -> None:
    headings = [target.labels[0] for target in ARRIVALS]
    held = [tuple(row) for row in rows if any(cell is not None for cell in row)]
    given_sheet = ListSheet("f", None, [tuple(headings), *held], list(range(1, len(held) + 2)))  # type: ignore[list-item]
    corrections = {place: target.name for place, target in enumerate(ARRIVALS)}
    found = understand(given_sheet, ARRIVALS, corrections=corrections)
    read = interpret(given_sheet, found, ARRIVALS, on=ON, tz=TZ)
    assert len(read) == len(found.layout.lines)
    assert len(read) + len(found.layout.apart) + len(found.layout.header) == len(given_sheet.rows)


@pytest.mark.parametrize(("number", "said"), [
    ("34102319880506", ["form"]), ("3410231988", ["form"]), ("110105194912310021", ["check_digit"]),
    ("E12345678", []),
])
def test_a_short_number_under_the_heading_of_the_identity_card_is_kept_and_remarked(
        number: str, said: list[str]) -> None:
    (line,) = lines(f"姓名,身份证号\n张伟,{number}\n".encode())
    assert line.values["document_number"] == number
    assert codes(line) == said


def test_an_overlong_name_is_cut_with_a_remark() -> None:
    (line,) = lines(f"姓名,护照号\n{'张' * 300},E12345678\n".encode(), corrections={0: "name"})
    assert line.values["name"] == "张" * 200
    assert codes(line) == ["too_long"]
