"""An alert says what it counted and what is left; whoever set one off sees what became of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import Final

import pytest

from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON: Final = MORNING + 4 * HOUR
COUNTY, COMMUNITY = "341023", "341023100001"


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


def test_an_alert_says_what_it_counted_and_what_is_left(county: County) -> None:
    for number in range(3):
        county.arrive(MORNING, document_number=f"E7000000{number}")
    clock.run_due(MORNING + 12 * HOUR)
    with running_on(SimulatedClock(MORNING + 12 * HOUR)):
        [(alert, counted)] = rows("SELECT id, count FROM tasks_alert WHERE cause = 'missed' AND kind = 'register'")
        client = signed_in(county, "county_duty", COUNTY)
        page = client.get(f"/alerts/{alert}/").content.decode()
        listed = rows("SELECT count(*) FROM tasks_alerttask WHERE alert = %s", alert)[0][0]
        assert counted == listed == 3
        assert f"{listed} counted, 0 left open" in page
        assert len(re.findall(r'<th scope="row"', page)) == listed, "what it says to open is what it opens"
        left = client.get(f"/alerts/{alert}/?left=1").content.decode()
        assert "Nothing is left open" in left
        assert '<th scope="row"' not in left


def test_who_set_an_alert_off_sees_who_answers_for_it(county: County) -> None:
    somebody = registered(county, MORNING)
    # recorded by the importer: somebody else set that one off
    county.send("daily_check", registered(county, MORNING + dt.timedelta(minutes=1), document_number="E70000009"),
                {"temperature": 39.0, "symptoms": "fever"}, NOON)
    client = signed_in(county, "grid_worker", GRID)
    assert "You raised none" in client.get("/alerts/?show=mine").content.decode()
    sent = {"client_id": str(uuid7(NOON)), "happened_at": NOON.isoformat(), "version": "", "subject": str(somebody),
            "xml": "<data xmlns='http://www.w3.org/2002/xforms' id='daily_check'><temperature>38.8</temperature>"
                   "<symptoms>fever</symptoms></data>"}
    assert client.post("/fill/entry/daily_check/send/", sent).status_code == 200
    page = client.get("/alerts/?show=mine").content.decode()
    assert page.count("not acknowledged yet") == 3, "community, township and county"
    [(alert,)] = rows("SELECT id FROM tasks_alert WHERE cause = 'urgent' AND subject = %s AND path = %s",
                      somebody, county.paths[COMMUNITY])
    lead = signed_in(county, "community_lead", COMMUNITY)
    assert 'name="note"' in lead.get("/alerts/").content.decode()
    told = {"note": " The car is on its way "}
    line = lead.post(f"/alerts/{alert}/acknowledge/", told, headers={"HX-Request": "true"})
    assert "“The car is on its way”" in line.content.decode()
    for address in ("/alerts/?show=mine", f"/subjects/{somebody}/", "/my-day/"):
        page = client.get(address).content.decode()
        assert f"acknowledged by community_lead {COMMUNITY}, 13:00: “The car is on its way”" in unescape(page)
        assert page.count("not acknowledged yet") == 2
    other = signed_in(county, "grid_worker", FAR_GRID)
    for address in ("/alerts/?show=mine", "/my-day/"):
        assert "not acknowledged yet" not in other.get(address).content.decode()
    assert other.get(f"/subjects/{somebody}/").status_code == 404


def test_who_may_see_identities_reads_names_behind_an_alert_and_the_look_is_logged(county: County) -> None:
    county.arrive(MORNING, GRID, name="欧阳娜娜", address="郭门7号2单元")
    clock.run_due(MORNING + 12 * HOUR)
    with running_on(SimulatedClock(MORNING + 12 * HOUR)):
        [(alert,)] = rows("SELECT id FROM tasks_alert WHERE cause = 'missed' AND kind = 'register'")
        page = signed_in(county, "county_duty", COUNTY).get(f"/alerts/{alert}/").content.decode()
        assert "欧阳娜娜" in page
        assert rows("SELECT purpose FROM accounts_access") == [("work_list",)]
