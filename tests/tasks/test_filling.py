"""A task is done by what does it: not by a form that says otherwise, nor while the decision still asks for it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.types import Submission
from fangxian.kernel.ids import uuid7
from fangxian.subjects.actions import withdraw
from fangxian.tasks import clock
from fangxian.tasks.models import Alert
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
GRID, COMMUNITY, TOWNSHIP, COUNTY = "34102310000101", "341023100001", "341023100", "341023"
FEVER: Final = {"temperature": 39.5, "symptoms": "fever"}
TO_HOSPITAL: Final = {"to": "hospital", "where": "县医院", "by": "ambulance"}
TO_SITE: Final = {"to": "central_site", "where": "集中隔离点", "by": "special"}
HOME: Final = {"to": "home", "by": "own"}
INVALID: Final = {"specimen": "throat", "result": "invalid"}
PENDING: Final = {"specimen": "throat", "tube": "A1", "result": "pending"}
NOBODY: Final = {"person_seen": "no"}
SEEN: Final = {
    "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": "yes", "own_bathroom": "yes",
    "vulnerable_at_home": "no", "agreement_read": "yes", "agreement_signed": "yes"}
DAY: Final = dt.timedelta(days=1)


@pytest.fixture
def county() -> County:
    return world.build()


def task(subject: uuid.UUID, kind: str) -> tuple[str, str]:
    """State and outcome of the latest of a kind."""
    return rows("SELECT state, outcome FROM tasks_task WHERE subject = %s AND kind = %s ORDER BY opens DESC, id DESC",
                subject, kind)[0]


def acted(subject: uuid.UUID) -> set[bool]:
    with working_in(SYSTEM):
        return {one.acted_at is not None for one in Alert.objects.filter(subject=subject, cause="urgent")}


def registered(county: County, **more: Any) -> uuid.UUID:
    subject = county.arrive(MORNING)
    assert not county.send("arrival", subject, {**ARRIVAL, **more}, MORNING + HOUR).refused
    return subject


def suspected(county: County) -> uuid.UUID:
    subject = registered(county)
    county.send("daily_check", subject, FEVER, MORNING + 2 * HOUR)
    assert task(subject, "transfer") == ("open", "")
    return subject


@pytest.mark.parametrize("before", [0, 6])
def test_whoever_is_taken_home_is_not_taken_to_hospital(county: County, before: int) -> None:
    subject = suspected(county)
    county.send("transfer", subject, HOME, MORNING + 3 * HOUR, happened_at=MORNING + (3 - before) * HOUR)
    assert task(subject, "transfer") == ("open", "")
    assert acted(subject) == {False}
    county.send("transfer", subject, TO_HOSPITAL, MORNING + 4 * HOUR)
    assert task(subject, "transfer") == ("done", "")
    assert acted(subject) == {True}
    everything_follows_from_the_journal()


def test_a_result_from_before_the_suspicion_is_no_result_for_it(county: County) -> None:
    subject = suspected(county)
    ruled_out = {"case_result": "ruled_out", "date": "2020-03-20"}
    county.send("result", subject, ruled_out, MORNING + 3 * HOUR, happened_at=MORNING + HOUR)
    assert task(subject, "result") == ("open", "")
    county.send("result", subject, ruled_out, MORNING + 4 * HOUR)
    assert task(subject, "result") == ("done", "")


def test_nobody_seen_at_the_door_is_a_visit_in_vain_and_told(county: County) -> None:
    subject = registered(county)
    county.send("verification", subject, NOBODY, MORNING + 2 * HOUR)
    assert task(subject, "verify") == ("open", "not_home")
    assert rows("SELECT tier FROM tasks_alert WHERE cause = 'visit' AND kind = 'verify:not_home'") == [("community",)]
    county.send("verification", subject, {**SEEN, "agreement_signed": "no"}, MORNING + 3 * HOUR)
    assert task(subject, "verify") == ("open", "not_home"), "the agreement is still to be signed"
    county.send("verification", subject, SEEN, MORNING + 4 * HOUR)
    assert task(subject, "verify")[0] == "done"
    everything_follows_from_the_journal()


def test_a_transfer_is_to_where_it_was_to_go(county: County) -> None:
    subject = registered(county)
    assert task(subject, "to_site") == ("open", "")
    county.send("transfer", subject, HOME, MORNING + 2 * HOUR)
    assert task(subject, "to_site") == ("open", "")
    county.send("transfer", subject, TO_SITE, MORNING + 3 * HOUR)
    assert task(subject, "to_site") == ("done", "")


def sampled(county: County) -> uuid.UUID:
    """Somebody of whom a sample is to be taken on the day after."""
    subject = registered(county)
    county.send("verification", subject, SEEN, MORNING + 3 * HOUR)
    clock.run_due(MORNING + DAY + 2 * HOUR)
    assert task(subject, "sample") == ("open", "")
    return subject


def test_a_sample_that_is_invalid_is_to_be_taken_again(county: County) -> None:
    subject, later = sampled(county), MORNING + DAY + 2 * HOUR
    county.send("sample", subject, INVALID, later)
    assert task(subject, "sample_again") == ("open", "")
    [taken] = county.send("sample", subject, PENDING, later + HOUR).recorded
    assert task(subject, "sample_again") == ("done", "")
    county.send("sample", subject, INVALID, later + 2 * HOUR, happened_at=later + HOUR, replaces=taken.id)
    assert task(subject, "sample_again") == ("open", ""), "corrected: it was not done"
    everything_follows_from_the_journal()


def test_a_sample_that_the_laboratory_finds_invalid_days_later_is_taken_again(county: County) -> None:
    subject, later = sampled(county), MORNING + DAY + 2 * HOUR
    county.send("sample", subject, PENDING, later)
    assert task(subject, "sample") == ("done", "")
    county.send("sample_result", subject, {"tube": "A1", "result": "invalid"}, later + DAY)
    assert task(subject, "sample_again") == ("open", "")
    county.send("sample", subject, {**PENDING, "tube": "A2"}, later + DAY + HOUR)
    assert task(subject, "sample_again") == ("done", "")
    county.send("sample_result", subject, {"tube": "A2", "result": "negative"}, later + DAY + 2 * HOUR)
    assert rows("SELECT count(*) FROM tasks_task WHERE subject = %s AND kind = 'sample_again' AND state = 'open'",
                subject) == [(0,)]
    everything_follows_from_the_journal()


def test_one_sample_does_for_the_day_and_for_the_one_that_was_invalid(county: County) -> None:
    """Whichever of the two tasks somebody opened."""
    subject, later = sampled(county), MORNING + DAY + 2 * HOUR
    county.send("sample", subject, PENDING, MORNING + 4 * HOUR)
    assert not county.send("sample_result", subject, {"tube": "A1", "result": "invalid"}, later).refused
    assert (task(subject, "sample"), task(subject, "sample_again")) == (("open", ""), ("open", ""))
    [(named,)] = rows("SELECT id FROM tasks_task WHERE subject = %s AND kind = 'sample_again'", subject)
    county.send("sample", subject, {**PENDING, "tube": "A2"}, later + HOUR, task=named)
    assert (task(subject, "sample"), task(subject, "sample_again")) == (("done", ""), ("done", ""))
    everything_follows_from_the_journal()


def test_no_day_ends_the_demand_for_another_sample(county: County) -> None:
    subject, later = sampled(county), MORNING + DAY + 2 * HOUR
    county.send("sample", subject, INVALID, later)
    clock.run_due(later + 3 * DAY)
    open_ones = rows("SELECT count(*) FROM tasks_task WHERE subject = %s AND kind = 'sample_again' AND state = 'open'",
                     subject)
    assert open_ones == [(1,)]
    county.send("sample", subject, PENDING, later + 3 * DAY)
    assert task(subject, "sample_again") == ("done", "")


def test_a_transfer_from_before_the_suspicion_is_none_for_it(county: County) -> None:
    subject = suspected(county)
    county.send("transfer", subject, TO_HOSPITAL, MORNING + 3 * HOUR, happened_at=MORNING - 3 * HOUR)
    assert task(subject, "transfer") == ("open", "")
    assert acted(subject) == {False}


def test_who_is_suspected_again_is_taken_to_hospital_again(county: County) -> None:
    subject = suspected(county)
    county.send("transfer", subject, TO_HOSPITAL, MORNING + 3 * HOUR)
    county.send("result", subject, {"case_result": "ruled_out", "date": "2020-03-20"}, MORNING + 4 * HOUR)
    county.send("daily_check", subject, FEVER, MORNING + 5 * HOUR)
    assert task(subject, "transfer") == ("open", "")
    county.send("transfer", subject, TO_HOSPITAL, MORNING + 6 * HOUR)
    assert [state for state, in rows("SELECT state FROM tasks_task WHERE subject = %s AND kind = 'transfer'",
                                     subject)] == ["done", "done"]
    everything_follows_from_the_journal()


@pytest.mark.parametrize("how", ["corrected", "withdrawn"])
def test_what_was_done_is_open_again_when_that_is_taken_back_and_nobody_acted(county: County, how: str) -> None:
    subject = suspected(county)
    [taken] = county.send("transfer", subject, TO_HOSPITAL, MORNING + 3 * HOUR).recorded
    assert acted(subject) == {True}
    if how == "corrected":
        county.send("transfer", subject, HOME, MORNING + 4 * HOUR, happened_at=MORNING + 3 * HOUR, replaces=taken.id)
    else:
        with working_in(SYSTEM):
            withdraw([taken.id], "", by=county.importer, at=MORNING + 4 * HOUR)
    assert task(subject, "transfer") == ("open", "")
    assert acted(subject) == {False}
    everything_follows_from_the_journal()


def test_a_correction_that_still_does_it_leaves_it_done(county: County) -> None:
    subject = suspected(county)
    [taken] = county.send("transfer", subject, TO_HOSPITAL, MORNING + 3 * HOUR).recorded
    [again] = county.send("transfer", subject, {**TO_HOSPITAL, "where": "省医院"}, MORNING + 4 * HOUR,
                          happened_at=MORNING + 3 * HOUR, replaces=taken.id).recorded
    assert rows("SELECT state, entry FROM tasks_task WHERE subject = %s AND kind = 'transfer'", subject) == [
        ("done", again.id)]
    assert acted(subject) == {True}


def test_a_visit_corrected_says_what_the_correction_says(county: County) -> None:
    subject = registered(county)
    [visit] = county.send("visit", subject, {"outcome": "moved"}, MORNING + 2 * HOUR).recorded
    assert task(subject, "verify") == ("excused", "moved")
    county.send("visit", subject, {"outcome": "phone_off"}, MORNING + 3 * HOUR, happened_at=MORNING + 2 * HOUR,
                replaces=visit.id)
    assert task(subject, "verify") == ("open", "phone_off")


def test_what_was_corrected_before_it_came_does_nothing(county: County) -> None:
    subject, later = registered(county), MORNING + 2 * HOUR
    first = uuid7(later)
    told = [Submission(uuid7(later), "entry", "verification", subject, later, NOBODY, replaces=first),
            Submission(first, "entry", "verification", subject, later, SEEN)]
    assert not county.record(told, later).refused
    assert task(subject, "verify") == ("open", "not_home")


@pytest.mark.parametrize(("kind", "code", "excused"), [
    ("grid_worker", GRID, {"verify", "temperature_am", "needs"}),
    ("community_lead", COMMUNITY, {"verify", "temperature_am", "needs", "to_site"})])
def test_a_visit_excuses_what_its_sender_may_do_and_the_others_see_it(
    county: County, kind: str, code: str, excused: set[str],
) -> None:
    subject = registered(county)
    at = MORNING + 2 * HOUR
    one = Submission(uuid7(at), "entry", "visit", subject, at, {"outcome": "moved"}, by=county.actor(kind, code))
    assert not county.record([one], at).refused
    found = rows("SELECT kind, state, outcome FROM tasks_task WHERE subject = %s AND opens <= %s AND state <> 'done'"
                 " AND kind IN ('verify', 'temperature_am', 'needs', 'to_site')", subject, at)
    assert {name for name, state, _ in found if state == "excused"} == excused & {name for name, *_ in found}
    assert {outcome for *_, outcome in found} == {"moved"}
    assert {name for name, *_ in found} >= {"verify", "to_site"}


def test_a_correction_to_another_day_opens_nothing_again_that_is_not_asked_for(county: County) -> None:
    """In hospital nobody is asked for the day's check, when the fever that ended it is corrected to another day."""
    subject, read_at = registered(county), MORNING + 5 * HOUR
    [read] = county.send("daily_check", subject, FEVER, read_at).recorded
    assert task(subject, "temperature_pm") == ("done", "")
    made = county.send("daily_check", subject, FEVER, read_at + HOUR, happened_at=MORNING - 10 * DAY, replaces=read.id)
    assert not made.refused
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("hospital",)]
    assert task(subject, "temperature_pm") == ("void", "")
    everything_follows_from_the_journal()
