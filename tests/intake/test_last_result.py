"""A release on the last day is asked about where the last result on record is not negative."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.intake import actions
from fangxian.intake.types import Filing, FilingResult
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import NOON
from .test_lightening import MEASURE, asked
from .test_reached_by import acting

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LAST_DAY: Final = NOON + dt.timedelta(days=13)
RELEASED: Final = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    found = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])
    assert not county.send("arrival", found, dict(ARRIVAL), MORNING).refused
    return found


def release(county: County, subject: uuid.UUID, *changed: str) -> FilingResult:
    by = acting(county, "community_lead", "341023100001")
    one = Filing(uuid7(LAST_DAY), "entry", "release", subject, LAST_DAY, RELEASED, changes=frozenset(changed))
    with running_on(SimulatedClock(LAST_DAY)), working_in(Scope.of(by)):
        [found] = actions.submit([one], by=by, at=LAST_DAY)
    return found


@pytest.mark.parametrize("result", ["invalid", "pending"])
def test_it_is_asked_about_and_told_to_the_level_above(county: County, subject: uuid.UUID, result: str) -> None:
    told = {"specimen": "throat", "tube": "A1", "result": result}
    assert not county.send("sample", subject, told, LAST_DAY - dt.timedelta(hours=1)).refused
    said = asked(release(county, subject))
    assert said.keys() == {"released"}
    assert said["released"].startswith("what is recorded speaks against it: look at the last result; by this, Central")
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert not asked(release(county, subject, "released"))
    assert rows(MEASURE, subject) == [("none",)]
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'changed'") == [(1,)]


@pytest.mark.parametrize("result", ["negative", ""])
def test_after_a_negative_one_and_where_none_is_on_record_it_is_not(
    county: County, subject: uuid.UUID, result: str,
) -> None:
    if result:
        told = {"specimen": "throat", "tube": "A1", "result": result}
        assert not county.send("sample", subject, told, LAST_DAY - dt.timedelta(hours=1)).refused
    assert not asked(release(county, subject))
    assert rows(MEASURE, subject) == [("none",)]
