"""Whose a task is: on duty there, who stands in, the one with least to do, a department, or else the area above."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.accounts.rules import Away, Roster, RosterPost
from fangxian.accounts.types import Grant, Permissions, WeeklyHours
from fangxian.areas.types import Place
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import both
from fangxian.programmes.types import TaskKind
from fangxian.tasks.assign import Assigned, Assigner, start
from fangxian.tasks.types import PASSED_ON, AssignmentReason, Hold

NOW: Final = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)
DAY: Final = dt.timedelta(days=1)
COUNTY, TOWNSHIP, COMMUNITY, GRID = "000", "000000", "000000000", "000000000000"
HERE: Final = Place(GRID, GRID, COMMUNITY, TOWNSHIP, COUNTY)
SUNDAY: Final = (WeeklyHours(6, dt.time(8), dt.time(9)),)
AWAY: Final = (Away(NOW - DAY, NOW + DAY),)
HEALTH: Final = "卫生健康局"
MAY: Final = Permissions([Grant("clinician", "entry", "fill", "sample")])
SAMPLE: Final = TaskKind("sample", both("Sample"), "sample", (), "grid_worker", "county")
VISIT: Final = TaskKind("visit", both("Visit"), "visit", (), "community_lead", "county")


def post(number: int, kind: str = "grid_worker", path: str = GRID, **more: Any) -> RosterPost:
    return RosterPost(number, number, kind, path, Calendar(ZoneInfo("Asia/Shanghai")), NOW - DAY, **more)


LEAD: Final = post(7, "community_lead", COMMUNITY)
TOWN: Final = post(8, "township_duty", TOWNSHIP)
DUTY: Final = post(9, "county_duty", COUNTY)
DOCTOR: Final = post(5, "clinician", COUNTY, department=HEALTH)


@pytest.mark.parametrize(("posts", "assigned"), [
    ([post(1), LEAD, DUTY], (1, AssignmentReason.ON_DUTY)),
    ([post(1), post(2)], (1, AssignmentReason.LEAST_LOADED)),
    ([post(1, absences=(Away(NOW - DAY, NOW + DAY, 2),)), post(2, path=COMMUNITY)], (2, AssignmentReason.SUBSTITUTE)),
    ([post(1, absences=AWAY), LEAD, DUTY], (7, AssignmentReason.PARENT)),
    ([post(1, hours=SUNDAY), LEAD, DUTY], (7, AssignmentReason.PARENT)),
    ([LEAD, TOWN, DUTY], (7, AssignmentReason.PARENT)),  # the nearest
    ([TOWN, DUTY], (8, AssignmentReason.PARENT)),
    ([DUTY], (9, AssignmentReason.PARENT)),
    ([replace(LEAD, hours=SUNDAY), DUTY], (9, AssignmentReason.PARENT)),  # on duty above before off duty here
    ([replace(LEAD, hours=SUNDAY), replace(DUTY, hours=SUNDAY)], (7, AssignmentReason.OFF_DUTY)),
    ([post(1, absences=AWAY), replace(DUTY, hours=SUNDAY)], (1, AssignmentReason.OFF_DUTY)),
    ([replace(DOCTOR, hours=SUNDAY), replace(DUTY, hours=SUNDAY)], (9, AssignmentReason.OFF_DUTY)),
    ([DOCTOR], (None, AssignmentReason.NOBODY)),  # a clinician answers for no area
    ([], (None, AssignmentReason.NOBODY)),
    ([post(1, path="000000000001")], (None, AssignmentReason.NOBODY)),  # nor does a neighbour
])
def test_whose_a_task_is_and_why(posts: list[RosterPost], assigned: Assigned) -> None:
    assert Assigner(Roster(posts)).assign("grid_worker", HERE, NOW) == assigned


def test_among_several_it_goes_to_who_has_least_then_to_the_older_post() -> None:
    assigner = Assigner(Roster([post(1), post(2), post(3)]), load=Counter({1: 2, 2: 1}))
    assert [assigner.assign("grid_worker", HERE, NOW)[0] for _ in range(7)] == [3, 2, 3, 1, 2, 3, 1]


def test_of_several_off_duty_the_older_post_has_it_however_much_that_is() -> None:
    off = [post(number, "county_duty", COUNTY, hours=SUNDAY) for number in (1, 2)]
    assigner = Assigner(Roster(off), load=Counter({1: 5}))
    assert assigner.assign("county_duty", HERE, NOW) == (1, AssignmentReason.OFF_DUTY)


@pytest.mark.parametrize(("kind", "place", "area"), [
    ("grid_worker", HERE, GRID),
    ("community_lead", HERE, COMMUNITY),
    ("township_duty", HERE, TOWNSHIP),
    ("county_duty", HERE, COUNTY),
    ("clinician", HERE, COUNTY),
    ("grid_worker", Place(COMMUNITY, None, COMMUNITY, TOWNSHIP, COUNTY), COMMUNITY),  # nobody chose a grid
    ("county_duty", Place("9", None, None, None, None), "9"),
])
def test_where_a_kind_of_post_works_for_a_place(kind: str, place: Place, area: str) -> None:
    assert start(kind, place) == area


AT_COUNTY: Final = Hold(HEALTH, COUNTY)
PASSED: Final = PASSED_ON + HEALTH


@pytest.mark.parametrize(("posts", "kind", "hold", "assigned"), [
    ([DOCTOR, post(1)], SAMPLE, AT_COUNTY, (5, PASSED)),
    ([DOCTOR, post(1)], SAMPLE, None, (1, AssignmentReason.ON_DUTY)),
    ([DOCTOR, post(1)], replace(SAMPLE, urgent=True), AT_COUNTY, (1, AssignmentReason.ON_DUTY)),
    ([DOCTOR, post(1), LEAD], VISIT, AT_COUNTY, (7, AssignmentReason.ON_DUTY)),  # a form the department may not fill
    ([DOCTOR, post(1)], None, AT_COUNTY, (1, AssignmentReason.ON_DUTY)),  # a kind that is no more: the grid's
    ([DOCTOR, post(1), LEAD], None, None, (1, AssignmentReason.ON_DUTY)),
    ([replace(DOCTOR, absences=AWAY), post(1), DUTY], SAMPLE, AT_COUNTY, (9, AssignmentReason.PARENT)),
    ([post(1), DUTY], SAMPLE, AT_COUNTY, (9, AssignmentReason.PARENT)),  # the department has nobody there any more
    ([DOCTOR, post(6, "inspector", COUNTY, department=HEALTH)], SAMPLE, AT_COUNTY, (5, PASSED)),  # who may fill it
    ([replace(DOCTOR, department="民政局"), DUTY], SAMPLE, AT_COUNTY, (9, AssignmentReason.PARENT)),
])
def test_of_somebody_with_a_department_it_is_the_departments(
    posts: list[RosterPost], kind: TaskKind | None, hold: Hold | None, assigned: Assigned
) -> None:
    assert Assigner(Roster(posts), MAY).assignee("entry", kind, HERE, NOW, hold) == assigned


def test_a_department_shares_its_tasks_out_and_two_kinds_of_form_are_two_questions() -> None:
    assigner = Assigner(Roster([DOCTOR, replace(DOCTOR, id=6), LEAD]), MAY, Counter({5: 1}))
    found = [assigner.assignee("entry", kind, HERE, NOW, AT_COUNTY) for kind in (SAMPLE, VISIT, SAMPLE, SAMPLE)]
    assert found == [(6, PASSED), (7, AssignmentReason.ON_DUTY), (5, PASSED), (6, PASSED)]
