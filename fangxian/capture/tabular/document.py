"""Tables in a text document (.docx). ECMA-376-1, clause 17.4."""

from __future__ import annotations

from typing import Final

from .sheetxml import RawSheet, UnsafeError, feed, new_parser, unquoted
from .types import LONGEST_CELL, Limits
from .visible_text import visible
from .workbook import Workbook, chunks

BODY: Final = "word/document.xml"
_DEEPEST: Final = 60
_MOST_TABLES: Final = 200


def tables_of(book: Workbook) -> list[RawSheet]:
    """The document's tables that hold a value, in its order; raises any of DAMAGE and UNSAFE."""
    reader = _Tables(book.limits)
    feed(reader.parser, chunks(book, BODY))
    return [table for table in reader.tables if table.rows]


class _Tables:
    """The tables at the top; one within a cell counts as the cell's text."""

    __slots__ = ("_cells", "_depth", "_limits", "_number", "_span", "_text", "_written", "parser", "tables")

    def __init__(self, limits: Limits) -> None:
        self.tables: list[RawSheet] = []
        self._limits = limits
        self._depth = self._number = 0
        self._span = 1
        self._cells: list[str] = []
        self._text: list[str] = []
        self._written = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "tbl":
            self._begin_table()
        elif name == "tr" and self._depth == 1:
            self._cells = []
        elif name == "tc" and self._depth == 1:
            self._text, self._span = [], 1
        elif name == "gridSpan" and self._depth == 1:
            said = next((value for key, value in attributes.items() if key.endswith("val")), "1")
            self._span = min(max(int(said), 1), self._limits.columns) if said.isdecimal() and len(said) < 10 else 1
        elif name in ("tab", "br") and self._depth:
            self._text.append(" ")
        self._written = name == "t"

    def _begin_table(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST or len(self.tables) > _MOST_TABLES:
            raise UnsafeError
        if self._depth == 1:
            self.tables.append(RawSheet())
            self._number = 0

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "tbl":
            self._depth = max(self._depth - 1, 0)
        elif name == "p" and self._depth:
            self._text.append("\n")
        elif name == "tc" and self._depth == 1:
            self._cells += [unquoted(visible("".join(self._text)[:LONGEST_CELL + 1]).strip()), *[""] * (self._span - 1)]
        elif name == "tr" and self._depth == 1:
            self._end_row()
        self._written = False

    def _end_row(self) -> None:
        self._number += 1
        table = self.tables[-1]
        table.widest = max(table.widest, len(self._cells))
        if not any(self._cells):
            table.empty_rows += 1
        elif len(table.rows) > self._limits.rows:
            table.overfull = True
        else:
            table.rows.append([cell or None for cell in self._cells[: self._limits.columns]])
            table.numbers.append(self._number)
            table.overfull = len(table.rows) > self._limits.rows

    def _characters(self, text: str) -> None:
        if self._written and self._depth:
            self._text.append(text)
