"""Decision tables: as a table, with whom each row decides in one's own area, and its cases."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + HOUR)):
        made = world.build()
        for grid in (GRID, GRID, FAR_GRID):
            made.arrive(MORNING, grid)
        yield made


def people(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<td data-kind="number"[^>]*>(\d+)</td>', page)]


def test_the_people_of_the_rows_are_those_of_ones_own_area(county: County) -> None:
    for kind, code, number in (("county_duty", "341023", 3), ("township_duty", "341023100", 2)):
        client = signed_in(county, kind, code)
        page = client.get("/tables/entry/measure/counted/", headers={"HX-Request": "true"}).content.decode()
        assert people(page) == [number]


def test_the_page_has_the_table_its_cases_and_versions(county: County) -> None:
    page = signed_in(county, "county_duty", "341023").get("/tables/entry/measure/").content.decode()
    for part in ("central isolation", "A suspicion comes before everything.", "2020.8", "exactly one row fits"):
        assert part in page


def test_one_comes_to_the_table_that_decides_the_measure(county: County) -> None:
    page = signed_in(county, "county_duty", "341023").get("/tables/").content.decode()
    assert re.search(r'href="/tables/entry/measure/"[^>]*aria-current', page)


def test_the_later_of_two_days_is_said_in_words(county: County) -> None:
    page = signed_in(county, "county_duty", "341023").get("/tables/entry/measure/").content.decode()
    assert "the later of: Last contact with the case + 14 days, Days are counted from + 14 days" in page
    assert "max(" not in page


def test_in_chinese(county: County) -> None:
    page = signed_in(county, "county_duty", "341023", "zh-hans").get("/tables/entry/measure/").content.decode()
    for part in ("疑似优先于一切。", "上门时发热"):
        assert part in page
    assert "fever at the door" not in page


def test_unknown_tables_and_hidden_programmes_are_not_found(county: County) -> None:
    client = signed_in(county, "township_duty", "341023100")
    for address in ("/tables/entry/burnt/", "/tables/linelist/", "/tables/other/"):
        assert client.get(address).status_code == 404
    assert client.get("/tables/").status_code == 200
