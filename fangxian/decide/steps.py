"""The step of the flow that decides: tables over the facts of the round, written where the outcome is another."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Final, NamedTuple

import orjson
from django.db import connection

from fangxian.journal import append
from fangxian.journal.actions import add_lines
from fangxian.journal.types import EntryKind, EntryRow, SubjectRow
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.canonical import dumps
from fangxian.kernel.clock import Calendar
from fangxian.kernel.columns import columns_of
from fangxian.kernel.ids import many_uuid7
from fangxian.programmes.types import Programme

from . import engine, rules
from .types import Decision, Verdict

_KNOWN: Final = (
    "SELECT subject, outputs, rows, urgent, next_change, version, asks, entails FROM decide_current"
    " WHERE programme = %s AND subject = ANY(%s::uuid[])"
)
_SINCE: Final = {
    "since": 'CASE WHEN c.measure IS NOT DISTINCT FROM n.measure COLLATE "C" THEN c.since ELSE %s END',
}
_ANOTHER_STAGE: Final = """
WHERE NOT EXISTS (
  SELECT FROM decide_cohortmember m
  WHERE m.programme = n.programme COLLATE "C" AND m.subject = n.subject AND m.day = n.day
    AND (m.path, m.stage, m.walk_in) IS NOT DISTINCT FROM (n.path COLLATE "C", n.stage, n.walk_in))
ON CONFLICT (programme, subject, day)
DO UPDATE SET path = excluded.path, stage = excluded.stage, walk_in = excluded.walk_in
"""


class CurrentRow(NamedTuple):
    """A row of ``decide_current`` as it is written, but for what all of a round have alike."""

    subject: uuid.UUID
    path: str
    measure: str | None
    until: dt.datetime | None
    stage: str | None
    urgent: bool
    managed: bool
    active: bool
    provisional: bool
    outputs: str
    rows: str
    asks: str
    entails: str
    missing: str
    next_change: dt.date | None
    entry: uuid.UUID
    drill: bool


class MemberRow(NamedTuple):
    """A row of ``decide_cohortmember`` as it is written."""

    programme: str
    subject: uuid.UUID
    day: dt.date | None
    path: str
    stage: int
    walk_in: bool
    drill: bool


_CURRENT: Final = columns_of(CurrentRow)
_MEMBERS: Final = columns_of(MemberRow)


class PreviousDecision(NamedTuple):
    """What the current decision was before this round."""

    outputs: str
    rows: str
    urgent: bool
    next_change: dt.date | None
    version: str
    asks: str
    entails: str


class _Here(NamedTuple):
    """What is the same for everybody at one place at the moment of the round."""

    calendar: Calendar
    today: dt.date
    day: dt.date


def decide(work: Work) -> None:
    """Decide every subject whose facts are in the round; a decision that came out the same is not written again."""
    if work.programme.decision is None or not work.facts:
        return
    places = _places(work, {work.subjects[subject].path for subject in work.facts})
    here = [places[work.subjects[subject].path] for subject in work.facts]
    said = engine.say(
        work.programme, list(work.facts.values()), [one.today for one in here], [one.calendar.zone for one in here])
    known = _known(work.programme.id, list(work.facts))
    reader = rules.VerdictReader(work.programme)
    for (subject, facts), row, one in zip(work.facts.items(), said, here, strict=True):
        found = reader.verdict(facts, row, one.calendar, one.today)
        work.decided[subject] = _against(subject, found, known.get(subject), work.programme)
    changed = [found for found in work.decided.values() if found.changed]
    _write(work, changed, places, known.keys())
    _write_clock(work)
    _write_cohorts(work, changed)


def _places(work: Work, paths: Iterable[str]) -> dict[str, _Here]:
    calendars = {path: work.calendar(path) for path in paths}
    return {path: _Here(calendar, calendar.today(work.at), calendar.operational_day(work.at))
            for path, calendar in calendars.items()}


def _against(subject: uuid.UUID, found: Verdict, known: PreviousDecision | None, programme: Programme) -> Decision:
    if known is None:
        empty = found.measure is None and not found.outputs_known()
        return Decision(subject, found, not empty, _alarm(programme, found, None), bool(found.asks),
                        new_consequences=found.consequences)
    asked_before = _words(known.asks)
    return Decision(
        subject,
        found,
        changed=(known.outputs, known.rows, known.version) != (
            found.outputs_text, found.rows_text, programme.version),
        alarm=_alarm(programme, found, known),
        required_tasks_changed=asked_before != _words(found.asks_text),
        clock_moved=(known.next_change, known.asks, known.entails) != (
            found.next_change, found.asks_text, found.consequences_text),
        asked_before=asked_before,
        new_consequences=tuple(number for number in found.consequences if str(number) not in _words(known.entails)),
    )


def _alarm(programme: Programme, found: Verdict, known: PreviousDecision | None) -> str:
    """Only of what came out otherwise the outputs before are read."""
    if programme.decision is None or not found.urgent or (known and known.outputs == found.outputs_text):
        return ""
    return rules.alarm(programme.decision, found.outputs, orjson.loads(known.outputs) if known else None)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _known(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, PreviousDecision]:
    return {row[0]: PreviousDecision(*row[1:]) for row in append.fetch(_KNOWN, [programme, array_text(subjects)])}


def _write(work: Work, changed: list[Decision], places: Mapping[str, _Here], there: Set[uuid.UUID]) -> None:
    """Into the journal, and instead of the current ones, where there are any."""
    if not changed:
        return
    ids, seqs = many_uuid7(work.at, len(changed)), append.take_sequence(len(changed))
    entries: list[EntryRow] = []
    new: list[CurrentRow] = []
    again: list[CurrentRow] = []
    for found, entry, seq in zip(changed, ids, seqs, strict=True):
        subject = work.subjects[found.subject]
        work.decided[found.subject] = found._replace(entry=entry)
        entries.append(_entry(work, found, subject, places[subject.path], entry, seq))
        (again if found.subject in there else new).append(_current(subject, found.verdict, entry))
    add_lines(work, entries)
    among, alike = {"programme": work.programme.id}, {"version": work.programme.version, "since": work.at}
    append.insert_rows("decide_current", _CURRENT, new, alike={**among, **alike})
    append.update_rows("decide_current", _CURRENT, again, key="subject", among=among, alike=alike, instead=_SINCE)


def _entry(work: Work, found: Decision, subject: SubjectRow, here: _Here, entry: uuid.UUID, seq: int) -> EntryRow:
    verdict, writer = found.verdict, work.writer(found.subject)
    body = {
        "outputs": verdict.outputs_json,
        "rows": verdict.rows_json,
        "facts": rules.seen(work.programme, work.facts[found.subject], here.calendar, here.today),
        "missing": verdict.missing,
        "until": verdict.until,
        "provisional": verdict.provisional,
    }
    return EntryRow(
        id=entry,
        seq=seq,
        batch=work.batch,
        kind=EntryKind.DECISION,
        programme=work.programme.id,
        form="",
        form_version=work.programme.version,
        subject=found.subject,
        path=subject.path,
        user=writer.user,
        post=writer.post,
        source="system",
        device="",
        happened_at=work.at,
        received_at=work.at,
        day=here.day,
        replaces=None,
        task=None,
        flag="",
        drill=subject.drill,
        body=dumps(body),
        sealed=None,
        content=b"",
    )


def _current(subject: SubjectRow, verdict: Verdict, entry: uuid.UUID) -> CurrentRow:
    return CurrentRow(
        subject=subject.id,
        path=subject.path,
        measure=verdict.measure,
        until=verdict.until,
        stage=verdict.stage,
        urgent=verdict.urgent,
        managed=verdict.managed,
        active=verdict.active,
        provisional=verdict.provisional,
        outputs=verdict.outputs_text,
        rows=verdict.rows_text,
        asks=verdict.asks_text,
        entails=verdict.consequences_text,
        missing=" ".join(verdict.missing),
        next_change=verdict.next_change,
        entry=entry,
        drill=subject.drill,
    )


def _write_clock(work: Work) -> None:
    """A decision that stays the same may still change next at another time, ask for other tasks or entail something
    else, where those look at what no table reads."""
    moved = [found for found in work.decided.values() if found.clock_moved and not found.changed]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE decide_current c SET next_change = n.due, asks = n.asks, entails = n.entails, active = n.active"
                " FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[], %s::bool[])"
                " AS n (subject, due, asks, entails, active)"
                " WHERE c.programme = %s AND c.subject = n.subject",
                [
                    array_text(found.subject for found in moved),
                    array_text(found.verdict.next_change for found in moved),
                    array_text(found.verdict.asks_text for found in moved),
                    array_text(found.verdict.consequences_text for found in moved),
                    array_text(found.verdict.active for found in moved),
                    work.programme.id,
                ],
            )


def _write_cohorts(work: Work, changed: Sequence[Decision]) -> None:
    programme = work.programme
    if programme.cohort is None:
        return
    members = [found for found in changed if found.verdict.cohort is not None and found.verdict.stage is not None]
    rows = [_member(work, programme, found) for found in members]
    append.insert_rows("decide_cohortmember", _MEMBERS, rows, ending=_ANOTHER_STAGE)
    _leave_cohorts(programme.id, changed)


def _leave_cohorts(programme: str, changed: Iterable[Decision]) -> None:
    """Who has no stage any more (taken off the list), or whose day moved before registration, leaves its cohort."""
    leaving = [(found.subject, found.verdict.cohort) for found in changed]
    if leaving:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM decide_cohortmember m USING unnest(%s::uuid[], %s::date[]) AS n (subject, stays)"
                " WHERE m.programme = %s AND m.subject = n.subject AND m.stage = 0 AND m.day IS DISTINCT FROM n.stays",
                [array_text(subject for subject, _ in leaving), array_text(stays for _, stays in leaving), programme],
            )


def _member(work: Work, programme: Programme, found: Decision) -> MemberRow:
    subject, verdict = work.subjects[found.subject], found.verdict
    assert programme.cohort is not None
    assert verdict.stage is not None
    return MemberRow(
        programme=programme.id,
        subject=found.subject,
        day=verdict.cohort,
        path=subject.path,
        stage=programme.cohort.stages.index(verdict.stage),
        walk_in=verdict.walk_in,
        drill=subject.drill,
    )
