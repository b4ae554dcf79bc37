"""Where in a sheet the list is: titles above, headings in one or more rows, lines, and what is no line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fangxian.kernel.findings import Finding

from .headings import BETWEEN_ROWS
from .sentences import note
from .sheetxml import column_letters
from .spellings import spelling
from .types import Cell, ListSheet, Row

_SEARCHED_ROWS: Final = 40
_BODY_ROWS: Final = 30
_MOST_HEADER_ROWS: Final = 3
_LONGEST_HEADING: Final = 60
_APART: Final = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|制\s*表|填\s*表|填\s*报|审\s*核|复\s*核|报送|联系人|注\s*[:：]|备\s*注\s*[:：]"
    r"|说\s*明\s*[:：]|附\s*[:：]|以下空白|(grand\s+|sub\s*)?total\b|sum\b|prepared\s+by|checked\s+by|approved\s+by"
    r"|compiled\s+by|signature|notes?\s*[:：]|remarks?\s*[:：]|end of (list|report)|[*※]{1,3}\s*\w)",
    re.IGNORECASE,
)
_SUM: Final = re.compile(r"[合总小共]\s*计\s*[:：]?|(?:(?:grand |sub)?total|sum)\s*:?", re.IGNORECASE)
_EXAMPLE: Final = re.compile(r"(示\s*例|样\s*例|例\s*[:：]|填写说明|example\b|e\.g\.)", re.IGNORECASE)
_HINT: Final = re.compile(
    r"[（(【\[]?\s*(必填.*|选填.*|可选.*|非必填.*|格式.*|下拉.*|请填.*|请选.*|填写.*|如[:：].*|例如.*|例[:：].*|文本.*|数字.*|日期.*格式.*|.*yyyy.*"
    r"|dd.?mm.*|mm.?dd.*|required.*|optional.*|mandatory.*|drop.?down.*|select .*|choose .*|format.*"
    r"|text|free text|number|date"
    r"|pflicht.*|obligat.*|facultatif.*|opcional.*|обязательно.*|tt\.mm.*|jj/mm.*|aaaa.*|m/f|男/女|是/否|yes/no|y/n|e\.g\..*)"
    r"\s*[）)】\]]?",
    re.IGNORECASE)
_STATED: Final = re.compile(r".{1,30}[:：]\s*\S")
_VALUE_LIKE: Final = re.compile(r"[^A-Za-z㐀-鿿]*\d[^A-Za-z㐀-鿿]*|[A-Za-z]{0,3}[\d\-./:]{4,}[A-Za-z]?|\S+@\S+")

Knows = Callable[[str], bool]
_Body = tuple[tuple[int, ...], tuple["Apart", ...], list[Finding]]


@dataclass(frozen=True, slots=True)
class Apart:
    """A row below or among the lines that is none."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """``header`` and ``lines`` are places in ``Sheet.rows``; one heading per column, its letter where it has none."""

    header: tuple[int, ...]
    headings: tuple[str, ...]
    lines: tuple[int, ...]
    title: str = ""
    apart: tuple[Apart, ...] = ()
    notes: tuple[Finding, ...] = ()


def locate(sheet: ListSheet, knows: Knows = lambda _: False) -> SheetLayout:
    """Where the list is; ``knows`` says whether a text is a heading that somebody expects."""
    best = _header_row(sheet.rows, knows)
    header = _with_neighbours(sheet, best, knows) if best is not None else ()
    first = header[-1] + 1 if header else 0
    headings = _headings(sheet, header)
    lines, apart, notes = _body(sheet, header, first)
    if header and not lines:
        notes.append(note("no_lines", sheet.file, sheet=sheet.name))
    title = " ".join(_shown(row) for row in sheet.rows[: header[0]]) if header else ""
    return SheetLayout(header, headings, lines, title, apart, (*_header_notes(sheet, header, title), *notes))


def is_label(cell: Cell) -> bool:
    """Whether the cell reads as a heading: short text that is no number, date or code, and states none."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_HEADING:
        return False
    return not _VALUE_LIKE.fullmatch(cell.strip()) and not _STATED.match(cell)


def _header_row(rows: list[Row], knows: Knows) -> int | None:
    typical = _typical_width(rows)
    scored = [(_header_score(rows, place, typical, knows), -place) for place in range(min(len(rows), _SEARCHED_ROWS))]
    score, place = max(scored, default=(0.0, 0))
    return -place if score > 0 else None


def _typical_width(rows: list[Row]) -> int:
    step = max(1, len(rows) // 200)
    counts = sorted(_filled(row) for row in rows[::step])
    return counts[len(counts) // 2] if counts else 0


def _header_score(rows: list[Row], place: int, typical: int, knows: Knows) -> float:
    """0 for a row that cannot be the headings; earlier rows win where others are as good."""
    cells = [cell for cell in rows[place] if cell is not None]
    if len(cells) < max(min(typical, 2), 0.4 * typical):
        return 0
    labels = sum(map(is_label, cells)) / len(cells)
    known = sum(isinstance(cell, str) and knows(cell) for cell in cells) / len(cells)
    if labels < 0.7 and known < 0.4:
        return 0
    distinct = len({str(cell) for cell in cells}) / len(cells)
    return labels + 2 * known + distinct / 2 + _contrast(rows, place) - place / 50


def _contrast(rows: list[Row], place: int) -> float:
    """Of the columns that hold numbers, dates or codes below the row, the share where the row itself has a label."""
    body = rows[place + 1 : place + 1 + _BODY_ROWS]
    columns = [column for column in range(len(rows[place])) if _mostly_values(body, column)]
    named = [rows[place][column] for column in columns if rows[place][column] is not None]
    return sum(map(is_label, named)) / len(columns) if columns else 0


def _mostly_values(body: list[Row], column: int) -> bool:
    cells = [row[column] for row in body if row[column] is not None]
    return bool(cells) and sum(not is_label(cell) for cell in cells) * 2 > len(cells)


def _with_neighbours(sheet: ListSheet, best: int, knows: Knows) -> tuple[int, ...]:
    """The best row with group headings above and second headings below it."""
    first = last = best
    while first > 0 and last - first + 1 < _MOST_HEADER_ROWS and _is_group_row(sheet, first - 1, first):
        first -= 1
    while last + 1 < len(sheet.rows) and last - first + 1 < _MOST_HEADER_ROWS and _continues(sheet, last, knows):
        last += 1
    return tuple(range(first, last + 1))


def _is_group_row(sheet: ListSheet, upper: int, lower: int) -> bool:
    """Several labels above the headings, at least one of them over a gap or over several columns: no title."""
    above, below = sheet.rows[upper], sheet.rows[lower]
    labels = [column for column, cell in enumerate(above) if cell is not None]
    if len(labels) < 2 or not all(is_label(above[column]) for column in labels):
        return False
    if sheet.numbers[lower] - sheet.numbers[upper] != 1:
        return False
    gaps = [column for column in labels if below[column] is None]
    spans = [merge for merge in sheet.merges if merge.top == sheet.numbers[upper] and merge.right > merge.left]
    return bool(gaps) or len(spans) > 1 or (not sheet.merges and len(labels) * 3 >= _filled(below))


def _continues(sheet: ListSheet, last: int, knows: Knows) -> bool:
    """Whether the row below is a second row of headings: no values in it, and it is known, fills gaps or contrasts."""
    upper, lower = sheet.rows[last], sheet.rows[last + 1]
    cells = [(column, cell) for column, cell in enumerate(lower) if cell is not None]
    if sheet.numbers[last + 1] - sheet.numbers[last] != 1 or not all(is_label(cell) for _, cell in cells):
        return False
    if _APART.match(str(cells[0][1])):
        return False
    known = sum(knows(str(cell)) for _, cell in cells)
    fills = all(upper[column] is None or _spans(sheet, last, column) for column, _ in cells)
    return known * 3 > len(cells) or (fills and last + 2 < len(sheet.rows)) or _contrasts_as_second(sheet, last)


def _contrasts_as_second(sheet: ListSheet, last: int) -> bool:
    """Dates and numbers begin only below it, as under a heading in the other language."""
    body = sheet.rows[last + 2 : last + 2 + _BODY_ROWS]
    columns = [column for column in range(sheet.width) if _mostly_values(body, column)]
    labels = [column for column in columns if is_label(sheet.rows[last + 1][column])]
    return len(columns) >= 2 and len(labels) == len(columns)


def _spans(sheet: ListSheet, place: int, column: int) -> bool:
    number = sheet.numbers[place]
    return any(
        merge.top <= number <= merge.bottom and merge.left <= column <= merge.right and merge.right > merge.left
        for merge in sheet.merges
    )


def _headings(sheet: ListSheet, header: tuple[int, ...]) -> tuple[str, ...]:
    rows = [_spread(sheet, place, below) for place, below in zip(header, (*header[1:], None), strict=False)]
    return tuple(_heading(column, [row[column] for row in rows]) for column in range(sheet.width))


def _heading(column: int, cells: list[Cell]) -> str:
    said = dict.fromkeys(" ".join(str(cell).split()) for cell in cells if cell is not None)
    return BETWEEN_ROWS.join(said)[:200] or column_letters(column)


def _spread(sheet: ListSheet, place: int, below: int | None) -> list[Cell]:
    """A header row with merged cells repeated; without merges a group goes on over the columns named below it."""
    cells = list(sheet.rows[place])
    number = sheet.numbers[place]
    for merge in sheet.merges:
        if merge.top == number and merge.left < len(cells):
            cells[merge.left : merge.right + 1] = [cells[merge.left]] * (
                min(merge.right, len(cells) - 1) - merge.left + 1
            )
    if below is None or sheet.merges:
        return cells
    lower = sheet.rows[below]
    for column in range(1, len(cells)):
        if cells[column] is None and lower[column] is not None and lower[column - 1] is not None:
            cells[column] = cells[column - 1]
    return cells


def _body(sheet: ListSheet, header: tuple[int, ...], first: int) -> _Body:
    headings = {_start(sheet.rows[place]): _row_key(sheet.rows[place]) for place in header}
    typical = _typical_width(sheet.rows[first:])
    lines: list[int] = []
    apart: list[Apart] = []
    notes: list[Finding] = []
    for place in range(first, len(sheet.rows)):
        row, number = sheet.rows[place], sheet.numbers[place]
        code = _no_line(row, place - first, typical, headings)
        if code is None:
            lines.append(place)
        else:
            text = _shown(row)
            apart.append(Apart(number, text))
            notes.append(note(code, sheet.file, sheet=sheet.name, row=number, text=text[:80]))
    return tuple(lines), tuple(apart), notes


def _no_line(row: Row, after_header: int, typical: int, headings: Mapping[Cell, str]) -> str | None:
    """Which sentence says that the row is no line; None for a line."""
    start = _start(row)
    if after_header < 2 and _says_how_to_fill_in(row):
        return "row_apart"
    if after_header < 2 and (_counts_columns(row) or (isinstance(start, str) and _EXAMPLE.match(start))):
        return "row_apart"
    if not isinstance(start, str):
        return None
    if start in headings and _row_key(row) == headings[start]:
        return "headings_again"
    most = typical - 1 if _SUM.fullmatch(start.strip()) else max(typical / 2, 1)
    return "row_apart" if _APART.match(start) and _filled(row) <= most else None


def _says_how_to_fill_in(row: Row) -> bool:
    """A template's row of hints under its headings: required, yyyy-mm-dd, choose from the list."""
    cells = [cell for cell in row if cell is not None]
    hints = sum(isinstance(cell, str) and _HINT.fullmatch(cell.strip()) is not None for cell in cells)
    return hints >= 2 and hints * 3 >= len(cells)


def _counts_columns(row: Row) -> bool:
    """1, 2, 3 … under the headings, as printed forms have it."""
    said = [str(cell).strip("()（） ") for cell in row if cell is not None]
    return len(said) > 2 and said == [str(number) for number in range(1, len(said) + 1)]


def _header_notes(sheet: ListSheet, header: tuple[int, ...], title: str) -> Iterator[Finding]:
    if not header:
        yield note("no_headings", sheet.file, sheet=sheet.name)
    elif header[0] > 0:
        rows = ", ".join(str(number) for number in sheet.numbers[: header[0]])
        yield note("title_rows", sheet.file, sheet=sheet.name, rows=rows, text=title[:80])


def _row_key(row: Row) -> str:
    return "|".join(spelling(cell).key if isinstance(cell, str) else "" for cell in row)


def _start(row: Row) -> Cell:
    return next(cell for cell in row if cell is not None)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _shown(row: Row) -> str:
    said = (cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell) for cell in row if cell is not None)
    return " ".join(" ".join(said).split())[:200]
