"""What people write where they have nothing to write is nobody's household, document or number, at no door."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.capture import listing
from fangxian.capture.tabular.types import ListLine
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions, queries
from fangxian.programmes.folder import read_folder
from tests.capture.test_import import acting, bring, finish
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, ROOT, County

from .doors import GRID, NOON
from .test_sharing import SEEN
from .test_who_is_meant import said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOTHING = ("无", "同上", "-", "0", "不详", "未知", "n/a", "None", "ditto", "same", "/", "〃", " 无 ")


@pytest.fixture
def residents(county: County) -> Acting:
    with working_in(SYSTEM):
        actions.publish(read_folder(ROOT / "programmes" / "residents"), by=OPERATOR, at=MORNING)
    return acting(county, "county_duty")


def arrival(**told: Any) -> Filing:
    return Filing(uuid7(NOON), "entry", "arrival", uuid7(NOON), NOON, {**ARRIVAL, **told})


def refusals(found: list[Any]) -> dict[str, str]:
    [one] = found
    assert isinstance(one.answer, Refused), one
    assert one.answer.code == "form_faults"
    return {question: text.en for question, text in one.answer.faults}


@pytest.mark.parametrize("key", NOTHING)
def test_at_the_door_it_is_no_household(county: County, by: Acting, key: str) -> None:
    wrong = refusals(submit(by, arrival(household=key)))
    assert list(wrong) == ["household"]
    assert "leave it empty" in wrong["household"]


@pytest.mark.parametrize("key", ["1", "301", "７", "12号", "第3户", "No. 5"])
def test_a_bare_number_is_a_door_in_any_street(county: County, by: Acting, key: str) -> None:
    assert "grid-building-door" in refusals(submit(by, arrival(household=key)))["household"]


@pytest.mark.parametrize("key", ["郭门1", "1-301", "0042", "RH2020-1", "3单元301室", "A"])
def test_a_key_that_says_more_is_taken(county: County, by: Acting, key: str) -> None:
    assert said(submit(by, arrival(household=key))) == [""]


def test_another_form_judges_alike(by: Acting, subject: uuid.UUID) -> None:
    seen = Filing(uuid7(NOON), "entry", "verification", subject, NOON, {**SEEN, "household": "同上"})
    assert list(refusals(submit(by, seen))) == ["household"]


@pytest.mark.parametrize("number", ["无", "0000", "11010*******1002X"])
def test_another_programme_that_asks_for_no_kind_of_document_judges_alike(residents: Acting, number: str) -> None:
    told = {"name": "吴一", "household": "无", "document_number": number, "grid": GRID}
    resident = Filing(uuid7(NOON), "residents", "resident", uuid7(NOON), NOON, told)
    assert list(refusals(submit(residents, resident))) == ["document_number", "household"]


def test_it_is_no_tube(county: County, subject: uuid.UUID) -> None:
    told = {"taken": "yes", "tube": "无", "specimen": "nasal"}
    wrong = refusals(submit(acting(county, "clinician"), Filing(
        uuid7(NOON), "entry", "sample", subject, NOON, told)))
    assert "Ask for it" in wrong["tube"]


def test_strangers_without_a_flight_number_share_no_journey(county: County, by: Acting) -> None:
    for number, name, latin in (("E90000001", "吴一", "WU YI"), ("E90000002", "郑二", "ZHENG ER")):
        told = {"name": name, "name_latin": latin, "document_number": number, "phone": "1380013" + number[-4:]}
        assert said(submit(by, arrival(**told, transport="vehicle", transport_number="无"))) == [""]
    assert rows("SELECT count(*) FROM subjects_link WHERE kind = 'journey'") == [(0,)]


def test_a_list_leaves_it_out_and_says_so(residents: Acting) -> None:
    form = queries.in_force("residents").forms["resident"]
    lines = [ListLine(at, {"name": "吴一", "household": key}, {})
             for at, key in enumerate(("同上", "0", "7", "郭门1-7"))]
    read = listing.prepared(lines, form, source="", happened_at=NOON, zone=residents.calendar.zone)
    assert [line.answers.get("household") for line in read] == [None, None, None, "郭门1-7"]
    assert [[note.code for note in line.notes] for line in read] == [["constraint"]] * 3 + [[]]


def test_a_list_takes_nobody_for_one_by_a_number_that_stands_for_nothing(county: County) -> None:
    duty = acting(county, "county_duty")
    head = "姓名,出生日期,名单中的人员编号,抵达日期\n"
    held = bring(f"{head}吴一,1960-01-01,同上,2020-03-20\n吴一二,1970-01-01,同上,2020-03-20\n", duty, at=NOON)
    assert held.counts == {"new": 2}
    held = bring(f"{head}吴一三,1980-01-01,同上,2020-03-20\n", duty, at=NOON)
    assert held.counts["new"] == 1


def test_cases_may_be_counted_from_nought(county: County) -> None:
    duty = acting(county, "county_duty")
    text = "病例编号,感染来源,年龄\n0,unknown,30\n1,0,31\n2,同上,32\n"
    held = bring(text, duty, at=NOON, programme="linelist", form="case")
    assert held.counts == {"new": 3}
    finish(held, duty, NOON)
    assert rows("SELECT count(*) FROM subjects_link WHERE programme = 'linelist'") == [(1,)]
