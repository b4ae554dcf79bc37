"""Search finds people by whole values, areas and tasks, within what one may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from fangxian.accounts import pace
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.console import part_search
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, rows, signed_in, task_of

SECOND = HOUR / 3600
COUNTY, COMMUNITY = "341023", "341023100001"
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
    assert "Central isolation" in page


@pytest.mark.parametrize("text", ["张三", "zhangsan", "E00000077", "13812345678"])
def test_who_has_nothing_to_do_with_them_finds_whole_values_and_sees_them_masked(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077")
    give_to(county.posts["community_lead", COMMUNITY], subject)
    page = found(signed_in(county, "grid_worker", GRID), text)
    assert f"/subjects/{subject}/" in page
    assert "张*" in page
    assert ">张三<" not in page


def test_a_number_can_not_be_found_out_by_trying(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mask hides some digits from those who may not see who it is: whoever looks up all there are has to wait."""
    monkeypatch.setitem(pace.PACES, pace.Counted.LOOKED_UP, pace.Pace(3, 10 * SECOND, 10 * SECOND))
    subject = registered(county, document_number="E00000077")
    worker, other = signed_in(county, "grid_worker", GRID), signed_in(county, "community_lead", COMMUNITY)
    for typed in ("E00000001", "E0000001", "E00000012", "张三", "E00000077", "E00000033"):
        assert "Wait" not in found(worker, typed)
    page = found(worker, "E00000077")
    assert "Wait 10 seconds and try again." in page
    assert str(subject) not in page
    assert str(subject) in found(worker, "张三"), "a name is no number"
    assert str(subject) in found(other, "E00000077"), "nobody waits for somebody else"
    with running_on(SimulatedClock(MORNING + 5 * HOUR + 10 * SECOND)):
        assert str(subject) in found(worker, "E00000077")


def test_a_name_can_not_be_found_out_by_trying(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mask leaves the surname: whoever looks up all that may stand behind it has to wait."""
    monkeypatch.setitem(pace.PACES, pace.Counted.CALLED, pace.Pace(3, 10 * SECOND, 10 * SECOND))
    subject = registered(county, document_number="E00000077")
    give_to(county.posts["community_lead", COMMUNITY], subject)
    worker = signed_in(county, "grid_worker", GRID)
    for typed in ("张四", "张五", "张三", "郭门", "张六"):
        assert "Wait" not in found(worker, typed)
    page = found(worker, "张三")
    assert "Wait 10 seconds and try again." in page
    assert str(subject) not in page
    assert str(subject) in found(worker, "E00000077"), "a number is no name"


def test_a_number_typed_letter_by_letter_is_one_number(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.PACES, pace.Counted.LOOKED_UP, pace.Pace(2, 10 * SECOND, 10 * SECOND))
    worker, number = signed_in(county, "grid_worker", GRID), "341023199001010011"
    for length in range(4, len(number) + 1):
        assert "Wait" not in found(worker, number[:length])


PARTS = ["张", "三", "7号", "郭门7号3单元", "2单元 张", "5678", "0077", "zhang", "zs", "ZHANG"]


@pytest.mark.parametrize("text", PARTS)
def test_a_part_finds_those_of_ones_own_tasks_by_name(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077", address="郭门7号3单元2单元")
    page = found(signed_in(county, "grid_worker", GRID), text)
    assert f"/subjects/{subject}/" in page
    assert ">张三<" in page
    assert "郭门7号3单元" in page
    assert rows("SELECT purpose, programme, subject FROM accounts_access") == [("search", "entry", subject)]


@pytest.mark.parametrize("text", PARTS)
def test_a_part_finds_those_of_the_area_for_whoever_may_see_identities(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077", address="郭门7号3单元2单元")
    give_to(county.posts["community_lead", COMMUNITY], subject)
    for kind, code, sees in (("community_lead", COMMUNITY, True), ("county_duty", COUNTY, True),
                             ("clinician", COUNTY, True), ("grid_worker", GRID, False),
                             ("community_lead", "341023100002", False)):
        page = found(signed_in(county, kind, code), text)
        assert (f"/subjects/{subject}/" in page) is sees, kind


@pytest.mark.parametrize("text", ["z", "7", "567", "45678", "00077", "1381234", "E0000", "张 李", "郭门8号", "san"])
def test_what_fits_nobody_or_is_too_little_finds_nobody(county: County, text: str) -> None:
    subject = registered(county, document_number="E00000077", address="郭门7号3单元", name_latin="")
    assert f"/subjects/{subject}/" not in found(signed_in(county, "grid_worker", GRID), text)
    assert rows("SELECT count(*) FROM accounts_access") == [(0,)]


def test_among_too_many_no_part_is_looked_for_and_it_says_so(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = registered(county)
    monkeypatch.setattr(part_search, "LOOKED_THROUGH", 0)
    client = signed_in(county, "county_duty", COUNTY)
    page = found(client, "三")
    assert f"/subjects/{subject}/" not in page
    assert "type it whole" in page
    assert f"/subjects/{subject}/" in found(client, "张三")


def test_while_somebody_types_only_what_was_found_comes(county: County) -> None:
    subject = registered(county)
    client = signed_in(county, "community_lead", COMMUNITY)
    answer = client.get("/search/", {"q": "三"}, headers={"HX-Request": "true"})
    assert f"/subjects/{subject}/" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def give_to(post: int, subject: uuid.UUID) -> None:
    """All open tasks of somebody to one post."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_task SET post = %s WHERE subject = %s AND state = 'open'", [post, subject])


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
    assert "Part of a name or building" in found(signed_in(county, "grid_worker", GRID), "")
