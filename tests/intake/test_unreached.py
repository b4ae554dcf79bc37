"""Whom only another register knows to live with a case: told to every level, since nothing is filed about them."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest
from django.utils.translation import override

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.console.pages.alerts.lines import what
from fangxian.programmes import actions, queries
from fangxian.programmes.folder import read_folder
from fangxian.tasks.models import Alert
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, ROOT, County

from .doors import NOON
from .test_lightening import FEVER

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DOOR: Final = "RH2020-1"
TOLD: Final = "SELECT tier, kind, count FROM tasks_alert WHERE cause = 'unreached' AND subject = %s ORDER BY tier"


@pytest.fixture(autouse=True)
def residents(county: County) -> None:
    with working_in(SYSTEM):
        actions.publish(read_folder(ROOT / "programmes" / "residents"), by=OPERATOR, at=MORNING)


def resident(county: County, subject: uuid.UUID, name: str, **more: Any) -> None:
    made = county.send("resident", subject, {"name": name, "household": DOOR}, MORNING, programme="residents",
                       path=county.paths["34102310000101"], **more)
    assert not made.refused, made.refused


@pytest.fixture
def case(county: County) -> uuid.UUID:
    """Somebody who arrived, with two at home whom only the register of residents knows."""
    found = county.arrive(MORNING)
    assert not county.send("arrival", found, {**ARRIVAL, "household": DOOR}, NOON).refused
    resident(county, found, "张三")
    for name in ("李四", "王五"):
        resident(county, uuid.uuid4(), name)
    return found


def test_every_level_is_told_how_many_and_once(county: County, case: uuid.UUID) -> None:
    county.send("daily_check", case, FEVER, NOON)
    every = [(tier, "contact", 2) for tier in ("community", "county", "township")]
    assert rows(TOLD, case) == every
    county.send("daily_check", case, {**FEVER, "temperature": 39.1}, NOON)
    assert rows(TOLD, case) == every
    assert rows("SELECT id FROM journal_entry WHERE programme = 'entry' AND form = 'contact'") == []


def test_who_became_a_contact_is_not_counted(county: County, case: uuid.UUID) -> None:
    known = county.arrive(MORNING, document_number="E22000000")
    resident(county, known, "赵六")
    told = {**ARRIVAL, "household": DOOR, "document_number": "E22000000"}
    assert not county.send("arrival", known, told, NOON).refused
    county.send("daily_check", case, FEVER, NOON)
    assert [count for *_, count in rows(TOLD, case)] == [2] * 3
    assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND form = 'contact'", known) == [(1,)]


def test_who_is_registered_beside_a_case_is_told_of(county: County) -> None:
    """The register hears of them after the fever: by the link it knows, each that comes, and once."""
    one = county.arrive(MORNING)
    resident(county, one, "张三")
    county.send("daily_check", one, FEVER, NOON)
    assert rows(TOLD, one) == []
    for count, name in enumerate(("李四", "王五"), 1):
        resident(county, told := uuid.uuid4(), name)
        resident(county, told, name)
        assert [found for tier, _, found in rows(TOLD, one) if tier == "county"] == [*range(1, count + 1)]


@pytest.mark.parametrize("first", ["fever", "register"])
def test_the_same_key_in_their_community_is_enough(county: County, first: str) -> None:
    """Who came from abroad stands in no register; their family does, by the key of the same door."""
    one = county.arrive(MORNING)
    assert not county.send("arrival", one, {**ARRIVAL, "household": DOOR.lower()}, NOON).refused
    if first == "register":
        resident(county, uuid.uuid4(), "李四")
    county.send("daily_check", one, FEVER, NOON)
    if first == "fever":
        assert rows(TOLD, one) == []
        resident(county, uuid.uuid4(), "李四")
    assert [count for *_, count in rows(TOLD, one)] == [1] * 3


def test_a_household_told_after_the_fever_is_looked_for_in_the_registers(county: County) -> None:
    one = county.arrive(MORNING)
    resident(county, uuid.uuid4(), "李四")
    county.send("daily_check", one, FEVER, NOON)
    assert rows(TOLD, one) == []
    assert not county.send("arrival", one, {**ARRIVAL, "household": DOOR}, NOON).refused
    assert [count for *_, count in rows(TOLD, one)] == [1] * 3


def test_the_same_key_in_another_community_is_another_household(county: County) -> None:
    one = county.arrive(MORNING)
    assert not county.send("arrival", one, {**ARRIVAL, "household": DOOR}, NOON).refused
    elsewhere = county.paths["34102310000201"]
    assert not county.send("resident", uuid.uuid4(), {"name": "李四", "household": DOOR}, MORNING,
                           programme="residents", path=elsewhere).refused
    county.send("daily_check", one, FEVER, NOON)
    assert rows(TOLD, one) == []


def test_a_drill_finds_nobody_real_by_a_key(county: County) -> None:
    resident(county, uuid.uuid4(), "李四")
    one = uuid.uuid4()
    county.send("listed", one, {"name": "演练甲"}, MORNING, path=county.paths["34102310000101"], drill=True)
    county.send("arrival", one, {**ARRIVAL, "household": DOOR}, NOON)
    county.send("daily_check", one, FEVER, NOON)
    assert rows(TOLD, one) == []


def test_nobody_is_told_of_a_household_that_the_programme_knows(county: County) -> None:
    one = county.arrive(MORNING)
    county.send("arrival", one, {**ARRIVAL, "household": DOOR}, NOON)
    resident(county, one, "张三")
    county.send("daily_check", one, FEVER, NOON)
    assert rows(TOLD, one) == []


def test_it_says_what_to_do(county: County, case: uuid.UUID) -> None:
    county.send("daily_check", case, FEVER, NOON)
    with working_in(SYSTEM):
        alert, programme = Alert.objects.filter(cause="unreached").first(), queries.in_force("entry")
    assert alert is not None
    with override("en"):
        assert "2 people" in (said := what(alert, programme, "Z"))
        assert said.endswith("Register them here")
    with override("zh-hans"):
        assert what(alert, programme, "张三") == (
            "张三：另有2名同住人员仅在其他登记册中有记录，未为其填报“密切接触者”。请在此登记")
