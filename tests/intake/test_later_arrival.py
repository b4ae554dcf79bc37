"""A later arrival puts nothing off that is asked now of somebody under a measure, unless it is meant."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.accounts.types import Acting
from fangxian.capture.types import Tab
from fangxian.intake.types import Filing
from fangxian.kernel.ids import uuid7
from tests.capture.test_import import bring, lines_of
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import NOON
from .test_lightening import asked
from .test_reached_by import COUNTY, acting
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
OPEN: Final = "SELECT kind FROM tasks_task WHERE subject = %s AND state = 'open'"
STAGE: Final = "SELECT stage FROM decide_current WHERE subject = %s"
AHEAD: Final = NOON + dt.timedelta(days=28)


@pytest.fixture
def port(county: County) -> Acting:
    return acting(county, "port_officer", COUNTY)


def registered(county: County) -> uuid.UUID:
    """Somebody isolated here whom nobody has taken to the site yet."""
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])
    assert not county.send("arrival", subject, dict(ARRIVAL), MORNING + dt.timedelta(hours=1)).refused
    assert ("verify",) in rows(OPEN, subject)
    return subject


def listed(subject: uuid.UUID, *changed: str, arrived: dt.datetime = AHEAD, **answers: Any) -> Filing:
    told = {"arrived": arrived.isoformat(), **answers}
    return Filing(uuid7(NOON), "entry", "listed", subject, NOON, told, changes=frozenset(changed))


def test_what_it_would_put_off_is_asked_about_and_told_to_the_level_above(county: County, port: Acting) -> None:
    subject = registered(county)
    before = rows(OPEN, subject)
    said = asked(submit(port, listed(subject))[0])
    assert said.keys() == {"arrived"}
    assert said["arrived"].startswith("by this later arrival these would no longer be asked for now: Verify at the")
    assert rows(OPEN, subject) == before
    assert rows(STAGE, subject) == [("registered",)]
    assert not asked(submit(port, listed(subject, "arrived"))[0])
    assert rows(STAGE, subject) == [("expected",)]
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'changed'") == [(subject,)]


def test_a_contact_of_a_case_is_asked_about_too(county: County, port: Acting) -> None:
    subject = uuid.uuid4()
    made = county.send("contact", subject, {"contact_of_case": "yes"}, MORNING, path=county.paths["34102310000101"])
    assert not made.refused
    assert asked(submit(port, listed(subject))[0]).keys() == {"arrived"}


def test_of_whom_nobody_has_met_yet_a_later_flight_is_told_unasked(county: County, port: Acting) -> None:
    subject = county.arrive(MORNING, arrived=(MORNING + dt.timedelta(days=2)).isoformat())
    assert not asked(submit(port, listed(subject))[0])


def test_one_that_is_past_already_and_nobody_registered_is_asked_about_too(county: County, port: Acting) -> None:
    two_days_ago, subject = MORNING - dt.timedelta(days=2), uuid.uuid4()
    told = {**ARRIVAL, "arrived": two_days_ago.isoformat()}
    made = county.send("arrival", subject, told, two_days_ago, path=county.paths["34102310000101"])
    assert not made.refused
    before = rows(OPEN, subject)
    assert asked(submit(port, listed(subject, arrived=NOON))[0]).keys() == {"arrived"}
    assert not asked(submit(port, listed(subject, "arrived", arrived=NOON))[0])
    assert rows(STAGE, subject) == [("expected",)]
    checks = {("temperature_pm",), ("needs",)}
    assert set(rows(OPEN, subject)) >= set(before) & checks == checks


def test_a_contact_who_arrives_today_goes_on_being_checked(county: County, port: Acting) -> None:
    subject = uuid.uuid4()
    county.send("contact", subject, {"contact_of_case": "yes"}, MORNING, path=county.paths["34102310000101"])
    before = set(rows(OPEN, subject))
    assert ("temperature_pm",) in before
    assert not asked(submit(port, listed(subject, "arrived", arrived=NOON))[0])
    assert set(rows(OPEN, subject)) >= before - {("sample_contact",)}


def test_the_hour_of_the_day_registered_is_not_asked_about(county: County, port: Acting) -> None:
    subject = registered(county)
    assert not asked(submit(port, listed(subject, arrived=NOON))[0])


def test_who_registers_them_anew_is_not_asked(county: County) -> None:
    two_days_ago, subject = MORNING - dt.timedelta(days=2), uuid.uuid4()
    told = {**ARRIVAL, "arrived": two_days_ago.isoformat()}
    county.send("arrival", subject, told, two_days_ago, path=county.paths["34102310000101"])
    again = Filing(uuid7(NOON), "entry", "arrival", subject, NOON, {**ARRIVAL, "arrived": MORNING.isoformat()})
    assert not asked(submit(acting(county, "grid_worker", "34102310000101"), again)[0])


def test_a_list_asks_the_same(county: County) -> None:
    subject = registered(county)
    page = ("证件类型,证件号码,姓名,抵达时间\n"
            f"护照,{ARRIVAL['document_number']},张三,{AHEAD:%Y-%m-%d} 10:00\n")
    held = bring(page, acting(county, "county_duty", COUNTY), at=NOON)
    assert [(line.subject, line.tab) for line in lines_of(held).values()] == [(subject, Tab.DOUBTFUL)]
