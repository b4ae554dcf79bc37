"""My day: own tasks first, a tap closes one, undo opens it again, nobody else's grid is in sight."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts import actions as accounts
from fangxian.accounts import queries
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.console import day
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, client_id, registered, rows, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 5 * HOUR  # 14:00: the afternoon check may be filed
JSON = {"Accept": "application/json"}
READING = {"reading": "36", "tenths": "4"}


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def worker(county: County) -> Client:
    return signed_in(county, "grid_worker", GRID)


def test_the_day_shows_name_phone_and_what_to_do_and_logs_it(county: County, worker: Client) -> None:
    subject = registered(county)
    page = worker.get("/my-day/").content.decode()
    assert "张三" in page
    assert "tel:13812345678" in page
    assert "Verify at the door" in page
    assert "郭门1号" in page
    assert rows("SELECT purpose FROM accounts_access WHERE subject = %s", subject) == [("own_task",)]


def test_who_has_moved_has_no_card_and_is_never_called_destroyed(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _state = task_of(subject, "temperature_pm")
    sent = {"task": str(task), "answer": "2020.8/0", **READING, "client_id": client_id()}
    assert worker.post("/my-day/answer/", sent, headers=JSON).status_code == 200
    with working_in(SYSTEM), connection.cursor() as cursor:  # as if a task had been left behind
        cursor.execute("UPDATE subjects_subject SET path = %s WHERE id = %s", [county.paths[FAR_GRID], subject])
    page = worker.get("/my-day/").content.decode()
    assert "Identity destroyed" not in page
    assert 'id="task-' not in page
    assert "No longer in your area" in page  # what was done today is told all the same


@pytest.mark.parametrize(("kind", "code", "may"), [("grid_worker", GRID, True), ("clinician", "341023", False)])
def test_somebody_new_is_offered_to_who_may_register(county: County, kind: str, code: str, may: bool) -> None:
    client = signed_in(county, kind, code)
    assert ('href="/register/"' in client.get("/my-day/").content.decode()) is may
    assert client.get("/register/").status_code == (200 if may else 404)


def test_a_quick_answer_closes_the_task_and_undo_opens_it(county: County, worker: Client) -> None:
    subject = registered(county)
    task, state = task_of(subject, "temperature_pm")
    assert state == "open"
    sent = {"task": str(task), "answer": "2020.8/0", **READING, "client_id": client_id()}
    first = worker.post("/my-day/answer/", sent, headers=JSON)
    again = worker.post("/my-day/answer/", sent, headers=JSON)
    assert (first.status_code, again.status_code) == (200, 200)
    assert task_of(subject, "temperature_pm")[1] == "done"
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'daily_check'") == [(1,)]
    undone = worker.post(first.json()["undo_url"], {"client_id": sent["client_id"]}, headers=JSON)
    assert undone.status_code == 200
    assert f'id="task-{task}"' in undone.json()["card"]
    assert 'name="answer"' in undone.json()["card"]
    assert task_of(subject, "temperature_pm")[1] == "open"
    assert rows("SELECT f_health_checks, f_temperature FROM facts_entry WHERE subject = %s", subject) == [(0, None)]


def test_who_answers_second_is_told_of_the_first(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    sent = {"task": str(task), "answer": "0", **READING, "client_id": client_id(), "happened_at": NOON.isoformat()}
    first = worker.post("/my-day/answer/", sent, headers=JSON).json()
    assert "already" not in first["message"]
    assert "already" not in worker.post("/my-day/answer/", sent, headers=JSON).json()["message"]  # the same once more
    second = worker.post("/my-day/answer/", {"task": str(task), "answer": "0", **READING}, headers=JSON).json()
    assert second["message"].endswith(
        "It had been answered already (14:00 grid_worker 34102310000101). Yours is kept as a further entry.")
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'daily_check'") == [(2,)]
    with running_on(SimulatedClock(NOON + HOUR)):
        visit = worker.post("/my-day/answer/", {"task": str(task), "outcome": "phone_off"}, headers=JSON).json()
    assert "answered already (14:00" in visit["message"]


def test_who_notes_an_outcome_second_is_told_of_the_first(county: County, worker: Client) -> None:
    task, _ = task_of(registered(county), "verify")
    sent = {"task": str(task), "outcome": "phone_off", "client_id": client_id()}
    first = worker.post("/my-day/answer/", sent, headers=JSON).json()
    again = worker.post("/my-day/answer/", sent, headers=JSON).json()
    second = worker.post("/my-day/answer/", {"task": str(task), "outcome": "refused"}, headers=JSON).json()
    assert second["message"].endswith(
        "Meanwhile it had been noted (Phone off, 14:00 grid_worker 34102310000101). Both stay in the record.")
    noted = re.search(r'name="noted" value="([^"]+)"', second["card"])
    assert noted
    told = {"task": str(task), "outcome": "not_home", "noted": noted[1]}
    third = worker.post("/my-day/answer/", told, headers=JSON).json()
    assert not [one for one in (first, again, third) if "Meanwhile" in one["message"]]


def test_only_ones_own_entry_is_undone_and_not_for_ever(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    url = worker.post("/my-day/answer/", {"task": str(task), "answer": "0", **READING}, headers=JSON).json()["undo_url"]
    assert signed_in(county, "community_lead", "341023100001").post(url, headers=JSON).status_code == 404
    with running_on(SimulatedClock(NOON + dt.timedelta(minutes=31))):
        assert worker.post(url, headers=JSON).status_code == 409


def test_a_household_is_answered_at_once(county: County, worker: Client) -> None:
    people = [registered(county), registered(county, name="李四", phone="13800138000")]
    page = worker.get("/my-day/").content.decode()
    assert "All 2 here" in page
    tasks = [str(task_of(subject, "needs")[0]) for subject in people]
    sent = worker.post("/my-day/answer/", {"task": tasks, "answer": "0", "client_id": client_id()}, headers=JSON)
    assert sent.status_code == 200, sent.content
    assert {task_of(subject, "needs")[1] for subject in people} == {"done"}
    assert worker.post(sent.json()["undo_url"], headers=JSON).status_code == 200
    assert {task_of(subject, "needs")[1] for subject in people} == {"open"}


def test_no_button_holds_a_number_and_none_is_chosen_before_somebody_does(county: County, worker: Client) -> None:
    subject = registered(county)
    county.send("daily_check", subject, {"temperature": 36.9, "symptoms": "none"}, NOON - 20 * HOUR)
    page = worker.get("/my-day/").content.decode()
    card = page[page.index("data-reading") :]
    assert 'value="36"' in card
    assert 'name="tenths" value="9"' in card
    assert "checked" not in card
    assert "36.9" not in page, "yesterday's reading is no suggestion for today's"


def test_what_is_recorded_is_what_was_typed(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    sent = {"task": str(task), "answer": "0", "reading": "35", "tenths": "8"}
    assert worker.post("/my-day/answer/", sent, headers=JSON).status_code == 200
    assert rows("SELECT f_temperature, f_symptoms FROM facts_entry WHERE subject = %s", subject) == [(35.8, ["none"])]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Temperature"),
        ({"reading": "36"}, "Temperature"),  # the pad left before its tenths
        ({"tenths": "5"}, "Temperature"),
        ({"reading": "well"}, "Temperature"),
        ({"reading": "33", "tenths": "9"}, "between 34 and 43"),
        ({"reading": "37", "tenths": "3"}, "From 37.3 on"),
        ({"reading": "39", "tenths": "0"}, "From 37.3 on"),
    ],
)
def test_a_reading_that_is_none_or_too_high_for_one_tap_is_refused(
    county: County, worker: Client, typed: dict[str, str], said: str
) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    refused = worker.post("/my-day/answer/", {"task": str(task), "answer": "0", **typed}, headers=JSON)
    assert refused.status_code == 422
    assert said in refused.json()["detail"]
    assert task_of(subject, "temperature_pm")[1] == "open"


def test_one_reading_is_of_one_person(county: County, worker: Client) -> None:
    people = [registered(county), registered(county, name="李四", phone="13800138000")]
    tasks = [str(task_of(subject, "temperature_pm")[0]) for subject in people]
    assert worker.post("/my-day/answer/", {"task": tasks, "answer": "0", **READING}, headers=JSON).status_code == 404
    assert {task_of(subject, "temperature_pm")[1] for subject in people} == {"open"}


def test_nothing_is_recorded_in_one_tap_about_somebody_masked(county: County) -> None:
    task, _ = task_of(registered(county), "temperature_pm")
    lead = signed_in(county, "community_lead", "341023100001")
    page = lead.get("/my-day/?of=area").content.decode()
    assert "Afternoon check" in page
    for offered in ('name="answer"', 'name="outcome"', "data-reading"):
        assert offered not in page
    for sent in ({"answer": "0", **READING}, {"outcome": "phone_off"}):
        refused = lead.post("/my-day/answer/", {"task": str(task), **sent}, headers=JSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "by_name")
    assert rows("SELECT count(*) FROM journal_entry WHERE form IN ('daily_check', 'visit')") == [(0,)]


def test_a_button_says_whether_its_task_stays_open(county: County, worker: Client) -> None:
    registered(county)
    page = worker.get("/my-day/").content.decode()
    assert 'value="not_home" data-stays-open' in page
    assert 'value="phone_off" data-stays-open' in page
    assert re.search(r'value="in_hospital" data-label', page)


def test_not_at_home_leaves_the_task_open_and_says_so(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "verify")
    answer = worker.post("/my-day/answer/", {"task": str(task), "outcome": "phone_off"}, headers=JSON).json()
    assert "Phone off" in answer["message"]
    assert f'id="task-{task}"' in answer["card"]
    assert re.search(r'data-state="waiting">.*Phone off</span>\s*</h3>', answer["card"])
    assert task_of(subject, "verify")[1] == "open"


def test_a_card_of_an_area_says_its_grid(county: County) -> None:
    registered(county, address="黟县碧阳镇幸福路1号")
    lead = signed_in(county, "community_lead", "341023100001")
    assert " · 郭门一网格</p>" in lead.get("/my-day/?of=area").content.decode()


def test_in_hospital_excuses_it(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "verify")
    worker.post("/my-day/answer/", {"task": str(task), "outcome": "in_hospital"}, headers=JSON)
    assert task_of(subject, "verify")[1] == "excused"


def test_it_works_without_scripts(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    answer = worker.post(
        "/my-day/answer/", {"task": str(task), "answer": "0", **READING}, follow=True, headers={"Accept": "text/html"}
    )
    assert answer.redirect_chain == [("/my-day/", 302)]
    assert "recorded" in answer.content.decode()
    assert task_of(subject, "temperature_pm")[1] == "done"


@pytest.mark.parametrize("answer", ["9", "x", "", "2020.8/7"])
def test_an_answer_there_is_not_is_refused(county: County, worker: Client, answer: str) -> None:
    task, _ = task_of(registered(county), "temperature_pm")
    sent = {"task": str(task), "answer": answer, **READING}
    assert worker.post("/my-day/answer/", sent, headers=JSON).status_code == 404


def test_another_grids_worker_finds_nothing(county: County) -> None:
    task, _ = task_of(registered(county), "temperature_pm")
    stranger = signed_in(county, "grid_worker", FAR_GRID)
    assert "张三" not in stranger.get("/my-day/").content.decode()
    assert stranger.post("/my-day/answer/", {"task": str(task), "answer": "0"}, headers=JSON).status_code == 404


@pytest.mark.parametrize(("kind", "code"), [
    ("community_lead", "341023100001"), ("township_duty", "341023100"), ("county_duty", "341023")])
def test_a_lead_who_may_see_identities_reads_names_of_the_whole_area_and_phones_of_own_tasks(
    county: County, kind: str, code: str,
) -> None:
    subject = registered(county)
    holders = [post for post, in rows("SELECT post FROM tasks_task WHERE state = 'open'")]
    own = holders.count(county.posts[kind, code])
    page = signed_in(county, kind, code).get("/my-day/?of=area").content.decode()
    assert page.count(">张三</a>") == len(holders) > own
    assert page.count("tel:13812345678") == own
    assert rows("SELECT purpose, subject, programme FROM accounts_access ORDER BY 1") == [
        *([("own_task", subject, "entry")] if own else []), ("work_list", subject, "entry")]


def test_a_lead_who_may_not_see_identities_sees_all_of_the_area_masked(county: County) -> None:
    registered(county)
    with working_in(SYSTEM):
        accounts.set_permissions(programme="entry", by=OPERATOR, at=MORNING, rows=[
            one for one in queries.permissions().grants if one.programme == "entry" and one.action != "identity"])
    page = signed_in(county, "community_lead", "341023100001").get("/my-day/?of=area").content.decode()
    assert "张*" in page
    assert "张三" not in page
    assert rows("SELECT count(*) FROM accounts_access") == [(0,)]


def test_the_day_in_chinese(county: County) -> None:
    registered(county)
    page = signed_in(county, "grid_worker", GRID, "zh-hans").get("/my-day/").content.decode()
    assert "上门核验" in page


def test_more_people_make_no_more_queries(county: County, worker: Client) -> None:
    registered(county)
    worker.get("/my-day/")
    with CaptureQueriesContext(connection) as few:
        worker.get("/my-day/")
    for number in range(4):
        registered(county, name=f"王{number}", phone=f"1390000000{number}")
    with CaptureQueriesContext(connection) as many:
        worker.get("/my-day/")
    assert len(many) <= len(few) + 1, [one["sql"][:120] for one in many]


def test_a_long_day_comes_in_parts_with_what_is_urgent_in_the_first(
    county: County, worker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "SHOWN", 2)
    registered(county)
    last = "SELECT id FROM tasks_task WHERE state = 'open' AND kind <> 'to_site' ORDER BY due DESC, id DESC LIMIT 3"
    urgent = rows(f"UPDATE tasks_task SET urgent = true WHERE id IN ({last}) RETURNING id")
    open_tasks = rows("SELECT id FROM tasks_task WHERE state = 'open' AND kind <> 'to_site'")
    address, cards = "/my-day/", []
    while address:
        page = worker.get(address).content.decode()
        shown = re.findall(r'<li class="fx-task" id="task-([^"]+)"', page)
        assert 0 < len(shown) <= 2
        cards += shown
        more = re.search(r'rel="next" href="(\?[^"]+)"', page)
        address = f"/my-day/{unescape(more[1])}" if more else ""
    assert len(cards) > 2
    assert set(cards[:3]) == {str(task) for (task,) in urgent}
    assert sorted(cards) == sorted(str(task) for (task,) in open_tasks)


def test_a_page_is_compressed_for_a_browser_that_can_read_it(county: County, worker: Client) -> None:
    registered(county)
    plain = worker.get("/my-day/")
    small = worker.get("/my-day/", headers={"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) < len(plain.content) / 2
    assert "张三" in gzip.decompress(small.content).decode()


def test_how_the_day_is_sorted_is_remembered_for_the_person(county: County, worker: Client) -> None:
    registered(county)
    assert 'value="building" aria-current="true"' in worker.get("/my-day/").content.decode()
    sorted_now = worker.post("/my-day/sort/", {"order": "kind"}, follow=True).content.decode()
    assert 'value="kind" aria-current="true"' in sorted_now
    assert re.findall(r'<h2 class="fx-group">.*?</svg> ([^<]+)<', sorted_now)[0] != "郭门1号"
    again = signed_in(county, "grid_worker", GRID)  # another device
    assert 'value="kind" aria-current="true"' in again.get("/my-day/").content.decode()
    worker.post("/my-day/sort/", {"order": "by magic"})
    assert 'value="kind" aria-current="true"' in worker.get("/my-day/").content.decode()
    lead = signed_in(county, "community_lead", "341023100001")
    answer = lead.post("/my-day/sort/", {"order": "route", "of": "area"})
    assert answer["Location"] == "/my-day/?of=area"
    assert rows("SELECT name, value FROM console_remembered ORDER BY id") == [
        ("my_day.order", "kind"), ("my_day.order", "route")]


@pytest.mark.parametrize("order", ["building", "route", "kind", "due", "name"])
def test_a_long_day_is_ordered_as_a_whole(
    county: County, worker: Client, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    for number in range(3):
        registered(county, name=f"王{number}", phone=f"1390000000{number}", address=f"郭门{3 - number}号")
    worker.post("/my-day/sort/", {"order": order})
    found: dict[int, list[str]] = {}
    for shown in (2, 100):
        monkeypatch.setattr(day, "SHOWN", shown)
        address, found[shown] = "/my-day/", []
        while address:
            page = worker.get(address).content.decode()
            found[shown] += re.findall(r'<li class="fx-task" id="task-([^"]+)"', page)
            more = re.search(r'rel="next" href="(\?[^"]+)"', page)
            address = f"/my-day/{unescape(more[1])}" if more else ""
    assert len(found[100]) > 6
    assert len(set(found[2])) == len(found[2])
    assert found[2] == found[100]


def test_the_card_of_the_next_sample_says_the_result_of_the_last(county: County) -> None:
    subject = registered(county)
    told = {"specimen": "throat", "tube": "YX1", "result": "pending"}
    with running_on(SimulatedClock(NOON + dt.timedelta(days=7))):
        clock.run_due(NOON + dt.timedelta(days=7))
        doctor = signed_in(county, "clinician", "341023")
        path = county.paths[GRID]
        assert not county.send("sample", subject, told, NOON + dt.timedelta(days=1), path=path).refused
        assert "Result: Not known yet" in doctor.get("/my-day/").content.decode()
        told = {"tube": "YX1", "result": "negative"}
        assert not county.send("sample_result", subject, told, NOON + dt.timedelta(days=2), path=path).refused
        page = doctor.get("/my-day/").content.decode()
        assert "Result: Negative" in page
        assert "Not known yet" not in page
