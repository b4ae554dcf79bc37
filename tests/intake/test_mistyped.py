"""A resident id with a slip of the pen makes nobody a second person unasked: in a list, at the door, in a batch."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from fangxian.accounts.types import Acting
from fangxian.capture.types import SAME
from fangxian.intake.types import Filing
from fangxian.journal.types import Recorded, Refused
from fangxian.kernel.ids import uuid7
from fangxian.subjects.matching.rules import NEAR_NUMBER
from tests.capture.test_doubts import decide
from tests.capture.test_import import acting, bring, finish, lines_of
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import NOON
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
RIGHT = "11010519491231002X"
WRONG = (
    "110105194912310020",  # the check digit
    "11010519491231003X",  # a digit
    "11010519491232002X",  # a digit of the birth date, which is no day any more
    "110105194912310020"[:14] + "0120",  # the last ones, the birth date being right
    "1101051949123102X",  # one left out
    "110105194912310002X",  # one too many
)
PEOPLE = "SELECT count(*) FROM subjects_subject"
HEAD = "姓名,证件类型,证件号码,抵达日期\n"


@pytest.fixture
def duty(county: County) -> Acting:
    return acting(county, "county_duty")


def known(county: County, number: str) -> uuid.UUID:
    return county.arrive(MORNING, name="胡丽", document_type="resident_id", document_number=number, birth_date="")


def door(county: County, number: str, name: str = "胡丽", **more: Any) -> Filing:
    told = {**ARRIVAL, "name": name, "name_latin": "", "document_type": "resident_id", "document_number": number,
            "phone": "139" + number[-8:].replace("X", "1"), **more}
    return Filing(uuid7(NOON), "entry", "arrival", uuid7(NOON), NOON, told)


@pytest.mark.parametrize("number", WRONG)
def test_a_list_asks_whether_the_number_is_mistyped(county: County, duty: Acting, number: str) -> None:
    subject = known(county, RIGHT)
    held = bring(f"{HEAD}胡丽,身份证,{number},2020-03-20\n", duty, at=NOON)
    assert held.counts == {"doubtful": 1}
    [line] = lines_of(held).values()
    assert [one.subject for one in line.candidates] == [subject]
    decide(held, duty, SAME)
    finish(held, duty, NOON)
    assert rows(PEOPLE) == [(1,)]


@pytest.mark.parametrize("number", WRONG)
def test_a_list_asks_where_the_mistyped_number_came_first(county: County, duty: Acting, number: str) -> None:
    subject = known(county, number)
    held = bring(f"{HEAD}胡丽,身份证,{RIGHT},2020-03-20\n", duty, at=NOON)
    [line] = lines_of(held).values()
    assert (held.counts, [one.subject for one in line.candidates]) == ({"doubtful": 1}, [subject])


@pytest.mark.parametrize("number", [number for number in WRONG if len(number) == 18])  # others the form refuses
@pytest.mark.parametrize("swapped", [False, True])
def test_the_door_asks_too(county: County, number: str, *, swapped: bool) -> None:
    first, second = (number, RIGHT) if swapped else (RIGHT, number)
    subject = known(county, first)
    [found] = submit(acting(county, "port_officer"), door(county, second))
    assert isinstance(found.answer, Refused)
    assert found.answer.code == "known_already", found
    assert [one.subject for one in found.candidates] == [subject]
    assert rows(PEOPLE) == [(1,)]


def test_two_of_one_batch_are_asked_about(county: County) -> None:
    first, second = submit(
        acting(county, "port_officer"), door(county, RIGHT), door(county, WRONG[1], birth_date="1949-01-01"))
    assert isinstance(first.answer, Recorded), first
    assert isinstance(second.answer, Refused), second


def test_two_lines_of_one_list_are_asked_about(county: County, duty: Acting) -> None:
    held = bring(f"{HEAD}胡丽,身份证,{RIGHT},2020-03-20\n胡丽,身份证,{WRONG[1]},2020-03-20\n", duty, at=NOON)
    assert held.counts == {"new": 1, "doubtful": 1}


def test_another_name_or_another_right_number_is_somebody_else(county: County, duty: Acting) -> None:
    known(county, RIGHT)
    text = f"{HEAD}王强,身份证,{WRONG[1]},2020-03-20\n胡丽,身份证,110105195001010012,2020-03-20\n"
    assert bring(text, duty, at=NOON).counts == {"new": 2}
    [found] = submit(acting(county, "port_officer"), door(county, WRONG[1], name="王强"))
    assert isinstance(found.answer, Recorded), found


def test_why_is_said_in_both_languages(county: County, duty: Acting) -> None:
    known(county, RIGHT)
    held = bring(f"{HEAD}胡丽,身份证,{WRONG[2]},2020-03-20\n", duty, at=NOON)
    [line] = lines_of(held).values()
    assert [one.why for one in line.candidates] == [NEAR_NUMBER]
