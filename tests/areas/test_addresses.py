"""Written addresses and the areas they lie in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.areas import rules
from fangxian.areas.rules import AddressIndex
from fangxian.areas.rules.addresses import normalised, stems
from fangxian.areas.types import AddressCandidate, AreaLine, Tier
from tests.areas.trees import STEADY

COUNTY, XU, LI = "001", "001001", "001002"
AREAS = (
    AddressCandidate(COUNTY, "任城区", Tier.COUNTY),
    AddressCandidate(XU, "许庄街道", Tier.TOWNSHIP),
    AddressCandidate(LI, "李营街道", Tier.TOWNSHIP),
    AddressCandidate(XU + "001", "许庄村委会", Tier.COMMUNITY),
    AddressCandidate(XU + "002", "正义路社区居委会", Tier.COMMUNITY),
    AddressCandidate(LI + "001", "王庄村村民委员会", Tier.COMMUNITY, ("阳光花园",)),
    AddressCandidate(LI + "002", "刘庄村委会", Tier.COMMUNITY),
    AddressCandidate(XU + "003", "刘庄社区居民委员会", Tier.COMMUNITY),
    AddressCandidate(XU + "004", "范李庄村村委会", Tier.COMMUNITY),
    AddressCandidate(LI + "003", "李庄社区居民委员会", Tier.COMMUNITY),
    *(AddressCandidate(f"{above}00{number}00{grid}", f"第{sign}网格", Tier.GRID)
      for above in (XU, LI) for number in (1, 2, 3, 4, 5) for grid, sign in enumerate("一二三")),
    AddressCandidate("002", "兖州区", Tier.COUNTY),
)


@pytest.fixture(scope="module")
def index() -> AddressIndex:
    return AddressIndex(AREAS, AreaLine("任城区", ("山东省", "济宁市"), beside={"兖州区": Tier.COUNTY}))


@pytest.mark.parametrize(("address", "path"), [
    ("山东省济宁市任城区许庄街道许庄村委会12号", XU + "001"),
    ("许庄街道许庄村", XU + "001"),
    ("任城区李营街道王庄", LI + "001"),
    ("王庄村3组", LI + "001"),
    ("王庄村民委员会", LI + "001"),
    ("任城区 李营街道，刘庄村", LI + "002"),
    ("许庄街道办事处刘庄", XU + "003"),
    ("正义路社区５号楼", XU + "002"),
    ("任城区范李庄", XU + "004"),
    ("许庄街道许庄村第二网格", XU + "001001"),
    ("任城区阳光花园3号楼2单元501", LI + "001"),
    ("任城区李营街道王庄路12号", LI),
    ("任城区正义路5号", COUNTY),
    ("李营街道第三网格", LI),
    ("No. 12 Wangzhuang Village, Liying Sub-district, Rencheng", LI + "001"),
    ("Li Ying Jiedao Wang Zhuang 3 hao", LI + "001"),
    ("5 Wangzhuang Road, Liying", LI),
    ("5 Wangzhuangbei, Liying", LI),
    ("任城区", COUNTY),
    ("济宁市兖州区许庄街道", "002"),
    ("济宁市兖州区鼓楼街道", "002"),
    ("曲阜市静轩路1号", None),
    ("", None),
])
def test_an_address_finds_its_area(address: str, path: str | None, index: AddressIndex) -> None:
    assert rules.fit(address, index).path == path


def test_two_that_fit_alike_give_what_they_have_in_common(index: AddressIndex) -> None:
    found = rules.fit("任城区刘庄5号", index)
    assert (found.path, found.tier, found.certain) == (COUNTY, Tier.COUNTY, False)
    assert "刘庄村委会" in found.why.zh
    assert "刘庄社区居民委员会" in found.why.en


@pytest.mark.parametrize(("address", "shared", "other"), [
    ("任城区刘庄社区阳光花园3号楼", COUNTY, "刘庄社区居民委员会"),  # another community by its own name
    ("任城区许庄街道阳光花园3号楼", COUNTY, "许庄街道"),  # another township
    ("李营街道李庄社区阳光花园", LI, "李庄社区居民委员会"),
    ("任城区李营街道李庄社区阳光花园3号楼", LI, "李庄社区居民委员会"),
])
def test_an_estate_learned_elsewhere_does_not_outdo_the_name_of_an_area(
    address: str, shared: str, other: str, index: AddressIndex,
) -> None:
    found = rules.fit(address, index)
    assert (found.path, found.certain) == (shared, False)
    for said in (found.why.zh, found.why.en):
        assert "王庄村村民委员会" in said
        assert other in said


def test_an_estate_learned_in_two_places_gives_what_they_have_in_common() -> None:
    index = AddressIndex((*AREAS, AddressCandidate(XU + "005", "后张村委会", Tier.COMMUNITY, ("阳光花园",))))
    found = rules.fit("任城区阳光花园3号楼", index)
    assert (found.path, found.certain) == (COUNTY, False)


def test_the_name_of_another_area_within_that_of_an_estate_says_nothing() -> None:
    index = AddressIndex((*AREAS, AddressCandidate(XU + "005", "后张村委会", Tier.COMMUNITY, ("李庄锦绣花园",))))
    found = rules.fit("任城区李庄锦绣花园3号楼", index)
    assert (found.path, found.certain) == (XU + "005", True)


def test_the_own_name_of_one_area_learned_of_another_is_asked_about() -> None:
    name = "李庄社区居民委员会"
    index = AddressIndex((*AREAS, AddressCandidate(XU + "005", "后张村委会", Tier.COMMUNITY, (name,))))
    found = rules.fit("任城区" + name, index)
    assert (found.path, found.certain) == (COUNTY, False)
    learned = {path: any(hit.learned for hit in hits) for path, hits in index.hits("任城区" + name).items()}
    assert learned == {COUNTY: False, LI + "003": False, XU + "005": True}


@pytest.mark.parametrize("address", [
    "李营街道阳光花园3号楼", "任城区王庄村阳光花园", "李营街道阳光花园第三网格"])
def test_an_estate_decides_where_no_other_area_is_named_as_closely(address: str, index: AddressIndex) -> None:
    assert str(rules.fit(address, index).path).startswith(LI + "001")


def test_a_name_that_all_share_is_nothing_to_go_by(index: AddressIndex) -> None:
    assert rules.fit("第三网格", index).path is None


def test_a_name_of_a_township_and_a_village_in_it_gives_the_township(index: AddressIndex) -> None:
    found = rules.fit("任城区许庄", index)
    assert (found.path, found.certain) == (XU, False)


def test_the_reason_names_what_was_read(index: AddressIndex) -> None:
    assert rules.fit("任城区许庄街道许庄村", index).why.en == "The address names 任城区, 许庄街道, 许庄村委会."


def test_latin_names_are_whole_words() -> None:
    index = AddressIndex([
        AddressCandidate("001", "Ba Village", Tier.COMMUNITY), AddressCandidate("002", "Kano 1", Tier.COMMUNITY)])
    assert rules.fit("12 ba village road", index).path == "001"
    assert rules.fit("Samba Village", index).path is None
    assert rules.fit("Kano 12", index).path is None


@pytest.mark.parametrize(("name", "shorter"), [
    ("王庄村村民委员会", ["王庄村", "王庄"]),
    ("兴国村委会", ["兴国村", "兴国"]),
    ("多福巷社区居委会", ["多福巷社区"]),
    ("许庄街道", ["许庄"]),
    ("王村", []),
    ("城关镇", ["城关"]),
])
def test_names_are_written_shorter_but_never_too_short(name: str, shorter: list[str]) -> None:
    assert stems(name) == shorter


@pytest.mark.parametrize(("address", "alias"), [
    ("任城区许庄街道幸福小区3号楼2单元501", "幸福小区"),
    ("任城区许庄街道人民路12号院3单元", "人民路12号"),
    ("任城区许庄街道许庄村", ""),
    ("任城区12号", ""),
    ("Sunny Garden Bldg 3, Wangzhuang Village, Liying Town", "sunny garden"),
    ("Wangzhuang Village, Liying Town, Bldg 3 Rm 501", ""),
    ("Wangzhuang Village, Liying Town, Rencheng District", ""),
    ("Room 101, Liying", ""),
    ("任城区许庄街道 Sunny Garden 3", "sunny garden"),
    ("任城区不清楚", ""),
    ("不详", ""),
    ("Unknown", ""),
])
def test_what_is_worth_remembering_of_an_address(address: str, alias: str, index: AddressIndex) -> None:
    assert rules.alias_from(address, index) == alias


@STEADY
@given(st.text(max_size=60))
def test_any_text_gets_an_answer_with_a_reason(index: AddressIndex, address: str) -> None:
    found = rules.fit(address, index)
    assert found.why.en
    assert found.why.zh
    assert found.path is None or found.path in index.areas
    assert normalised(normalised(address)) == normalised(address)


COMMUNITIES = [area for area in AREAS if area.tier is Tier.COMMUNITY]


@STEADY
@given(st.sampled_from(COMMUNITIES), st.text("0123456789号院 ，-", max_size=8))
def test_the_full_way_down_finds_every_community(index: AddressIndex, area: AddressCandidate, rest: str) -> None:
    names = [index.areas[step].name for step in (COUNTY, area.path[:6], area.path)]
    assert rules.fit("".join(names) + rest, index).path == area.path
