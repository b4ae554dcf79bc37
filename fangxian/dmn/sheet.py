"""Spreadsheets as rows of text: CSV in UTF-8 or GB18030, and the first sheet of an xlsx workbook."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

from fangxian.kernel.findings import FilePlace, Finding
from fangxian.kernel.later import Later
from fangxian.kernel.text import Text

from .feel.literals import written

if TYPE_CHECKING:
    import openpyxl
    import openpyxl.utils.exceptions
else:
    openpyxl = Later("openpyxl")

MOST_BYTES: Final = 8 * 2**20
MOST_UNPACKED: Final = 64 * 2**20
HEAD_BYTES: Final = 4096
DOCTYPE: Final = b"<!DOCTYPE"
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 200
UNREADABLE: Final = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    EOFError,
)
TOO_BIG: Final = Text(
    "the file is larger than {most} MB; remove what is not the table", "文件超过 {most} MB；请删除与表无关的内容"
)
NO_TEXT: Final = Text(
    "the file is neither UTF-8 nor GB18030; save it again as CSV UTF-8",
    "文件编码不是 UTF-8 或 GB18030；请另存为 CSV UTF-8",
)
NO_CSV: Final = Text(
    "the file cannot be read as CSV; save it again as CSV UTF-8", "无法按 CSV 读取；请另存为 CSV UTF-8"
)
NO_XLSX: Final = Text("the file is not a readable workbook; save it again as .xlsx", "无法打开该工作簿；请另存为 .xlsx")
NO_SHEET: Final = Text("there is no sheet {sheet}; add it or rename one", "没有工作表 {sheet}；请添加或改名")
TOO_MANY: Final = Text(
    "more than {rows} rows or {columns} columns; remove what is not the table",
    "超过 {rows} 行或 {columns} 列；请删除与表无关的内容",
)
FORMULA: Final = Text("formulas are not read; paste the value instead", "不读取公式；请粘贴为值")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells as stripped text; ``rows[0]`` is row 1. Empty rows are kept, so that rows count as in the file."""

    file: str
    sheet: str | None
    rows: tuple[tuple[str, ...], ...]

    def place(self, row: int | None = None, column: str | None = None) -> FilePlace:
        return FilePlace(self.file, self.sheet, row, column)


def letter(index: int) -> str:
    """The letter of a column, counted from 0."""
    before, last = divmod(index, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def grid_of_csv(content: bytes | str, file: str) -> tuple[Grid | None, list[Finding]]:
    """A CSV file; a byte order mark is allowed."""
    if len(content) > MOST_BYTES:
        return None, [refusal("dmn.file.size", file, TOO_BIG.filled(most=MOST_BYTES // 2**20))]
    text = content if isinstance(content, str) else decoded(content)
    if text is None:
        return None, [refusal("dmn.file.encoding", file, NO_TEXT)]
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]
    except csv.Error:
        return None, [refusal("dmn.file.csv", file, NO_CSV)]
    return bounded(file, None, rows)


def decoded(content: bytes) -> str | None:
    encodings = (
        ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "gb18030")
    )
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def bounded(file: str, sheet: str | None, rows: list[tuple[str, ...]]) -> tuple[Grid | None, list[Finding]]:
    """The grid without what is empty at its right and lower edges, unless it is too large; formulas are found."""
    trimmed = [trim(row) for row in rows]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    if len(trimmed) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in trimmed):
        return None, [refusal("dmn.file.size", file, TOO_MANY.filled(rows=MOST_ROWS, columns=MOST_COLUMNS))]
    grid = Grid(file, sheet, tuple(trimmed))
    return grid, [
        Finding("dmn.cell.formula", grid.place(number, letter(index)), FORMULA)
        for number, row in enumerate(trimmed, 1)
        for index, cell in enumerate(row)
        if cell.startswith("=")
    ]


def trim(row: tuple[str, ...]) -> tuple[str, ...]:
    stripped = [cell.strip() for cell in row]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)


def grid_of_xlsx(content: bytes, file: str, sheet: str | None = None) -> tuple[Grid | None, list[Finding]]:
    """The named sheet of a workbook, else its first. Formulas are found, never computed."""
    try:
        if len(content) > MOST_BYTES or unpacked_size(content) > MOST_UNPACKED:
            return None, [refusal("dmn.file.size", file, TOO_BIG.filled(most=MOST_BYTES // 2**20))]
        return sheet_of(content, file, sheet)
    except (*UNREADABLE, openpyxl.utils.exceptions.InvalidFileException):
        return None, [refusal("dmn.file.xlsx", file, NO_XLSX)]


def unpacked_size(content: bytes) -> int:
    """Bytes, as the archive declares them; the zip module refuses a member that unpacks to more than it declares.
    Raises ValueError for a part with a document type: no workbook has one, and it declares entities that explode."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            with archive.open(member) as part:
                if DOCTYPE in part.read(HEAD_BYTES).replace(b"\0", b"").upper():
                    raise ValueError(member.filename)
        return sum(member.file_size for member in archive.infolist())


def sheet_of(content: bytes, file: str, sheet: str | None) -> tuple[Grid | None, list[Finding]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            return None, [refusal("dmn.file.sheet", file, NO_SHEET.filled(sheet=sheet))]
        chosen = book[sheet or book.sheetnames[0]]
        return bounded(file, str(chosen.title), list(rows_of(chosen)))
    finally:
        book.close()


def rows_of(sheet: Any) -> Iterator[tuple[str, ...]]:
    """One row and one column more than is allowed, so that too many are noticed without reading all."""
    for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True):
        yield tuple(shown(value) for value in row)


def shown(value: object) -> str:
    """A workbook's value as the author would have typed it into a CSV file; midnight is a day."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return written(value.date()) if value.time() == dt.time() else value.isoformat()
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return written(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def refusal(code: str, file: str, message: Text) -> Finding:
    return Finding(code, FilePlace(file), message)
