"""Tasks given by hand: to who is there while they are due, or stands in; nobody is given what nobody will do."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Final

import pytest

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, WeeklyHours
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, giving
from tests import county as world
from tests.console.rounds import rows, signed_in
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HERE, NEXT = "34102310000101", "34102310000102"
NOON: Final = MORNING + dt.timedelta(hours=3)
HOUR: Final = dt.timedelta(hours=1)
LEAD: Final = ("township_duty", "341023100")
NEVER: Final = [WeeklyHours((NOON.weekday() - 1) % 7, dt.time(0), dt.time(0, 10))]
TODAY: Final = [WeeklyHours(NOON.weekday(), dt.time(15), dt.time(18))]


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        found = world.build()
        User.objects.filter(pk=found.users["grid_worker", NEXT]).update(display_name="王五")
        yield found


def a_task(county: County, **told: str) -> uuid.UUID:
    somebody = county.arrive(MORNING, HERE, **told)
    found: uuid.UUID = rows(
        "SELECT id FROM tasks_task WHERE subject = %s AND kind = 'register' AND state = 'open'", somebody)[0][0]
    return found


def away(county: County, code: str, ends: dt.datetime, substitute: int | None = None) -> None:
    with working_in(SYSTEM):
        accounts.record_absence(post=county.posts["grid_worker", code], begins=NOON - HOUR, ends=ends,
                                substitute=substitute, by=OPERATOR, at=NOON - HOUR)


def hours(county: County, code: str, hours: list[WeeklyHours]) -> None:
    with working_in(SYSTEM):
        accounts.set_hours(posts=[county.posts["grid_worker", code]], hours=hours, by=OPERATOR, at=NOON - HOUR)


def give(county: County, *tasks: uuid.UUID, those_it_can: bool = False) -> giving.Reassigned:
    with working_in(SYSTEM):
        return giving.reassign(tasks=tasks, post=county.posts["grid_worker", NEXT], by=county.actor(*LEAD), at=NOON,
                               those_it_can=those_it_can)


def has(task: uuid.UUID) -> int:
    found: int = rows("SELECT post FROM tasks_task WHERE id = %s", task)[0][0]
    return found


@pytest.mark.parametrize("why", ["away", "off duty"])
@pytest.mark.parametrize("all_of_them", [False, True])
def test_nobody_is_given_what_they_are_not_there_for(county: County, why: str, all_of_them: bool) -> None:
    task = a_task(county)
    if why == "away":
        away(county, NEXT, NOON + dt.timedelta(days=2))
    else:
        hours(county, NEXT, NEVER)
    with pytest.raises(Problem, match="not_there"):
        give(county, task, those_it_can=all_of_them)
    assert has(task) == county.posts["grid_worker", HERE]


@pytest.mark.parametrize("way", ["person", "post", "list"])
def test_nor_by_any_page(county: County, way: str) -> None:
    task, other = a_task(county), county.posts["grid_worker", NEXT]
    [(somebody,)] = rows("SELECT subject FROM tasks_task WHERE id = %s", task)
    lead, here = signed_in(county, *LEAD), county.posts["grid_worker", HERE]
    address = {"person": f"/subjects/{somebody}/", "post": f"/team/post/{here}/",
               "list": "/area/341023100001/tasks-outstanding/"}[way]
    assert f'value="{other}"' in lead.get(address).content.decode()
    away(county, NEXT, NOON + dt.timedelta(days=2))
    action = {"person": "tasks/", "post": "reassign/", "list": "give/"}[way]
    assert f'value="{other}"' not in lead.get(address).content.decode()
    answer = lead.post(address + action, {"task": str(task), "to": str(other)}, headers={"Accept": "application/json"})
    assert answer.status_code == 409, answer.content
    assert has(task) == here


def test_who_comes_on_duty_before_it_is_due_is_given_it(county: County) -> None:
    task = a_task(county)
    hours(county, NEXT, TODAY)
    assert give(county, task).number == 1
    assert has(task) == county.posts["grid_worker", NEXT]


def test_who_comes_back_before_it_is_due_is_given_it(county: County) -> None:
    task = a_task(county)
    away(county, NEXT, NOON + HOUR)
    assert give(county, task).number == 1
    assert has(task) == county.posts["grid_worker", NEXT]


def test_who_stands_in_takes_it(county: County) -> None:
    task, lead = a_task(county), county.posts["community_lead", "341023100001"]
    away(county, NEXT, NOON + dt.timedelta(days=2), substitute=lead)
    assert give(county, task).standing_in == {lead: 1}
    assert has(task) == lead
    assert rows("SELECT post FROM tasks_alert WHERE cause = 'given'") == [(lead,)]
    everything_follows_from_the_journal()


def test_what_nobody_is_there_for_stays_where_it_is_and_is_counted(county: County) -> None:
    """Of one who works in the afternoon only: what is due at noon is not given along with the rest."""
    task, soon = a_task(county), a_task(county, document_number="E77777771")
    hours(county, NEXT, TODAY)
    with working_in(SYSTEM):
        rows("UPDATE tasks_task SET due = %s WHERE id = %s RETURNING id", NOON + HOUR, soon)
    with pytest.raises(Problem, match="not_there"):
        give(county, task, soon)
    given = give(county, task, soon, those_it_can=True)
    assert (given.number, given.unattended) == (1, 1)
    assert (has(task), has(soon)) == (county.posts["grid_worker", NEXT], county.posts["grid_worker", HERE])


def test_when_hours_change_only_what_nobody_will_do_is_given_away(county: County) -> None:
    task, soon = a_task(county), a_task(county, document_number="E77777771")
    here = county.posts["grid_worker", HERE]
    hours(county, HERE, TODAY)
    with working_in(SYSTEM):
        rows("UPDATE tasks_task SET due = %s WHERE id = %s RETURNING id", NOON + HOUR, soon)
        assert actions.spread(post=here, by=county.actor(*LEAD), at=NOON, unattended=True) == 1
    assert has(task) == here
    assert has(soon) != here
