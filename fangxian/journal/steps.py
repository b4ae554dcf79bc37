"""The journal's own steps of the flow: leave out what is there already, then append."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import connection

from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.canonical import dumps
from fangxian.kernel.keys import seal

from . import append, checks
from .types import Entry, EntryKind, Filed, Recorded, Refused
from .work import Work

_KNOWN: Final = "SELECT id, seq, subject, form_version, content FROM journal_entry WHERE id = ANY(%s::uuid[])"


def leave_out_repeated(work: Work) -> None:
    """A client id that is in the journal already is the same record and gets the same answer.

    It is held against what was recorded under the version it was recorded with, whatever has been published since.
    """
    known = _known([one.id for one in work.sent])
    for number, one in enumerate(work.sent if known else ()):
        if one.id in known:
            seq, subject, version, content = known[one.id]
            same = checks.mark_under(work, one, version) == bytes(content)
            work.answers[number] = Recorded(one.id, subject, seq, repeated=True) if same else _other_content(one.id)
    seen: dict[uuid.UUID, Filed] = {}
    fresh = []
    for filed in work.filed:
        one = filed.submission
        if one.id in known:
            continue
        if one.id not in seen:
            seen[one.id] = filed
            fresh.append(filed)
        elif seen[one.id].content == filed.content:
            work.twice[filed.number] = seen[one.id].number
        else:
            work.answers[filed.number] = _other_content(one.id)
    work.filed = fresh


def _known(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, uuid.UUID, str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [array_text(ids)])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def append_submissions(work: Work) -> None:
    """Seal what is personal under the subject's key and write the entries."""
    _append(work)
    for number, first in work.twice.items():
        answer = work.answers[first]
        work.answers[number] = answer._replace(repeated=True) if isinstance(answer, Recorded) else answer


def _append(work: Work) -> None:
    if not work.filed:
        return
    for filed, seq in zip(work.filed, append.take_sequence(len(work.filed)), strict=True):
        subject = work.subjects[filed.submission.subject]
        filed.seq, filed.path = seq, subject.path
        filed.day = work.calendar(subject.path).operational_day(filed.submission.happened_at)
        work.answers[filed.number] = Recorded(filed.submission.id, subject.id, seq)
    work.lines += append.append([_entry(work, filed) for filed in work.filed])


def _entry(work: Work, filed: Filed) -> Entry:
    one, by = filed.submission, filed.submission.by or work.by
    subject = work.subjects[one.subject]
    sealed = None
    if filed.personal:
        sealed = seal(subject.open_key(work.ring), dumps(filed.personal).encode(), one.id.bytes)
    return Entry(
        one.id,
        filed.seq,
        work.batch,
        EntryKind.SUBMISSION,
        one.programme,
        one.form,
        filed.version,
        one.subject,
        filed.path,
        by.user,
        by.post,
        by.source,
        by.device,
        one.happened_at,
        work.at,
        filed.day,
        one.replaces,
        one.task,
        filed.flag,
        subject.drill,
        dumps(filed.plain),
        sealed,
        filed.content,
    )


def _other_content(entry_id: uuid.UUID) -> Refused:
    kind = errors.SAME_ID_OTHER_CONTENT
    return Refused(entry_id, kind.code, (("", kind.sentence),))
