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


@dataclass(frozen=True, slots=True)
class Document:
    """A title, what it is about, some sentences, tables, and lines to sign on."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    chinese: bool = False


def text(cell: Cell) -> str:
    """A cell as a reader sees it."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None else str(cell)
