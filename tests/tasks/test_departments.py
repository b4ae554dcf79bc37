"""Passing on to a department: asked, accepted, given back, and whose the tasks are all the while."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.queries import posts_of
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.areas.types import subtree
from fangxian.journal.actions import record
from fangxian.journal.types import Actor
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, clock, jobs, queries, rebuild, worklist
from fangxian.tasks.models import Alert
from fangxian.tasks.types import PASSED_ON, AssignmentReason
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import filled
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY: Final = dt.timedelta(days=1)
HEALTH, AFFAIRS = "卫生健康局", "民政局"
COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "341023", "341023100", "341023101"
GRID, OTHER_GRID, FAR_GRID = "34102310000101", "34102310000102", "34102310120001"
ANSWERS: Final[Mapping[str, Callable[..., None]]] = {
    "accept": actions.accept, "decline": partial(actions.answer_no, note="")}
OURS: Final = {"temperature_am", "temperature_pm", "sample", "to_site"}
"""What a clinician may do of somebody's day; the rest is the area's."""


@pytest.fixture
def county() -> County:
    made = world.build()
    for department, code in ((HEALTH, COUNTY), (HEALTH, OTHER_TOWNSHIP), (AFFAIRS, TOWNSHIP)):
        hire(made, department, code)
    clock.run_due(MORNING - HOUR)
    return made


def hire(county: County, department: str, code: str, kind: str = "clinician") -> int:
    """A post of a department; a second one at the same place is found under another name."""
    name = f"{department}{len(county.posts)}"
    user = User.objects.create(username=name, display_name=name)
    with working_in(SYSTEM):
        [post] = accounts.give_posts(posts=[NewPost(user.pk, kind, code, MORNING - DAY, None, department)],
                                     by=OPERATOR, at=MORNING - DAY)
    county.posts[name, code] = county.posts[department, code] = post
    county.users[name, code] = county.users[department, code] = user.pk
    return post


def managed(county: County) -> uuid.UUID:
    """Somebody registered in the first grid."""
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    return subject


def ask(county: County, subject: uuid.UUID, department: str = HEALTH, code: str = COUNTY, *,
        hours: int = 2) -> uuid.UUID:
    with working_in(Scope(subtree(county.paths[TOWNSHIP]), ("entry",))):
        return actions.pass_on(
            programme="entry", subject=subject, to_path=county.paths[code], department=department, note="需要医护",
            by=county.actor("township_duty", TOWNSHIP), at=MORNING + hours * HOUR)


def ask_as_system(county: County, subject: uuid.UUID) -> uuid.UUID:
    with working_in(SYSTEM):
        return actions.pass_on(programme="entry", subject=subject, to_path=county.paths[COUNTY], department=HEALTH,
                               note="", by=county.importer, at=MORNING + HOUR)


def accept(county: County, handover: uuid.UUID, department: str = HEALTH, code: str = COUNTY, *,
           hours: int = 2) -> None:
    with working_in(Scope(subtree(county.paths[code]), ("entry",))):
        actions.accept(handover=handover, by=county.actor(department, code), at=MORNING + hours * HOUR)


def taken_over(county: County) -> uuid.UUID:
    subject = managed(county)
    accept(county, ask(county, subject))
    return subject


def give_back(county: County, subject: uuid.UUID, by: Actor, *, hours: int = 3) -> None:
    with working_in(Scope(subtree(by.path), ("entry",))):
        actions.give_back(programme="entry", subject=subject, by=by, at=MORNING + hours * HOUR)


def whose(subject: uuid.UUID) -> dict[str, tuple[int, str]]:
    """Post and reason of the open tasks, by kind."""
    found = rows("SELECT kind, post, why_post FROM tasks_task WHERE subject = %s AND state = 'open'", subject)
    return {kind: (post, why) for kind, post, why in found}


def with_department(subject: uuid.UUID, department: str = HEALTH) -> set[str]:
    return {kind for kind, (_, why) in whose(subject).items() if why == PASSED_ON + department}


def follows_from_the_journal() -> bool:
    with working_in(SYSTEM):
        return rebuild.check().same


def test_until_it_accepts_the_area_answers(county: County) -> None:
    subject = managed(county)
    before = whose(subject)
    ask(county, subject)
    assert whose(subject) == before
    assert with_department(subject) == set()


def test_accepted_the_tasks_are_the_departments_and_the_person_stays_where_they_are(county: County) -> None:
    subject = managed(county)
    before = whose(subject)
    accept(county, ask(county, subject))
    after = whose(subject)
    assert {kind for kind in after if after[kind] != before[kind]} == OURS & after.keys() == with_department(subject)
    assert "temperature_pm" in with_department(subject)
    assert {after[kind][0] for kind in with_department(subject)} == {county.posts[HEALTH, COUNTY]}
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    assert follows_from_the_journal()


def test_tasks_made_later_are_the_departments_too(county: County) -> None:
    subject = taken_over(county)
    clock.run_due(MORNING + DAY)
    assert with_department(subject) == OURS
    assert whose(subject)["verify"] == (county.posts["grid_worker", GRID], AssignmentReason.ON_DUTY)
    assert follows_from_the_journal()


def test_who_has_the_fewest_gets_the_next(county: County) -> None:
    first = hire(county, HEALTH, COUNTY)
    subject = taken_over(county)
    busy = county.posts[f"{HEALTH}{len(world.POSTS)}", COUNTY]
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_task SET post = %s WHERE state = 'open'", [busy])
    other = managed(county)
    accept(county, ask(county, other))
    assert {post for post, why in whose(other).values() if why.startswith(PASSED_ON)} == {first}
    assert subject != other


def test_nobody_of_the_department_on_duty_and_the_area_above_has_them(county: County) -> None:
    with working_in(SYSTEM):
        accounts.record_absence(post=county.posts[HEALTH, COUNTY], begins=MORNING, ends=MORNING + 3 * DAY, by=OPERATOR,
                                at=MORNING)
    subject = taken_over(county)
    assert whose(subject)["temperature_pm"] == (county.posts["county_duty", COUNTY], AssignmentReason.PARENT)


def test_who_stands_in_for_the_departments_post_answers_for_it(county: County) -> None:
    clinician = county.posts["clinician", COUNTY]
    with working_in(SYSTEM):
        accounts.record_absence(post=county.posts[HEALTH, COUNTY], begins=MORNING, ends=MORNING + 3 * DAY,
                                substitute=clinician, by=OPERATOR, at=MORNING)
    [acting] = posts_of(county.users["clinician", COUNTY], MORNING)
    assert acting.department == HEALTH
    subject = managed(county)
    accept(county, ask(county, subject), "clinician")
    assert whose(subject)["temperature_pm"] == (clinician, PASSED_ON + HEALTH)


def test_a_post_of_the_department_that_ends_leaves_its_tasks_to_the_others(county: County) -> None:
    subject = taken_over(county)
    second = hire(county, HEALTH, COUNTY)
    with working_in(SYSTEM):
        accounts.end_post(post=county.posts[f"{HEALTH}{len(world.POSTS)}", COUNTY], when=MORNING + 3 * HOUR,
                          by=OPERATOR, at=MORNING + 3 * HOUR)
    clock.run_due(MORNING + 3 * HOUR)
    assert whose(subject)["temperature_pm"] == (second, PASSED_ON + HEALTH)


def test_what_is_urgent_stays_with_the_duty_posts(county: County) -> None:
    subject = taken_over(county)
    county.send("daily_check", subject, {"temperature": 38.6, "symptoms": "fever"}, MORNING + 3 * HOUR)
    held = whose(subject)
    assert held["transfer"][1] == AssignmentReason.ON_DUTY
    assert held["transfer"][0] != county.posts[HEALTH, COUNTY]
    other = managed(county)
    county.send("daily_check", other, {"temperature": 38.6, "symptoms": "fever"}, MORNING + 3 * HOUR)
    before = whose(other)["transfer"]
    accept(county, ask(county, other, hours=4), hours=4)
    assert whose(other)["transfer"] == before


@pytest.mark.parametrize("who", [(HEALTH, COUNTY), ("community_lead", "341023100001")])
def test_given_back_the_area_has_the_tasks_at_once(county: County, who: tuple[str, str]) -> None:
    subject = managed(county)
    before = whose(subject)
    accept(county, ask(county, subject))
    give_back(county, subject, county.actor(*who))
    assert whose(subject) == before
    with pytest.raises(Problem) as again:
        give_back(county, subject, county.actor(*who))
    assert again.value.kind == errors.NOT_FOUND
    clock.run_due(MORNING + DAY)
    assert with_department(subject) == set()
    assert follows_from_the_journal()


@pytest.mark.parametrize(
    "who", [(AFFAIRS, TOWNSHIP), (HEALTH, OTHER_TOWNSHIP), ("county_duty", COUNTY), ("township_duty", TOWNSHIP)])
@pytest.mark.parametrize("answer", ANSWERS)
def test_only_the_department_asked_answers(county: County, who: tuple[str, str], answer: str) -> None:
    subject = managed(county)
    handover, by = ask(county, subject), county.actor(*who)
    with pytest.raises(Problem) as refused, working_in(Scope(subtree(by.path), ("entry",))):
        ANSWERS[answer](handover=handover, by=by, at=MORNING + 2 * HOUR)
    assert refused.value.kind == errors.NOT_FOUND
    assert rows("SELECT state FROM tasks_handover") == [("asked",)]


def test_declined_with_its_reason_nothing_moves(county: County) -> None:
    subject = managed(county)
    before, handover = whose(subject), ask(county, subject)
    with working_in(Scope(subtree(county.paths[COUNTY]), ("entry",))):
        actions.answer_no(handover=handover, note="床位已满", by=county.actor(HEALTH, COUNTY), at=MORNING + 3 * HOUR)
    assert whose(subject) == before
    [(state, kept)] = rows("SELECT state, note FROM tasks_handover")
    assert state == "declined"
    assert "床位" not in kept, "it is sealed"
    with working_in(SYSTEM):
        assert worklist.notes([handover]) == {(handover, "decline"): "床位已满"}
        assert worklist.handed(subject, ["entry"]) == []


@pytest.mark.parametrize(
    ("department", "code"), [("教育局", COUNTY), (HEALTH, OTHER_TOWNSHIP), (AFFAIRS, COUNTY)])
def test_only_a_department_over_the_persons_place_is_asked(county: County, department: str, code: str) -> None:
    subject = managed(county)
    with pytest.raises(Problem) as refused:
        ask(county, subject, department, code)
    assert refused.value.kind == errors.NOT_FOUND


def test_a_department_that_fills_no_form_is_not_asked(county: County) -> None:
    hire(county, "督查室", COUNTY, kind="inspector")
    with pytest.raises(Problem) as refused:
        ask(county, managed(county), "督查室")
    assert refused.value.kind == errors.NOT_FOUND


def test_who_has_the_person_is_not_asked_again(county: County) -> None:
    subject = taken_over(county)
    with pytest.raises(Problem) as refused:
        ask(county, subject, hours=3)
    assert refused.value.kind == errors.STATE
    assert "已接收" in refused.value.sentence.zh


def test_another_department_that_accepts_ends_the_first_ones_hold(county: County) -> None:
    subject = taken_over(county)
    accept(county, ask(county, subject, AFFAIRS, TOWNSHIP, hours=3), AFFAIRS, TOWNSHIP, hours=3)
    assert "temperature_pm" in with_department(subject, AFFAIRS)
    assert with_department(subject) == set()
    assert sorted(rows("SELECT department, state FROM tasks_handover")) == [(HEALTH, "ended"), (AFFAIRS, "accepted")]
    assert follows_from_the_journal()


def test_an_area_that_accepts_ends_the_hold_even_under_the_departments_eyes(county: County) -> None:
    subject = taken_over(county)
    with working_in(SYSTEM):
        asked = actions.pass_on(programme="entry", subject=subject, to_path=county.paths[OTHER_GRID], note="",
                                by=county.importer, at=MORNING + 3 * HOUR)
    assert with_department(subject)
    with working_in(SYSTEM):
        actions.accept(handover=asked, by=county.importer, at=MORNING + 3 * HOUR)
    assert with_department(subject) == set()
    assert whose(subject)["temperature_pm"][0] == county.posts["grid_worker", OTHER_GRID]
    assert follows_from_the_journal()


def test_placed_elsewhere_the_department_has_them_as_far_as_it_sees(county: County) -> None:
    subject = managed(county)
    accept(county, ask(county, subject, AFFAIRS, TOWNSHIP), AFFAIRS, TOWNSHIP)
    county.send("place", subject, {"grid": OTHER_GRID}, MORNING + 3 * HOUR)
    assert with_department(subject, AFFAIRS) == OURS & whose(subject).keys()
    assert follows_from_the_journal()
    county.send("place", subject, {"grid": FAR_GRID}, MORNING + 4 * HOUR)
    assert with_department(subject, AFFAIRS) == set()
    assert whose(subject)["temperature_pm"][0] == county.posts["grid_worker", FAR_GRID]
    assert follows_from_the_journal()


def test_one_moved_away_while_it_was_asked_is_not_there_to_be_accepted(county: County) -> None:
    subject = managed(county)
    handover = ask(county, subject, AFFAIRS, TOWNSHIP)
    county.send("place", subject, {"grid": FAR_GRID}, MORNING + 3 * HOUR)
    with pytest.raises(Problem) as refused:
        accept(county, handover, AFFAIRS, TOWNSHIP, hours=4)
    assert refused.value.kind == errors.NOT_FOUND


def test_what_a_grid_worker_files_makes_tasks_for_the_department_fairly(county: County) -> None:
    """Though the worker sees nothing of what else the department's posts have to do."""
    far = county.arrive(MORNING, grid=FAR_GRID)
    accept(county, ask_as_system(county, far))
    county.send("arrival", far, ARRIVAL, MORNING + 2 * HOUR)
    busy = {post for post, why in whose(far).values() if why.startswith(PASSED_ON)}
    idle = hire(county, HEALTH, COUNTY)
    near = county.arrive(MORNING)
    accept(county, ask(county, near))
    with working_in(Scope(subtree(county.paths[GRID]), ("entry",))):
        record([filled("arrival", near, ARRIVAL, MORNING + 3 * HOUR)], by=county.actor("grid_worker", GRID),
               at=MORNING + 3 * HOUR)
    assert whose(near)["temperature_pm"] == (idle, PASSED_ON + HEALTH)
    assert idle not in busy


def test_it_waits_for_the_departments_posts_and_for_those_who_asked(county: County) -> None:
    ask(county, managed(county))
    with working_in(SYSTEM):
        path, at = county.paths[COUNTY], MORNING + 3 * HOUR
        assert queries.news(path, at, answers_for=['', HEALTH]).waiting == queries.news(path, at).waiting + 1
        assert queries.news(county.paths[TOWNSHIP], at, answers_for=['', AFFAIRS]).waiting == queries.news(
            county.paths[TOWNSHIP], at).waiting
        coming, going = queries.handovers(path, answers_for=['', HEALTH])
        assert ([one.department for one in coming], going) == ([HEALTH], [])
        coming, going = queries.handovers(path)
        assert (coming, [one.department for one in going]) == ([], [HEALTH])


@pytest.mark.parametrize("answer", [*ANSWERS, "take back"])
def test_what_has_been_answered_is_told_nobody_any_more(county: County, answer: str) -> None:
    handover, by = ask(county, managed(county)), county.actor(HEALTH, COUNTY)
    told = "SELECT step, told_at, acknowledged_by FROM tasks_alert WHERE cause = 'handover'"
    clock.run_due(MORNING + 4 * HOUR)
    again = MORNING + 4 * HOUR
    assert rows(told) == [(1, again, None)]
    with working_in(Scope(subtree(by.path), ("entry",))):
        {**ANSWERS, "take back": actions.take_back}[answer](handover=handover, by=by, at=MORNING + 5 * HOUR)
    clock.run_due(MORNING + 6 * HOUR)
    assert rows(told) == [(1, again, by.user)]


def test_the_notice_names_the_departments_posts(county: County) -> None:
    ask(county, managed(county))
    with working_in(SYSTEM):
        alerts = list(Alert.objects.filter(cause="handover"))
        told = jobs.payload(alerts, MORNING + 2 * HOUR)["alerts"]
    assert [one["posts"] for one in told] == [[{"post": county.posts[HEALTH, COUNTY], "kind": "clinician"}]]


def test_nobody_with_a_department_costs_one_look(county: County) -> None:
    """However many tasks are made, and none for a submission that makes no task."""

    def looks(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            clock.run_due(MORNING + number * DAY)
        return sum("FROM tasks_handover" in one["sql"] for one in asked)

    managed(county)
    few = looks(1)
    for _ in range(4):
        managed(county)
    assert looks(2) == few
    with CaptureQueriesContext(connection) as asked:
        county.send("daily_check", managed(county), {"temperature": 36.5, "symptoms": "none"}, MORNING + 50 * HOUR)
    checked = [one["sql"] for one in asked if "tasks_handover" in one["sql"]]
    assert len(checked) <= 3, checked


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tasks_handover SET state = 'ended'",
        "UPDATE tasks_handover SET path = to_path",
        "UPDATE tasks_task SET why_post = 'passed on to 民政局' WHERE state = 'open' AND kind = 'temperature_pm'",
    ],
)
def test_a_rebuild_finds_a_hold_that_does_not_follow(county: County, statement: str) -> None:
    taken_over(county)
    assert follows_from_the_journal()
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount
    assert not follows_from_the_journal()


def test_what_is_called_off_is_with_no_department_and_asked_of_none(county: County) -> None:
    held, waiting, beside = taken_over(county), managed(county), taken_over(county)
    ask(county, waiting)
    with working_in(SYSTEM):
        for subject in (held, waiting):
            actions.call_off(subject=subject, by=county.importer, at=MORNING + 4 * HOUR)
    assert dict(rows("SELECT subject, state FROM tasks_handover")) == {
        held: "ended", waiting: "withdrawn", beside: "accepted"}
    assert (with_department(held), bool(with_department(beside))) == (set(), True)
    assert follows_from_the_journal()
