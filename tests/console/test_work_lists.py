"""Lists of tasks are for acting on: names for whom they are due, narrowed, searched, given away, taken along."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.console.pages.area.work_list import lateness
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.report.types import SubjectLine
from fangxian.tasks import clock, giving
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, OTHER_GRID, registered, rows, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
EVENING = MORNING + 10 * HOUR  # 19:00: the afternoon's check is late
COUNTY, TOWNSHIP, COMMUNITY, OTHER_COMMUNITY = "341023", "341023100", "341023100001", "341023100002"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(EVENING)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        registered(made, MORNING, name="欧阳娜", address="郭门7号3单元")
        made.arrive(MORNING, OTHER_GRID, name="钱多")
        made.arrive(MORNING, FAR_GRID, name="孙远")
        yield made


def listed(client: Client, key: str, code: str = COUNTY, **asked: str) -> str:
    answer = client.get(f"/area/{code}/{key}/", asked)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def people(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]*)</a>', page)


@pytest.mark.parametrize(("kind", "code", "purpose"), [
    ("grid_worker", GRID, "own_task"), ("community_lead", COMMUNITY, "work_list"),
    ("township_duty", TOWNSHIP, "work_list"), ("county_duty", COUNTY, "work_list"), ("clinician", COUNTY, "work_list"),
    ("port_officer", COUNTY, "work_list")])
def test_who_may_see_identities_or_has_the_task_reads_names_on_lists_to_act_on(
    county: County, kind: str, code: str, purpose: str
) -> None:
    page = listed(signed_in(county, kind, code), "tasks-outstanding", code)
    assert ("欧阳娜" in page, "郭门7号3单元" in page, "欧阳*" in page) == (True, True, False)
    assert rows("SELECT DISTINCT purpose, programme FROM accounts_access") == [(purpose, "entry")]


@pytest.mark.parametrize(("kind", "code", "purpose"), [
    ("grid_worker", GRID, "own_task"), ("community_lead", COMMUNITY, "work_list")])
def test_the_tasks_of_a_post_name_people_to_whoever_has_them_and_whoever_gives_them(
    county: County, kind: str, code: str, purpose: str,
) -> None:
    page = signed_in(county, kind, code).get(f"/team/post/{county.posts['grid_worker', GRID]}/").content.decode()
    assert ("欧阳娜" in page, "欧阳*" in page) == (True, False)
    assert rows("SELECT DISTINCT purpose FROM accounts_access") == [(purpose,)]


@pytest.mark.parametrize("key", ["stage-0", "tasks-done", "tasks-due", "walk-in"])
def test_on_lists_that_only_count_names_stay_masked(county: County, key: str) -> None:
    assert "欧阳娜" not in listed(signed_in(county, "county_duty", COUNTY), key)
    assert rows("SELECT count(*) FROM accounts_access") == [(0,)]


def test_who_is_not_shown_is_not_logged(county: County) -> None:
    listed(signed_in(county, "county_duty", COUNTY), "tasks-outstanding", q="孙")
    assert rows("SELECT count(DISTINCT subject) FROM accounts_access") == [(1,)]


def test_a_list_is_narrowed_by_place_task_state_and_holder(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    whole = people(listed(client, "tasks-outstanding"))
    assert sorted(set(whole)) == ["孙远", "欧阳娜", "钱多"]
    assert set(people(listed(client, "tasks-outstanding", below="341023101"))) == {"孙远"}
    assert set(people(listed(client, "tasks-outstanding", kind="verify"))) == {"欧阳娜"}
    assert people(listed(client, "tasks-outstanding", state="missed")) == []
    holder = county.posts["grid_worker", OTHER_GRID]
    assert set(people(listed(client, "tasks-outstanding", post=str(holder)))) == {"钱多"}
    assert people(listed(client, "tasks-outstanding", kind="nonsense", state="nonsense", post="x", below="9")) == whole


def test_the_heading_counts_what_is_shown(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    for asked in ({}, {"kind": "register"}, {"below": "341023101"}, {"q": "孙"}):
        page = listed(client, "tasks-outstanding", **asked)
        heading = re.search(r"Outstanding · (\d+)", page)
        assert heading
        assert int(heading[1]) == len(people(page)) > 0


@pytest.mark.parametrize(("words", "found"), [
    ("欧阳", {"欧阳娜"}), ("郭门7号", {"欧阳娜"}), ("Register 孙", {"孙远"}), ("宏村一", {"孙远"}), ("孙 欧阳", set())])
def test_part_of_a_name_a_building_or_a_task_is_found(county: County, words: str, found: set[str]) -> None:
    page = listed(signed_in(county, "county_duty", COUNTY), "tasks-outstanding", q=words)
    assert set(people(page)) == found
    assert ("Nothing fits" in page) == (not found)


def test_who_may_not_see_names_finds_nobody_by_them(county: County) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    assert set(people(listed(worker, "tasks-outstanding", GRID, q="阳娜"))) == {"欧阳娜"}, "of the own tasks"
    own = county.posts["grid_worker", GRID]
    tasks = [task for task, in rows("SELECT id FROM tasks_task WHERE state = 'open' AND post = %s", own)]
    with working_in(SYSTEM):
        giving.reassign(tasks=tasks, post=county.posts["community_lead", COMMUNITY],
                        by=county.actor("community_lead", COMMUNITY), at=EVENING)
    assert people(listed(worker, "tasks-outstanding", GRID, q="阳娜")) == []
    assert "欧阳*" in listed(worker, "tasks-outstanding", GRID)


@pytest.mark.parametrize(("late", "said"), [
    (dt.timedelta(minutes=-1), ""), (dt.timedelta(0), "0 minutes late"), (dt.timedelta(minutes=59), "59 minutes late"),
    (dt.timedelta(hours=1), "1 hour late"), (dt.timedelta(hours=47), "47 hours late"),
    (dt.timedelta(hours=48), "2 days late")])
def test_it_says_how_late_an_open_task_is(late: dt.timedelta, said: str) -> None:
    line = SubjectLine(subject=None, path="", state="open", due=EVENING - late)  # type: ignore[arg-type]
    closed = SubjectLine(subject=None, path="", state="done", due=EVENING - late)  # type: ignore[arg-type]
    with translation.override("en"):
        assert lateness(line, EVENING) == said
        assert lateness(closed, EVENING) == ""


def test_late_tasks_say_so(county: County) -> None:
    assert "2 hours late" in listed(signed_in(county, "county_duty", COUNTY), "late", kind="temperature_pm")


def test_chosen_tasks_are_given_to_somebody_who_sees_them(county: County) -> None:
    client = signed_in(county, "community_lead", COMMUNITY)
    (subject,) = rows("SELECT DISTINCT subject FROM tasks_task WHERE kind = 'verify'")[0]
    task, _state = task_of(subject, "verify")
    page = listed(client, "tasks-outstanding", COMMUNITY, kind="verify")
    lead = county.posts["community_lead", COMMUNITY]
    assert f'value="{task}"' in page
    assert f'<option value="{lead}">' in page
    assert f'<option value="{county.posts["grid_worker", OTHER_GRID]}">' in page, "of another grid of the area"
    assert f'<option value="{county.posts["county_duty", COUNTY]}">' not in page, "nobody above"
    sent = {"task": str(task), "to": str(lead), "kind": "verify"}
    answer = client.post(f"/area/{COMMUNITY}/tasks-outstanding/give/", sent, follow=True)
    assert "1 task given to " in answer.content.decode()
    assert "kind=verify" in answer.redirect_chain[-1][0]
    assert rows("SELECT post, why_post FROM tasks_task WHERE id = %s", task) == [(lead, "given by a person")]


def test_whoever_chose_no_task_is_warned(county: County) -> None:
    client = signed_in(county, "community_lead", COMMUNITY)
    answer = client.post(f"/area/{COMMUNITY}/tasks-outstanding/give/", {"do": "remind"}, follow=True)
    assert [(one.level_tag, str(one)) for one in answer.context["messages"]] == [("warning", "Choose a task first.")]


@pytest.mark.parametrize(("kind", "code", "to", "status"), [
    ("grid_worker", GRID, ("grid_worker", GRID), 403),
    ("clinician", COUNTY, ("grid_worker", GRID), 403),
    ("community_lead", OTHER_COMMUNITY, ("community_lead", OTHER_COMMUNITY), 409),
    ("community_lead", COMMUNITY, ("county_duty", COUNTY), 404),
])
def test_nobody_gives_what_or_whom_they_may_not(
    county: County, kind: str, code: str, to: tuple[str, str], status: int
) -> None:
    before = rows("SELECT id, post FROM tasks_task ORDER BY id")
    (task,) = rows("SELECT id FROM tasks_task WHERE kind = 'verify'")[0]
    sent = {"task": str(task), "to": str(county.posts[to])}
    assert signed_in(county, kind, code).post(f"/area/{code}/tasks-outstanding/give/", sent).status_code == status
    assert rows("SELECT id, post FROM tasks_task ORDER BY id") == before


def test_who_gives_nothing_away_is_told_so_also_with_nothing_chosen(county: County) -> None:
    address = f"/area/{GRID}/tasks-outstanding/give/"
    assert signed_in(county, "grid_worker", GRID).post(address, {"do": "remind"}).status_code == 403


def test_the_file_has_what_the_page_shows(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    answer = client.get(f"/area/{COUNTY}/tasks-outstanding/list.xlsx", {"kind": "verify"})
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "欧阳娜" in cells
    assert "钱多" not in cells
    logged = rows("SELECT action, purpose FROM accounts_access ORDER BY action, purpose")
    assert logged == [("export", "tasks-outstanding-341023-2020-03-20.xlsx"), ("identity", "work_list")]
    assert signed_in(county, "community_lead", COMMUNITY).get(
        f"/area/{COMMUNITY}/tasks-outstanding/list.xlsx").status_code == 403
