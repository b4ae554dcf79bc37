"""Loading files into the tree: the first, the same again, a newer one, a wrong one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings

from fangxian.areas import actions, queries, rules
from fangxian.areas.listing import listing_of, read_listing
from fangxian.areas.models import Area, AreaCount, Succession, TreeChange
from fangxian.areas.types import Summary, lineage, parent_path
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from tests.areas.trees import COUNTY, NOW, STEADY, TODAY, Rows, trees

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)


def load(rows: Rows, at: dt.datetime = NOW, *, end_missing: bool = True) -> Summary:
    loaded = actions.load(listing=listing_of(rows), by=None, at=at, end_missing=end_missing)
    assert loaded.summary is not None
    return loaded.summary


def tree() -> set[tuple[str, str, str, str]]:
    """The areas in force as rows of a file."""
    return set(Area.objects.filter(valid_to=None).values_list("code", "name", "level_id", "parent__code"))


def as_tree(rows: Iterable[tuple[str, str, str, str]]) -> set[tuple[str, str, str, str | None]]:
    return {(code, name, level, parent or None) for code, name, level, parent in rows}


def changed(rows: Rows, **changes: tuple[str, str, str, str] | None) -> Rows:
    """Rows with some replaced, by code with a leading ``c``, or (None) left out."""
    return [new for row in rows if (new := changes.get(f"c{row[0]}", row)) is not None]


def recounted() -> dict[tuple[str, str], int]:
    return dict(rules.count_changes(Area.objects.filter(valid_to=None).values_list("path", "level_id")))


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind: one for each example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_first_file_is_the_tree_since_ever(county: None) -> None:
    assert tree() == as_tree(COUNTY)
    assert set(Area.objects.values_list("valid_from", flat=True)) == {None}
    assert_sound()


def test_the_same_file_again_changes_nothing(county: None) -> None:
    before, revision = list(Area.objects.order_by("id").values()), queries.revision()
    assert load(COUNTY, LATER) == Summary(0, 0, 0, 0, 0, len(COUNTY))
    assert list(Area.objects.order_by("id").values()) == before
    assert queries.revision() == revision


def test_the_order_of_lines_does_not_matter(db: None) -> None:
    assert load(COUNTY[::-1]).new == len(COUNTY)
    assert tree() == as_tree(COUNTY)


def test_a_newer_file_renames_adds_and_ends(county: None) -> None:
    newer = [*changed(COUNTY, c370811005002=None, c37081100500201=None,
                      c370811002=("370811002", "许庄新街道", "township", "370811")),
             ("370811005003", "新村村委会", "community", "370811005")]
    found = queries.preview(listing_of(newer)).difference
    assert found is not None
    assert found.summary == Summary(new=1, renamed=1, adjusted=0, moved=0, ended=2, same=len(COUNTY) - 3)
    assert load(newer, LATER) == found.summary
    assert tree() == as_tree(newer)
    ended = Area.objects.get(code="370811005002")
    assert ended.valid_to == dt.date(2026, 12, 23)
    assert Area.objects.get(code="370811005003").path not in {ended.path}
    assert queries.names_at([Area.objects.get(code="370811002").path], TODAY) == {
        Area.objects.get(code="370811002").path: "许庄街道"}


def test_a_file_of_grids_alone_ends_nothing_but_missing_sisters(county: None) -> None:
    grids = [("37081100200101", "第一网格", "grid", "370811002001"),
             ("37081100200103", "第三网格", "grid", "370811002001")]
    assert load(grids, LATER) == Summary(new=1, renamed=0, adjusted=0, moved=0, ended=1, same=1)
    assert {code for code, _, level, _ in tree() if level == "grid"} == {
        "37081100200101", "37081100200103", "37081100500201"}


def test_missing_areas_stay_when_asked(county: None) -> None:
    assert load(COUNTY[:5], LATER, end_missing=False).ended == 0
    assert tree() == as_tree(COUNTY)


def test_another_province_ends_none_of_the_first(county: None) -> None:
    assert load([("46", "海南省", "province", ""), ("4601", "海口市", "city", "46")], LATER).ended == 0
    assert tree() > as_tree(COUNTY)


def test_an_area_that_moves_takes_all_below_it_along(county: None) -> None:
    was = queries.by_code(["370811005002", "37081100500201"])
    newer = changed(COUNTY, c370811005002=("370811005002", "文苑社区居民委员会", "community", "370811002"),
                    c37081100500201=None, c37081100200101=None, c37081100200102=None)
    summary = load(newer, LATER, end_missing=False)
    assert (summary.moved, summary.ended) == (2, 0)
    now = queries.by_code(["370811005002", "37081100500201"])
    xu = queries.by_code(["370811002"])["370811002"]
    assert now["370811005002"].path.startswith(xu.path)
    assert parent_path(now["37081100500201"].path) == now["370811005002"].path
    assert dict(Succession.objects.values_list("ended__path", "successor__path")) == {
        was[code].path: now[code].path for code in was}


def test_an_ended_township_leaves_its_communities_to_where_the_file_has_them(county: None) -> None:
    newer = changed(COUNTY, c370811005=None, c37081100500201=None, c370811005001=None,
                    c370811005002=("370811005002", "文苑社区居民委员会", "community", "370811002"))
    newer = [row for row in newer if row[2] != "grid"]
    assert load(newer, LATER) == Summary(new=0, renamed=0, adjusted=0, moved=2, ended=2, same=7)
    assert {(code, parent) for code, _, level, parent in tree() if level == "grid"} == {
        ("37081100200101", "370811002001"), ("37081100200102", "370811002001"), ("37081100500201", "370811005002")}


def test_a_file_with_errors_writes_nothing(county: None) -> None:
    before = queries.revision()
    loaded = actions.load(listing=listing_of([*COUNTY, ("9", "X", "grid", "nowhere")]), by=None, at=LATER)
    assert loaded.summary is None
    assert [found.code for found in loaded.findings] == ["areas.parent"]
    assert (tree(), queries.revision()) == (as_tree(COUNTY), before)


def test_a_level_cannot_pass_below_that_of_areas_the_file_leaves_out(county: None) -> None:
    wrong = listing_of([("370811002", "许庄", "community", "370811")])
    loaded = actions.load(listing=wrong, by=None, at=LATER, end_missing=False)
    assert loaded.summary is None
    assert {(found.code, found.place.row, found.place.column) for found in loaded.findings} == {
        ("areas.left_behind", 1, "level")}
    assert "许庄村委会" in loaded.findings[0].message.en


def test_what_was_not_confirmed_is_refused(county: None) -> None:
    found = queries.preview(listing_of(COUNTY[:-1])).difference
    assert found is not None
    load([*COUNTY, ("370811005003", "新村村委会", "community", "370811005")], LATER)
    with pytest.raises(Problem) as refused:
        actions.load(listing=listing_of(COUNTY[:-1]), by=None, at=LATER, expected=found.summary)
    assert refused.value.kind is errors.CHANGED_MEANWHILE


def test_time_zones_and_cutoffs_come_and_change_with_the_file(county: None) -> None:
    text = "code,name,level,parent,time_zone,cutoff\n370811,任城区,county,3708,Asia/Urumqi,18:00\n"
    listing, _ = read_listing("a.csv", text.encode())
    loaded = actions.load(listing=listing, by=None, at=LATER, end_missing=False)
    assert loaded.summary == Summary(0, 0, 1, 0, 0, 0)
    again = actions.load(listing=listing, by=None, at=LATER, end_missing=False)
    assert again.summary == Summary(0, 0, 0, 0, 0, 1)
    path = queries.by_code(["370811002001"])["370811002001"].path
    assert (queries.calendars([path])[path].zone.key, queries.calendars([path])[path].cutoff) == (
        "Asia/Urumqi", dt.time(18))


def test_every_change_is_on_record_and_the_record_only_grows(county: None) -> None:
    actions.load(listing=listing_of([*COUNTY, ("46", "海南省", "province", "")]), by=7, at=LATER)
    last = queries.history(1)[0]
    assert (last.action, last.by, last.at, last.detail["new"]) == ("load", 7, LATER, 1)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        TreeChange.objects.all().delete()
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        TreeChange.objects.update(by=8)


def test_a_code_is_in_force_once(county: None) -> None:
    area = Area.objects.get(code="370811002001")
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(code=area.code, name="X", level=area.level, parent=area.parent, path="zzz")


def test_a_load_asks_a_fixed_number_of_questions(county: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    many = [*COUNTY, *((f"3708110020{n:02}", f"村{n}", "community", "370811002") for n in range(10, 60))]
    with django_assert_max_num_queries(12 + 16):  # and the order in the journal
        load(many, LATER)


@settings(STEADY, max_examples=25)
@given(first=trees(), second=trees(), third=trees())
def test_the_tree_is_what_the_last_file_says(db: None, first: Rows, second: Rows, third: Rows) -> None:
    with undone():
        seen: dict[str, int] = {}
        for rows, at in ((first, NOW), (second, LATER), (third, LATER + dt.timedelta(days=1))):
            before = tree()
            loaded = actions.load(listing=listing_of(rows), by=None, at=at)
            if loaded.summary is None:
                assert {found.code for found in loaded.findings} == {"areas.left_behind"}
                assert tree() == before
                continue
            assert as_tree(rows) <= tree()
            assert load(rows, at).changes == 0
            counts = {(path, level): n for path, level, n in AreaCount.objects.values_list("path", "level", "number")}
            assert counts == recounted()
            paths = dict(Area.objects.values_list("path", "id"))
            assert seen.items() <= paths.items(), "a path was written anew"
            seen = paths
            assert_sound()


def assert_sound() -> None:
    """Every area in force lies below its parent, which is in force too."""
    in_force = set(Area.objects.filter(valid_to=None).values_list("path", flat=True))
    for path, parent in Area.objects.filter(valid_to=None).values_list("path", "parent__path"):
        assert parent_path(path) == (parent or "")
        assert set(lineage(path)) <= in_force


def test_the_tables_are_used_under_the_application_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("fangxian_app",)
