"""Area files that are right, wrong or no files at all."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.areas import rules
from fangxian.areas.levels import CHINA, read_levels
from fangxian.areas.listing import listing_of, read_listing
from fangxian.areas.rules.check import in_circles
from fangxian.areas.types import AreaRow, Tier
from fangxian.kernel.findings import Finding, Severity, errors
from tests.areas.trees import COUNTY, STEADY, Rows, trees

HEAD = "code,name,level,parent\n"


def told(findings: list[Finding]) -> list[tuple[str, int | None, str | None]]:
    return [(found.code, found.place.row, found.place.column) for found in findings]


def check(*rows: tuple[str, str, str, str], standing: dict[str, str] | None = None) -> list[Finding]:
    text = HEAD + "\n".join(",".join(row) for row in rows)
    listing, findings = read_listing("areas.csv", text.encode())
    return findings + rules.check(listing, standing or {})


@pytest.mark.parametrize("encode", [
    lambda text: text.encode(), lambda text: text.encode("utf-8-sig"), lambda text: text.encode("gb18030"),
    lambda text: gzip.compress(text.encode())], ids=["utf-8", "with a mark", "gb18030", "gzip"])
def test_the_same_rows_come_out_of_every_encoding(encode) -> None:  # type: ignore[no-untyped-def]
    listing, findings = read_listing("a.csv", encode(HEAD + "37,山东省,province,\r\n\r\n3708, 济宁市 ,city,37\r\n"))
    assert findings == []
    assert [(row.number, row.code, row.name, row.parent) for row in listing.rows] == [
        (2, "37", "山东省", ""), (4, "3708", "济宁市", "37")]


def test_columns_may_stand_in_any_order_and_with_others() -> None:
    listing, findings = read_listing(
        "a.csv", b"parent,population,level,cutoff,name,code,time_zone\n,9,province,18:30,X,1,Asia/Urumqi\n")
    assert findings == []
    assert listing.rows[0][1:] == ("1", "X", "province", "", "Asia/Urumqi", "18:30")


@pytest.mark.parametrize(("data", "says"), [
    (b"", "lacks code, name, level, parent"),
    (b"code,name\n1,X\n", "lacks level, parent"),
    (HEAD.encode(), "no rows"),
    (b"\x1f\x8b\x08broken", "can't be read"),
    (gzip.compress(HEAD.encode(), mtime=0)[:-9], "can't be read"),
    (b"\xff\xfe\x00\x81", "Save it as CSV"),
])
def test_what_is_no_area_file_says_what_to_do(data: bytes, says: str) -> None:
    _, findings = read_listing("a.csv", data)
    assert [found.code for found in findings] == ["areas.unreadable"]
    assert says in findings[0].message.en


@STEADY
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    listing, findings = read_listing("a.csv", data)
    assert findings or listing.rows


def test_a_sound_file_has_no_findings() -> None:
    assert rules.check(listing_of(COUNTY), {}) == []


@STEADY
@given(trees())
def test_no_sound_tree_is_refused(rows: Rows) -> None:
    assert errors(rules.check(listing_of(rows), {})) == []


@pytest.mark.parametrize(("row", "mistake"), [
    (("3708", "济宁市", "city", "38"), ("areas.parent", 3, "parent")),
    (("3708", "济宁市", "town", "37"), ("areas.level", 3, "level")),
    (("37", "又一个", "city", "37"), ("areas.duplicate", 3, "code")),
    (("3708", "", "city", "37"), ("areas.missing", 3, "name")),
    (("", "济宁市", "city", "37"), ("areas.missing", 3, "code")),
    (("3708", "济宁市", "province", "37"), ("areas.order", 3, "level")),
    (("3" * 41, "济宁市", "city", "37"), ("areas.long", 3, "code")),
    (("3708", "济\x07宁市", "city", "37"), ("areas.control", 3, "name")),
    (("3708", "济\x00宁市", "city", "37"), ("areas.control", 3, "name")),
])
def test_each_mistake_is_named_by_row_and_column(
        row: tuple[str, str, str, str], mistake: tuple[str, int, str]) -> None:
    assert mistake in told(check(("37", "山东省", "province", ""), row))


def test_a_short_line_lacks_what_it_lacks() -> None:
    listing, _ = read_listing("a.csv", (HEAD + "37\n").encode())
    assert told(rules.check(listing, {}))[:2] == [("areas.missing", 2, "name"), ("areas.level", 2, "level")]


def test_a_cycle_is_shown_as_one() -> None:
    found = check(("1", "A", "city", "3"), ("2", "B", "county", "1"), ("3", "C", "township", "2"))
    assert told(found) == [("areas.cycle", 2, "parent")]
    assert "1 → 3 → 2 → 1" in found[0].message.en


class Looked(dict[str, AreaRow]):
    """Counts how often a row is looked at."""

    looks = 0

    def get(self, code: str, otherwise: AreaRow | None = None) -> AreaRow | None:  # type: ignore[override]
        self.looks += 1
        return super().get(code, otherwise)


def test_a_long_chain_is_walked_once_and_a_long_circle_told_in_short() -> None:
    chain = Looked({str(at): AreaRow(at, str(at), "A", "grid", str(at + 1)) for at in range(2000)})
    assert in_circles(chain) == set()
    circle = chain | {"1999": AreaRow(1999, "1999", "A", "grid", "0")}
    assert in_circles(circle) == set(circle)
    assert chain.looks <= 2 * len(chain)
    found = check(*((str(at), "A", "city", str((at + 1) % 50)) for at in range(50)))
    assert {one.code for one in found} == {"areas.cycle"}
    assert max(len(one.message.en) for one in found) < 150


def test_an_area_cannot_lie_in_itself() -> None:
    assert told(check(("1", "A", "city", "1"))) == [("areas.cycle", 2, "parent")]


def test_a_row_hung_on_a_broken_cycle_is_not_searched_for_ever() -> None:
    found = check(("1", "A", "city", "2"), ("2", "B", "city", "1"), ("3", "C", "city", "1"))
    assert told(found) == [("areas.cycle", 2, "parent"), ("areas.cycle", 3, "parent"), ("areas.order", 4, "level")]


def test_a_parent_may_stand_in_the_tree_already() -> None:
    grid = ("1-1", "第一网格", "grid", "1")
    assert check(grid, standing={"1": "community"}) == []
    assert told(check(grid, standing={"1": "grid"})) == [("areas.order", 2, "level")]


def test_a_parent_of_a_level_from_elsewhere_is_pointed_out() -> None:
    assert told(check(("1-1", "第一网格", "grid", "1"), standing={"1": "ward"})) == [("areas.foreign", 2, "parent")]


def test_roots_of_different_levels_are_pointed_out() -> None:
    found = check(("1", "A", "province", ""), ("2", "B", "township", ""))
    assert [(one.code, one.severity) for one in found] == [("areas.root", Severity.WARNING)]


def test_a_country_brings_its_own_levels() -> None:
    levels, findings = read_levels(
        "levels.csv", "code,name_en,name_zh,tier\nstate,State,州,above\nward,Ward,选区,county\n")
    assert findings == []
    assert [(spec.code, spec.tier) for spec in levels] == [("state", Tier.ABOVE), ("ward", Tier.COUNTY)]


@pytest.mark.parametrize(("text", "mistake"), [
    ("state,State,州,sky", ("levels.tier", 2, "tier")),
    ("state,State,,above", ("levels.missing", 2, "name_zh")),
    ("state,State,州,above\nstate,Again,又,above", ("levels.twice", 3, "code")),
    ("", ("levels.none", None, None)),
])
def test_a_wrong_levels_file_is_named_by_row_and_column(text: str, mistake: tuple[str, int | None, str | None]) -> None:
    _, findings = read_levels("levels.csv", "code,name_en,name_zh,tier\n" + text)
    assert told(findings) == [mistake]


def test_a_tree_has_no_more_levels_than_a_path_has_room_for() -> None:
    lines = [f"l{number},L,级,above" for number in range(13)]
    assert [found.code for found in read_levels("l.csv", "\n".join(["code,name_en,name_zh,tier", *lines]))[1]] == [
        "levels.deep"]


def test_chinas_levels_reach_from_province_to_grid() -> None:
    assert [spec.tier for spec in CHINA] == [
        Tier.ABOVE, Tier.ABOVE, Tier.COUNTY, Tier.TOWNSHIP, Tier.COMMUNITY, Tier.GRID]
