"""The three spellings of an XLSForm as one: sheets of rows, each cell with the row and heading its author sees."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .workbook import WorkbookError, open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fangxian.programmes.mistakes import Mistakes

SHEETS: Final = ("survey", "choices", "settings")
MAX_ROWS: Final = 5000
MAX_COLUMNS: Final = 100
_HEADING: Final = re.compile(r"#+\s*(\S+)\s*$")
_RULE: Final = re.compile(r"\s*:?-+:?\s*$")
_BAR: Final = re.compile(r"(?<!\\)\|")

Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Cells by heading, trimmed, empty ones left out; ``number`` counts from 1 as the file's author does."""

    number: int
    cells: Mapping[str, str]

    def get(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(frozen=True, slots=True)
class FormSheet:
    name: str
    header: int
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheets(data: bytes, mistakes: Mistakes) -> dict[str, FormSheet]:
    """The sheets of a ``.md``, ``.csv`` or ``.xlsx`` form by name; what cannot be read is added to the mistakes."""
    if mistakes.file.endswith(".xlsx"):
        found = _workbook(data, mistakes)
    else:
        text = _decoded(data, mistakes)
        found = {} if text is None else _markdown(text) if mistakes.file.endswith(".md") else _csv(text, mistakes)
    known = {name: rows for name, rows in found.items() if name in SHEETS}
    for name in found.keys() - known.keys():
        mistakes.unknown("unknown_sheet", name, SHEETS, sheet=name)
    return {name: sheet for name, rows in known.items() if (sheet := _sheet(name, rows, mistakes)) is not None}


def _decoded(data: bytes, mistakes: Mistakes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mistakes.add("not_utf8", data[: error.start].count(b"\n") + 1)
        return None


def _markdown(text: str) -> dict[str, list[Numbered]]:
    sheets: dict[str, list[Numbered]] = {}
    rows: list[Numbered] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.match(line)
        if heading:
            rows = sheets.setdefault(heading[1].lower(), [])
        elif rows is not None and line.lstrip().startswith("|"):
            cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())[1:]]
            if len(cells) == 1 or not all(_RULE.match(cell) for cell in cells[:-1]):
                rows.append((number, cells[:-1] if cells[-1] == "" else cells))
    return sheets


def _csv(text: str, mistakes: Mistakes) -> dict[str, list[Numbered]]:
    sheets: dict[str, list[Numbered]] = {}
    rows: list[Numbered] | None = None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if _alone(trimmed) and trimmed[0].lower() in SHEETS:
                rows = sheets.setdefault(trimmed[0].lower(), [])
            elif rows is not None:
                rows.append((start, trimmed))
            start = reader.line_num + 1
    except csv.Error as error:
        mistakes.add("bad_csv", reader.line_num, reason=error)
    return sheets


def _alone(cells: list[str]) -> bool:
    return bool(cells) and bool(cells[0]) and not any(cells[1:])


def _workbook(data: bytes, mistakes: Mistakes) -> dict[str, list[Numbered]]:
    try:
        workbook = open_workbook(data)
    except WorkbookError as unsafe:
        mistakes.tell("bad_workbook", unsafe.reason)
        return {}
    sheets: dict[str, list[Numbered]] = {}
    for name, rows, formulas in workbook:
        sheets[name.strip().lower()] = rows
        for row, column in formulas:
            mistakes.add("formula", row, column, name)
    return sheets


def _sheet(name: str, rows: Iterable[Numbered], mistakes: Mistakes) -> FormSheet | None:
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        mistakes.add("empty_sheet", sheet=name)
        return None
    header, headings = filled[0]
    while headings and not headings[-1]:
        headings.pop()
    if len(filled) > MAX_ROWS or len(headings) > MAX_COLUMNS:
        mistakes.add("sheet_too_big", sheet=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
        return None
    for twice in sorted({heading for heading in headings if heading and headings.count(heading) > 1}):
        mistakes.add("heading_twice", header, twice, name)
    body = tuple(_row(number, cells, headings, name, mistakes) for number, cells in filled[1:])
    return FormSheet(name, header, tuple(headings), body)


def _row(number: int, cells: list[str], headings: list[str], sheet: str, mistakes: Mistakes) -> SheetRow:
    beyond = cells[len(headings) :]
    if any(beyond) or (beyond and mistakes.file.endswith(".md")):  # Markdown has no cells that nobody wrote
        mistakes.add("too_many_cells", number, sheet=sheet)
    pairs = zip(headings, cells, strict=False)
    return SheetRow(number, {heading: cell for heading, cell in pairs if heading and cell})
