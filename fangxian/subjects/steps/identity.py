"""Keep what submissions tell of an identity in the vault, and the hashes it can be found by."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from fangxian.journal import append
from fangxian.journal.types import Filed, Flag
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.programmes.forms import Form
from fangxian.subjects import vault

_LEAST: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
_STORED: Final = "SELECT subject, sealed FROM subjects_identity WHERE subject = ANY(%s::uuid[])"
EXTERNAL_IDS: Final = ("external_id", "source_id")


@dataclass(slots=True)
class Kept:
    """Rows to write: identities as subject, path, sealed; look-ups as hash, kind, subject, path."""

    identities: list[tuple[uuid.UUID, str, bytes]] = field(default_factory=list)
    look_ups: list[tuple[bytes, str, uuid.UUID, str]] = field(default_factory=list)


def keep_identity(work: Work) -> None:
    """Merge into the vault per part of the identity; look-ups of values no longer true stay, for lists repeat them."""
    told: dict[uuid.UUID, list[tuple[Filed, dict[str, Any]]]] = defaultdict(list)
    for filed in work.filed:
        parts = _told(work, filed)
        if parts:
            told[filed.submission.subject].append((filed, parts))
    if not told:
        return
    stored = _stored(list(told))
    new, known = Kept(), Kept()
    for subject, lines in told.items():
        row = work.subjects[subject]
        parts = before = vault.open_parts(row.open_key(work.ring), stored.get(subject), subject)
        for filed, given in lines:
            parts = vault.merged(parts, given, _when(filed), filed.submission.id)
        kept = new if row.fresh else known
        if parts != before:
            kept.identities.append((subject, row.path, vault.seal_parts(row.open_key(work.ring), parts, subject)))
        wanted = vault.look_ups(vault.values(parts)) - vault.look_ups(vault.values(before))
        wanted |= {external for filed, _ in lines for external in _external(filed)}
        hashes = vault.hashes(work.ring, row.bucket, wanted)
        kept.look_ups += [(mark, kind, subject, row.path) for mark, kind in hashes]
    _write(new)  # of whom nothing can be there yet; not having to look takes a third off the look-ups
    _write(
        known,
        told_again="ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed",
        found_already="ON CONFLICT DO NOTHING",
    )


def _when(filed: Filed) -> dt.datetime:
    """What a wrong clock dates into the future fills what is unknown and never stands against anything else."""
    return filed.submission.happened_at if filed.flag == Flag.NONE else _LEAST


@lru_cache(maxsize=256)
def _parts_of(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((question.name, question.identity) for question in form.questions if question.identity)


def _told(work: Work, filed: Filed) -> dict[str, Any]:
    form = work.version(filed.version).forms[filed.submission.form]
    told = {}
    for name, part in _parts_of(form):
        value = filed.personal.get(name, filed.plain.get(name))
        if value is not None:
            told[part] = _text(value)
    external = _external(filed)
    return {**told, "external_id": external[0][1]} if external else told


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _external(filed: Filed) -> list[tuple[str, str]]:
    source = str(filed.plain.get("source") or filed.submission.programme)
    return [(f"ext:{source}"[:40], str(filed.plain[name])) for name in EXTERNAL_IDS if filed.plain.get(name)]


def _stored(subjects: list[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [array_text(subjects)])
        return {subject: bytes(sealed) for subject, sealed in cursor.fetchall()}


def _write(kept: Kept, *, told_again: str = "", found_already: str = "") -> None:
    append.insert_rows(
        "subjects_identity",
        ("subject", "path", "sealed"),
        ("uuid", "varchar", "bytea"),
        kept.identities,
        ending=told_again,
    )
    append.insert_rows(
        "subjects_lookup",
        ("hash", "kind", "subject", "path"),
        ("bytea", "varchar", "uuid", "varchar"),
        sorted(kept.look_ups),  # the index takes neighbours faster than hashes in any order
        ending=found_already,
    )
