"""What each post may read, and that nothing grows with the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.tasks.models import Task
from tests.county import MORNING

from .conftest import ELSEWHERE, GRID, HOUR, World

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
API = "/api/v1"


def get(client: Client, address: str, **query: Any) -> Any:
    response = client.get(API + address, query)
    assert response.status_code == 200, response.content
    return response.json()


def addresses(place: World) -> list[str]:
    return [f"/subjects/{place.here}", f"/subjects/{place.here}/timeline", "/figures?area=341023100", "/me",
            "/tasks", "/alerts", "/programmes", "/programmes/entry", "/programmes/entry/forms/daily_check", "/areas",
            f"/areas/{GRID}"]


def test_nobody_signed_in_gets_401_in_their_language(place: World) -> None:
    for address in addresses(place):
        response = Client(headers={"accept-language": "zh-hans"}).get(API + address)
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
        assert response.json() == {
            "type": "urn:fangxian:problem:sign_in", "title": "请先登录。", "detail": "请先登录。", "status": 401,
            "code": "sign_in"}


ABOVE = (("grid_worker", GRID), ("community_lead", "341023100001"), ("township_duty", "341023100"),
         ("county_duty", "341023"))
BESIDE = (("grid_worker", ELSEWHERE), ("community_lead", "341023101200"), ("township_duty", "341023101"))


def test_the_posts_above_a_subject_see_it(place: World) -> None:
    for who in ABOVE:
        found = get(place.client(*who), f"/subjects/{place.here}")
        assert found["area"]["code"] == GRID
        assert found["identity"]["name"] not in ("", "张三")
        assert "E12345678" not in str(found)
        [entry] = found["programmes"]
        assert entry["decision"]["measure"] == "hospital"
        assert entry["decision"]["reason"]
        assert {"temperature"} <= {fact["name"] for fact in entry["facts"]}


def test_the_posts_of_another_area_do_not(place: World) -> None:
    for who in BESIDE:
        client = place.client(*who)
        for address in (f"/subjects/{place.here}", f"/subjects/{place.here}/timeline", "/figures?area=341023100"):
            response = client.get(API + address)
            assert (response.status_code, response.json()["code"]) == (404, "not_found"), (who, address)


def test_a_post_without_records_sees_none(place: World) -> None:
    client = place.client("administrator", "341023")
    for address in (f"/subjects/{place.here}", "/tasks", "/alerts", "/figures", "/programmes"):
        assert client.get(API + address).status_code in (403, 404), address
    assert get(client, "/me")["acting"]["kind"] == "administrator"


def test_who_i_am(place: World) -> None:
    found = get(place.client("grid_worker", GRID, "zh-hans"), "/me")
    assert (found["acting"]["label"], found["acting"]["area"]["name"]) == ("网格员", "郭门一网格")
    assert {"programme": "entry", "action": "fill", "on": "daily_check"} in found["permissions"]
    assert [one["id"] for one in found["posts"]] == [found["acting"]["id"]]


def test_a_programme_says_what_i_may_fill(place: World) -> None:
    client = place.client("grid_worker", GRID)
    assert [one["id"] for one in get(client, "/programmes")] == ["entry"]
    found = get(client, "/programmes/entry")
    may = {form["id"]: form["fill"] for form in found["forms"]}
    assert (may["daily_check"], may["listed"]) == (True, False)
    assert found["tasks"]
    assert {"hospital"} <= {one["name"] for one in found["measures"]}
    assert client.get(f"{API}/programmes/linelist").status_code == 404


def test_a_form_is_sent_once_a_version(place: World) -> None:
    client = place.client("grid_worker", GRID)
    first = client.get(f"{API}/programmes/entry/forms/daily_check")
    assert first["Content-Type"] == "text/xml; charset=utf-8"
    assert b"temperature" in first.content
    again = client.get(f"{API}/programmes/entry/forms/daily_check", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{API}/programmes/entry/forms/none").status_code == 404


def test_names_of_own_tasks_are_shown_and_logged(place: World) -> None:
    items = get(place.client("grid_worker", GRID), "/tasks")["items"]
    assert items
    assert {item["name"] for item in items} == {"张三"}
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT subject, purpose FROM accounts_access")
        assert cursor.fetchall() == [(place.here, "own_task")]


def test_names_of_others_tasks_are_masked(place: World) -> None:
    client = place.client("township_duty", "341023100")
    assert all(item["own"] for item in get(client, "/tasks")["items"])
    others = [item for item in get(client, "/tasks", mine=0)["items"] if not item["own"]]
    assert others
    assert all(item["name"] != "张三" and not item["phone"] for item in others)


def test_tasks_page_by_key_with_what_is_urgent_first(place: World) -> None:
    client = place.client("county_duty", "341023")
    last = Task.objects.filter(state="open").order_by("-due", "-id")
    with working_in(SYSTEM):
        Task.objects.filter(pk__in=list(last.values_list("pk", flat=True)[:2])).update(urgent=True)
    whole = [item["id"] for item in get(client, "/tasks", mine=0)["items"]]
    paged, after = [], ""
    while True:
        page = get(client, "/tasks", mine=0, limit=2, after=after)
        paged += [item["id"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert paged == whole
    assert len(whole) > 3
    urgent = [item["urgent"] for item in get(client, "/tasks", mine=0)["items"]]
    assert urgent == sorted(urgent, reverse=True)
    assert set(urgent) == {True, False}
    assert sum(urgent) >= 2


def test_a_timeline_pages_and_keeps_personal_answers_closed(place: World) -> None:
    client = place.client("community_lead", "341023100001")
    whole = get(client, f"/subjects/{place.here}/timeline")["items"]
    assert {"listed", "arrival", "daily_check"} <= {line["form"] for line in whole}
    assert "E12345678" not in str(whole)
    assert any(line["hidden"] for line in whole)
    assert "household" not in {answer["name"] for line in whole for answer in line["answers"]}, "it names the door"
    first = get(client, f"/subjects/{place.here}/timeline", limit=1)
    second = get(client, f"/subjects/{place.here}/timeline", limit=100, after=first["next"])
    assert [line["id"] for line in first["items"] + second["items"]] == [line["id"] for line in whole]


def test_the_tree_is_for_everybody(place: World) -> None:
    client = place.client("grid_worker", GRID)
    assert [one["code"] for one in get(client, "/areas", parent="341023")["items"]] == ["341023100", "341023101"]
    first = get(client, "/areas", parent="341023", limit=1)
    second = get(client, "/areas", parent="341023", after=first["next"])
    assert [one["code"] for one in second["items"]] == ["341023101"]
    found = get(client, "/areas/341023100")
    assert [one["code"] for one in found["lineage"]] == ["34", "3410", "341023", "341023100"]
    assert found["below"] == {"community": 2, "grid": 3}
    assert client.get(f"{API}/areas/99").status_code == 404


def test_figures_of_a_day(place: World) -> None:
    client = place.client("county_duty", "341023")
    found = get(client, "/figures", area="341023", day="2020-03-20")
    assert [stage["reached"] for stage in found["stages"]][:2] == [2, 1]
    assert found["sheet"]["came_in"] == 2
    assert {one["area"]["code"]: one["sheet"]["came_in"] for one in found["below"]} == {"341023100": 1, "341023101": 1}
    assert get(client, "/figures", day=dt.date(2020, 3, 1))["sheet"]["came_in"] == 0
    assert client.get(f"{API}/figures", {"programme": "nothing"}).status_code == 404


def test_an_alert_is_acknowledged_once_by_whoever_may(place: World) -> None:
    lead, worker = (place.client(*who) for who in (("community_lead", "341023100001"), ("grid_worker", GRID)))
    [alert] = [one for one in get(lead, "/alerts")["items"] if one["cause"] == "urgent"]
    address = f"{API}/alerts/{alert['id']}/acknowledge"
    assert place.client("community_lead", "341023101200").post(address).status_code == 404
    assert worker.post(address).status_code == 404  # told to the community, not to the grid
    assert place.client("clinician", "341023").post(address).status_code == 403
    answer = lead.post(address, {"note": "The car is on its way"}, content_type="application/json")
    assert (answer.status_code, answer.json()["acknowledged_at"]) == (200, "2020-03-20T04:00:00Z")
    assert answer.json()["note"] == "The car is on its way"
    again = lead.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert alert["id"] not in {one["id"] for one in get(lead, "/alerts")["items"]}
    assert alert["id"] in {one["id"] for one in get(lead, "/alerts", waiting=0, limit=200)["items"]}


def test_an_unreadable_query_is_a_problem(place: World) -> None:
    client = place.client("grid_worker", GRID)
    for query in ("after=x", "after=2020-03-20T04:00:00.000000Z_x", "limit=0", "limit=201", "mine=x", "after=%00"):
        response = client.get(f"{API}/tasks?{query}")
        assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json"), query
        assert response.json()["code"] == "invalid_request"


def test_an_unknown_address_is_a_problem(place: World) -> None:
    response = place.client("grid_worker", GRID).get(f"{API}/nothing/here")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


MOST_QUERIES = 24


def test_reading_takes_the_same_number_of_queries_however_much_there_is(place: World) -> None:
    client = place.client("county_duty", "341023")
    asked = ["/tasks?mine=0", "/alerts", "/alerts?waiting=0", "/figures?area=341023", "/areas?parent=341023",
             f"/subjects/{place.here}", f"/subjects/{place.here}/timeline"]
    for address in asked:
        get(client, address)
    before = [counted(client, address) for address in asked]
    for number in range(4):
        place.county.arrive(MORNING + HOUR, GRID)
        answers = {"temperature": 36.5, "symptoms": "none"}
        place.county.send("daily_check", place.here, answers, MORNING + (2 + number / 10) * HOUR)
    after = [counted(client, address) for address in asked]
    assert [one <= other for one, other in zip(after, before, strict=True)] == [True] * len(asked), (before, after)
    assert max(after) <= MOST_QUERIES, dict(zip(asked, after, strict=True))


def counted(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        get(client, address)
    return len(found)
