"""A place that no area in force bears is nobody's: it is refused by name, whoever names it and however."""

from __future__ import annotations

import uuid
from typing import Final

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from tests.capture.test_import import bring, finish
from tests.console.rounds import rows
from tests.county import MORNING, County

from .doors import NOON
from .test_told_above import acting
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PLACING: Final = "SELECT count(*) FROM tasks_task WHERE subject = %s AND kind = 'place' AND state = 'open'"


@pytest.fixture
def unplaced(county: County) -> uuid.UUID:
    subject = county.arrive(MORNING, grid="")
    assert rows(PLACING, subject) == [(1,)]
    return subject


@pytest.mark.parametrize("code", ["nonsense", "34102310099999", "{grid}", "x" * 200])
def test_a_code_of_no_area_is_refused_by_name_and_the_task_stays(
    county: County, unplaced: uuid.UUID, code: str,
) -> None:
    [answer] = county.send("place", unplaced, {"grid": code}, NOON).refused
    [(_, said)] = answer.faults
    assert f"no area {code[:20].replace('{', '(').replace('}', ')')} in force" in said.en
    assert "没有在用的区域" in said.zh
    assert rows(PLACING, unplaced) == [(1,)]
    assert rows("SELECT f_grid FROM facts_entry WHERE subject = %s", unplaced) == [(None,)]
    assert not county.send("place", unplaced, {"grid": "34102310000101"}, NOON).refused
    assert rows(PLACING, unplaced) == [(0,)]


def test_the_door_of_the_programme_interface_refuses_it_too(county: County, unplaced: uuid.UUID) -> None:
    duty = acting(county, "township_duty", "341023100")
    [found] = submit(duty, Filing(uuid7(NOON), "entry", "place", unplaced, NOON, {"grid": "nonsense"}))
    assert isinstance(found.answer, Refused)
    assert found.answer.code == "form_faults"
    assert rows(PLACING, unplaced) == [(1,)]


def test_a_list_that_names_it_first_is_refused_where_it_is_filed_and_asked_about_where_it_is_read(
    county: County,
) -> None:
    """Filed as it is, the line is refused; read by the list, it goes on and the township chooses the grid."""
    listed = {"source": "test", "name": "王五", "document_type": "passport", "document_number": "E7", "grid": "nowhere",
              "birth_date": "1985-04-05", "arrived": MORNING.isoformat(), "origin": "IT", "countries": "IT"}
    assert county.send("listed", uuid7(NOON), listed, NOON, path=county.paths["341023"]).refused
    officer = acting(county, "county_duty", "341023")
    held = bring("姓名,护照号,出生日期,抵达日期,网格代码\n张三,E1,1985-04-05,2020-03-20,nowhere\n", officer, at=NOON)
    assert finish(held, officer, NOON).results == {"recorded": 1}
    assert rows("SELECT count(*) FROM tasks_task WHERE kind = 'place' AND state = 'open'") == [(1,)]
    with working_in(Scope(EVERYWHERE, ("*",))):
        assert rows("SELECT f_grid FROM facts_entry") == [(None,)]
