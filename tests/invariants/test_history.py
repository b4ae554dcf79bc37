"""Whatever happens in a county: what is stored follows from the journal, and what always holds, holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.decide import reasons
from fangxian.kernel.canonical import dumps
from fangxian.tasks.types import PASSED_ON, AssignmentReason
from tests.county import MORNING, County

from .answers import few
from .filing import everything_follows_from_the_journal, rows
from .history import DEPARTMENT, Act, Story, acts

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@given(st.lists(acts, min_size=4, max_size=14))
@settings(few, max_examples=12)
def test_whatever_happens(county: County, told: list[Act]) -> None:
    with transaction.atomic():
        story = Story(county, MORNING)
        story.live(told)
        everything_follows_from_the_journal()
        every_measure_has_its_reason()
        every_open_task_has_somebody(story.now)
        every_task_of_a_department_is_of_somebody_it_has()
        every_figure_is_the_length_of_its_list(county)
        every_day_has_ended(story.now)
        transaction.set_rollback(True)


def every_measure_has_its_reason() -> None:
    """The entry holds version, rows and facts, and the published version run again on these facts says the same."""
    for subject, programme, outputs, decided, kind, version, body in rows(
            "SELECT c.subject, c.programme, c.outputs, c.rows, e.kind, e.form_version, e.body FROM decide_current c"
            " LEFT JOIN journal_entry e ON e.id = c.entry AND e.subject = c.subject AND e.programme = c.programme"):
        told = orjson.loads(body)
        assert (kind, dumps(told["outputs"]), dumps(told["rows"])) == ("decision", outputs, decided)
        with working_in(SYSTEM):
            one = reasons.current([subject], [programme])[subject, programme]
            why = reasons.why(one, areas.calendars([one.path])[one.path])
        assert version == one.version
        assert {table.table: table.deciding.number if table.deciding else None for table in why.tables} == told["rows"]
        assert dumps({name: value for table in why.tables for name, value in table.outputs.items()}) == outputs


def every_open_task_has_somebody(now: dt.datetime) -> None:
    """A post in force, or nobody is in force from there up to the root."""
    roster = accounts.roster()
    for task, post, why, path, opens in rows(
            "SELECT id, post, why_post, path, opens FROM tasks_task WHERE state = 'open'"):
        if post is None:
            assert why == AssignmentReason.NOBODY, task
            continue
        held = roster.posts[post]
        assert held.in_force(max(now, opens)), (why, held)
        stands_in = (AssignmentReason.SUBSTITUTE, AssignmentReason.LEAST_LOADED, AssignmentReason.PARENT,
                     AssignmentReason.REASSIGNED, PASSED_ON + DEPARTMENT)
        assert path.startswith(held.path) or why in stands_in


def every_task_of_a_department_is_of_somebody_it_has() -> None:
    """And of nobody whom the area has back, or who is gone where it does not see."""
    wrong = rows(
        "SELECT t.id FROM tasks_task t WHERE t.state = 'open' AND t.why_post LIKE %s AND (t.urgent OR NOT EXISTS ("
        " SELECT FROM tasks_handover h WHERE h.subject = t.subject AND h.programme = t.programme"
        " AND h.state = 'accepted' AND h.department = %s AND starts_with(t.path, h.to_path)))",
        f"{PASSED_ON}%", DEPARTMENT)
    assert wrong == []


def every_figure_is_the_length_of_its_list(county: County) -> None:
    """For each area and day, counted by hand."""
    stored: Counter[tuple[Any, ...]] = Counter()
    for *key, count in rows(
            "SELECT programme, day, path, kind, state, count FROM report_figure"
            " UNION ALL SELECT programme, day, path, kind, state, change FROM report_figurechange"):
        stored[tuple(key)] += count
    listed = Counter(rows("SELECT programme, day, path, kind, state FROM tasks_task"))
    listed += Counter(
        (programme, day, path, "", f"stage:{stage}{':walk_in' if walk_in else ''}")
        for programme, day, path, stage, walk_in in rows(
            "SELECT programme, day, path, stage, walk_in FROM decide_cohortmember"))
    for area in county.paths.values():
        assert rolled_up(stored, area) == rolled_up(listed, area)


def rolled_up(figures: Counter[tuple[Any, ...]], area: str) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for (programme, day, path, kind, state), count in figures.items():
        if path.startswith(area):
            found[programme, day, kind, state] += count
    return Counter({key: count for key, count in found.items() if count})


def every_day_has_ended(now: dt.datetime) -> None:
    """Past its cut-off no task is open, and each missed one is on a line that somebody was told, by name."""
    assert rows("SELECT id FROM tasks_task WHERE state = 'open' AND closes <= %s", now) == []
    untold = rows(
        "SELECT t.id FROM tasks_task t WHERE t.state = 'missed' AND NOT EXISTS ("
        " SELECT FROM tasks_alerttask l JOIN tasks_alert a ON a.id = l.alert"
        " WHERE l.task = t.id AND a.cause = 'missed')")
    assert untold == []
    wrong = rows("SELECT a.id FROM tasks_alert a JOIN tasks_alerttask l ON l.alert = a.id GROUP BY a.id"
                 " HAVING a.count <> count(*) OR count(*) <> count(DISTINCT l.task)")
    assert wrong == []
