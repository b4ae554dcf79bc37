"""A record goes the whole way: journal, identity, facts, decision, tasks, alerts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection
from psycopg import errors as pg

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.journal import append, verify
from fangxian.journal.types import Submission
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR = dt.timedelta(hours=1)
ARRIVAL = {
    "name": "张三",
    "sex": "male",
    "birth_date": "1985-04-05",
    "nationality": "IT",
    "name_latin": "ZHANG SAN",
    "document_type": "passport",
    "document_number": "E12345678",
    "phone": "13812345678",
    "transport": "flight",
    "transport_number": "MU788",
    "seat": "12A",
    "arrived": "2020-03-20T08:00:00+08:00",
    "origin": "IT",
    "countries": "IT",
    "address": "郭门1号",
    "symptoms": "none",
    "frail": "no",
}


@pytest.fixture
def county() -> County:
    return world.build()


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def test_somebody_on_a_list_is_decided_and_to_be_registered_by_the_grid_worker(county: County) -> None:
    subject = county.arrive(MORNING)
    assert rows("SELECT measure, stage, managed FROM decide_current WHERE subject = %s", subject) == [
        ("central isolation", "expected", True)
    ]
    assert rows("SELECT kind, state, post, why_post FROM tasks_task WHERE subject = %s", subject) == [
        ("register", "open", county.posts["grid_worker", "34102310000101"], "on duty")
    ]


def test_the_loop_from_list_to_release(county: County) -> None:
    subject = county.arrive(MORNING)
    receipt = county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    assert not receipt.refused, receipt.refused
    assert tasks(subject) == {
        ("register", "done"), ("verify", "open"), ("temperature_pm", "open"), ("needs", "open"), ("to_site", "open")}


def tasks(subject: object) -> set[tuple[str, str]]:
    return set(rows("SELECT kind, state FROM tasks_task WHERE subject = %s", subject))


def test_a_fever_alerts_every_level_and_makes_the_household_contacts(county: County) -> None:
    first, second = (county.arrive(MORNING) for _ in range(2))
    for subject in (first, second):
        county.send("arrival", subject, {**ARRIVAL, "household": "郭门1号"}, MORNING + HOUR)
    receipt = county.send("daily_check", first, {"temperature": 38.5, "symptoms": "fever"}, MORNING + 2 * HOUR)
    assert not receipt.refused, receipt.refused
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", first) == [("hospital",)]
    assert {tier for (tier,) in rows("SELECT tier FROM tasks_alert WHERE subject = %s", first)} == {
        "community",
        "township",
        "county",
    }
    assert ("transfer", "open") in tasks(first)
    assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND form = 'contact'", second) == [(1,)]


def test_the_same_id_again_is_the_same_record(county: County) -> None:
    subject = county.arrive(MORNING)
    sent = {"id": uuid7(MORNING), "happened_at": MORNING + HOUR}
    first = county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + HOUR, **sent)
    again = county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + 2 * HOUR, **sent)
    other = county.send("daily_check", subject, {"temperature": 36.9, "symptoms": "none"}, MORNING + 2 * HOUR, **sent)
    assert again.recorded[0].seq == first.recorded[0].seq
    assert again.recorded[0].repeated
    assert other.refused[0].code == "same_id_other_content"


def check(subject: uuid.UUID, entry: uuid.UUID, temperature: float = 36.5, **more: Any) -> Submission:
    answers = {"temperature": temperature, "symptoms": "none"}
    return Submission(entry, "entry", "daily_check", subject, MORNING + HOUR, answers, **more)


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 8, 14])
def test_wherever_the_clock_stands_that_told_it_it_is_the_same_entry(county: County, hours: float) -> None:
    subject, one = county.arrive(MORNING), uuid7(MORNING)
    there, here = dt.timezone(dt.timedelta(hours=hours)), MORNING + HOUR
    first = county.send("arrival", subject, ARRIVAL, here.astimezone(there), id=one)
    assert not first.refused, first.refused
    with working_in(SYSTEM):
        assert verify.verify()[1] == []
    again = county.send("arrival", subject, ARRIVAL, here, id=one)
    assert [answer.repeated for answer in again.recorded] == [True], again.refused


def test_an_id_twice_in_one_batch_is_one_record(county: County) -> None:
    subject, entry, other = county.arrive(MORNING), uuid7(MORNING), uuid7(MORNING)
    receipt = county.record([check(subject, entry), check(subject, entry), check(subject, entry, 36.9),
                             check(subject, other)], MORNING + HOUR)
    assert [one.code for one in receipt.refused] == ["same_id_other_content"]
    assert [(one.id, one.repeated) for one in receipt.recorded] == [(entry, False), (entry, True), (other, False)]
    assert receipt.recorded[0].seq == receipt.recorded[1].seq != receipt.recorded[2].seq
    assert rows("SELECT count(*) FROM journal_entry WHERE id = %s", entry) == [(1,)]


def test_of_a_batch_sent_again_what_is_new_is_recorded(county: County) -> None:
    subject, entry, new = county.arrive(MORNING), uuid7(MORNING), uuid7(MORNING)
    county.record([check(subject, entry)], MORNING + HOUR)
    receipt = county.record([check(subject, entry), check(subject, new), check(subject, entry, 36.9),
                             check(subject, new)], MORNING + 2 * HOUR)
    assert [(one.id, one.repeated, one.subject) for one in receipt.recorded] == [
        (entry, True, subject), (new, False, subject), (new, True, subject)]
    assert [(one.id, one.code) for one in receipt.refused] == [(entry, "same_id_other_content")]


def test_what_is_refused_is_refused_as_often_as_it_is_sent(county: County) -> None:
    subject, entry = county.arrive(MORNING), uuid7(MORNING)
    [decision] = rows("SELECT id FROM journal_entry WHERE subject = %s AND kind = 'decision'", subject)
    wrong = check(subject, entry, replaces=decision[0])
    receipt = county.record([wrong, wrong], MORNING + HOUR)
    assert [one.code for one in receipt.refused] == ["not_found", "not_found"]


def test_the_same_id_again_is_held_against_the_version_it_was_recorded_under(county: County) -> None:
    """A phone that heard no answer sends again after a stricter form was published."""
    subject = county.arrive(MORNING)
    sent = {"id": uuid7(MORNING), "happened_at": MORNING + HOUR}
    warm = {"temperature": 37.2, "symptoms": "none"}
    first = county.send("daily_check", subject, warm, MORNING + HOUR, **sent)
    publish_stricter(MORNING + 2 * HOUR)
    again = county.send("daily_check", subject, warm, MORNING + 3 * HOUR, **sent)
    assert again.recorded[0].seq == first.recorded[0].seq
    assert again.recorded[0].repeated
    assert county.send("daily_check", subject, warm, MORNING + 3 * HOUR).refused[0].code == "form_faults"


def publish_stricter(at: dt.datetime) -> None:
    """The programme with another version number and a health check that refuses 37.2."""
    files = dict(read_folder(world.ROOT / "programmes" / "entry"))
    form, manifest = "forms/daily_check.md", "programme.toml"
    files[form] = files[form].replace(b"<= 43", b"<= 43 and . != 37.2")
    files[manifest] = files[manifest].replace(b'version = "', b'version = "9', 1)
    with working_in(SYSTEM):
        programmes.publish(files, by=OPERATOR, at=at)


def test_a_deadlock_while_rows_are_read_is_told_as_one_that_is_tried_again() -> None:
    deadlock = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$"
    with pytest.raises(DatabaseError) as caught:
        append.fetch(deadlock)
    assert isinstance(caught.value.__cause__, pg.DeadlockDetected)


def test_what_another_version_overtook_is_recorded_anew(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [True, False]
    monkeypatch.setattr("fangxian.programmes.queries.holds", lambda programme: left.pop())
    subject = county.arrive(MORNING)
    assert left == []
    assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND form = 'listed'", subject) == [(1,)]
