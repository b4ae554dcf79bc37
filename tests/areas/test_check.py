"""Each mistake of an area file: which row and column it is told at, once, and with what to do."""

from __future__ import annotations

import pytest

from fangxian.areas import rules
from fangxian.areas.listing import listing_of, read_listing
from tests.areas.test_listing import check, told


@pytest.mark.parametrize("row", [
    ("3" * 40, "济宁市", "city", "37"),
    ("3708", "济" * 200, "city", "37"),
    ("3708", "济\u3000宁市", "city", "37"),  # a wide blank is seen
])
def test_what_just_fits_is_no_mistake(row: tuple[str, str, str, str]) -> None:
    assert check(("37", "山东省", "province", ""), row) == []


@pytest.mark.parametrize(("row", "column", "says"), [
    (("", "济宁市", "city", "37"), "code", "The code is missing. Fill it in."),
    (("3708", "", "city", "37"), "name", "The name is missing. Fill it in."),
    (("3708", "济宁市", "town", "37"), "level",
     "There is no level “town”. Use one of: province, city, county, township, community, grid."),
    (("3" * 41, "济宁市", "city", "37"), "code", "The code has more than 40 characters. Shorten it."),
    (("3708", "济" * 201, "city", "37"), "name", "The name has more than 200 characters. Shorten it."),
    (("3" * 41, "济" * 201, "city", "37"), "code", "The code has more than 40 characters. Shorten it."),
    (("3" * 40, "济" * 201, "city", "37"), "name", "The name has more than 200 characters. Shorten it."),
    (("37\x0708", "济宁市", "city", "37"), "code", "It holds an invisible control character. Type it again."),
    (("3708", "济宁\x7f市", "city", "37"), "name", "It holds an invisible control character. Type it again."),
    (("3708", "济宁市", "city", "38"), "parent",
     "There is no area 38 above it, here or in the tree. Add it or correct the code."),
    (("3708", "济宁市", "province", "37"), "level",
     "A province can't lie below a province (37). Correct the level or the parent."),
])
def test_a_mistake_is_told_once_and_with_what_to_do(row: tuple[str, str, str, str], column: str, says: str) -> None:
    found = check(("37", "山东省", "province", ""), row)
    assert [(one.place.row, one.place.column, one.message.en) for one in found] == [(3, column, says)]


def test_a_code_that_stands_in_three_rows_is_told_at_the_second_and_third() -> None:
    found = check(
        ("37", "山东省", "province", ""), ("37", "又一个", "province", ""), ("46", "海南省", "province", ""),
        ("37", "再一个", "province", ""))
    assert told(found) == [("areas.duplicate", 3, "code"), ("areas.duplicate", 5, "code")]
    assert {one.message.en for one in found} == {
        "The code 37 stands already in row 2. Give each area its own code."}


def test_below_an_area_of_an_unknown_level_only_that_level_is_told() -> None:
    assert told(check(("1", "A", "ward", ""), ("2", "B", "city", "1"))) == [("areas.level", 2, "level")]


@pytest.mark.parametrize(("areas", "shown"), [
    (1, "0 → 0"),
    (3, "0 → 1 → 2 → 0"),
    (10, "0 → 1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9 → 0"),
    (11, "0 → 1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9 → …"),
])
def test_a_circle_is_shown_up_to_ten_areas(areas: int, shown: str) -> None:
    found = check(*((str(at), "A", "city", str((at + 1) % areas)) for at in range(areas)))
    assert found[0].message.en == f"These areas lie within each other: {shown}. Correct one parent."


def test_of_a_code_told_twice_only_the_row_within_a_circle_is_told_as_that() -> None:
    found = check(("1", "A", "city", "9"), ("1", "A", "city", "2"), ("2", "B", "city", "1"), standing={"9": "county"})
    assert told(found) == [
        ("areas.order", 2, "level"), ("areas.duplicate", 3, "code"), ("areas.cycle", 3, "parent"),
        ("areas.cycle", 4, "parent")]


def test_each_root_of_another_level_than_the_first_is_pointed_out() -> None:
    found = check(("1", "A", "province", ""), ("2", "B", "city", ""), ("3", "C", "city", "1"),
                  ("4", "D", "province", ""), ("5", "E", "county", ""))
    assert told(found) == [("areas.root", 3, "parent"), ("areas.root", 6, "parent")]
    assert found[0].message.en == (
        "B has no parent and is no province like the first. Check whether it has one.")
    assert found[0].message.zh == "“B”没有上级，且与首个顶层区域（province）级别不同。请核对。"


@pytest.mark.parametrize(("zone", "cutoff", "mistakes"), [
    ("Mars/Base", "25:00", ["time_zone", "cutoff"]),
    ("Mars/Base", "", ["time_zone"]),
    ("Mars/Base", "20:00", ["time_zone"]),
    ("", "9:00", ["cutoff"]),
    ("Asia/Urumqi", "20:60", ["cutoff"]),
    ("", "24:00", ["cutoff"]),
    ("", "20:00:00", ["cutoff"]),
    ("Asia/Urumqi", "23:59", []),
    ("", "00:00", []),
    ("", "", []),
])
def test_a_wrong_time_zone_and_cutoff_are_named(zone: str, cutoff: str, mistakes: list[str]) -> None:
    text = f"code,name,level,parent,time_zone,cutoff\n1,A,province,,{zone},{cutoff}\n"
    listing, _ = read_listing("a.csv", text.encode())
    assert told(rules.check(listing, {})) == [(f"areas.{column}", 2, column) for column in mistakes]


@pytest.mark.parametrize(("head", "line", "mistakes"), [
    ("time_zone", "Mars/Base", ["areas.time_zone"]), ("cutoff", "noon", ["areas.cutoff"])])
def test_a_file_may_give_only_one_of_the_two(head: str, line: str, mistakes: list[str]) -> None:
    listing, _ = read_listing("a.csv", f"code,name,level,parent,{head}\n1,A,province,,{line}\n".encode())
    assert [found.code for found in rules.check(listing, {})] == mistakes


def test_below_one_area_there_is_room_for_so_many_and_no_more() -> None:
    most = 36**3
    fits = [("1", "A", "province", ""), *((f"1-{at}", "A", "city", "1") for at in range(most))]
    assert rules.check(listing_of(fits), {}) == []
    crowded = rules.check(listing_of([*fits, ("x", "A", "city", "1")]), {})
    assert [(one.code, one.place.row, one.place.column) for one in crowded] == [("areas.crowd", None, "parent")]
    assert crowded[0].message.en.startswith(f"1 has {most + 1} areas directly below it; {most} fit.")
    roots = rules.check(listing_of((str(at), "A", "province", "") for at in range(most + 1)), {})
    assert len(roots) == 1
    assert roots[0].message.en.startswith(f"The top has {most + 1} areas")
    assert roots[0].message.zh.startswith(f"顶层 直属区域有 {most + 1} 个")
    assert crowded[0].message.zh.startswith(f"1 直属区域有 {most + 1} 个，最多 {most} 个。")
