"""Keep what submissions tell of an identity in the vault, and the hashes it can be found by."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from django.db import connection

from fangxian.journal import append
from fangxian.journal.types import Filed, Flag
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.columns import RowColumns
from fangxian.kernel.identity_parts import EXTERNAL_IDS
from fangxian.kernel.keys import KeyGone
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme
from fangxian.subjects import vault

from .standing import StandingEntry, standing

_LEAST: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
_STORED: Final = "SELECT subject, sealed FROM subjects_identity WHERE subject = ANY(%s::uuid[])"
_TOLD_AGAIN: Final = "ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed"
_IDENTITIES: Final = RowColumns(("subject", "path", "sealed"), ("uuid", "varchar", "bytea"))
_LOOK_UPS: Final = RowColumns(("hash", "kind", "subject", "path"), ("bytea", "varchar", "uuid", "varchar"))


@dataclass(slots=True)
class IdentityRows:
    """Rows to write: identities as subject, path, sealed, by the programmes their subject is known in;
    look-ups as hash, kind, subject, path.
    """

    identities: dict[tuple[str, ...], list[tuple[uuid.UUID, str, bytes]]] = field(
        default_factory=lambda: defaultdict(list))
    look_ups: list[tuple[bytes, str, uuid.UUID, str]] = field(default_factory=list)


def keep_identity(work: Work) -> None:
    """Merge into the vault per part of the identity; look-ups of values no longer true stay, for lists repeat them.

    Of whom something was taken back or corrected, the identity is what the submissions tell that stand. What was
    corrected before it came does not.
    """
    _merge(work)
    _refold(work, work.refold | {filed.submission.subject for filed in work.filed if filed.submission.replaces})


def _merge(work: Work) -> None:
    told: dict[uuid.UUID, list[tuple[Filed, dict[str, Any]]]] = defaultdict(list)
    for filed in work.filed:
        parts = told_of_identity(work, filed)
        if parts and filed.submission.id not in work.corrected:
            told[filed.submission.subject].append((filed, parts))
    if not told:
        return
    stored = _stored(list(told))
    new, known = IdentityRows(), IdentityRows()
    for subject, lines in told.items():
        row = lines[0][0].about
        before = vault.open_parts(row.open_key(work.ring), stored.get(subject), subject)
        parts = vault.standing(before)
        for filed, given in lines:
            parts = vault.merged(parts, work.programme.id, given, _when(filed), filed.submission.id)
        kept = new if row.fresh else known
        if parts != before:
            sealed = vault.seal_parts(row.open_key(work.ring), parts, subject)
            kept.identities[row.programmes].append((subject, row.path, sealed))
        told_before = vault.values(vault.told_in(before, {work.programme.id}))
        wanted = _look_ups(parts, work.programme.id) - vault.look_ups(told_before)
        for filed, _ in lines:
            wanted.update(external_ids(work.version(filed.version), filed.plain))
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
    return identity_in(programme, programme.forms[filed.submission.form], {**filed.plain, **filed.personal})


def identity_in(programme: Programme, form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a form's answers tell of an identity, by part."""
    told = {part: _text(answers[name]) for name, part in _parts_of(form) if answers.get(name) is not None}
    number = next((str(answers[name]) for name in EXTERNAL_IDS if spelled_alike(answers.get(name))), "")
    return {**told, "external_id": number} if number else told


def _refold(work: Work, subjects: Set[uuid.UUID]) -> None:
    """Whom no standing submission names keeps the name: the record of what was taken back is still theirs, until
    something else is told.

    Of whom nothing can be read any more nothing is folded; a key that is only missing stops it all.
    """
    rows = {subject: work.subjects[subject] for subject in subjects
            if subject in work.subjects and not _gone(work, subject)}
    if not rows:
        return
    told = {subject: parts for subject, parts in parts_told(standing(rows, work.ring)).items() if parts}
    for subject, sealed in _stored(sorted(rows.keys() - told.keys())).items():
        told[subject] = vault.kept(vault.open_parts(rows[subject].open_key(work.ring), sealed, subject))
    kept = IdentityRows()
    for subject, parts in told.items():
        row = rows[subject]
        sealed = vault.seal_parts(row.open_key(work.ring), parts, subject)
        kept.identities[row.programmes].append((subject, row.path, sealed))
    _write(work, kept, told_again=_TOLD_AGAIN)


def _gone(work: Work, subject: uuid.UUID) -> bool:
    try:
        work.subjects[subject].open_key(work.ring)
    except KeyGone:
        return True
    return False


def parts_told(entries: Iterable[StandingEntry]) -> dict[uuid.UUID, vault.Parts]:
    """The identity of each subject as the entries tell it, in whatever order they come."""
    parts: dict[uuid.UUID, vault.Parts] = defaultdict(dict)
    for one in entries:
        told = identity_in(one.programme, one.programme.forms[one.form], one.answers)
        when = one.happened_at if one.flag == Flag.NONE else _LEAST
        parts[one.subject] = vault.merged(parts[one.subject], one.programme.id, told, when, one.entry)
    return parts


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def external_ids(programme: Programme, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Numbers that the list they come from knows its people by: (kind of look-up, number as it is compared)."""
    kind = number_kind(programme.id, str(answers.get("source") or ""))
    return [(kind, number) for name in EXTERNAL_IDS if (number := spelled_alike(answers.get(name)))]


def number_kind(programme: str, source: str) -> str:
    """The kind of look-up of a source's numbers; those of no source are the programme's."""
    return f"ext:{source or programme}"[:40]


def _stored(subjects: list[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [array_text(subjects)])
        return {subject: bytes(sealed) for subject, sealed in cursor.fetchall()}


def _write(work: Work, kept: IdentityRows, *, told_again: str = "", found_already: str = "") -> None:
    for programmes, rows in kept.identities.items():
        append.insert_rows(
            "subjects_identity",
            _IDENTITIES,
            rows,
            ending=told_again,
            alike={"programmes": list(programmes)},
        )
    append.insert_rows(
        "subjects_lookup",
        _LOOK_UPS,
        sorted(kept.look_ups, key=itemgetter(0)),  # the index takes neighbours faster than hashes in any order
        ending=found_already,
        alike={"programme": work.programme.id},
    )
