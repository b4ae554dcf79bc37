"""Keep what submissions tell of an identity in the vault, and the hashes it can be found by."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import orjson
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import append
from fangxian.journal.types import STANDS, Filed, Flag
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.keys import KeyGone, unseal
from fangxian.programmes import queries as published
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects import vault

_LEAST: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
_STORED: Final = "SELECT subject, sealed FROM subjects_identity WHERE subject = ANY(%s::uuid[])"
_TOLD_AGAIN: Final = "ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed"
_ENTRIES: Final = f"""
SELECT e.subject, e.id, e.programme, e.form_version, e.form, e.happened_at, e.flag, e.body, e.sealed
FROM journal_entry e WHERE e.subject = ANY(%s::uuid[]) AND e.kind = 'submission' AND {STANDS}
"""  # noqa: S608 - a constant
EXTERNAL_IDS: Final = ("external_id", "source_id")


@dataclass(slots=True)
class Kept:
    """Rows to write: identities as subject, path, sealed, by the programmes their subject is known in;
    look-ups as hash, kind, subject, path.
    """

    identities: dict[tuple[str, ...], list[tuple[uuid.UUID, str, bytes]]] = field(
        default_factory=lambda: defaultdict(list))
    look_ups: list[tuple[bytes, str, uuid.UUID, str]] = field(default_factory=list)


def keep_identity(work: Work) -> None:
    """Merge into the vault per part of the identity; look-ups of values no longer true stay, for lists repeat them.

    Of whom something was taken back or corrected, the identity is what the submissions tell that stand.
    """
    _merge(work)
    _refold(work, work.refold | {filed.submission.subject for filed in work.filed if filed.submission.replaces})


def _merge(work: Work) -> None:
    told: dict[uuid.UUID, list[tuple[Filed, dict[str, Any]]]] = defaultdict(list)
    for filed in work.filed:
        parts = told_of_identity(work, filed)
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
            parts = vault.merged(parts, work.programme.id, given, _when(filed), filed.submission.id)
        kept = new if row.fresh else known
        if parts != before:
            sealed = vault.seal_parts(row.open_key(work.ring), parts, subject)
            kept.identities[row.programmes].append((subject, row.path, sealed))
        wanted = _look_ups(parts, work.programme.id) - _look_ups(before, work.programme.id)
        wanted |= {external for filed, _ in lines for external in _external(work.version(filed.version), filed.plain)}
        hashes = vault.hashes(work.ring, row.bucket, wanted)
        kept.look_ups += [(mark, kind, subject, row.path) for mark, kind in hashes]
    _write(work, new)  # of whom nothing can be there yet; not having to look takes a third off the look-ups
    _write(
        work,
        known,
        told_again=_TOLD_AGAIN,
        found_already="ON CONFLICT DO NOTHING",
    )


def _look_ups(parts: vault.Parts, programme: str) -> set[tuple[str, str]]:
    """What the programme can find somebody by: what it told itself, also together with what others did."""
    own = vault.told_in(parts, {programme})
    found = vault.look_ups(vault.values(own))
    if own == parts:
        return found
    return found | {one for one in vault.look_ups(vault.values(parts)) if one[0] in vault.TOGETHER}


def _when(filed: Filed) -> dt.datetime:
    """What a wrong clock dates into the future fills what is unknown and never stands against anything else."""
    return filed.submission.happened_at if filed.flag == Flag.NONE else _LEAST


@lru_cache(maxsize=256)
def _parts_of(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((question.name, question.identity) for question in form.questions if question.identity)


def told_of_identity(work: Work, filed: Filed) -> dict[str, Any]:
    """What a submission tells of an identity, by part."""
    programme = work.version(filed.version)
    return _identity_in(programme, programme.forms[filed.submission.form], {**filed.plain, **filed.personal})


def _identity_in(programme: Programme, form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    told = {part: _text(answers[name]) for name, part in _parts_of(form) if answers.get(name) is not None}
    external = _external(programme, answers)
    return {**told, "external_id": external[0][1]} if external else told


def _refold(work: Work, subjects: Set[uuid.UUID]) -> None:
    """Whom no standing submission names keeps the name: the record of what was taken back is still theirs.

    Of whom nothing can be read any more nothing is folded; a key that is only missing stops it all.
    """
    subjects = {subject for subject in subjects if not _gone(work, subject)}
    if not subjects:
        return
    parts: dict[uuid.UUID, vault.Parts] = defaultdict(dict)
    for subject, entry, programme, happened_at, told in _standing(work, subjects):
        parts[subject] = vault.merged(parts[subject], programme, told, happened_at, entry)
    kept = Kept()
    for subject, found in parts.items():
        row = work.subjects[subject]
        if found:
            sealed = vault.seal_parts(row.open_key(work.ring), found, subject)
            kept.identities[row.programmes].append((subject, row.path, sealed))
    _write(work, kept, told_again=_TOLD_AGAIN)


def _gone(work: Work, subject: uuid.UUID) -> bool:
    if subject not in work.subjects:
        return False
    try:
        work.subjects[subject].open_key(work.ring)
    except KeyGone:
        return True
    return False


def _standing(
    work: Work, subjects: Set[uuid.UUID]
) -> Iterator[tuple[uuid.UUID, uuid.UUID, str, dt.datetime, dict[str, Any]]]:
    """Subject, entry, programme, instant and what it tells of the identity: all submissions that stand in
    any programme.
    """
    with working_in(SYSTEM):  # the identity is one, whichever programmes whoever takes something back may see
        rows = append.fetch(_ENTRIES, [array_text(subjects)])
    for subject, entry, name, version, form, happened_at, flag, body, sealed in rows:
        if subject not in work.subjects:
            continue
        programme = published.version(name, version)
        answers = orjson.loads(body)
        if sealed is not None:
            answers |= orjson.loads(unseal(work.subjects[subject].open_key(work.ring), bytes(sealed), entry.bytes))
        told = _identity_in(programme, programme.forms[form], answers)
        yield subject, entry, name, happened_at if flag == Flag.NONE else _LEAST, told


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _external(programme: Programme, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    source = str(answers.get("source") or programme.id)
    return [(f"ext:{source}"[:40], str(answers[name])) for name in EXTERNAL_IDS if answers.get(name)]


def _stored(subjects: list[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [array_text(subjects)])
        return {subject: bytes(sealed) for subject, sealed in cursor.fetchall()}


def _write(work: Work, kept: Kept, *, told_again: str = "", found_already: str = "") -> None:
    for programmes, rows in kept.identities.items():
        append.insert_rows(
            "subjects_identity",
            ("subject", "path", "sealed"),
            ("uuid", "varchar", "bytea"),
            rows,
            ending=told_again,
            alike={"programmes": list(programmes)},
        )
    append.insert_rows(
        "subjects_lookup",
        ("hash", "kind", "subject", "path"),
        ("bytea", "varchar", "uuid", "varchar"),
        sorted(kept.look_ups),  # the index takes neighbours faster than hashes in any order
        ending=found_already,
        alike={"programme": work.programme.id},
    )
