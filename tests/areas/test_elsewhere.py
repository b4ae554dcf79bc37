"""An address that names another province, city or county fits no area here, and what only sounds like one says nothing.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from fangxian.areas import rules
from fangxian.areas.listing import listing_of
from fangxian.areas.rules import AddressIndex
from fangxian.areas.rules.elsewhere import Elsewhere
from fangxian.areas.types import AddressCandidate, AreaLine, Tier
from tests.areas.test_real_tree import rows_of_the_province
from tests.areas.trees import COUNTRY

COUNTY, TOWN, GUOMEN = "001", "001001", "001001001"
CANDIDATES = (
    AddressCandidate(COUNTY, "黟县", Tier.COUNTY),
    AddressCandidate(TOWN, "碧阳镇", Tier.TOWNSHIP),
    AddressCandidate("001002", "宏村镇", Tier.TOWNSHIP),
    AddressCandidate(GUOMEN, "郭门社区居委会", Tier.COMMUNITY, ("阳光花园",)),
    AddressCandidate(GUOMEN + "001", "郭门社区一网格", Tier.GRID),
    AddressCandidate("001001002", "北街社区居委会", Tier.COMMUNITY),
    AddressCandidate("001001003", "静安社区居委会", Tier.COMMUNITY),
    AddressCandidate("001002001", "宏村村委会", Tier.COMMUNITY),
    AddressCandidate("001002001001", "宏村一网格", Tier.GRID),
    AddressCandidate("001002002", "沙县村委会", Tier.COMMUNITY),
    AddressCandidate("002", "休宁县", Tier.COUNTY),
)
LINE = AreaLine("黟县", ("安徽省", "黄山市"), beside={"休宁县": Tier.COUNTY, "市辖区": Tier.COUNTY})


@pytest.fixture(scope="module")
def index() -> AddressIndex:
    return AddressIndex(CANDIDATES, LINE)


@pytest.mark.parametrize(("address", "named"), [
    ("上海市浦东新区郭门社区一网格3号", "上海市"),
    ("合肥市庐阳区北街社区2号楼203室", "合肥市"),
    ("北京市朝阳区碧阳镇郭门社区", "北京市"),
    ("江西省婺源县郭门社区一网格", "江西省"),
    ("婺源县郭门社区一网格", "婺源县"),
    ("黄山市黄山区郭门社区", "黄山区"),
    ("朝阳区郭门社区一网格", "朝阳区"),
    ("临平区郭门社区", "临平区"),  # younger than the register
    ("中国上海市郭门社区", "上海市"),
    ("户籍：江苏省无锡市，郭门社区", "江苏省"),
    ("郭门社区一网格，上海市浦东新区", "上海市"),  # written from the narrowest to the widest
    ("上海浦东郭门社区一网格", "上海"),
    ("安徽合肥郭门社区", "合肥"),
    ("江西婺源县 郭门社区", "婺源县"),
    ("合肥新站高新技术产业开发区郭门社区", "合肥"),
    ("上海市阳光花园3号楼", "上海市"),  # an estate learned here
    ("上海市黟县碧阳镇郭门社区", "上海市"),
    ("苏州市黟县郭门社区", "苏州市"),  # 宿州市 is spelled alike in Latin letters
    ("中华人民共和国上海市郭门社区", "上海市"),
    ("Guomen Community, Yixian, Shanghai", "上海市"),  # a city is wider than the county, which is named too
    ("上海静安社区3号", "上海"),  # a community here that is called like a district there
    ("内蒙古自治区阿拉善盟郭门社区", "内蒙古自治区"),
    ("Guomen Community, Biyang Town, Pudong New District, Shanghai", "上海市"),
    ("Guomen Shequ, Hefei City, Anhui 230000", "合肥市"),
    ("Shanghai Shi Pudong Guomen Shequ", "上海市"),
])
def test_an_address_elsewhere_fits_no_area_here(address: str, named: str, index: AddressIndex) -> None:
    found = rules.fit(address, index)
    assert (found.path, found.certain, found.elsewhere) == (None, False, named)
    assert named in found.why.en
    assert named in found.why.zh
    assert rules.alias_from(address + ", 幸福小区", index) == ""


@pytest.mark.parametrize(("address", "path"), [
    ("安徽省黄山市黟县碧阳镇郭门社区一网格", GUOMEN + "001"),
    ("中国安徽省黄山市黟县郭门社区", GUOMEN),
    ("安徽黄山郭门社区", GUOMEN),
    ("黄山市郭门社区一网格", GUOMEN + "001"),
    ("休宁县、黟县郭门社区", GUOMEN),  # of two counties this one is named too
    ("郭门社区朝阳市场楼上", GUOMEN),
    ("郭门社区雷锋超市", GUOMEN),
    ("雷锋超市郭门社区", GUOMEN),
    ("碧阳镇郭门社区阳光小区3号楼", GUOMEN),
    ("阳光小区郭门社区", GUOMEN),
    ("经济开发区郭门社区", GUOMEN),
    ("碧阳镇城东区郭门社区", GUOMEN),
    ("幸福家园二区郭门社区", GUOMEN),
    ("北京路12号郭门社区", GUOMEN),
    ("上海花园郭门社区3栋", GUOMEN),
    ("黟县县城郭门社区", GUOMEN),
    ("郭门社区县医院宿舍", GUOMEN),
    ("郭门社区和县医院之间", GUOMEN),
    ("工商联盟郭门社区", GUOMEN),
    ("郭门社区市辖区", GUOMEN),
    ("市辖区郭门社区", GUOMEN),
    ("安徽省黄山市市辖区郭门社区", GUOMEN),
    ("沙县村3号", "001002002"),  # a village here that is called like a county of Fujian
    ("碧阳镇宏村镇宏村一网格5号", "001002001001"),  # the township stands beside its village of the same name
    ("Guomen Community, Biyang Town, Yi County, Huangshan City, Anhui, China", GUOMEN),
    ("Guomen Shequ, Biyang, Yixian County", GUOMEN),
    ("Guomen Shequ, 5 Shanghai Road", GUOMEN),
    ("Huangshan Shi Guomen Shequ", GUOMEN),
    ("Guomen Shequ, Anhui Sheng", GUOMEN),
])
def test_what_only_sounds_like_a_place_elsewhere_changes_no_fit(address: str, path: str, index: AddressIndex) -> None:
    found = rules.fit(address, index)
    assert (found.path, found.elsewhere) == (path, "")


def test_the_next_county_is_said_to_be_where_it_is(index: AddressIndex) -> None:
    found = rules.fit("黄山市休宁县郭门社区一网格", index)
    assert (found.path, found.tier, found.certain, found.elsewhere) == ("002", Tier.COUNTY, False, "休宁县")


@pytest.mark.parametrize("address", ["宏村镇郭门社区一网格", "黟县宏村镇郭门社区", "碧阳镇宏村一网格5号"])
def test_another_township_here_is_asked_about(address: str, index: AddressIndex) -> None:
    found = rules.fit(address, index)
    assert (found.path, found.certain) == (COUNTY, False)
    assert "Choose one" in found.why.en


@pytest.mark.parametrize("address", [
    "不住郭门社区一网格了", "原郭门社区一网格，现外地", "黟县碧阳镇原郭门社区一网格", "郭门社区一网格对面的小区",
    "郭门社区一网格或北街",
    "户籍：郭门社区一网格", "郭门社区一网格已搬走", "Near Guomen Community", "郭门社区一网格附近"])
def test_an_area_that_is_named_as_where_they_do_not_stay_is_asked_about(address: str, index: AddressIndex) -> None:
    found = rules.fit(address, index)
    assert not found.certain
    assert found.tier is not Tier.GRID


@pytest.mark.parametrize("address", [
    "郭门社区一网格北街超市对面", "郭门社区一网格3号楼隔壁", "现住郭门社区一网格", "太原路5号，郭门社区一网格"])
def test_what_is_beside_a_house_says_nothing_of_its_area(address: str, index: AddressIndex) -> None:
    assert rules.fit(address, index).path == GUOMEN + "001"


KENYA = AddressIndex([
    AddressCandidate("001", "Kisumu", Tier.COUNTY), AddressCandidate("001001", "Kisumu East", Tier.TOWNSHIP),
    AddressCandidate("001001001", "Kondele Estate", Tier.COMMUNITY), AddressCandidate("002", "Nairobi", Tier.COUNTY),
    AddressCandidate("001001002", "New Nairobi", Tier.COMMUNITY),
], AreaLine("Kisumu", beside={
    "Nairobi": Tier.COUNTY, "Central": Tier.ABOVE, "Meru": Tier.COUNTY}))


@pytest.mark.parametrize(("address", "path"), [
    ("Kondele Estate, Nairobi", "002"),
    ("Kondele Estate Nairobi 00100", "002"),
    ("Kondele Estate, House 5, Nairobi City", "002"),
    ("Kondele Estate, Central", None),
    ("Kondele Estate, Siaya County", None),
    ("New Nairobi, House 5", "001001002"),
    ("Kondele Estate, Kisumu, Central", None),
    ("Kondele Estate, Kisumu, Nairobi", "001001001"),  # of two counties this one is named too
    ("Kondele Estate Siaya County", "001001001"),  # a name of its own stands between commas
    ("Kondele Estate, Meru", None),
    ("Kondele Estate Meru", "001001001"),  # too short to be told from a word
    ("Kondele Estate, Kisumu", "001001001"),
    ("Kondele Estate, Nairobi Road", "001001001"),
    ("Kondele Estate, Kisumu East District", "001001001"),
    ("Kondele Estate, Business District, Kisumu", "001001001"),
])
def test_abroad_the_names_of_the_tree_tell(address: str, path: str | None) -> None:
    assert rules.fit(address, KENYA).path == path


def test_a_city_has_its_counties_within() -> None:
    city = AddressIndex(CANDIDATES, AreaLine("黄山市", ("安徽省",), frozenset({"黟县", "休宁县"})))
    assert rules.fit("休宁县郭门社区", city).elsewhere == ""
    assert rules.fit("婺源县郭门社区", city).elsewhere == "婺源县"


@pytest.mark.parametrize("line", [
    AreaLine("黟县"), AreaLine("甲乙县", ("安徽省",)), AreaLine("甲乙县", ("甲乙市",)),
    AreaLine("黄山市", ("安徽省",), frozenset({"黟县"}))])
def test_the_register_tells_as_soon_as_it_knows_the_line_or_what_is_above(line: AreaLine) -> None:
    index = AddressIndex([AddressCandidate(GUOMEN, "郭门社区", Tier.COMMUNITY)], line)
    assert rules.fit("上海市郭门社区", index).elsewhere == "上海市"
    assert rules.fit("婺源县郭门社区", index).elsewhere == "婺源县"
    assert rules.fit(f"{line.name}郭门社区", index).elsewhere == ""


@pytest.mark.parametrize(("address", "named"), [
    ("婺源县黟县郭门社区", ""), ("上海市黟县郭门社区", "上海市"), ("婺源县郭门社区", "婺源县")])
def test_another_county_says_nothing_beside_ones_own(address: str, named: str) -> None:
    index = AddressIndex([AddressCandidate(GUOMEN, "郭门社区", Tier.COMMUNITY)], LINE)
    assert rules.fit(address, index).elsewhere == named


def test_a_neighbour_that_no_register_has_is_known_from_the_tree() -> None:
    line = AreaLine("黟县", ("安徽省", "黄山市"), beside={"甲乙市": Tier.COUNTY})
    assert rules.fit("郭门社区，甲乙市", AddressIndex(CANDIDATES, line)).elsewhere == "甲乙市"
    assert rules.fit("郭门社区，甲乙市", AddressIndex(CANDIDATES, replace(line, beside={}))).elsewhere == ""


@pytest.mark.parametrize(("line", "address"), [
    (AreaLine("当涂县", ("安徽省", "马鞍山市")), "马鞍山市郭门社区"),  # 鞍山市 is a city too
    (AreaLine("峨眉山市", ("四川省", "乐山市")), "峨眉山市郭门社区"),
])
def test_what_a_name_of_ones_own_ends_in_names_nothing_else(line: AreaLine, address: str) -> None:
    index = AddressIndex([AddressCandidate("001", line.name, Tier.COUNTY),
                          AddressCandidate("001001", "郭门社区", Tier.COMMUNITY)], line)
    assert rules.fit(address, index).elsewhere == ""


def test_of_a_county_that_no_register_has_nothing_above_is_known() -> None:
    index = AddressIndex([AddressCandidate("001", "甲子区", Tier.COUNTY),
                          AddressCandidate("001001", "郭门社区", Tier.COMMUNITY)], AreaLine("甲子区"))
    assert rules.fit("山东省济宁市甲子区郭门社区", index).path == "001001"


@pytest.mark.skipif(not COUNTRY.exists(), reason="needs ../shared/data/areas beside the checkout")
def test_no_address_of_a_real_province_is_taken_for_one_elsewhere() -> None:
    rows = listing_of(rows_of_the_province()).rows
    names = {row.code: row for row in rows}
    counties = [row for row in rows if row.level == "county" and row.name != "市辖区"]
    for county in random.Random(1).sample(counties, 8):
        above = tuple(names[code].name for code in (county.code[:2], county.parent) if code in names)
        elsewhere = Elsewhere(AreaLine(county.name, above))
        for row in rows:
            if row.level == "community" and row.code.startswith(county.code):
                town = names[row.parent].name
                whole = "".join(above) + county.name + town + row.name
                for written in (whole, county.name + row.name, town + row.name):
                    assert elsewhere.named(written, written, [], []) is None, written
