"""Which ids the journal has, wherever they were recorded: a client id is taken once, in every area."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection


def taken(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some ids that are in the journal, within the scope in force; ask under SYSTEM for all of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_entry WHERE id = ANY(%s)", [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def subjects_of(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """Whom entries are about, those within the scope in force."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, subject FROM journal_entry WHERE id = ANY(%s)", [list(entries)])
        return dict(cursor.fetchall())
