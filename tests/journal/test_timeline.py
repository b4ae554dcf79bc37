"""What was recorded about somebody, page by page, in words, and personal answers for who may open them only."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import queries
from fangxian.journal.queries import EntryLine
from fangxian.kernel.keys import unseal
from fangxian.kernel.text import Text, both
from fangxian.subjects import vault
from fangxian.subjects.actions import withdraw
from tests import county as world
from tests.county import MORNING, County
from tests.decide.test_rules import entry
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WELL: dict[str, Any] = {"temperature": 36.5, "symptoms": "cough tired", "note": "打过电话"}


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    """Listed, and checked three times, the last two at the same moment."""
    subject = county.arrive(MORNING)
    for number, hours in enumerate((1, 2, 2)):
        county.send("daily_check", subject, WELL, MORNING + hours * HOUR, id=uuid.UUID(int=number + 1))
    return subject


def timeline(subject: uuid.UUID, *seen: str, **more: Any) -> list[EntryLine]:
    with working_in(SYSTEM):
        return queries.timeline(subject, seen or ("entry",), **more)


def key_of(subject: uuid.UUID) -> bytes:
    [(bucket, wrapped)] = rows("SELECT bucket, wrapped_key FROM subjects_subject WHERE id = %s", subject)
    return unseal(vault.ring().key(bucket), bytes(wrapped), subject.bytes)


def test_pages_go_on_where_the_last_ended(subject: uuid.UUID) -> None:
    whole = timeline(subject)
    assert [(line.happened_at, line.id) for line in whole] == sorted(
        [(line.happened_at, line.id) for line in whole], reverse=True)
    assert [line.id.int for line in whole if line.form == "daily_check"] == [3, 2, 1]
    paged: list[EntryLine] = []
    while page := timeline(subject, before=paged[-1].key if paged else None, limit=1):
        assert len(page) == 1
        paged += page
    assert [line.id for line in paged] == [line.id for line in whole]
    assert timeline(subject, "linelist") == []


def test_a_page_is_of_fifty(county: County, subject: uuid.UUID) -> None:
    for number in range(52):
        county.send("visit", subject, {"outcome": "not_home"}, MORNING + HOUR, happened_at=MORNING - number * HOUR)
    assert len(timeline(subject)) == 50


def test_personal_answers_are_opened_in_the_programmes_opened_only(subject: uuid.UUID) -> None:
    def last(**more: Any) -> EntryLine:
        return next(line for line in timeline(subject, **more) if line.form == "daily_check")

    closed, opened = last(), last(key=key_of(subject), opened=("entry",))
    assert ("note" in closed.body, closed.hidden) == (False, 1)
    assert (opened.body["note"], opened.hidden) == ("打过电话", 0)
    assert last(key=key_of(subject), opened=("linelist",)).hidden == 1
    assert {line.hidden for line in timeline(subject) if line.kind == "decision"} == {0}
    with working_in(SYSTEM):
        [known] = queries.entries([opened.id], keys={subject: key_of(subject)}).values()
        [shut] = queries.entries([opened.id]).values()
        [others] = queries.entries([opened.id], keys={uuid.uuid4(): b"x" * 32}).values()
    assert (known.id, known.body["note"], known.hidden) == (opened.id, "打过电话", 0)
    assert (shut.hidden, others.hidden) == (1, 1)


def test_answers_are_said_in_words_with_what_they_tell(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "household": "郭门1号"}, MORNING + HOUR)
    line = next(line for line in timeline(subject, key=key_of(subject), opened=("entry",)) if line.form == "arrival")
    told = {one.name: one for one in line.answers}
    assert (told["sex"].text, told["sex"].identity, told["sex"].link) == (Text("Male", "男"), "sex", "")
    assert told["name"].label == Text("Name", "姓名")
    assert told["household"].link == "household"
    assert told["arrived"].at == MORNING - HOUR
    assert {one.at for name, one in told.items() if name != "arrived"} == {None}
    assert "wechat" not in told, "nobody answered it"
    assert all(one.label for one in line.answers)
    assert not {"arrived_day", "health_at"} & told.keys(), "what was worked out was not told"
    assert line.title == entry().forms["arrival"].title


def test_what_is_no_form_is_called_as_it_is_named_and_tells_nothing(county: County, subject: uuid.UUID) -> None:
    [wrong] = [line.id for line in timeline(subject) if line.form == "listed"]
    with working_in(SYSTEM):
        withdraw([wrong], "mistake", by=county.importer, at=MORNING + 3 * HOUR)
    lines = timeline(subject)
    order = next(line for line in lines if line.form == "withdraw")
    assert (order.title, order.answers, order.body) == (both("withdraw"), (), {"reason": "mistake"})
    listed = next(line for line in lines if line.id == wrong)
    assert (listed.withdrawn, listed.replaced, listed.stands) == (True, False, False)
    assert order.stands


@pytest.mark.parametrize(("hours", "late"), [(0, False), (6, False), (6.1, True)])
def test_what_came_hours_after_it_happened_is_late(county: County, hours: float, *, late: bool) -> None:
    subject = county.arrive(MORNING)
    county.send("daily_check", subject, WELL, MORNING + hours * HOUR, happened_at=MORNING)
    [line] = [line for line in timeline(subject) if line.form == "daily_check"]
    assert line.late is late
    assert line.received_at - line.happened_at == hours * HOUR


def test_the_last_of_each_form_that_stands(county: County, subject: uuid.UUID) -> None:
    tomorrow = MORNING + dt.timedelta(days=1)
    county.send("daily_check", subject, {**WELL, "temperature": 37.0}, MORNING, happened_at=tomorrow)
    with working_in(SYSTEM):
        found = queries.latest("entry", [(subject, "daily_check"), (subject, "visit"), (uuid.uuid4(), "listed")])
        assert {pair: line.id.int for pair, line in found.items()} == {(subject, "daily_check"): 3}
        assert found[subject, "daily_check"].hidden == 1
        assert queries.latest("linelist", [(subject, "daily_check")]) == {}
        with CaptureQueriesContext(connection) as asked:
            assert queries.latest("entry", []) == {}
        assert len(asked) == 0
