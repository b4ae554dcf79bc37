"""Paths, subtrees and what is computed from them alone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.areas import rules
from fangxian.areas.types import (
    EVERYWHERE,
    NOWHERE,
    SEGMENT,
    Place,
    Tier,
    lineage,
    parent_path,
    segment,
    subtree,
)
from tests.areas.trees import STEADY

indexes = st.integers(0, 36**SEGMENT - 1)
paths = st.lists(indexes, min_size=1, max_size=12).map(lambda steps: "".join(map(segment, steps)))
any_path = st.one_of(paths, st.just(""))


@STEADY
@given(indexes, indexes)
def test_segments_sort_as_their_numbers(one: int, other: int) -> None:
    assert (segment(one) < segment(other)) == (one < other)
    assert len(segment(one)) == SEGMENT


@pytest.mark.parametrize("index", [-1, 36**SEGMENT])
def test_a_segment_has_its_room(index: int) -> None:
    with pytest.raises(ValueError, match="room"):
        segment(index)


@STEADY
@given(any_path, any_path)
def test_a_subtree_is_what_begins_with_the_path(path: str, other: str) -> None:
    assert (other in subtree(path)) == other.startswith(path)


@STEADY
@given(paths)
def test_everywhere_holds_every_path_and_nowhere_none(path: str) -> None:
    assert path in EVERYWHERE
    assert path not in NOWHERE


@STEADY
@given(paths)
def test_a_lineage_climbs_by_parents_to_a_root(path: str) -> None:
    steps = lineage(path)
    assert steps[-1] == path
    assert [parent_path(step) for step in steps] == ["", *steps[:-1]]


@STEADY
@given(st.sets(paths, max_size=30), st.sampled_from(["grid", "community"]))
def test_counts_are_the_areas_below(tree: set[str], level: str) -> None:
    counts = rules.count_changes((path, level) for path in tree)
    above = {step for path in tree for step in ("", *lineage(path)[:-1])}
    assert counts == Counter({
        (step, level): sum(path.startswith(step) and path != step for path in tree) for step in above})


def test_a_place_names_the_path_at_each_listing_level() -> None:
    steps = lineage("001002003004")
    tiers = dict(zip(steps, (Tier.ABOVE, Tier.COUNTY, Tier.TOWNSHIP, Tier.COMMUNITY), strict=True))
    assert rules.place(steps[-1], tiers) == Place(steps[-1], None, steps[3], steps[2], steps[1])
    assert rules.place(steps[0], tiers) == Place(steps[0], None, None, None, None)


@STEADY
@given(st.sets(paths, max_size=30), any_path)
def test_grouping_keys_are_children_and_its_range_the_subtree(tree: set[str], path: str) -> None:
    grouped = rules.grouping(path)
    lo, hi = grouped.params
    assert {one for one in tree if lo <= one < hi} == {one for one in tree if one.startswith(path)}
    assert grouped.key == f"substr(path, 1, {len(path) + SEGMENT})"
