"""A document as a workbook: one sheet for each table, prints on A4 across."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from .types import Cell, Document, Section

_WIDEST: Final = 48
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HEAD: Final = PatternFill("solid", fgColor="E8EEF0")
_TITLE: Final = Font(bold=True, size=14)
_BOLD: Final = Font(bold=True)
_RIGHT: Final = Alignment(horizontal="right")


def xlsx(document: Document) -> bytes:
    """The workbook's bytes. Text that could be read as a formula stays text. A line is written and forgotten, so that
    each takes as long as the one before."""
    book = Workbook(write_only=True)
    for number, section in enumerate(document.sections, 1):
        _write(book, document, section, number)
    book.properties.title = document.title
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Any, document: Document, section: Section, number: int) -> None:
    name = _FORBIDDEN.sub(" ", section.heading)[:28].strip() or str(number)
    sheet = book.create_sheet(name if name not in book.sheetnames else f"{name[:25]} {number}")
    above = [document.title, document.subtitle, *(document.notes if number == 1 else ()), ""]
    _dress(sheet, section, head=len(above) + 1)
    for place, line in enumerate(above):
        sheet.append([_styled(sheet, line, font=_TITLE)] if place == 0 else [_text(sheet, line)] if line else [])
    sheet.append([_heading(sheet, label, numeric=place in section.numeric)
                  for place, label in enumerate(section.columns)])
    for row in section.rows:
        sheet.append([_shaped(sheet, _value(cell), numeric=place in section.numeric)
                      for place, cell in enumerate(row)])
    if not section.rows and section.empty:
        sheet.append([_text(sheet, section.empty)])


def _dress(sheet: Any, section: Section, head: int) -> None:
    """What a sheet says of itself stands before its first line in the file."""
    sheet.freeze_panes = f"A{head + 1}"
    for position in range(len(section.columns)):
        width = min(_WIDEST, max(8, section.width(position) + 2))
        sheet.column_dimensions[get_column_letter(position + 1)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{head}:{head}"


def _heading(sheet: Any, label: str, *, numeric: bool) -> Any:
    cell = _styled(sheet, label, font=_BOLD)
    cell.fill = _HEAD
    if numeric:
        cell.alignment = _RIGHT
    return cell


def _styled(sheet: Any, said: str, *, font: Font) -> Any:
    cell = _text(sheet, said)
    cell.font = font
    return cell


def _text(sheet: Any, said: str) -> Any:
    cell = WriteOnlyCell(sheet, _ILLEGAL.sub("", said))
    cell.data_type = "s"
    return cell


def _shaped(sheet: Any, value: Cell, *, numeric: bool) -> Any:
    """Thousands apart, instants to the minute, and what stands for a number to the right as numbers are."""
    if isinstance(value, str):
        cell = _text(sheet, value)
        if numeric:
            cell.alignment = _RIGHT
        return cell
    if isinstance(value, dt.datetime):
        return _formatted(sheet, value, "yyyy-mm-dd hh:mm")
    return _formatted(sheet, value, "#,##0") if isinstance(value, int) else value


def _formatted(sheet: Any, value: int | dt.datetime, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell


def _value(cell: Cell) -> Cell:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    return _ILLEGAL.sub("", cell) if isinstance(cell, str) else cell
