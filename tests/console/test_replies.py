"""What awaits a result: listed, found by its number, refused by name; and what the person's page says of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client
from django.utils.translation import override

from fangxian.console.pages.replies import waited
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON: Final = MORNING + dt.timedelta(hours=3)
ASKED: Final = "entry/sample_result"
DOCTOR: Final = ("clinician", "341023")


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


def sampled(county: County, tube: str, at: dt.datetime = MORNING, **named: str) -> uuid.UUID:
    somebody = county.arrive(at, **named)
    told = {"specimen": "throat", "tube": tube, "result": "pending"}
    assert not county.send("sample", somebody, told, at, path=county.paths["34102310000101"]).refused
    return somebody


def test_the_way_to_the_page_is_called_as_the_page_is(county: County) -> None:
    page = signed_in(county, *DOCTOR).get("/replies/").content.decode()
    assert "<h1>Laboratory</h1>" in page
    assert "<span>Laboratory</span>" in page
    assert "<span>Results</span>" not in page


def looked_for(client: Client, number: str) -> Any:
    return client.post("/replies/find/", {"reply": ASKED, "number": number})


def test_what_waits_longest_comes_first_and_late_ones_apart(county: County) -> None:
    sampled(county, "YX2")
    sampled(county, "YX1", MORNING - dt.timedelta(days=2))
    client = signed_in(county, *DOCTOR)
    page = client.get("/replies/").content.decode()
    assert page.index("YX1") < page.index("YX2")
    late = client.get(f"/replies/?reply={ASKED}&late=1").content.decode()
    assert "YX1" in late
    assert "YX2" not in late
    found = client.get(f"/replies/?reply={ASKED}&q=x2").content.decode()
    assert "YX2" in found
    assert "YX1" not in found
    assert rows("SELECT count(DISTINCT subject) FROM accounts_access WHERE purpose = 'work_list'") == [(2,)]


def test_what_a_clock_ahead_has_taken_has_waited_for_no_time() -> None:
    with override("en"):
        said = [waited(dt.timedelta(hours=hours)) for hours in (-0.05, 47, 49)]
    assert said == ["waiting for 0 hours", "waiting for 47 hours", "waiting for 2 days"]


def test_a_number_leads_to_whose_it_is(county: County) -> None:
    somebody = sampled(county, "YX1")
    client = signed_in(county, *DOCTOR)
    answer = looked_for(client, " yx1 ")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "YX1 · Sample taken" in page
    xml = client.get(answer["Location"].replace("/?", "/form.xml?")).content.decode()
    assert "<tube>YX1</tube>" in xml
    assert "pending</result>" not in xml, "what the sample was taken with is no result"
    assert str(somebody) in answer["Location"]


def test_what_cannot_be_replied_to_is_refused_by_name(county: County) -> None:
    somebody = sampled(county, "YX1")
    client = signed_in(county, *DOCTOR)
    for number in ("NOPE", "", "\0"):
        assert looked_for(client, number).status_code == 422
    assert "NOPE" in looked_for(client, "NOPE").content.decode()
    county.send("sample_result", somebody, {"tube": "YX1", "result": "negative"}, NOON)
    answer = looked_for(client, "YX1")
    [(entry,)] = rows("SELECT id FROM journal_entry WHERE form = 'sample_result'")
    assert answer.status_code == 422
    assert f"corrects={entry}" in answer.content.decode(), "it leads to the entry to be corrected"


def test_a_result_is_never_opened_without_its_number(county: County) -> None:
    somebody, other = sampled(county, "YX1"), sampled(county, "YX2", document_number="E70000007")
    client = signed_in(county, *DOCTOR)
    answer = client.get(f"/fill/entry/sample_result/?subject={somebody}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/replies/")
    page = client.get(answer["Location"]).content.decode()
    assert "YX1" in page
    assert "YX2" not in page
    [(entry,)] = rows("SELECT id FROM journal_entry WHERE form = 'sample' AND subject = %s", other)
    assert client.get(f"/fill/entry/sample_result/?subject={somebody}&of={entry}").status_code == 404


def test_the_page_of_a_person_says_the_last_result(county: County) -> None:
    somebody = sampled(county, "YX1")
    county.send("sample_result", somebody, {"tube": "YX1", "result": "negative"}, NOON)
    sample = {"specimen": "throat", "tube": "YX2", "result": "pending"}
    county.send("sample", somebody, sample, NOON, path=county.paths["34102310000101"])
    page = signed_in(county, *DOCTOR).get(f"/subjects/{somebody}/").content.decode()
    assert page.index("No result yet") < page.index("YX2") < page.index("<strong>Negative</strong>") < page.index("YX1")


def test_who_files_no_results_has_no_such_page(county: County) -> None:
    for kind, code in (("grid_worker", "34102310000101"), ("community_lead", "341023100001")):
        client = signed_in(county, kind, code)
        assert client.get("/replies/").status_code == 404
        assert looked_for(client, "YX1").status_code == 404
        assert "/replies/" not in client.get("/area/").content.decode()


def test_a_program_finds_a_tube_as_the_laboratory_does(county: County) -> None:
    somebody = sampled(county, "YX1")
    doctor, address = signed_in(county, *DOCTOR), "/api/v1/replies"
    [found] = doctor.get(address, {"number": " yx1 "}).json()["items"]
    assert (found["subject"], found["reply"], found["awaited"]) == (str(somebody), "sample_result", True)
    assert found["area"]["code"] == "34102310000101"
    told = {"tube": "YX1", "result": "negative"}
    assert not county.send("sample_result", somebody, told, NOON).refused
    [found] = doctor.get(address, {"number": "YX1"}).json()["items"]
    assert (found["awaited"], bool(found["replied"])) == (False, True)
    assert doctor.get(address, {"number": "YX9"}).status_code == 404
    assert doctor.get(address).status_code == 422
    lead = signed_in(county, "community_lead", "341023100001")  # sees the person and files no result
    assert lead.get(f"/subjects/{somebody}/").status_code == 200
    assert lead.get(address, {"number": "YX1"}).status_code == 404


def test_what_stands_beside_the_next_sample_is_the_result_of_the_last(county: County) -> None:
    somebody = sampled(county, "YX1")
    doctor = signed_in(county, *DOCTOR)
    form = f"/fill/entry/sample/?subject={somebody}"
    assert "Result: Not known yet" in doctor.get(form).content.decode()
    county.send("sample_result", somebody, {"tube": "YX1", "result": "negative"}, NOON)
    page = doctor.get(form).content.decode()
    assert "Result: Negative" in page
    assert "Not known yet" not in page


def test_who_decides_about_somebody_reads_the_last_result_beside_the_form(county: County) -> None:
    somebody = sampled(county, "YX1")
    doctor = signed_in(county, *DOCTOR)
    assert "No result yet" in doctor.get(f"/fill/entry/release/?subject={somebody}").content.decode()
    county.send("sample_result", somebody, {"tube": "YX1", "result": "negative"}, NOON)
    page = doctor.get(f"/fill/entry/release/?subject={somebody}").content.decode()
    assert "Laboratory · Negative" in page
    assert "YX1" in page
    daily = doctor.get(f"/fill/entry/daily_check/?subject={somebody}").content.decode()
    assert "Laboratory · Negative" not in daily, "what is asked again and again says what it was told"
