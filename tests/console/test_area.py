"""The area page: the loop with names behind it, the areas below, the report; nothing of other areas."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, OTHER_GRID, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
EVENING = MORNING + 9 * HOUR  # 18:00
COUNTY, TOWNSHIP, OTHER_TOWNSHIP, COMMUNITY = "341023", "341023100", "341023101", "341023100001"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(EVENING)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        registered(made, MORNING)
        for grid in (GRID, OTHER_GRID, FAR_GRID, ""):
            made.arrive(MORNING, grid)
        yield made


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_the_loop_says_the_differences_in_words_and_each_leads_to_its_names(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    page = text(client, "/area/")
    assert "4 on the list, not found yet" in page
    address = re.search(r'href="(/area/341023/gap-0/[^"]*)"', page)
    assert address
    names = text(client, address[1].replace("&amp;", "&"))
    assert "Expected and no further · 4" in names
    assert names.count(">张三</a>") == 4


@pytest.mark.parametrize("key", ["stage-9", "stage-²", "gap-9", "tasks-due-xxx", "tasks-xxx", "measure-xxx", "walk-xxx",
                                 "here-xxx", "xxx"])
def test_there_are_no_names_behind_a_figure_there_is_not(county: County, key: str) -> None:
    text(signed_in(county, "county_duty", COUNTY), f"/area/{COUNTY}/{key}/", 404)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("grid_worker", GRID), ("community_lead", COMMUNITY), ("township_duty", TOWNSHIP), ("county_duty", COUNTY)],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_post_sees_its_own_area(county: County, kind: str, code: str, language: str) -> None:
    client = signed_in(county, kind, code, language)
    for address in (
        "/area/",
        f"/area/{code}/report/",
        f"/area/{code}/late/",
        "/area/?day=2020-03-19",
        "/area/?day=nonsense&sort=late",
    ):
        assert text(client, address)
    part = client.get(f"/area/{code}/timeliness/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part.status_code == 200
    text(client, "/area/?programme=linelist", 200 if kind == "county_duty" else 404)


def test_other_areas_and_unknown_figures_are_not_found(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    for address in (
        f"/area/{OTHER_TOWNSHIP}/",
        f"/area/{COUNTY}/",
        f"/area/{OTHER_TOWNSHIP}/stage-0/",
        "/area/nowhere/",
        f"/area/{TOWNSHIP}/burnt/",
        f"/area/{OTHER_TOWNSHIP}/report/",
        f"/area/{OTHER_TOWNSHIP}/timeliness/",
        "/area/?programme=other",
    ):
        text(client, address, 404)


@pytest.mark.parametrize(
    ("part", "page"),
    [
        ("/area/341023100/timeliness/?day=2020-03-19", "/area/341023100/?day=2020-03-19&programme=entry"),
        ("/alerts/lines/?show=below", "/alerts/?show=below"),
        ("/tables/entry/measure/counted/", "/tables/entry/measure/"),
    ],
)
def test_a_part_of_a_page_opened_by_itself_leads_to_the_page(county: County, part: str, page: str) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    assert client.get(part)["location"] == page
    assert "<html" in client.get(part, follow=True).content.decode()


def test_people_without_a_grid_are_shown(county: County) -> None:
    page = text(signed_in(county, "township_duty", TOWNSHIP), "/area/")
    assert "No grid chosen yet" in page


def test_the_areas_below_come_by_what_needs_attention_or_as_asked(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    order = re.findall(r'<a href="/area/(3410231\d\d)/\?', text(client, "/area/"))
    assert order[0] == TOWNSHIP
    turned = re.findall(r'<a href="/area/(3410231\d\d)/\?', text(client, "/area/?sort=stage-0&dir=ascending"))
    assert turned[0] == OTHER_TOWNSHIP


def test_the_page_takes_few_queries_whatever_there_is(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    text(client, "/area/")
    with CaptureQueriesContext(connection) as few:
        text(client, "/area/")
    for _ in range(5):
        county.arrive(MORNING, FAR_GRID)
    with CaptureQueriesContext(connection) as more:
        text(client, "/area/")
    assert len(more) == len(few) <= 40
    with CaptureQueriesContext(connection) as listed:
        text(client, f"/area/{COUNTY}/stage-0/")
    assert len(listed) <= 34


def test_the_report_as_files_has_the_figures_and_is_logged(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    answer = client.get(f"/area/{COUNTY}/report.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    figures = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert (figures["Expected"], figures["Registered"]) == (5, 1)
    word = docx.Document(io.BytesIO(client.get(f"/area/{COUNTY}/report.docx").content))
    assert [cell.text for cell in word.tables[0].rows[1].cells][:2] == ["Expected", "5"]
    logged = rows("SELECT purpose FROM accounts_access WHERE action = 'export' ORDER BY id")
    assert logged == [("report-341023-2020-03-20.xlsx",), ("report-341023-2020-03-20.docx",)]


def test_a_file_needs_the_right_to_export(county: County) -> None:
    assert signed_in(county, "grid_worker", GRID).get(f"/area/{GRID}/report.xlsx").status_code == 403
    assert signed_in(county, "county_duty", COUNTY).get(f"/area/{COUNTY}/report.pdf").status_code == 404


def test_a_new_programme_takes_no_first_page_over(county: County, tmp_path: Path) -> None:
    folder = shutil.copytree(world.ROOT / "programmes" / "entry", tmp_path / "aaa")
    told = folder / "programme.toml"
    told.write_text(told.read_text("utf-8").replace('id = "entry"', 'id = "aaa"', 1).replace(
        'zh = "入境', 'zh = "新', 1), "utf-8")
    client = signed_in(county, "county_duty", COUNTY)
    before = re.findall(r'<option value="(\w+)"( selected)?', text(client, "/area/"))
    with working_in(SYSTEM):
        programmes.publish(read_folder(folder), by=OPERATOR, at=EVENING)
    after = re.findall(r'<option value="(\w+)"( selected)?', text(client, "/area/"))
    assert before[0] == ("entry", " selected")
    assert after == [*before, ("aaa", "")]
    for page in ("/day-sheet/", "/team/"):
        assert 'value="aaa" selected' not in text(client, page)
