"""Alerts: news by ETag, one button to acknowledge, handovers answered, nothing of other areas."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.console.pages.area import overview
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import actions, clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import ARRIVAL, FAR_GRID, GRID, HOUR, OTHER_GRID, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 4 * HOUR
COUNTY, TOWNSHIP, OTHER_TOWNSHIP, COMMUNITY = "341023", "341023100", "341023101", "341023100001"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        registered(made, NOON - dt.timedelta(minutes=4), temperature=38.6)
        yield made


def own(code: str, county: County) -> uuid.UUID:
    found: uuid.UUID = rows("SELECT id FROM tasks_alert WHERE path = %s AND cause = 'urgent'", county.paths[code])[0][0]
    return found


def test_a_suspected_case_is_one_line_with_who_is_next(county: County) -> None:
    page = signed_in(county, "community_lead", COMMUNITY).get("/alerts/").content.decode()
    assert "Suspected case: 张*" in page
    assert "nobody has acknowledged it" in page
    assert re.search(r"next: Township duty officer township_duty 341023100 in \d min", page)
    assert "Acknowledge" in page


def test_the_lines_of_one_case_say_which_level_each_went_to(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    every = client.get("/alerts/?show=all").content.decode()
    told = re.findall(r"told to ([^<·]*) · ", every[every.index("Suspected case") :])
    assert sorted(told) == [
        "碧阳镇 Township duty officer", "郭门社区居委会 Community lead", "黟县 County duty officer"]
    assert "told to" not in client.get("/alerts/").content.decode()
    assert "told to" not in client.get("/area/").content.decode()


def test_the_area_page_says_when_more_wait_than_it_shows(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(county, "community_lead", COMMUNITY)
    waiting = client.get("/alerts/waiting/").json()["unacknowledged"]
    monkeypatch.setattr(overview, "ALERTS_SHOWN", waiting)
    assert "See all alerts" not in client.get("/area/").content.decode()
    again = registered(county, MORNING)
    county.send("daily_check", again, {"temperature": 38.5, "symptoms": "fever"}, NOON)
    monkeypatch.setattr(overview, "ALERTS_SHOWN", waiting)
    assert "See all alerts" in client.get("/area/").content.decode()


def test_the_news_say_304_until_something_moves(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    first = client.get("/alerts/waiting/")
    assert first.json()["unacknowledged"] == 1
    assert client.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    registered(county, NOON, temperature=39.1)
    second = client.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]})
    assert second.json()["unacknowledged"] == 2
    assert second.json()["newest"] > first.json()["newest"]


def test_what_nobody_acknowledged_is_told_again_on_its_line_and_is_news(county: County) -> None:
    client = signed_in(county, "county_duty", "341023")
    before = client.get("/alerts/waiting/").json()
    later = NOON + dt.timedelta(minutes=7)
    with running_on(SimulatedClock(later)):
        clock.run_due(later)
        after = client.get("/alerts/waiting/").json()
        page = client.get("/alerts/").content.decode()
    assert after["unacknowledged"] == before["unacknowledged"]
    assert after["newest"] > before["newest"]
    assert page.count("told again") == 1


def test_acknowledging_names_who_did(county: County) -> None:
    client = signed_in(county, "township_duty", TOWNSHIP)
    address = f"/alerts/{own(TOWNSHIP, county)}/acknowledge/"
    line = client.post(address, headers={"HX-Request": "true"})
    assert "acknowledged by township_duty 341023100" in line.content.decode()
    assert client.get("/alerts/waiting/").json()["unacknowledged"] == 0
    assert client.post(address).status_code == 409
    assert "acknowledged by" in client.get("/alerts/?show=all").content.decode()


def test_others_see_and_acknowledge_nothing_of_it(county: County) -> None:
    alert = own(TOWNSHIP, county)
    stranger = signed_in(county, "township_duty", OTHER_TOWNSHIP)
    assert stranger.get(f"/alerts/{alert}/").status_code == 404
    assert stranger.post(f"/alerts/{alert}/acknowledge/").status_code == 404
    assert "Nothing waits" in stranger.get("/alerts/").content.decode()
    worker = signed_in(county, "grid_worker", GRID)
    assert worker.post(f"/alerts/{alert}/acknowledge/").status_code == 404
    assert "acknowledge/" not in signed_in(county, "clinician", COUNTY).get("/alerts/").content.decode()


def test_late_tasks_of_one_cause_are_one_line_with_its_list(county: County) -> None:
    for grid in (GRID, OTHER_GRID):
        county.send("arrival", county.arrive(NOON, grid), {**ARRIVAL, "document_number": f"E{grid[-8:]}"}, NOON)
    clock.run_due(MORNING + 9 * HOUR + dt.timedelta(minutes=1))
    client = signed_in(county, "community_lead", COMMUNITY)
    page = client.get("/alerts/").content.decode()
    alert = re.search(r'href="(/alerts/[0-9a-f-]{36}/)"', page)
    assert alert
    assert "Afternoon check: late" in page
    assert client.get(alert[1]).content.decode().count("Afternoon check") >= 2


def test_the_late_lines_shown_are_acknowledged_at_once_and_the_urgent_one_by_one(county: County) -> None:
    county.send("arrival", county.arrive(NOON, OTHER_GRID), {**ARRIVAL, "document_number": "E55555555"}, NOON)
    for hours in (9, 10):  # the afternoon check is late, then the question what is needed
        clock.run_due(MORNING + hours * HOUR + dt.timedelta(minutes=1))
    client = signed_in(county, "community_lead", COMMUNITY)
    page = client.get("/alerts/").content.decode()
    shown = re.findall(r'name="alert" value="([0-9a-f-]{36})"', page)
    assert len(shown) > 1
    assert f"Acknowledge the {len(shown)} lines shown" in page
    urgent = own(COMMUNITY, county)
    assert str(urgent) not in shown
    address = "/alerts/acknowledge/"
    assert client.post(address, {"alert": [*shown, str(urgent)]}).status_code == 403
    stranger = signed_in(county, "township_duty", OTHER_TOWNSHIP)
    assert stranger.post(address, {"alert": shown}).status_code == 302
    answered = "SELECT count(*) FROM tasks_alert WHERE acknowledged_at IS NOT NULL"
    assert rows(answered) == [(0,)]
    client.post(address, {"alert": shown, "show": "here"})
    assert rows(answered) == [(len(shown),)]
    assert client.get("/alerts/waiting/").json()["unacknowledged"] == 1


def test_the_alerts_of_one_area_below_are_those_its_figure_counts(county: County) -> None:
    duty = signed_in(county, "county_duty", COUNTY)
    text = duty.get("/area/").content.decode()
    found = re.search(rf'href="(/alerts/\?show=below&amp;area={TOWNSHIP})">(\d+)<', text)
    assert found
    listed = duty.get(found[1].replace("&amp;", "&")).content.decode()
    assert listed.count('<article class="fx-alert"') == int(found[2])
    assert "alert waits" in text
    assert "Nothing waits" in duty.get(f"/alerts/?show=below&area={OTHER_TOWNSHIP}").content.decode()
    lead = signed_in(county, "township_duty", TOWNSHIP)
    assert lead.get(f"/alerts/?show=below&area={OTHER_TOWNSHIP}").status_code == 404


def name_of(code: str) -> str:
    return str(rows("SELECT name FROM areas_area WHERE code = %s", code)[0][0])


def test_a_handover_is_accepted_by_the_area_it_is_for_only(county: County) -> None:
    subject = registered(county, MORNING)
    with working_in(SYSTEM):
        handover = actions.pass_on(
            programme="entry",
            subject=subject,
            to_path=county.paths[FAR_GRID],
            note="moved",
            by=county.actor("township_duty", TOWNSHIP),
            at=NOON,
        )
    sender = signed_in(county, "township_duty", TOWNSHIP)
    assert "has not answered yet" in sender.get("/alerts/").content.decode()
    assert sender.post(f"/alerts/handover/{handover}/", {"answer": "accept"}).status_code == 404
    receiver = signed_in(county, "township_duty", OTHER_TOWNSHIP)
    assert f"is to come to {name_of(FAR_GRID)}" in receiver.get("/alerts/").content.decode()
    assert receiver.get("/alerts/waiting/").json()["unacknowledged"] == 1
    onlooker = signed_in(county, "clinician", COUNTY)
    assert "is to come to" not in onlooker.get("/alerts/").content.decode()
    duty = signed_in(county, "county_duty", COUNTY)
    waiting = [one.get("/alerts/waiting/").json()["unacknowledged"] for one in (duty, onlooker)]
    assert waiting == [2, 1]  # the handover counts for who may accept it
    accepted = receiver.post(f"/alerts/handover/{handover}/", {"answer": "accept"}, follow=True)
    assert "Accepted: your area answers for this person now" in accepted.content.decode()
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[FAR_GRID],)]
    for client, again in ((receiver, "accept"), (duty, "decline")):
        second = client.post(f"/alerts/handover/{handover}/", {"answer": again}, follow=True)
        assert second.redirect_chain == [("/alerts/", 302)]
        assert "Already accepted (13:00 township_duty 341023101). Nothing was changed." in second.content.decode()
    for outsider in (onlooker, signed_in(county, "community_lead", "341023100002")):
        assert outsider.post(f"/alerts/handover/{handover}/", {"answer": "accept"}).status_code in (403, 404)
    assert rows("SELECT state FROM tasks_handover") == [("accepted",)]


def test_the_page_takes_few_queries_however_many_alerts(county: County) -> None:
    client = signed_in(county, "county_duty", COUNTY)
    client.get("/alerts/")
    with CaptureQueriesContext(connection) as few:
        client.get("/alerts/")
    for _ in range(3):
        registered(county, NOON, temperature=39.0)
    with CaptureQueriesContext(connection) as more:
        assert client.get("/alerts/").status_code == 200
    assert len(more) == len(few) <= 34
    with CaptureQueriesContext(connection) as news:
        client.get("/alerts/waiting/")
    assert len(news) <= 12
