"""Submissions by HTTP: each answered by itself, once and for all, within the rights of the post."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel import clock, errors
from tests.journal.test_record import ARRIVAL

from .conftest import ELSEWHERE, GRID, NOW, World, filled, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MOST_QUERIES = 52


@pytest.fixture
def worker(place: World) -> Client:
    return place.client("grid_worker", GRID)


def outcomes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 200, response.content
    return [(one["outcome"], one["code"]) for one in response.json()["answers"]]


def recorded(entry: str) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT source, \"user\", post, device FROM journal_entry WHERE id = %s", [entry])
        return list(cursor.fetchall())


def test_a_submission_is_recorded_as_the_post(place: World, worker: Client) -> None:
    one = filled(place.here)
    assert outcomes(submit(worker, one, headers={"x-device": "tablet 7"})) == [("recorded", "")]
    key = ("grid_worker", GRID)
    assert recorded(one["id"]) == [("api", place.county.users[key], place.county.posts[key], "tablet 7")]


def test_sending_again_gives_the_same_answer(place: World, worker: Client) -> None:
    one = filled(place.here)
    assert outcomes(submit(worker, one, one)) == [("recorded", ""), ("repeated", "")]
    assert outcomes(submit(worker, one)) == [("repeated", "")]
    other = {**one, "answers": {"temperature": 37.0, "symptoms": ["none"]}}
    assert outcomes(submit(worker, other)) == [("refused", "same_id_other_content")]
    assert len(recorded(one["id"])) == 1


@pytest.mark.parametrize("moment", [
    "0001-01-01T00:00:00", "0001-01-10T00:00:00Z", "9999-12-31T23:59:59", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "1899-12-31T00:00:00Z", "2200-01-01T12:00:00Z"])
def test_a_date_nobody_means_is_refused_by_itself(place: World, worker: Client, moment: str) -> None:
    told = {**ARRIVAL, "arrived": moment, "birth_date": moment[:10], "countries": ["IT"], "symptoms": ["none"]}
    sent = [filled(place.here), *(filled(about, form="arrival", answers=told) for about in (place.here, uuid.uuid4()))]
    assert outcomes(submit(worker, *sent)) == [("recorded", ""), ("refused", "form_faults"), ("refused", "form_faults")]


def test_what_is_wrong_is_refused_by_itself_in_the_askers_language(place: World) -> None:
    good, bad = filled(place.here), filled(place.here, answers={"temperature": 99, "symptoms": ["none"]})
    response = submit(place.client("grid_worker", GRID, "zh-hans"), bad, good)
    assert outcomes(response) == [("refused", "form_faults"), ("recorded", "")]
    body = response.json()
    assert (body["recorded"], body["repeated"], body["refused"]) == (1, 0, 1)
    [fault] = body["answers"][0]["faults"]
    assert fault["question"] == "temperature"
    assert any("一" <= character <= "鿿" for character in fault["said"])


REFUSED: Final[list[tuple[dict[str, Any], str]]] = [
    ({"form": "release"}, "not_allowed"), ({"form": "nothing"}, "not_allowed"),
    ({"programme": "linelist"}, "not_found"), ({"programme": "nothing"}, "not_found"),
    ({"form_version": "0.1"}, "form_too_old"),
    ({"subject": str(uuid.uuid4())}, "not_found"), ({"task": str(uuid.uuid4())}, "not_found"),
    ({"replaces": str(uuid.uuid4())}, "not_found"),
]


def test_what_may_not_be_is_refused(place: World, worker: Client) -> None:
    response = submit(worker, *(filled(place.here, **change) for change, _ in REFUSED), filled(place.here))
    assert outcomes(response) == [*(("refused", code) for _, code in REFUSED), ("recorded", "")]


def test_nothing_is_recorded_about_people_elsewhere(place: World, worker: Client) -> None:
    assert outcomes(submit(worker, filled(place.there))) == [("refused", "not_found")]
    there = place.client("grid_worker", ELSEWHERE)
    one = filled(place.there)
    assert outcomes(submit(there, one)) == [("recorded", "")]
    assert outcomes(submit(worker, {**one, "subject": str(place.here)})) == [("refused", "same_id_other_content")]


def test_somebody_new_comes_into_being_by_a_form_that_says_who_they_are(place: World, worker: Client) -> None:
    new = uuid.uuid4()
    arrival = filled(new, form="arrival", answers={
        **ARRIVAL, "name": "李四", "name_latin": "LI SI", "phone": "13900000001", "document_number": "E76543210"})
    assert outcomes(submit(worker, filled(new), arrival)) == [("recorded", ""), ("recorded", "")]
    assert worker.get(f"/api/v1/subjects/{new}").status_code == 200


def test_an_entry_is_corrected_once(place: World, worker: Client) -> None:
    one = filled(place.here)
    submit(worker, one)
    first, second = (filled(place.here, replaces=one["id"]) for _ in range(2))
    assert outcomes(submit(worker, first, second)) == [("recorded", ""), ("refused", "changed_meanwhile")]
    assert outcomes(submit(worker, first, second)) == [("repeated", ""), ("refused", "changed_meanwhile")]


def test_a_task_is_filled(place: World, worker: Client) -> None:
    task = next(item for item in worker.get("/api/v1/tasks").json()["items"] if item["form"] == "verification")
    seen = {"person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": "yes",
            "own_bathroom": "yes", "vulnerable_at_home": "no", "frail": "no", "agreement_read": "OK",
            "agreement_signed": "yes"}
    response = submit(worker, filled(place.here, task=task["id"]),
                      filled(place.here, task=task["id"], form="verification", answers=seen))
    assert outcomes(response) == [("refused", "other_task"), ("recorded", "")]


def test_what_is_not_as_described_is_refused_as_a_whole(worker: Client) -> None:
    for body in ("[]", "{}", "null", '"x"', "[1]", '[{"id": "x"}]', '[{"unknown": 1}]'):
        response = worker.post("/api/v1/submissions", body, content_type="application/json")
        assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json"), body
        assert response.json()["code"] == "invalid_request"


OUT_OF_BOUNDS: Final[list[dict[str, Any]]] = [
    {"unknown": 1}, {"happened_at": "2020-03-20T09:00:00"}, {"happened_at": "10000-01-01T00:00:00Z"},
    {"answers": {"temperature": "\0"}}, {"answers": {"temperature": 10**30}}, {"answers": {"temperature": {}}},
    {"programme": "a\0b"}, {"answers": {f"q{number}": 1 for number in range(301)}},
]


def test_a_value_out_of_bounds_is_refused(place: World, worker: Client) -> None:
    for change in OUT_OF_BOUNDS:
        response = submit(worker, filled(place.here, **change))
        assert response.status_code in (400, 422), (change, response.content)
        assert response["Content-Type"] == "application/problem+json"


def test_what_is_no_json_is_a_problem(worker: Client) -> None:
    for body in ("{", b"\xff", "[NaN]"):
        response = worker.post("/api/v1/submissions", body, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (400, "unparsed")


def test_too_much_is_said_to_be_too_much(place: World, worker: Client) -> None:
    assert submit(worker, *(filled(place.here) for _ in range(501))).status_code == 422
    response = worker.post("/api/v1/submissions", " " * (2 * 1024 * 1024 + 1), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (413, errors.TOO_MUCH.code)


def test_without_the_token_of_the_session_nothing_is_written(place: World) -> None:
    client = place.client("grid_worker", GRID, enforce_csrf_checks=True)
    one = filled(place.here)
    response = submit(client, one)
    assert (response.status_code, response.json()["code"]) == (403, "csrf")
    assert recorded(one["id"]) == []
    client.cookies["csrftoken"] = token = "a" * 32
    assert outcomes(submit(client, one, headers={"x-csrftoken": token})) == [("recorded", "")]


def test_nobody_writes_without_signing_in(place: World) -> None:
    assert submit(Client(), filled(place.here)).status_code == 401


def test_the_clock_in_force_says_when_it_came_in(place: World, worker: Client) -> None:
    one = filled(place.here)
    submit(worker, one)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT received_at FROM journal_entry WHERE id = %s", [one["id"]])
        assert cursor.fetchone()[0] == NOW == clock.now()


def test_fifty_take_as_many_queries_as_one(place: World, worker: Client) -> None:
    submit(worker, filled(place.here))
    with CaptureQueriesContext(connection) as for_one:
        submit(worker, filled(place.here))
    sent = [filled(place.here, happened_at=(NOW - dt.timedelta(minutes=minute)).isoformat()) for minute in range(50)]
    with CaptureQueriesContext(connection) as for_fifty:
        assert {one for one, _ in outcomes(submit(worker, *sent))} == {"recorded"}
    settled = 2  # a history of several answers may take another look, but not one each
    assert len(for_fifty) <= len(for_one) + settled <= MOST_QUERIES, (len(for_fifty), len(for_one))
