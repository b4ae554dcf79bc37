"""Documents open in what offices use, say what they were given, and never run what somebody typed."""

from __future__ import annotations

import datetime as dt
import io

import docx as word
import openpyxl

from fangxian.report.documents import Document, Section, docx, xlsx

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


def test_the_word_file_has_every_cell_and_fills_nothing_twice() -> None:
    opened = word.Document(io.BytesIO(docx(DOCUMENT)))
    said = [paragraph.text for paragraph in opened.paragraphs]
    assert said[0] == DOCUMENT.title
    assert "As of {% now %}." in said
    assert "Nobody" in said
    assert [[cell.text for cell in row.cells] for row in opened.tables[0].rows][1:] == [
        [text, "3", "2020-03-20 09:30"] for text in TYPED
    ]
