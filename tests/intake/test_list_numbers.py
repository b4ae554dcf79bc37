"""The number that a list knows somebody by is asked about like a document, by whichever form it is told."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.subjects.matching import search
from tests.console.rounds import rows
from tests.county import MORNING, County

from .doors import NOON, Api, Sent

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY: Final = ("county_duty", "341023")


def case(number: str, subject: uuid.UUID | None = None, **more: Any) -> Sent:
    source = more.pop("source", "市疾控")
    at = NOON if subject else MORNING
    return Sent("case", {"external_id": number, "source": source, "age": 30}, subject or uuid.uuid4(),
                programme="linelist", by=COUNTY, happened_at=at.isoformat(), **more)


def bearers(number: str) -> set[uuid.UUID]:
    with working_in(SYSTEM):
        [found] = search.bearers([("ext:市疾控", number)], "linelist")
    return found


@pytest.fixture
def door(county: County) -> Api:
    return Api(county)


def test_the_number_of_somebody_else_is_asked_about(door: Api) -> None:
    first, second = case("E1"), case("E2")
    assert [door.file(one) for one in (first, second)] == ["recorded", "recorded"]
    assert door.file(case("e 2", first.subject)) == "known_already, certain"
    assert door.file(case("e 2", first.subject, told="other", whom=second.subject)) == "known_already, certain"
    assert door.file(case("e2", first.subject, replaces=first.id)) == "known_already, certain"
    assert bearers("E2") == {second.subject}


def test_another_number_than_is_recorded_is_asked_about(door: Api) -> None:
    first = case("E1")
    assert door.file(first) == "recorded"
    assert door.file(case("e1", first.subject)) == "recorded"
    other = case("E19", first.subject)
    assert door.file(other) == "changes_known"
    assert door.file(replace(other, id=uuid.uuid4(), replaces=first.id)) == "changes_known"
    assert door.file(case("E19", first.subject, source="")) == "changes_known"
    assert bearers("E19") == set()
    assert door.file(replace(other, changes=("external_id",))) == "recorded"
    assert bearers("E19") == {first.subject}


@pytest.mark.parametrize("source", ["市疾控", ""])
def test_who_was_named_before_is_asked_about_by_their_number(door: Api, source: str) -> None:
    """Named as who infected another, they are there already, and nothing is known of them."""
    second = case("E2", source=source)
    assert door.file(replace(second, answers={**second.answers, "infected_by": "E1"})) == "recorded"
    [(named,)] = rows("SELECT other FROM subjects_link WHERE subject = %s", second.subject)
    assert door.file(case(" e1", source=source)) == "known_already, certain"
    assert door.file(case("E1", source=source, told="other", whom=named)) == "known_already, certain"
    assert door.file(case("E1", source=source, told="same", whom=named)) == "recorded"
    assert rows("SELECT DISTINCT subject FROM journal_entry WHERE form = 'case' AND subject <> %s",
                second.subject) == [(named,)]
    assert door.file(case("E7", source=source)) == "recorded"


def test_another_list_knows_somebody_by_another_number(door: Api) -> None:
    first = case("E1")
    assert door.file(first) == "recorded"
    assert door.file(case("E7", first.subject, source="省疾控")) == "recorded"
    assert door.file(case("E1", first.subject)) == "recorded"


def test_who_bore_a_number_before_is_asked_about_and_not_certain(door: Api) -> None:
    first = case("E1")
    assert door.file(first) == "recorded"
    assert door.file(case("E9", first.subject, changes=("external_id",))) == "recorded"
    assert door.file(case("E1")) == "known_already, asked"
    assert door.file(case("E1", told="other", whom=first.subject)) == "recorded"


def test_the_number_of_the_list_of_arrivals_is_asked_about_as_well(county: County, door: Api) -> None:
    people = [county.arrive(MORNING, name=name, document_number=f"E1000000{number}", birth_date="1980-01-02")
              for number, name in enumerate(("张三", "李四"))]

    def listed(number: str, subject: uuid.UUID, **more: Any) -> Sent:
        return Sent("listed", {"source": "机场", "source_id": number}, subject, by=COUNTY, **more)

    assert [door.file(listed(f"A{number}", one)) for number, one in enumerate(people)] == ["recorded", "recorded"]
    assert door.file(listed("a1", people[0])) == "known_already, certain"
    assert door.file(listed("A5", people[0])) == "changes_known"
    assert door.file(listed("A5", people[0], changes=("source_id",))) == "recorded"
