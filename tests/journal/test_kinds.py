"""A form is recorded about subjects of its programme's kind and of no other, fills the task that asks for it, and
says what of it was not kept."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.journal.types import Receipt
from tests import county as world
from tests import kinds
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WELL: Final = {"temperature": 36.5, "symptoms": "none"}


@pytest.fixture
def county() -> County:
    county = world.build()
    kinds.publish(MORNING)
    return county


def codes(receipt: Receipt) -> list[str]:
    return [one.code for one in receipt.refused]


def registered(county: County, programme: str) -> uuid.UUID:
    subject = uuid.uuid4()
    receipt = county.send("resident", subject, {"name": "郭门超市"}, MORNING, programme=programme)
    assert codes(receipt) == []
    return subject


@pytest.mark.parametrize("programme", kinds.ABOUT)
def test_a_form_of_another_kind_is_refused(county: County, programme: str) -> None:
    person, thing = county.arrive(MORNING), registered(county, programme)
    assert rows("SELECT kind FROM subjects_subject WHERE id = %s", thing) == [(kinds.ABOUT[programme],)]
    assert codes(county.send("resident", person, {"name": "张三"}, MORNING, programme=programme)) == ["other_kind"]
    assert codes(county.send("daily_check", thing, WELL, MORNING)) == ["other_kind"]
    assert codes(county.send("resident", thing, {"name": "郭门超市"}, MORNING, programme=programme)) == []
    assert rows("SELECT count(*) FROM facts_entry WHERE subject = %s", thing) == [(0,)]


def test_each_of_a_batch_is_judged_by_its_own_kind(county: County) -> None:
    shop, home = registered(county, "shops"), registered(county, "homes")
    sent = [(programme, subject) for programme in ("shops", "homes") for subject in (shop, home)]
    answers = [codes(county.send("resident", subject, {"name": "一"}, MORNING, programme=programme))
               for programme, subject in sent]
    assert answers == [[], ["other_kind"], ["other_kind"], []]


def task_of(subject: uuid.UUID, kind: str) -> uuid.UUID:
    found: uuid.UUID = rows("SELECT id FROM tasks_task WHERE subject = %s AND kind = %s", subject, kind)[0][0]
    return found


def test_a_task_is_filled_by_the_form_it_asks_for(county: County) -> None:
    subject, other = county.arrive(MORNING), county.arrive(MORNING)
    task = task_of(subject, "register")
    assert codes(county.send("daily_check", subject, WELL, MORNING + HOUR, task=task)) == ["other_task"]
    assert codes(county.send("arrival", other, ARRIVAL, MORNING + HOUR, task=task)) == ["not_found"]
    assert codes(county.send("arrival", subject, ARRIVAL, MORNING, task=uuid.uuid4())) == ["not_found"]
    assert codes(county.send("visit", subject, {"outcome": "not_home"}, MORNING + HOUR, task=task)) == []
    assert codes(county.send("arrival", subject, ARRIVAL, MORNING + HOUR, task=task)) == []
    assert rows("SELECT state FROM tasks_task WHERE id = %s", task) == [("done",)]


@pytest.mark.parametrize("moment", [
    dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC),
    dt.datetime(1989, 12, 31, tzinfo=dt.UTC),
    dt.datetime(2201, 1, 1, tzinfo=dt.UTC),
    dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=14))),
    dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=14)))])
def test_a_moment_that_cannot_be_is_refused_by_itself(county: County, moment: dt.datetime) -> None:
    subject = county.arrive(MORNING)
    assert codes(county.send("daily_check", subject, WELL, MORNING, happened_at=moment)) == ["impossible_time"]


def transfer(county: County, subject: uuid.UUID, where: str, **more: Any) -> Any:
    answers = {"to": "home", "by": "own", "where": where}
    return county.send("transfer", subject, answers, MORNING + HOUR, **more).recorded[0]


def test_what_is_not_kept_is_said_each_time_it_is_sent(county: County) -> None:
    subject, entry = county.arrive(MORNING), uuid.uuid4()
    for repeated in (False, True):
        answer = transfer(county, subject, "县医院", id=entry)
        assert (answer.repeated, [name for name, _ in answer.left_out]) == (repeated, ["where"])
    assert transfer(county, subject, "").left_out == ()


def test_what_is_dated_ahead_is_said_each_time_it_is_sent(county: County) -> None:
    subject, entry = county.arrive(MORNING), uuid.uuid4()
    for _ in range(2):
        receipt = county.send("daily_check", subject, WELL, MORNING, id=entry, happened_at=MORNING + HOUR)
        assert [one.future for one in receipt.recorded] == [True]
    assert [one.future for one in county.send("daily_check", subject, WELL, MORNING).recorded] == [False]
