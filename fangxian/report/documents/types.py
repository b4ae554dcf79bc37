"""A document before it has a format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """A headed table. ``numeric`` are the positions of its columns of numbers; ``empty`` stands for no rows."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: Sequence[int] = ()
    empty: str = ""

    def width(self, position: int, day: dt.date | None = None) -> int:
        """What the longest text of a column takes, in Latin letters; the first rows stand for all."""
        texts = [self.columns[position], *(text(row[position], day) for row in self.rows[:200])]
        return max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in one) for one in texts)


@dataclass(frozen=True, slots=True)
class Document:
    """A title, what it is about, some sentences, tables, and lines to sign on.

    On paper, instants of ``day`` are times alone, and ``more`` says how many lines of a table are left to the workbook.
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    day: dt.date | None = None
    more: str = "… {count}"


def text(cell: Cell, day: dt.date | None = None) -> str:
    """A cell as a reader sees it; of an instant of the day, its time."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%H:%M") if cell.date() == day else cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None else str(cell)
