"""Renames, ends, mergers and splits, and what the tree was before them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from fangxian.areas import actions, queries
from fangxian.areas.errors import CHILDREN_LEFT, CODE_TAKEN, DAY_OUT_OF_ORDER, OTHER_LEVEL, WITHIN_ITSELF
from fangxian.areas.models import AreaCount
from fangxian.areas.types import parent_path
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind, Problem
from tests.areas.test_load import recounted
from tests.areas.trees import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]
XU, LI = "370811002", "370811005"
VILLAGE, ROAD, WANG, WEN = "370811002001", "370811002002", "370811005001", "370811005002"
DAY = dt.timedelta(days=1)
SAID: Final[Any] = {"by": 3, "at": NOW}


def path_of(code: str) -> str:
    return queries.by_code([code])[code].path


def codes_below(code: str) -> list[str]:
    return [node.code for node in queries.children(path_of(code))]


def refused(kind: Kind) -> pytest.RaisesExc[Problem]:
    return pytest.raises(Problem, match=f"^{kind.code}:")


def test_a_rename_keeps_the_area_and_its_former_names() -> None:
    path = path_of(XU)
    actions.rename(code=XU, name="许家庄街道", on=TODAY - 10 * DAY, **SAID)
    actions.rename(code=XU, name="新许庄街道", on=TODAY - 2 * DAY, **SAID)
    for days, name in ((11, "许庄街道"), (10, "许家庄街道"), (3, "许家庄街道"), (2, "新许庄街道"), (0, "新许庄街道")):
        assert queries.names_at([path], TODAY - days * DAY) == {path: name}
    assert queries.find("xxz")[0].path == path


@pytest.mark.parametrize("on", [TODAY + DAY, TODAY - 3 * DAY])
def test_a_day_has_to_lie_between_the_last_change_and_today(on: dt.date) -> None:
    actions.rename(code=XU, name="许家庄街道", on=TODAY - 2 * DAY, **SAID)
    with refused(DAY_OUT_OF_ORDER):
        actions.rename(code=XU, name="X", on=on, **SAID)


def test_an_ended_area_is_not_offered_and_stays_readable() -> None:
    gone = queries.by_code([WEN])[WEN]
    actions.end(code=WEN, successors=[WANG], on=TODAY, **SAID)
    assert codes_below(LI) == [WANG]
    assert queries.find("文苑") == []
    assert queries.by_code([WEN, "37081100500201"]) == {}
    assert queries.by_code([WEN], on=TODAY - DAY)[WEN].path == gone.path
    assert queries.by_code([WEN], on=TODAY) == {}
    assert [node.code for node in queries.children(path_of(LI), on=TODAY - DAY)] == [WANG, WEN]
    assert queries.place_of(gone.path).community == gone.path
    assert queries.lineages([gone.path])[gone.path][-1].name == "文苑社区居民委员会"


def test_successors_are_followed_from_change_to_change() -> None:
    old = path_of(WEN)
    actions.end(code=WEN, successors=[WANG], on=TODAY - 5 * DAY, **SAID)
    actions.split(code=WANG, into={WANG: "王庄村", "W2": "新王庄村"}, children={}, on=TODAY, **SAID)
    called = [
        {node.code for node in queries.now_called([WEN], TODAY - days * DAY)[WEN]} for days in (6, 5, 0)]
    assert called == [{WEN}, {WANG}, {WANG, "W2"}]
    assert {node.code for node in queries.successors([old], TODAY)[old]} == {WANG, "W2"}
    assert queries.now_called(["nowhere"], TODAY) == {"nowhere": []}


def test_a_merger_takes_what_lies_below_along() -> None:
    was = {code: path_of(code) for code in (XU, LI, VILLAGE, "37081100200101")}
    actions.merge(codes=[XU], into=LI, on=TODAY, **SAID)
    assert codes_below(LI) == [WANG, WEN, VILLAGE, ROAD]
    assert codes_below(VILLAGE) == ["37081100200101", "37081100200102"]
    grid = queries.successors([was["37081100200101"]], TODAY)[was["37081100200101"]]
    assert [node.path for node in grid] == [path_of("37081100200101")]
    assert queries.place_of(grid[0].path).township == was[LI]
    assert queries.successors([was[XU]], TODAY)[was[XU]][0].code == LI
    assert queries.history(1)[0].detail == {"codes": [XU], "into": LI, "on": str(TODAY)}


def test_a_split_asks_where_each_part_belongs() -> None:
    into = {XU: "许庄街道", "370811009": "正义街道"}
    with refused(CHILDREN_LEFT):
        actions.split(code=XU, into=into, children={VILLAGE: XU}, on=TODAY, **SAID)
    old = path_of(XU)
    actions.split(code=XU, into=into, children={VILLAGE: XU, ROAD: "370811009"}, on=TODAY, **SAID)
    assert (codes_below(XU), codes_below("370811009")) == ([VILLAGE], [ROAD])
    assert path_of(XU) != old
    assert parent_path(path_of(XU)) == parent_path(old)
    assert codes_below(VILLAGE) == ["37081100200101", "37081100200102"]


def test_a_path_is_never_given_twice() -> None:
    old = path_of(WEN)
    actions.end(code=WEN, on=TODAY, **SAID)
    actions.split(code=WANG, into={WEN: "文苑社区", WANG: "王庄村"}, children={}, on=TODAY, **SAID)
    assert path_of(WEN) > old


def test_kept_counts_follow_every_change() -> None:
    actions.merge(codes=[XU], into=LI, on=TODAY, **SAID)
    actions.end(code=VILLAGE, on=TODAY, **SAID)
    actions.split(code=WEN, into={WEN: "文苑", "W3": "新文苑"}, children={"37081100500201": "W3"}, on=TODAY, **SAID)
    kept = AreaCount.objects.values_list("path", "level", "number")
    assert {(path, level): number for path, level, number in kept} == recounted()


@pytest.mark.parametrize(("codes", "into", "kind"), [
    ([XU], WEN, OTHER_LEVEL), ([XU], XU, WITHIN_ITSELF), (["nowhere"], LI, errors.UNKNOWN_AREA),
    ([LI], "nowhere", errors.UNKNOWN_AREA)])
def test_a_merger_that_makes_no_sense_is_refused(codes: list[str], into: str, kind: Kind) -> None:
    with refused(kind):
        actions.merge(codes=codes, into=into, on=TODAY, **SAID)


def test_nothing_ends_in_favour_of_what_lies_within_it() -> None:
    with refused(WITHIN_ITSELF):
        actions.end(code=XU, successors=[VILLAGE], on=TODAY, **SAID)


def test_a_new_area_needs_a_code_of_its_own() -> None:
    with refused(CODE_TAKEN):
        actions.split(code=XU, into={LI: "许庄"}, children={}, on=TODAY, **SAID)
    assert codes_below("370811") == [XU, LI]
