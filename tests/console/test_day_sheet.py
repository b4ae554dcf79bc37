"""The day sheet: figures with their names, signed, the difference since; files with the same figures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.console.pages.day_sheet import sheet
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock, giving
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY, TOWNSHIP, OTHER_TOWNSHIP, COMMUNITY = "341023", "341023100", "341023101", "341023100001"
EVENING = MORNING + 10 * HOUR
SIGN = f"/day-sheet/{TOWNSHIP}/sign/?day=2020-03-20&programme=entry"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(EVENING)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        registered(made, MORNING)
        made.arrive(MORNING, FAR_GRID)
        yield made


def test_it_says_who_is_outstanding_why_and_who_has_them(county: County) -> None:
    for kind, code in (
        ("grid_worker", GRID),
        ("community_lead", COMMUNITY),
        ("township_duty", TOWNSHIP),
        ("county_duty", COUNTY),
    ):
        page = signed_in(county, kind, code).get("/day-sheet/").content.decode()
        assert ">张三</a>" in page, kind
        assert re.search(r"1号2单元301[^<·]* · 郭门", page), "the door first: a printed line is cut at its end"
        assert "Afternoon check" in page
        assert "grid_worker 34102310000101 · Grid worker" in page


def test_of_the_own_tasks_alone_names_stand_on_the_sheet_of_whoever_sees_none_and_the_look_is_logged(
    county: County,
) -> None:
    theirs = registered(county, MORNING, name="李四光", document_number="E00000078")
    lead = county.posts["community_lead", COMMUNITY]
    tasks = [task for task, in rows("SELECT id FROM tasks_task WHERE subject = %s AND state = 'open'", theirs)]
    with working_in(SYSTEM):
        giving.reassign(tasks=tasks, post=lead, by=county.actor("community_lead", COMMUNITY), at=EVENING)
    worker = signed_in(county, "grid_worker", GRID)
    for address in ("/day-sheet/", f"/area/{GRID}/tasks-outstanding/?programme=entry"):
        page = worker.get(address).content.decode()
        assert ">张三</a>" in page, address
        assert "李四光" not in page, address
        assert "李**" in page, address
    assert set(rows("SELECT purpose, subject = %s FROM accounts_access", theirs)) == {("own_task", False)}


def test_whoever_stands_on_the_sheet_stands_there_with_all_that_is_outstanding(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    whole = re.findall(r'data-label="Task"[^>]*>([^<]*)<', client.get("/day-sheet/").content.decode())
    monkeypatch.setattr(sheet.read, "__defaults__", (1,))
    cut = re.findall(r'data-label="Task"[^>]*>([^<]*)<', client.get("/day-sheet/").content.decode())
    assert cut
    assert cut[0] in whole
    assert "," in cut[0], "both checks of the afternoon"


def typed(client: Client) -> str:
    """How many tasks the sheet says a signature leaves undone."""
    found = re.search(r"Undone when you sign: (\d+)", client.get(SIGN.replace("sign/", "")).content.decode())
    return found[1] if found else ""


def test_signing_stores_it_and_later_changes_are_a_difference(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    answer = client.post(
        SIGN, {"note": "one phone off", "early": "yes", "outstanding": typed(client)}, follow=True
    )
    page = answer.content.decode()
    assert re.search(r'<div class="fx-no-print" id="messages">\s*<div class="fx-notice".*?Signed off\.', page, re.S)
    assert "one phone off" in page
    assert "township_duty 341023100" in page
    assert "Since it was signed" not in page
    county.arrive(EVENING - HOUR)
    assert "Since it was signed: Came in +1, Outstanding +1" in " ".join(
        client.get("/day-sheet/").content.decode().split()
    )
    assert rows("SELECT form FROM journal_entry WHERE form = 'sign_off'") == [("sign_off",)]


def test_a_day_that_is_still_open_is_signed_only_when_that_is_meant(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    page = " ".join(client.get("/day-sheet/").content.decode().split())
    assert re.search(r"The day is open until 20:00; [1-9]\d* tasks? (is|are) still due\.", page)
    refused = client.post(SIGN, {"note": "one phone off"})
    assert refused.status_code == 422
    assert "It was not signed" in refused.content.decode()
    assert "one phone off</textarea>" in refused.content.decode()
    assert rows("SELECT count(*) FROM report_signoff") == [(0,)]
    early = client.post(
        SIGN, {"early": "yes", "note": "two not at home", "outstanding": typed(client)}, follow=True)
    assert "before the cut-off</strong>" in early.content.decode()
    with running_on(SimulatedClock(MORNING + 13 * HOUR)):
        clock.run_due(MORNING + 13 * HOUR)
        assert "The day is open" not in client.get("/day-sheet/?day=2020-03-20").content.decode()
        late = client.post(SIGN, {"note": "two not at home", "outstanding": typed(client)}, follow=True)
        assert "before the cut-off</strong>" not in late.content.decode()
    assert rows("SELECT early FROM report_signoff ORDER BY seq") == [(True,), (False,)]
    told = rows("SELECT body::json->>'early' FROM journal_entry WHERE form = 'sign_off' ORDER BY seq")
    assert told == [("true",), ("false",)]


def test_a_day_with_open_tasks_is_signed_with_a_word_about_them(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    refused = client.post(SIGN, {"early": "yes", "note": "  "})
    assert 'name="early" value="yes" required checked' in refused.content.decode(), "what was ticked stays ticked"
    assert refused.status_code == 422
    assert "say in the note why tasks are not done" in refused.content.decode()
    assert rows("SELECT count(*) FROM report_signoff") == [(0,)]


def test_what_a_signature_leaves_undone_is_counted_by_kind_and_typed(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    page, number = " ".join(client.get("/day-sheet/").content.decode().split()), int(typed(client))
    kinds = [int(one) for one in re.findall(r"<li><a[^>]+>[^<]+<strong>(\d+)</strong></a></li>", page)]
    assert (sum(kinds), len(kinds) > 1) == (number, True)
    assert re.search(r'id="sign" method="post" action="[^"]+#sign"', page), "what is wrong is shown where it is mended"
    for wrong in ("", "yes", str(number + 1), "0", f"-{number}"):
        refused = client.post(SIGN, {"early": "yes", "note": "two not at home", "outstanding": wrong})
        assert refused.status_code == 422
        assert f"It was not signed. Undone: {number}." in refused.content.decode()
    county.arrive(EVENING - HOUR)  # one more task than was shown
    assert client.post(SIGN, {"early": "yes", "note": "x", "outstanding": str(number)}).status_code == 422
    assert rows("SELECT count(*) FROM report_signoff") == [(0,)]


def test_names_on_the_sheet_are_a_look_that_is_logged_once_a_person(county: County) -> None:
    signed_in(county, "community_lead", COMMUNITY).get("/day-sheet/")
    signed_in(county, "grid_worker", GRID).get("/day-sheet/")
    looks = rows("SELECT post, purpose, programme, count(*) FROM accounts_access GROUP BY post, purpose, programme")
    assert sorted(looks) == sorted([
        (county.posts["community_lead", COMMUNITY], "work_list", "entry", 1),
        (county.posts["grid_worker", GRID], "own_task", "entry", 1)])


def test_a_day_that_has_not_begun_is_not_signed(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    for day in ("2020-03-21", "2020-05-01"):
        page = client.get(f"/day-sheet/?day={day}").content.decode()
        assert "Sign off" not in page
        assert "This day has not begun yet." in page
        refused = client.post(SIGN.replace("2020-03-20", day), {"early": "yes"})
        assert refused.status_code == 409
        assert "This day has not begun yet." in refused.content.decode()
    assert rows("SELECT count(*) FROM report_signoff") == [(0,)]


def test_who_may_not_sign_or_export_does_not(county: County) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    assert "Sign off" not in worker.get("/day-sheet/").content.decode()
    assert worker.post(f"/day-sheet/{GRID}/sign/", {"note": ""}).status_code == 403
    for form in ("xlsx", "none"):  # before anything is read
        assert worker.get(f"/day-sheet/{GRID}/sheet.{form}").status_code == 403
    assert rows("SELECT count(*) FROM report_signoff") == [(0,)]


def test_another_township_is_not_found(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    for address in (
        f"/day-sheet/{OTHER_TOWNSHIP}/",
        f"/day-sheet/{COUNTY}/",
        f"/day-sheet/{OTHER_TOWNSHIP}/sheet.docx",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"/day-sheet/{OTHER_TOWNSHIP}/sign/").status_code == 404


def test_the_files_have_the_figures_of_the_page(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/day-sheet/{COUNTY}/sheet.xlsx").content))
    figures = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert figures["Came in"] == 2
    listed = [row for row in book.worksheets[1].iter_rows(values_only=True) if row[0] == "张三"]
    assert len(listed) == figures["Outstanding"]
    word = docx.Document(io.BytesIO(client.get(f"/day-sheet/{COUNTY}/sheet.docx").content))
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["Came in", "2", "0"]
    assert len(word.tables[1].rows) == len(listed) + 1
    assert rows("SELECT count(*) FROM accounts_access WHERE action = 'export'") == [(2,)]


def test_in_chinese_too(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY, "zh-hans")
    assert client.get("/day-sheet/").status_code == 200
    word = docx.Document(io.BytesIO(client.get(f"/day-sheet/{COUNTY}/sheet.docx").content))
    assert "黟县" in word.paragraphs[0].text


def test_few_queries_however_much_is_outstanding(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    client.get("/day-sheet/")
    with CaptureQueriesContext(connection) as few:
        client.get("/day-sheet/")
    for _ in range(4):
        county.arrive(MORNING, FAR_GRID)
    with CaptureQueriesContext(connection) as more:
        client.get("/day-sheet/")
    assert len(more) == len(few) <= 36
