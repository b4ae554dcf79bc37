"""The register of provinces, cities and counties."""

from __future__ import annotations

import pytest

from fangxian.kernel.identifiers.divisions import Division, divisions


@pytest.mark.parametrize(("name", "stem"), [
    ("安徽省", "安徽"), ("广西壮族自治区", "广西"), ("香港特别行政区", "香港"), ("合肥市", "合肥"), ("黟县", "黟县"),
    ("浦东新区", "浦东"), ("大兴安岭地区", "大兴安岭"), ("恩施土家族苗族自治州", "恩施"), ("延边朝鲜族自治州", "延边"),
    ("孟村回族自治县", "孟村"), ("阿拉善左旗", "阿拉善左"), ("兴安盟", "兴安"), ("芒市", "芒市")])
def test_a_name_without_the_kind_of_place(name: str, stem: str) -> None:
    assert Division("", name).stem == stem


@pytest.mark.parametrize(("code", "within"), [("340000", "34"), ("341000", "3410"), ("341023", "341023")])
def test_what_lies_in_it_begins_with_its_digits(code: str, within: str) -> None:
    assert Division(code, "").within == within


def test_names_of_the_register_are_names() -> None:
    names = {one.name for one in divisions()}
    assert {"安徽省", "合肥市", "黟县", "浦东新区", "巢湖地区"} <= names
    assert not names & {"市辖区", "县", "市区", "郊区", "城区", ""}
    assert Division("341023", "黟县") in divisions()
