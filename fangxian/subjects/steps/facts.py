"""Fold the round's submissions into current facts.

What is later than everything folded extends the row; what comes late, corrects or is withdrawn has the subject folded
anew from the journal. Both give the same, whatever the order of arrival.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from django.db import connection
from psycopg import sql

from fangxian.journal import append
from fangxian.journal.checks import dumps
from fangxian.journal.types import Flag
from fangxian.journal.work import Work
from fangxian.kernel.values import ValueType
from fangxian.programmes import facts as folding
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState, Submission
from fangxian.programmes.forms import Form, QuestionType
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.place import named_place
from fangxian.subjects.tables import column, table_name

_ENTRIES: Final = """
SELECT subject, id, form, form_version, happened_at, body, replaces FROM journal_entry
WHERE subject = ANY(%s) AND programme = %s AND kind = 'submission' AND flag = ''
"""
_WITHDRAWN: Final = """
SELECT replaces FROM journal_entry WHERE replaces = ANY(%s) AND kind = 'command' AND form = 'withdraw'
"""
_DECODE: Final[Mapping[str, Callable[[Any], Any]]] = {
    ValueType.DATE: dt.date.fromisoformat,
    ValueType.DATETIME: dt.datetime.fromisoformat,
    ValueType.TIME: dt.time.fromisoformat,
    ValueType.LIST: tuple,
    QuestionType.DATETIME: dt.datetime.fromisoformat,
    QuestionType.SELECT_MULTIPLE: tuple,
}
States = dict[uuid.UUID, FactState]


def fold(work: Work) -> None:
    """Read the rows of the subjects touched, fold, write those that changed."""
    fresh = _by_subject(work)
    touched = fresh.keys() | ((work.refold | work.also) & work.subjects.keys())
    if not touched:
        return
    stored = read_states(work.programme, list(touched - _new(work)))
    anew = work.refold & touched
    anew |= {subject for subject, lines in fresh.items() if _needs_refold(stored.get(subject), lines)}
    anew |= _corrected_before(fresh)
    states = dict(stored)
    states.update(refolded(work.programme, anew, work.calendar(work.by.path).zone))
    for subject in fresh.keys() - anew:
        states[subject] = _extended(work, stored.get(subject, FactState()), fresh[subject])
    write_states(
        work.programme,
        {subject: states[subject] for subject in fresh.keys() | anew if subject in states},
        {subject: work.subjects[subject].path for subject in touched},
    )
    work.placed = _placed(work, stored, states)
    work.facts = {subject: states.get(subject, FactState()).values for subject in touched}


def read_states(programme: Programme, subjects: Sequence[uuid.UUID]) -> States:
    """Current facts by subject; a subject without a row has none."""
    if not subjects:
        return {}
    names = list(programme.facts)
    columns = sql.SQL(", ").join(sql.Identifier(column(name)) for name in names)
    query = sql.SQL("SELECT subject, memo{} {} FROM {} WHERE subject = ANY(%s)").format(
        sql.SQL("," if names else ""), columns, sql.Identifier(table_name(programme.id))
    )
    lists = {name for name, fact in programme.facts.items() if fact.type is ValueType.LIST}
    return {row[0]: _restored(names, lists, row) for row in append.fetch(query, [list(subjects)])}


def refolded(programme: Programme, subjects: Iterable[uuid.UUID], zone: ZoneInfo) -> States:
    """Facts of subjects folded anew from everything in the journal; ``zone`` says which days a series counts."""
    wanted = list(subjects)
    if not wanted:
        return {}
    lines: dict[uuid.UUID, list[Submission]] = defaultdict(list)
    correcting: dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID]] = {}
    entries = append.fetch(_ENTRIES, [wanted, programme.id])
    for subject, entry, form, version, happened_at, body, replaces in entries:
        lines[subject].append(Submission(entry, form, happened_at, decoded(programme, version, form, body)))
        if replaces:
            correcting[entry] = (subject, replaces)
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, [[one.id for found in lines.values() for one in found]])
        withdrawn = {row[0] for row in cursor.fetchall()}
    replaced: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)  # a correction reaches entries about its own subject
    for entry, (subject, corrected) in correcting.items():
        if entry not in withdrawn:
            replaced[subject].add(corrected)
    return {
        subject: folding.fold(programme, lines[subject], tz=zone, replaced=replaced[subject], withdrawn=withdrawn)
        for subject in wanted
    }


def decoded(programme: Programme, version: str, form: str, body: str) -> dict[str, Any]:
    """Typed answers from an entry's body, by the form version it was filled under."""
    answers = orjson.loads(body)
    for name, decode in _decoders(*_form(programme, version, form)):
        if answers.get(name) is not None:
            answers[name] = decode(answers[name])
    return dict(answers)


def write_states(programme: Programme, states: Mapping[uuid.UUID, FactState], paths: Mapping[uuid.UUID, str]) -> None:
    """Upsert whole rows; the table's row type reads them from one JSON array."""
    if not states:
        return
    rows = [_as_row(subject, paths[subject], state) for subject, state in states.items()]
    names = ["path", "last_at", "last_id", "memo", *(column(name) for name in programme.facts)]
    table = sql.Identifier(table_name(programme.id))
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in ["subject", *names])
    updates = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_recordset(NULL::{0}, %s::json)"
                " ON CONFLICT (subject) DO UPDATE SET {2}"
            ).format(table, columns, updates),
            ["[" + ",".join(rows) + "]"],
        )


@lru_cache(maxsize=512)
def _decoders(programme: Programme, form: Form | None) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Answers are kept as JSON; what a fact's type, else the question's, says they were."""
    kinds = {
        question.name: programme.facts[question.fact].type if question.fact else question.type
        for question in (form.questions if form else ())
    }
    return tuple((name, _DECODE[kind]) for name, kind in kinds.items() if kind in _DECODE)


def _form(programme: Programme, version: str, form: str) -> tuple[Programme, Form | None]:
    owner = programme if version == programme.version else programmes.version(programme.id, version)
    return owner, owner.forms.get(form)


def _by_subject(work: Work) -> dict[uuid.UUID, list[Submission]]:
    found: dict[uuid.UUID, list[Submission]] = defaultdict(list)
    for filed in work.filed:
        one = filed.submission
        if one.replaces:
            work.refold.add(one.subject)
        if filed.flag == Flag.NONE:
            found[one.subject].append(Submission(one.id, one.form, one.happened_at, filed.plain))
    return found


def _placed(work: Work, stored: States, states: States) -> set[uuid.UUID]:
    """Whose place this round is about: it came out another, or a submission named the one that stands."""
    fact = work.programme.place
    if fact is None:
        return set()
    changed = {
        subject for subject, state in states.items()
        if subject not in stored or state.values.get(fact) != stored[subject].values.get(fact)}
    return changed | {
        filed.submission.subject for filed in work.filed
        if filed.flag == Flag.NONE and (code := named_place(work.version(filed.version), filed))
        and states[filed.submission.subject].values.get(fact) == code}


def _new(work: Work) -> set[uuid.UUID]:
    return {subject for subject, row in work.subjects.items() if row.fresh}


def _corrected_before(fresh: Mapping[uuid.UUID, list[Submission]]) -> set[uuid.UUID]:
    """Subjects of submissions whose correction was there first: nothing of them counts."""
    sent = {one.id: subject for subject, lines in fresh.items() for one in lines}
    with connection.cursor() as cursor:
        cursor.execute("SELECT replaces FROM journal_entry WHERE replaces = ANY(%s)", [list(sent)])
        return {sent[row[0]] for row in cursor.fetchall()}


def _needs_refold(state: FactState | None, lines: list[Submission]) -> bool:
    return state is not None and any(not folding.extends(state, one) for one in lines)


def _extended(work: Work, state: FactState, lines: list[Submission]) -> FactState:
    zone = work.calendar(work.by.path).zone
    for one in sorted(lines, key=lambda line: (line.happened_at, line.id)):
        state = folding.extend(work.programme, state, one, tz=zone)
    return state


def _restored(names: list[str], lists: set[str], row: Sequence[Any]) -> FactState:
    values = dict(zip(names, row[2:], strict=True))
    for name in lists:
        if values[name] is not None:
            values[name] = tuple(values[name])
    return FactState.restored(values, orjson.loads(row[1]))


def _as_row(subject: uuid.UUID, path: str, state: FactState) -> str:
    last_at, last_id = state.last or (None, None)
    return dumps(
        {
            "subject": subject,
            "path": path,
            "last_at": last_at,
            "last_id": last_id,
            "memo": dumps(state.memo),
            **{column(name): value for name, value in state.values.items()},
        }
    )
