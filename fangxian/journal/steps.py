"""The journal's own steps of the flow: leave out what is there already, then append."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.canonical import dumps
from fangxian.kernel.errors import Kind
from fangxian.kernel.keys import seal

from . import append, checks, presence
from .types import WITHDRAWN, Answer, EntryKind, EntryRow, Filed, Flag, Recorded, Refused, Submission
from .work import Work

_TARGETS: Final = f"""
SELECT e.id, e.programme, CASE e.kind WHEN 'submission' THEN e.form ELSE '' END, e.subject, {WITHDRAWN}
FROM journal_entry e WHERE e.id = ANY(%(targets)s::uuid[])
UNION ALL SELECT k.replaced, c.programme, c.form, c.subject, false
FROM journal_correction k JOIN journal_entry c ON c.id = k.entry WHERE k.replaced = ANY(%(sent)s::uuid[])
"""  # noqa: S608 - a constant
_KNOWN: Final = "SELECT id, seq, subject, form_version, content, flag FROM journal_entry WHERE id = ANY(%s::uuid[])"


def leave_out_repeated(work: Work) -> None:
    """A client id that is in the journal already is the same record and gets the same answer.

    It is held against what was recorded under the version it was recorded with, whatever has been published since.
    """
    known = _known([one.id for one in work.sent])
    if not known and len({filed.submission.id for filed in work.filed}) == len(work.filed):
        return
    for number, one in enumerate(work.sent if known else ()):
        if one.id in known:
            work.answers[number] = _again(work, one, known[one.id])
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
            work.answers[filed.number] = Refused.of(one.id, errors.SAME_ID_OTHER_CONTENT)
    work.filed = fresh


def _again(work: Work, one: Submission, known: tuple[int, uuid.UUID, str, bytes, str]) -> Answer:
    seq, subject, version, content, flag = known
    mark, left_out = checks.mark_under(work, one, version)
    if mark != bytes(content):
        return Refused.of(one.id, errors.SAME_ID_OTHER_CONTENT)
    return Recorded(one.id, subject, seq, repeated=True, left_out=left_out, future=flag == Flag.FUTURE)


def _known(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, uuid.UUID, str, bytes, str]]:
    return {row[0]: row[1:] for row in append.fetch(_KNOWN, [array_text(ids)])}


def leave_out_overtaken(work: Work) -> None:
    """A correction is of an entry of the same form about the same subject, and takes the place of one that stands.

    The subjects are locked: of several that come at once the first is taken, the others are told that it changed
    meanwhile. What comes after its correction, as an earlier version let in, must be about the same subject. What
    corrects itself, alone or round about, corrects nothing: none of it would stand.
    """
    targets = {filed.submission.replaces for filed in work.filed if filed.submission.replaces}
    corrected = _corrected([*targets, *(filed.submission.id for filed in work.filed)])
    work.corrected = corrected & {filed.submission.id for filed in work.filed} if corrected else corrected
    if not targets and not work.corrected:
        return
    told = {filed.submission.id: _told(filed.submission) for filed in work.filed}
    with working_in(SYSTEM):
        told |= _told_before(targets, work.corrected)
    refused: dict[int, Refused] = {}
    round_about = _in_circles({filed.submission.id: filed.submission.replaces for filed in work.filed})
    for filed in work.filed:
        kind = (errors.NOT_FOUND if filed.submission.id in round_about
                else _overtaken(filed.submission, told, corrected))
        if kind is not None:
            refused[filed.number] = Refused.of(filed.submission.id, kind)
        elif filed.submission.replaces and filed.flag == Flag.NONE:
            corrected.add(filed.submission.replaces)
    work.turn_away(refused)


def _in_circles(corrects: Mapping[uuid.UUID, uuid.UUID | None]) -> set[uuid.UUID]:
    """Those of a round that lead back to themselves."""
    found: set[uuid.UUID] = set()
    for one in corrects:
        way, at = {one}, corrects[one]
        while at is not None and at in corrects and at not in way:
            way.add(at)
            at = corrects[at]
        if at == one:
            found.add(one)
    return found


def _overtaken(one: Submission, told: Mapping[uuid.UUID, CorrectionTarget], corrected: Set[uuid.UUID]) -> Kind | None:
    own = _told(one)
    if told[one.id][:3] != own[:3]:
        return errors.SAME_ID_OTHER_CONTENT
    if one.replaces is None:
        return None
    target = told.get(one.replaces, own)
    if target[:3] != own[:3]:
        return errors.NOT_FOUND
    return errors.CHANGED_MEANWHILE if target.withdrawn or one.replaces in corrected else None


class CorrectionTarget(NamedTuple):
    """What an entry is: programme and form (empty for what is no submission), the subject, whether it was taken back.
    """

    programme: str
    form: str
    subject: uuid.UUID | None
    withdrawn: bool = False


def _told(one: Submission) -> CorrectionTarget:
    return CorrectionTarget(one.programme, one.form, one.subject)


def _told_before(targets: Set[uuid.UUID], sent: Set[uuid.UUID]) -> dict[uuid.UUID, CorrectionTarget]:
    """The entries to be corrected that are there, and those sent that were corrected before, as their correction has
    them."""
    with connection.cursor() as cursor:
        cursor.execute(_TARGETS, {"targets": array_text(targets), "sent": array_text(sent)})
        return {row[0]: CorrectionTarget(*row[1:]) for row in cursor.fetchall()}


def _corrected(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    found = append.fetch("SELECT replaced FROM journal_correction WHERE replaced = ANY(%s::uuid[])", [array_text(ids)])
    return {replaced for replaced, in found}


def leave_out_unfounded(work: Work) -> None:
    """A correction is of what is recorded, or is recorded with it: of what is refused there is none, or it would stand
    in the place of an entry that somebody else files later."""
    sent = {filed.submission.id for filed in work.filed}
    elsewhere = {filed.submission.replaces for filed in work.filed if filed.submission.replaces} - sent
    if not elsewhere:
        return
    with working_in(SYSTEM):
        there = presence.taken(elsewhere)
    while unfounded := [filed for filed in work.filed if filed.submission.replaces not in (None, *there, *sent)]:
        work.turn_away({one.number: Refused.of(one.submission.id, errors.NOT_FOUND) for one in unfounded})
        sent -= {one.submission.id for one in unfounded}


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
        one, filed.seq, filed.path = filed.submission, seq, filed.about.path
        filed.day = work.calendar(filed.path).operational_day(one.happened_at)
        work.answers[filed.number] = Recorded(
            one.id, one.subject, seq, left_out=filed.left_out, future=filed.flag == Flag.FUTURE)
    work.lines += append.append([_entry(work, filed) for filed in work.filed])


def _entry(work: Work, filed: Filed) -> EntryRow:
    one, by = filed.submission, filed.submission.by or work.by
    sealed = None
    if filed.personal:
        sealed = seal(filed.about.open_key(work.ring), dumps(filed.personal).encode(), one.id.bytes)
    return EntryRow(
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
        filed.about.drill,
        dumps(filed.plain),
        sealed,
        filed.content,
    )

