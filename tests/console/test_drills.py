"""Drills from the page: begun where alerts are looked at, marked wherever they show, ended on the same page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks.models import Task
from fangxian.tasks.states import State
from tests import county as world
from tests.county import MORNING, County

from .rounds import GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY, TOWNSHIP = "341023", "341023100"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 3 * HOUR)):
        yield world.build()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def begun(county: County) -> Client:
    client = signed_in(county, "county_duty", COUNTY)
    assert client.post("/drills/begin/", {"drill": "entry/fever", "area": GRID}).status_code == 302
    return client


def test_who_may_hold_drills_finds_them_at_the_alerts_and_nobody_else(county: County) -> None:
    duty = signed_in(county, "county_duty", COUNTY)
    assert 'href="/drills/"' in read(duty, "/alerts/")
    page = read(duty, "/drills/")
    assert all(part in page for part in ("A traveller with fever and cough", GRID, "data-confirm"))
    township = signed_in(county, "township_duty", TOWNSHIP)
    assert 'href="/drills/"' not in read(township, "/alerts/")
    assert township.get("/drills/").status_code == 403


def test_a_drill_is_called_one_on_every_page_it_shows_on(county: County) -> None:
    duty = begun(county)
    ((subject,),) = rows("SELECT id FROM subjects_subject WHERE drill")
    assert re.search(r"Suspected case.*Drill · 演", read(duty, "/alerts/"))
    assert 'data-state="drill"' in read(duty, "/alerts/")
    assert 'data-kind="drill"' in read(duty, f"/subjects/{subject}/")
    worker = signed_in(county, "grid_worker", GRID)
    assert "Drill · 演练甲" in read(worker, "/my-day/")
    ((task, form),) = rows("SELECT id, form FROM tasks_task WHERE drill AND kind = 'register'")
    assert 'data-kind="drill"' in read(worker, f"/fill/entry/{form}/?subject={subject}&task={task}")
    assert 'data-kind="drill"' not in read(worker, "/my-day/"), "the day itself is real"


def test_what_a_drill_asks_of_a_worker_is_in_no_count_of_the_day(county: County) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    begun(county)
    page = read(worker, "/my-day/")
    assert re.search(r'id="task-[0-9a-f-]+"[^>]* data-drill', page)
    assert "data-tally" not in page, "there is nothing else to do"
    registered(county, MORNING + HOUR)
    states = [state for state, in rows("SELECT state FROM tasks_task WHERE NOT drill AND state IN ('open', 'done')"
                                       " AND post = %s", county.posts["grid_worker", GRID])]
    assert re.search(rf">{states.count('done')}</strong> of {len(states)} done", read(worker, "/my-day/"))


def test_after_its_end_nothing_more_is_done_about_somebody_made_up(county: County) -> None:
    duty = begun(county)
    ((subject,),) = rows("SELECT id FROM subjects_subject WHERE drill")
    assert f"/subjects/{subject}/pass-on/" in read(duty, f"/subjects/{subject}/")
    assert "/fill/entry/" in read(signed_in(county, "grid_worker", GRID), f"/subjects/{subject}/")
    (end,) = re.findall(r'action="(/drills/[0-9a-f-]+/end/)"', read(duty, "/drills/"))
    duty.post(end)
    assert duty.post(f"/subjects/{subject}/pass-on/", {"to": "34102310000102"}).status_code == 409
    assert rows("SELECT count(*) FROM tasks_handover") == [(0,)]
    assert f"/subjects/{subject}/pass-on/" not in read(duty, f"/subjects/{subject}/")
    assert "/fill/entry/" not in read(signed_in(county, "grid_worker", GRID), f"/subjects/{subject}/")


def test_it_is_ended_where_it_was_begun_and_says_who_was_told_when(county: County) -> None:
    duty = begun(county)
    page = read(duty, "/drills/")
    assert "Community lead: not acknowledged yet" in page
    (end,) = re.findall(r'action="(/drills/[0-9a-f-]+/end/)"', page)
    assert "has ended" in duty.post(end, follow=True).content.decode()
    over = read(duty, "/drills/")
    assert end not in over
    assert "Community lead: not acknowledged before the drill ended" in over
    assert "acknowledged by" not in over, "who ends it has acknowledged nothing"
    with working_in(SYSTEM):
        assert not Task.objects.filter(drill=True, state=State.OPEN).exists()
    assert duty.post(end).status_code == 409
