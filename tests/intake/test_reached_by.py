"""How somebody is reached is not put out of the way unasked, but by who meets them; and no phone is a word."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Acting
from fangxian.areas.types import EVERYWHERE
from fangxian.intake import rules
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from fangxian.programmes.queries import in_force
from fangxian.subjects import queries as subjects
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import GRID, NOON
from .test_lightening import asked
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY: Final = "341023"
KNOWN: Final = {"phone": "13812345678", "address": "碧阳镇郭门一网格3栋501"}
OTHER: Final = {"phone": "13700000001", "address": "上海市浦东新区世纪大道1号"}


def acting(county: County, kind: str, code: str) -> Acting:
    found = acting_as(county.users[kind, code], county.posts[kind, code], NOON)
    assert found is not None
    return found


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"], **KNOWN)


def listed(subject: uuid.UUID, *changed: str, **answers: Any) -> Filing:
    return Filing(uuid7(NOON), "entry", "listed", subject, NOON, answers, changes=frozenset(changed))


def reached_by(subject: uuid.UUID) -> tuple[str, str]:
    with working_in(SYSTEM):
        [found] = subjects.identities([subject], EVERYWHERE).values()
    return found.phone, found.address


@pytest.mark.parametrize("part", ["phone", "address"])
@pytest.mark.parametrize("kind", ["port_officer", "county_duty"])
def test_who_is_not_there_is_asked_and_the_level_above_is_told(
    county: County, subject: uuid.UUID, kind: str, part: str,
) -> None:
    by = acting(county, kind, COUNTY)
    [found] = submit(by, listed(subject, **{part: OTHER[part]}))
    assert asked(found).keys() == {part}
    assert reached_by(subject) == tuple(KNOWN.values())
    assert not rows("SELECT 1 FROM tasks_alert WHERE cause = 'changed'")
    assert not asked(submit(by, listed(subject, part, **{part: OTHER[part]}))[0])
    assert reached_by(subject) == tuple((KNOWN | {part: OTHER[part]}).values())
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'changed'") == [(subject,)]


@pytest.mark.parametrize("phone", ["138 1234 5678", "+86 13812345678", "8613812345678"])
def test_the_same_number_spelled_otherwise_is_no_other_one(county: County, subject: uuid.UUID, phone: str) -> None:
    assert not asked(submit(acting(county, "port_officer", COUNTY), listed(subject, phone=phone))[0])


def test_what_was_not_known_is_filled_in_unasked(county: County) -> None:
    there = county.arrive(MORNING)
    assert not asked(submit(acting(county, "port_officer", COUNTY), listed(there, **OTHER))[0])


def test_who_meets_them_is_not_stopped(county: County, subject: uuid.UUID) -> None:
    told = Filing(uuid7(NOON), "entry", "arrival", subject, NOON, {**ARRIVAL, **OTHER})
    assert not asked(submit(acting(county, "grid_worker", GRID), told)[0])
    assert reached_by(subject) == tuple(OTHER.values())


@pytest.mark.parametrize(("kind", "form", "there"), [
    ("grid_worker", "arrival", True), ("grid_worker", "listed", True), ("community_lead", "verification", True),
    ("township_duty", "arrival", True), ("township_duty", "listed", False), ("port_officer", "arrival", False),
    ("county_duty", "arrival", False), ("clinician", "arrival", False), ("operator", "arrival", False)])
def test_who_hears_it_from_the_person(county: County, kind: str, form: str, *, there: bool) -> None:
    assert rules.hears_it_from_them(kind, in_force("entry"), form) is there


@pytest.mark.parametrize("phone", ["x", "00000000", "call me", "110", "无"])
@pytest.mark.parametrize("known", [False, True])
def test_what_nobody_can_be_reached_by_is_no_phone(
    county: County, subject: uuid.UUID, phone: str, *, known: bool,
) -> None:
    whom = subject if known else uuid.uuid4()
    told = listed(whom, "phone", name="张三" if known else "钱七", phone=phone)
    [found] = submit(acting(county, "port_officer", COUNTY), told)
    assert isinstance(found.answer, Refused)
    assert (found.answer.code, [question for question, _ in found.answer.faults]) == ("form_faults", ["phone"])
    assert reached_by(subject)[0] == KNOWN["phone"]


@pytest.mark.parametrize("phone", ["13900000001（母亲）", "0559-5520000转12", "+39 333 123 4567", "5520000"])
def test_a_number_with_words_beside_it_is_one(county: County, phone: str) -> None:
    [found] = submit(acting(county, "port_officer", COUNTY), listed(uuid.uuid4(), name="钱七", phone=phone))
    assert not isinstance(found.answer, Refused)
