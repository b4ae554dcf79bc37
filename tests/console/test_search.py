"""Search finds people by whole values, areas and tasks, within what one may see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 5 * HOUR)):
        yield world.build()


def found(client: Client, text: str) -> str:
    answer = client.get("/search/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("text", ["张三", "zhangsan", "ZHANG SAN", "e00000077", " 138 1234 5678 ", "+86 13812345678"])
def test_a_person_is_found_by_whole_values_and_shown_masked(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077")
    page = found(signed_in(county, "grid_worker", GRID), text)
    assert f"/subjects/{subject}/" in page
    assert "张*" in page
    assert ">张三<" not in page
    assert "Central isolation" in page


@pytest.mark.parametrize("text", ["张", "1381234", "E0000", "zhang"])
def test_parts_of_a_value_find_nobody(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077")
    assert f"/subjects/{subject}/" not in found(signed_in(county, "grid_worker", GRID), text)


def test_nobody_of_another_area_is_found(county: County) -> None:
    subject = registered(county, document_number="E00000077")
    page = found(signed_in(county, "grid_worker", FAR_GRID), "E00000077")
    assert str(subject) not in page
    assert "Nothing found in your area" in page


def test_areas_are_found_by_name_and_code(county: County) -> None:
    duty = signed_in(county, "county_duty", "341023")
    assert "宏村一网格" in found(duty, "宏村")
    assert "郭门一网格" in found(duty, GRID)


def test_a_task_and_a_person_are_found_by_id(county: County) -> None:
    subject = registered(county)
    worker = signed_in(county, "grid_worker", GRID)
    assert "Verify at the door" in found(worker, str(task_of(subject, "verify")[0]))
    assert f"/subjects/{subject}/" in found(worker, str(subject))


@pytest.mark.parametrize("text", ["", "%", "' OR 1=1 --", "\x00", "张" * 500])
def test_odd_input_is_answered(county: County, text: str) -> None:
    found(signed_in(county, "grid_worker", GRID), text)


def test_an_empty_box_says_what_can_be_typed(county: County) -> None:
    assert "characters or pinyin" in found(signed_in(county, "grid_worker", GRID), "")
