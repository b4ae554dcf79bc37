"""Forms in the browser: what they open with, what comes back, who may, and somebody new."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.identifiers import mrz
from fangxian.tasks.models import Task
from tests import county as world
from tests.county import MORNING, County

from .rounds import ARRIVAL, FAR_GRID, GRID, HOUR, client_id, registered, rows, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 5 * HOUR
JSON = {"Accept": "application/json"}
CHECK = "<data xmlns='http://www.w3.org/2002/xforms' id='daily_check' version='2020.8'>{}</data>"
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def worker(county: County) -> Client:
    return signed_in(county, "grid_worker", GRID)


def xml_of(form: str, answers: dict[str, str]) -> str:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    return f"<data xmlns='http://www.w3.org/2002/xforms' id='{form}' version='2020.8'>{inside}</data>"


def send(client: Client, form: str, subject: uuid.UUID, answers: dict[str, str], **more: str) -> Any:
    sent = {
        "client_id": client_id(),
        "happened_at": NOON.isoformat(),
        "version": "2020.8",
        "subject": str(subject),
        "xml": xml_of(form, answers),
        **more,
    }
    return client.post(f"/fill/entry/{form}/send/", sent, headers=JSON)


def test_a_daily_form_opens_empty_and_shows_what_was_said_last(county: County, worker: Client) -> None:
    subject = registered(county)
    county.send("daily_check", subject, {"temperature": 36.9, "symptoms": "none"}, MORNING + HOUR)
    task, _ = task_of(subject, "temperature_pm")
    page = worker.get(f"/fill/entry/daily_check/?subject={subject}&task={task}").content.decode()
    assert "36.9" in page
    assert "张三" in page
    xml = worker.get(f"/fill/entry/daily_check/form.xml?subject={subject}&task={task}").content.decode()
    assert "<temperature/>" in xml


def test_a_form_filled_once_opens_with_what_is_known(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "verify")
    xml = worker.get(f"/fill/entry/verification/form.xml?subject={subject}&task={task}").content.decode()
    assert "<frail>no</frail>" in xml


def test_the_identity_is_filled_in_only_for_those_who_may_see_it(county: County) -> None:
    subject = county.arrive(MORNING)
    own = signed_in(county, "grid_worker", GRID)
    task, _ = task_of(subject, "register")
    path = f"/fill/entry/arrival/form.xml?subject={subject}"
    assert "张三" in own.get(f"{path}&task={task}").content.decode()
    assert "张三" not in own.get(path).content.decode()
    assert "张三" in signed_in(county, "community_lead", "341023100001").get(path).content.decode()


def test_who_somebody_is_and_when_is_read_in_the_head_of_a_form_as_on_their_page(
    county: County, worker: Client,
) -> None:
    subject = registered(county)
    page = worker.get(f"/fill/entry/arrival/?subject={subject}").content.decode()
    assert "Date of birth: ****" in page, "their page masks it too"
    assert "Seat: 12A" in page
    assert "1985-04-05" not in page
    assert "1985-04-05" not in worker.get(f"/fill/entry/arrival/form.xml?subject={subject}").content.decode()
    lead = signed_in(county, "community_lead", "341023100001")
    assert "5 April 1985" not in page
    looks = "SELECT purpose FROM accounts_access WHERE subject = %s AND action = 'identity'"
    assert rows(looks, subject) == []
    assert "1985-04-05" in lead.get(f"/fill/entry/arrival/form.xml?subject={subject}").content.decode()
    assert rows(looks, subject) == [("fill",)], "what is filled in can be asked for without the page"
    head = worker.get(f"/fill/entry/verification/?subject={subject}").content.decode()
    assert "T00:00" not in page + head


def test_what_came_of_a_visit_is_not_suggested_by_the_last_one(county: County, worker: Client) -> None:
    subject = registered(county)
    assert send(worker, "visit", subject, {"outcome": "not_home"}).status_code == 200
    assert "<outcome/>" in worker.get(f"/fill/entry/visit/form.xml?subject={subject}").content.decode()


def test_where_somebody_was_taken_is_not_suggested_by_the_last_transfer(county: County) -> None:
    subject = registered(county)
    sent = county.send("transfer", subject, {"to": "central_site", "where": "县集中隔离点", "by": "special"}, NOON)
    assert not sent.refused
    lead = signed_in(county, "county_duty", "341023")
    assert "<to/>" in lead.get(f"/fill/entry/transfer/form.xml?subject={subject}").content.decode()


def test_a_grid_is_chosen_where_the_addresses_stand_beside_each_other(county: County) -> None:
    subject = county.arrive(MORNING, "")
    task, _ = task_of(subject, "place")
    township = signed_in(county, "county_duty", "341023")
    address = f"/fill/entry/place/?subject={subject}&task={task}"
    assert township.get(address)["Location"] == "/placing/"
    assert township.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == "/placing/"


def test_a_form_comes_back_and_its_task_is_done(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    answer = send(worker, "daily_check", subject, {"temperature": "36.6", "symptoms": "none"}, task=str(task))
    assert answer.status_code == 200, answer.content
    assert 'data-outbox="sent"' in answer.json()["card"]
    assert task_of(subject, "temperature_pm")[1] == "done"
    assert worker.post(answer.json()["undo_url"], headers=JSON).status_code == 200
    assert task_of(subject, "temperature_pm")[1] == "open"


def test_who_sends_the_form_of_a_task_second_is_told_of_the_first(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    answers = {"temperature": "36.6", "symptoms": "none"}
    assert "already" not in send(worker, "daily_check", subject, answers, task=str(task)).json()["message"]
    second = send(worker, "daily_check", subject, answers, task=str(task)).json()
    assert "It had been answered already (14:00 grid_worker 34102310000101)" in second["message"]
    assert "already" in second["card"]


def test_the_server_checks_again_and_names_the_question(county: County, worker: Client) -> None:
    subject = registered(county)
    answer = send(worker, "daily_check", subject, {"temperature": "365", "symptoms": "none"})
    assert answer.status_code == 422
    assert "Temperature" in answer.json()["detail"]
    assert "36.5, not 365" in answer.json()["detail"]
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'daily_check'") == [(0,)]


def test_a_form_too_old_keeps_the_draft(county: County, worker: Client) -> None:
    answer = send(
        worker, "daily_check", registered(county), {"temperature": "36.6", "symptoms": "none"}, version="2019.1"
    )
    assert answer.status_code == 409
    assert "draft" in answer.json()["detail"]


@pytest.mark.parametrize("xml", ["", "not xml", "<other/>"])
def test_what_is_no_form_is_refused(county: County, worker: Client, xml: str) -> None:
    assert send(worker, "daily_check", registered(county), {}, xml=xml).status_code == 422


def test_others_find_nothing(county: County) -> None:
    subject = registered(county)
    stranger = signed_in(county, "grid_worker", FAR_GRID)
    query = f"?subject={subject}"
    assert stranger.get(f"/fill/entry/daily_check/{query}").status_code == 404
    assert stranger.get(f"/fill/entry/daily_check/form.xml{query}").status_code == 404
    assert send(stranger, "daily_check", subject, {"temperature": "36.6", "symptoms": "none"}).status_code == 404


def test_a_check_that_is_anothers_opens_for_those_alone_who_see_whom_it_is_about(county: County) -> None:
    subject = county.arrive(MORNING)
    task, _ = task_of(subject, "register")
    lead = ("community_lead", "341023100001")
    with working_in(SYSTEM):
        Task.objects.filter(pk=task).update(post=county.posts["township_duty", "341023100"])
    address = f"/fill/entry/arrival/?subject={subject}&task={task}"
    assert signed_in(county, "grid_worker", GRID).get(address).status_code == 403
    assert signed_in(county, *lead).get(address).status_code == 200


def test_a_form_the_post_may_not_fill_is_refused(county: County, worker: Client) -> None:
    subject = registered(county)
    assert worker.get(f"/fill/entry/release/?subject={subject}").status_code == 403
    assert worker.get(f"/fill/linelist/case/?subject={subject}").status_code == 404
    assert send(worker, "release", subject, {}).status_code == 403


def test_a_made_up_subject_is_not_brought_into_being(county: County, worker: Client) -> None:
    answer = send(worker, "arrival", uuid.uuid4(), {})
    assert answer.status_code == 404


def test_a_correction_replaces_and_opens_with_what_was_said(county: County, worker: Client) -> None:
    subject = registered(county)
    receipt = county.send("daily_check", subject, {"temperature": 37.1, "symptoms": "none"}, MORNING + HOUR)
    entry = receipt.recorded[0].id
    xml = worker.get(f"/fill/entry/daily_check/form.xml?subject={subject}&corrects={entry}").content.decode()
    assert "<temperature>37.1</temperature>" in xml
    answer = send(worker, "daily_check", subject, {"temperature": "36.1", "symptoms": "none"}, corrects=str(entry))
    assert answer.status_code == 200, answer.content
    assert rows("SELECT f_temperature, f_health_checks FROM facts_entry WHERE subject = %s", subject) == [(36.1, 1)]
    assert rows("SELECT replaces FROM journal_entry WHERE replaces IS NOT NULL") == [(entry,)]


def arrival_of(subject: uuid.UUID) -> uuid.UUID:
    entry: uuid.UUID = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'arrival'", subject)[0][0]
    return entry


def test_a_correction_opens_without_what_is_masked(county: County, worker: Client) -> None:
    """Neither who they are nor the door, of which both can be worked out; who may see them finds both."""
    subject = registered(county)
    with working_in(SYSTEM):
        Task.objects.filter(subject=subject).update(post=None)
    address = f"/fill/entry/arrival/form.xml?subject={subject}&corrects={arrival_of(subject)}"
    hidden = worker.get(address).content.decode()
    shown = signed_in(county, "community_lead", "341023100001").get(address).content.decode()
    for told in (ARRIVAL["birth_date"], ARRIVAL["household"], ARRIVAL["name"]):
        assert (told in hidden, told in shown) == (False, True)
    assert "MU788" in hidden


def test_what_a_correction_could_not_show_stays(county: County, worker: Client) -> None:
    subject = registered(county)
    told = {name: value for name, value in ARRIVAL.items() if name != "household"}
    number = {"document_number": f"E{subject.int % 10**8:08d}", "arrived": (MORNING - HOUR).isoformat(), "seat": "14C"}
    doors = "SELECT body::jsonb ->> 'household' FROM journal_entry WHERE subject = %s AND form = 'arrival' ORDER BY seq"
    sent = send(worker, "arrival", subject, {**told, **number}, corrects=str(arrival_of(subject)))
    assert sent.status_code == 200, sent.content
    assert rows(doors, subject) == [(ARRIVAL["household"],)] * 2


def test_machine_readable_lines_are_read_and_a_wrong_digit_is_said(county: County, worker: Client) -> None:
    good = worker.post("/register/mrz/", {"mrz": ZONE}, headers=JSON).json()
    assert good["identity"]["document_number"] == "L898902C3"
    assert good["identity"]["birth_date"] == "1974-08-12"
    assert good["faults"] == [] or mrz.parse(ZONE, on=NOON.date()).faults
    bad = worker.post("/register/mrz/", {"mrz": ZONE.replace("L898902C36", "L898902C35")}, headers=JSON).json()
    assert len(bad["faults"]) > len(good["faults"])


def test_somebody_known_is_shown_before_they_are_registered_twice(county: County, worker: Client) -> None:
    subject = registered(county)
    number = ARRIVAL["document_number"] = f"E{subject.int % 10**8:08d}"
    page = worker.post("/register/", {"document_number": number, "go": "on"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Is it one of these?" in text
    assert "张*" in text
    assert "张三" not in text
    assert f"subject={subject}" in text


def test_who_is_known_elsewhere_is_told_to_the_county_and_not_to_the_worker(county: County, worker: Client) -> None:
    far = county.arrive(NOON - 5 * HOUR, FAR_GRID, name="孙七", document_number="E55555555")
    begun = worker.post("/register/", {"document_number": "E55555555", "name": "孙七", "go": "on"})
    assert begun.status_code == 302, "as for a document that nobody bears"
    token = parse_qs(urlsplit(begun["Location"]).query)["new"][0]
    answers = {name: str(value) for name, value in ARRIVAL.items()}
    answers |= {"name": "孙七", "document_number": "E55555555", "arrived": "2020-03-20T08:00:00+08:00"}
    sent = {"client_id": client_id(), "happened_at": NOON.isoformat(), "version": "2020.8",
            "xml": xml_of("arrival", answers)}
    for _ in range(2):
        answer = worker.post(f"/fill/entry/arrival/send/?new={token}", sent, headers=JSON)
        assert answer.status_code == 200, answer.content
        assert "elsewhere" not in answer.content.decode()
    new = rows("SELECT subject FROM facts_entry WHERE f_walk_in")[0][0]
    told = rows("SELECT path, subject, count FROM tasks_alert WHERE cause = 'twice'")
    assert told == [(county.paths["341023"], new, 1)]
    officer = signed_in(county, "county_duty", "341023")
    assert str(new) in officer.get("/alerts/").content.decode()
    assert f"/subjects/{far}/" in officer.get(f"/subjects/{new}/").content.decode()
    assert str(far) not in worker.get(f"/subjects/{new}/").content.decode()
    looks = rows("SELECT path FROM accounts_access WHERE purpose = 'walk_in' AND subject = %s", far)
    assert {path for (path,) in looks} == {county.paths[FAR_GRID]}


@pytest.mark.parametrize(("typed", "name"), [("", "ERIKSSON ANNA MARIA"), ("艾安娜", "艾安娜")])
def test_the_name_in_the_machine_readable_lines_is_not_typed_again(
    county: County, worker: Client, typed: str, name: str
) -> None:
    begun = worker.post("/register/", {"mrz": ZONE, "name": typed, "go": "on", "new": "yes"})
    token = parse_qs(urlsplit(begun["Location"]).query)["new"][0]
    xml = worker.get(f"/fill/entry/arrival/form.xml?new={token}").content.decode()
    assert f"<name>{name}</name>" in xml
    assert "<name_latin>ERIKSSON ANNA MARIA</name_latin>" in xml


def test_a_walk_in_is_registered_in_the_grid(county: County, worker: Client) -> None:
    begun = worker.post(
        "/register/", {"document_number": "E77777777", "phone": "13912345678", "name": "赵六", "go": "on"}
    )
    assert begun.status_code == 302
    address = begun["Location"]
    assert "E77777777" not in address
    token = parse_qs(urlsplit(address).query)["new"][0]
    assert "赵六" in worker.get(address).content.decode()
    xml = worker.get(f"/fill/entry/arrival/form.xml?new={token}").content.decode()
    assert "<walk_in>yes</walk_in>" in xml
    assert "<document_number>E77777777</document_number>" in xml
    answers = {name: str(value) for name, value in ARRIVAL.items()}
    answers |= {
        "name": "赵六",
        "document_number": "E77777777",
        "phone": "13912345678",
        "arrived": "2020-03-20T08:00:00+08:00",
    }
    sent = {
        "client_id": client_id(),
        "happened_at": NOON.isoformat(),
        "version": "2020.8",
        "xml": xml_of("arrival", answers),
    }
    for _ in range(2):
        answer = worker.post(f"/fill/entry/arrival/send/?new={token}", sent, headers=JSON)
        assert answer.status_code == 200, answer.content
    found = rows("SELECT subject, f_walk_in, f_grid, path FROM facts_entry WHERE f_walk_in")
    assert [(row[1], row[2], row[3]) for row in found] == [(True, GRID, county.paths[GRID])]
    kinds = {kind for (kind,) in rows("SELECT kind FROM tasks_task WHERE subject = %s AND state = 'open'", found[0][0])}
    assert "place" not in kinds
    assert "verify" in kinds
    assert worker.get(f"/subjects/{found[0][0]}/").status_code == 200


def test_a_lead_s_walk_in_goes_to_the_grid_of_the_address_and_a_wrong_check_digit_is_told(county: County) -> None:
    lead = signed_in(county, "community_lead", "341023100001")
    begun = lead.post("/register/", {"name": "赵六", "go": "on"})
    token = parse_qs(urlsplit(begun["Location"]).query)["new"][0]
    answers = {name: str(value) for name, value in ARRIVAL.items()} | {
        "name": "赵六", "document_type": "resident_id", "document_number": "341023199001010013",
        "arrived": "2020-03-20T08:00:00+08:00", "address": "碧阳镇郭门一网格3栋501"}
    sent = {"client_id": client_id(), "happened_at": NOON.isoformat(), "version": "2020.8",
            "xml": xml_of("arrival", answers)}
    said = lead.post(f"/fill/entry/arrival/send/?new={token}", sent, headers=JSON).json()["message"]
    assert "The check digit does not fit" in said
    found = rows("SELECT f_grid, path FROM facts_entry WHERE f_walk_in")
    assert found == [(GRID, county.paths[GRID])]


def test_a_token_opens_for_nobody_else(county: County, worker: Client) -> None:
    address = worker.post("/register/", {"name": "赵六", "go": "on"})["Location"]
    assert signed_in(county, "community_lead", "341023100001").get(address).status_code == 404
    assert worker.get(re.sub(r"new=.{8}", "new=AAAAAAAA", address)).status_code == 404


def test_posts_that_register_nobody_are_refused(county: County) -> None:
    assert signed_in(county, "administrator", "341023").get("/register/").status_code == 403


def test_who_records_a_fever_is_told_whom_the_alert_reached(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "temperature_pm")
    answers = {"temperature": "38.2", "symptoms": "none", "needs": "none"}
    well = send(worker, "daily_check", subject, {**answers, "temperature": "36.6"})
    assert "alert" not in well.json()["message"]
    fever = send(worker, "daily_check", subject, answers, client_id=client_id(NOON), task=str(task)).json()
    told = "An alert went to 郭门社区居委会, 碧阳镇, 黟县. Stay within reach: somebody answers within 10 minutes."
    assert told in fever["message"]
    assert told in fever["card"]


def test_a_form_that_does_not_do_its_task_is_told_to_leave_it_open(county: County, worker: Client) -> None:
    subject = registered(county)
    task, _ = task_of(subject, "verify")
    said = send(worker, "verification", subject, {"person_seen": "no"}, task=str(task)).json()
    assert "The task stays open" in said["message"]
    assert 'data-state="open"' in said["card"]
    told = {"person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": "yes",
            "own_bathroom": "yes", "vulnerable_at_home": "no", "agreement_read": "OK", "agreement_signed": "yes"}
    said = send(worker, "verification", subject, told, task=str(task)).json()
    assert "stays open" not in said["message"]
    assert 'data-state="done"' in said["card"]
