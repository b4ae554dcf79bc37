"""A namesake is asked about where anything of the line speaks for it, whatever the phone; and no more than that."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest

from fangxian.accounts.types import Acting
from fangxian.capture import doubles
from fangxian.capture.types import NEW
from fangxian.subjects.matching.rules import Traits
from tests.capture.test_doubts import decide
from tests.capture.test_import import NOW, bring, finish, lines_of
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(hours=1)
HEAD = "姓名,身份证号,出生日期,联系电话,航班号,抵达日期,地址\n"
HOME, ELSEWHERE, NOWHERE = "碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号", "碧阳镇某小区7号"
KNOWN = f"包带叉,11010519491231002X,,13812345678,MU552,2020-03-20,{HOME}\n"
OTHER = "13900000001"


@pytest.fixture
def known(by: Acting, county: County) -> uuid.UUID:
    found = lines_of(finish(bring(HEAD + KNOWN, by), by))[2].subject
    assert found is not None
    return found


def line(flight: str = "", arrived: str = "", address: str = "", *, phone: str = OTHER, told: str = ",") -> str:
    return f"{HEAD}包带叉,{told},{phone},{flight},{arrived},{address}\n"


@pytest.mark.parametrize("told", [
    line("MU552", "2020-03-20", HOME), line("MU552"), line("mu 552", "2020-03-21"), line("", "2020-03-20 21:30"),
    line(address=HOME), line(address="碧阳镇郭门一网格9栋")])
def test_what_speaks_for_a_namesake_is_asked_about_whatever_the_phone(
    by: Acting, known: uuid.UUID, told: str,
) -> None:
    held = bring(told, by, source="铁路", at=LATER)
    assert held.counts == {"doubtful": 1}
    assert [one.subject for one in lines_of(held)[2].candidates] == [known]
    decide(held, by, NEW)
    assert finish(held, by, LATER).results == {"recorded": 1}


@pytest.mark.parametrize("told", [
    line("CA934", "2020-03-22", ELSEWHERE), line(), line("", "2020-03-21", NOWHERE), line("CA934", "2020-03-20"),
    line("MU552", "2020-03-22"),
    line("MU552", "2020-03-20", HOME, told="11010519491231010X,").replace("包带叉", "包带")])
def test_where_nothing_does_another_phone_is_somebody_elses(by: Acting, known: uuid.UUID, told: str) -> None:
    assert bring(told, by, source="铁路", at=LATER).counts == {"new": 1}, known


@pytest.mark.parametrize("told", [",1960-06-06", "11010519491231010X,"])
def test_who_says_more_than_is_known_is_asked_about_too(by: Acting, county: County, told: str) -> None:
    bare = f"{HEAD}包带叉,,,13812345678,MU552,2020-03-20,\n"
    finish(bring(bare, by), by)
    for flight, counts in (("MU552", {"doubtful": 1}), ("CA934", {"new": 1})):
        assert bring(line(flight, told=told), by, source="铁路", at=LATER).counts == counts


def test_an_address_that_fits_no_grid_speaks_for_somebody(by: Acting, county: County) -> None:
    finish(bring(f"{HEAD}包带叉,,1960-06-06,13812345678,,,{NOWHERE}\n", by), by)
    for address, counts in ((NOWHERE, {"doubtful": 1}), ("碧阳镇某小区9号", {"new": 1})):
        assert bring(line(address=address), by, source="铁路", at=LATER).counts == counts


def test_lines_of_one_list_are_told_apart_by_a_phone_unless_they_live_together(by: Acting, county: County) -> None:
    one, other = Traits(phone="+861"), Traits(phone="+862")
    assert (doubles.may_be_one(one, other), doubles.may_be_one(one, other, near=True)) == (False, True)
    for address, counts in ((HOME, {"new": 1, "doubtful": 1}), (ELSEWHERE, {"new": 2})):
        text = line("MU552", "2020-03-20", HOME, phone="13812345678") + line("MU552", "2020-03-20", address)[len(HEAD):]
        assert bring(text, by).counts == counts


SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚文辉"


def travellers(chance: random.Random, count: int, days: int) -> str:
    """People of common names, each with a phone, on a flight of one of some days: 9,680 names of one or two letters."""
    return HEAD + "".join(
        f"{chance.choice(SURNAMES)}{''.join(chance.choices(GIVEN, k=chance.choice((1, 2))))},,,"
        f"139{chance.randrange(10**8):08d},CA{chance.randrange(100, 150)},2020-03-{chance.randrange(days) + 7:02d},\n"
        for _ in range(count))


def test_of_many_common_names_few_are_asked_about(by: Acting, county: County) -> None:
    """Of 2,000 on 2,000, of whom half are namesakes, 11 are; of 2,000 who came on one day, 45."""
    chance = random.Random(7)
    known = finish(bring(travellers(chance, 300, 14), by), by)
    names = {line.answers["name"] for line in lines_of(known).values()}
    held = bring(travellers(chance, 300, 14), by, source="铁路", at=LATER)
    assert sum(line.answers["name"] in names for line in lines_of(held).values()) > 30
    assert held.counts.get("doubtful", 0) <= 3
