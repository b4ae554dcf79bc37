"""Whoever traces sees who cases and their contacts are, reported by others; nobody else, and every look is logged."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.console import opening, part_search
from fangxian.journal import keys
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Submission
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from fangxian.subjects.steps.links import external_subject
from tests import county as world
from tests.county import MORNING, County

from .rounds import ARRIVAL, GRID, HOUR, OTHER_GRID, registered, rows, signed_in

SEAT = "341023"
NOON = MORNING + 4 * HOUR
pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        made = world.build()
        user = User.objects.create(username="tracer", display_name="tracer")
        made.users["epidemiologist", SEAT] = user.pk
        made.posts["epidemiologist", SEAT] = accounts.give_posts(
            posts=[NewPost(user.pk, "epidemiologist", SEAT, MORNING)], by=OPERATOR, at=MORNING)[0]
        yield made


@pytest.fixture
def tracer(county: County) -> Client:
    return signed_in(county, "epidemiologist", SEAT)


def report(county: County, subject: uuid.UUID, by: Actor | None = None, **answers: Any) -> uuid.UUID:
    one = Submission(id=uuid7(NOON), programme="entry", form="contact", subject=subject, happened_at=NOON,
                     answers={"contact_of_case": "yes", **answers})
    with working_in(SYSTEM):
        receipt = record([one], by=by or county.actor("community_lead", "341023100001"), at=NOON)
    assert not receipt.refused, receipt.refused
    return one.id


def opens(client: Client, subject: uuid.UUID) -> bool:
    answer = client.post(f"/subjects/{subject}/identity/", {"purpose": "tracing"})
    assert answer.status_code in (302, 403)
    return answer.status_code == 302


def test_a_contact_others_reported_is_seen_by_name_and_the_look_is_logged(county: County, tracer: Client) -> None:
    subject, bystander = registered(county), county.arrive(MORNING, OTHER_GRID, name="钱多")
    assert not opens(tracer, subject)
    report(county, subject)
    assert opens(tracer, subject)
    page = tracer.get(f"/subjects/{subject}/").content.decode()
    assert "张三" in page
    assert "13812345678" in page
    assert rows("SELECT DISTINCT purpose, programme, subject FROM accounts_access") == [("tracing", "entry", subject)]
    assert not opens(tracer, bystander)


def test_a_report_of_ones_own_opens_nobody(county: County, tracer: Client) -> None:
    subject = registered(county)
    report(county, subject, by=county.actor("epidemiologist", SEAT))
    assert not opens(tracer, subject)
    report(county, subject)
    assert opens(tracer, subject)


def test_a_report_taken_back_opens_nobody_any_more(county: County, tracer: Client) -> None:
    subject = registered(county)
    entry = report(county, subject)
    assert opens(tracer, subject)
    with working_in(SYSTEM):
        correction = Submission(
            id=uuid7(NOON), programme="entry", form="contact", subject=subject, happened_at=NOON,
            answers={"contact_of_case": "yes"}, replaces=entry)
        assert not record([correction], by=county.actor("epidemiologist", SEAT), at=NOON).refused
    assert not opens(tracer, subject), "what stands now is one's own"


def test_the_case_a_contact_names_is_seen_too_and_both_by_name_on_one_page(county: County, tracer: Client) -> None:
    case, contact = external_subject(keys.ring(), "entry", "person", "C7"), registered(county, name="孙七一")
    told = {**ARRIVAL, "name": "赵六一", "document_number": "E77777777", "birth_date": "1960-01-01"}
    assert not county.send("arrival", case, told, MORNING, path=county.paths[GRID]).refused
    assert not opens(tracer, case)
    report(county, contact, case_id="C7")
    assert opens(tracer, case)
    page = tracer.get(f"/subjects/{case}/").content.decode()
    assert "赵六一" in page
    assert "孙七一" in page
    looked = rows("SELECT DISTINCT subject, programme FROM accounts_access WHERE purpose = 'tracing'")
    assert set(looked) == {(case, "entry"), (contact, "entry")}


def test_a_case_by_decision_is_seen_and_who_lives_with_it(county: County, tracer: Client) -> None:
    mate, other = registered(county, name="孙七一"), registered(county, name="吴九一", household="郭门9-9-9")
    assert not opens(tracer, mate)
    case = registered(county, temperature=38.6)
    assert opens(tracer, case)
    assert opens(tracer, mate), "the system reported who lives with the case"
    assert not opens(tracer, other)


def test_before_a_purpose_is_told_all_of_them_are_masked(county: County, tracer: Client) -> None:
    case, contact = external_subject(keys.ring(), "entry", "person", "C7"), registered(county, name="孙七一")
    told = {**ARRIVAL, "name": "赵六一", "document_number": "E77777777", "birth_date": "1960-01-01"}
    assert not county.send("arrival", case, told, MORNING, path=county.paths[GRID]).refused
    report(county, contact, case_id="C7")
    page = tracer.get(f"/subjects/{case}/").content.decode()
    assert "赵**" in page
    assert "孙**" in page
    assert not rows("SELECT FROM accounts_access")


@pytest.mark.parametrize("kind", ["inspector", "port_officer"])
def test_it_is_the_right_that_opens(county: County, kind: str) -> None:
    """An inspector traces nobody; a port officer sees identities anyway."""
    user = User.objects.create(username=f"{kind}-2", display_name=kind)
    county.users[kind, "2"] = user.pk
    accounts.give_posts(posts=[NewPost(user.pk, kind, SEAT, MORNING)], by=OPERATOR, at=MORNING)
    subject = registered(county)
    report(county, subject)
    assert opens(signed_in(county, kind, "2"), subject) is (kind == "port_officer")


def test_contacts_are_found_by_a_part_of_the_name(county: County, tracer: Client) -> None:
    subject, other = registered(county), registered(county, name="张又三")
    report(county, subject)
    page = tracer.get("/search/", {"q": "郭门"}).content.decode()
    assert f"/subjects/{subject}/" in page
    assert f"/subjects/{other}/" not in page
    assert ("search", subject) in rows("SELECT purpose, subject FROM accounts_access")


def test_contacts_are_found_among_more_managed_people_than_are_looked_through(
    county: County, tracer: Client, monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject, *_others = [registered(county) for _ in range(3)]
    report(county, subject)
    monkeypatch.setattr(part_search, "LOOKED_THROUGH", 1)
    assert f"/subjects/{subject}/" in tracer.get("/search/", {"q": "郭门"}).content.decode()
    monkeypatch.setattr(opening, "TRACED_AMONG", 2)
    assert "type it whole" in tracer.get("/search/", {"q": "郭门"}).content.decode()


def test_contacts_are_named_on_lists_to_act_on(county: County, tracer: Client) -> None:
    subject = registered(county)
    county.arrive(MORNING, OTHER_GRID, name="钱多多")
    report(county, subject)
    page = tracer.get(f"/area/{SEAT}/tasks-open/").content.decode()
    assert "张三" in page
    assert "钱**" in page
    assert "钱多多" not in page
    assert rows("SELECT DISTINCT subject FROM accounts_access WHERE purpose = 'work_list'") == [(subject,)]


def test_whom_somebody_elsewhere_names_is_opened_by_nothing_one_does_not_see(county: County, tracer: Client) -> None:
    user = User.objects.create(username="near", display_name="near")
    county.users["epidemiologist", "near"] = user.pk
    accounts.give_posts(posts=[NewPost(user.pk, "epidemiologist", "341023100", MORNING)], by=OPERATOR, at=MORNING)
    near = signed_in(county, "epidemiologist", "near")
    case, contact = external_subject(keys.ring(), "entry", "person", "C7"), registered(county, name="孙七一")
    told = {**ARRIVAL, "name": "赵六一", "document_number": "E77777777", "birth_date": "1960-01-01"}
    assert not county.send("arrival", case, told, MORNING, path=county.paths[GRID]).refused
    report(county, contact, case_id="C7")
    assert opens(near, case)
    assert not county.send("place", contact, {"grid": "34102310120001"}, NOON).refused
    assert not opens(near, case), "the contact went out of sight, and what it tells with it"
    assert opens(tracer, case)


def test_who_lives_elsewhere_stays_out_of_sight(county: County) -> None:
    """The right holds in one's own area, as every other."""
    user = User.objects.create(username="far", display_name="far")
    county.users["epidemiologist", "far"] = user.pk
    accounts.give_posts(posts=[NewPost(user.pk, "epidemiologist", "341023101", MORNING)], by=OPERATOR, at=MORNING)
    subject = registered(county)
    report(county, subject)
    answer = signed_in(county, "epidemiologist", "far").post(f"/subjects/{subject}/identity/", {"purpose": "tracing"})
    assert answer.status_code == 404
