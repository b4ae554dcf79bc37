"""Which ids the journal has, wherever they were recorded: a client id is taken once, in every area."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from fangxian.areas.statements import rows
from fangxian.kernel.arrays import array_text

from .types import STANDS

_SINCE: Final = f"""
SELECT DISTINCT e.subject FROM journal_entry o JOIN journal_entry e ON e.subject = o.subject AND e.seq > o.seq
WHERE o.id = ANY(%s::uuid[]) AND e.kind = 'submission' AND e.source <> 'system' AND e."user" IS DISTINCT FROM %s
  AND {STANDS}
"""  # noqa: S608 - a constant

_GOING_ON: Final = f"""
SELECT DISTINCT e.subject FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.kind = 'submission' AND {STANDS}
"""  # noqa: S608 - a constant


def taken(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some ids that are in the journal, within the scope in force; ask under SYSTEM for all of it."""
    return {entry for entry, in rows("SELECT id FROM journal_entry WHERE id = ANY(%s::uuid[])", [array_text(ids)])}


def subjects_of(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """Whom entries are about, those within the scope in force."""
    found = rows("SELECT id, subject FROM journal_entry WHERE id = ANY(%s::uuid[])", [array_text(entries)])
    return dict(found)


def going_on(subjects: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some subjects of whom anything stands, within the scope in force: of a drill that ended nothing does."""
    return {subject for subject, in rows(_GOING_ON, [array_text(subjects)])}


def built_upon(entries: Iterable[uuid.UUID], user: int) -> set[uuid.UUID]:
    """Those whom some entries are about, of whom somebody else has filed something since that stands."""
    return {subject for subject, in rows(_SINCE, [array_text(entries), user])}
