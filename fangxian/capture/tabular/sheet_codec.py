"""A sheet once read, as bytes and back: what was understood of a file need not be parsed out of it again."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import orjson

from fangxian.kernel.findings import FilePlace, Finding, Severity
from fangxian.kernel.text import Text

from .types import Cell, ListSheet, Mark, Merge, Row

_MOMENTS: Final[dict[str, Any]] = {"date": dt.date, "datetime": dt.datetime, "time": dt.time}
Packed = list[Any]


def packed(sheet: ListSheet) -> bytes:
    """Everything of it; moments are marked as such, for they are no texts."""
    return orjson.dumps({
        "file": sheet.file, "name": sheet.name, "rows": sheet.rows, "numbers": sheet.numbers,
        "notes": [_note(note) for note in sheet.notes],
        "marks": [[row, column, mark.value] for (row, column), mark in sheet.marks.items()],
        "merges": [[one.top, one.bottom, one.left, one.right] for one in sheet.merges],
        "others": sheet.others, "empty_rows": sheet.empty_rows, "encoding": sheet.encoding,
    }, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME)


def unpacked(plain: bytes) -> ListSheet:
    """The same sheet."""
    told = orjson.loads(plain)
    return ListSheet(
        told["file"], told["name"], [_row(cells) for cells in told["rows"]], told["numbers"],
        notes=tuple(_finding(*note) for note in told["notes"]),
        marks={(row, column): Mark(mark) for row, column, mark in told["marks"]},
        merges=tuple(Merge(*one) for one in told["merges"]),
        others=tuple(told["others"]), empty_rows=told["empty_rows"], encoding=told["encoding"])


def _moment(cell: dt.date | dt.time) -> Packed:
    return [type(cell).__name__, cell.isoformat()]


def _row(cells: list[Any]) -> Row:
    return tuple([_cell(*cell) if type(cell) is list else cell for cell in cells])


def _cell(kind: str, text: str) -> Cell:
    found: Cell = _MOMENTS[kind].fromisoformat(text)
    return found


def _note(note: Finding) -> Packed:
    place = note.place
    return [note.code, [place.file, place.sheet, place.row, place.column], [note.message.en, note.message.zh],
            note.severity.value]


def _finding(code: str, place: Packed, message: list[str], severity: str) -> Finding:
    return Finding(code, FilePlace(*place), Text(*message), Severity(severity))
