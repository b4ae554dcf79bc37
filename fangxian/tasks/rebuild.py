"""Fold and decide everything anew from the journal and compare it with what is stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from fangxian.areas import queries as areas
from fangxian.decide import engine
from fangxian.decide import rules as deciding
from fangxian.journal.checks import dumps
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.facts import read_states, refolded

CHUNK: Final = 5_000
_UNASKED: Final = """
SELECT t.subject FROM tasks_task t JOIN decide_current c ON c.programme = t.programme AND c.subject = t.subject
WHERE t.programme = %(programme)s AND t.subject = ANY(%(subjects)s) AND t.state = 'open'
  AND NOT t.kind = ANY(string_to_array(c.asks, ' '))
UNION
SELECT t.subject FROM tasks_task t LEFT JOIN journal_entry e ON e.id = t.entry AND e.subject = t.subject
WHERE t.programme = %(programme)s AND t.subject = ANY(%(subjects)s) AND t.state IN ('done', 'excused') AND e.id IS NULL
"""


@dataclass(slots=True)
class Report:
    """What was compared, and the subjects (or figures) that came out another way, by what differs."""

    submissions: int = 0
    subjects: int = 0
    facts: list[uuid.UUID] = field(default_factory=list)
    decisions: list[uuid.UUID] = field(default_factory=list)
    tasks: list[uuid.UUID] = field(default_factory=list)
    figures: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not (self.facts or self.decisions or self.tasks or self.figures)


def check() -> Report:
    """Compare facts, decisions, open tasks and figures of every programme. Needs a scope that sees everything."""
    report = Report()
    for programme in programmes.all_in_force():
        for chunk in _subjects(programme.id):
            _check_chunk(programme, chunk, report)
    report.figures = _figures_that_differ()
    return report


def _check_chunk(programme: Programme, subjects: list[uuid.UUID], report: Report) -> None:
    stored = read_states(programme, subjects)
    zone = areas.calendars([""])[""].zone
    again = refolded(programme, subjects, zone)
    report.subjects += len(subjects)
    report.submissions += _count(programme.id, subjects)
    for subject in subjects:
        kept = stored.get(subject)
        if (kept.values if kept else {}) != again[subject].values:
            report.facts.append(subject)
    if programme.decision is not None:
        _check_decisions(programme, {subject: again[subject].values for subject in subjects}, report)
        _check_tasks(programme, subjects, report)


def _check_decisions(programme: Programme, facts: dict[uuid.UUID, dict[str, Any]], report: Report) -> None:
    current = _current(programme.id, list(facts))
    calendars = areas.calendars({row["path"] for row in current.values()})
    today = {subject: calendars[row["path"]].today(row["decided_at"]) for subject, row in current.items()}
    said = engine.say(programme, {subject: facts[subject] for subject in current}, today)
    for subject, row in current.items():
        found = deciding.decision(
            programme, subject, facts[subject], said[subject], calendars[row["path"]], today[subject]
        )
        if row["version"] == programme.version and (dumps(found.outputs), dumps(found.rows)) != (
            row["outputs"],
            row["rows"],
        ):
            report.decisions.append(subject)


def _check_tasks(programme: Programme, subjects: list[uuid.UUID], report: Report) -> None:
    """An open task is of a kind its subject's decision asks for; a done one points at a submission about it."""
    with connection.cursor() as cursor:
        cursor.execute(_UNASKED, {"programme": programme.id, "subjects": subjects})
        report.tasks += [row[0] for row in cursor.fetchall()]


def _current(programme: str, subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.subject, c.path, c.version, c.outputs, c.rows, e.happened_at AS decided_at FROM decide_current c"
            " JOIN journal_entry e ON e.id = c.entry WHERE c.programme = %s AND c.subject = ANY(%s)",
            [programme, list(subjects)],
        )
        names = [column.name for column in cursor.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _count(programme: str, subjects: list[uuid.UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM journal_entry WHERE subject = ANY(%s) AND programme = %s AND kind = 'submission'",
            [subjects, programme],
        )
        return int(cursor.fetchone()[0])


def _subjects(programme: str) -> Iterator[list[uuid.UUID]]:
    """By key, in pages."""
    last = uuid.UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT subject FROM "facts_{programme}" WHERE subject > %s ORDER BY subject LIMIT {CHUNK}',  # noqa: S608
                [last],
            )
            page = [row[0] for row in cursor.fetchall()]
        if not page:
            return
        yield page
        last = page[-1]


def _figures_that_differ() -> list[tuple[Any, ...]]:
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
