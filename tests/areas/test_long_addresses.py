"""An address longer than any is looked at where areas stand in it, at both ends, and costs no more than others."""

from __future__ import annotations

import time

import pytest

from fangxian.areas import rules
from fangxian.areas.rules import AddressIndex
from fangxian.areas.rules.addresses import LONGEST, looked_at, normalised
from fangxian.areas.types import AddressCandidate, Tier

_NAMES = ("郭门", "北街", "南屏")
COUNTY = [
    AddressCandidate("a", "黟县", Tier.COUNTY), AddressCandidate("aaa", "碧阳镇", Tier.TOWNSHIP),
    *(AddressCandidate(f"aaa{number:03}", f"{name}社区", Tier.COMMUNITY) for number, name in enumerate(_NAMES)),
    *(AddressCandidate(f"aaa{parent:03}{number:03}", f"{name}{said}网格", Tier.GRID)
      for parent, name in enumerate(_NAMES) for number, said in enumerate("一二三四五六七八九")),
]
INDEX = AddressIndex(COUNTY)


@pytest.mark.parametrize("written", [
    "碧阳镇郭门社区郭门一网格" + "三号楼后门右转" * 600, "三号楼后门右转" * 600 + "郭门一网格郭门社区碧阳镇"])
def test_the_areas_at_either_end_of_a_long_address_are_found(written: str) -> None:
    assert rules.fit(written, INDEX).path == "aaa000000"


def test_what_lies_in_the_middle_of_a_long_address_is_not_looked_at() -> None:
    assert rules.fit("某" * LONGEST + "郭门一网格" + "某" * LONGEST, INDEX).path is None


def test_no_name_reaches_across_what_is_left_out() -> None:
    half = LONGEST // 2
    assert rules.fit("某" * (half - 1) + "北" + "某" * LONGEST + "街社区" + "某" * (half - 3), INDEX).path is None


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST])
def test_an_address_as_long_as_may_be_is_looked_at_whole(length: int) -> None:
    written = ("郭门 一网格" * LONGEST)[:length]
    assert looked_at(written) == normalised(written)
    assert "\n" in looked_at(("郭门 一网格" * LONGEST)[:LONGEST + 1])


@pytest.mark.parametrize("piece", [
    "郭门社区一网格{}号楼", "郭门社区郭门一网格", "碧阳镇郭门北街南屏社区", "1-", "村{}组", "\ufdfa", "bi yang "])
def test_four_thousand_characters_of_the_worst_shape_cost_milliseconds(piece: str) -> None:
    written = "".join(piece.format(number) for number in range(4000))[:4000]
    begun = time.process_time()
    for _ in range(10):
        rules.fit(written, INDEX)
        rules.alias_from(written, INDEX)
    assert (time.process_time() - begun) / 10 < 0.1


def test_of_an_address_that_is_too_long_both_halves_are_looked_at() -> None:
    assert [len(part) for part in looked_at("某" * (LONGEST + 1)).split("\n")] == [LONGEST // 2, LONGEST // 2]
