"""Reads of the journal for others: what was recorded about subjects, decoded by the form it was filled under."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from fangxian.kernel import dates
from fangxian.kernel.arrays import array_text
from fangxian.kernel.keys import Cipher, unseal
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form, Question, QuestionType

from .types import REPLACED, STANDS, WITHDRAWN, EntryKind

Forms = Mapping[tuple[str, str, str], Form]
PAGE: Final = 50
LATE_AFTER: Final = dt.timedelta(hours=6)  # a round without a signal, sent at lunch, is not late
_COLUMNS: Final = (
    'e.id, e.seq, e.kind, e.programme, e.form, e.form_version, e.subject, e.path, e."user", e.post, e.source,'
    " e.happened_at, e.received_at, e.replaces, e.task, e.flag, e.body, e.sealed"
)
_FATE: Final = f"{WITHDRAWN}, {REPLACED}"
_READ: Final = (
    "id", "seq", "kind", "programme", "form", "form_version", "subject", "path", "user", "post", "source",
    "happened_at", "received_at", "replaces", "task", "flag", "body", "sealed", "withdrawn", "replaced")
"""What the columns are called in a line, in their order, with what became of the entry."""
Row = Mapping[str, Any]
_TIMELINE: Final = f"""
SELECT {_COLUMNS}, {_FATE} FROM journal_entry e
WHERE e.subject = %(subject)s AND e.programme = ANY(%(programmes)s)
  AND (%(before)s::timestamptz IS NULL OR (e.happened_at, e.id) < (%(before)s, %(last)s))
ORDER BY e.happened_at DESC, e.id DESC LIMIT %(limit)s
"""  # noqa: S608
_LATEST: Final = f"""
SELECT {_COLUMNS}, false, false FROM unnest(%s::uuid[], %s::varchar[]) AS w (subject, form)
CROSS JOIN LATERAL (
  SELECT * FROM journal_entry e WHERE e.subject = w.subject AND e.programme = %s AND e.kind = 'submission'
     AND e.form = w.form AND e.flag = '' AND {STANDS}
  ORDER BY e.happened_at DESC, e.id DESC LIMIT 1) e
"""  # noqa: S608
_FROM_THEN_ON: Final = f"""
SELECT DISTINCT w.id, e.form, e.post FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS w (id, subject, since)
JOIN journal_entry e ON e.subject = w.subject AND e.happened_at >= w.since AND e.id <> w.id
WHERE e.programme = %s AND e.kind = 'submission' AND e.flag = '' AND e.post IS NOT NULL AND {STANDS}
"""  # noqa: S608


class AnswerView(NamedTuple):
    """One answer as it is read: the question, and the answer in words; ``at`` where it is an instant.

    ``identity`` and ``link``: the part of the identity it tells, and the kind of link it makes, if any.
    """

    name: str
    label: Text
    text: Text
    value: Any
    at: dt.datetime | None = None
    identity: str = ""
    link: str = ""


class Key(NamedTuple):
    """Where a timeline goes on."""

    happened_at: dt.datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry about a subject. ``hidden`` counts the personal answers that were not opened.

    ``late``: it came in hours after it happened. ``withdrawn`` and ``replaced`` entries no longer count.
    """

    id: uuid.UUID
    seq: int
    kind: str
    programme: str
    form: str
    form_version: str
    title: Text
    subject: uuid.UUID
    path: str
    user: int | None
    post: int | None
    source: str
    happened_at: dt.datetime
    received_at: dt.datetime
    replaces: uuid.UUID | None
    task: uuid.UUID | None
    flag: str
    withdrawn: bool
    replaced: bool
    body: Mapping[str, Any] = field(repr=False)
    answers: tuple[AnswerView, ...] = ()
    hidden: int = 0

    @property
    def stands(self) -> bool:
        return not (self.withdrawn or self.replaced)

    @property
    def late(self) -> bool:
        return self.received_at - self.happened_at > LATE_AFTER

    @property
    def key(self) -> Key:
        return Key(self.happened_at, self.id)


def timeline(
    subject: uuid.UUID, seen: Sequence[str], *, key: bytes | None = None, opened: Collection[str] = (),
    before: Key | None = None, limit: int = PAGE,
) -> list[EntryLine]:
    """Everything recorded about a subject in the programmes seen, the latest first.

    Personal answers are opened with the subject's ``key``, in the programmes ``opened`` only.
    """
    last = before or Key(None, None)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            _TIMELINE,
            {"subject": subject, "programmes": list(seen), "before": last.happened_at, "last": last.id, "limit": limit},
        )
        rows = _rows(cursor.fetchall())
    forms = _forms(rows)
    return [_line(row, forms, key if row["programme"] in opened else None) for row in rows]


def latest(programme: str, wanted: Iterable[tuple[uuid.UUID, str]]) -> dict[tuple[uuid.UUID, str], EntryLine]:
    """The last standing submission per (subject, form), personal answers left closed."""
    pairs = list(wanted)
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [[pair[0] for pair in pairs], [pair[1] for pair in pairs], programme])
        rows = _rows(cursor.fetchall())
    forms = _forms(rows)
    lines = [_line(row, forms, None) for row in rows]
    return {(line.subject, line.form): line for line in lines}


def entries(
    ids: Iterable[uuid.UUID], *, keys: Mapping[uuid.UUID, bytes | Cipher] | None = None,
) -> dict[uuid.UUID, EntryLine]:
    """Entries by id, those in the scope in force; ``keys`` of subjects open their personal answers."""
    opened = keys or {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS}, {_FATE} FROM journal_entry e WHERE e.id = ANY(%s)", [list(ids)])  # noqa: S608
        rows = _rows(cursor.fetchall())
    forms = _forms(rows)
    return {row["id"]: _line(row, forms, opened.get(row["subject"])) for row in rows}


def filed_from(
    programme: str, entries: Sequence[tuple[uuid.UUID, uuid.UUID, dt.datetime]],
) -> list[tuple[uuid.UUID, str, int]]:
    """What else counts of the subject of some entries (entry, subject, moment) from their moment on: entry, form and
    the post that filed it."""
    if not entries:
        return []
    ids, subjects, moments = zip(*entries, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_FROM_THEN_ON, [array_text(ids), array_text(subjects), array_text(moments), programme])
        return list(cursor.fetchall())


def said(question: Question, value: Any) -> Text:
    """An answer in words: the labels of what was chosen, a truth as yes or no, a day as people write it, anything else
    as it stands."""
    if question.type.chosen:
        labels = {choice.name: choice.label for choice in question.choices}
        chosen = [labels.get(name, both(str(name))) for name in (value if isinstance(value, list | tuple) else [value])]
        return Text(", ".join(one.en for one in chosen), "、".join(one.zh for one in chosen))
    if isinstance(value, bool) or question.type is QuestionType.ACKNOWLEDGE:
        return Text("Yes", "是") if value else Text("No", "否")
    if question.type is QuestionType.DATE:
        return dates.in_words(dt.date.fromisoformat(value))
    return both(f"{value:g}" if isinstance(value, float) else str(value))


def _rows(found: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(_READ, row, strict=True)) for row in found]


def _forms(rows: Iterable[Row]) -> Forms:
    """The form of every submission among some rows; one look per version."""
    versions = {(row["programme"], row["form_version"]) for row in rows if row["kind"] == EntryKind.SUBMISSION}
    return {(*version, form.id): form for version in versions for form in programmes.version(*version).forms.values()}


def _line(row: Row, forms: Forms, key: bytes | Cipher | None) -> EntryLine:
    plain = dict(row)
    body, sealed = plain.pop("body"), plain.pop("sealed")
    told: dict[str, Any] = orjson.loads(body) if body else {}
    if sealed is not None and key is not None:
        told |= orjson.loads(unseal(key, bytes(sealed), row["id"].bytes))
    known = forms.get((row["programme"], row["form_version"], row["form"]))
    return EntryLine(**plain, body=told, title=known.title if known else both(row["form"]),
                     answers=_answers(known, told), hidden=0 if sealed is None or key is not None else 1)


def _answers(form: Form | None, told: Mapping[str, Any]) -> tuple[AnswerView, ...]:
    """What somebody was asked, with the answer; what has no label was worked out."""
    asked = form.questions if form else ()
    return tuple(
        AnswerView(
            question.name,
            question.label,
            said(question, value),
            value,
            dt.datetime.fromisoformat(value) if question.type is QuestionType.DATETIME else None,
            question.identity or "",
            question.link or "",
        )
        for question in asked
        if question.label and question.type is not QuestionType.CALCULATE
        and (value := told.get(question.name)) is not None
    )
