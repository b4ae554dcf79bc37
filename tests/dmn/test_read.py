"""Mistakes of authors, each found at its place."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from fangxian.dmn.feel import Compare, Interval, Literal
from fangxian.dmn.read import read_csv, read_table, read_xlsx
from fangxian.dmn.types import HitPolicy
from fangxian.kernel.values import ValueType

from .examples import ENTRY, ENTRY_INPUTS, entry, table

GOOD = '''measure,hit policy,F
label,Measure,管理措施
,input,input,output,output,annotation
name,risk,days,measure,until,reason_en
type,text,integer,text,date,
values,"""high"",""low""",,,,
required,yes,no,,,
1,"""high""",< 14,"""stay""","arrival + duration(""P14D"")",High risk
2,-,-,"""none""",,
'''
KNOWN = {"risk": ValueType.TEXT, "days": ValueType.INTEGER, "arrival": ValueType.DATE}


def found(text: str | bytes, known: dict[str, ValueType] | None = None) -> list[tuple[str, int | None, str | None]]:
    parsed, findings = read_csv(text, "t.csv", KNOWN if known is None else known)
    assert (parsed is None) is bool(findings)
    for one in findings:
        assert one.message.en
        assert one.message.zh
        assert "{" not in one.message.en + one.message.zh
    return [(one.code, one.place.row, one.place.column) for one in findings]


def test_a_good_table() -> None:
    parsed = table(GOOD, KNOWN)
    assert (parsed.name, parsed.label.zh, parsed.policy) == ("measure", "管理措施", HitPolicy.FIRST)
    assert parsed.inputs[0].values == ("high", "low")
    assert parsed.required == ("risk",)
    assert parsed.mentions == {"arrival": ValueType.DATE}
    assert parsed.reads() == {"risk", "days", "arrival"}
    assert [rule.row for rule in parsed.rules] == [8, 9]
    assert parsed.rules[0].reason is not None
    assert parsed.rules[0].reason.zh == "High risk"
    assert parsed.rules[1].reason is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    parsed, findings = read_csv(GOOD.encode(encoding), "t.csv", KNOWN)
    assert not findings
    assert parsed is not None
    assert parsed.label.zh == "管理措施"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("hit policy,F", "hit policy,X", ("dmn.policy", 1, "C")),
        ("hit policy,F", "hit policy,P", ("dmn.policy", 1, "C")),
        ("hit policy,F", "hit policy,O", ("dmn.policy", 1, "C")),
        ("hit policy,F", "hit policy,C+", ("dmn.policy", 1, "C")),
        ("measure,hit policy,F\n", "", ("dmn.heading", None, None)),
        (",input,input,output,output,annotation\n", "", ("dmn.heading", None, None)),
        ("type,text", "typ,text", ("dmn.heading", 5, "A")),
        (",input,input,output", ",input,inptu,output", ("dmn.roles", 3, "C")),
        ("name,risk,days,", "name,risk,max,", ("dmn.name", 4, "C")),
        ("name,risk,days,", "name,risk,risk,", ("dmn.name", 4, "B")),
        ("type,text,integer", "type,text,int", ("dmn.type", 5, "days")),
        ("type,text,integer", "type,text,number", None),
        ("type,text,integer", "type,text,date", ("dmn.type", 5, "days")),
        ("required,yes,no", "required,yes,maybe", ("dmn.required", 7, "days")),
        ('values,"""high"",""low"""', "values,high", ("dmn.cell.name", 6, "risk")),
        ('1,"""high"""', '1,"""hihg"""', ("dmn.cell.value", 8, "risk")),
        ('1,"""high"""', "1,high", ("dmn.cell.name", 8, "risk")),
        ('1,"""high"""', "1,“high”", ("dmn.cell.character", 8, "risk")),
        ('1,"""high"""', '1,""""high""', ("dmn.cell.quote", 8, "risk")),
        ('1,"""high"""', "1,=A1", ("dmn.cell.formula", 8, "B")),
        ('1,"""high"""', "1,14", ("dmn.cell.type", 8, "risk")),
        ('1,"""high"""', "1,risk", ("dmn.cell.itself", 8, "risk")),
        ('1,"""high"""', "1,", ("dmn.cell.empty", 8, "risk")),
        ("< 14", "< ", ("dmn.cell.syntax", 8, "days")),
        ("< 14", "[14..7]", ("dmn.cell.interval", 8, "days")),
        ("< 14", "< arrival", ("dmn.cell.type", 8, "days")),
        ("< 14", "< 99999999999999999999", ("dmn.cell.number", 8, "days")),
        ("< 14", "< " + "(" * 50 + "1" + ")" * 50, ("dmn.cell.deep", 8, "days")),
        ("< 14", "< " + "1 + " * 600 + "1", ("dmn.cell.long", 8, "days")),
        ("arrival + duration(", "arival + duration(", ("dmn.cell.name", 8, "until")),
        ("arrival + duration", "2020-03-20 + duration", ("dmn.cell.type", 8, "until")),
        ("P14D", "14 days", ("dmn.cell.literal", 8, "until")),
        ("P14D", "PT5H", ("dmn.cell.type", 8, "until")),
        ('"arrival + duration(""P14D"")"', '"date(""2020-02-30"")"', ("dmn.cell.literal", 8, "until")),
        ('"""stay"""', "14", ("dmn.cell.type", 8, "measure")),
        ('"""stay"""', "stay(1)", ("dmn.cell.function", 8, "measure")),
        ("High risk", "High risk,more", ("dmn.cell.beyond", 8, "G")),
        ("2,-,-", "1,-,-", ("dmn.number", 9, "A")),
        ("2,-,-", ",-,-", ("dmn.number", 9, "A")),
        ("2,-,-", "second,-,-", ("dmn.heading", 9, "A")),
    ],
)
def test_mistakes(old: str, new: str, place: tuple[str, int | None, str | None] | None) -> None:
    assert old in GOOD
    places = found(GOOD.replace(old, new, 1))
    assert places[:1] == ([place] if place else [])


def test_what_is_known_before_the_table() -> None:
    assert found(GOOD, {"risk": ValueType.TEXT, "arrival": ValueType.DATE}) == [("dmn.input", 4, "days")]
    assert found(GOOD, {**KNOWN, "measure": ValueType.TEXT}) == [("dmn.name", 4, "measure")]
    assert found("") == [("dmn.heading", None, None)] * 4 + [("dmn.rules", None, None)]
    assert found(b"\xff\xff\xff") == [("dmn.file.encoding", None, None)]
    assert found(GOOD.split("1,")[0]) == [("dmn.rules", None, None)]
    assert found(GOOD + "x\n" * 6000) == [("dmn.file.size", None, None)]


def workbook(text: str) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in text.splitlines():
        book["Sheet"].append([cell.strip('"').replace('""', '"') for cell in row.split(",")])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


SIMPLE = "t,hit policy,F\n,input,input,output\nname,n,day,out\ntype,integer,date,boolean\n1,5,-,true\n2,-,-,false"


def test_columns_have_labels_of_their_own() -> None:
    labels = "label_en,,Day,\nlabel_zh,,日期,结果\n"
    table, findings = read_csv(SIMPLE.replace("type,integer", f"{labels}type,integer"), "t.csv")
    assert not findings
    assert table is not None
    assert [(one.label.en, one.label.zh) for one in (*table.inputs, *table.outputs)] == [
        ("n", "n"),
        ("Day", "日期"),
        ("结果", "结果"),
    ]


def test_a_workbook_reads_as_the_csv_does() -> None:
    book = workbook(SIMPLE)
    sheet = book["Sheet"]
    sheet["B5"], sheet["D5"] = 5.0, True
    parsed, findings = read_table(saved(book), "t.xlsx")
    assert not findings
    assert parsed is not None
    assert parsed.sheet == "Sheet"
    assert parsed.rules[0].tests[0].tests == (Compare("=", Literal(5, ValueType.INTEGER)),)
    assert parsed.rules[0].outputs == (Literal(True, ValueType.BOOLEAN),)


def test_a_formula_in_a_workbook_is_refused() -> None:
    book = workbook(SIMPLE)
    book["Sheet"]["B5"] = "=2+3"
    parsed, findings = read_xlsx(saved(book), "t.xlsx")
    assert parsed is None
    assert [str(one.place) for one in findings] == ["t.xlsx [Sheet] row 5 column B"]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (70 * 2**20))
    return file.getvalue()


def entities() -> bytes:
    source = io.BytesIO(saved(workbook(SIMPLE)))
    file = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("workbook.xml"):
                content = b'<!DOCTYPE a [<!ENTITY x "y">]>' + content
            new.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"), [(b"not a zip", "dmn.file.xlsx"), (bomb(), "dmn.file.size"), (entities(), "dmn.file.xlsx")]
)
def test_bad_workbooks(content: bytes, code: str) -> None:
    parsed, findings = read_xlsx(content, "t.xlsx")
    assert parsed is None
    assert [one.code for one in findings] == [code]


def test_a_missing_sheet() -> None:
    parsed, findings = read_xlsx(saved(workbook(SIMPLE)), "t.xlsx", sheet="measure")
    assert parsed is None
    assert [one.code for one in findings] == ["dmn.file.sheet"]


def test_the_starting_policy_reads() -> None:
    parsed = entry()
    assert [rule.number for rule in parsed.rules] == [str(number) for number in range(1, 11)]
    assert parsed.mentions == {"arrival_date": ValueType.DATE, "last_contact": ValueType.DATE}
    assert parsed.inputs[2].values == ("high", "medium", "low")
    assert read_csv(ENTRY, "t.csv")[0] is None, "without the names before it the table cannot mention them"
    assert ENTRY_INPUTS


def test_intervals_both_ways() -> None:
    text = "t,hit policy,F\n,input,output\nname,n,out\ntype,number,text\n"
    cells = ["[1..2]", "(1..2)", "]1..2[", "[1..2)"]
    parsed = table(text + "\n".join(f'{at},{cell},"""x"""' for at, cell in enumerate(cells, 1)))
    closed = [
        (one.low_closed, one.high_closed)
        for rule in parsed.rules
        for one in rule.tests[0].tests
        if isinstance(one, Interval)
    ]
    assert closed == [(True, True), (False, False), (False, False), (True, False)]
