"""A release on the last day is asked about where the last result on record is not negative."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.intake import actions
from fangxian.intake.types import Filing, FilingResult
from fangxian.journal.types import Recorded
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import NOON
from .test_lightening import MEASURE, asked
from .test_reached_by import acting

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY: Final = dt.timedelta(days=1)
LAST_DAY: Final = NOON + 13 * DAY
RELEASED: Final = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    found = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])
    assert not county.send("arrival", found, dict(ARRIVAL), MORNING).refused
    return found


def release(county: County, subject: uuid.UUID, *changed: str, at: dt.datetime = LAST_DAY) -> FilingResult:
    by = acting(county, "community_lead", "341023100001")
    one = Filing(uuid7(at), "entry", "release", subject, at, RELEASED, changes=frozenset(changed))
    with running_on(SimulatedClock(at)), working_in(Scope.of(by)):
        [found] = actions.submit([one], by=by, at=at)
    return found


def sampled(county: County, subject: uuid.UUID, result: str, at: dt.datetime = LAST_DAY) -> None:
    told = {"specimen": "throat", "tube": "A1", "result": result}
    assert not county.send("sample", subject, told, at - dt.timedelta(hours=1)).refused


@pytest.mark.parametrize(("result", "recorded"), [
    ("invalid", "Invalid, take again"), ("pending", "Not known yet"), ("", "not known")])
def test_it_is_asked_about_and_told_to_the_level_above(
    county: County, subject: uuid.UUID, result: str, recorded: str,
) -> None:
    if result:
        sampled(county, subject, result)
    said = asked(release(county, subject))
    assert said.keys() == {"released"}
    assert said["released"].startswith(
        f"what is recorded speaks against it (Last sample result: {recorded}); by this, Central")
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert not asked(release(county, subject, "released"))
    assert rows(MEASURE, subject) == [("none",)]
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'changed'") == [(1,)]


def test_after_a_negative_one_it_is_not(county: County, subject: uuid.UUID) -> None:
    sampled(county, subject, "negative")
    assert not asked(release(county, subject))
    assert rows(MEASURE, subject) == [("none",)]


def test_before_the_last_day_it_is_said_too(county: County, subject: uuid.UUID) -> None:
    sampled(county, subject, "invalid", LAST_DAY - 3 * DAY)
    said = asked(release(county, subject, at=LAST_DAY - 2 * DAY))
    assert "(Last sample result: Invalid, take again)" in said["released"]


@pytest.mark.parametrize(("result", "first", "expected"), [
    ("negative", True, "none"), ("negative", False, "central isolation"), ("invalid", True, "central isolation")])
def test_in_a_batch_it_is_held_against_what_came_before_it(
    county: County, subject: uuid.UUID, result: str, first: bool, expected: str,
) -> None:
    sampled(county, subject, "pending" if result == "negative" else "negative")
    by = acting(county, "clinician", "341023")
    earlier = LAST_DAY - dt.timedelta(minutes=5)
    told = ({"specimen": "nose", "result": "invalid"}, "sample") if result == "invalid" else (
        {"tube": "A1", "result": "negative"}, "sample_result")
    one = Filing(uuid7(earlier), "entry", told[1], subject, earlier, told[0])
    batch = [one, Filing(uuid7(LAST_DAY), "entry", "release", subject, LAST_DAY, RELEASED)]
    with running_on(SimulatedClock(LAST_DAY)), working_in(Scope.of(by)):
        found = actions.submit(batch if first else batch[::-1], by=by, at=LAST_DAY)
    assert isinstance(found[0 if first else 1].answer, Recorded)
    assert bool(asked(found[1 if first else 0])) == (expected != "none")
    assert rows(MEASURE, subject) == [(expected,)]


def taken(county: County, subject: uuid.UUID, tube: str, at: dt.datetime) -> None:
    told = {"specimen": "throat", "tube": tube, "result": "pending"}
    assert not county.send("sample", subject, told, at).refused


def found(county: County, subject: uuid.UUID, tube: str, result: str, at: dt.datetime) -> None:
    assert not county.send("sample_result", subject, {"tube": tube, "result": result}, at).refused


def last_result(subject: uuid.UUID) -> str:
    [(told,)] = rows("SELECT f_last_sample_result FROM facts_entry WHERE subject = %s", subject)
    return str(told)


@pytest.mark.parametrize("earlier", ["negative", "invalid", "positive"])
def test_a_late_result_of_an_earlier_tube_is_not_the_last_one(
    county: County, subject: uuid.UUID, earlier: str,
) -> None:
    taken(county, subject, "A1", LAST_DAY - DAY)
    taken(county, subject, "A 2", LAST_DAY - dt.timedelta(hours=3))
    found(county, subject, "A1", earlier, LAST_DAY - dt.timedelta(hours=2))
    assert last_result(subject) == "pending"
    found(county, subject, "a2", "negative", LAST_DAY - dt.timedelta(hours=1))
    assert last_result(subject) == "negative"
    assert rows(MEASURE, subject) == [("hospital" if earlier == "positive" else "central isolation",)], (
        "what is found in any tube is a finding")
    assert rows("SELECT state FROM tasks_task WHERE subject = %s AND kind = 'sample_again'", subject) == []


def test_the_release_is_asked_about_while_the_last_tube_has_no_result(county: County, subject: uuid.UUID) -> None:
    taken(county, subject, "A1", LAST_DAY - DAY)
    taken(county, subject, "A2", LAST_DAY - dt.timedelta(hours=3))
    found(county, subject, "A1", "negative", LAST_DAY - dt.timedelta(hours=2))
    assert "Not known yet" in asked(release(county, subject))["released"]


def test_a_sample_that_comes_after_its_result_was_told_of_another_is_folded_alike(
    county: County, subject: uuid.UUID,
) -> None:
    """Whatever order a device that was offline brings them in."""
    taken(county, subject, "A1", LAST_DAY - DAY)
    found(county, subject, "A1", "invalid", LAST_DAY - dt.timedelta(hours=1))
    assert last_result(subject) == "invalid"
    told = {"specimen": "throat", "tube": "A2", "result": "negative"}
    at = LAST_DAY
    assert not county.send("sample", subject, told, at, happened_at=LAST_DAY - dt.timedelta(hours=3)).refused
    assert last_result(subject) == "negative"
