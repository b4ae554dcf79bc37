"""Whose address names another county is placed in no grid here, in lists as at the door."""

from __future__ import annotations

import pytest

from fangxian.accounts.types import Acting
from fangxian.intake.types import Filing
from fangxian.journal.types import Recorded
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL
from tests.county import MORNING, County
from tests.intake.doors import NOON
from tests.intake.test_who_is_meant import submit

from .test_import import acting, bring, finish, lines_of, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PLACED = "SELECT f_grid FROM facts_entry"
WAITING = "SELECT count(*) FROM tasks_task WHERE kind = 'place' AND state = 'open'"


@pytest.mark.parametrize("address", [
    "上海市浦东新区郭门社区郭门一网格3号", "江西省婺源县碧阳镇郭门一网格", "黄山市休宁县郭门一网格"])
def test_a_line_that_names_another_county_waits_to_be_placed_and_says_why(
    by: Acting, county: County, address: str,
) -> None:
    held = bring(f"姓名,护照号,出生日期,抵达日期,目的地\n张三,E1,1985-04-05,2020-03-20,{address}\n", by)
    [line] = lines_of(held).values()
    assert "elsewhere" in [note.code for note in line.notes if note.level == "warning"]
    assert finish(held, by).results == {"recorded": 1}
    assert rows(PLACED) == [(None,)]
    assert rows(WAITING) == [(1,)]


def test_at_the_door_they_wait_to_be_placed_too(county: County) -> None:
    port = acting(county, "port_officer")
    for number, address in enumerate(("上海市浦东新区郭门社区郭门一网格3号", "黟县碧阳镇郭门一网格3号")):
        answers = {**ARRIVAL, "name": f"王{number}", "name_latin": "", "document_number": f"E000{number}",
                   "phone": f"1390000000{number}", "address": address}
        [found] = submit(port, Filing(uuid7(NOON), "entry", "arrival", uuid7(NOON), MORNING, answers))
        assert isinstance(found.answer, Recorded), found.answer
    assert sorted(rows(PLACED), key=str) == [("34102310000101",), (None,)]
    assert rows(WAITING) == [(1,)]
