"""In which order a day is walked: rules over what the cards say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from fangxian.console import walk
from fangxian.console.walk import SortOrder
from tests.county import MORNING


def card(name: str, address: str, **more: Any) -> walk.Card:
    return {
        "id": name, "name": name, "address": address, "building": walk.building(address),
        "own": True, "place": "g", "household": "", "kind": "check", "what": "Check",
        "due": MORNING, "rank": 2, "coming": False, **more}


FAR = card("a", "学院路2号2单元301")
NEAR = card("b", "学院路2号1单元101", what="Verify", kind="verify")
TEN = card("c", "学院路10号1单元101")
OTHER = card("d", "北门1号", due=MORNING - dt.timedelta(hours=1))
LATE = card("e", "学院路3号", rank=1)
URGENT = card("f", "学院路9号", rank=0)
LATER = card("g", "北门2号", coming=True)
ALL = [FAR, NEAR, TEN, OTHER, LATE, URGENT, LATER]


@pytest.mark.parametrize(("order", "names"), [
    (SortOrder.BUILDING, "fedabcg"),  # late beside urgent, then building by building
    (SortOrder.ROUTE, "fdbaecg"),  # late where it stands in the street
    (SortOrder.KIND, "fdaecbg"),
    (SortOrder.DUE, "fedbacg"),
    (SortOrder.NAME, "fabcdeg"),
])
def test_the_order_of_a_day(order: SortOrder, names: str) -> None:
    for given in (ALL, ALL[::-1]):
        assert "".join(one["name"] for one in walk.ordered(given, order)) == names


@pytest.mark.parametrize(("order", "titles"), [
    (SortOrder.BUILDING, [("", True), ("北门1号", False), ("学院路2号", False), ("学院路10号", False)]),
    (SortOrder.ROUTE, [("", True), ("北门", False), ("学院路", False)]),
    (SortOrder.KIND, [("", True), ("Check", False), ("Verify", False)]),
    (SortOrder.NAME, [("", True), ("", False)]),
])
def test_the_headings_of_an_order(order: SortOrder, titles: list[tuple[str, bool]]) -> None:
    found = walk.groups(walk.ordered(ALL[:-1], order), order, several_places=False)
    assert [(title, first) for title, first, _ in found] == titles


def test_several_places_are_told_apart() -> None:
    there = [card("a", "", place="北门"), card("b", "1号", place="南门")]
    assert [one.title for one in walk.groups(there, SortOrder.BUILDING, several_places=True)] == ["北门", "南门 · 1号"]


def test_a_day_goes_on_behind_a_card_that_is_answered_by_now() -> None:
    ordered = walk.ordered([FAR, TEN, OTHER], SortOrder.ROUTE)
    assert walk.following(ordered, NEAR, SortOrder.ROUTE) == [FAR, TEN]
    assert walk.following(ordered, FAR, SortOrder.ROUTE) == [TEN]
    assert walk.following(ordered, None, SortOrder.ROUTE) == ordered


@pytest.mark.parametrize(("address", "building", "street"), [
    ("学院路2号2单元301", "学院路2号", "学院路"),
    ("3栋502", "3栋", ""),
    ("12 Kenyatta Road, flat 3", "", "Kenyatta Road"),
    ("Block 4, Kondele Estate", "Block 4", "Kondele Estate"),
    ("", "", ""),
])
def test_the_parts_of_an_address(address: str, building: str, street: str) -> None:
    assert (walk.building(address), walk.street(address)) == (building, street)
