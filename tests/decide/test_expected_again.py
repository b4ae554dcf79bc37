"""Whoever is watched over here goes on being checked until they arrive anew, whatever a list says of the future."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import pytest

from fangxian.journal.types import Receipt
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


def test_who_is_only_expected_is_not_checked(county: County) -> None:
    subject = county.arrive(MORNING, arrived=(MORNING + dt.timedelta(days=3)).isoformat())
    assert not open_kinds(subject) & CHECKS


def test_an_arrival_that_nobody_plans_is_refused(county: County) -> None:
    subject = county.arrive(MORNING)
    assert not listed(county, subject, 60, MORNING + HOUR).refused
    [(question, said)] = listed(county, subject, 61, MORNING + HOUR).refused[0].faults
    assert question == "arrived"
    assert said.en.startswith("An arrival more than 60 days ahead")
