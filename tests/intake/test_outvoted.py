"""What would weigh more than what stands, if it counted, is told to the levels above: never silent, and each once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.areas.types import subtree
from fangxian.intake.types import Filing
from fangxian.journal.actions import record
from fangxian.journal.together import HandedOver, record_group
from fangxian.journal.types import Actor, Recorded, Submission
from fangxian.kernel.ids import uuid7
from fangxian.tasks.types import Cause
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import GRID, NOON
from .test_lightening import FEVER, MEASURE, RELEASED, SHANGHAI, WELL, arrival, check, contact
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TOLD: Final = "SELECT tier FROM tasks_alert WHERE cause = %s AND about = %s ORDER BY tier"
EVERY_LEVEL: Final = ["community", "county", "township"]
MINUTE: Final = dt.timedelta(minutes=1)


def told(entry: Filing) -> list[str]:
    return [tier for tier, in rows(TOLD, Cause.OUTVOTED.value, entry.id)]


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return county.arrive(MORNING)


@pytest.fixture
def lead(county: County) -> Acting:
    place = "community_lead", "341023100001"
    found = acting_as(county.users[place], county.posts[place], NOON)
    assert found is not None
    return found


def result(county: County, subject: uuid.UUID, at: dt.datetime, said: str = "ruled_out") -> None:
    made = county.send("result", subject, {"case_result": said, "date": "2020-03-20"}, NOON, happened_at=at)
    assert not made.refused, made.refused


@pytest.mark.parametrize("was_suspected", [True, False])
def test_a_late_reading_behind_who_was_ruled_out_is_told_to_every_level(
    by: Acting, county: County, subject: uuid.UUID, *, was_suspected: bool,
) -> None:
    if was_suspected:
        submit(by, check(subject, FEVER, minutes=-60))
    result(county, subject, NOON - 10 * MINUTE)
    late = check(subject, FEVER)
    assert isinstance(submit(by, late)[0].answer, Recorded)
    assert (rows(MEASURE, subject), told(late)) == ([("central isolation",)], EVERY_LEVEL)
    submit(by, late)
    assert told(late) == EVERY_LEVEL, "sent again it is told no second time"


@pytest.mark.parametrize("ahead", [9, 0])
def test_a_clinician_whose_clock_is_ahead_hides_no_reading(
    by: Acting, county: County, subject: uuid.UUID, ahead: int,
) -> None:
    result(county, subject, NOON + ahead * MINUTE)
    fever = replace(check(subject, FEVER), happened_at=NOON)
    submit(by, fever)
    assert rows(MEASURE, subject) == [("hospital",)] or told(fever) == EVERY_LEVEL


def test_a_reading_whose_time_has_not_come_is_told(by: Acting, subject: uuid.UUID) -> None:
    fever = replace(check(subject, FEVER), happened_at=NOON + 30 * MINUTE)
    found = submit(by, fever)[0].answer
    assert isinstance(found, Recorded)
    assert found.future
    assert told(fever) == EVERY_LEVEL


def test_a_contact_from_before_a_release_is_told_above_whoever_filed_either(
    by: Acting, lead: Acting, county: County,
) -> None:
    subject = county.arrive(MORNING, **SHANGHAI)
    county.send("release", subject, RELEASED, NOON - 5 * MINUTE)
    assert rows(MEASURE, subject) == [("none",)]
    late = contact(subject, contact_of_case="yes", last_contact="2020-03-19")
    found = submit(lead, late)[0]
    meant = replace(late, changes=frozenset(one for one, _ in getattr(found.answer, "faults", ())))
    assert isinstance(submit(lead, meant)[0].answer, Recorded)
    assert (rows(MEASURE, subject), told(late)) == ([("none",)], ["county", "township"])


def test_who_is_registered_before_they_were_taken_off_is_told(by: Acting, county: County, subject: uuid.UUID) -> None:
    county.send("removed", subject, {"reason": "rerouted"}, NOON - 5 * MINUTE)
    assert rows(MEASURE, subject) == [("none",)]
    late = replace(arrival(subject, document_number=f"E{subject.int % 10**8:08d}"), happened_at=NOON - 20 * MINUTE)
    assert isinstance(submit(by, late)[0].answer, Recorded)
    assert told(late) == ["community", "county"], "and the county, which took them off"


@pytest.mark.parametrize(("was", "now", "expected"), [
    (WELL, FEVER, EVERY_LEVEL), (FEVER, {**FEVER, "temperature": 38.4}, []), (WELL, WELL, [])])
def test_a_correction_is_told_where_it_weighs_more_than_what_it_corrects(
    by: Acting, county: County, subject: uuid.UUID, was: dict[str, Any], now: dict[str, Any], expected: list[str],
) -> None:
    wrong = check(subject, was)
    submit(by, wrong)
    result(county, subject, NOON - 10 * MINUTE)
    mended = check(subject, now, replaces=wrong.id)
    assert isinstance(submit(by, mended)[0].answer, Recorded)
    assert told(mended) == expected


def test_what_weighs_no_more_than_what_stands_is_told_to_nobody(
    by: Acting, county: County, subject: uuid.UUID,
) -> None:
    submit(by, check(subject, FEVER), check(subject, WELL, minutes=5))
    late = check(subject, {"temperature": 39.0, "symptoms": "fever"}, minutes=-5)
    submit(by, late, Filing(uuid7(NOON), "entry", "supply_check", subject, NOON - MINUTE,
                            {"food": "enough", "medicine": "enough", "talk": "no"}))
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'outvoted'") == [(0,)]


ACQUITTED: Final = {"contact_of_case": "no"}


@pytest.fixture
def together(county: County) -> tuple[uuid.UUID, uuid.UUID]:
    """Two of one household, under observation."""
    one, other = (county.arrive(MORNING, **{**SHANGHAI, "document_number": number}) for number in ("E11", "E12"))
    for subject in (one, other):
        made = county.send("arrival", subject, {**ARRIVAL, **SHANGHAI, "household": "RH2020-1"}, MORNING + MINUTE)
        assert not made.refused, made.refused
    return one, other


def acquit(county: County, subject: uuid.UUID, at: dt.datetime) -> None:
    """The community's lead takes somebody for no contact."""
    one = Submission(uuid7(NOON), "entry", "contact", subject, at, ACQUITTED)
    with working_in(SYSTEM):
        assert not record([one], by=county.actor("community_lead", "341023100001"), at=NOON).refused


def consequences(subject: uuid.UUID) -> list[str]:
    """The levels told of the contact that follows of somebody's household."""
    return [tier for tier, in rows(
        "SELECT tier FROM tasks_alert WHERE cause = 'outvoted' AND subject = %s AND kind = 'contact' ORDER BY tier",
        subject)]


@pytest.mark.parametrize("ahead", [9, 0])
@pytest.mark.parametrize("place", [GRID, ""])
def test_a_contact_that_follows_is_told_above_whoever_took_them_for_none_before(
    county: County, together: tuple[uuid.UUID, uuid.UUID], ahead: int, place: str,
) -> None:
    one, other = together
    acquit(county, other, NOON + ahead * MINUTE)
    fever, worker = check(one, FEVER, minutes=0), county.actor("grid_worker", GRID)
    filed = Submission(fever.id, "entry", fever.form, one, NOON, fever.answers, by=worker)
    with working_in(SYSTEM):
        made = record([filed], by=worker if place else Actor(path="", source="system"), at=NOON)
    assert not made.refused, made.refused
    assert rows(MEASURE, one) == [("hospital",)]
    assert rows(MEASURE, other) == [("central isolation",)] or consequences(other) == ["community", "township"]


def test_what_is_recorded_with_others_is_told_where_an_entry_lies_ahead(
    county: County, together: tuple[uuid.UUID, uuid.UUID],
) -> None:
    one, other = together
    acquit(county, other, NOON + 9 * MINUTE)
    fever = Submission(uuid7(NOON), "entry", "daily_check", one, NOON, FEVER, by=county.actor("grid_worker", GRID))
    group = [HandedOver(fever, Scope(subtree(county.paths[GRID]), ("entry",)), NOON)]
    record_group(group)
    assert group[0].recorded is not None
    assert consequences(other) == ["community", "township"]
    assert rows("SELECT what FROM tasks_failure") == []


def test_a_suspicion_again_fails_for_no_entry_ahead(
    county: County, together: tuple[uuid.UUID, uuid.UUID],
) -> None:
    one, other = together
    county.send("daily_check", one, FEVER, NOON - 30 * MINUTE)
    result(county, one, NOON - 20 * MINUTE)
    acquit(county, other, NOON + 2 * MINUTE)
    with working_in(SYSTEM):
        again = Submission(uuid7(NOON), "entry", "daily_check", one, NOON, FEVER)
        assert not record([again], by=Actor(path="", source="clock"), at=NOON).refused
    assert consequences(other) == ["community", "township"]
