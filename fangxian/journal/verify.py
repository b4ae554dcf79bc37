"""Check the chain: every link follows from the one before, every batch is whole and unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import connection
from psycopg import IsolationLevel

from .append import COLUMNS, digest, line, next_link

_GENESIS: Final = "SELECT sha256('fangxian')"
_BATCHES: Final = "SELECT id, position, entries, digest, previous, link FROM journal_batch ORDER BY position"
_ENTRIES: Final = f"SELECT {', '.join(COLUMNS)} FROM journal_entry ORDER BY batch, seq"  # noqa: S608
_BATCH: Final = COLUMNS.index("batch")
PAGE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where the journal is not what was recorded."""

    batch: int
    what: str


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Transactions that begin inside see one state of the database, whatever others record meanwhile.

    Inside a transaction that has begun already it changes nothing: that one keeps what it has.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    before = connection.connection.isolation_level
    connection.connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if connection.connection is not None:
            connection.connection.isolation_level = before


def verify() -> tuple[int, list[Broken]]:
    """How many entries were checked and every break found. Needs a scope that sees the whole journal, and
    ``one_snapshot`` where others record meanwhile.
    """
    batches = _batches()
    broken = list(_chain_breaks(batches))
    by_id = {batch[0]: batch for batch in batches}
    seen: set[int] = set()
    count = 0
    for number, entries in groupby(_entries(), key=itemgetter(_BATCH)):
        lines = [line(entry) for entry in entries]
        count += len(lines)
        seen.add(number)
        if number not in by_id:
            broken.append(Broken(number, f"{len(lines)} entries that no link of the chain covers"))
        elif len(lines) != by_id[number][2]:
            broken.append(Broken(number, f"{by_id[number][2]} entries were recorded, {len(lines)} are there"))
        elif digest(lines) != bytes(by_id[number][3]):
            broken.append(Broken(number, "an entry is not what was recorded"))
    broken += [Broken(batch[0], f"its {batch[2]} entries are missing") for batch in batches if batch[0] not in seen]
    return count, broken


def _chain_breaks(batches: list[Any]) -> Iterator[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(_GENESIS)
        previous, expected = bytes(cursor.fetchone()[0]), 1
        for number, position, _, total, before, link in batches:
            if position != expected:
                yield Broken(number, f"position {expected} of the chain is missing")
            elif bytes(before) != previous or next_link(previous, position, bytes(total)) != bytes(link):
                yield Broken(number, "its link does not follow from the one before")
            previous, expected = bytes(link), position + 1
        cursor.execute("SELECT position, link FROM journal_chain_head")
        head = cursor.fetchone()
    if (head[0], bytes(head[1])) != (expected - 1, previous):
        yield Broken(batches[-1][0] if batches else 0, "the chain ends elsewhere than its head says")


def _batches() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES)
        return list(cursor.fetchall())


def _entries() -> Iterator[Any]:
    """Streamed by a cursor on the server, so that a long journal does not have to fit in memory."""
    connection.ensure_connection()
    with connection.connection.cursor(name="journal_verify") as cursor:
        cursor.itersize = PAGE
        cursor.execute(_ENTRIES)
        yield from cursor
