"""Whoever is watched over here goes on being checked until they arrive anew, whatever a list says of the future."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import pytest

from fangxian.journal.types import Receipt
from fangxian.tasks import clock
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County, build

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR: Final = dt.timedelta(hours=1)
OPEN: Final = "SELECT kind FROM tasks_task WHERE subject = %s AND state = 'open' ORDER BY kind"
CHECKS: Final = {"needs", "temperature_am", "temperature_pm"}


@pytest.fixture
def county() -> County:
    return build()


def open_kinds(subject: uuid.UUID) -> set[str]:
    return {kind for kind, in rows(OPEN, subject)}


def listed(county: County, subject: uuid.UUID, days: int, at: dt.datetime) -> Receipt:
    told = {"source": "S2", "arrived": (MORNING + dt.timedelta(days=days)).isoformat(), "origin": "IT",
            "countries": "IT"}
    return county.send("listed", subject, told, at)


@pytest.mark.parametrize("contact", [False, True])
def test_a_later_arrival_on_a_list_takes_no_checks_away(county: County, *, contact: bool) -> None:
    subject = uuid.uuid4() if contact else county.arrive(MORNING)
    if contact:
        made = county.send("contact", subject, {"contact_of_case": "yes"}, MORNING,
                           path=county.paths["34102310000101"])
    else:
        told = {**ARRIVAL, "document_number": f"E{subject.int % 10**8:08d}"}
        made = county.send("arrival", subject, told, MORNING + dt.timedelta(minutes=1))
    assert not made.refused, made.refused
    before = open_kinds(subject)
    assert before & CHECKS
    assert not listed(county, subject, 30, MORNING + dt.timedelta(minutes=2)).refused
    assert rows("SELECT stage FROM decide_current WHERE subject = %s", subject) == [("expected",)]
    assert open_kinds(subject) >= before & (CHECKS | {"to_site"})


@pytest.mark.parametrize(("contact", "sample"), [(False, "sample_here"), (True, "sample_contact")])
def test_samples_and_the_release_go_on_in_their_time(county: County, sample: str, *, contact: bool) -> None:
    subject = uuid.uuid4() if contact else county.arrive(MORNING)
    here = {"path": county.paths["34102310000101"]}
    if contact:
        county.send("contact", subject, {"contact_of_case": "yes"}, MORNING, **here)
        county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING)
    else:
        county.send("arrival", subject, {**ARRIVAL, "document_number": f"E{subject.int % 10**8:08d}"}, MORNING)
    until = rows("SELECT until FROM decide_current WHERE subject = %s", subject)
    seventh, last = (MORNING + dt.timedelta(days=days) for days in (7, 13))
    clock.run_due(seventh)
    assert any(kind.startswith("sample") for kind in open_kinds(subject))
    assert not listed(county, subject, 40, seventh).refused
    assert rows("SELECT stage FROM decide_current WHERE subject = %s", subject) == [("expected",)]
    assert sample in open_kinds(subject)
    assert "sample" not in open_kinds(subject)
    assert rows("SELECT until FROM decide_current WHERE subject = %s", subject) == until
    clock.run_due(last)
    assert {sample, "release"} <= open_kinds(subject)
    released = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}
    assert not county.send("release", subject, released, last + HOUR).refused
    assert not open_kinds(subject) & {*CHECKS, "release", sample}


def test_who_is_only_expected_is_not_checked(county: County) -> None:
    subject = county.arrive(MORNING, arrived=(MORNING + dt.timedelta(days=3)).isoformat())
    assert not open_kinds(subject) & CHECKS


def test_an_arrival_that_nobody_plans_is_refused(county: County) -> None:
    subject = county.arrive(MORNING)
    assert not listed(county, subject, 60, MORNING + HOUR).refused
    [(question, said)] = listed(county, subject, 61, MORNING + HOUR).refused[0].faults
    assert question == "arrived"
    assert said.en.startswith("An arrival more than 60 days ahead")
