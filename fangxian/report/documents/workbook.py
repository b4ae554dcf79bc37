"""A document as a workbook: one sheet for each table, prints on A4 across."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .types import Cell, Document, Section

_WIDEST: Final = 48
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HEAD: Final = PatternFill("solid", fgColor="E8EEF0")
_RIGHT: Final = Alignment(horizontal="right")


def xlsx(document: Document) -> bytes:
    """The workbook's bytes. Text that could be read as a formula stays text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, section in enumerate(document.sections, 1):
        _write(book, document, section, number)
    book.properties.title = document.title
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Any, document: Document, section: Section, number: int) -> None:
    name = _FORBIDDEN.sub(" ", section.heading)[:28].strip() or str(number)
    sheet = book.create_sheet(name if name not in book.sheetnames else f"{name[:25]} {number}")
    sheet.append([document.title])
    sheet.append([document.subtitle])
    for note in document.notes if number == 1 else ():
        sheet.append([note])
    sheet.append([])
    sheet.append(list(section.columns))
    head = sheet.max_row
    for row in section.rows:
        sheet.append([_value(cell) for cell in row])
        for position, cell in enumerate(sheet[sheet.max_row]):
            _shape(cell, numeric=position in section.numeric)
    if not section.rows and section.empty:
        sheet.append([section.empty])
    _dress(sheet, section, head)


def _shape(cell: Any, *, numeric: bool) -> None:
    """Thousands apart, instants to the minute, and what stands for a number to the right as numbers are."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        if numeric:
            cell.alignment = _RIGHT
    elif isinstance(cell.value, dt.datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(cell.value, int):
        cell.number_format = "#,##0"


def _dress(sheet: Any, section: Section, head: int) -> None:
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    sheet.freeze_panes = sheet.cell(row=head + 1, column=1)
    for position in range(len(section.columns)):
        width = min(_WIDEST, max(8, section.width(position) + 2))
        sheet.column_dimensions[get_column_letter(position + 1)].width = width
        if position in section.numeric:
            sheet.cell(row=head, column=position + 1).alignment = _RIGHT
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = f"{head}:{head}"


def _value(cell: Cell) -> Cell:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    return _ILLEGAL.sub("", cell) if isinstance(cell, str) else cell
