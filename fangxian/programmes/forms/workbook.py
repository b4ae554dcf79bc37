"""Opening a workbook somebody sent: bounded before it is unpacked, its formulas named and never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from fangxian.kernel.later import Later
from fangxian.kernel.text import Text

if TYPE_CHECKING:
    import openpyxl
    import openpyxl.utils.exceptions
    from openpyxl.worksheet.worksheet import Worksheet
else:
    openpyxl = Later("openpyxl")

MAX_ENTRIES: Final = 500
MAX_UNPACKED: Final = 32 * 2**20
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 120

Read = tuple[str, list[tuple[int, list[str]]], list[tuple[int, str]]]


class WorkbookError(Exception):
    """The workbook cannot be opened, or should not be."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


_BROKEN: Final = Text(
    "The workbook cannot be opened. Save it again as .xlsx.", "无法打开该工作簿，请重新保存为 .xlsx 格式。"
)
_TOO_BIG: Final = Text(
    "The workbook is too big when unpacked. Delete what is not part of the form.",
    "该工作簿解压后过大，请删去与表单无关的内容。",
)


def open_workbook(data: bytes) -> list[Read]:
    """Per sheet its name, its rows as text with their numbers, and the row and column letter of each formula.

    Raises WorkbookError.
    """
    _bounded(data)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        return [_sheet(sheet) for sheet in workbook.worksheets]
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        DefusedXmlException,
        ParseError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
    ) as error:  # openpyxl lets whatever a broken part causes through; lxml's error is a SyntaxError
        raise WorkbookError(_BROKEN) from error


def _bounded(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise WorkbookError(_BROKEN) from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise WorkbookError(_TOO_BIG)


def _sheet(sheet: Worksheet) -> Read:
    rows: list[tuple[int, list[str]]] = []
    formulas: list[tuple[int, str]] = []
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS), 1):
        computed = [at for at, cell in enumerate(row, 1) if cell.data_type == "f"]
        formulas += [(number, openpyxl.utils.get_column_letter(at)) for at in computed]
        rows.append((number, [_text(cell.value) for cell in row]))
    return sheet.title, rows, formulas


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).strip()
