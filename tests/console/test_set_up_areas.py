"""The tree of areas, set up by the county's administrator: an area changed, and a file shown before it is loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fangxian.areas import actions as area_actions
from fangxian.areas import queries as areas
from fangxian.areas.levels import CHINA
from fangxian.areas.models import Area
from fangxian.areas.types import AreaRow, Listing
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .test_set_up import ADMIN, orders, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with running_on(SimulatedClock(MORNING)):
        yield world.build()


@pytest.fixture
def admin(county: County) -> Client:
    return signed_in(county, ADMIN)


def test_an_area_is_renamed_and_merged(admin: Client) -> None:
    day = {"on": "2020-03-20"}
    assert admin.post("/set-up/areas/341023100001/", {"do": "rename", "name": "郭门社区", **day}).status_code == 302
    assert areas.by_code(["341023100001"])["341023100001"].name == "郭门社区"
    wrong = admin.post("/set-up/areas/341023100001/", {"do": "merge", "into": "341023101", **day})
    assert wrong.status_code == 422
    merged = admin.post("/set-up/areas/341023100002/", {"do": "merge", "into": "郭门社区", **day})
    assert merged.status_code == 302
    assert "341023100002" not in areas.by_code(["341023100002"])
    assert orders()[-3:] == ["areas_rename", "areas_merge", "widen_post"], "another lead sees more people"


def test_ones_own_area_does_not_end(admin: Client) -> None:
    assert admin.post("/set-up/areas/341023/", {"do": "end", "on": "2020-03-20"}).status_code == 404


def test_an_area_in_which_somebody_stands_ends_in_another_one_only(admin: Client, county: County) -> None:
    county.arrive(MORNING)
    day, grid = {"on": "2020-03-20"}, "34102310000101"
    for code in (grid, "341023100001", "341023100"):
        refused = admin.post(f"/set-up/areas/{code}/", {"do": "end", **day})
        assert refused.status_code == 422
        assert "merge the area into another one" in refused.content.decode()
    kept = [",".join(row) for row in world.ROWS if row[0].startswith("341023") and row[0] != grid]
    shown = admin.post("/set-up/areas/load/", {"file": file(*kept), "end_missing": "on"})
    assert confirmed(admin, shown.content.decode(), ending="1").status_code == 422
    assert grid in areas.by_code([grid])
    assert admin.post(f"/set-up/areas/{grid}/", {"do": "merge", "into": "34102310000102", **day}).status_code == 302
    assert admin.post("/set-up/areas/341023101/", {"do": "end", **day}).status_code == 302, "nobody stands there"


def file(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("areas.csv", "\n".join(("code,name,level,parent", *rows)).encode())


def confirmed(admin: Client, page: str, **typed: str) -> Any:
    hidden = dict(re.findall(r'name="(name|end_missing|summary)" value="([^"]*)"', page))
    text = re.search(r'name="text" value="([^"]*)"', page)
    assert text is not None
    fields = {name: value.replace("&quot;", '"') for name, value in {**hidden, "text": text.group(1)}.items()}
    return admin.post(
        "/set-up/areas/load/", {name: value for name, value in fields.items() if value != "False"} | typed)


def test_a_file_is_shown_before_it_is_loaded(admin: Client) -> None:
    shown = admin.post("/set-up/areas/load/", {"file": file("34102310000202,北街二网格,grid,341023100002")})
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "北街二网格" in page
    assert "34102310000202" not in areas.by_code(["34102310000202"])
    assert confirmed(admin, page).status_code == 302
    assert areas.by_code(["34102310000202"])["34102310000202"].name == "北街二网格"


def test_posts_whose_area_goes_below_another_one_are_named_before_and_after(admin: Client, county: County) -> None:
    moved = file("341023100001,郭门社区,community,341023101")
    page = admin.post("/set-up/areas/load/", {"file": moved}).content.decode()
    at_it = [post for (_kind, code), post in county.posts.items() if code.startswith("341023100001")]
    assert at_it
    assert all(f"/set-up/posts/{post}/" in page for post in at_it)
    assert f"/set-up/posts/{county.posts['grid_worker', '34102310120001']}/" not in page
    done = confirmed(admin, page)
    assert done.headers["Location"] == "/set-up/posts/?ended=on"
    listed = admin.get("/set-up/posts/?ended=on").content.decode()
    assert f"{len(at_it)} posts stand at areas that have ended" in listed
    assert f"{len(at_it)} posts in force" in listed
    assert listed.count("Its area has ended") == len(at_it)
    duty = signed_in(county, ("county_duty", "341023"))
    assert "Its area has ended" in duty.get("/team/").content.decode()


@pytest.mark.parametrize("summary", ["", "x", "[" * 1_000, "[" * 1_000 + "]" * 1_000, "9" * 5_000, "[]", "{}"])
def test_what_comes_back_and_is_no_summary_is_refused(admin: Client, summary: str) -> None:
    told = {"name": "list.csv", "text": "x", "summary": summary}
    assert admin.post("/set-up/areas/load/", told).status_code == 422


def test_missing_areas_end_within_ones_own_area_only(admin: Client, county: County) -> None:
    kept = [",".join((code, name, level, parent)) for code, name, level, parent in world.ROWS
            if code.startswith("341023") and code != "34102310120001"]  # fmt: skip
    shown = admin.post("/set-up/areas/load/", {"file": file(*kept), "end_missing": "on"})
    assert shown.status_code == 200, shown.content.decode()
    assert "宏村一网格" in shown.content.decode()
    for typed in ({}, {"ending": "2"}, {"ending": "all"}):
        again = confirmed(admin, shown.content.decode(), **typed)
        assert again.status_code == 422
        assert 'name="ending"' in again.content.decode()
    assert Area.objects.filter(code="34102310120001", valid_to__isnull=True).exists(), "not by a button alone"
    assert confirmed(admin, shown.content.decode(), ending="1").status_code == 302
    assert not Area.objects.filter(code="34102310120001", valid_to__isnull=True).exists()
    assert {"34", "3410"} <= areas.by_code(["34", "3410"]).keys()


def test_a_file_never_reaches_beyond_ones_own_area(admin: Client) -> None:
    wrong = admin.post("/set-up/areas/load/", {"file": file("3410,另一个市,city,34", "35,福建省,province,")})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert page.count("lies outside your area") == 2
    assert areas.by_code(["3410"])["3410"].name == "黄山市"


def test_ones_own_area_ends_by_no_file(admin: Client) -> None:
    """The page of the area does not offer it either: whoever shares the area could approve nothing there any more."""
    neighbour = Listing("areas.csv", CHINA, [AreaRow(2, "341022", "休宁县", "county", "3410")])
    assert not area_actions.load(listing=neighbour, by=None, at=MORNING, end_missing=False).findings
    told = "34,安徽省,province,"
    wrong = admin.post("/set-up/areas/load/", {"file": file(told), "end_missing": "on"})
    assert wrong.status_code == 422
    assert "黟县 (341023) would end" in wrong.content.decode()
    summary = {"new": 0, "renamed": 0, "adjusted": 0, "moved": 0, "ended": 10, "same": 3}
    sent = {"name": "areas.csv", "text": f"code,name,level,parent\n{told}", "end_missing": "on",
            "summary": json.dumps(summary), "ending": "10"}
    assert admin.post("/set-up/areas/load/", sent).status_code == 422, "nor where nothing was shown before"
    assert "341023" in areas.by_code(["341023"])


def test_what_was_not_shown_is_not_done(admin: Client) -> None:
    page = admin.post(
        "/set-up/areas/load/", {"file": file("34102310000202,北街二网格,grid,341023100002")}
    ).content.decode()
    admin.post("/set-up/areas/341023100001/", {"do": "rename", "name": "郭门社区", "on": "2020-03-20"})
    text = 'name="text" value="code,name,level,parent\n341023,黑县,county,3410"'
    forged = re.sub(r'name="text" value="[^"]*"', text, page)
    answer = confirmed(admin, forged)
    assert answer.status_code == 422
    assert areas.by_code(["341023"])["341023"].name == "黟县"


def test_broken_files_are_refused_with_their_rows(admin: Client) -> None:
    answer = admin.post("/set-up/areas/load/", {"file": file("1,甲,grid,nowhere", "1,乙,grid,nowhere")})
    assert answer.status_code == 422
    assert "row 2" in answer.content.decode()
