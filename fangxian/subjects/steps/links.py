"""Make the links that answers name: to a household, a journey, the person who infected this one."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Final

from django.db import connection

from fangxian.journal.types import Filed, Flag
from fangxian.journal.work import SubjectRow, Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.ids import derived
from fangxian.kernel.keys import KeyRing
from fangxian.programmes.forms import Form
from fangxian.programmes.types import LinkKind, Programme
from fangxian.subjects import vault
from fangxian.subjects.steps.locks import fresh, insert

_INSERT: Final = (
    "INSERT INTO subjects_link (id, programme, kind, subject, other, path, happened_at, entry)"
    " SELECT * FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::uuid[], %s::uuid[], %s::varchar[],"
    " %s::timestamptz[], %s::uuid[]) ON CONFLICT (id) DO NOTHING"
)

EXTERNAL_ID: Final = "external_id"
"""The question of a line list that numbers its people."""

Wanted = tuple[Filed, LinkKind, uuid.UUID]


def make_links(work: Work) -> None:
    """One link per answer that names one. The other side is made where its kind may be and nobody bears the id."""
    wanted = [found for filed in work.filed if filed.flag == Flag.NONE for found in _wanted(work, filed)]
    if not wanted:
        return
    _make_others(work, wanted)
    rows = [_row(work, *found) for found in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [array_text(column) for column in zip(*rows, strict=True)])


def external_subject(keys: KeyRing, programme: str, kind: str, external_id: str, source: str = "") -> uuid.UUID:
    """The subject that an external id means; ids of one programme, kind and source never meet those of another."""
    return vault.subject_of(keys, "/".join(filter(None, (programme, kind, source))), external_id)


@lru_cache(maxsize=256)
def _link_questions(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((question.name, question.link) for question in form.questions if question.link)


def _wanted(work: Work, filed: Filed) -> list[Wanted]:
    programme = work.version(filed.version)
    found = []
    for name, link in _link_questions(programme.forms[filed.submission.form]):
        value = filed.plain.get(name) or filed.personal.get(name)
        if value:
            kind = programme.links[link]
            source = _source(filed, programme) if kind.to == programme.subject else ""
            found.append((filed, kind, external_subject(work.ring, programme.id, kind.to, str(value), source)))
    return found


def _source(filed: Filed, programme: Programme) -> str:
    """Which list numbers its people so; a household or a journey is called the same in every list."""
    numbered = programme.forms[filed.submission.form].question(EXTERNAL_ID) is not None
    return str(filed.plain.get("source") or "") if numbered else ""


def _make_others(work: Work, wanted: list[Wanted]) -> None:
    asked = {other: (filed, kind) for filed, kind, other in wanted if kind.make and other not in work.subjects}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM subjects_subject WHERE id = ANY(%s::uuid[])", [array_text(asked)])
        there = {row[0] for row in cursor.fetchall()}
    insert(work, [_made(work, other, *asked[other]) for other in sorted(asked.keys() - there)], shared=True)


def _made(work: Work, other: uuid.UUID, filed: Filed, kind: LinkKind) -> SubjectRow:
    return fresh(work, other, kind.to, work.subjects[filed.submission.subject].path, drill=filed.submission.drill)


def _row(work: Work, filed: Filed, kind: LinkKind, other: uuid.UUID) -> tuple[object, ...]:
    one = filed.submission
    return (
        derived(one.id, kind.kind, other),
        one.programme,
        kind.kind,
        one.subject,
        other,
        filed.path,
        one.happened_at,
        one.id,
    )
