"""Another arrival, a correction and a release that would lighten a measure are asked about; nothing else is."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.db import connection, transaction

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions, foreseen, lightening, limits
from fangxian.intake.types import Filing, FilingResult
from fangxian.journal import together
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, LightensError, Recorded, Refused, Submission
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County
from tests.decide.test_both_ways import shipped

from .doors import NOON
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SHANGHAI: Final[dict[str, Any]] = {"origin": "CN-SH", "countries": "CN-SH"}
MEASURE: Final = "SELECT measure FROM decide_current WHERE subject = %s"


def arrival(subject: uuid.UUID, *, changed: tuple[str, ...] = (), replaces: uuid.UUID | None = None, **answers: Any,
            ) -> Filing:
    return Filing(uuid7(NOON), "entry", "arrival", subject, NOON, {**ARRIVAL, **answers}, replaces=replaces,
                  changes=frozenset(changed))


def asked(result: FilingResult) -> dict[str, str]:
    if not isinstance(result.answer, Refused):
        return {}
    assert result.answer.code == "changes_known"
    return {question: said.en for question, said in result.answer.faults}


def test_what_the_measure_is_and_would_be_is_said_of_the_answers_that_weigh(by: Acting, subject: uuid.UUID) -> None:
    [found] = submit(by, arrival(subject, **SHANGHAI, seat="31C"))
    said = ("by this, Central isolation, up to and including 2 April 2020 would become Observation, up to and "
            "including 2 April 2020")
    assert asked(found) == {"origin": said, "countries": said}
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert asked(submit(by, arrival(subject, changed=("origin",), **SHANGHAI))[0]).keys() == {"countries"}
    assert not asked(submit(by, arrival(subject, changed=("origin", "countries"), **SHANGHAI))[0])
    assert rows(MEASURE, subject) == [("observation",)]


def test_a_correction_is_asked_about_too(by: Acting, subject: uuid.UUID) -> None:
    wrong = arrival(subject)
    assert not asked(submit(by, wrong)[0])
    [found] = submit(by, arrival(subject, replaces=wrong.id, **SHANGHAI))
    assert asked(found).keys() == {"origin", "countries"}
    assert not asked(submit(by, arrival(subject, replaces=wrong.id, changed=("origin", "countries"), **SHANGHAI))[0])
    assert rows(MEASURE, subject) == [("observation",)]


def test_of_an_earlier_arrival_it_is_said_when_the_measure_would_end(by: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject))
    [found] = submit(by, arrival(subject, arrived="2020-03-16T09:30:00+08:00"))
    assert asked(found) == {"arrived": (
        "by this, Central isolation, up to and including 2 April 2020 would become Central isolation, up to and "
        "including 29 March 2020")}


def test_where_either_answer_would_do_both_are_named(by: Acting, county: County) -> None:
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number="E12345678", origin="JP",
                            countries="JP")
    later: dict[str, Any] = {"arrived": "2020-03-20T09:30:00+08:00"}
    [found] = submit(by, arrival(subject, **SHANGHAI, **later))
    assert asked(found).keys() == {"origin", "countries"}


@pytest.mark.parametrize("answers", [
    {"origin": "FR", "countries": "FR"}, {"countries": "IT CN-SH"}, {"origin": "CN-SH"}, {"seat": "31C"}, {}])
def test_what_makes_nothing_lighter_is_recorded(by: Acting, subject: uuid.UUID, answers: dict[str, Any]) -> None:
    assert not asked(submit(by, arrival(subject, **answers))[0])
    assert rows(MEASURE, subject) == [("central isolation",)]


def test_what_was_not_known_is_filled_unasked(by: Acting, county: County) -> None:
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number="E12345678", origin="",
                            countries="IT")
    [found] = submit(by, arrival(subject, origin="CN-SH", countries="IT"))
    assert not asked(found)


def applies(measure: str | None, days: int | None) -> foreseen.Applies:
    return measure, None if days is None else NOON + dt.timedelta(days=days)


@pytest.mark.parametrize(("before", "after", "lighter"), [
    (applies("home", 5), applies("home", 5), False),
    (applies("home", 5), applies("home", 4), True),
    (applies("home", 5), applies("home", None), False),
    (applies("home", None), applies("home", 5), True),
    (applies("home", 5), applies("central", 5), False),
    (applies("home", 5), applies("central", 4), True),
    (applies("central", 5), applies("home", 9), True),
    (applies("home", 5), applies("none", None), True),
    (applies("home", 5), applies(None, None), True),
    (applies("none", None), applies(None, None), False),
    (applies(None, None), applies("home", 5), False),
    (applies("home", -1), applies("none", None), True),  # past its term it stands until it is released
    (applies("home", -1), applies("home", -3), False),
    (applies("home", 1), applies("home", -3), True),
    (applies("home", 5), applies("elsewhere", 9), True),  # whoever it is declared before, nobody watches over it
    (applies("elsewhere", 5), applies("home", 9), False),
])
def test_what_is_lighter(before: foreseen.Applies, after: foreseen.Applies, lighter: bool) -> None:
    managed = {"elsewhere": False, "central": True, "home": True, "none": False}
    programme: Any = SimpleNamespace(measures={name: SimpleNamespace(managed=one) for name, one in managed.items()})
    assert lightening.is_lighter(programme, before, after, NOON) is lighter


def test_of_several_that_come_together_each_is_compared_with_those_before_it(by: Acting, county: County) -> None:
    """The first makes the measure stricter, which is not asked about; the second would take that back."""
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"],
                            **SHANGHAI)
    assert rows(MEASURE, subject) == [("observation",)]
    before = replace(arrival(subject), happened_at=NOON - dt.timedelta(minutes=1))
    first, second = submit(by, before, arrival(subject, **SHANGHAI))
    assert (asked(first), set(asked(second))) == ({}, {"origin", "countries"})
    assert rows(MEASURE, subject) == [("central isolation",)]


def test_a_correction_that_comes_with_what_it_corrects_is_compared_with_it(by: Acting, county: County) -> None:
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"],
                            **SHANGHAI)
    wrong = arrival(subject)
    first, second = submit(by, wrong, arrival(subject, replaces=wrong.id, **SHANGHAI))
    assert (asked(first), set(asked(second))) == ({}, {"origin", "countries"})


RELEASED: Final = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}


def release(subject: uuid.UUID, at: dt.datetime = NOON, *, changed: tuple[str, ...] = (), **answers: Any) -> Filing:
    return Filing(uuid7(at), "entry", "release", subject, at, {**RELEASED, **answers}, changes=frozenset(changed))


def test_a_release_before_the_last_day_is_asked_about_and_told_upward(
    by: Acting, lead: Acting, county: County, subject: uuid.UUID,
) -> None:
    assert not asked(submit(by, arrival(subject))[0])
    negative(county, subject)
    [found] = submit(lead, release(subject))
    assert asked(found) == {"released": (
        "this is due on the last day of the measure; by it, Central isolation, up to and including 2 April 2020 would "
        "become None")}
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert isinstance(submit(lead, release(subject, released="no", notice_given=None))[0].answer, Recorded)
    assert isinstance(submit(lead, release(subject, changed=("released",)))[0].answer, Recorded)
    assert rows(MEASURE, subject) == [("none",)]
    assert rows("SELECT kind, count FROM tasks_alert WHERE cause = 'changed' AND subject = %s", subject)


def negative(county: County, subject: uuid.UUID) -> None:
    made = county.send("sample", subject, {"specimen": "throat", "result": "negative"}, NOON)
    assert not made.refused, made.refused


def test_a_release_on_the_last_day_is_not(by: Acting, lead: Acting, county: County, subject: uuid.UUID) -> None:
    assert not asked(submit(by, arrival(subject))[0])
    negative(county, subject)
    day_before, last = (dt.datetime(2020, 4, day, 2, tzinfo=dt.UTC) for day in (1, 2))
    with working_in(Scope.of(lead)):
        [early] = actions.submit([release(subject, day_before)], by=lead, at=day_before)
        [due] = actions.submit([release(subject, last)], by=lead, at=last)
    assert asked(early).keys() == {"released"}
    assert isinstance(due.answer, Recorded)


FEVER, WELL = ({"temperature": temperature, "symptoms": "none"} for temperature in (38.0, 36.5))


def check(subject: uuid.UUID, answers: dict[str, Any], *, changed: tuple[str, ...] = (), minutes: int = 0,
          replaces: uuid.UUID | None = None) -> Filing:
    at = NOON - dt.timedelta(minutes=30 - minutes)
    return Filing(uuid7(at), "entry", "daily_check", subject, at, answers, replaces=replaces,
                  changes=frozenset(changed))


def earlier(subject: uuid.UUID, **answers: Any) -> Filing:
    return replace(arrival(subject, **answers), happened_at=NOON - dt.timedelta(minutes=40))


def test_behind_a_suspicion_nobody_is_released_unasked(by: Acting, lead: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject), check(subject, FEVER))
    assert rows(MEASURE, subject) == [("hospital",)]
    [found] = submit(lead, release(subject))
    assert asked(found) == {"released": (
        "by this, once Hospital is over, Central isolation, up to and including 2 April 2020 would become None")}
    assert isinstance(submit(lead, release(subject, released="no", notice_given=None))[0].answer, Recorded)
    assert isinstance(submit(lead, release(subject, changed=("released",)))[0].answer, Recorded)
    assert rows(MEASURE, subject) == [("hospital",)]
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'changed' AND subject = %s", subject) == [(1,)]


def test_behind_a_suspicion_no_other_arrival_is_told_unasked(by: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject), check(subject, FEVER))
    [found] = submit(by, arrival(subject, **SHANGHAI))
    said = ("by this, once Hospital is over, Central isolation, up to and including 2 April 2020 would become "
            "Observation, up to and including 2 April 2020")
    assert asked(found) == {"origin": said, "countries": said}
    as_strict = replace(earlier(subject, origin="FR", countries="FR"), happened_at=NOON - dt.timedelta(minutes=35))
    assert not asked(submit(by, as_strict)[0])
    assert not asked(submit(by, arrival(subject, changed=("origin", "countries"), **SHANGHAI))[0])
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'changed' AND subject = %s", subject) == [(1,)]


def test_behind_a_contact_no_other_arrival_is_told_unasked(by: Acting, lead: Acting, subject: uuid.UUID) -> None:
    """As somebody's contact they are isolated as long either way; when that is taken back the arrival decides."""
    submit(by, earlier(subject), check(subject, WELL))
    named = Filing(uuid7(NOON), "entry", "contact", subject, NOON - dt.timedelta(minutes=20),
                   {"contact_of_case": "yes", "last_contact": "2020-03-19"})
    assert isinstance(submit(lead, named)[0].answer, Recorded)
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert asked(submit(by, arrival(subject, **SHANGHAI))[0]).keys() == {"origin", "countries"}


def test_who_was_released_before_a_suspicion_is_not_asked_about(by: Acting, lead: Acting, subject: uuid.UUID) -> None:
    submit(by, earlier(subject))
    submit(lead, release(subject, changed=("released",)))
    submit(by, check(subject, FEVER, minutes=30))
    assert rows(MEASURE, subject) == [("hospital",)]
    assert not asked(submit(by, arrival(subject, **SHANGHAI))[0])


@pytest.mark.parametrize("own", [True, False])
def test_the_correction_of_a_reading_ends_no_suspicion_unasked(
    by: Acting, lead: Acting, subject: uuid.UUID, *, own: bool,
) -> None:
    fever = check(subject, FEVER)
    submit(by, earlier(subject))
    submit(by if own else lead, fever)
    submit(by, check(subject, WELL, minutes=10))
    assert rows(MEASURE, subject) == [("hospital",)], "a normal reading takes none back"
    [found] = submit(by, check(subject, WELL, replaces=fever.id))
    said = "by this, Hospital would become Central isolation, up to and including 2 April 2020"
    assert asked(found) == {"temperature": said, "symptoms": said}
    assert rows(MEASURE, subject) == [("hospital",)]
    meant = check(subject, WELL, replaces=fever.id, changed=("temperature", "symptoms"))
    assert not asked(submit(by, meant)[0])
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert rows("SELECT about FROM tasks_alert WHERE cause = 'changed' AND subject = %s", subject) == [(meant.id,)]


@pytest.mark.parametrize(("was", "now"), [(WELL, {**WELL, "temperature": 36.8}), (WELL, FEVER), (FEVER, FEVER)])
def test_another_correction_of_a_reading_is_not_asked_about(
    by: Acting, subject: uuid.UUID, was: dict[str, Any], now: dict[str, Any],
) -> None:
    wrong = check(subject, was)
    submit(by, earlier(subject), wrong)
    assert not asked(submit(by, check(subject, now, replaces=wrong.id))[0])
    assert rows("SELECT about FROM tasks_alert WHERE cause = 'changed'") == []


def test_a_correction_at_another_moment_ends_no_suspicion_unasked(
    by: Acting, county: County, subject: uuid.UUID,
) -> None:
    """Put before the clinician's last result, the fever would be ruled out with it."""
    first, fever = check(subject, FEVER), check(subject, FEVER, minutes=20)
    submit(by, earlier(subject), first)
    ruled_out = county.send("result", subject, {"case_result": "ruled_out", "date": "2020-03-20"},
                            NOON - dt.timedelta(minutes=20))
    assert not ruled_out.refused
    later = NOON + dt.timedelta(minutes=1)
    with working_in(Scope.of(by)):
        actions.submit([fever], by=by, at=later)
        assert rows(MEASURE, subject) == [("hospital",)]
        [found] = actions.submit([check(subject, FEVER, minutes=5, replaces=fever.id)], by=by, at=later)
    assert asked(found).keys() == {"temperature", "symptoms"}


def test_no_batch_holds_one_person_against_everything_told_of_them(
    by: Acting, subject: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A chain of 250 corrections took 52 seconds."""
    monkeypatch.setattr(limits, "WEIGHED", 3)
    first = arrival(subject)
    chain = [first]
    for seat in range(4):
        chain.append(replace(arrival(subject, seat=f"{seat}A"), replaces=chain[-1].id))
    found = [one.answer.code if isinstance(one.answer, Refused) else "" for one in submit(by, *chain)]
    assert found == [""] * 3 + ["too_much"] * 2


def contact(subject: uuid.UUID, *, changed: tuple[str, ...] = (), minutes: int = 0, **answers: str) -> Filing:
    at = NOON - dt.timedelta(minutes=20 - minutes)
    return Filing(uuid7(at), "entry", "contact", subject, at, answers, changes=frozenset(changed))


def told_of(subject: uuid.UUID) -> int:
    [(count,)] = rows("SELECT count(*) FROM tasks_alert WHERE cause = 'changed' AND subject = %s", subject)
    return int(count)


def test_a_contact_that_is_taken_back_by_its_form_is_asked_about(lead: Acting, county: County) -> None:
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], **SHANGHAI)
    assert not asked(submit(lead, contact(subject, contact_of_case="yes", last_contact="2020-03-19"))[0])
    assert rows(MEASURE, subject) == [("central isolation",)]
    no = contact(subject, contact_of_case="no", minutes=5)
    assert asked(submit(lead, no)[0]) == {"contact_of_case": (
        "by this, Central isolation, up to and including 2 April 2020 would become Observation, up to and including "
        "2 April 2020")}
    assert (rows(MEASURE, subject), told_of(subject)) == ([("central isolation",)], 0)
    assert not asked(submit(lead, replace(no, changes=frozenset({"contact_of_case"})))[0])
    assert (rows(MEASURE, subject), told_of(subject)) == ([("observation",)], 1)


def test_of_a_contact_taken_back_that_alone_is_named_which_was_answered(lead: Acting, county: County) -> None:
    subject = county.arrive(MORNING, arrived="2020-03-15T08:00:00+08:00", birth_date=ARRIVAL["birth_date"])
    assert not asked(submit(lead, contact(subject, contact_of_case="yes", last_contact="2020-03-19"))[0])
    found = asked(submit(lead, contact(subject, contact_of_case="no", minutes=5))[0])
    assert found.keys() == {"contact_of_case"}
    assert "would become Central isolation, up to and including 28 March 2020" in found["contact_of_case"]


SUITABLE: Final = {
    "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": "yes", "own_bathroom": "yes",
    "vulnerable_at_home": "no", "agreement_read": "OK", "agreement_signed": "yes"}


@pytest.mark.parametrize("answers", [{"frail": "yes"}, {}])
def test_a_verification_is_asked_about_where_the_home_or_frailty_lightens(
    by: Acting, county: County, answers: dict[str, str],
) -> None:
    place = {"origin": "IT", "countries": "IT"} if answers else {"origin": "JP", "countries": "JP"}
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], **place)
    assert rows(MEASURE, subject) == [("central isolation",)]
    seen = Filing(uuid7(NOON), "entry", "verification", subject, NOON, {**SUITABLE, **answers})
    found = asked(submit(by, seen)[0])
    assert found.keys() <= seen.answers.keys()
    assert found.keys() >= answers.keys()
    assert "would become Home isolation" in next(iter(found.values()))
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert not asked(submit(by, replace(seen, changes=frozenset(found)))[0])
    assert (rows(MEASURE, subject), told_of(subject)) == ([("home isolation",)], 1)


def test_past_its_term_a_measure_is_lightened_by_nothing_but_its_release_unasked(
    by: Acting, lead: Acting, county: County, subject: uuid.UUID,
) -> None:
    submit(by, arrival(subject))
    negative(county, subject)
    later = dt.datetime(2020, 4, 5, 2, tzinfo=dt.UTC)
    with working_in(Scope.of(by)):
        [found] = actions.submit([replace(arrival(subject, **SHANGHAI), happened_at=later)], by=by, at=later)
    assert asked(found).keys() == {"origin", "countries"}
    with working_in(Scope.of(lead)):
        [due] = actions.submit([release(subject, later)], by=lead, at=later)
    assert isinstance(due.answer, Recorded)
    assert rows(MEASURE, subject) == [("none",)]


def test_only_forms_that_tell_nothing_the_measure_follows_from_are_not_looked_at() -> None:
    programme = shipped("entry")
    assert {name for name in programme.forms if not lightening.may_tell(programme, name)} == {
        "place", "supply_check", "transfer", "visit"}


def test_checks_that_lighten_nothing_are_not_put_to_the_tables_again(
    by: Acting, subject: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit(by, earlier(subject), check(subject, WELL))
    monkeypatch.setattr(foreseen, "applying", None)
    assert isinstance(submit(by, check(subject, WELL, minutes=5))[0].answer, Recorded)


def test_what_is_recorded_together_lightens_nobody_unasked(
    county: County, lead: Acting, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The group is given up, and each of it is recorded by itself."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], **SHANGHAI)
    submit(lead, contact(subject, contact_of_case="yes", last_contact="2020-03-19"))
    no = contact(subject, contact_of_case="no", minutes=5)
    one = Submission(no.id, no.programme, no.form, subject, no.happened_at, no.answers,
                     by=Actor(path=lead.path, user=lead.user, post=lead.post))
    group = [together.HandedOver(one, Scope.of(lead), NOON)]
    with transaction.atomic():
        together.record_group(group)
    assert group[0].recorded is None
    assert rows(MEASURE, subject) == [("central isolation",)]


def test_what_ends_a_measure_for_good_is_noticed_where_it_was_not_asked_about(
    by: Acting, lead: Acting, subject: uuid.UUID,
) -> None:
    """Nothing is in force afterwards: it is what was decided before that counts."""
    submit(by, arrival(subject))
    one = release(subject)
    told = Submission(one.id, "entry", "release", subject, NOON, dict(one.answers))
    with working_in(Scope.of(lead)), pytest.raises(LightensError):
        record([told], by=Actor(path=lead.path, user=lead.user, post=lead.post), at=NOON, unasked={one.id})
    assert not rows("SELECT id FROM journal_entry WHERE id = %s", one.id)


def test_what_was_refused_lightened_nobody(by: Acting, lead: Acting, subject: uuid.UUID) -> None:
    """Beside what was asked about, and meant, in one batch."""
    submit(by, arrival(subject))
    one = release(subject)
    meant = Submission(one.id, "entry", "release", subject, NOON, dict(one.answers))
    wrong = Submission(uuid7(NOON), "entry", "daily_check", subject, NOON, {"temperature": "warm"})
    with working_in(Scope.of(lead)):
        told = record([meant, wrong], by=Actor(path=lead.path, user=lead.user, post=lead.post), at=NOON,
                      unasked={wrong.id})
    assert [type(answer) for answer in told.results] == [Recorded, Refused]
    assert rows(MEASURE, subject) == [("none",)]
