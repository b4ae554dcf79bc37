"""Writing entries and the chain: COPY in, one link per batch, the head of the chain locked last."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson
from django.db import connection

from fangxian.areas.statements import rows
from fangxian.kernel.columns import RowColumns, columns_of

from .types import EntryRow

_ROW: Final = columns_of(EntryRow)
COLUMNS: Final = tuple(f'"{name}"' if name == "user" else name for name in _ROW.names)
_INSTANTS: Final = (_ROW.names.index("happened_at"), _ROW.names.index("received_at"))
"""As a statement names them."""
FEW: Final = 500
NOTHING_ALIKE: Final[Mapping[str, Any]] = MappingProxyType({})
_LINE: Final = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


fetch: Final = rows


def insert_rows(
    table: str, columns: RowColumns, told: Sequence[Sequence[Any]], *, ending: str = "",
    alike: Mapping[str, Any] = NOTHING_ALIKE,
) -> None:
    """Insert rows of Python values in one statement, under row-level security (which plain COPY does not know).

    ``ending`` is what follows the SELECT from ``n``, such as ON CONFLICT; ``alike`` are columns that every row has the
    same in.
    """
    if told:
        listed = ", ".join((columns.listed, *(f'"{name}"' for name in alike)))
        chosen = ", ".join(("n.*", *("%s" for _ in alike)))
        _with_rows(table, columns, told, f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {{n}} {ending}",  # noqa: S608
                   [*alike.values()])


def update_rows(
    table: str, columns: RowColumns, told: Sequence[Sequence[Any]], *, key: str, among: Mapping[str, Any],
    alike: Mapping[str, Any] = NOTHING_ALIKE, instead: Mapping[str, str] = NOTHING_ALIKE,
) -> None:
    """Write rows of Python values over those with the same ``key`` ``among`` the rows that have some values.

    ``instead``: by column what it becomes, in SQL, of the row ``c`` that is there, ``n`` that is told, and ``%s`` for
    what all have ``alike``.
    """
    if told:
        changes = [f'"{name}" = {instead.get(name, f"n.{name}")}' for name in columns.names if name != key]
        changes += [f'"{name}" = {instead.get(name, "%s")}' for name in alike]
        same = " AND ".join((f"c.{key} = n.{key}", *(f'c."{name}" = %s' for name in among)))
        _with_rows(table, columns, told, f"UPDATE {table} c SET {', '.join(changes)} FROM {{n}} WHERE {same}",  # noqa: S608
                   [*alike.values()], [*among.values()])


def _with_rows(
    table: str, columns: RowColumns, told: Sequence[Sequence[Any]], statement: str, before: Sequence[Any],
    after: Sequence[Any] = (),
) -> None:
    """Run a statement that reads rows of Python values from ``{n}``, with parameters ``before`` and ``after`` it.

    Few go as arrays in the statement; many are copied in binary form into a temporary table of the session first.
    """
    names, types = columns
    if len(told) <= FEW:
        arrays = ", ".join([f"%s::{kind}[]" for kind in types])
        rows(statement.format(n=f"unnest({arrays}) AS n ({columns.listed})"),
             [*before, *(list(column) for column in zip(*told, strict=True)), *after])
        return
    with connection.cursor() as cursor:
        staged = f"pg_temp.staged_{table}"
        typed = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, types, strict=True))
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS staged_{table} ({typed}) ON COMMIT DELETE ROWS")
        with cursor.copy(f"COPY {staged} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in told:
                copy.write_row(row)
        cursor.execute(statement.format(n=f"{staged} AS n"), [*before, *after])
        cursor.execute(f"DELETE FROM {staged}")  # noqa: S608


def new_batch() -> int:
    """A number for the link to come; gaps are harmless, the chain counts by position."""
    return int(rows("SELECT nextval('journal_batch_id')")[0][0])


def take_sequence(count: int) -> list[int]:
    """``count`` rising sequence numbers."""
    return [row[0] for row in rows("SELECT nextval('journal_entry_seq') FROM generate_series(1, %s::int)", [count])]


def append(entries: Sequence[EntryRow]) -> list[bytes]:
    """Write entries; gives the line of each for the batch's digest."""
    insert_rows("journal_entry", _ROW, entries)
    return [line(entry) for entry in entries]


def line(entry: Sequence[Any]) -> bytes:
    """The bytes of an entry that the chain is over: every column, the personal part as ciphertext, an instant in UTC,
    as the database gives it back, wherever the clock stood that told it."""
    *told, sealed, content = entry  # the two columns of bytes stand last
    for place in _INSTANTS:
        told[place] = told[place].astimezone(dt.UTC)
    said = [*told, None if sealed is None else bytes(sealed).hex(), bytes(content).hex()]
    return orjson.dumps(said, option=_LINE)


def digest(lines: Iterable[bytes]) -> bytes:
    """SHA-256 over the lines in the order of their sequence numbers."""
    total = hashlib.sha256()
    for one in lines:
        total.update(one)
        total.update(b"\n")
    return total.digest()


def link(batch: int, lines: Sequence[bytes], at: Any) -> None:
    """Chain a batch: the database makes the link, as ``next_link`` does, and locks the head, last before the commit."""
    rows("SELECT journal_link(%s::int8, %s, %s::int4, %s)", [batch, at, len(lines), digest(lines)])


def next_link(previous: bytes, position: int, total: bytes) -> bytes:
    """SHA-256 over the link before, the position and the batch's digest."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + total).digest()
