"""Where subjects are known, without opening who they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection

from fangxian.areas.statements import rows
from fangxian.kernel.arrays import array_text

# A subject is known where something was recorded about it, or where a link made it.
_KNOWN_OTHERWISE: Final = """
SELECT s.id FROM subjects_subject s
LEFT JOIN (
  SELECT subject, array_agg(DISTINCT programme::text COLLATE "C" ORDER BY programme::text COLLATE "C") AS programmes
  FROM (SELECT subject, programme FROM journal_entry WHERE kind = 'submission'
        UNION SELECT other, programme FROM subjects_link) told
  GROUP BY subject) k ON k.subject = s.id
LEFT JOIN subjects_identity i ON i.subject = s.id
WHERE s.programmes IS DISTINCT FROM coalesce(k.programmes, '{}') OR i.programmes <> s.programmes
ORDER BY s.id
"""


class SubjectPlace(NamedTuple):
    """Where a subject belongs, the programmes it is known in, and its kind."""

    path: str
    programmes: tuple[str, ...]
    kind: str


def places(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, SubjectPlace]:
    """``paths`` with the programmes each is known in, and what it is."""
    wanted = list(subjects)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, path, programmes, kind FROM subjects_subject WHERE id = ANY(%s)", [wanted])
        return {
            subject: SubjectPlace(path, tuple(known_in), kind)
            for subject, path, known_in, kind in cursor.fetchall()}


def known_otherwise() -> list[uuid.UUID]:
    """Subjects whose row, or whose identity's, names other programmes than the journal. Ask under SYSTEM."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_OTHERWISE)
        return [subject for subject, in cursor.fetchall()]


def made_up(subjects: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some subjects who were made up for a drill, within the scope in force."""
    found = rows("SELECT id FROM subjects_subject WHERE id = ANY(%s::uuid[]) AND drill", [array_text(subjects)])
    return {subject for subject, in found}


def paths(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where each subject belongs, within the scope in force; ask under SYSTEM to learn of those elsewhere."""
    found = rows("SELECT id, path FROM subjects_subject WHERE id = ANY(%s::uuid[])", [array_text(subjects)])
    return dict(found)


class LinkedSubjectRow(NamedTuple):
    """Where a subject is, whether it was made up for a drill, and a link of it that has not ended, if it has one."""

    subject: uuid.UUID
    path: str
    drill: bool
    programme: str | None
    kind: str | None
    other: uuid.UUID | None
    entry: uuid.UUID | None


def with_links(subjects: Iterable[uuid.UUID]) -> list[LinkedSubjectRow]:
    """Some subjects with each of their links that have not ended, within the scope in force."""
    return [LinkedSubjectRow(*row) for row in rows(
        "SELECT s.id, s.path, s.drill, l.programme, l.kind, l.other, l.entry FROM subjects_subject s"
        " LEFT JOIN subjects_link l ON l.subject = s.id AND l.ended_at IS NULL AND l.other IS NOT NULL"
        " WHERE s.id = ANY(%s::uuid[])", [array_text(subjects)])]


def linked_to(others: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Who is linked to some subjects, such as households, and where each is, within the scope in force."""
    return [(other, subject, path) for other, subject, path in rows(
        "SELECT l.other, l.subject, s.path FROM subjects_link l JOIN subjects_subject s ON s.id = l.subject"
        " WHERE l.other = ANY(%s::uuid[]) AND l.ended_at IS NULL", [array_text(others)])]
