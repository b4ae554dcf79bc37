"""What a post may in one programme it may not in another, though it sees both: also where a page is about either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts import queries
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, Grant
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock
from fangxian.tasks.models import Alert
from tests import county as world
from tests.county import MORNING, County

from .rounds import GRID, HOUR, OTHER_GRID, registered, rows, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
EVENING: Final = MORNING + 10 * HOUR
SEAT: Final = "341023"
MOVED: Final = ("reassign", "acknowledge")


@pytest.fixture
def county() -> Iterator[County]:
    """The county's duty officer gives tasks and answers alerts of cases only; a grid worker has to do with both."""
    with running_on(SimulatedClock(EVENING)):
        made = world.build()
        with working_in(SYSTEM):
            grants = queries.permissions().grants
            for programme, rest in (
                    ("entry", [one for one in grants if (one.post, one.action) not in {
                        ("county_duty", action) for action in MOVED}]),
                    ("linelist", [*grants, Grant("grid_worker", "linelist", "fill", "case"), *(
                        Grant("county_duty", "linelist", action) for action in MOVED)])):
                accounts.set_permissions(programme=programme, by=OPERATOR, at=MORNING - HOUR, rows=[
                    one for one in rest if one.programme == programme])
        yield made


@pytest.fixture
def client(county: County) -> Client:
    return signed_in(county, "county_duty", SEAT)


def test_tasks_of_the_other_are_neither_given_away_nor_spread(county: County, client: Client) -> None:
    subject = registered(county, MORNING)
    task, _state = task_of(subject, "verify")
    worker, other = (county.posts["grid_worker", grid] for grid in (GRID, OTHER_GRID))
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"/subjects/{subject}/tasks/", {"task": str(task), "to": str(other)}),
        (f"/team/post/{worker}/reassign/", {"task": str(task), "to": str(other)}),
        (f"/team/post/{worker}/away/", {"days": "1"})]
    for address, asked in sent:
        assert client.post(address, asked).status_code == 403, address
    assert rows("SELECT post FROM tasks_task WHERE id = %s", task) == [(worker,)]
    assert rows("SELECT count(*) FROM accounts_absence") == [(0,)]


def test_alerts_of_the_other_are_not_acknowledged(county: County, client: Client) -> None:
    registered(county, MORNING)
    clock.run_due(EVENING)
    clock.run_due(EVENING + 14 * HOUR)
    with working_in(SYSTEM):
        found = Alert.objects.filter(cause__in=("late", "missed", "visit"), acknowledged_at=None, post=None).first()
    assert found is not None
    assert client.post("/alerts/acknowledge/", {"alert": str(found.pk)}).status_code == 403
    assert client.post(f"/alerts/{found.pk}/acknowledge/").status_code == 403
    assert rows("SELECT count(*) FROM tasks_alert WHERE acknowledged_at IS NOT NULL") == [(0,)]
