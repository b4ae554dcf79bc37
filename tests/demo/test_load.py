"""The demo shows every state of the loop, all of it came about by the real code, and it is made once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fangxian import demo
from fangxian.accounts import demo as sign_ins
from fangxian.accounts import queries as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import PostKind
from fangxian.areas import queries as areas
from fangxian.capture import queries as capture
from fangxian.demo import county, imports, marker, staff
from fangxian.journal import verify
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import rebuild
from tests.demo.conftest import AHEAD, AT

pytestmark = pytest.mark.usefixtures("small_demo")


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def only(query: str, *values: Any) -> Any:
    return rows(query, *values)[0][0]


def test_tasks_in_every_state_and_late_ones() -> None:
    assert {state for state, in rows("SELECT DISTINCT state FROM tasks_task")} == {
        "open", "done", "excused", "void", "missed"}
    assert only("SELECT count(*) FROM tasks_task WHERE state = 'open' AND due < %s", AT) > 0
    assert only("SELECT count(*) FROM tasks_task WHERE state = 'done' AND ended_at > due") > 0
    assert only("SELECT count(*) FROM tasks_task WHERE outcome = 'not_home'") > 0


def test_most_work_is_done_in_time() -> None:
    ended = dict(rows("SELECT state, count(*) FROM tasks_task WHERE kind LIKE 'temperature%%' GROUP BY state"))
    assert ended["done"] > 10 * ended["missed"] > 0


def test_alerts_of_every_cause_acknowledged_and_not() -> None:
    causes = {cause for cause, in rows("SELECT DISTINCT cause FROM tasks_alert")}
    assert causes >= {"urgent", "late", "missed", "visit", "handover"}
    urgent = rows("SELECT acknowledged_at IS NOT NULL, count(*) FROM tasks_alert WHERE cause = 'urgent' GROUP BY 1")
    assert {seen for seen, _ in urgent} == {True, False}
    assert only("SELECT count(*) FROM tasks_alert WHERE told_at IS NOT NULL") > 0


def test_a_suspected_case_today_with_its_household_and_a_transfer_to_be_made() -> None:
    suspected = rows("SELECT subject FROM decide_current WHERE urgent AND since > %s - interval '1 hour'", AT)
    assert len(suspected) == 1
    assert rows("SELECT state FROM tasks_task WHERE kind = 'transfer' AND subject = %s", suspected[0][0]) == [("open",)]
    contacts = "SELECT count(*) FROM facts_entry WHERE f_contact_of_case AND f_contact_at > %s - interval '1 hour'"
    assert only(contacts, AT) == 2


def test_earlier_cases_one_ruled_out_one_confirmed() -> None:
    results = rows("SELECT f_case_result FROM facts_entry WHERE f_case_result IS NOT NULL ORDER BY 1")
    assert results == [("confirmed",), ("ruled_out",)]
    assert only("SELECT count(*) FROM tasks_task WHERE kind = 'transfer' AND state = 'done'") == 2


def test_work_stands_under_those_who_did_it() -> None:
    wrote = dict(rows("SELECT p.kind, count(DISTINCT e.post) FROM journal_entry e JOIN accounts_post p ON p.id = e.post"
                      " WHERE e.kind = 'submission' AND e.programme = 'entry' GROUP BY p.kind"))
    assert set(wrote) == {"grid_worker", "community_lead", "township_duty", "county_duty", "clinician", "port_officer"}
    assert wrote["grid_worker"] > 10
    checks = rows("SELECT count(*) FILTER (WHERE p.kind = 'grid_worker'), count(*) FROM journal_entry e"
                  " LEFT JOIN accounts_post p ON p.id = e.post WHERE e.form = 'daily_check' AND e.kind = 'submission'")
    assert checks[0][0] > 0.8 * checks[0][1]


def test_old_lines_were_seen_by_their_own_posts_and_some_of_today_wait() -> None:
    old, new = "raised_at < %s - interval '1 day'", "raised_at >= %s - interval '1 day'"
    lines = "SELECT count(*) FROM tasks_alert WHERE cause <> 'handover' AND acknowledged_at IS NULL AND"
    assert only(f"{lines} {old}", AT) < 0.02 * only("SELECT count(*) FROM tasks_alert")
    assert only(f"{lines} {new}", AT) > 0
    elsewhere = only("SELECT count(*) FROM tasks_alert a JOIN accounts_post p ON p.user_id = a.acknowledged_by"
                     " WHERE p.path <> a.path AND a.cause <> 'handover'")
    assert elsewhere == 0


def test_lists_wait_one_with_doubts_one_as_a_later_version(small_demo: Path, settings: Any) -> None:
    settings.KEYS = small_demo.parent / "keys"
    held = dict(rows("SELECT file_name, state FROM capture_import"))
    assert sorted(held.values()) == ["previewed", "previewed", "recorded"]
    with working_in(SYSTEM):
        waiting = {one.file_name: one for one in imports_waiting()}
        assert capture.open_doubts(waiting[imports.EVENING]) > 0
        assert [one.file_name for one in capture.earlier_versions(waiting[imports.UPDATED])] == [imports.MORNING]
        assert waiting[imports.UPDATED].version_of == next(
            one.pk for one in waiting.values() if one.file_name == imports.MORNING)


def imports_waiting() -> list[Any]:
    crew = User.objects.get(username="xian")
    by = accounts.posts_of(crew.pk, AT)[0]
    return capture.history(by)


def test_the_access_log_has_lines() -> None:
    seen = rows("SELECT u.username, a.purpose FROM accounts_access a JOIN accounts_user u ON u.id = a.user")
    assert {("liudiao", "tracing"), ("yisheng", "care")} <= set(seen)


def test_the_days_before_are_signed() -> None:
    signed = dict(rows("SELECT day, count(*) FROM report_signoff GROUP BY day"))
    assert set(signed) == {AT.date() - dt.timedelta(days=back) for back in (1, 2, 3)}
    assert set(signed.values()) == {10}


def test_every_sign_in_opens_a_page_that_has_something(small_demo: Path, client: Client, settings: Any) -> None:
    settings.DEMO, settings.KEYS = True, small_demo.parent / "keys"
    for one in sign_ins.sign_ins():
        client.force_login(User.objects.get(username=one.username))
        with running_on(SimulatedClock(AT)):
            page = client.get("/", follow=True)
        assert page.status_code == 200, one.username


def test_the_grid_worker_one_signs_in_as_works_every_day_of_the_week() -> None:
    days = rows("SELECT DISTINCT h.weekday FROM accounts_hours h JOIN accounts_post p ON p.id = h.post_id"
                " JOIN accounts_user u ON u.id = p.user_id WHERE u.username = 'wangge'")
    assert sorted(day for day, in days) == [*range(7)]


def test_somebody_at_every_stage_and_under_every_measure() -> None:
    stages = {stage for stage, in rows("SELECT DISTINCT stage FROM decide_current WHERE programme = 'entry'")}
    assert stages >= {"expected", "registered", "managed", "released", None}
    measures = {measure for measure, in rows("SELECT DISTINCT measure FROM decide_current")}
    assert measures == {"hospital", "central isolation", "home isolation", "observation", "none"}


def test_the_rest_of_the_loop() -> None:
    assert sorted(rows("SELECT department, state FROM tasks_handover")) == [
        ("", "accepted"), ("", "asked"), (staff.HEALTH, "accepted"), (staff.HEALTH, "asked")]
    assert only("SELECT count(*) FROM tasks_task WHERE kind = 'place' AND state = 'open'") >= 5
    assert only("SELECT count(*) FROM facts_entry WHERE f_removed_at IS NOT NULL") == 1
    assert only("SELECT count(*) FROM decide_cohortmember WHERE walk_in") == 4


def test_the_tasks_of_a_grid_nobody_works_in_are_somebodys() -> None:
    path = areas.by_code([county.blind()])[county.blind()].path
    assert rows("SELECT 1 FROM accounts_post WHERE path = %s", path) == []
    assert only("SELECT count(*) FROM tasks_task WHERE grid_path = %s AND kind = 'temperature_am'", path) > 0
    assert rows("SELECT 1 FROM tasks_task WHERE grid_path = %s AND post IS NULL", path) == []


def test_it_holds_together(small_demo: Path, settings: Any) -> None:
    settings.KEYS = small_demo.parent / "keys"
    with working_in(SYSTEM):
        report = rebuild.check()
        count, broken = verify.verify()
    assert report.same, report
    assert (broken, report.subjects > 60, count > 100) == ([], True, True)


def test_loading_again_changes_nothing() -> None:
    before = only("SELECT count(*) FROM journal_entry"), only("SELECT max(seq) FROM journal_entry")
    assert demo.load(progress=lambda line: None) == (AT, AHEAD), "a second start keeps the clock of the first"
    assert (only("SELECT count(*) FROM journal_entry"), only("SELECT max(seq) FROM journal_entry")) == before
    assert marker.state() is marker.DemoState.LOADED


def test_a_sign_in_for_every_kind_of_post(settings: Any) -> None:
    settings.DEMO = True
    shown = sign_ins.sign_ins()
    kinds = rows("SELECT DISTINCT kind FROM accounts_post p JOIN accounts_user u ON u.id = p.user_id"
                 " WHERE u.username = ANY(%s)", [one.username for one in shown])
    assert {kind for kind, in kinds} == set(PostKind)
    user = User.objects.get(username=shown[0].username)
    assert user.check_password(shown[0].password)


def test_three_lists_to_try_the_import_with(small_demo: Path) -> None:
    files = sorted(small_demo.joinpath("lists").iterdir())
    assert [file.suffix for file in files] == [".csv", ".xlsx", ".csv"]
    railway = next(file for file in files if file.name.startswith("铁路")).read_bytes()
    assert railway.decode("gb18030").startswith("姓名,身份证号")
    with pytest.raises(UnicodeDecodeError):
        railway.decode("utf-8")
