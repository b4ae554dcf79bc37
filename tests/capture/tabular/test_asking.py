"""What is not sure about a column is asked, with what it may be; nothing of it is read before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.date_orders import open_orders
from fangxian.capture.tabular.headings import BETWEEN_ROWS, Vocabulary
from fangxian.capture.tabular.meanings import Evidence, ListColumn, Understanding
from fangxian.capture.tabular.targets import targets_of
from fangxian.capture.tabular.types import Target
from fangxian.kernel.values import ValueType

from .lists import ARRIVALS, CASES
from .official_lists import CASE, LISTED
from .reading import sheet
from .test_targets import form

NAMES = ["甲甲", "乙乙", "丙丙", "丁丁"]


def understood(
    path: str, columns: Mapping[str, list[str]], said: Mapping[int, str | None] | None = None,
) -> Understanding:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    text = "\n".join("\t".join(row) for row in rows)
    return understand(sheet(text.encode()), targets_of(form(path)), corrections=said)


def column(found: Understanding, heading: str) -> ListColumn:
    return next(each for each in found.columns if each.heading == heading)


def taken(found: Understanding, heading: str) -> str:
    one = column(found, heading)
    return "?" if one.asked else str(one.meaning or "-")


PASSPORTS = ["E61110001", "E61110002", "E61110003", "E61110004"]


@pytest.mark.parametrize(("heading", "values"), [
    ("登记日", ["2022/03/13"] * 4),
    ("码色", ["绿", "绿", "黄", "绿"]),
    ("随行儿童", ["1", "2", "1", "2"]),
    ("疫苗剂次", ["2", "2", "1", "2"]),
    ("Doses received", ["1", "2", "1", "2"]),
    ("紧急联络人电话", ["13811110001"] * 4),
    ("房东姓名", NAMES),
    ("房东住址", ["某路1号"] * 4),
    ("Mother's phone", ["13811110001"] * 4),
    ("Country of birth", ["Italy", "Spain", "Italy", "Spain"]),
    ("常驻国", ["意大利", "西班牙", "意大利", "西班牙"]),
    ("报名编号日期", ["2022/03/13"] * 4),
])
def test_what_the_heading_does_not_name_is_never_taken(heading: str, values: list[str]) -> None:
    found = understood(LISTED, {"姓名": NAMES, "护照号": PASSPORTS, "联系电话": [f"1380000000{n}" for n in range(4)],
                                "出发地": ["意大利"] * 4, "抵达时间": ["2022-03-13 10:00"] * 4, heading: values})
    assert taken(found, heading) in ("-", "?")


def test_a_running_number_is_nobodys_own() -> None:
    for heading in ("编号", "旅客编号"):
        found = understood(LISTED, {"姓名": NAMES, "护照号": PASSPORTS, heading: ["1", "2", "3", "4"]})
        assert taken(found, heading) in ("-", "?")


@pytest.mark.parametrize("heading", ["Name", "患者姓名", "Phone", "住址", "ФИО", "氏名"])
def test_what_tells_who_somebody_is_goes_nowhere_in_a_form_that_does_not_ask(heading: str) -> None:
    found = understood(CASE, {"case_id": ["A1", "A2", "A3", "A4"], heading: NAMES})
    assert taken(found, heading) == "-"


@pytest.mark.parametrize("values", [
    [*PASSPORTS[:1], "13800138000", "13800138001", "13800138002"], ["a@b.org", "c@d.org", "e@f.org", "g@h.org"],
])
def test_values_that_tell_who_somebody_is_are_not_read_as_a_hospital_by_anybodys_word(values: list[str]) -> None:
    columns = {"case_id": ["A1", "A2", "A3", "A4"], "医院": values}
    tried: list[Mapping[int, str | None]] = [{}, {1: "hospital"}, {1: "infected_by"}]
    for said in tried:
        assert understood(CASE, columns, said).of("hospital") == ()
        assert understood(CASE, columns, said).of("infected_by") == ()
    told = column(understood(CASE, columns, {1: "hospital"}), "医院")
    assert (told.asked, told.evidence) == (True, Evidence.PERSONAL)


def test_a_name_column_cannot_be_said_to_be_a_hospital() -> None:
    columns = {"case_id": ["A1", "A2", "A3", "A4"], "Name": NAMES}
    assert taken(understood(CASE, columns, {1: "hospital"}), "Name") == "?"
    assert taken(understood(CASE, columns, {1: None}), "Name") == "-"


def test_two_columns_of_one_rank_are_both_asked_about_until_one_is_said() -> None:
    columns = {"姓名": NAMES, "抵达日期": ["2022-03-13"] * 4, "入境日期": ["2022-03-10"] * 4}
    found = understood(LISTED, columns)
    assert [one.heading for one in found.asked] == ["抵达日期", "入境日期"]
    assert {one.evidence for one in found.asked} == {Evidence.SEVERAL}
    said = understood(LISTED, columns, {1: "arrived"})
    assert (taken(said, "抵达日期"), said.asked) == ("arrived", ())


def test_the_forms_own_label_goes_before_an_alias() -> None:
    found = understood(LISTED, {"姓名": NAMES, "电话": ["1"] * 4, "联系电话": [f"1380000000{n}" for n in range(4)]})
    assert (taken(found, "联系电话"), taken(found, "电话")) == ("phone", "-")


def test_who_infected_whom_is_told_by_the_lists_own_numbers_only() -> None:
    own = ["K1", "K2", "K3", "K4"]
    good = understood(CASE, {"case_id": own, "infector": ["", "K1", "K1", "K2"]})
    assert taken(good, "infector") == "infected_by"
    words = understood(CASE, {"case_id": own, "infector": ["funeral", "household", "other", "funeral"]})
    assert taken(words, "infector") == "?"
    other = understood(CASE, {"case_id": own, "national_no": ["901", "902", "903", "904"],
                              "infector": ["", "901", "901", "902"]})
    assert {taken(other, "case_id"), taken(other, "infector")} == {"?"}


def test_numbers_for_the_sexes_are_taken_under_a_chinese_heading_only() -> None:
    codes = ["1", "2", "2", "1"]
    assert taken(understood(CASE, {"病例编号": ["A1", "A2", "A3", "A4"], "性别": codes}), "性别") == "sex"
    assert taken(understood(CASE, {"id": ["A1", "A2", "A3", "A4"], "SEXO": codes}), "SEXO") == "?"


@pytest.mark.parametrize(("columns", "meant"), [
    ({"Surname": ["LI", "WU"], "Other names": ["NA", "BO"]}, ["name:surname", "name:given"]),
    ({"Name": ["Weber", "Roth"], "Vorname": ["Ida", "Max"]}, ["name:surname", "name:given"]),
    ({"Nombre": ["Ana", "Luis"], "Apellidos": ["Ruiz Mas", "Gil Paz"]}, ["name:given", "name:surname"]),
    ({"Primer apellido": ["Ruiz", "Gil"], "Segundo apellido": ["Mas", "Paz"], "Nombres": ["Ana", "Luis"]},
     ["name:surname", "name:surname2", "name:given"]),
    ({"Name": ["Ida Weber", "Max Roth"], "Vorname": ["Ida", "Max"]}, ["name", "-"]),
    ({"Surname": ["LI", "WU"]}, ["?"]),
    ({"Vorname": ["Ida", "Max"]}, ["?"]),
])
def test_a_name_is_whole_or_asked_about(columns: dict[str, list[str]], meant: list[str]) -> None:
    found = understood(LISTED, columns | {"Passport no": PASSPORTS[:2]})
    assert [taken(found, heading) for heading in columns] == meant


@pytest.mark.parametrize(("columns", "meant"), [
    ({"Achternaam": ["Bakker", "Smit"], "Nome": ["Ida", "Max"]}, ["?", "?"]),
    ({"Nome": ["Ida", "Max"], "Nazwisko": ["Nowak", "Zając"]}, ["?", "?"]),
    ({"Name": ["Ida Weber", "Max Roth"], "Zug": ["12", "14"]}, ["name", "-"]),
    ({"Name": ["Ida Weber", "Max Roth"], "Heimat": ["Italien", "Spanien"]}, ["name", "?"]),
    ({"Name": ["Ida", "Max"], "Reihe": ["", ""], "Stand": ["Nowak", "Zając"]}, ["name", "-", "-"]),
    ({"姓名": ["王芳", "刘洋"], "单位": ["供电所", "医院"]}, ["name", "-"]),
])
def test_half_a_name_in_unknown_words_is_no_name(columns: dict[str, list[str]], meant: list[str]) -> None:
    found = understood(LISTED, columns | {"Passport no": PASSPORTS[:2]})
    assert [taken(found, heading) for heading in columns] == meant


@pytest.mark.parametrize(("columns", "meant"), [
    ({"Dzień": ["2020-03-18", "2020-03-19"]}, ["?"]),
    ({"Dzień": ["2020-03-18", "2020-03-19"], "抵达日期": ["2020-03-18", "2020-03-19"]}, ["-", "arrived"]),
    ({"Urodzony": ["18.03.1960", "19.03.1988"], "抵达日期": ["2020-03-18", "2020-03-19"]}, ["?", "arrived"]),
    ({"Urodzony": ["18.03.60", "19.03.88"]}, ["?"]),
    ({"Dzień": ["2020-03-18", "2020-03-19"], "抵达日期": ["2020-03-18", "2020-03-19"],
      "出生日期": ["1980-03-18", "1990-03-19"]}, ["-", "arrived", "birth_date"]),
    ({"Emergency contact born": ["1980-03-18", "1990-03-19"]}, ["-"]),
    ({"Expiry date": ["2028-03-18", "2029-03-19"]}, ["-"]),
    ({"Dzień": ["wtorek", "środa"]}, ["-"]),
])
def test_dates_nobody_told_are_not_passed_over(columns: dict[str, list[str]], meant: list[str]) -> None:
    found = understood(LISTED, columns | {"Passport no": PASSPORTS[:2]})
    assert [taken(found, heading) for heading in columns] == meant


def test_street_and_house_are_one_address_and_a_lone_town_is_none() -> None:
    columns = {"Name": ["Ida Weber", "Max Roth"], "Straße": ["Am Hang", "Ring"], "Hausnummer": ["1", "4"],
               "PLZ": ["10115", "10117"], "Ort": ["Berlin", "Berlin"]}
    found = understood(LISTED, columns)
    assert [taken(found, heading) for heading in list(columns)[1:]] == ["address"] * 4
    lone = understood(LISTED, {"Name": ["Ida Weber", "Max Roth"], "Ort": ["Berlin", "Berlin"]})
    assert taken(lone, "Ort") == "-"


@pytest.mark.parametrize(("group", "leaf", "meant"), [
    ("证件信息", "证件号码", "document_number"), ("旅客信息", "姓名", "name"), ("紧急联系人", "姓名", "-"),
    ("Hospital", "Name", "-"), ("Passenger details", "Name", "name"), ("填报人", "联系电话", "-"),
    ("暴露信息", "姓名", "-"),
])
def test_a_group_above_a_heading_may_change_whom_it_is_about(group: str, leaf: str, meant: str) -> None:
    exact = Vocabulary(targets_of(form(LISTED))).naming(f"{group}{BETWEEN_ROWS}{leaf}").exact
    assert set(exact) == (set() if meant == "-" else {meant})


def test_dates_that_can_be_either_are_asked_about() -> None:
    given = sheet(b"case_id\tonset_date\n1\t03/04/2019\n2\t05/06/2018\n")
    on = dt.date(2020, 3, 21)
    assert list(open_orders(given, understand(given, CASES), CASES, on)) == [1]
    said = understand(given, CASES, corrections={1: "onset:dmy"})
    assert list(open_orders(given, said, CASES, on)) == []


def test_a_meaning_is_remembered_for_the_same_kind_of_values_only() -> None:
    targets = (Target("name", ("Name", "姓名"), kind="name"), Target("day", ("Day", "日子"), type=ValueType.DATE))
    first = understand(sheet("甲,乙\n李四,2020-03-01\n王五,2020-03-02\n".encode()), targets,
                       corrections={0: "name", 1: "day"})
    same = understand(sheet("乙,甲\n2020-04-01,赵六\n2020-04-02,钱七\n".encode()), targets, first.memory())
    assert [str(one.meaning) for one in same.columns] == ["day", "name"]
    other = understand(sheet("甲,乙\n李四,绿码\n王五,黄码\n".encode()), targets, first.memory())
    assert [str(one.meaning) for one in other.columns] == ["name", "None"]
    assert all(one.meaning is None for one in understand(sheet("甲,乙\n1,2\n3,4\n".encode()), targets,
                                                        {"甲": "name"}).columns)


def test_hand_made_targets_ask_as_well() -> None:
    found = understand(sheet("姓名\t号\n李\t13812345678\n周\t13812345679\n".encode()), ARRIVALS)
    assert [[str(offer.meaning) for offer in one.alternatives] for one in found.asked] == [["phone"]]
