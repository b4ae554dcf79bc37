"""The list handed back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from zoneinfo import ZoneInfo

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.result import LineOutcome, harmless, outcome_of, write_csv, write_xlsx
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.types import Cell, ListSheet
from fangxian.capture.tabular.writing import workbook
from fangxian.kernel.text import Text

from .lists import ARRIVALS, ON, airport, english

RECORDED = Text("recorded", "已录入")


def sheet(data: bytes) -> ListSheet:
    found = read_list(data, "list")
    assert isinstance(found, ListSheet), found
    return found


def given_back(data: bytes, language: str = "zh-hans") -> tuple[ListSheet, bytes, bytes]:
    given_sheet = sheet(data)
    found = understand(given_sheet, ARRIVALS)
    lines = interpret(given_sheet, found, ARRIVALS, on=ON, tz=ZoneInfo("Asia/Shanghai"))
    more = (Text("Central isolation", "集中隔离"), dt.date(2020, 4, 3))
    outcomes = {line.number: outcome_of(line, RECORDED, more) for line in lines if not line.refused}
    files = [write(given_sheet, found.layout, outcomes, language=language) for write in (write_xlsx, write_csv)]
    return given_sheet, files[0], files[1]


def test_one_row_per_line_in_the_same_order_with_what_became_of_it() -> None:
    _, workbook, _ = given_back(airport())
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0].values)
    assert [row[0] for row in rows] == ["行号", 5, 6, 8]
    assert rows[0][-4:] == ("结果", "说明", "管理措施", "最后一日")
    assert rows[0][2] == "姓名"
    assert [row[2] for row in rows[1:]] == ["张伟", "KIM MINJI", "李娜"]
    assert rows[1][-4] == "已录入"
    assert "校验位" in str(rows[3][-3])
    assert rows[1][-2] == "集中隔离"


def test_the_text_file_opens_in_a_spreadsheet_and_reads_again() -> None:
    given_sheet, _, text = given_back(english(), "en")
    assert text.startswith(b"\xef\xbb\xbf")
    again = sheet(text)
    assert again.rows[0][-4:] == ("Result", "Reason", "Measure", "Last day")
    assert len(again.rows) == 6
    assert again.rows[1][1:13] == given_sheet.rows[1]
    assert again.rows[1][-1] == "2020-04-03"
    assert again.rows[5][-4] == "not recorded"


def test_formulas_are_made_harmless_and_come_back_as_they_were() -> None:
    evil = '姓名,证件号,备注\n=HYPERLINK("http://x"),@SUM(A1),+1+cmd\n-2+3,"\tx",ok\n'
    given_sheet = sheet(evil.encode())
    layout = understand(given_sheet, ARRIVALS).layout
    text = write_csv(given_sheet, layout, {}, language="en").decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@SUM" in text
    assert "'+1+cmd" in text
    workbook = write_xlsx(given_sheet, layout, {2: LineOutcome(Text("=1", "=1"))}, language="en")
    page = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(workbook)).read("xl/worksheets/sheet1.xml")
    for data in (text.encode(), workbook):
        assert sheet(data).rows[1][1:4] == given_sheet.rows[1]


def test_a_line_that_came_to_nothing_says_so() -> None:
    given_sheet = sheet(english())
    layout = understand(given_sheet, ARRIVALS).layout
    text = write_csv(given_sheet, layout, {}, language="zh").decode("utf-8-sig")
    assert text.count("未录入") == 5


def test_every_kind_of_cell_comes_back_from_the_workbook_as_it_was() -> None:
    cells: list[Cell] = [
        "张伟 & <b>", "_x0041_ stays", "two\nlines", 7, 36.5, True, dt.date(2020, 2, 29), dt.time(8, 30),
        dt.datetime.fromisoformat("2020-03-20 11:05:09"), None, "1899-12-31",
    ]  # fmt: skip
    data = workbook("a:b", [f"h{place}" for place in range(len(cells))], [cells], widths=[14] * len(cells))
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert (page.title, page.freeze_panes, page["A1"].font.b, page["A2"].font.b) == ("a b", "A2", True, False)
    shown = [cell.value for cell in page[2]]
    assert [*shown[:1], *shown[2:6], *shown[7:]] == [*cells[:1], *cells[2:6], *cells[7:]]
    assert list(sheet(data).rows[1]) == cells


def test_a_day_before_spreadsheets_count_is_text() -> None:
    data = workbook("a", ["day"], [[dt.date(1899, 12, 31)]], widths=[14])
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"].value == "1899-12-31"


@given(st.text(max_size=30))
def test_no_text_is_left_that_begins_a_formula(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


CELL = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(10**15), 10**15), st.floats(), st.booleans(), st.times(),
    st.dates(dt.date(1900, 3, 1)), st.datetimes(dt.datetime.fromisoformat("1900-03-01"), timezones=st.just(dt.UTC)),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=3))
def test_whatever_the_cells_both_files_are_written(rows: list[tuple[object, object]]) -> None:
    held = [row for row in rows if any(cell is not None for cell in row)]
    given_sheet = ListSheet("f", None, [("姓名", "证件号"), *held], list(range(1, len(held) + 2)))  # type: ignore[list-item]
    layout = understand(given_sheet, ARRIVALS).layout
    lines = len(layout.lines)
    assert (
        len(list(openpyxl.load_workbook(io.BytesIO(write_xlsx(given_sheet, layout, {}, language="en"))).worksheets[0]))
        == lines + 1
    )
    assert write_csv(given_sheet, layout, {}, language="en")
