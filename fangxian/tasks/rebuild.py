"""Fold and decide everything anew from the journal and compare it with what is stored."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from fangxian.areas import queries as areas
from fangxian.areas.types import lineage
from fangxian.decide import engine
from fangxian.decide import rules as deciding
from fangxian.journal import append
from fangxian.kernel import collecting
from fangxian.kernel.arrays import array_text
from fangxian.kernel.clock import Calendar
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState
from fangxian.programmes.types import Programme
from fangxian.subjects import presence
from fangxian.subjects import rebuild as subjects_rebuild
from fangxian.subjects.steps.facts import States, read_states, refolded

from . import rebuild_places, rules
from .states import CLOSED, IS_ACCEPTED, State, sql_is
from .types import PASSED_ON

CHUNK: Final = 5_000
_CURRENT: Final = """
SELECT c.subject, c.path, c.version, c.outputs, c.rows, c.asks, c.until, c.next_change, e.happened_at
FROM decide_current c JOIN journal_entry e ON e.id = c.entry
WHERE c.programme = %s AND c.subject = ANY(%s::uuid[])
"""
_TASKS: Final = f"""
SELECT t.subject, t.kind, t.opens, t.closes, {sql_is([State.OPEN], 't')},
       {sql_is(CLOSED, 't')} AND e.id IS NULL, t.why_post
FROM tasks_task t LEFT JOIN journal_entry e ON e.id = t.entry AND e.subject = t.subject
WHERE t.programme = %s AND t.subject = ANY(%s::uuid[])
"""  # noqa: S608 - constants
_LATEST: Final = """
SELECT subject, max(received_at) FILTER (WHERE kind = 'submission'), count(*) FILTER (WHERE kind = 'submission'),
       bool_or(kind = 'command' AND form = 'accept') FROM journal_entry
WHERE programme = %s AND subject = ANY(%s::uuid[]) AND kind IN ('submission', 'command') GROUP BY subject
"""
_PASSED_ON: Final = """
SELECT subject, form, body FROM journal_entry
WHERE programme = %s AND subject = ANY(%s::uuid[]) AND kind = 'command' AND form IN ('pass_on', 'accept', 'give_back')
ORDER BY seq
"""
_HELD: Final = f"""
SELECT h.subject, h.id, h.path = s.path FROM tasks_handover h JOIN subjects_subject s ON s.id = h.subject
WHERE h.programme = %s AND h.subject = ANY(%s::uuid[]) AND h.{IS_ACCEPTED} AND h.department <> ''
"""  # noqa: S608 - a constant


class StoredDecision(NamedTuple):
    """A stored decision. ``decided_at`` is the moment it was made."""

    subject: uuid.UUID
    path: str
    version: str
    outputs: str
    rows: str
    asks: str
    until: dt.datetime | None
    next_change: dt.date | None
    decided_at: dt.datetime


class Stored(NamedTuple):
    """A stored task. ``by_nothing``: it is ended, and the submission said to have ended it is not there, or not about
    its subject. ``why``: why it is whose it is."""

    subject: uuid.UUID
    kind: str
    opens: dt.datetime
    closes: dt.datetime
    open: bool
    by_nothing: bool
    why: str


class Accepted(NamedTuple):
    """The handover by which a department has somebody."""

    handover: str
    department: str


DIFFERING: Final = (
    "facts", "decisions", "tasks", "holds", "places", "posts", "identities", "links", "numbers", "figures",
    "programmes")
"""What a report lists, in the order in which it is told."""


@dataclass(slots=True)
class Report:
    """What was compared, and the subjects (or figures) that came out another way, by what differs."""

    submissions: int = 0
    subjects: int = 0
    facts: list[uuid.UUID] = field(default_factory=list)
    decisions: list[uuid.UUID] = field(default_factory=list)
    tasks: list[uuid.UUID] = field(default_factory=list)
    holds: list[uuid.UUID] = field(default_factory=list)
    places: list[uuid.UUID] = field(default_factory=list)
    posts: list[uuid.UUID] = field(default_factory=list)
    identities: list[uuid.UUID] = field(default_factory=list)
    links: list[uuid.UUID] = field(default_factory=list)
    numbers: list[uuid.UUID] = field(default_factory=list)
    figures: list[tuple[Any, ...]] = field(default_factory=list)
    programmes: list[uuid.UUID] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not any(getattr(self, name) for name in DIFFERING)

    def take_in(self, other: Report) -> None:
        """Add what another part found."""
        self.submissions += other.submissions
        self.subjects += other.subjects
        for name in DIFFERING:
            getattr(self, name).extend(getattr(other, name))


def check() -> Report:
    """Compare facts, decisions, open tasks, who is with a department, and figures of every programme; of everybody the
    identity, the links, in which programmes they are known, and where and whose everything is. Within the transaction
    that is open; needs a scope that sees everything.
    """
    report = Report(figures=figures_that_differ(), programmes=presence.known_otherwise())
    for chunk in everybody():
        report.take_in(people_compared(chunk))
    days = begun()
    for programme in programmes.all_in_force():
        for chunk in subjects_of(programme.id):
            report.take_in(compared(programme, chunk, days))
    return report


@collecting.put_off()
def compared(programme: Programme, subjects: list[uuid.UUID], begun: Mapping[str, Begun]) -> Report:
    """Facts, decisions and open tasks of some subjects against the journal; ``begun`` is what ``begun()`` gave."""
    report = Report()
    stored = read_states(programme, subjects)
    again = refolded(programme, subjects)
    latest = {row[0]: row[1:] for row in append.fetch(_LATEST, [programme.id, array_text(subjects)])}
    report.subjects += len(subjects)
    report.submissions += sum(count for _, count, _ in latest.values())
    nothing = FactState()
    report.facts += [one for one in subjects if stored.get(one, nothing).values != again[one].values]
    report.numbers += sorted(subjects_rebuild.numbers_that_differ(programme, subjects))
    if programme.decision is not None:
        current = _current(programme.id, subjects)
        _check_decisions(programme, again, current, report)
        last = {subject: at for subject, (at, _, _) in latest.items() if at}
        held = _held_by_the_journal(programme.id, [one for one in subjects if one in latest and latest[one][2]])
        report.holds += sorted(_holds_that_differ(programme.id, subjects, held))
        report.tasks += sorted(_tasks_that_differ(programme, subjects, again, current, last, begun, held))
    return report


@collecting.put_off()
def people_compared(subjects: list[uuid.UUID]) -> Report:
    """Identity, links, places and who has which open task, of some subjects in whatever programmes they are."""
    told = subjects_rebuild.compared(subjects)
    places = rebuild_places.astray(subjects) | rebuild_places.unfounded(subjects, told.named)
    return Report(
        places=sorted(places), posts=sorted(rebuild_places.wrongly_given(subjects)),
        identities=sorted(told.identities), links=sorted(told.links))


def _check_decisions(
    programme: Programme, states: States, current: Mapping[uuid.UUID, StoredDecision], report: Report
) -> None:
    """What was decided comes out the same at the moment it was; where nothing is stored, nothing was to be said."""
    undecided = {subject for subject, state in states.items() if subject not in current and state.last}
    paths = {**presence.paths(undecided), **{subject: row.path for subject, row in current.items()}}
    calendars = areas.calendars(paths.values())
    moments = {subject: row.decided_at for subject, row in current.items()}
    moments |= {subject: last[0] for subject in undecided if subject in paths and (last := states[subject].last)}
    here = [calendars[paths[subject]] for subject in moments]
    today = [calendar.today(moment) for calendar, moment in zip(here, moments.values(), strict=True)]
    facts = [states[subject].values for subject in moments]
    said = engine.say(programme, facts, today, [calendar.zone for calendar in here])
    reader = deciding.VerdictReader(programme)
    for subject, known, outcome, calendar, day in zip(moments, facts, said, here, today, strict=True):
        found = reader.verdict(known, outcome, calendar, day)
        row = current.get(subject)
        if row is None:
            differs = found.measure is not None or found.outputs_known()
        else:
            differs = row.version == programme.version and (found.outputs_text, found.rows_text) != (
                row.outputs, row.rows)
        if differs:
            report.decisions.append(subject)


def _tasks_that_differ(
    programme: Programme,
    subjects: Sequence[uuid.UUID],
    states: States,
    current: Mapping[uuid.UUID, StoredDecision],
    latest: Mapping[uuid.UUID, dt.datetime],
    begun: Mapping[str, Begun],
    held: Mapping[uuid.UUID, Accepted],
) -> set[uuid.UUID]:
    """Subjects with an open task nobody asks for, one ended by nothing, one that a department has which they are not
    with, or without one the present day asks for."""
    tasks = [Stored(*row) for row in append.fetch(_TASKS, [programme.id, array_text(subjects)])]
    asked = {subject: row.asks.split() for subject, row in current.items()}
    found = {task.subject for task in tasks
             if task.by_nothing or (task.open and task.kind not in asked.get(task.subject, (task.kind,)))}
    found |= {task.subject for task in tasks if task.open and task.why.startswith(PASSED_ON)
              and (task.subject not in held or task.why != PASSED_ON + held[task.subject].department)}
    calendars = areas.calendars({row.path for row in current.values()})
    turned = {path: _turned(path, begun) for path in calendars}
    own: dict[tuple[uuid.UUID, str], list[Stored]] = defaultdict(list)
    for task in tasks if begun else ():
        own[task.subject, task.kind].append(task)
    for subject, row in current.items():
        day = turned[row.path]
        if day is None or row.version != programme.version:
            continue
        at = max(row.decided_at, day.begun_at, latest.get(subject, day.begun_at))
        calendar = calendars[row.path]
        if calendar.operational_day(at) != day.day:
            continue
        begins, ends = calendar.day_begins(day.day), calendar.day_ends(day.day)
        for name in asked[subject]:
            there = any(task.opens < ends and task.closes > begins for task in own.get((subject, name), ()))
            if not there and _falls_due(programme, name, states[subject].values, row, calendar, at):
                found.add(subject)
    return found


def _held_by_the_journal(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, Accepted]:
    """Who is with a department, by what was asked, accepted and given back in the order it came about."""
    if not subjects:
        return {}
    asked: dict[str, str] = {}
    held: dict[uuid.UUID, Accepted] = {}
    for subject, form, body in append.fetch(_PASSED_ON, [programme, array_text(subjects)]):
        told = orjson.loads(body)
        handover = told["handover"]
        if form == "pass_on":
            asked[handover] = told.get("department", "")
            continue
        held.pop(subject, None)
        if form == "accept" and asked.get(handover):
            held[subject] = Accepted(handover, asked[handover])
    return held


def _holds_that_differ(
    programme: str, subjects: Sequence[uuid.UUID], held: Mapping[uuid.UUID, Accepted]
) -> set[uuid.UUID]:
    """Subjects whom a department has otherwise than the journal says, or whose handover lies elsewhere than they do."""
    rows = append.fetch(_HELD, [programme, array_text(subjects)])
    stored = {(subject, str(handover)) for subject, handover, _ in rows}
    told = {(subject, one.handover) for subject, one in held.items()}
    return {subject for subject, _ in stored ^ told} | {subject for subject, _, there in rows if not there}


def _falls_due(
    programme: Programme, name: str, facts: Mapping[str, Any], row: StoredDecision, calendar: Calendar, at: dt.datetime
) -> bool:
    """Whether a kind of task asked for is one of the day that ``at`` lies in, and its time had not passed by then."""
    kind = programme.tasks.get(name)
    window = rules.window_of(kind, calendar, calendar.operational_day(at), at) if kind else None
    if kind is None or window is None:
        return False
    return rules.falls_in(window, kind, facts, row.until, row.next_change, calendar, at)


class Begun(NamedTuple):
    """The operational day a place is in, and when the clock began it."""

    day: dt.date
    begun_at: dt.datetime


def begun() -> dict[str, Begun]:
    """The day each place that turns is in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT ON (path) path, day, begun_at FROM tasks_turn ORDER BY path, day DESC")
        return {path: Begun(day, at) for path, day, at in cursor.fetchall()}


def _turned(path: str, begun: Mapping[str, Begun]) -> Begun | None:
    """The day of the nearest place above that turns."""
    return next((begun[step] for step in reversed(lineage(path)) if step in begun), None)


def _current(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, StoredDecision]:
    return {row[0]: StoredDecision(*row) for row in append.fetch(_CURRENT, [programme, array_text(subjects)])}


def subjects_of(programme: str) -> Iterator[list[uuid.UUID]]:
    """Everybody with facts in a programme, by key, in pages."""
    return _pages(f'SELECT subject FROM "facts_{programme}" WHERE subject > %s ORDER BY subject LIMIT {CHUNK}')  # noqa: S608


def everybody() -> Iterator[list[uuid.UUID]]:
    """Every subject, by key, in pages."""
    return _pages(f"SELECT id FROM subjects_subject WHERE id > %s ORDER BY id LIMIT {CHUNK}")  # noqa: S608


def _pages(query: str) -> Iterator[list[uuid.UUID]]:
    last = uuid.UUID(int=0)
    while True:
        page = [subject for subject, in append.fetch(query, [last])]
        if not page:
            return
        yield page
        last = page[-1]


def figures_that_differ() -> list[tuple[Any, ...]]:
    """Every figure that is not the length of the list behind it."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT programme, day, path, kind, state, sum(n) FROM (
              SELECT programme, day, path, kind, state, count AS n FROM report_figure
              UNION ALL SELECT programme, day, path, kind, state, change FROM report_figurechange
              UNION ALL SELECT programme, day, path, kind, state, -1 FROM tasks_task WHERE NOT drill
              UNION ALL SELECT programme, day, path, '', report_cohort_state(stage, walk_in), -1
                        FROM decide_cohortmember WHERE NOT drill) all_of_it
            GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0""")
        return list(cursor.fetchall())
