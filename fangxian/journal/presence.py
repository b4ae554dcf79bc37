"""Which ids the journal has, wherever they were recorded: a client id is taken once, in every area."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from fangxian.areas.statements import rows
from fangxian.kernel.arrays import array_text


def taken(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some ids that are in the journal, within the scope in force; ask under SYSTEM for all of it."""
    return {entry for entry, in rows("SELECT id FROM journal_entry WHERE id = ANY(%s::uuid[])", [array_text(ids)])}


def subjects_of(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """Whom entries are about, those within the scope in force."""
    found = rows("SELECT id, subject FROM journal_entry WHERE id = ANY(%s::uuid[])", [array_text(entries)])
    return dict(found)
