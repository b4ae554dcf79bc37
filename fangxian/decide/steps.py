"""The step of the flow that decides: tables over the facts of the round, written where the outcome is another."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from fangxian.journal import append
from fangxian.journal.actions import add_lines
from fangxian.journal.checks import dumps
from fangxian.journal.types import Entry, EntryKind
from fangxian.journal.work import Work
from fangxian.kernel.ids import many_uuid7
from fangxian.programmes.types import Programme

from . import engine, rules
from .types import Decision

_UPSERT: Final = """
INSERT INTO decide_current (programme, subject, path, version, measure, until, stage, urgent, managed, active,
                            provisional, outputs, rows, asks, entails, missing, since, next_change, entry, drill)
SELECT programme, subject, path, version, measure, until, stage, urgent, managed, active, provisional,
       outputs, rows, asks, entails, missing, since, next_change, entry, drill
FROM json_populate_recordset(NULL::decide_current, %s::json)
ON CONFLICT (programme, subject) DO UPDATE SET
  path = excluded.path, version = excluded.version, measure = excluded.measure, until = excluded.until,
  stage = excluded.stage, urgent = excluded.urgent, managed = excluded.managed, active = excluded.active,
  provisional = excluded.provisional, outputs = excluded.outputs, rows = excluded.rows, missing = excluded.missing,
  since = CASE WHEN decide_current.measure IS NOT DISTINCT FROM excluded.measure THEN decide_current.since
               ELSE excluded.since END,
  asks = excluded.asks, entails = excluded.entails, next_change = excluded.next_change, entry = excluded.entry
"""
_COHORT: Final = """
INSERT INTO decide_cohortmember (programme, subject, day, path, stage, walk_in, drill)
SELECT programme, subject, day, path, stage, walk_in, drill
FROM json_populate_recordset(NULL::decide_cohortmember, %s::json)
ON CONFLICT (programme, subject, day)
DO UPDATE SET path = excluded.path, stage = excluded.stage, walk_in = excluded.walk_in
WHERE (decide_cohortmember.path, decide_cohortmember.stage, decide_cohortmember.walk_in)
      IS DISTINCT FROM (excluded.path, excluded.stage, excluded.walk_in)
"""


class Known(NamedTuple):
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
    today = {subject: work.calendar(work.subjects[subject].path).today(work.at) for subject in work.facts}
    said = engine.say(work.programme, work.facts, today)
    known = _known(work.programme.id, list(work.facts))
    for subject, row in said.items():
        calendar = work.calendar(work.subjects[subject].path)
        found = rules.decision(work.programme, subject, work.facts[subject], row, calendar, today[subject])
        work.decided[subject] = _against(found, known.get(subject), work.programme.version)
    _write(work, [found for found in work.decided.values() if found.changed])
    _write_clock(work, known)
    _write_cohorts(work)


def _against(found: Decision, known: Known | None, version: str) -> Decision:
    if known is None:
        empty = found.measure is None and not found.outputs_known()
        return replace(found, changed=not empty, turned_urgent=found.urgent, newly_entails=found.entails)
    same = (known.outputs, known.rows, known.version) == (dumps(found.outputs), dumps(found.rows), version)
    before = set(known.entails.split())
    return replace(
        found,
        changed=not same,
        turned_urgent=found.urgent and not known.urgent,
        newly_entails=tuple(number for number in found.entails if str(number) not in before),
        asked_before=frozenset(known.asks.split()),
    )


def _known(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, outputs, rows, urgent, next_change, version, asks, entails FROM decide_current"
            " WHERE programme = %s AND subject = ANY(%s)",
            [programme, list(subjects)],
        )
        return {row[0]: Known(*row[1:]) for row in cursor.fetchall()}


def _write(work: Work, changed: list[Decision]) -> None:
    if not changed:
        return
    ids, seqs = many_uuid7(work.at, len(changed)), append.take_sequence(len(changed))
    rows = []
    for found, entry, seq in zip(changed, ids, seqs, strict=True):
        work.decided[found.subject] = replace(found, entry=entry)
        rows.append(_entry(work, found, entry, seq))
    add_lines(work, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            [orjson.dumps([_current(work, found, entry) for found, entry in zip(changed, ids, strict=True)]).decode()],
        )


def _entry(work: Work, found: Decision, entry: uuid.UUID, seq: int) -> Entry:
    subject = work.subjects[found.subject]
    calendar = work.calendar(subject.path)
    body = {
        "outputs": found.outputs,
        "rows": found.rows,
        "facts": rules.seen(work.programme, work.facts[found.subject], calendar, calendar.today(work.at)),
        "missing": found.missing,
        "until": found.until,
        "provisional": found.provisional,
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
        user=work.by.user,
        post=work.by.post,
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


def _current(work: Work, found: Decision, entry: uuid.UUID) -> dict[str, Any]:
    subject = work.subjects[found.subject]
    return {
        "programme": work.programme.id,
        "subject": found.subject,
        "path": subject.path,
        "version": work.programme.version,
        "measure": found.measure,
        "until": found.until,
        "stage": found.stage,
        "urgent": found.urgent,
        "managed": found.managed,
        "active": found.active,
        "provisional": found.provisional,
        "outputs": dumps(found.outputs),
        "rows": dumps(found.rows),
        "missing": " ".join(found.missing),
        "asks": " ".join(found.asks),
        "entails": " ".join(map(str, found.entails)),
        "since": work.at,
        "next_change": found.next_change,
        "entry": entry,
        "drill": subject.drill,
    }


def _write_clock(work: Work, known: Mapping[uuid.UUID, Known]) -> None:
    """A decision that stays the same may still change next at another time, or ask for other tasks."""
    moved = [
        found
        for found in work.decided.values()
        if not found.changed
        and found.subject in known
        and (known[found.subject].next_change != found.next_change or known[found.subject].asks != " ".join(found.asks))
    ]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE decide_current c SET next_change = n.due, asks = n.asks, active = n.active"
                " FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::bool[]) AS n (subject, due, asks, active)"
                " WHERE c.programme = %s AND c.subject = n.subject",
                [
                    [found.subject for found in moved],
                    [found.next_change for found in moved],
                    [" ".join(found.asks) for found in moved],
                    [found.active for found in moved],
                    work.programme.id,
                ],
            )


def _write_cohorts(work: Work) -> None:
    programme = work.programme
    if programme.cohort is None:
        return
    changed = [found for found in work.decided.values() if found.changed]
    members = [found for found in changed if found.cohort is not None and found.stage is not None]
    rows = [_member(work, programme, found) for found in members]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_COHORT, [orjson.dumps(rows).decode()])
    _leave_cohorts(programme.id, changed)


def _leave_cohorts(programme: str, changed: Iterable[Decision]) -> None:
    """Who has no stage any more (taken off the list), or whose day moved before registration, leaves its cohort."""
    leaving = [(found.subject, found.cohort) for found in changed]
    if leaving:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM decide_cohortmember m USING unnest(%s::uuid[], %s::date[]) AS n (subject, stays)"
                " WHERE m.programme = %s AND m.subject = n.subject AND m.stage = 0 AND m.day IS DISTINCT FROM n.stays",
                [[subject for subject, _ in leaving], [stays for _, stays in leaving], programme],
            )


def _member(work: Work, programme: Programme, found: Decision) -> dict[str, Any]:
    subject = work.subjects[found.subject]
    assert programme.cohort is not None
    assert found.stage is not None
    return {
        "programme": programme.id,
        "subject": found.subject,
        "day": found.cohort,
        "path": subject.path,
        "stage": programme.cohort.stages.index(found.stage),
        "walk_in": found.walk_in,
        "drill": subject.drill,
    }
