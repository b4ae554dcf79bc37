"""Fold the round's submissions into current facts.

What is later than everything folded extends the row; what comes late, corrects or is withdrawn has the subject folded
anew from the journal. Both give the same, whatever the order of arrival.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection
from psycopg import sql

from fangxian.areas import queries as areas
from fangxian.journal import append
from fangxian.journal.types import STANDS, Flag
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.canonical import dumps
from fangxian.kernel.values import ValueType
from fangxian.programmes import facts as folding
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState, FactSubmission
from fangxian.programmes.forms import Form, QuestionType
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.place import named_place
from fangxian.subjects.tables import OWN_COLUMNS, SQL_TYPES, column, table_name

_ENTRIES: Final = f"""
SELECT e.subject, e.id, e.form, e.form_version, e.happened_at, e.body, e.path FROM journal_entry e
WHERE e.subject = ANY(%s::uuid[]) AND e.programme = %s AND e.kind = 'submission' AND e.flag = '' AND {STANDS}
"""  # noqa: S608 - a constant
_UNTOLD: Final = "{}"
_DECODE: Final[Mapping[str, Callable[[Any], Any]]] = {
    ValueType.DATE: dt.date.fromisoformat,
    ValueType.DATETIME: dt.datetime.fromisoformat,
    ValueType.TIME: dt.time.fromisoformat,
    ValueType.LIST: tuple,
    QuestionType.DATETIME: dt.datetime.fromisoformat,
    QuestionType.SELECT_MULTIPLE: tuple,
}
_NOTHING: Final[Mapping[uuid.UUID, Sequence[FactSubmission]]] = MappingProxyType({})
_ORDER: Final = attrgetter("happened_at", "id")
States = dict[uuid.UUID, FactState]
Decoders = tuple[tuple[str, Callable[[Any], Any]], ...]


class FactChange(NamedTuple):
    """The facts of a subject before the round, None where there was no row, and after it."""

    subject: uuid.UUID
    before: FactState | None
    after: FactState


def fold(work: Work) -> None:
    """Read the rows of the subjects touched, fold, write those that changed."""
    fresh = _by_subject(work)
    beside = (work.refold | work.also) & work.subjects.keys()
    touched = [*fresh, *(subject for subject in beside if subject not in fresh)]
    if not touched:
        return
    stored = read_states(work.programme, _there_before(work, touched))
    anew = (work.refold & beside) | _corrected_before(work)
    changes, nothing = [], FactState()
    for subject, lines in fresh.items():
        before = stored.get(subject)
        work.overtaken.update(_overtaken(before, lines))
        after = None if subject in anew else _extended(work.programme, before or nothing, lines)
        if after is None:
            anew.add(subject)
        else:
            changes.append(FactChange(subject, before, after))
    changes += [FactChange(subject, stored.get(subject), after)
                for subject, after in refolded(work.programme, anew).items()]
    _insert_states(work, [one for one in changes if one.before is None])
    there = [one for one in changes if one.before is not None]
    _update_states(work.programme, _told(work, everything=bool(anew)), there)
    work.facts = {one.subject: one.after.values for one in changes}
    work.before = {one.subject: one.before.values for one in there if one.before}
    if len(work.facts) < len(touched):
        unchanged = (subject for subject in touched if subject not in work.facts)
        work.facts.update({subject: stored[subject].values if subject in stored else {} for subject in unchanged})
    work.placed = _placed(work, changes)


def read_states(programme: Programme, subjects: Sequence[uuid.UUID]) -> States:
    """Current facts by subject; a subject without a row has none."""
    if not subjects:
        return {}
    names = list(programme.facts)
    lists = [name for name, fact in programme.facts.items() if fact.type is ValueType.LIST]
    found = append.fetch(_reading_states(programme), [array_text(subjects)])
    return {row[0]: _restored(names, lists, row) for row in found}


@lru_cache(maxsize=64)
def _reading_states(programme: Programme) -> str:
    names = ("subject", "memo", "last_at", "last_id", *map(column, programme.facts))
    columns = [sql.Identifier(name) for name in names]
    return sql.SQL("SELECT {} FROM {} WHERE subject = ANY(%s::uuid[])").format(
        sql.SQL(", ").join(columns), sql.Identifier(table_name(programme.id))).as_string()


def refolded(
    programme: Programme, subjects: Iterable[uuid.UUID], *,
    beside: Mapping[uuid.UUID, Sequence[FactSubmission]] = _NOTHING,
    without: Collection[uuid.UUID] = (),
) -> States:
    """Facts of subjects folded anew from everything in the journal that stands; ``beside`` it what is not there yet,
    ``without`` entries that it takes the place of."""
    wanted = list(subjects)
    if not wanted:
        return {}
    lines: dict[uuid.UUID, list[FactSubmission]] = defaultdict(list, {one: list(also) for one, also in beside.items()})
    entries = append.fetch(_ENTRIES, [array_text(wanted), programme.id])
    calendars = areas.calendars({row[-1] for row in entries})
    readers: dict[tuple[str, str], Decoders] = {}
    for subject, entry, form, version, happened_at, body, path in entries:
        reading = readers.get((version, form))
        if reading is None:
            reading = readers[version, form] = _decoders(*_form(programme, version, form))
        lines[subject].append(FactSubmission(entry, form, happened_at, _read(body, reading), calendars[path].zone))
    return {subject: folding.fold(programme, lines[subject], tz=dt.UTC, replaced=without) for subject in wanted}


def _read(body: str, decoders: Decoders) -> dict[str, Any]:
    """Typed answers from an entry's body."""
    answers: dict[str, Any] = orjson.loads(body)
    for name, decode in decoders:
        if answers.get(name) is not None:
            answers[name] = decode(answers[name])
    return answers


def _insert_states(work: Work, new: Sequence[FactChange]) -> None:
    """Whole rows for subjects that had none; the table's row type reads them from one JSON array."""
    if not new:
        return
    columns = {name: column(name) for name in work.programme.facts}
    rows = [
        {
            "subject": subject,
            "path": work.subjects[subject].path,
            **_own(state),
            **{columns[name]: value for name, value in state.values.items()},
        }
        for subject, _, state in new
    ]
    names = [*OWN_COLUMNS, *columns.values()]
    statement = sql.SQL(
        "INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_recordset(NULL::{0}, %s::json)"
    ).format(sql.Identifier(table_name(work.programme.id)), sql.SQL(", ").join(map(sql.Identifier, names)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [dumps(rows)])


def _told(work: Work, *, everything: bool) -> Set[str]:
    """The facts that the round's submissions can have changed."""
    if everything:
        return work.programme.facts.keys()
    forms = {filed.submission.form for filed in work.filed}
    return frozenset[str]().union(*(folding.told_by(work.programme, form) for form in forms))


def _update_states(programme: Programme, told: Set[str], there: Sequence[FactChange]) -> None:
    """Of rows that are there, the columns among those ``told`` of in which one of them differs; each as one array."""
    if not there:
        return
    states = [(before.values, after.values) for _, before, after in there if before]
    differing = [name for name in sorted(told) if any(now.get(name) != was.get(name) for was, now in states)]
    last = [one.after.last or (None, None) for one in there]
    append.fetch(_updating_states(programme, tuple(differing)), [
        array_text(one.subject for one in there),
        array_text(at for at, _ in last),
        array_text(entry for _, entry in last),
        array_text(_memo(one.after) for one in there),
        *(_column_text(programme.facts[name].type, [now.get(name) for _, now in states]) for name in differing),
    ])


def _column_text(kind: ValueType, values: Sequence[Any]) -> str:
    """A column as the text of an array; PostgreSQL has no array of lists, so those are texts of arrays themselves."""
    if kind is ValueType.LIST:
        return array_text(None if value is None else array_text(value) for value in values)
    return array_text(values)


@lru_cache(maxsize=1024)
def _updating_states(programme: Programme, facts: tuple[str, ...]) -> str:
    """The statement that writes some facts of those who are there."""
    kinds = {"last_at": "timestamptz", "last_id": "uuid", "memo": "text"}
    kinds |= {column(name): SQL_TYPES[programme.facts[name].type] for name in facts}
    sent = {name: "text" if kind.endswith("[]") else kind for name, kind in kinds.items()}
    statement = "UPDATE {} t SET {} FROM unnest(%s::uuid[], {}) AS n (subject, {}) WHERE t.subject = n.subject"
    return sql.SQL(statement).format(
        sql.Identifier(table_name(programme.id)),
        sql.SQL(", ").join(
            sql.SQL("{0} = n.{0}::{1}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in kinds.items()),
        sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in sent.values()),
        sql.SQL(", ").join(map(sql.Identifier, sent)),
    ).as_string()


def _own(state: FactState) -> dict[str, Any]:
    last_at, last_id = state.last or (None, None)
    return {"last_at": last_at, "last_id": last_id, "memo": _memo(state)}


def _memo(state: FactState) -> str:
    return dumps(state.memo) if state.runs or state.numbers else _UNTOLD


@lru_cache(maxsize=512)
def _decoders(programme: Programme, form: Form | None) -> Decoders:
    """Answers are kept as JSON; what a fact's type, else the question's, says they were."""
    kinds = {
        question.name: programme.facts[question.fact].type if question.fact else question.type
        for question in (form.questions if form else ())
    }
    return tuple((name, _DECODE[kind]) for name, kind in kinds.items() if kind in _DECODE)


def _form(programme: Programme, version: str, form: str) -> tuple[Programme, Form | None]:
    owner = programme if version == programme.version else programmes.version(programme.id, version)
    return owner, owner.forms.get(form)


def _by_subject(work: Work) -> dict[uuid.UUID, list[FactSubmission]]:
    found: dict[uuid.UUID, list[FactSubmission]] = defaultdict(list)
    for filed in work.filed:
        one = filed.submission
        if one.replaces:
            work.refold.add(one.subject)
        if filed.flag == Flag.NONE:
            zone = work.calendar(filed.path).zone
            found[one.subject].append(FactSubmission(one.id, one.form, one.happened_at, filed.plain, zone))
    return found


def _placed(work: Work, changes: Iterable[FactChange]) -> set[uuid.UUID]:
    """Whose place this round is about: it came out another, or a submission named the one that stands."""
    fact = work.programme.place
    if fact is None:
        return set()
    changed = {one.subject for one in changes
               if one.before is None or one.after.values.get(fact) != one.before.values.get(fact)}
    return changed | {
        filed.submission.subject for filed in work.filed
        if filed.flag == Flag.NONE and (code := named_place(work.version(filed.version), filed))
        and work.facts[filed.submission.subject].get(fact) == code}


def _there_before(work: Work, subjects: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of some subjects who can have facts already."""
    new = {row.id for row in work.subjects.values() if row.fresh}
    return [subject for subject in subjects if subject not in new] if new else list(subjects)


def _corrected_before(work: Work) -> set[uuid.UUID]:
    """Subjects of submissions whose correction was there first: nothing of them counts."""
    return {filed.submission.subject for filed in work.filed if filed.submission.id in work.corrected}


def _overtaken(before: FactState | None, lines: Sequence[FactSubmission]) -> Iterable[uuid.UUID]:
    """What does not come last by itself: something of its moment or later was told before, or is told with it."""
    known = before.last[0] if before and before.last else None
    if len(lines) == 1 and (known is None or known < lines[0].happened_at):
        return ()
    latest = max(one.happened_at for one in lines)
    alone = [one.happened_at for one in lines].count(latest) == 1
    return [one.id for one in lines if (known is not None and known >= one.happened_at)
            or one.happened_at < latest or not alone]


def _extended(programme: Programme, state: FactState, lines: list[FactSubmission]) -> FactState | None:
    """The state with submissions that are later than everything folded; None where one is not."""
    for one in sorted(lines, key=_ORDER) if len(lines) > 1 else lines:
        if not folding.extends(state, one):
            return None
        state = folding.extend(programme, state, one, tz=dt.UTC)
    return state


def _restored(names: list[str], lists: list[str], row: Sequence[Any]) -> FactState:
    memo = {} if row[1] == _UNTOLD else orjson.loads(row[1])
    last = None if row[2] is None else (row[2], row[3])
    state = FactState.restored(zip(names, row[4:], strict=True), memo, last)
    for name in lists:
        if name in state.values:
            state.values[name] = tuple(state.values[name])  # type: ignore[arg-type]
    return state
