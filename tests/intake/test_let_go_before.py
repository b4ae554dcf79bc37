"""Who was let go or listed before anything was decided, and what comes together in one batch, is asked about alike."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.types import Acting
from fangxian.intake.types import Filing
from fangxian.journal.types import Recorded
from fangxian.kernel.ids import uuid7
from tests.console.rounds import rows
from tests.county import MORNING, County

from .doors import NOON
from .test_lightening import FEVER, MEASURE, WELL, arrival, asked, check, earlier, release
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def somebody_new(**answers: Any) -> Filing:
    return replace(arrival(uuid.uuid4(), document_number="E55555555", name="王五", name_latin="WANG WU",
                           phone="13755555555", birth_date="1971-01-01", **answers),
                   happened_at=NOON - dt.timedelta(minutes=5))


def changed_by(entry: uuid.UUID) -> list[tuple[str]]:
    return rows("SELECT tier FROM tasks_alert WHERE cause = 'changed' AND about = %s", entry)


def test_a_release_from_before_there_was_a_measure_is_asked_about_when_there_would_be_one(
    by: Acting, lead: Acting, county: County,
) -> None:
    """Who was released as the contact of nobody, arrived that morning, and is registered now."""
    subject = uuid7(MORNING)
    assert not county.send("contact", subject, {"contact_of_case": "no"}, MORNING,
                           path=county.paths["34102310000101"]).refused
    early = replace(release(subject), happened_at=NOON - dt.timedelta(minutes=30))
    assert isinstance(submit(lead, early)[0].answer, Recorded)
    came = arrival(subject)
    [found] = submit(by, came)
    said = "by this, Central isolation, up to and including 2 April 2020 would apply; because of “Released” it is None"
    assert set(asked(found).values()) == {said}
    meant = replace(came, changes=frozenset(asked(found)))
    assert isinstance(submit(by, meant)[0].answer, Recorded)
    assert (rows(MEASURE, subject), changed_by(came.id)) == ([("none",)], [("community",)])


def test_a_release_of_somebody_undecided_is_asked_about(lead: Acting, county: County) -> None:
    subject = county.arrive(MORNING, origin="", countries="")
    assert rows(MEASURE, subject) == [(None,)]
    early = release(subject)
    found = asked(submit(lead, early)[0])
    assert found == {"released": "nothing is decided about them yet; because of “Released” it would be None"}
    assert isinstance(submit(lead, replace(early, changes=frozenset(found)))[0].answer, Recorded)
    assert (rows(MEASURE, subject), changed_by(early.id)) == ([("none",)], [("township",)])


def test_an_arrival_and_a_release_in_one_batch_are_asked_about_as_in_two(lead: Acting, county: County) -> None:
    came = somebody_new()
    first, second = submit(lead, came, release(came.subject))
    assert isinstance(first.answer, Recorded)
    assert asked(second).keys() == {"released"}
    assert rows(MEASURE, came.subject) == [("central isolation",)]


@pytest.mark.parametrize(("order", "expected"), [(1, ["", "changes_known"]), (-1, ["not_found", "changes_known"])])
def test_listed_and_taken_off_in_one_batch_is_asked_about(county: County, order: int, expected: list[str]) -> None:
    """Whichever stands first; and where who is to be registered is asked about, nothing else is recorded of them."""
    place = "county_duty", "341023"
    duty = acting_as(county.users[place], county.posts[place], NOON)
    assert duty is not None
    subject = uuid7(NOON)
    listed = Filing(uuid7(NOON), "entry", "listed", subject, NOON - dt.timedelta(minutes=5), {
        "source": "S", "name": "王五", "document_type": "passport", "document_number": "E55555555",
        "arrived": MORNING.isoformat(), "origin": "IT", "countries": "IT"})
    off = Filing(uuid7(NOON), "entry", "removed", subject, NOON, {"reason": "mistake"})
    assert [getattr(one.answer, "code", "") for one in submit(duty, *(listed, off)[::order])] == expected


def test_who_was_released_in_their_time_is_listed_again_unasked(by: Acting, lead: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject))
    submit(lead, replace(release(subject, changed=("released",)), happened_at=NOON - dt.timedelta(minutes=5)))
    assert rows(MEASURE, subject) == [("none",)]
    assert not asked(submit(by, arrival(subject, seat="31C"))[0])


def test_a_reading_and_its_correction_in_one_batch_are_asked_about_as_in_two(by: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject))
    fever = check(subject, FEVER)
    first, second = submit(by, fever, check(subject, WELL, minutes=5, replaces=fever.id))
    assert isinstance(first.answer, Recorded)
    assert asked(second).keys() == {"temperature", "symptoms"}
    assert rows(MEASURE, subject) == [("hospital",)]


def test_a_suspicion_and_its_end_in_one_batch_are_asked_about_as_in_two(county: County, subject: uuid.UUID) -> None:
    place = "clinician", "341023"
    clinician = acting_as(county.users[place], county.posts[place], NOON)
    assert clinician is not None
    at = NOON - dt.timedelta(minutes=5)
    over = Filing(uuid7(NOON), "entry", "result", subject, at, {"case_result": "ruled_out", "date": "2020-03-20"})
    taken = Filing(uuid7(at), "entry", "sample", subject, at - dt.timedelta(minutes=5),
                   {"specimen": "throat", "tube": "T1", "result": "positive"})
    first, second = submit(clinician, taken, over)
    assert isinstance(first.answer, Recorded)
    assert asked(second).keys() == {"case_result"}
    assert rows(MEASURE, subject) == [("hospital",)]
