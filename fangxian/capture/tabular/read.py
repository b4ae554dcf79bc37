"""The door for a file: bytes in, the rows of a list or a sentence out. Never raises, whatever the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fangxian.kernel.findings import Finding
from fangxian.kernel.text import Text

from .containers import Container, container_of, is_old_workbook, is_zip, open_workbook, refusal, refused_kind
from .delimited import read_delimited
from .document import tables_of
from .other_workbooks import UnreadableError, open_workbook_apart
from .sentences import note
from .sheetxml import RawSheet, column_letters
from .types import LIMITS, LONGEST_CELL, Cell, Limits, ListSheet, Refusal, Row
from .workbook import DAMAGE, UNSAFE, Part, Workbook, likeliest_first, open_parts

_MANY_EMPTY = 50


def read_list(data: bytes, filename: str, *, limits: Limits = LIMITS, sheet: str | None = None) -> ListSheet | Refusal:
    """The list in a file's bytes: .xlsx, .xlsm, .xls, .xlsb, .ods, a table in a .docx, or text with separators in
    whatever encoding.

    ``filename`` is only shown, never trusted. ``sheet`` names the workbook's sheet; without it the one that looks most
    like a list is taken and the others are offered in ``Sheet.others``.
    """
    file = shown_name(filename)
    if len(data) > limits.file_bytes:
        mega = 1024 * 1024
        return Refusal(refusal("file_too_large", file, size=-(-len(data) // mega), limit=limits.file_bytes // mega))
    if is_zip(data):
        return _read_workbook(data, file, limits, sheet)
    if is_old_workbook(data):
        return _read_apart(data, file, limits, sheet)
    refused = refused_kind(data, file)
    return Refusal(refused) if refused else read_delimited(data, file, limits)


def shown_name(filename: str) -> str:
    """The file's name without folders and control characters, at most 120 characters."""
    name = re.split(r"[/\\]", filename)[-1]
    return "".join(character for character in name if character.isprintable())[:120] or "list"


def _read_workbook(data: bytes, file: str, limits: Limits, wanted: str | None) -> ListSheet | Refusal:
    archive = open_workbook(data, file, limits)
    if isinstance(archive, Finding):
        return Refusal(archive)
    with archive:
        kind = container_of(archive)
        if kind is Container.OTHER:
            return _read_apart(data, file, limits, wanted)
        try:
            if kind is Container.DOCUMENT:
                return _table(tables_of(Workbook(archive, limits, limits.unpacked_bytes)), file, wanted, limits)
            return _chosen(open_parts(archive, limits), file, wanted)
        except UNSAFE:
            return Refusal(refusal("file_bomb", file))
        except DAMAGE:
            return Refusal(refusal("file_damaged", file))


def _chosen(book: Workbook, file: str, wanted: str | None) -> ListSheet | Refusal:
    parts = likeliest_first(book)
    names = [part.name for part in parts]
    if wanted is not None and wanted not in names:
        return Refusal(refusal("sheet_unknown", file, name=wanted[:60], sheets=_listed(names)))
    if not parts:
        return Refusal(refusal("sheet_empty", file))
    part = next((part for part in parts if part.name == wanted), parts[0])
    raw = book.sheet(part)
    if not raw.rows:
        return Refusal(refusal("sheet_empty", file))
    if raw.overfull:
        return Refusal(refusal("too_many_rows", file, limit=f"{book.limits.rows:,}"))
    others = tuple(name for name in names if name != part.name)
    return _sheet(raw, part, file, others, asked=wanted is not None)


def _read_apart(data: bytes, file: str, limits: Limits, wanted: str | None) -> ListSheet | Refusal:
    """An .xls, .xlsb or .ods."""
    try:
        book = open_workbook_apart(data, wanted, limits)
    except UnreadableError:
        return Refusal(refusal("file_damaged", file))
    if wanted is not None and wanted not in book.names:
        return Refusal(refusal("sheet_unknown", file, name=wanted[:60], sheets=_listed(book.names)))
    if not book.raw.rows:
        return Refusal(refusal("sheet_empty", file))
    if len(book.raw.rows) > limits.rows:
        return Refusal(refusal("too_many_rows", file, limit=f"{limits.rows:,}"))
    others = tuple(name for name in book.names if name != book.name)
    return _sheet(book.raw, Part(book.name, "", book.hidden, 0), file, others, asked=wanted is not None)


def _table(tables: list[RawSheet], file: str, wanted: str | None, limits: Limits) -> ListSheet | Refusal:
    """The table of a document that is wanted, or the largest."""
    if not tables:
        return Refusal(refusal("no_table", file))
    named = {f"Table {place}": table for place, table in enumerate(tables, 1)}
    if wanted is not None and wanted not in named:
        return Refusal(refusal("sheet_unknown", file, name=wanted[:60], sheets=_listed(list(named))))
    name = wanted or max(named, key=lambda each: len(named[each].rows) * min(named[each].widest, 12))
    if named[name].overfull:
        return Refusal(refusal("too_many_rows", file, limit=f"{limits.rows:,}"))
    others = tuple(each for each in named if each != name)
    return _sheet(named[name], Part(name, "", False, 0), file, others, asked=wanted is not None)


def _sheet(raw: RawSheet, part: Part, file: str, others: tuple[str, ...], *, asked: bool) -> ListSheet | Refusal:
    for number, row in zip(raw.numbers, raw.rows, strict=True):
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in row):
            return Refusal(refusal("value_endless", file, row=number))
    width = max(map(len, raw.rows))
    return ListSheet(
        file=file,
        name=part.name,
        rows=[_padded(row, width) for row in raw.rows],
        numbers=raw.numbers,
        notes=tuple(_notes(raw, part, file, width, () if asked else others)),
        marks=raw.marks,
        merges=tuple(raw.merges),
        others=others,
        empty_rows=raw.empty_rows,
    )


def _padded(row: list[Cell], width: int) -> Row:
    return (*row, *(None,) * (width - len(row)))


def _notes(raw: RawSheet, part: Part, file: str, width: int, others: tuple[str, ...]) -> Iterator[Finding]:
    if others:
        yield note("other_sheets", file, name=part.name, sheets=_listed(others))
    if part.hidden:
        yield note("sheet_hidden", file, name=part.name)
    if raw.hidden_rows:
        yield note("rows_hidden", file, count=raw.hidden_rows)
    if raw.widest > width:
        yield note("columns_trimmed", file, count=raw.widest, last=column_letters(width - 1))
    if raw.ended_at is not None:
        yield note("empty_run", file, row=raw.ended_at, count=f"{raw.empty_rows:,}")
    elif raw.empty_rows > _MANY_EMPTY:
        yield note("empty_rows", file, count=f"{raw.empty_rows:,}")


def _listed(names: tuple[str, ...] | list[str]) -> Text:
    shown = [name[:40] for name in names[:10]]
    return Text(", ".join(shown) or "-", "、".join(shown) or "-")
