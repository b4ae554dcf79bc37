"""The step of the flow that decides: tables over the facts of the round, written where the outcome is another."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import connection

from fangxian.journal import append
from fangxian.journal.actions import add_lines
from fangxian.journal.types import Entry, EntryKind
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.canonical import dumps
from fangxian.kernel.columns import columns_of
from fangxian.kernel.ids import many_uuid7
from fangxian.programmes.types import Programme

from . import engine, rules
from .types import Decision, Verdict

_KNOWN: Final = (
    "SELECT subject, outputs, rows, urgent, next_change, version, asks, entails FROM decide_current"
    " WHERE programme = %s AND subject = ANY(%s::uuid[])"
)
_INSTEAD: Final = """
ON CONFLICT (programme, subject) DO UPDATE SET
  path = excluded.path, version = excluded.version, measure = excluded.measure, until = excluded.until,
  stage = excluded.stage, urgent = excluded.urgent, managed = excluded.managed, active = excluded.active,
  provisional = excluded.provisional, outputs = excluded.outputs, rows = excluded.rows, missing = excluded.missing,
  since = CASE WHEN decide_current.measure IS NOT DISTINCT FROM excluded.measure THEN decide_current.since
               ELSE excluded.since END,
  asks = excluded.asks, entails = excluded.entails, next_change = excluded.next_change, entry = excluded.entry
"""
_ANOTHER_STAGE: Final = """
ON CONFLICT (programme, subject, day)
DO UPDATE SET path = excluded.path, stage = excluded.stage, walk_in = excluded.walk_in
WHERE (decide_cohortmember.path, decide_cohortmember.stage, decide_cohortmember.walk_in)
      IS DISTINCT FROM (excluded.path, excluded.stage, excluded.walk_in)
"""


class CurrentRow(NamedTuple):
    """A row of ``decide_current`` as it is written."""

    programme: str
    subject: uuid.UUID
    path: str
    version: str
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
    since: dt.datetime
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


def decide(work: Work) -> None:
    """Decide every subject whose facts are in the round; a decision that came out the same is not written again."""
    if work.programme.decision is None or not work.facts:
        return
    paths = {subject: work.subjects[subject].path for subject in work.facts}
    here_today = {path: work.calendar(path).today(work.at) for path in set(paths.values())}
    today = {subject: here_today[path] for subject, path in paths.items()}
    calendars = {subject: work.calendars[path] for subject, path in paths.items()}
    zones = {subject: calendar.zone for subject, calendar in calendars.items()}
    said = engine.say(work.programme, work.facts, today, zones)
    known = _known(work.programme.id, list(work.facts))
    reader = rules.Reader(work.programme)
    for subject, row in said.items():
        found = reader.verdict(work.facts[subject], row, calendars[subject], today[subject])
        work.decided[subject] = _against(subject, found, known.get(subject), work.programme.version)
    _write(work, [found for found in work.decided.values() if found.changed])
    _write_clock(work)
    _write_cohorts(work)


def _against(subject: uuid.UUID, found: Verdict, known: PreviousDecision | None, version: str) -> Decision:
    if known is None:
        empty = found.measure is None and not found.outputs_known()
        return Decision(subject, found, not empty, found.urgent, bool(found.asks), new_consequences=found.consequences)
    asked_before = _words(known.asks)
    return Decision(
        subject,
        found,
        changed=(known.outputs, known.rows, known.version) != (found.outputs_text, found.rows_text, version),
        turned_urgent=found.urgent and not known.urgent,
        required_tasks_changed=asked_before != _words(found.asks_text),
        clock_moved=(known.next_change, known.asks) != (found.next_change, found.asks_text),
        asked_before=asked_before,
        new_consequences=tuple(number for number in found.consequences if str(number) not in _words(known.entails)),
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _known(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, PreviousDecision]:
    return {row[0]: PreviousDecision(*row[1:]) for row in append.fetch(_KNOWN, [programme, array_text(subjects)])}


def _write(work: Work, changed: list[Decision]) -> None:
    if not changed:
        return
    ids, seqs = many_uuid7(work.at, len(changed)), append.take_sequence(len(changed))
    rows = []
    for found, entry, seq in zip(changed, ids, seqs, strict=True):
        work.decided[found.subject] = found._replace(entry=entry)
        rows.append(_entry(work, found, entry, seq))
    add_lines(work, rows)
    current = [_current(work, found, entry) for found, entry in zip(changed, ids, strict=True)]
    append.insert_rows("decide_current", _CURRENT, current, ending=_INSTEAD)


def _entry(work: Work, found: Decision, entry: uuid.UUID, seq: int) -> Entry:
    subject = work.subjects[found.subject]
    calendar, writer = work.calendar(subject.path), work.writer(found.subject)
    verdict = found.verdict
    body = {
        "outputs": verdict.outputs_json,
        "rows": verdict.rows_json,
        "facts": rules.seen(work.programme, work.facts[found.subject], calendar, calendar.today(work.at)),
        "missing": verdict.missing,
        "until": verdict.until,
        "provisional": verdict.provisional,
    }
    return Entry(
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
        day=calendar.operational_day(work.at),
        replaces=None,
        task=None,
        flag="",
        drill=subject.drill,
        body=dumps(body),
        sealed=None,
        content=b"",
    )


def _current(work: Work, found: Decision, entry: uuid.UUID) -> CurrentRow:
    subject, verdict = work.subjects[found.subject], found.verdict
    return CurrentRow(
        programme=work.programme.id,
        subject=found.subject,
        path=subject.path,
        version=work.programme.version,
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
        entails=" ".join(map(str, verdict.consequences)),
        missing=" ".join(verdict.missing),
        since=work.at,
        next_change=verdict.next_change,
        entry=entry,
        drill=subject.drill,
    )


def _write_clock(work: Work) -> None:
    """A decision that stays the same may still change next at another time, or ask for other tasks."""
    moved = [found for found in work.decided.values() if found.clock_moved and not found.changed]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE decide_current c SET next_change = n.due, asks = n.asks, active = n.active"
                " FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::bool[]) AS n (subject, due, asks, active)"
                " WHERE c.programme = %s AND c.subject = n.subject",
                [
                    array_text(found.subject for found in moved),
                    array_text(found.verdict.next_change for found in moved),
                    array_text(found.verdict.asks_text for found in moved),
                    array_text(found.verdict.active for found in moved),
                    work.programme.id,
                ],
            )


def _write_cohorts(work: Work) -> None:
    programme = work.programme
    if programme.cohort is None:
        return
    changed = [found for found in work.decided.values() if found.changed]
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
