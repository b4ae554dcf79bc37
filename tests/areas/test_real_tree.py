"""A province of the real country, from the shared file."""

from __future__ import annotations

import csv
import gzip

import pytest

from fangxian.areas import actions, queries
from fangxian.areas.listing import listing_of
from fangxian.areas.models import Area
from fangxian.areas.types import Tier, subtree
from tests.areas.trees import COUNTRY, NOW, Rows

PROVINCE = "46"  # Hainan: also has cities without counties between them and their townships

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not COUNTRY.exists(), reason="needs ../shared/data/areas beside the checkout")]


def rows_of_the_province() -> Rows:
    with gzip.open(COUNTRY, "rt", encoding="utf-8") as lines:
        return [(code, name, level, parent) for code, name, level, parent in csv.reader(lines)
                if code.startswith(PROVINCE)]


def test_a_real_province_loads_finds_its_places_and_changes_nothing_the_second_time() -> None:
    rows = rows_of_the_province()
    loaded = actions.load(listing=listing_of(rows), by=None, at=NOW)
    assert (loaded.findings, loaded.summary and loaded.summary.new) == ([], len(rows))
    root = queries.by_code([PROVINCE])[PROVINCE]
    assert sum(queries.counts_below([root.path])[root.path].values()) == len(rows) - 1
    counts = {branch.area.code: sum(branch.below.values()) for branch in queries.roll_up(root.path)}
    assert counts == {code: sum(row[0].startswith(code) for row in rows) - 1 for code in counts}
    assert queries.find("hks", within=subtree(root.path))[0].name == "海口市"
    again = actions.load(listing=listing_of(rows), by=None, at=NOW)
    assert again.summary is not None
    assert (again.summary.changes, again.summary.same) == (0, len(rows))


def test_every_community_of_a_real_county_is_found_by_its_full_address() -> None:
    actions.load(listing=listing_of(rows_of_the_province()), by=None, at=NOW)
    county = queries.below(subtree(queries.children("")[0].path), tier=Tier.COUNTY, limit=1)[0]
    communities = queries.below(subtree(county.path), tier=Tier.COMMUNITY, limit=None)
    ways = queries.lineages(node.path for node in communities)
    written = ["".join(step.name for step in ways[node.path]) + "12号" for node in communities]
    found = queries.fit_addresses(written, county.path)
    assert [fit.path for fit in found] == [node.path for node in communities]


def test_paths_below_a_county_are_exactly_its_subtree() -> None:
    actions.load(listing=listing_of(rows_of_the_province()), by=None, at=NOW)
    county = queries.find("460105")[0]
    by_range = {node.code for node in queries.below(subtree(county.path), limit=None)}
    assert by_range == set(Area.objects.filter(code__startswith="460105").values_list("code", flat=True))
