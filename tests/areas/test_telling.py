"""What is learned of an address: only what tells its place from others."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.areas.rules.addresses import AddressIndex, alias_from, fit, normalised
from fangxian.areas.rules.telling import tells_apart
from fangxian.areas.types import AddressCandidate, Tier

COUNTY, VILLAGE, OTHER = "aaa", "aaabbb", "aaaccc"
GENERIC: Final = (
    "Plot", "House", "Block", "Flat", "Estate", "Near", "Opposite", "Unknown", "Phase", "Road", "Street", "Door",
    "Casa", "Lote", "Barrio", "Rua", "Quartier", "Haus", "Wohnung", "Jalan", "Blok", "Улица", "Дом", "Квартира",
    "小区", "宿舍", "出租屋", "号楼", "单元", "附近", "家属院", "三组")


def index(*aliases: str) -> AddressIndex:
    return AddressIndex([
        AddressCandidate(COUNTY, "Tsavo County", Tier.COUNTY, ()),
        AddressCandidate(VILLAGE, "Mwangaza", Tier.COMMUNITY, aliases),
        AddressCandidate(OTHER, "Riverside", Tier.COMMUNITY, ())])


@pytest.mark.parametrize(("address", "learned"), [
    ("Plot 7, Unknown Estate", ""),
    ("Plot 22, Kondele Estate", "kondele estate"),
    ("House No. 5, Block C, Phase 2", ""),
    ("Near the market, door 4", ""),
    ("Kenyatta Road 12", "kenyatta road 12"),
    ("Kenyatta Road", ""),  # a road without a number goes through many places
    ("Flat 4, Sunrise Apartments", "sunrise apartments"),
    ("Kia Estate 5", "kia estate"),
    ("Xq Estate 5", ""),  # two letters may be anything
    ("نور 5", "نور"),
    ("دو بی 5", ""),
    ("Calle 12, Casa 4", ""),
    ("Lote 7, Barrio Esperanza", "esperanza"),
    ("Rua 5, Quadra 2", ""),
    ("Jalan 3 RT 4 RW 5", ""),
    ("ул. 5, дом 7, кв. 12", ""),
    ("Haus 4, Wohnung 12", ""),
    ("小区3号楼2单元", ""),
    ("阳光小区3号楼2单元401", "阳光小区"),
    ("出租屋", ""),
    ("第三组12号", ""),
    ("光明路", ""),
    ("光明路18号", "光明路18号"),
    ("本村三组12号", ""),
])
def test_what_is_worth_remembering(address: str, learned: str) -> None:
    assert alias_from(address, index()) == learned


def test_the_case_of_the_two_plots() -> None:
    learned = alias_from("Plot 7, Unknown Estate", index())
    assert fit("Plot 22, Kondele Estate", index(*filter(None, [learned]))).path is None


@pytest.mark.parametrize("old", ["plot", "estate", "house no", "小区", "号楼", "unknown estate", "kenyatta road"])
def test_what_was_learned_before_and_tells_nothing_places_nobody(old: str) -> None:
    assert fit(f"{old} 22 Kondele", index(old)).path is None


def test_what_tells_the_place_is_found_again() -> None:
    learned = alias_from("Plot 22, Kondele Estate", index())
    assert fit("House 3, KONDELE Estate", index(learned)).path == VILLAGE


parts = st.lists(st.one_of(st.sampled_from(GENERIC), st.integers(1, 999).map(str)), min_size=1, max_size=5)
own = st.sampled_from(["Kondele", "Nyalenda", "Sunrise", "阳光", "锦绣", "Esperanza", "Рассвет"])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(parts, parts, own, own, st.booleans(), st.booleans())
def test_sharing_generic_words_and_numbers_places_nobody(
    first: list[str], second: list[str], name: str, other: str, named: bool, other_named: bool
) -> None:
    """Whatever one address teaches, another that shares only generic words and numbers with it waits to be placed."""
    taught = ", ".join([*first, *([name] if named else [])])
    asked = ", ".join([*([other] if other_named else []), *second])
    learned = alias_from(taught, index())
    if named and other_named and name == other:
        return
    assert fit(asked, index(*filter(None, [learned]))).path is None, (taught, learned, asked)


@given(parts)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_generic_words_and_numbers_tell_nothing(some: list[str]) -> None:
    assert not tells_apart(normalised(" ".join(some)))
