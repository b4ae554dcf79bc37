"""A number is judged as it will be kept, however whoever sends it writes it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import Scope, working_in
from fangxian.intake.actions import submit
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.clock import SimulatedClock, running_on
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

from .doors import NOON, Api, Sent

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LABORATORY = ("clinician", "341023")


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


def sample(subject: uuid.UUID, tube: Any) -> Sent:
    return Sent("sample", {"specimen": "throat", "tube": tube, "result": "pending"}, subject, by=LABORATORY)


def result(subject: uuid.UUID, tube: Any) -> Sent:
    return Sent("sample_result", {"tube": tube, "result": "negative"}, subject, by=LABORATORY)


@pytest.mark.parametrize("tube", [0, 0.0, "\u3000\u2002", "\u00ad", 7.0, 7.5])
def test_a_result_of_no_tube_is_not_recorded(county: County, tube: Any) -> None:
    here = county.arrive(MORNING, name="张三")
    assert Api(county).file(result(here, tube)) in ("number_unknown", "form_faults")


@pytest.mark.parametrize(("one", "same"), [
    ("10", 10), ("7", 7), ("7", 7.0), (7.0, "7"), ("7.5", 7.5), (" 7\u3000", "７")])
def test_a_number_in_use_is_taken_however_it_is_written(county: County, one: Any, same: Any) -> None:
    here, there = county.arrive(MORNING, name="张三"), county.arrive(MORNING, name="李四")
    door = Api(county)
    assert door.file(sample(here, one)) == "recorded"
    assert door.file(sample(there, same)) == "number_taken"
    assert door.file(result(here, same)) == "recorded"


def filed(county: County, *sent: Sent) -> list[str]:
    """What becomes of several that come together."""
    by = acting_as(county.users[LABORATORY], county.posts[LABORATORY], NOON)
    assert by is not None
    filings = [Filing(one.id, one.programme, one.form, one.subject, NOON, one.answers) for one in sent]
    with working_in(Scope.of(by)):
        found = submit(filings, by=by, at=NOON)
    return [one.answer.code if isinstance(one.answer, Refused) else "recorded" for one in found]


def test_a_sample_and_its_result_that_come_together_are_judged_as_they_will_be_kept(county: County) -> None:
    here = county.arrive(MORNING, name="张三")
    taken = sample(here, "YX 1")
    spaced = replace(taken, answers={**taken.answers, "result": " pending "})
    assert filed(county, spaced, result(here, "YX1")) == ["recorded", "recorded"]


def test_the_result_of_a_sample_that_does_not_hold_has_no_tube(county: County) -> None:
    here = county.arrive(MORNING, name="张三")
    taken = sample(here, "YX1")
    wrong = replace(taken, answers={**taken.answers, "specimen": "nothing"})
    assert filed(county, wrong, result(here, "YX1")) == ["form_faults", "number_unknown"]


def sampled(subject: uuid.UUID, at: dt.datetime, replaces: Filing | None = None, **told: str) -> Filing:
    answers = {"specimen": "throat", "tube": "YX1", "result": "pending", **told}
    return Filing(uuid.uuid4(), "entry", "sample", subject, at, answers, replaces=replaces.id if replaces else None)


def test_no_result_of_the_same_batch_is_left_standing_for_nothing(county: County) -> None:
    here = county.arrive(MORNING, name="张三")
    by = acting_as(county.users[LABORATORY], county.posts[LABORATORY], NOON)
    assert by is not None
    taken = sampled(here, NOON - HOUR)
    had = Filing(uuid.uuid4(), "entry", "sample_result", here, NOON - HOUR / 2, {"tube": "YX1", "result": "positive"})
    sent = [taken, had, sampled(here, NOON, taken), sampled(here, NOON - HOUR, taken, tube="", result="negative")]
    mended = sampled(here, NOON - HOUR, taken, specimen="nose")
    with working_in(Scope.of(by)):
        found = submit([*sent, mended, sampled(here, NOON - HOUR, mended, tube="YX2")], by=by, at=NOON)
    assert [one.answer.code if isinstance(one.answer, Refused) else "" for one in found] == [
        "", "", "replied_earlier", "replied_already", "", "replied_already"]
    assert isinstance(found[3].answer, Refused)
    assert "YX1" in found[3].answer.faults[0][1].en
