"""The pages of passing on to a department: who may be asked, who answers, with whom a person is, giving back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts import queries
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County

from .rounds import GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 4 * HOUR
COUNTY, TOWNSHIP, OTHER_TOWNSHIP, COMMUNITY = "341023", "341023100", "341023101", "341023100001"
HEALTH, AFFAIRS = "卫生健康局", "民政局"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def health(county: County) -> Client:
    return hired(county, HEALTH, COUNTY)


def hired(county: County, department: str, code: str, language: str = "en") -> Client:
    """A browser of a new post of a department."""
    user = User.objects.create(username=f"{department}-{code}", display_name=f"{department}小王")
    county.users[department, code] = user.pk
    with working_in(SYSTEM):
        [county.posts[department, code]] = accounts.give_posts(
            posts=[NewPost(user.pk, "clinician", code, MORNING, None, department)], by=OPERATOR, at=MORNING)
    return signed_in(county, department, code, language)


def asked(county: County, subject: uuid.UUID, note: str = "需要医护") -> str:
    """The community lead asks the health bureau; the address to answer to."""
    sent = signed_in(county, "community_lead", COMMUNITY).post(
        f"/subjects/{subject}/pass-on/", {"to": f"{COUNTY}:{HEALTH}", "note": note}, follow=True)
    assert f"{HEALTH} has been asked" in sent.content.decode()
    return f"/alerts/handover/{rows('SELECT id FROM tasks_handover WHERE subject = %s', subject)[0][0]}/"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_departments_over_the_place_are_listed_with_who_is_there(county: County, health: Client) -> None:
    hired(county, AFFAIRS, OTHER_TOWNSHIP)
    user = county.users["clinician", COUNTY]
    with working_in(SYSTEM):
        [second] = accounts.give_posts(
            posts=[NewPost(user, "clinician", COUNTY, MORNING, None, HEALTH)], by=OPERATOR, at=MORNING)
    lead, address = signed_in(county, "community_lead", COMMUNITY), f"/subjects/{registered(county)}/pass-on/"
    assert "A department" in page(lead, address)
    text = page(lead, f"{address}?to=department")
    assert f"黟县 · 2 posts · on duty now: {HEALTH}小王, clinician 341023" in text
    assert AFFAIRS not in text
    with working_in(SYSTEM):
        accounts.end_post(post=county.posts[HEALTH, COUNTY], by=OPERATOR, at=NOON)
        accounts.record_absence(post=second, begins=NOON, ends=NOON + HOUR, by=OPERATOR, at=NOON)
    assert "黟县 · 1 post · nobody on duty now" in page(lead, f"{address}?to=department")


def test_without_a_department_the_page_says_who_can_change_that(county: County) -> None:
    lead, address = signed_in(county, "community_lead", COMMUNITY), f"/subjects/{registered(county)}/pass-on/"
    text = page(lead, f"{address}?to=department")
    assert "No department yet" in text
    assert "gives posts a department in Set-up" in text


def test_while_somebody_is_asked_nobody_else_is(county: County, health: Client) -> None:
    subject = registered(county)
    answer = asked(county, subject)
    lead, address = signed_in(county, "community_lead", COMMUNITY), f"/subjects/{subject}/pass-on/?to=department"
    text = page(lead, address)
    assert f"{HEALTH} has been asked" in text
    assert "Ask this department" not in text
    health.post(answer, {"answer": "accept"})
    assert "No other department" in page(lead, address)


def test_the_department_accepts_and_the_page_says_with_whom_the_person_is(county: County, health: Client) -> None:
    subject = registered(county)
    before = health.get("/alerts/waiting/").json()["unacknowledged"]
    answer = asked(county, subject)
    lines = page(health, "/alerts/")
    assert f"张三 from 郭门一网格 is to come to {HEALTH}" in lines
    page(health, "/alerts/")  # and anew while it stays open
    assert rows("SELECT purpose FROM accounts_access WHERE subject = %s", subject) == [("transfer",)]
    assert "需要医护" in lines
    assert f"/subjects/{subject}/" in lines
    assert health.get("/alerts/waiting/").json()["unacknowledged"] == before + 1
    done = health.post(answer, {"answer": "accept"}, follow=True).content.decode()
    assert f"{HEALTH} answers for this person" in done
    assert health.get("/alerts/waiting/").json()["unacknowledged"] == before
    for client in (health, signed_in(county, "grid_worker", GRID)):
        text = page(client, f"/subjects/{subject}/")
        assert f"With {HEALTH} since" in text
        assert f"passed on to {HEALTH}" in text
        assert f"Passed on to {HEALTH}" in text, "in the timeline"
        assert ("Give back" in text) is (client is health)
    assert "张三" in page(health, "/my-day/")


def test_a_department_by_name_opens_nothing_a_post_may_not_do(county: County, health: Client) -> None:
    """An inspector of the department: neither the note nor the answer, and nobody is given back."""
    subject = registered(county)
    user = User.objects.create(username="named", display_name="named")
    county.users["named", COUNTY] = user.pk
    with working_in(SYSTEM):
        [county.posts["named", COUNTY]] = accounts.give_posts(
            posts=[NewPost(user.pk, "inspector", COUNTY, MORNING, None, HEALTH)], by=OPERATOR, at=MORNING)
    named = signed_in(county, "named", COUNTY)
    address = asked(county, subject)
    assert "需要医护" not in page(named, "/alerts/")
    for answer in ("accept", "decline"):
        assert named.post(address, {"answer": answer}).status_code in (403, 404)
    assert health.post(address, {"answer": "accept"}).status_code == 302
    back = f"/subjects/{subject}/give-back/"
    assert named.post(back, {"programme": "entry"}).status_code in (403, 404)
    assert health.post(back, {"programme": "entry"}).status_code == 302


def test_the_note_is_for_who_may_see_who_it_is(county: County, health: Client) -> None:
    """Whoever may answer, and may not see that, reads that there is one."""
    asked(county, registered(county))
    assert "需要医护" in page(health, "/alerts/")
    with working_in(SYSTEM):
        cells = [one for one in queries.permissions().grants if one.programme == "entry" and not (
            one.post == "clinician" and one.action in ("identity", "trace"))]
        accounts.set_permissions(programme="entry", rows=cells, by=OPERATOR, at=NOON)
    lines = page(health, "/alerts/")
    assert "需要医护" not in lines
    assert "A note is written here" in lines
    assert "张* from 郭门一网格" in lines


def test_declined_its_reason_stands_in_the_timeline(county: County, health: Client) -> None:
    subject = registered(county)
    health.post(asked(county, subject), {"answer": "decline", "note": "床位已满"})
    text = page(signed_in(county, "community_lead", COMMUNITY), f"/subjects/{subject}/")
    assert "Not taken over" in text
    assert "床位已满" in text
    assert "has been asked to take this person over" not in text


@pytest.mark.parametrize(("kind", "code"), [("clinician", COUNTY), ("township_duty", OTHER_TOWNSHIP),
                                            ("grid_worker", GRID), (AFFAIRS, OTHER_TOWNSHIP)])
def test_for_others_there_is_nothing_to_accept(county: County, health: Client, kind: str, code: str) -> None:
    answer = asked(county, registered(county))
    other = hired(county, kind, code) if kind == AFFAIRS else signed_in(county, kind, code)
    assert "is to come to" not in page(other, "/alerts/")
    assert other.post(answer, {"answer": "accept"}).status_code in (403, 404)
    assert rows("SELECT state FROM tasks_handover") == [("asked",)]


def test_a_department_elsewhere_gets_404(county: County, health: Client) -> None:
    answer = asked(county, registered(county))
    elsewhere = hired(county, HEALTH, OTHER_TOWNSHIP)
    for said in ("accept", "decline", "take_back"):
        assert elsewhere.post(answer, {"answer": said}).status_code == 404


def test_what_was_asked_is_taken_back_by_those_who_may_pass_on(county: County, health: Client) -> None:
    answer = asked(county, registered(county))
    assert health.post(answer, {"answer": "take_back"}).status_code == 403
    duty = signed_in(county, "county_duty", COUNTY)
    assert f"{HEALTH} has not answered yet" in page(duty, "/alerts/")
    assert duty.post(answer, {"answer": "accept"}).status_code == 404
    assert duty.post(answer, {"answer": "take_back"}).status_code == 302
    assert rows("SELECT state FROM tasks_handover") == [("withdrawn",)]


@pytest.mark.parametrize("who", ["department", "lead"])
def test_the_person_is_given_back_at_once(county: County, health: Client, who: str) -> None:
    subject = registered(county)
    health.post(asked(county, subject), {"answer": "accept"})
    client = health if who == "department" else signed_in(county, "community_lead", COMMUNITY)
    address = f"/subjects/{subject}/give-back/"
    assert client.post(address, {"programme": "linelist"}).status_code == 404
    text = client.post(address, {"programme": "entry"}, follow=True).content.decode()
    assert "Given back: the tasks are with 郭门一网格 again." in text
    assert "Given back to the area" in text
    assert f"With {HEALTH} since" not in text
    assert client.post(address, {"programme": "entry"}).status_code == 404


def test_others_give_nobody_back(county: County, health: Client) -> None:
    subject = registered(county)
    health.post(asked(county, subject), {"answer": "accept"})
    address = f"/subjects/{subject}/give-back/"
    for kind, code, status in (("grid_worker", GRID, 403), ("clinician", COUNTY, 403),
                               ("township_duty", OTHER_TOWNSHIP, 404)):
        assert signed_in(county, kind, code).post(address, {"programme": "entry"}).status_code == status
    assert rows("SELECT state FROM tasks_handover") == [("accepted",)]


def test_in_chinese(county: County, health: Client) -> None:
    subject = registered(county)
    health.post(asked(county, subject), {"answer": "accept"})
    text = page(signed_in(county, "community_lead", COMMUNITY, "zh-hans"), f"/subjects/{subject}/")
    assert f"已移交{HEALTH}" in text
    assert "交还" in text
