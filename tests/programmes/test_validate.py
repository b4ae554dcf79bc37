"""The server judges answers as ODK would have, at the moment they were given."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxian.kernel.text import Text
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form, Validated

from .forms_for_tests import EN, ZH, form_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2020, 3, 20, 17, tzinfo=dt.UTC)  # one in the morning of the 21st in Shanghai


def validated(form: Form, raw: dict[str, Any], at: dt.datetime = NOW) -> Validated:
    return form.validate(raw, happened_at=at, tz=SHANGHAI)


def faults(form: Form, raw: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.question, fault.code) for fault in validated(form, raw).faults]


LOCAL = dt.datetime(2020, 3, 20, 8, 30, tzinfo=SHANGHAI)
READ: list[tuple[str, Any, Any]] = [
    ("text", " 张三 ", "张三"),
    ("text", 42, "42"),
    ("text", 1.5, "1.5"),
    ("text", 2.0, "2"),
    ("barcode", "690", "690"),
    ("integer", "5", 5),
    ("integer", "-5", -5),
    ("integer", 5, 5),
    ("integer", 5.0, 5),
    ("integer", " 7 ", 7),
    ("decimal", "36.5", 36.5),
    ("decimal", 36, 36.0),
    ("decimal", "36", 36.0),
    ("decimal", ".5", 0.5),
    ("decimal", "36,5", 36.5),
    ("integer", "３６", 36),
    ("range", "4", 4),
    ("range", 10, 10),
    ("select_one yes_no", "yes", "yes"),
    ("select_one yes_no", True, "yes"),
    ("select_one yes_no", False, "no"),
    ("select_multiple signs", "fever cough", ("fever", "cough")),
    ("select_multiple signs", ["cough", "fever", "cough"], ("cough", "fever")),
    ("date", "2020-02-29", dt.date(2020, 2, 29)),
    ("date", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("date", "2020-03-01T00:00:00.000+08:00", dt.date(2020, 3, 1)),
    ("dateTime", "2020-03-20T08:30:00.000+08:00", LOCAL),
    ("dateTime", "2020-03-20T00:30:00Z", LOCAL),
    ("dateTime", "2020-03-20T08:30", LOCAL),
    ("dateTime", "2020-03-20 08:30", LOCAL),
    ("dateTime", LOCAL.replace(tzinfo=None), LOCAL),
    ("dateTime", LOCAL.astimezone(dt.UTC), LOCAL),
    ("time", "08:30:00.000+08:00", dt.time(8, 30)),
    ("time", "08:30", dt.time(8, 30)),
    ("acknowledge", "OK", True),
    ("acknowledge", True, True),
    ("text", "x" * 10_000, "x" * 10_000),
    ("integer", "2147483647", 2**31 - 1),
    ("integer", "-2147483647", 1 - 2**31),
    ("integer", "+00000000000000000007", 7),
    ("decimal", "1000000000000000", 1e15),
    ("decimal", -1e15, -1e15),
    ("select_one yes_no", " no ", "no"),
    ("select_multiple signs", ("cough",), ("cough",)),
    ("dateTime", "20200320T08", LOCAL.replace(minute=0)),
    ("acknowledge", " yes ", True),
    ("acknowledge", "true", True),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ)
def test_answers_from_text_and_from_json(kind: str, raw: Any, value: Any) -> None:
    found = validated(form_of({"type": kind, "name": "a"}), {"a": raw})
    assert found == Validated({"a": value})
    assert type(found.answers["a"]) is type(value)


UNREAD: list[tuple[str, Any, str]] = [
    ("text", True, "type"),
    ("text", ["a"], "type"),
    ("text", "a\x00b", "type"),
    ("text", "x" * 10_001, "type"),
    ("integer", "5.5", "type"),
    ("integer", 5.5, "type"),
    ("integer", "1e3", "type"),
    ("integer", "五", "type"),
    ("integer", True, "type"),
    ("integer", "99999999999", "type"),
    ("integer", "1_000", "type"),
    ("integer", "--1", "type"),
    ("decimal", "1,234", "type"),
    ("decimal", "36,5,1", "type"),
    ("integer", "1,5", "type"),
    ("integer", "1,234", "type"),
    ("decimal", "nan", "type"),
    ("decimal", "inf", "type"),
    ("decimal", True, "type"),
    ("decimal", "1_0", "type"),
    ("decimal", {}, "type"),
    ("range", "11", "type"),
    ("range", "3.5", "type"),
    ("select_one yes_no", "maybe", "choice"),
    ("select_one yes_no", 3, "choice"),
    ("select_one signs", True, "choice"),
    ("select_multiple signs", "fever flu", "choice"),
    ("select_multiple signs", [1], "choice"),
    ("select_multiple signs", {"fever": 1}, "choice"),
    ("date", "2020-02-30", "type"),
    ("date", "20.3.2020", "type"),
    ("date", 20200301, "type"),
    ("date", "0001-01-01", "type"),
    ("date", "1899-12-31", "type"),
    ("date", "2200-01-01", "type"),
    ("date", dt.date.max, "type"),
    ("date", "9999-12-31T23:59:59Z", "type"),
    ("dateTime", dt.datetime(1, 1, 1), "type"),  # noqa: DTZ001 - a form tells none
    ("dateTime", dt.datetime.max.replace(tzinfo=dt.UTC), "type"),
    ("dateTime", "2020-03-20", "type"),
    ("dateTime", "yesterday", "type"),
    ("dateTime", 5, "type"),
    ("dateTime", "0001-01-01T00:00:00+08:00", "type"),
    ("dateTime", "0001-01-01T00:00:00", "type"),
    ("dateTime", "9999-12-31T23:59:59", "type"),
    ("time", "25:00", "type"),
    ("time", 8, "type"),
    ("acknowledge", "perhaps", "type"),
    ("integer", "2147483648", "type"),
    ("integer", -(2**31), "type"),
    ("integer", "9" * 5_000, "type"),
    ("integer", "٣٦", "type"),
    ("decimal", 1e15 + 1, "type"),
    ("decimal", -1e15 - 1, "type"),
    ("select_multiple signs", [["fever"]], "choice"),
    ("date", LOCAL, "type"),
    ("acknowledge", 1, "type"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), UNREAD)
def test_answers_that_are_none(kind: str, raw: Any, code: str) -> None:
    found = validated(form_of({"type": kind, "name": "a"}), {"a": raw})
    assert found.answers == {}
    assert [(fault.question, fault.code) for fault in found.faults] == [("a", code)]
    assert found.faults[0].message.zh != found.faults[0].message.en


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "integer",
        "decimal",
        "date",
        "dateTime",
        "time",
        "select_one yes_no",
        "select_multiple signs",
        "acknowledge",
        "barcode",
        "range",
    ],
)
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_empty_answers_say_nothing(kind: str, empty: Any) -> None:
    assert validated(form_of({"type": kind, "name": "a"}), {"a": empty}) == Validated({})


def test_a_box_that_is_not_ticked_says_nothing() -> None:
    assert validated(form_of({"type": "acknowledge", "name": "a"}), {"a": False}) == Validated({})


RANGES: list[tuple[str, Any, Any]] = [
    ("start=1 end=9 step=2", 1, 1),
    ("start=1 end=9 step=2", "9", 9),
    ("start=1 end=9 step=2", 4, None),
    ("start=1 end=9 step=2", -1, None),
    ("start=1 end=9 step=2", 11, None),
    ("start=35 end=42 step=0.1", "36.6", 36.6),
    ("start=35 end=42 step=0.1", "36.65", None),
    ("start=35 end=42 step=0.5", 37, 37.0),
    ("start=0.5 end=4.5 step=1", 1.5, 1.5),
    ("start=0.5 end=4.5 step=1", 1, None),
]


@pytest.mark.parametrize(("parameters", "raw", "value"), RANGES)
def test_a_range_takes_its_steps_from_its_start_on(parameters: str, raw: Any, value: Any) -> None:
    found = validated(form_of({"type": "range", "name": "a", "parameters": parameters}), {"a": raw})
    assert found.answers.get("a") == value
    assert type(found.answers.get("a")) is type(value)
    assert [fault.code for fault in found.faults] == ([] if value is not None else ["type"])


def test_a_truth_is_the_choice_that_says_it_in_the_forms_own_words() -> None:
    choices = [{"list_name": "truths", "name": name} for name in ("true", "false")]
    form = form_of({"type": "select_one truths", "name": "a"}, choices=choices)
    assert [validated(form, {"a": raw}).answers["a"] for raw in (True, False)] == ["true", "false"]


def test_a_long_answer_that_is_no_choice_is_quoted_in_part() -> None:
    [fault] = validated(form_of({"type": "select_one yes_no", "name": "a"}), {"a": "x" * 41}).faults
    assert fault.message.en.startswith(f"“{'x' * 40}” is not")


def test_required_and_its_message() -> None:
    plain = form_of({"type": "text", "name": "a", "required": "yes"})
    assert validated(plain, {}).faults[0].message == Text("Answer this: A", "请填写：题a")
    own = form_of(
        {
            "type": "text",
            "name": "a",
            "required": "yes",
            f"required_message::{EN}": "Name {him}.",
            f"required_message::{ZH}": "请写姓名。",
        }
    )
    assert validated(own, {"a": " "}).faults[0].message == Text("Name {him}.", "请写姓名。")


def test_required_when() -> None:
    form = form_of(
        {"type": "select_one yes_no", "name": "ill"}, {"type": "text", "name": "since", "required": "${ill} = 'yes'"}
    )
    assert faults(form, {"ill": "yes"}) == [("since", "required")]
    assert faults(form, {"ill": "no"}) == []


def test_a_constraint_is_not_asked_of_an_empty_answer() -> None:
    form = form_of(
        {
            "type": "decimal",
            "name": "t",
            "constraint": ". >= 34 and . <= 43",
            f"constraint_message::{EN}": "Again.",
            f"constraint_message::{ZH}": "重测。",
        }
    )
    assert faults(form, {}) == []
    found = validated(form, {"t": "365"})
    assert found.answers == {}, "an answer that is at fault is not taken"
    assert found.faults[0].message == Text("Again.", "重测。")


def test_today_is_the_local_day_it_happened_on() -> None:
    form = form_of({"type": "date", "name": "d", "constraint": ". <= today()"})
    assert faults(form, {"d": "2020-03-21"}) == []
    assert faults(form, {"d": "2020-03-22"}) == [("d", "constraint")]


def test_an_irrelevant_answer_is_dropped_and_said_and_asked_nothing() -> None:
    form = form_of(
        {"type": "select_one yes_no", "name": "ill"},
        {"type": "integer", "name": "days", "relevant": "${ill} = 'yes'", "required": "yes", "constraint": ". > 0"},
        {"type": "text", "name": "why", "relevant": "${days} > 3"},
    )
    assert validated(form, {"ill": "no", "days": "nonsense", "why": "x"}) == Validated(
        {"ill": "no"}, left_out=("days", "why"))
    assert validated(form, {"ill": "no", "days": "", "why": None}) == Validated({"ill": "no"})
    assert validated(form, {"ill": "yes", "days": "5", "why": "x"}).answers == {"ill": "yes", "days": 5, "why": "x"}


@pytest.mark.parametrize(
    ("kind", "nothing"),
    [("text", ""), ("text", "  "), ("text", None), ("select_multiple signs", []), ("select_multiple signs", "")],
)
def test_what_nobody_answered_is_not_left_out(kind: str, nothing: object) -> None:
    form = form_of(
        {"type": "text", "name": "p"},
        {"type": kind, "name": "q", "relevant": "${p} != ''"},
        {"type": "calculate", "name": "c", "relevant": "${p} != ''", "calculation": "1 + 1"},
    )
    assert validated(form, {"p": "", "q": nothing, "c": "2"}).left_out == ()
    given = "fever" if kind != "text" else 0
    assert validated(form, {"p": "", "q": given, "c": "2"}).left_out == ("q",)
    assert validated(form, {"p": "x", "q": given}).left_out == ()


def test_a_group_takes_its_questions_with_it() -> None:
    form = form_of(
        {"type": "select_one yes_no", "name": "ill"},
        {"type": "begin_group", "name": "outer", "relevant": "${ill} = 'yes'"},
        {"type": "begin_group", "name": "inner", "relevant": "${severe} = 'yes'"},
        {"type": "text", "name": "ward", "required": "yes"},
        {"type": "end_group"},
        {"type": "end_group"},
        {"type": "select_one yes_no", "name": "severe"},
    )
    assert faults(form, {"ill": "yes", "severe": "yes"}) == [("ward", "required")]
    assert faults(form, {"ill": "yes", "severe": "no"}) == []
    assert validated(form, {"ill": "no", "severe": "yes", "ward": "3"}).answers == {"ill": "no", "severe": "yes"}


def test_calculations_are_done_here_and_in_order() -> None:
    form = form_of(
        {"type": "calculate", "name": "double", "calculation": "${sum} * 2"},
        {"type": "calculate", "name": "sum", "calculation": "${a} + ${b}"},
        {"type": "integer", "name": "a"},
        {"type": "integer", "name": "b"},
    )
    assert validated(form, {"a": 2, "b": 3, "sum": "99"}).answers == {"a": 2, "b": 3, "sum": 5, "double": 10}
    assert validated(form, {"a": 2}).answers == {"a": 2}, "what is no number is an empty answer"


CALCULATED: list[tuple[str, ValueType, Any]] = [
    ("happened_at()", ValueType.DATETIME, NOW),
    ("happened_at()", ValueType.DATE, dt.date(2020, 3, 21)),
    ("happened_at()", ValueType.TEXT, "2020-03-21T01:00:00.000+08:00"),
    ("today()", ValueType.TEXT, "2020-03-21"),
    ("1 + 1", ValueType.INTEGER, 2),
    ("1 + 1", ValueType.NUMBER, 2.0),
    ("1 = 1", ValueType.BOOLEAN, True),
    ("${a}", ValueType.TEXT, "x"),
    ("${m}", ValueType.LIST, ("fever", "cough")),
]


@pytest.mark.parametrize(("calculation", "kind", "value"), CALCULATED)
def test_a_calculation_takes_the_type_of_its_fact(calculation: str, kind: ValueType, value: Any) -> None:
    form = form_of(
        {"type": "text", "name": "a"},
        {"type": "select_multiple signs", "name": "m"},
        {"type": "calculate", "name": "c", "calculation": calculation, "fact": "f"},
        facts={"f": kind},
    )
    found = validated(form, {"a": "x", "m": "fever cough"}).answers["c"]
    assert found == value
    assert type(found) is type(value)


def test_a_calculation_that_does_not_fit_is_a_fault() -> None:
    form = form_of(
        {"type": "decimal", "name": "a"},
        {"type": "calculate", "name": "c", "calculation": "${a} * 2", "fact": "f"},
        facts={"f": ValueType.INTEGER},
    )
    assert validated(form, {"a": "1.5"}).answers == {"a": 1.5, "c": 3}
    assert faults(form, {"a": "1.6"}) == [("c", "calculation")]


def test_once_keeps_what_the_field_made() -> None:
    form = form_of({"type": "text", "name": "a"}, {"type": "calculate", "name": "c", "calculation": "once(${a})"})
    assert validated(form, {"a": "new", "c": "old"}).answers["c"] == "old"
    assert validated(form, {"a": "new", "c": ""}).answers["c"] == "new"


def test_choices_that_do_not_go_with_the_others() -> None:
    choices = [
        {"list_name": "town", "name": "a1", "county": "a"},
        {"list_name": "town", "name": "b1", "county": "b"},
        {"list_name": "county", "name": "a"},
        {"list_name": "county", "name": "b"},
    ]
    form = form_of(
        {"type": "select_one county", "name": "c"},
        {"type": "select_one town", "name": "t", "choice_filter": "county = ${c}"},
        choices=choices,
    )
    assert faults(form, {"c": "a", "t": "a1"}) == []
    assert faults(form, {"c": "a", "t": "b1"}) == [("t", "choice")]


def test_unknown_names_are_reported_last() -> None:
    form = form_of({"type": "text", "name": "a", "required": "yes"}, {"type": "note", "name": "n"})
    assert faults(form, {"zz": "1", "n": "", "empty": ""}) == [("a", "required"), ("zz", "unknown")]


def test_faults_come_in_the_order_of_the_form() -> None:
    form = form_of(
        {"type": "text", "name": "a", "required": "yes"},
        {"type": "integer", "name": "b"},
        {"type": "integer", "name": "c", "constraint": ". > 3"},
    )
    assert faults(form, {"c": "1", "b": "x"}) == [("a", "required"), ("b", "type"), ("c", "constraint")]


def test_taking_back() -> None:
    form = form_of({"type": "text", "name": "kept"}, {"type": "text", "name": "gone", "cleared": "yes"})
    assert validated(form, {"kept": "", "gone": ""}).answers == {"gone": None}
    assert validated(form, {}).answers == {}, "a question that was not put takes nothing back"


def test_many_at_once() -> None:
    form = form_of({"type": "integer", "name": "a"})
    rows = [({"a": str(number)}, NOW) for number in range(5)]
    assert [one.answers["a"] for one in form.validate_many(rows, tz=SHANGHAI)] == list(range(5))
