"""Move subjects whose place was told: everything current moves along, what was recorded stays where it was."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any, Final

import orjson
from django.db import connection
from psycopg import sql

from fangxian.accounts.scope import as_a_whole, current
from fangxian.areas import queries as areas
from fangxian.journal import append
from fangxian.journal.types import STANDS, Filed, Refused
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects.tables import table_name

ELSEWHERE: Final = Text(
    "This place lies outside your area. To hand the person over, use “pass on”.",
    "该地点不在您的辖区内。如需移交，请使用“移交”。",
)
_LONGEST_CODE: Final = 20
_BRACES: Final = str.maketrans("{}", "()")
_FALLEN: Final = f"""
SELECT e.subject, e.path, e.form, e.form_version, e.body FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.programme = %s AND e.kind = 'submission' AND e.flag = '' AND NOT ({STANDS})
ORDER BY e.seq
"""  # noqa: S608 - a constant
_TABLES: Final = {"subjects_subject": "id", "subjects_identity": "subject", "subjects_lookup": "subject",
    "subjects_numberedentry": "subject"}


def place(work: Work) -> None:
    """Where a submission of the round names an area as the subject's place, that is where it now belongs; an area that
    has ended since is named only by what stood before something was taken back.

    Who was told of earlier and has been handed over since stays with those who accepted. Of whom nothing that stands
    names a place any more goes back to where they were before one was named.
    """
    fact = work.programme.place
    if fact is None or not work.placed:
        return
    told = {subject: str(work.facts[subject][fact]) for subject in work.placed if work.facts[subject].get(fact)}
    paths = {code: borne[-1] for code, borne in areas.paths_ever(set(told.values())).items()}
    moves = {
        subject: paths[code]
        for subject, code in told.items()
        if code in paths and paths[code] != work.subjects[subject].path
    }
    moves |= _back(work, (work.placed & work.refold) - told.keys())
    if moves:
        with as_a_whole():
            move(moves)
        work.moved.update(moves)
        for subject, path in moves.items():
            work.subjects[subject].path = path


def _back(work: Work, subjects: Set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where those were before what was taken back moved them: the entry that moved them was recorded there."""
    if not subjects:
        return {}
    before: dict[uuid.UUID, str] = {}
    named: dict[uuid.UUID, set[str]] = defaultdict(set)
    for subject, path, form, version, body in append.fetch(_FALLEN, [array_text(subjects), work.programme.id]):
        code = place_in(work.version(version), form, orjson.loads(body))
        if code:
            before.setdefault(subject, path)
            named[subject].add(code)
    paths = areas.paths_ever(frozenset[str]().union(*named.values()))
    return {
        subject: path for subject, path in before.items()
        if work.subjects[subject].path in {one for code in named[subject] for one in paths.get(code, ())} - {path}}


def leave_out_misplaced(work: Work) -> None:
    """Nobody places a subject outside their area: that is passing on, and the other side has to accept. Nor where no
    area in force is: nobody would answer for them."""
    named = {}
    for filed in work.filed:
        code = named_place(work.version(filed.version), filed)
        if code:
            named[filed.number] = (filed.submission.id, code)
    if not named:
        return
    paths = areas.paths_in_force({code for _, code in named.values()})
    seen = current()
    work.turn_away({
        number: Refused(entry, errors.FORM_FAULTS.code, (("", ELSEWHERE if code in paths else _nowhere(code)),))
        for number, (entry, code) in named.items()
        if code not in paths or paths[code] not in work.within.get(entry, seen).area})


def _nowhere(code: str) -> Text:
    return errors.UNKNOWN_AREA.sentence.filled(code=code[:_LONGEST_CODE].translate(_BRACES))


def named_place(programme: Programme, filed: Filed) -> str:
    """The area code a submission names as its subject's place; empty when it names none."""
    return place_in(programme, filed.submission.form, filed.plain)


def place_in(programme: Programme, form: str, answers: Mapping[str, Any]) -> str:
    """The area code that answers to a form name as their subject's place."""
    question = _place_question(programme, form)
    return str(answers.get(question) or "") if question else ""


@lru_cache(maxsize=256)
def _place_question(programme: Programme, form: str) -> str | None:
    asked = (question.name for question in programme.forms[form].questions if question.fact == programme.place)
    return next(asked, None) if programme.place else None


def move(moves: Mapping[uuid.UUID, str]) -> None:
    """Give subjects a new place in every table of this package; decisions and tasks follow in their own steps."""
    facts = {table_name(programme.id): "subject" for programme in programmes.all_in_force()}
    with connection.cursor() as cursor:
        for table, key in {**_TABLES, **facts}.items():
            cursor.execute(
                sql.SQL(
                    "UPDATE {table} t SET path = n.path FROM unnest(%s::uuid[], %s::varchar[]) AS n (id, path)"
                    " WHERE t.{key} = n.id AND t.path <> n.path"
                ).format(table=sql.Identifier(table), key=sql.Identifier(key)),
                [array_text(moves), array_text(moves.values())],
            )
