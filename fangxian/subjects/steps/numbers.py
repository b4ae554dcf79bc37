"""What awaits a reply: the standing submissions of forms that others reply to, by the number both ask for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from fangxian.journal import append
from fangxian.journal.types import STANDS
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.columns import columns_of
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme, Reply

_ENTRIES: Final = f"""
SELECT e.subject, e.id, e.form, e.happened_at, e.body FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.programme = %s AND e.form = ANY(%s) AND e.kind = 'submission' AND e.flag = ''
  AND {STANDS}
ORDER BY e.happened_at, e.id
"""  # noqa: S608 - a constant
_DROP: Final = "DELETE FROM subjects_numberedentry WHERE programme = %s AND subject = ANY(%s::uuid[])"
LONGEST: Final = 100


class NumberedForm(NamedTuple):
    """A standing submission that is replied to, by its number; ``path`` is where its subject is, empty as folded."""

    entry: uuid.UUID
    programme: str
    form: str
    number: str
    subject: uuid.UUID
    path: str
    happened_at: dt.datetime
    awaited: bool
    reply: uuid.UUID | None = None
    replied_at: dt.datetime | None = None


class _Told(NamedTuple):
    """A standing submission of one of the two forms of a reply."""

    subject: uuid.UUID
    entry: uuid.UUID
    happened_at: dt.datetime
    answers: Mapping[str, Any]


ROW: Final = columns_of(NumberedForm)


def as_compared(number: object) -> str:
    """A number as it is compared, see ``spelled_alike``, as far as it is kept."""
    return spelled_alike(number)[:LONGEST]


def keep_numbers(work: Work) -> None:
    """Write anew what awaits a reply of those about whom one of the forms concerned was filed, or something taken back.
    """
    forms = _forms(work.programme)
    touched = {filed.submission.subject for filed in work.filed if filed.submission.form in forms}
    touched |= work.refold & work.subjects.keys()
    if not touched:
        return
    rows = folded(work.programme, touched)
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [work.programme.id, array_text(touched)])
    append.insert_rows(
        "subjects_numberedentry", ROW, [row._replace(path=work.subjects[row.subject].path) for row in rows])


def folded(programme: Programme, subjects: Collection[uuid.UUID]) -> list[NumberedForm]:
    """What some subjects had that is replied to, as the journal tells it; of several replies the latest counts."""
    forms = _forms(programme)
    if not forms or not subjects:
        return []
    told: dict[str, list[_Told]] = defaultdict(list)
    for subject, entry, form, at, body in append.fetch(_ENTRIES, [array_text(subjects), programme.id, sorted(forms)]):
        told[form].append(_Told(subject, entry, at, orjson.loads(body)))
    return [row for reply in programme.replies for row in _numbered(programme.id, reply, told[reply.to],
                                                                    told[reply.form])]


def _numbered(programme: str, reply: Reply, asked: Iterable[_Told], replies: Iterable[_Told]) -> Iterator[NumberedForm]:
    by_number = {(one.subject, as_compared(one.answers.get(reply.number))): one for one in replies}
    for one in asked:
        number = as_compared(one.answers.get(reply.number))
        if not number:
            continue
        had = by_number.get((one.subject, number))
        yield NumberedForm(
            one.entry, programme, reply.to, number, one.subject, "", one.happened_at,
            had is None and reply.awaits(one.answers), had.entry if had else None, had.happened_at if had else None)


def _forms(programme: Programme) -> set[str]:
    return {form for reply in programme.replies for form in (reply.form, reply.to)}
