"""The clock: late, missed, the next day regardless, alerts that climb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import verify
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.subjects.actions import withdraw
from fangxian.tasks import actions, clock, rebuild
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows, tasks

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TEN_MINUTES = 10 * MINUTE


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    return made


def test_what_is_open_at_the_cut_off_is_missed_and_the_next_day_opens_regardless(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    clock.run_due(MORNING + DAY)
    assert {
        ("register", "done"),
        ("verify", "missed"),
        ("temperature_pm", "missed"),
        ("verify", "open"),
        ("temperature_am", "open"),
        ("temperature_pm", "open"),
        ("sample", "open"),
    } <= tasks(subject)
    told = rows("SELECT tier, count FROM tasks_alert WHERE cause = 'missed' AND kind = 'verify'")
    assert told == [("county", 1)]


def test_a_late_task_is_told_to_the_community_and_then_the_township(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    afternoon = MORNING + 8 * HOUR  # 17:00
    clock.run_due(afternoon + HOUR)
    assert rows("SELECT tier FROM tasks_alert WHERE cause = 'late' AND kind = 'temperature_pm'") == [("community",)]
    clock.run_due(afternoon + 2 * HOUR)
    clock.run_due(afternoon + 2 * HOUR)
    assert sorted(rows("SELECT tier, count FROM tasks_alert WHERE cause = 'late' AND kind = 'temperature_pm'")) == [
        ("community", 1),
        ("township", 1),
    ]


def test_an_alert_nobody_acknowledges_is_told_again_on_one_line_a_level(county: County) -> None:
    subject = county.arrive(MORNING)
    fever = MORNING + HOUR
    county.send("arrival", subject, {**ARRIVAL, "temperature": 38.6}, fever)
    lines = "SELECT tier, step, told_at, acknowledge_by FROM tasks_alert WHERE subject = %s ORDER BY tier"
    for times in (1, 2):
        at = fever + times * TEN_MINUTES
        clock.run_due(at)
        assert rows(lines, subject) == [
            ("community", 0, None, None), ("county", times, at, at + TEN_MINUTES), ("township", 0, None, None)]


@pytest.mark.parametrize(("outcome", "state"), [("not_home", "open"), ("in_hospital", "excused")])
def test_a_visit_that_is_taken_back_leaves_no_outcome_at_any_of_its_tasks(
    county: County, outcome: str, state: str
) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    at = MORNING + 5 * HOUR
    visit = county.send("visit", subject, {"outcome": outcome}, at).recorded[0].id
    told = "SELECT state, outcome FROM tasks_task WHERE subject = %s AND outcome <> '' ORDER BY kind"
    found = rows(told, subject)
    assert len(found) > 1
    assert (state, outcome) in found
    with working_in(SYSTEM):
        withdraw([visit], "undo", by=county.importer, at=at + MINUTE)
    assert rows(told, subject) == []


def test_a_level_that_was_not_told_gets_the_alert_from_below(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "temperature": 38.6}, MORNING + HOUR)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_alert WHERE tier = 'county'")
    for _ in range(2):
        clock.run_due(MORNING + HOUR + TEN_MINUTES)
    up = rows("SELECT tier, step FROM tasks_alert WHERE raised_from IS NOT NULL AND subject = %s", subject)
    assert up == [("county", 1)]


def test_a_level_that_acknowledged_is_not_asked_again(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "temperature": 38.6}, MORNING + HOUR)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_alert SET acknowledged_at = %s WHERE tier = 'county'", [MORNING + HOUR])
    clock.run_due(MORNING + HOUR + TEN_MINUTES)
    assert rows("SELECT count(*), max(step) FROM tasks_alert WHERE subject = %s", subject) == [(3, 0)]


def test_observation_ends_by_itself_after_fourteen_days(county: County) -> None:
    subject = county.arrive(MORNING, origin="SG", countries="SG")
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("observation",)]
    clock.run_due(MORNING + 13 * DAY)
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("observation",)]
    clock.run_due(MORNING + 14 * DAY)
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("none",)]


def test_figures_are_the_length_of_their_lists(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    clock.run_due(MORNING + 2 * DAY)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme, day, path, kind, state, sum(change) FROM report_figurechange WHERE kind <> ''"
            " GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5"
        )
        figures = cursor.fetchall()
        cursor.execute(
            "SELECT programme, day, path, kind, state, count(*) FROM tasks_task"
            " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
        )
        assert figures == cursor.fetchall()


def test_everything_stored_follows_from_the_journal(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "temperature": 38.6, "household": "郭门1号"}, MORNING + HOUR)
    county.arrive(MORNING)
    clock.run_due(MORNING + 2 * DAY)
    with working_in(SYSTEM):
        report = rebuild.check()
        count, broken = verify.verify()
    assert report.same, report
    assert (report.subjects, broken) == (2, [])
    assert count > 5


Check = Callable[[], rebuild.Report]


@pytest.fixture
def check(county: County) -> Check:
    """What a rebuild says of somebody managed, on a day that the clock has begun."""
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    clock.run_due(MORNING + DAY)

    def found() -> rebuild.Report:
        with working_in(SYSTEM):
            return rebuild.check()

    assert found().same, found()
    return found


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM decide_current", "decisions"),
        ("UPDATE decide_current SET outputs = '{}'", "decisions"),
        ("DELETE FROM tasks_task WHERE kind = 'temperature_pm' AND state = 'open'", "tasks"),
        ("DELETE FROM tasks_task WHERE kind = 'verify' AND state = 'open'", "tasks"),
        ("UPDATE tasks_task SET kind = 'release' WHERE kind = 'needs' AND state = 'open'", "tasks"),
        ("UPDATE tasks_task SET state = 'done' WHERE kind = 'needs' AND state = 'open'", "tasks"),
        ("UPDATE facts_entry SET f_origin = 'KR'", "facts"),
        ("DELETE FROM report_figurechange WHERE kind = 'verify'", "figures"),
    ],
)
def test_a_rebuild_finds_what_does_not_follow(check: Check, statement: str, what: str) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount
    assert getattr(check(), what)


def test_a_task_done_twice_stays_done_when_one_of_the_two_is_taken_back(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    well = {"temperature": 36.5, "symptoms": "none"}
    first, second = (
        county.send("daily_check", subject, well, MORNING + number * HOUR).recorded[0].id for number in (6, 7))
    with working_in(SYSTEM):
        withdraw([first], "by mistake", by=county.importer, at=MORNING + 8 * HOUR)
    assert ("temperature_pm", "done") in tasks(subject)
    assert rows("SELECT entry FROM tasks_task WHERE kind = 'temperature_pm'") == [(second,)]
    with working_in(SYSTEM):
        withdraw([second], "by mistake", by=county.importer, at=MORNING + 8 * HOUR)
    assert ("temperature_pm", "open") in tasks(subject)


def test_many_alerts_are_acknowledged_at_once_each_by_whoever_saw_it(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    clock.run_due(MORNING + 10 * HOUR)
    alerts = {tier: alert for alert, tier in rows("SELECT id, tier FROM tasks_alert WHERE kind = 'temperature_pm'")}
    by = {"community": county.actor("community_lead", "341023100001"),
          "township": county.actor("township_duty", "341023100")}
    at, seen = MORNING + 11 * HOUR, {alerts[tier]: actor for tier, actor in by.items()}
    with working_in(SYSTEM):
        assert actions.acknowledge_many(seen=seen, at=at) == 2
        assert actions.acknowledge_many(seen=seen, at=at + HOUR) == 0
    answered = "SELECT tier, acknowledged_by, acknowledged_at FROM tasks_alert WHERE kind = 'temperature_pm'"
    assert set(rows(answered)) == {
        (tier, actor.user, at) for tier, actor in by.items()}
    assert set(rows("SELECT path, \"user\" FROM journal_entry WHERE form = 'acknowledge'")) == {
        (actor.path, actor.user) for actor in by.values()}
    with working_in(SYSTEM), pytest.raises(Problem) as again:
        actions.acknowledge(alert=alerts["township"], by=by["township"], at=at)
    with working_in(SYSTEM), pytest.raises(Problem) as unknown:
        actions.acknowledge(alert=subject, by=by["township"], at=at)
    assert (again.value.kind, unknown.value.kind) == (errors.STATE, errors.NOT_FOUND)
    assert "已确认" in again.value.sentence.zh


def test_a_handover_nobody_answers_goes_up_as_one(county: County) -> None:
    subject = county.arrive(MORNING)
    with working_in(SYSTEM):
        actions.pass_on(
            programme="entry", subject=subject, to_path=county.paths["341023101"], note="", by=county.importer,
            at=MORNING + HOUR)
    clock.run_due(MORNING + 3 * HOUR + 11 * MINUTE)
    told = rows("SELECT path, cause, kind, step FROM tasks_alert WHERE subject = %s ORDER BY step", subject)
    assert told == [(county.paths["341023101"], "handover", "handover", 0),
                    (county.paths["341023"], "handover", "handover", 1)]


def test_of_a_handover_to_a_grid_those_are_told_who_may_accept_it(county: County) -> None:
    with working_in(SYSTEM):
        actions.pass_on(
            programme="entry", subject=county.arrive(MORNING), to_path=county.paths["34102310000102"], note="",
            by=county.importer, at=MORNING + HOUR)
    assert rows("SELECT path, tier FROM tasks_alert WHERE cause = 'handover'") == [
        (county.paths["341023100001"], "community")]
