"""Lock the subjects a round touches, in id order, and bring new ones into being."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final, NamedTuple

from django.db import connection

from fangxian.accounts.scope import SYSTEM, apply, current, everywhere
from fangxian.journal import append, presence
from fangxian.journal.types import NOBODY, SUBJECT, Filed, Refused, SubjectRow, subject_row
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.columns import columns_of
from fangxian.kernel.keys import NoKey
from fangxian.subjects import vault
from fangxian.subjects.steps.identity import told_of_identity
from fangxian.subjects.steps.place import leave_out_misplaced

_LOCKED: Final = f"SELECT {SUBJECT} FROM subjects_subject WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"  # noqa: S608
_WITHOUT_WAITING: Final = f"{_LOCKED} SKIP LOCKED"
_KNOWN_HERE: Final = """
UPDATE {table} SET programmes = ARRAY(SELECT DISTINCT unnest(programmes || %s::text) COLLATE "C" ORDER BY 1)
WHERE {key} = ANY(%s::uuid[])
"""


class NewSubject(NamedTuple):
    """A row as it is written."""

    id: uuid.UUID
    kind: str
    path: str
    bucket: str
    wrapped_key: bytes
    drill: bool
    created_at: dt.datetime


_COLUMNS: Final = columns_of(NewSubject)


def lock(work: Work) -> None:
    """Take the rows of every subject of the round; one order for all writers, so that they queue and do not cross.

    Those of many senders are not waited for: who is out of their own sender's sight, or locked, is not found.
    """
    wanted = {filed.submission.subject for filed in work.filed} | work.also
    if not wanted:
        return
    rows = append.fetch(_WITHOUT_WAITING if work.within else _LOCKED, [array_text(wanted)])
    work.subjects.update({row[0]: subject_row(row) for row in rows})
    for filed in work.filed:
        filed.about = work.subjects.get(filed.submission.subject, NOBODY)
    if work.within:
        _leave_out_of_others(work)
    work.know_calendars(subject.path for subject in work.subjects.values())


def _leave_out_of_others(work: Work) -> None:
    """Recorded together with others', a submission is about somebody its own sender sees, or it is left out."""
    def shown(filed: Filed) -> bool:
        row = filed.about
        return row is not NOBODY and work.within[filed.submission.id].shows(row.path, row.programmes)

    work.turn_away({filed.number: Refused.of(filed.submission.id, errors.NOT_FOUND)
                    for filed in work.filed if not shown(filed)})


def leave_out_unreachable(work: Work) -> None:
    """Nobody files about a subject out of reach, to a place out of theirs, under a key that can't be used, or of a
    drill that has ended."""
    leave_out_misplaced(work)
    _leave_out_hidden(work)
    _leave_out_closed(work)
    _leave_out_over(work)


def make_missing(work: Work) -> None:
    """A subject nobody knows yet comes into being where its first submission says.

    From here on each is known in the round's programme, and whoever sees that sees them.
    """
    first: dict[uuid.UUID, Filed] = {}
    missing = [filed for filed in work.filed if filed.about is NOBODY]
    for filed in missing:
        first.setdefault(filed.submission.subject, filed)
    made = [_made(work, subject, filed) for subject, filed in first.items()]
    insert(work, made)
    for filed in missing:
        filed.about = work.subjects[filed.submission.subject]
    work.know_calendars(subject.path for subject in made)
    _make_known(work)


def _make_known(work: Work) -> None:
    name = work.programme.id
    newly = sorted({filed.about.id for filed in work.filed if name not in filed.about.programmes})
    if not newly:
        return
    with connection.cursor() as cursor:
        for table, key in (("subjects_subject", "id"), ("subjects_identity", "subject")):
            cursor.execute(_KNOWN_HERE.format(table=table, key=key), [name, array_text(newly)])
    for subject in newly:
        row = work.subjects[subject]
        row.programmes = tuple(sorted({*row.programmes, name}))


def _leave_out_hidden(work: Work) -> None:
    """A subject that exists outside the scope in force is to its sender as if there were none: nothing is written."""
    unknown = {filed.submission.subject for filed in work.filed if filed.about is NOBODY}
    if not unknown:
        return
    seen = current()
    apply(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, path, programmes FROM subjects_subject WHERE id = ANY(%s::uuid[])", [array_text(unknown)])
        hidden = {subject for subject, path, known in cursor.fetchall() if not seen.shows(path, known)}
    apply(seen)
    work.turn_away({
        filed.number: Refused(filed.submission.id, errors.NOT_FOUND.code, (("", errors.NOT_FOUND.sentence),))
        for filed in work.filed if filed.submission.subject in hidden})


def _leave_out_closed(work: Work) -> None:
    """What would be kept under a key that was destroyed, or whose file is missing, is refused; the rest goes on."""
    closed: dict[int, Refused] = {}
    for filed in work.filed:
        if filed.about is NOBODY or not (filed.personal or told_of_identity(work, filed)):
            continue
        try:
            filed.about.open_key(work.ring)
        except NoKey as why:
            closed[filed.number] = Refused(filed.submission.id, why.kind.code, (("", why.sentence),))
    work.turn_away(closed)


def _leave_out_over(work: Work) -> None:
    """Of a drill that ended nothing stands, and nothing more is recorded."""
    drills = {filed.about.id for filed in work.filed if filed.about.drill}
    if not drills:
        return
    with everywhere():
        going_on = presence.going_on(drills)
    work.turn_away({filed.number: Refused.of(filed.submission.id, errors.DRILL_OVER)
                    for filed in work.filed if filed.about.id in drills - going_on})


def insert(work: Work, made: list[SubjectRow], *, shared: bool = False) -> None:
    """Write new subjects and take them into the round.

    ``shared`` ones (a household, a journey) may have been brought into being by another writer, or in another area,
    already; those stay as they are and are not taken in.
    """
    append.insert_rows(
        "subjects_subject",
        _COLUMNS,
        [NewSubject(row.id, row.kind, row.path, row.bucket, row.wrapped_key, row.drill, work.at) for row in made],
        ending="ON CONFLICT (id) DO NOTHING" if shared else "",
        alike={"programmes": [work.programme.id]},
    )
    if not shared:
        work.subjects.update({row.id: row for row in made})


def fresh(work: Work, subject: uuid.UUID, kind: str, path: str, *, drill: bool) -> SubjectRow:
    """A subject with a key of its own, under the bucket its programme's retention asks for."""
    bucket = vault.bucket_for(work.at, work.programme.retention_months)
    key, wrapped = vault.new_key(work.ring, bucket, subject)
    return SubjectRow(subject, kind, path, bucket, wrapped, drill, (work.programme.id,), fresh=True, key=key)


def _made(work: Work, subject: uuid.UUID, filed: Filed) -> SubjectRow:
    one = filed.submission
    return fresh(work, subject, work.programme.subject, one.path or work.by.path, drill=one.drill)
