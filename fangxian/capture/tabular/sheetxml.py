"""The XML of one worksheet, read as a stream: ECMA-376-1, clause 18.3.1.

A fraction of a general reader's time, in memory that follows the values and not the cells; and it keeps what a
general reader drops: whether a formula's result was stored, and the digits a number was written with.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from .styles import Style, Styles
from .types import LONGEST_CELL, Cell, Limits, Mark, Merge
from .visible_text import visible

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_QUOTED: Final = frozenset(["'=", "'+", "'-", "'@"])
_RANGE: Final = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)\Z")
_MOST_LETTERS: Final = 3
_NOT_DIGITS: Final = re.compile("[^0-9]")
_EXACT_DIGITS: Final = 15
"""Spreadsheets keep 15 significant digits of a number; an id of 18 loses the last three."""
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 — a spreadsheet's time has no zone
_EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001


class UnsafeError(Exception):
    """The XML declares entities, as no spreadsheet does, or goes beyond what may be unpacked."""


class _EnoughError(Exception):
    """As many rows as were asked for have been read."""


@dataclass(slots=True)
class RawSheet:
    """Rows with a value, each as wide as its last one; and what else the sheet says."""

    rows: list[list[Cell]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    empty_rows: int = 0
    hidden_rows: int = 0
    widest: int = 0
    """Columns that would have been needed, also beyond the limit."""
    ended_at: int | None = None
    """The row after which an endless run of empty ones was left."""
    overfull: bool = False


def column_number(letters: str) -> int:
    """``A`` is 0. What has more letters than the last column there may be, XFD, is no column: -1, before a million of
    them are counted out."""
    if len(letters) > _MOST_LETTERS:
        return -1
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 is ``A``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_sheet_xml(
    chunks: Iterator[bytes], strings: list[str], styles: Styles, limits: Limits, *, only_rows: int | None = None
) -> RawSheet:
    """One worksheet; with ``only_rows`` no more than that many rows with a value.

    Raises UnsafeError, and expat.ExpatError where the XML is damaged.
    """
    reader = _Reader(strings, styles, limits, only_rows or limits.rows + 1)
    feed(reader.parser, chunks)
    reader.sheet.overfull = len(reader.sheet.rows) > limits.rows
    return reader.sheet


def feed(parser: expat.XMLParserType, chunks: Iterator[bytes]) -> None:
    """Parse all chunks, or as many as the handlers want."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _EnoughError:
        return


def new_parser() -> expat.XMLParserType:
    """A parser that refuses document types, and with them every entity bomb."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def unescaped(text: str) -> str:
    """``_x000D_`` and the like as the characters they stand for (clause 22.9.2.19), if they are seen; trimmed.
    What is longer than a cell may be is only cut."""
    if len(text) > LONGEST_CELL:
        return text[:LONGEST_CELL + 1]
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    return unquoted(visible(plain).strip())


def unquoted(text: str) -> str:
    """Without the apostrophe that keeps a text from being taken for a formula."""
    return text[1:] if text[:2] in _QUOTED else text


def _refuse_doctype(*_: object) -> None:
    raise UnsafeError


class _Reader:
    """Handlers for the parser; written for speed, hence the attributes instead of small values."""

    __slots__ = (
        "_columns", "_formula", "_kind", "_limits", "_local", "_places", "_row", "_run", "_strings", "_style",
        "_styles", "_text", "_texts", "_wanted", "column", "number", "parser", "sheet",
    )  # fmt: skip

    def __init__(self, strings: list[str], styles: Styles, limits: Limits, wanted: int) -> None:
        self.sheet = RawSheet()
        self.parser = new_parser()
        self._strings, self._styles, self._limits, self._wanted = strings, styles, limits, wanted
        self._columns = limits.columns
        self._local: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._row: list[Cell] = []
        self._text: list[str] | None = None
        self._texts: list[str] = []
        self._kind: str | None = None
        self._style: str | None = None
        self._formula = False
        self._run = 0
        self.number, self.column = 0, -1
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._local.get(tag) or self._localised(tag)
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._text = self._texts
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end(self, tag: str) -> None:
        name = self._local[tag]
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._text = None
        elif name == "row":
            self._end_row()

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _localised(self, tag: str) -> str:
        return self._local.setdefault(tag, tag.rpartition(":")[2])

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() and len(given) < 9 else self.number + 1
        if number > self.number + 1:
            self._pass_over(number - self.number - 1)
        self.number = max(number, self.number + 1)
        self._row, self.column = [], -1
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows += 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            letters = place.rstrip("0123456789")
            column = self._places.get(letters)
            if column is None:
                column = self._places.setdefault(letters, column_number(letters.upper()))
            self.column = column
        self._kind = attributes.get("t")
        self._style = attributes.get("s")
        self._formula = False
        if self._texts:
            self._texts = []

    def _end_cell(self) -> None:
        text = "".join(self._texts)
        column = self.column
        if not text and not self._formula:
            return
        if column >= self._columns or column < 0:
            self.sheet.widest = max(self.sheet.widest, column + 1)
            return
        value = self._value(text, column) if len(text) <= LONGEST_CELL else unescaped(text)
        if value is None:
            return
        row = self._row
        if len(row) <= column:
            row.extend([None] * (column + 1 - len(row)))
        row[column] = value

    def _value(self, text: str, column: int) -> Cell:
        kind = self._kind
        if self._formula:
            if not text:
                return self._no_value(column)
            self._mark(column, Mark.FORMULA)
        if kind == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            return self._strings[place] or None if 0 <= place < len(self._strings) else None
        if kind in (None, "n"):
            return self._number(text, column)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            self._mark(column, Mark.ERROR)
            return text
        return iso_moment(text) if kind == "d" else unescaped(text) or None

    def _no_value(self, column: int) -> Cell:
        if self._kind == "str":
            return None
        self._mark(column, Mark.NO_VALUE)
        return "="

    def _number(self, text: str, column: int) -> Cell:
        style = self._styles.style(self._style)
        if style.plain and text.isdecimal() and len(text) <= _EXACT_DIGITS:
            return int(text)
        try:
            number = float(text)
        except ValueError:
            return text.strip() or None
        if style.moment:
            return serial_moment(number, style, self._styles.from_1904)
        return self._exact(text, number, style, column)

    def _exact(self, text: str, number: float, style: Style, column: int) -> Cell:
        if not abs(number) < 10**_EXACT_DIGITS:
            if abs(number) < 1e40:
                self._mark(column, Mark.LOST)
                return str(int(number))
            return text
        if not number.is_integer():
            return number
        return str(int(number)).zfill(style.zeros) if style.zeros and number >= 0 else int(number)

    def _mark(self, column: int, mark: Mark) -> None:
        self.sheet.marks[self.number, column] = mark

    def _end_row(self) -> None:
        sheet = self.sheet
        if not self._row:
            self._pass_over(1)
            return
        self._run = 0
        sheet.widest = max(sheet.widest, len(self._row))
        sheet.rows.append(self._row)
        sheet.numbers.append(self.number)
        if len(sheet.rows) >= self._wanted:
            raise _EnoughError

    def _pass_over(self, count: int) -> None:
        self._run += count
        self.sheet.empty_rows += count
        if self._run > self._limits.empty_run:
            self.sheet.ended_at = self.sheet.numbers[-1] if self.sheet.numbers else 0
            raise _EnoughError

    def _merge(self, reference: str) -> None:
        found = _RANGE.match(reference)
        if found and len(self.sheet.merges) < self._limits.rows:
            left, top, right, bottom = found.groups()
            self.sheet.merges.append(Merge(int(top), int(bottom), column_number(left), column_number(right)))


def serial_moment(number: float, style: Style, from_1904: bool) -> Cell:
    """A spreadsheet's day count as date, time of day or both (clause 18.17.4); a number out of range stays one."""
    if number < 0 or number > 2_958_465 or (number == 0 and style.day):
        return number
    if number < 1 and not style.day:
        return (_EPOCH + dt.timedelta(seconds=round(number * 86_400))).time()
    days = number + 1 if number < 60 and not from_1904 else number
    moment = (_EPOCH_1904 if from_1904 else _EPOCH) + dt.timedelta(seconds=round(days * 86_400))
    at_midnight = moment.time() == dt.time()
    return moment.date() if at_midnight and style.day and not style.clock else moment


def iso_moment(text: str) -> Cell:
    """A cell of type ``d``: ISO 8601."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text.strip() or None
    return moment.date() if len(text.strip()) <= 10 else moment
