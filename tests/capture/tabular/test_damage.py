"""Cells that are not what they seem: lost digits, formulas, and what becomes of their lines."""

from __future__ import annotations

from dataclasses import replace

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.rows import notes_on_values
from fangxian.capture.tabular.sheetxml import column_number
from fangxian.kernel.findings import Severity

from .lists import ARRIVALS, ON, WEI
from .reading import codes, lines, sheet
from .workbooks import raw_xlsx, sheet_of, xlsx

LISTED = tuple(replace(target, required=False) for target in ARRIVALS)
"""As a list of arrivals asks: nothing in it is required."""


def test_lost_digits_are_left_out_and_say_what_to_do() -> None:
    found = lines(xlsx({"A": [["姓名", "身份证号"], ["李娜", 341023199001011234], ["张伟", WEI]]}), LISTED)
    assert codes(found[0], Severity.WARNING) == ["precision_lost"]
    assert "formatted as text" in found[0].faults[0].message.en
    assert found[0].values == {"name": "李娜"}
    assert not found[1].faults
    assert codes(lines("姓名,身份证号\n李娜,3.41023E+17\n".encode(), LISTED)[0]) == ["precision_lost"]


def test_a_damaged_phone_refuses_nobody() -> None:
    found = lines(f"姓名,身份证号,手机号\n李娜,{WEI},1.38E+10\n".encode())
    assert codes(found[0]) == ["rounded_by_spreadsheet"]
    assert (found[0].refused, "phone" in found[0].values) == (False, False)


def test_lost_digits_of_what_a_list_must_say_refuse_the_line() -> None:
    found = lines("姓名,身份证号\n李娜,3.41023E+17\n".encode())
    assert codes(found[0], Severity.ERROR) == ["precision_lost"]


def test_a_formula_without_a_result_refuses_its_line_only() -> None:
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = f"<row>{text.format('姓名')}{text.format('证件号码')}{text.format('联系电话')}</row>"
    rows += f"<row>{text.format('李娜')}<c><f>B9</f></c></row>"
    rows += f"<row>{text.format('张伟')}{text.format('E1234567')}<c t='e'><v>#REF!</v></c></row>"
    rows += f"<row>{text.format('王芳')}<c t='str'><f>B9</f><v>E7654321</v></c></row>"
    data = raw_xlsx(sheet_of(rows))
    found = lines(data)
    assert codes(found[0], Severity.ERROR) == ["formula_no_value"]
    assert codes(found[1]) == ["error_in_cell"]
    assert not found[1].refused
    assert found[2].values["document_number"] == "E7654321"
    given_sheet = sheet(data)
    notes = notes_on_values(given_sheet, understand(given_sheet, ARRIVALS), ARRIVALS, on=ON)
    assert [finding.code for finding in notes] == ["formulas"]


def test_a_cell_in_no_column_there_is_costs_nothing() -> None:
    """A million letters, counted out, are minutes of arithmetic; they are in no sheet."""
    assert (column_number("A"), column_number("XFD"), column_number("A" * 4)) == (0, 16_383, -1)
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = f"<row>{text.format('姓名')}{text.format('证件号码')}</row><row>{text.format('李娜')}"
    rows += f'{text.format("E1234567")}<c r="{"Z" * 20_000}2"><v>1</v></c></row>'
    assert lines(raw_xlsx(sheet_of(rows)))[0].values["document_number"] == "E1234567"
