"""Worked examples, and the table as people see it."""

from __future__ import annotations

import pytest

from fangxian.dmn.cases import read_cases, run_cases
from fangxian.dmn.render import expression_text, markdown, view
from fangxian.kernel.text import Text

from .examples import entry, table

CASES = """\
case,suspected,contact_of_case,origin_risk,days_since_arrival,released,home_suitable,frail,\
arrival_date,last_contact,measure,until,row,note_en
fever at the door,true,no,low,0,false,,,2020-03-20,,hospital,,1,Whatever else
contact,false,true,low,3,false,,,2020-03-20,2020-03-22,central isolation,2020-04-05,2,
nothing says,,true,low,3,false,,,2020-03-20,,,,,
"""


def test_cases_pass() -> None:
    cases, findings = read_cases(CASES, "measure.csv", entry())
    assert not findings
    assert [case.row for case in cases] == [2, 3, 4]
    assert cases[0].note == Text("Whatever else", "Whatever else")
    assert cases[0].decided == ("1",)
    assert not run_cases(entry(), cases, "measure.csv")


def test_cases_fail_with_expected_and_found() -> None:
    wrong = CASES.replace("hospital,,1", "none,2020-04-01,2").replace(
        "contact,false,true,low,3", "contact,false,,low,3"
    )
    cases, findings = read_cases(wrong, "measure.csv", entry())
    assert not findings
    found = run_cases(entry(), cases, "measure.csv")
    assert [str(one.place) for one in found] == [
        f"measure.csv row {row} column {column}" for row in (2, 3) for column in ("measure", "until", "row")
    ]
    assert "measure is hospital and not none" in found[0].message.en
    assert "measure 为 hospital，而非 none" in found[0].message.zh
    assert "decided by row 1 and not 2" in found[2].message.en
    assert "because contact_of_case is not known" in found[3].message.en


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("low,0,", "low,none,", (2, "days_since_arrival")),
        ("true,no,low", "perhaps,no,low", (2, "suspected")),
        ("2020-03-20,,hospital", "2020-02-30,,hospital", (2, "arrival_date")),
        ("Whatever else", "Whatever else,more", (2, "O")),
        (",frail,", ",fragile,", (1, "H")),
        (",frail,", ",suspected,", (1, "suspected")),
        ("case,", "name,", (1, None)),
    ],
)
def test_mistakes(old: str, new: str, place: tuple[int, str | None]) -> None:
    _, findings = read_cases(CASES.replace(old, new, 1), "measure.csv", entry())
    assert (findings[0].place.row, findings[0].place.column) == place
    assert findings[0].message.zh


def test_a_case_has_a_name_in_chinese_and_lacking_one_is_a_warning() -> None:
    named = CASES.replace("case,", "case,case_zh,", 1).replace("door,true", "door,上门时发热,true")
    named = named.replace("contact,false", "contact,,false").replace("says,,true", "says,无规定,,true")
    cases, findings = read_cases(named, "measure.csv", entry())
    assert [case.title.zh for case in cases] == ["上门时发热", "contact", "无规定"]
    assert [(one.severity, one.place.row, one.place.column) for one in findings] == [("warning", 3, "case_zh")]
    assert "contact" in findings[0].message.zh
    assert [case.title for case in read_cases(CASES, "measure.csv", entry())[0]][1] == Text("contact", "contact")


def test_lists_and_collections() -> None:
    text = "t,hit policy,C\n,input,output\nname,signs,todo\ntype,list,text\n"
    parsed = table(text + '1,"""fever""","""see a doctor"""\n2,"""cough""","""call"""\n')
    cases, findings = read_cases(
        "case,signs,todo,row\nboth,fever cough,see a doctor|call,1|2\nnone,,,\none,cough,call,2\n"
        "bad,cough,see a doctor,1\n",
        "t.csv",
        parsed,
    )
    assert not findings
    assert [one.place.row for one in run_cases(parsed, cases, "t.csv")] == [5, 5]


def test_the_table_as_plain_data() -> None:
    shown = view(entry(), {"suspected": Text("Suspected case", "疑似")})
    assert shown.columns[0].label.zh == "疑似"
    assert shown.columns[2].values == ("high", "medium", "low")
    assert shown.rows[1].inputs == ("false", "true", "-", "-", "-", "-", "false,unknown")
    assert shown.rows[1].outputs[1] == 'max(last_contact, arrival_date) + duration("P14D")'
    assert shown.rows[1].reason == Text("Contact of a case", "密接")


def test_markdown() -> None:
    text = markdown(
        table('t,hit policy,F\nlabel,Tea,茶\n,input,output\nname,a,b\ntype,text,text\n1,"""x|y""",\n2,-,"""z"""\n'),
        "zh-hans",
    )
    assert text == '**茶** (`t`, F)\n\n| # | a | b |\n|---|---|---|\n| 1 | `"x\\|y"` |  |\n| 2 | - | `"z"` |\n'


def test_expressions_as_text() -> None:
    text = "t,hit policy,F\n,input,input,output\nname,a,b,c\ntype,integer,integer,number\n"
    parsed = table(text + '1,-,-,"(a + b) * 2 - (a - (b - 1)) ** 2 / max(a, b)"\n')
    assert parsed.rules[0].outputs[0] is not None
    assert expression_text(parsed.rules[0].outputs[0]) == "(a + b) * 2 - (a - (b - 1)) ** 2 / max(a, b)"
