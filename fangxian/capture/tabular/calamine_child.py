"""A process of its own that opens .xls, .xlsb and .ods, so that a file made to hurt can only hurt it.

Bytes on stdin, JSON on stdout: the sheets, the likeliest first, and the rows of the one that is wanted. Memory and
time are bounded by the operating system; whatever goes wrong, the parent sees an exit code and no list.
"""

from __future__ import annotations

import datetime as dt
import io
import resource
import sys
from typing import Any, Final

import orjson
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY: Final = 1024 * 1024 * 1024
SECONDS: Final = 40
_SAMPLE_ROWS: Final = 60
_WIDE: Final = 12


def main(wanted: str, most_rows: int, most_columns: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    held = _likeliest_first(book)
    names = [name for name, _ in held]
    chosen = next(((name, hidden) for name, hidden in held if name == wanted), held[0] if held else ("", False))
    told: dict[str, Any] = {"names": names, "name": chosen[0], "hidden": chosen[1]}
    if names and (not wanted or wanted in names):
        told |= _rows(book.get_sheet_by_name(chosen[0]), most_rows, most_columns)
    sys.stdout.buffer.write(orjson.dumps(told, default=_cell, option=orjson.OPT_PASSTHROUGH_DATETIME))
    return 0


def _likeliest_first(book: CalamineWorkbook) -> list[tuple[str, bool]]:
    """Sheets with a value, the one that looks most like a list first; hidden ones last."""
    scored = []
    for place, found in enumerate(book.sheets_metadata):
        if found.typ is not SheetTypeEnum.WorkSheet:
            continue
        hidden = found.visible is not SheetVisibleEnum.Visible
        score = _likeliness(book.get_sheet_by_name(found.name))
        if score:
            scored.append((hidden, -score, place, found.name))
    return [(name, hidden) for hidden, _, _, name in sorted(scored)]


def _likeliness(sheet: CalamineSheet) -> int:
    widths = sorted(sum(cell != "" for cell in row) for row in sheet.to_python(nrows=_SAMPLE_ROWS))
    filled = [width for width in widths if width]
    return len(filled) * min(filled[len(filled) // 2], _WIDE) if filled else 0


def _rows(sheet: CalamineSheet, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Rows with a value and their numbers from 1; one more than allowed says that there are too many."""
    first_row, first_column = sheet.start or (0, 0)
    rows, numbers, widest = [], [], 0
    for place, row in enumerate(sheet.to_python(skip_empty_area=True)):
        if all(cell == "" for cell in row):
            continue
        widest = max(widest, first_column + len(row))
        rows.append(([""] * first_column + list(row))[:most_columns])
        numbers.append(first_row + place + 1)
        if len(rows) > most_rows:
            break
    merges = [[top + 1, bottom + 1, left, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
    return {"rows": rows, "numbers": numbers, "merges": merges, "widest": widest}


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return [type(value).__name__, value.isoformat()]
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
