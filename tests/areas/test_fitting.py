"""Addresses that are nearly alike and lie elsewhere, and what people are told of them."""

from __future__ import annotations

import pytest

from fangxian.areas import rules
from fangxian.areas.rules import AddressIndex
from fangxian.areas.types import AddressCandidate, Tier
from tests.areas.test_addresses import AREAS, COUNTY, LI, XU

VILLAGE, GRID = Tier.COMMUNITY, Tier.GRID


@pytest.fixture(scope="module")
def index() -> AddressIndex:
    return AddressIndex(AREAS)


def only(*names: str, tier: Tier = VILLAGE) -> AddressIndex:
    """A county with a few areas directly below it: 001001, 001002 ..."""
    return AddressIndex([
        AddressCandidate(COUNTY, "任城区", Tier.COUNTY),
        *(AddressCandidate(f"{COUNTY}{number:03}", name, tier) for number, name in enumerate(names, 1))])


@pytest.mark.parametrize(("name", "tier", "address", "fits"), [
    ("李家镇", Tier.TOWNSHIP, "5 Lijia Town", True),
    ("何集镇", Tier.TOWNSHIP, "5 Heji Town", False),  # a word of four letters may be of any language
    ("和平", Tier.TOWNSHIP, "Heping 5", True),
    ("王庄村村委会", VILLAGE, "Wangzhuang Village 5", True),
    ("王庄村村委会", GRID, "Wangzhuang 5", False),  # grids are called by their whole names
    ("王庄村村委会", GRID, "王庄5号", False),
    ("王庄网格", GRID, "王庄网格", True),
    ("东", GRID, "山东", False),  # one character stands in too many words
    ("Ba Village", VILLAGE, "Ba Village, Room C", True),
    ("Ba Village", VILLAGE, "住在Ba Village的家里", True),
    ("Ba Village", VILLAGE, "Baba Village", False),
    ("Ba Village", VILLAGE, "Ba Villages", False),
    ("王庄村委会", VILLAGE, "王庄大街5号", False),
    ("王庄村委会", VILLAGE, "Wangzhuang St. 5", False),
    ("王庄村委会", VILLAGE, "Wangzhuang Station 5", True),
    ("王庄", VILLAGE, "王庄路5号", True),  # its whole name
])
def test_how_an_area_may_be_called(name: str, tier: Tier, address: str, fits: bool) -> None:
    assert rules.fit(address, only(name, tier=tier)).path == ("001001" if fits else None)


@pytest.mark.parametrize("names", [("王庄", "王庄村委会"), ("王庄村委会", "王庄")])
def test_a_road_may_be_called_after_a_village_unless_that_is_its_whole_name(names: tuple[str, str]) -> None:
    found = rules.fit("王庄路5号", only(*names))
    assert (found.path, found.certain) == (COUNTY, False)
    assert rules.fit("王庄路5号", only("王庄村委会", "王庄村")).path is None


@pytest.mark.parametrize(("sharing", "path"), [(8, COUNTY), (9, None)])
def test_a_name_that_more_than_eight_share_counts_below_a_named_area_only(sharing: int, path: str | None) -> None:
    index = only(*["第一网格"] * sharing, tier=GRID)
    assert rules.fit("第一网格", index).path == path
    assert rules.fit("任城区第一网格", index).why.en.startswith(f"{sharing} areas fit alike (第一网格).")


def test_a_longer_name_is_not_read_past_the_end_of_the_address() -> None:
    assert rules.fit("王家店东阳", only("王家店", "东阳", "东阳光城区域", tier=GRID)).path == "001001"


@pytest.mark.parametrize(("address", "path", "certain"), [
    ("许庄街道", XU, True),  # more of it than the village of the same name
    ("李营街道许庄旁刘庄", LI + "002", True),  # the township is named at more length than the other
    ("李营街道刘庄李营（许庄）", LI + "002", True),
    ("任城区兖州区", None, False),  # nothing in common
    ("刘庄", COUNTY, False),
    ("刘庄，李营街道", LI + "002", True),  # the wider name may follow
    ("曲阜市静轩路1号", None, False),
])
def test_the_area_that_covers_most_is_taken(address: str, path: str | None, certain: bool, index: AddressIndex) -> None:
    found = rules.fit(address, index)
    assert (found.path, found.certain) == (path, certain)
    assert found.tier == (index.areas[path].tier if path else None)


def test_what_two_names_share_is_counted_once() -> None:
    index = AddressIndex([
        AddressCandidate("001", "任城区", Tier.COUNTY), AddressCandidate("001001", "城区镇", Tier.TOWNSHIP),
        AddressCandidate("001001001", "王庄村", Tier.COMMUNITY), AddressCandidate("002001", "任城区镇王庄", Tier.GRID)])
    assert rules.fit("任城区镇王庄", index).path == "002001"


def test_two_sister_counties_have_no_more_in_common_than_nothing() -> None:
    """The index of a county has no area above it."""
    index = AddressIndex([
        AddressCandidate("001001", "甲子区", Tier.COUNTY), AddressCandidate("001002", "乙丑区", Tier.COUNTY)])
    found = rules.fit("甲子区乙丑区", index)
    assert (found.path, found.tier, found.certain) == (None, None, False)
    assert found.why.en.startswith("2 areas fit alike (乙丑区, 甲子区). Choose one")


def test_what_many_have_in_common_is_above_all_of_them() -> None:
    index = AddressIndex([
        *AREAS, AddressCandidate(LI + "006", "刘庄新村", Tier.COMMUNITY),
        AddressCandidate(LI + "007", "刘庄老村", Tier.COMMUNITY)])
    assert rules.fit("刘庄新村刘庄老村", index).path == LI
    four = rules.fit("刘庄5号", only(*(f"刘庄{ending}" for ending in ("村", "社区", "镇", "乡"))))
    assert four.path == COUNTY
    assert four.why.en.startswith("4 areas fit alike (刘庄乡, 刘庄村, 刘庄社区). Choose one")
    assert four.why.zh.startswith("有 4 个区域同样符合（刘庄乡、刘庄村、刘庄社区）。")


@pytest.mark.parametrize(("address", "says"), [
    ("李营街道王庄", "The address names 李营街道, 王庄村村民委员会."),  # the county is not
    ("任城区", "The address names 任城区."),
    ("曲阜市", "No area's name stands in the address. Place it by hand; the way it is written will be remembered."),
])
def test_people_are_told_what_was_read(address: str, says: str, index: AddressIndex) -> None:
    assert rules.fit(address, index).why.en == says


def test_people_are_told_which_two_areas_speak_against_each_other(index: AddressIndex) -> None:
    """Of a township and the village called after it, the township is named."""
    why = rules.fit("任城区许庄阳光花园", index).why
    assert why.en == "The address is written as for 王庄村村民委员会, and names 许庄街道. Choose one."
    assert why.zh == "该写法记为王庄村村民委员会，但地址中写有许庄街道。请选择一个。"


LEARNED = (
    AddressCandidate(LI + "006", "后张村委会", Tier.COMMUNITY, ("李庄锦绣花园", "后张村")),
    AddressCandidate(XU + "006", "新张村委会", Tier.COMMUNITY, ("幸福里",)),
    AddressCandidate(LI + "007", "前张村委会", Tier.COMMUNITY, ("月亮湾",)),
)


@pytest.mark.parametrize(("address", "path", "certain"), [
    ("许庄街道、李营街道阳光花园", COUNTY, False),  # two townships
    ("李营街道、许庄街道幸福里", COUNTY, False),
    ("李庄锦绣花园（李庄锦绣花园3号楼）", LI + "006", True),  # each time as a part of it
    ("阳光花园李庄社区", LI, False),
    ("李庄李庄锦绣花园", LI, False),  # once as a part of the estate's name, once by itself
    ("李庄锦绣花园李庄", LI, False),
    ("李庄锦绣花园", LI + "006", True),
    ("阳光花园（月亮湾）", LI + "001", True),  # another estate is no area's own name
    ("阳光花园中街5号", LI + "001", True),  # a street of the estate
    ("任城区王庄村阳光花园刘庄旁", LI + "001", True),  # by its own name too
    ("兖州区任城区李营街道阳光花园", LI + "001", True),  # what is wider than the township says less
    ("李营街道李庄社区第三网格许庄旁", LI + "003002", True),  # its own name, whatever others share it
    ("任城区阳光花园", LI + "001", True),  # the county lies above both
    ("后张村（月亮湾）", LI, False),
    ("后张村委会月亮湾", LI + "006", True),  # learned and its own name: its own
])
def test_an_estate_is_asked_about_where_another_area_is_named(address: str, path: str, certain: bool) -> None:
    found = rules.fit(address, AddressIndex([*AREAS, *LEARNED]))
    assert (found.path, found.certain) == (path, certain)


def test_a_township_by_its_own_name_and_a_learned_one_speaks_for_its_estates() -> None:
    index = AddressIndex([
        AddressCandidate("001001", "李营街道", Tier.TOWNSHIP, ("经开新城",)),
        AddressCandidate("001001001", "王庄村", Tier.COMMUNITY, ("阳光花园",)),
        AddressCandidate("002", "兖州区", Tier.COUNTY)])
    found = rules.fit("兖州区李营街道经开新城阳光花园", index)
    assert (found.path, found.certain) == ("001001001", True)


@pytest.mark.parametrize(("address", "alias"), [
    ("任城区许庄街道幸福", ""),  # two characters are too few
    ("任城区许庄街道幸福里", "幸福里"),
    ("幸福里3号楼", "幸福里"),  # no area named
    ("任城区A区阳光小区3号楼", "阳光小区"),
    ("Sunny Garden, Liying, Rencheng", "sunny garden"),
])
def test_what_is_learned_stands_beside_the_names(address: str, alias: str) -> None:
    index = AddressIndex([*AREAS, AddressCandidate(LI + "008", "A区", Tier.GRID)])
    assert rules.alias_from(address, index) == alias
