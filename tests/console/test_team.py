"""The team: loads, a worker who falls ill, tasks given away; only one's own people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County
from tests.owner import behind_its_back

from .rounds import FAR_GRID, GRID, HOUR, OTHER_GRID, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TOWNSHIP, OTHER_TOWNSHIP, COMMUNITY, COUNTY = "341023100", "341023101", "341023100001", "341023"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 2 * HOUR)):
        made = world.build()
        registered(made, MORNING)
        yield made


def holders() -> set[int]:
    """Of the tasks that are a grid worker's: neither the clinician's nor the township's."""
    return {post for (post,) in rows(
        "SELECT DISTINCT post FROM tasks_task WHERE state = 'open' AND kind NOT IN ('sample', 'to_site')")}


def test_who_has_how_much(county: County) -> None:
    page = signed_in(county, "community_lead", COMMUNITY).get("/team/").content.decode()
    assert "grid_worker 34102310000101" in page
    assert "On duty" in page


def test_a_worker_falls_ill_and_the_tasks_go_to_the_substitute(county: County) -> None:
    worker, other = (county.posts["grid_worker", grid] for grid in (GRID, OTHER_GRID))
    assert holders() == {worker}
    client = signed_in(county, "community_lead", COMMUNITY)
    answer = client.post(
        f"/team/post/{worker}/away/", {"days": "2", "substitute": str(other), "reason": "fever"}, follow=True
    )
    assert "went to others" in answer.content.decode()
    assert holders() == {other}
    assert rows("SELECT post_id, substitute_id FROM accounts_absence") == [(worker, other)]
    assert "Away until" in signed_in(county, "grid_worker", GRID).get("/my-day/").content.decode()
    assert "Away until" not in signed_in(county, "grid_worker", OTHER_GRID).get("/my-day/").content.decode()


@pytest.mark.parametrize("who", [("county_duty", COUNTY), ("administrator", COUNTY)], ids=lambda who: who[0])
@pytest.mark.parametrize("kind", ["clinician", "port_officer", "administrator"])
def test_nobody_stands_in_whose_post_is_of_another_kind_and_not_above(
    county: County, who: tuple[str, str], kind: str,
) -> None:
    duty, other = county.posts["county_duty", COUNTY], county.posts[kind, COUNTY]
    answer = signed_in(county, *who).post(f"/team/post/{duty}/away/", {"days": "1", "substitute": str(other)})
    assert answer.status_code in (404, 422)
    assert rows("SELECT count(*) FROM accounts_absence") == [(0,)]


def test_who_sets_up_comes_back_to_the_post_they_know(county: County) -> None:
    worker, other = (county.posts["grid_worker", grid] for grid in (GRID, OTHER_GRID))
    client = signed_in(county, "administrator", COUNTY)
    answer = client.post(f"/team/post/{worker}/away/", {"days": "1", "substitute": str(other)}, follow=True)
    assert answer.status_code == 200
    assert rows("SELECT post_id, substitute_id FROM accounts_absence") == [(worker, other)]


def test_who_is_directly_above_stands_in(county: County) -> None:
    worker, lead = county.posts["grid_worker", GRID], county.posts["community_lead", COMMUNITY]
    client = signed_in(county, "township_duty", TOWNSHIP)
    assert client.post(f"/team/post/{worker}/away/", {"days": "1", "substitute": str(lead)}).status_code == 302
    assert rows("SELECT post_id, substitute_id FROM accounts_absence") == [(worker, lead)]


def test_chosen_tasks_are_given_to_another(county: County) -> None:
    worker, other = county.posts["grid_worker", GRID], county.posts["community_lead", COMMUNITY]
    client = signed_in(county, "community_lead", COMMUNITY)
    task = rows("SELECT id FROM tasks_task WHERE state = 'open' AND post = %s", worker)[0][0]
    client.post(f"/team/post/{worker}/reassign/", {"task": [str(task)], "to": str(other)})
    assert rows("SELECT post, why_post FROM tasks_task WHERE id = %s", task) == [(other, "given by a person")]
    client.post(f"/team/post/{worker}/reassign/", {"all": "1", "to": str(other)})
    assert holders() == {other}


@pytest.mark.usefixtures("the_owner_signs_in")
def test_all_of_mixed_kinds_are_given_to_whoever_may_fill_them_and_the_others_are_named(county: County) -> None:
    worker, other = county.posts["grid_worker", GRID], county.posts["community_lead", COMMUNITY]
    client = signed_in(county, "county_duty", COUNTY)
    chosen = [task for task, in rows("SELECT id FROM tasks_task WHERE state = 'open' AND post = %s", worker)]
    with behind_its_back() as cursor:
        cursor.execute("UPDATE tasks_task SET form = 'sample' WHERE id = %s", [chosen[0]])
    assert len(chosen) > 1
    refused = client.post(f"/team/post/{worker}/reassign/", {"task": chosen, "to": str(other)})
    assert refused.status_code == 409
    answer = client.post(f"/team/post/{worker}/reassign/", {"all": "1", "to": str(other)}, follow=True)
    assert "1 was not: that post may not fill Sample" in answer.content.decode()
    assert rows("SELECT id FROM tasks_task WHERE state = 'open' AND post = %s", worker) == [(chosen[0],)]
    nothing = client.post(f"/team/post/{worker}/reassign/", {"all": "1", "to": str(other)})
    assert nothing.status_code == 409


def test_a_post_s_tasks_are_given_to_whoever_a_list_gives_them(county: County) -> None:
    worker, far = (county.posts["grid_worker", grid] for grid in (GRID, FAR_GRID))
    client = signed_in(county, "county_duty", COUNTY)
    page = client.get(f"/team/post/{worker}/").content.decode()
    assert f'<option value="{far}">' in page, "any worker of the area, not the neighbours alone"
    assert f'<option value="{worker}">' not in page
    assert '<option value="back">' in page
    task = rows("SELECT id FROM tasks_task WHERE state = 'open' AND post = %s", worker)[0][0]
    for sent, holder in (({"to": str(far)}, far), ({"do": "remind"}, far), ({"to": "back"}, worker)):
        holds = rows("SELECT post FROM tasks_task WHERE id = %s", task)[0][0]
        assert client.post(f"/team/post/{holds}/reassign/", {"task": [str(task)], **sent}).status_code == 302
        assert rows("SELECT post FROM tasks_task WHERE id = %s", task) == [(holder,)]


def test_who_gives_tasks_and_who_has_them_reads_whom_they_are_about(county: County) -> None:
    worker = county.posts["grid_worker", GRID]
    page = signed_in(county, "community_lead", COMMUNITY).get(f"/team/post/{worker}/").content.decode()
    assert "张三" in page
    assert rows("SELECT count(*) FROM accounts_access WHERE purpose = 'work_list'")[0][0] == 1
    assert "张三" in signed_in(county, "grid_worker", GRID).get(f"/team/post/{worker}/").content.decode()


def test_people_of_others_are_not_found_and_workers_give_nothing_away(county: County) -> None:
    worker, other = (county.posts["grid_worker", grid] for grid in (GRID, OTHER_GRID))
    stranger = signed_in(county, "township_duty", OTHER_TOWNSHIP)
    assert stranger.get(f"/team/post/{worker}/").status_code == 404
    assert stranger.post(f"/team/post/{worker}/away/", {"days": "1"}).status_code == 404
    assert stranger.get(f"/team/{TOWNSHIP}/").status_code == 404
    own = signed_in(county, "grid_worker", GRID)
    assert own.post(f"/team/post/{worker}/away/", {"days": "1"}).status_code == 403
    assert own.post(f"/team/post/{worker}/reassign/", {"all": "1", "to": str(worker)}).status_code == 403
    assert own.post(f"/team/post/{worker}/reassign/", {"all": "1", "to": str(other)}).status_code == 403
    assert rows("SELECT count(*) FROM accounts_absence") == [(0,)]


def test_few_queries(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    client.get("/team/")
    with CaptureQueriesContext(connection) as taken:
        assert client.get("/team/").status_code == 200
    assert len(taken) <= 32
