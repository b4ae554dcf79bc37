"""Reads of the tree, and when the process asks again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, connections

from fangxian.accounts import coverage
from fangxian.accounts.models import Post, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import actions, queries
from fangxian.areas.levels import read_levels
from fangxian.areas.listing import listing_of
from fangxian.areas.models import Area
from fangxian.areas.types import EVERYWHERE, NOWHERE, Node, Tier, subtree
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from tests.areas.trees import COUNTY, NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]
XU, VILLAGE, GRID = "370811002", "370811002001", "37081100200101"


def path_of(code: str) -> str:
    return queries.by_code([code])[code].path


def codes(nodes: list[Node]) -> list[str]:
    return [node.code for node in nodes]


def test_places_have_the_path_at_each_tier() -> None:
    grid, city = path_of(GRID), path_of("3708")
    found = queries.places([grid, city, "zzz"])
    assert set(found) == {grid, city}
    assert (found[grid].grid, found[grid].community, found[grid].township, found[grid].county) == (
        grid, path_of(VILLAGE), path_of(XU), path_of("370811"))
    assert found[city].county is None
    with pytest.raises(Problem) as unknown:
        queries.place_of("zzz")
    assert unknown.value.kind is errors.UNKNOWN_AREA


def test_calendars_come_from_the_nearest_area_above() -> None:
    Area.objects.filter(code="370811").update(time_zone="Asia/Urumqi", cutoff=dt.time(18))
    Area.objects.filter(code=XU).update(cutoff=dt.time(19))
    actions.rename(code="37", name="山东", on=TODAY, by=None, at=NOW)  # a new revision
    village, other = path_of(VILLAGE), path_of("370812")
    found = queries.calendars([village, other, "", "zzz"])
    assert (found[village].zone.key, found[village].cutoff) == ("Asia/Urumqi", dt.time(19))
    assert {(found[path].zone.key, found[path].cutoff) for path in (other, "", "zzz")} == {
        ("Asia/Shanghai", dt.time(20))}


def test_a_known_path_is_not_asked_for_again_until_the_tree_changes(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    paths = [node.path for node in queries.below(EVERYWHERE)]
    with django_assert_num_queries(2):
        queries.places(paths)
    with django_assert_num_queries(1):
        assert queries.lineages(paths)[paths[-1]][0].name == "山东省"
    actions.rename(code="37", name="齐鲁省", on=TODAY, by=None, at=NOW)
    with django_assert_num_queries(2):
        assert queries.lineages(paths)[paths[-1]][0].name == "齐鲁省"


def test_children_page_by_path() -> None:
    county = path_of("370811")
    first = queries.children(county, limit=1)
    assert codes(first) == [XU]
    assert codes(queries.children(county, after=first[-1].path, limit=1)) == ["370811005"]
    assert codes(queries.children("")) == ["37"]
    assert queries.children("zzz") == []


def test_below_gives_one_tier_of_a_range() -> None:
    within = subtree(path_of(XU))
    assert codes(queries.below(within, tier=Tier.GRID)) == [GRID, "37081100200102"]
    assert codes(queries.below(within, level="township")) == [XU]
    first = queries.below(within, limit=2)
    assert codes(first + queries.below(within, after=first[-1].path)) == codes(queries.below(within))
    assert queries.below(NOWHERE) == []


@pytest.mark.parametrize(("text", "found"), [
    ("许庄", [XU, VILLAGE]), ("社区", ["370811002002", "370811005002"]), ("xz", [XU, VILLAGE]), ("XZJ", [XU]),
    ("370811005", ["370811005", "370811005001", "370811005002", "37081100500201"]), ("  ", []), ("%", []), ("_", []),
    ("\\", []), ("无此", [])])
def test_find_by_name_code_and_initials(text: str, found: list[str]) -> None:
    assert codes(queries.find(text)) == found


@pytest.mark.django_db(databases=["default", "owner"])
def test_what_is_looked_for_stands_in_no_statement() -> None:
    """Any connection of the role reads the text of every other one's: here the name and number of whoever is meant."""
    told = []
    for text in ("13812345678", "某某某"):
        queries.find(text)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT query FROM pg_stat_activity WHERE pid = %s", [connection.connection.info.backend_pid])
            told.append(cursor.fetchone()[0])
    assert all("areas_area" in one for one in told)
    assert not [one for one in told if "13812345678" in one or "某某某" in one]


def test_find_stays_within_its_range_and_pages() -> None:
    assert codes(queries.find("第", within=subtree(path_of(XU)), limit=1)) == [GRID]
    assert codes(queries.find("第", within=subtree(path_of(XU)), after=path_of(GRID))) == ["37081100200102"]


def test_roll_ups_are_counts_by_level_of_each_child() -> None:
    branches = {branch.area.code: branch.below for branch in queries.roll_up(path_of("370811"))}
    assert branches == {XU: {"community": 2, "grid": 2}, "370811005": {"community": 2, "grid": 1}}
    assert queries.counts_below([""])[""] == {
        "province": 1, "city": 1, "county": 2, "township": 2, "community": 4, "grid": 3}


def test_figures_are_grouped_by_child_from_an_index_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute('CREATE TEMP TABLE figure (path text COLLATE "C", number int) ON COMMIT DROP')
        cursor.execute("INSERT INTO figure SELECT path, 1 FROM areas_area, generate_series(1, 500)")
        cursor.execute("CREATE INDEX ON figure (path) INCLUDE (number)")
        cursor.execute("ANALYZE figure")
        grouped = queries.grouping(path_of("370811"))
        select = f"SELECT {grouped.key}, sum(number) FROM figure WHERE {grouped.condition} GROUP BY 1 ORDER BY 1"
        cursor.execute(select, grouped.params)
        assert cursor.fetchall() == [(path_of("370811"), 500), (path_of(XU), 2500), (path_of("370811005"), 2000)]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {select}", grouped.params)
        assert "Index Cond" in str(cursor.fetchall())


def test_levels_stand_from_the_top_down() -> None:
    assert [level.code for level in queries.levels()] == [
        "province", "city", "county", "township", "community", "grid"]


def test_another_country_has_its_own_levels_and_tiers() -> None:
    levels, _ = read_levels("levels.csv", "code,name_en,name_zh,tier\nstate,State,州,county\nward,Ward,选区,grid\n")
    actions.load(listing=listing_of([("NG-KN", "Kano", "state", ""), ("KN1", "Dala", "ward", "NG-KN")], levels),
                 by=None, at=NOW)
    place = queries.place_of(path_of("KN1"))
    assert (place.grid, place.township, place.county) == (path_of("KN1"), None, path_of("NG-KN"))


def test_addresses_find_areas_by_what_people_placed_before() -> None:
    county = path_of("370811")
    before = queries.fit_addresses(["任城区阳光花园9号楼", "许庄街道许庄村1号"], county)
    assert [(fit.path, fit.certain) for fit in before] == [(county, True), (path_of(VILLAGE), True)]
    with working_in(SYSTEM):
        assert actions.learn_alias(text="阳光花园", path=path_of(GRID), by=3, at=NOW)
        assert not actions.learn_alias(text="阳光 花园", path=path_of(GRID), by=3, at=NOW)
    assert queries.fit_addresses(["任城区阳光花园9号楼"], county)[0].path == path_of(GRID)
    assert queries.alias_in("许庄街道许庄村幸福里3号楼", county) == "幸福里"


def test_an_address_in_the_next_county_is_seen_to_be_there() -> None:
    assert queries.fit_addresses(["济宁市兖州区鼓楼街道"], path_of("370811"))[0].path == path_of("370812")


def post(code: str, kind: str, begins: dt.datetime, ends: dt.datetime | None = None) -> None:
    user = User.objects.get_or_create(username="worker")[0]
    area = Area.objects.get(code=code, valid_to=None)
    Post.objects.create(user=user, kind=kind, area=area, path=area.path, valid_from=begins, valid_to=ends)


def test_blind_spots_are_leaves_without_a_post_in_force() -> None:
    hour = dt.timedelta(hours=1)
    post(GRID, "grid_worker", NOW, NOW + hour)
    post("37081100200102", "inspector", NOW - hour)
    post("370811002002", "grid_worker", NOW + hour)
    within = subtree(path_of("370811"))

    def blind(at: dt.datetime, kind: str | None = None) -> set[str]:
        found = coverage.blind_spots(within, kind=kind, at=at)
        assert len(found) == coverage.count_blind_spots(within, kind=kind, at=at)
        return set(codes(found))

    always = {"370811005001", "37081100500201"}
    assert blind(NOW) == always | {"370811002002"}
    assert blind(NOW + hour) == always | {GRID}
    assert blind(NOW, "grid_worker") == always | {"370811002002", "37081100200102"}
    assert coverage.blind_spots_by_child(path_of("370811"), at=NOW) == {path_of(XU): 1, path_of("370811005"): 2}
    assert codes(coverage.blind_spots(within, at=NOW, limit=1)) == ["370811002002"]
    assert codes(coverage.blind_spots(within, at=NOW, after=path_of("370811002002"), limit=1)) == ["370811005001"]


def test_an_area_is_no_leaf_for_children_that_ended() -> None:
    actions.end(code="37081100500201", on=TODAY, by=None, at=NOW)
    assert "370811005002" in codes(coverage.blind_spots(EVERYWHERE, at=NOW))


def test_the_whole_county_is_one_listing() -> None:
    assert queries.preview(listing_of(COUNTY)).findings == []

