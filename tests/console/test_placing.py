"""Place addresses: grouped, placed many at once, remembered, and only for those in whose area people wait."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.console.pages import placing
from fangxian.kernel import clock
from tests import county as world
from tests.console.test_imports import signed_in, text
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOW = MORNING + dt.timedelta(hours=2)
GRID = "34102310000101"


@pytest.fixture(autouse=True)
def _at_work() -> Any:
    with clock.running_on(clock.SimulatedClock(NOW)):
        yield


@pytest.fixture
def county() -> County:
    made = world.build()
    for number in range(3):
        made.arrive(MORNING, grid="", address=f"阳光花园{number + 1}栋101", name=f"王{number}")
    made.arrive(MORNING, grid="", address="碧阳镇北街社区长寿路9号", name="李四")
    return made


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def tasks_in(page: Any) -> list[str]:
    return re.findall(r'name="who" value="([^"]+)"', page.content.decode())


def test_the_township_places_a_whole_estate_at_once_and_the_next_list_knows_it(county: County) -> None:
    client = signed_in(county, "township_duty", "341023100")
    page = client.get(reverse("placing"))
    assert "4 people wait for a grid" in text(page)
    ticked = [one for one in tasks_in(page) if one.startswith("0:")]
    assert len(ticked) == 3
    placed = client.post(reverse("placing_put"), {"who": tasks_in(page), "grid0": GRID, "only": "0"}, follow=True)
    assert "3 people placed" in text(placed)
    assert "1 person waits" in text(placed)
    assert rows("SELECT count(*) FROM subjects_subject WHERE path = %s", county.paths[GRID]) == [(3,)]
    with working_in(SYSTEM):
        assert areas.fit_addresses(["阳光花园8栋305"], county.paths["341023"])[0].path == county.paths[GRID]


def test_what_was_placed_by_mistake_is_taken_back_with_what_was_learned(county: County) -> None:
    client = signed_in(county, "township_duty", "341023100")
    assert client.post(reverse("placing_undo")).status_code == 404
    page = client.get(reverse("placing"))
    placed = client.post(reverse("placing_put"), {"who": tasks_in(page), "grid0": GRID, "only": "0"}, follow=True)
    assert "You placed 3 people a moment ago" in text(placed)
    assert signed_in(county, "township_duty", "341023100").post(reverse("placing_undo")).status_code == 404
    back = text(client.post(reverse("placing_undo"), follow=True))
    assert "Taken back: 3 people wait for a grid again" in back
    assert "4 people wait for a grid" in back
    assert "You placed" not in back
    assert rows("SELECT count(*) FROM subjects_subject WHERE path = %s", county.paths[GRID]) == [(0,)]
    assert rows("SELECT count(*) FROM areas_alias") == [(0,)]
    assert client.post(reverse("placing_undo")).status_code == 404  # once


def test_what_was_placed_long_ago_stays(county: County) -> None:
    client = signed_in(county, "township_duty", "341023100")
    client.post(reverse("placing_put"), {"who": tasks_in(client.get(reverse("placing"))), "grid0": GRID, "only": "0"})
    with clock.running_on(clock.SimulatedClock(NOW + dt.timedelta(minutes=31))):
        assert "You placed" not in text(client.get(reverse("placing")))
        assert client.post(reverse("placing_undo")).status_code == 409
    assert rows("SELECT count(*) FROM subjects_subject WHERE path = %s", county.paths[GRID]) == [(3,)]


def test_a_group_whose_community_is_known_is_offered_its_grids_only(county: County) -> None:
    page = signed_in(county, "township_duty", "341023100").get(reverse("placing"))
    groups = page.context["groups"]
    north = next(group for group in groups if group["count"] == 1)
    offered = re.findall(r'<option value="([^"]*)"( selected)?>', north["grids"])
    assert offered == [("34102310000201", " selected")]


def test_nobody_of_another_township_is_seen_or_placed(county: County) -> None:
    own = signed_in(county, "township_duty", "341023100").get(reverse("placing"))
    other = signed_in(county, "township_duty", "341023101")
    assert "Everybody has a grid" in text(other.get(reverse("placing")))
    tried = other.post(reverse("placing_put"), {"who": tasks_in(own), "grid0": GRID})
    assert tried.status_code == 422
    other.post(reverse("placing_put"), {"who": tasks_in(own), "grid0": "34102310120001"})
    assert rows("SELECT count(*) FROM subjects_subject WHERE path = %s", county.paths["34102310120001"]) == [(0,)]


def test_a_grid_worker_places_nobody(county: County) -> None:
    assert signed_in(county, "grid_worker", GRID).get(reverse("placing")).status_code in (403, 404)


def test_who_may_see_identities_places_people_by_name(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(county, "township_duty", "341023100")
    assert "李四" in text(client.get(reverse("placing")))
    monkeypatch.setattr(placing, "may", lambda *_: False)
    page = text(client.get(reverse("placing")))
    assert "李*" in page
    assert "李四" not in page


def test_the_look_at_addresses_is_logged(county: County) -> None:
    signed_in(county, "township_duty", "341023100").get(reverse("placing"))
    assert rows("SELECT count(*) FROM accounts_access WHERE purpose = 'place'") == [(4,)]


def test_the_page_costs_the_same_number_of_queries_for_more_people(
        county: County, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(county, "township_duty", "341023100")
    client.get(reverse("placing"))
    with django_assert_max_num_queries(30):
        client.get(reverse("placing"))


def test_people_in_more_places_cost_no_more_queries(county: County) -> None:
    client = signed_in(county, "township_duty", "341023100")
    before = queries_of(client)
    county.arrive(MORNING, grid="", address="碧阳镇郭门社区东门路3号", name="赵六")
    page = client.get(reverse("placing"))
    assert "5 people wait for a grid" in text(page)
    assert queries_of(client) == before


def queries_of(client: Any) -> int:
    """Of the page, once what a process keeps is kept."""
    client.get(reverse("placing"))
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("placing"))
    return len(found)
