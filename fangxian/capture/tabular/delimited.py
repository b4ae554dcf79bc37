"""Text with a separator between values: RFC 4180 and what is met besides."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from fangxian.kernel.findings import Finding

from .containers import refusal
from .decoding import Decoded, decode
from .sentences import note
from .sheetxml import column_letters, unquoted
from .types import LONGEST_CELL, Cell, Limits, ListSheet, Mark, Refusal
from .visible_text import visible

_SEPARATORS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 60
_LONGEST_QUOTE: Final = 40
"""Line ends within one pair of quotation marks beyond which it is taken as left open."""
_NAMED_ROWS: Final = 20
_LOST: Final = re.compile(r"[+-]?\d\.?\d*[eE]\+(1[5-9]|[2-3]\d)\Z")
"""An id that a spreadsheet wrote out as 3.41023E+17."""

csv.field_size_limit(1_000_000)

_Lines = tuple[list[list[str]], list[int]]


class _OpenQuoteError(Exception):
    """A quotation mark that is never closed, at that row."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class _TooLongError(Exception):
    """A value longer than a cell may be in that row, quotation marks or not."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def read_delimited(data: bytes, file: str, limits: Limits) -> ListSheet | Refusal:
    """The rows of a .csv, .tsv or the like, every value as text."""
    decoded = decode(data)
    if decoded is None:
        return Refusal(refusal("file_encoding" if _has_text(data) else "file_unreadable", file))
    text, separator = _separated(visible(decoded.text))
    try:
        return _read(text, separator, decoded, file, limits)
    except _TooLongError as problem:
        return Refusal(refusal("value_endless", file, row=problem.row))


def _read(text: str, separator: str, decoded: Decoded, file: str, limits: Limits) -> ListSheet | Refusal:
    notes = list(_encoding_notes(decoded, file))
    try:
        rows, numbers = _rows(text, separator, limits, quoted=True)
    except _OpenQuoteError as problem:
        notes.append(note("quote_open", file, row=problem.row))
        rows, numbers = _rows(text, separator, limits, quoted=False)
    if not rows:
        return Refusal(refusal("sheet_empty", file))
    if len(rows) > limits.rows:
        return Refusal(refusal("too_many_rows", file, limit=f"{limits.rows:,}"))
    return _sheet(file, decoded, rows, numbers, notes, limits)


def _has_text(data: bytes) -> bool:
    return b"\0" not in data[:4096]


def _separated(text: str) -> tuple[str, str]:
    """The text, and its separator: as its first line states it (``sep=;``), else as its lines agree on best."""
    stated = re.match(r'"?sep=([,;\t|])"?\r?\n', text)
    if stated:
        return "\n" + text[stated.end() :], stated[1]
    sample = "\n".join(_first_lines(text))
    return text, max(_SEPARATORS, key=lambda separator: _agreement(sample, separator))


def _first_lines(text: str) -> list[str]:
    return [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE_LINES]


def _agreement(sample: str, separator: str) -> float:
    """How many lines have the commonest number of values, and how many that is."""
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator) if row)
    except csv.Error:
        return 0
    several = [(lines, width) for width, lines in widths.items() if width > 1]
    if not several:
        return 0
    lines, width = max(several)
    return float(lines * lines * width**0.5 / sum(widths.values()))


def _rows(text: str, separator: str, limits: Limits, *, quoted: bool) -> _Lines:
    """Rows with a value and their numbers; raises _OpenQuoteError."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=False,
    )
    rows: list[list[str]] = []
    numbers: list[int] = []
    before = 0
    try:
        for row in reader:
            if reader.line_num - before > _LONGEST_QUOTE:
                raise _OpenQuoteError(before + 1)
            if row and max(map(len, row)) > LONGEST_CELL:  # over several lines a quotation mark may have been left open
                raise (_OpenQuoteError if quoted and reader.line_num - before > 1 else _TooLongError)(before + 1)
            if any(row) and any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(before + 1)
                if len(rows) > limits.rows:
                    break
            before = reader.line_num
    except csv.Error as problem:
        raise (_OpenQuoteError if quoted else _TooLongError)(before + 1) from problem
    return rows, numbers


def _sheet(
    file: str, decoded: Decoded, rows: list[list[str]], numbers: list[int], notes: list[Finding], limits: Limits
) -> ListSheet:
    notes.extend(_ragged(file, rows, numbers))
    widest = max(map(len, rows))
    width = min(widest, limits.columns)
    if widest > width:
        notes.append(note("columns_trimmed", file, count=widest, last=column_letters(width - 1)))
    if widest == 1:
        notes.append(note("one_column", file))
    empty = numbers[-1] - len(rows) if len(rows) else 0
    marks = dict(_lost(rows, numbers, width))
    return ListSheet(
        file=file,
        name=None,
        rows=[_padded(row, width) for row in rows],
        numbers=numbers,
        notes=tuple(notes),
        marks=marks,
        empty_rows=max(empty, 0),
        encoding=decoded.encoding,
    )


def _padded(row: list[str], width: int) -> tuple[Cell, ...]:
    cells: list[Cell] = [unquoted(cell.strip()) or None for cell in row[:width]]
    if len(cells) < width:
        cells.extend([None] * (width - len(cells)))
    return tuple(cells)


def _lost(rows: list[list[str]], numbers: list[int], width: int) -> Iterator[tuple[tuple[int, int], Mark]]:
    for number, row in zip(numbers, rows, strict=True):
        for column, cell in enumerate(row[:width]):
            if "+" in cell and _LOST.match(cell.strip()):
                yield (number, column), Mark.LOST


def _ragged(file: str, rows: list[list[str]], numbers: list[int]) -> Iterable[Finding]:
    """Rows longer than the list is wide: a separator inside a value shifts what follows it."""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    longer = [
        (number, row) for number, row in zip(numbers, rows, strict=True)
        if len(row) > width and any(cell.strip() for cell in row[width:])
    ]  # fmt: skip
    if width > 1 and longer and len(longer) < len(rows) / 2:
        more = ", ".join(str(number) for number, _ in longer[1:_NAMED_ROWS])
        more += " …" if len(longer) > _NAMED_ROWS else ""
        number, row = longer[0]
        yield note("rows_ragged", file, row=number, count=len(row), width=width, more=more)


def _encoding_notes(decoded: Decoded, file: str) -> Iterable[Finding]:
    if not decoded.certain:
        yield note("encoding_guessed", file, encoding=decoded.encoding)
    if "\ufffd" in decoded.text:
        for number, line in enumerate(decoded.text.split("\n"), 1):
            if "\ufffd" in line:
                yield note("character_lost", file, row=number)
                return
