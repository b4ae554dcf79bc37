"""What a file would change in a tree that stands, told without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from fangxian.areas import rules
from fangxian.areas.levels import CHINA
from fangxian.areas.listing import listing_of
from fangxian.areas.types import AreaRow, Difference, Listing, Standing, Summary, segment
from tests.areas.trees import COUNTY, Rows

CITY, REN, YAN, XU, LI = "3708", "370811", "370812", "370811002", "370811005"
VILLAGE, ROAD, WANG, WEN = "370811002001", "370811002002", "370811005001", "370811005002"
GRID, SECOND, WEN_GRID = "37081100200101", "37081100200102", "37081100500201"
BELOW_XU = [VILLAGE, ROAD, GRID, SECOND]


def standing(rows: Rows = COUNTY) -> dict[str, Standing]:
    """The tree as it stands after a first load of the rows, parents first; by code."""
    found: dict[str, Standing] = {}
    for number, (code, name, level, parent) in enumerate(rows):
        path = (found[parent].path if parent else "") + segment(number)
        found[code] = Standing(number, code, name, level, parent, path, "", None)
    return found


def compared(rows: Rows, tree: Rows = COUNTY, *, end_missing: bool = True) -> Difference:
    return rules.difference(listing_of(rows), standing(tree), end_missing=end_missing)


def without(*codes: str) -> Rows:
    return [row for row in COUNTY if row[0] not in codes]


def put(code: str, *, parent: str = "", level: str = "", name: str = "", rows: Rows = COUNTY) -> Rows:
    """The rows with one of them changed."""
    return [(was[0], name or was[1], level or was[2], parent or was[3]) if was[0] == code else was for was in rows]


def codes(areas: Iterable[Standing | AreaRow]) -> list[str]:
    return [area.code for area in areas]


def moved(found: Difference) -> list[str]:
    return codes(area for area, _ in found.moved)


def test_the_same_file_changes_nothing() -> None:
    assert compared(COUNTY).summary == Summary(0, 0, 0, 0, 0, same=len(COUNTY))


def test_a_first_file_is_all_new_and_its_parents_come_first() -> None:
    found = compared(COUNTY[::-1], [])
    assert found.summary == Summary(new=len(COUNTY), renamed=0, adjusted=0, moved=0, ended=0, same=0)
    levels = [row.level for row in found.new]
    assert levels == sorted(levels, key=[spec.code for spec in CHINA].index)


def test_another_name_is_a_renaming() -> None:
    found = compared(put(XU, name="许家庄街道"))
    assert [(area.name, row.name) for area, row in found.renamed] == [("许庄街道", "许家庄街道")]
    assert found.summary == Summary(0, renamed=1, adjusted=0, moved=0, ended=0, same=len(COUNTY) - 1)


@pytest.mark.parametrize(("zone", "cutoff", "differs"), [
    (None, None, False),  # the file says nothing of either
    ("Asia/Urumqi", "18:05", False),
    ("Asia/Urumqi", None, False),
    (None, "18:05", False),
    ("Asia/Shanghai", None, True),
    (None, "20:00", True),
    ("", "18:05", True),  # taken back
    ("Asia/Urumqi", "", True),
])
def test_a_calendar_is_adjusted_where_the_file_gives_another(
        zone: str | None, cutoff: str | None, differs: bool) -> None:
    area = standing()["37"]._replace(time_zone="Asia/Urumqi", cutoff=dt.time(18, 5))
    listing = Listing("a.csv", CHINA, [AreaRow(2, "37", "山东省", "province", "", zone, cutoff)])
    found = rules.difference(listing, {"37": area})
    assert [area.code for area, _ in found.adjusted] == ["37"] * differs
    assert found.same == (not differs)


def test_an_area_without_a_calendar_stays_so() -> None:
    listing = Listing("a.csv", CHINA, [AreaRow(2, "37", "山东省", "province", "", "", "")])
    assert rules.difference(listing, {"37": standing()["37"]}).summary.changes == 0


def test_what_lies_below_moves_along_the_upper_ones_first_and_under_its_own_name() -> None:
    found = compared(put(XU, parent=YAN)[::-1])
    assert moved(found) == [XU, *BELOW_XU]
    assert found.ended == []
    assert found.same == len(COUNTY) - 5
    assert found.moved[0][1].parent == YAN


def test_what_moves_along_without_standing_in_the_file_stays_as_it_is() -> None:
    found = compared(put(XU, parent=YAN, rows=without(*BELOW_XU)), end_missing=False)
    assert moved(found) == [XU, *BELOW_XU]
    assert found.moved[1][1][1:5] == (VILLAGE, "许庄村委会", "community", XU)
    assert found.same == len(without(*BELOW_XU)) - 1


def test_another_level_is_a_move_too() -> None:
    assert moved(compared(put(GRID, level="community", parent=XU))) == [GRID]
    assert moved(compared(put(WANG, level="grid"))) == [WANG]


def test_an_area_that_changes_in_every_way_counts_once_as_changed() -> None:
    found = compared(put(GRID, parent=ROAD, name="甲网格"))
    assert found.summary == Summary(0, renamed=1, adjusted=0, moved=1, ended=0, same=len(COUNTY) - 1)


@pytest.mark.parametrize(("rows", "ended"), [
    (without(WEN_GRID), [WEN_GRID]),
    (without(WEN, WEN_GRID), [WEN, WEN_GRID]),
    (without(LI, WANG, WEN, WEN_GRID), [LI, WANG, WEN, WEN_GRID]),  # with all that lies below it
    (without(XU, *BELOW_XU, YAN), [YAN, XU, *BELOW_XU]),
    ([row for row in without(SECOND) if row[2] == "grid"], [SECOND]),  # a file of grids ends their missing sisters
    ([row for row in COUNTY if row[2] != "grid"], []),  # a level it does not speak of
    (without(XU), []),  # its communities hang on it still
    (without(XU, VILLAGE), []),  # and so does what is two steps above a row
    (without("37"), []),
    ([("46", "海南省", "province", "")], []),  # roots may be those of another file
    ([("46", "海南省", "province", ""), ("4601", "海口市", "city", "46")], []),
])
def test_an_area_ends_that_the_file_should_have_named(rows: Rows, ended: list[str]) -> None:
    found = compared(rows)
    assert sorted(codes(found.ended)) == sorted(ended)
    assert found.moved == []
    assert compared(rows, end_missing=False).ended == []


def test_nothing_ends_under_a_parent_the_file_does_not_name() -> None:
    found = compared([row for row in COUNTY if row[0] in (VILLAGE, ROAD)])
    assert found.summary == Summary(0, 0, 0, 0, 0, same=2)


def test_what_the_file_has_elsewhere_does_not_end_with_the_area_above_it() -> None:
    found = compared(put(WEN, parent=XU, rows=without(LI, WANG)))
    assert codes(found.ended) == [LI, WANG]
    assert moved(found) == [WEN, WEN_GRID]


def test_what_ends_below_one_that_moves_does_not_move_along() -> None:
    found = compared(put(XU, parent=YAN, rows=without(SECOND)))
    assert codes(found.ended) == [SECOND]
    assert moved(found) == [XU, VILLAGE, ROAD, GRID]


def left_behind(rows: Rows) -> list[tuple[int | None, str | None, str]]:
    listing = listing_of(rows)
    found = rules.left_behind(listing, rules.difference(listing, standing(), end_missing=False))
    assert {one.code for one in found} <= {"areas.left_behind"}
    return [(one.place.row, one.place.column, one.message.en) for one in found]


def says(name: str, code: str, level: str, above: str) -> str:
    return (f"{name} ({code}, {level}) stands below it and can't lie below a {above}. Correct the level, or list that"
            " area too.")


@pytest.mark.parametrize(("row", "found"), [
    ((XU, "许庄街道", "township", YAN), []),
    ((VILLAGE, "许庄村委会", "grid", XU), [
        (1, "level", says("第一网格", GRID, "grid", "grid")), (1, "level", says("第二网格", SECOND, "grid", "grid"))]),
    ((XU, "许庄街道", "grid", REN), [
        (1, "level", says("许庄村委会", VILLAGE, "community", "grid")),
        (1, "level", says("正义路社区居委会", ROAD, "community", "grid"))]),
])
def test_areas_the_file_leaves_out_may_not_come_to_lie_below_a_lower_level(
        row: tuple[str, str, str, str], found: list[tuple[int, str, str]]) -> None:
    assert left_behind([row]) == found


def test_areas_the_file_lists_too_are_checked_with_the_file() -> None:
    assert left_behind([row for row in put(VILLAGE, level="grid") if row[0] in (VILLAGE, GRID, SECOND)]) == []


def test_a_level_the_file_does_not_know_can_lie_nowhere_below_it() -> None:
    tree = standing()
    tree[GRID] = tree[GRID]._replace(level="ward")
    listing = listing_of([(VILLAGE, "许庄村委会", "community", ROAD)])
    found = rules.left_behind(listing, rules.difference(listing, tree, end_missing=False))
    assert [one.message.en for one in found] == [says("第一网格", GRID, "ward", "community")]
