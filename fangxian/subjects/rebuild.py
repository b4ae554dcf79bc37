"""Identities, look-ups and links folded anew from the journal and compared with what is stored."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from fangxian.journal import append
from fangxian.journal.types import SUBJECT, SubjectRow, subject_row
from fangxian.kernel.arrays import array_text
from fangxian.kernel.keys import KeyGone, KeyRing
from fangxian.programmes.types import Programme

from . import vault
from .steps.identity import parts_told
from .steps.links import told
from .steps.numbers import NumberedForm, folded
from .steps.place import place_in
from .steps.standing import standing

_ROWS: Final = f"SELECT {SUBJECT} FROM subjects_subject WHERE id = ANY(%s::uuid[])"  # noqa: S608 - a constant
_STORED: Final = "SELECT subject, sealed FROM subjects_identity WHERE subject = ANY(%s::uuid[])"
_LOOK_UPS: Final = "SELECT subject, hash, programme FROM subjects_lookup WHERE subject = ANY(%s::uuid[])"
_NUMBERS: Final = (
    "SELECT n.entry, n.programme, n.form, n.number, n.subject, n.path, n.happened_at, n.awaited, n.reply,"
    " n.replied_at, n.path = s.path FROM subjects_numberedentry n JOIN subjects_subject s ON s.id = n.subject"
    " WHERE n.subject = ANY(%s::uuid[]) AND n.programme = %s")
_LINKS: Final = "SELECT id, subject, other FROM subjects_link WHERE subject = ANY(%s::uuid[]) AND ended_at IS NULL"


def numbers_that_differ(programme: Programme, subjects: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Subjects of whom something else awaits a reply, or has one, or lies elsewhere, than the journal tells."""
    rows = append.fetch(_NUMBERS, [array_text(subjects), programme.id])
    stored = {NumberedForm(*row)._replace(path="") for *row, _ in rows}
    astray = {row[4] for row in rows if not row[-1]}
    return astray | {row.subject for row in stored ^ set(folded(programme, subjects))}


class Differing(NamedTuple):
    """Subjects whose identity or look-ups, and those whose links are not what the submissions tell that stand.

    ``named``: the codes of the places that those submissions name.
    """

    identities: set[uuid.UUID]
    links: set[uuid.UUID]
    named: Mapping[uuid.UUID, set[str]]


def compared(subjects: Sequence[uuid.UUID]) -> Differing:
    """Whose key was destroyed can't be told; whom no standing submission names keeps the name they had."""
    ring = vault.ring()
    rows = _readable([subject_row(row) for row in append.fetch(_ROWS, [array_text(subjects)])], ring)
    entries = list(standing(rows, ring))
    links = told(ring, entries)
    stored = {tuple(row) for row in append.fetch(_LINKS, [array_text(rows)])}
    named: dict[uuid.UUID, set[str]] = defaultdict(set)
    for one in entries:
        named[one.subject].add(place_in(one.programme, one.form, one.answers))
    return Differing(_identities(rows, parts_told(entries), ring), {row[1] for row in links ^ stored}, named)


def _readable(rows: Sequence[SubjectRow], ring: KeyRing) -> dict[uuid.UUID, SubjectRow]:
    found = {}
    for row in rows:
        try:
            row.open_key(ring)
        except KeyGone:
            continue
        found[row.id] = row
    return found


def _identities(
    rows: Mapping[uuid.UUID, SubjectRow], parts: Mapping[uuid.UUID, vault.Parts], ring: KeyRing
) -> set[uuid.UUID]:
    told_of = {subject: found for subject, found in parts.items() if found}
    sealed: dict[uuid.UUID, bytes] = dict(append.fetch(_STORED, [array_text(told_of)]))
    hashes: dict[uuid.UUID, set[tuple[bytes, str]]] = defaultdict(set)
    for subject, mark, programme in append.fetch(_LOOK_UPS, [array_text(told_of)]):
        hashes[subject].add((bytes(mark), programme))
    return {subject for subject, found in told_of.items()
            if vault.open_parts(rows[subject].open_key(ring), sealed.get(subject), subject) != found
            or not _look_ups(rows[subject], found, ring) <= hashes[subject]}


def _look_ups(row: SubjectRow, parts: vault.Parts, ring: KeyRing) -> set[tuple[bytes, str]]:
    """What each programme finds them by, of what it told itself."""
    return {
        (mark, programme) for programme in {name for told_there in parts.values() for name in told_there}
        for mark, _ in vault.hashes(
            ring, row.bucket, vault.look_ups(vault.values(vault.told_in(parts, {programme}))))}
