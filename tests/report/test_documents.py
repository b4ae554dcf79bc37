"""Documents open in what offices use, say what they were given, and never run what somebody typed."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Callable

import docx as word
import openpyxl
import pytest

from fangxian.report.documents import Cell, Document, Section, docx, xlsx

WHEN = dt.datetime(2020, 3, 20, 9, 30)  # noqa: DTZ001 - as a reader's wall clock shows it
TYPED = ['=HYPERLINK("http://x")', "+1", "李 & <w:p>", "{{ title }}"]
DOCUMENT = Document(
    title="日清单 {{ 7 * 7 }}",
    subtitle="Arrivals",
    notes=["As of {% now %}."],
    signatures=["Made by"],
    sections=[
        Section("Names [1/2]", ["Name", "Number", "When"], [[text, 3, WHEN] for text in TYPED], (1,)),
        Section("Names [1/2]", ["Name"], [], empty="Nobody"),
    ],
)


def test_the_workbook_has_every_cell_as_it_was() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(DOCUMENT)))
    assert len(book.worksheets) == 2
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][0] == DOCUMENT.title
    assert rows[-4:] == [(text, 3, WHEN) for text in TYPED]
    assert {
        cell.data_type for row in book.worksheets[0].iter_rows(min_col=1, max_col=1) for cell in row if cell.value
    } == {"s"}
    assert list(book.worksheets[1].iter_rows(values_only=True))[-1][0] == "Nobody"


def test_the_workbook_is_dressed_to_be_read_and_printed() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(DOCUMENT))).worksheets[0]
    assert [cell.value for cell in sheet[5]] == ["Name", "Number", "When"]
    assert all(cell.font.b and cell.fill.fgColor.rgb == "00E8EEF0" for cell in sheet[5])
    assert (sheet["A1"].font.b, sheet["A1"].font.sz) == (True, 14)
    assert (sheet["B5"].alignment.horizontal, sheet["A5"].alignment.horizontal) == ("right", None)
    assert (sheet["B6"].number_format, sheet["C6"].number_format) == ("#,##0", "yyyy-mm-dd hh:mm")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A6", "$5:$5")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.column_dimensions["A"].width == max(map(len, TYPED)) + 2


@pytest.mark.parametrize("made", [xlsx, docx])
def test_the_last_line_takes_as_long_as_the_first(made: Callable[[Document], bytes]) -> None:
    few, many = (_calls(made, number) for number in (100, 400))
    assert many < 5 * few


def _calls(made: Callable[[Document], bytes], number: int) -> int:
    """How often Python calls something for a table of so many lines."""
    rows: list[list[Cell]] = [["李", 3, WHEN, None]] * number
    long, counted = Document("", "", [Section("Names", list("abcd"), rows, (1,))]), 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    made(long)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        made(long)
    finally:
        sys.setprofile(before)
    return counted


def test_the_word_file_has_every_cell_and_fills_nothing_twice() -> None:
    opened = word.Document(io.BytesIO(docx(DOCUMENT)))
    said = [paragraph.text for paragraph in opened.paragraphs]
    assert said[0] == DOCUMENT.title
    assert "As of {% now %}." in said
    assert "Nobody" in said
    assert [[cell.text for cell in row.cells] for row in opened.tables[0].rows][1:] == [
        [text, "3", "2020-03-20 09:30"] for text in TYPED
    ]


def test_a_long_table_keeps_its_lines_whole_and_says_what_the_workbook_has_besides() -> None:
    rows: list[list[Cell]] = [[WHEN, "a place that takes far more than one line of its column", "late"]] * 503
    sections = [Section("Names", ["When", "Where", "Why"], rows)]
    long = Document("Sheet", "", sections, day=WHEN.date(), more="{count} in the workbook")
    opened = word.Document(io.BytesIO(docx(long)))
    (table,) = opened.tables
    assert (len(table.rows), "3 in the workbook") == (501, opened.paragraphs[-1].text)
    assert all(row._tr.get_or_add_trPr().xpath("w:cantSplit") for row in table.rows[1:3])
    assert table.rows[1].cells[0].text == "09:30"
    when, where, why = (round(column.width.mm) for column in table.columns)
    assert (when, where, why) == (18, 142, 18)
