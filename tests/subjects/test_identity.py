"""Which submissions tell who somebody is: those that stand, by when they happened, whatever order they come in."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import permutations
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.subjects import queries
from fangxian.subjects.actions import withdraw
from fangxian.subjects.rebuild import compared
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOUR: Final = dt.timedelta(hours=1)
LISTED: Final = {"source": "test", "origin": "IT", "arrived": MORNING.isoformat()}


@pytest.fixture
def county() -> County:
    return world.build()


def tell(county: County, subject: uuid.UUID, at: dt.datetime, *, received: dt.datetime | None = None,
         replaces: uuid.UUID | None = None, **parts: Any) -> uuid.UUID:
    receipt = county.send("listed", subject, {**LISTED, **parts}, received or at, happened_at=at, replaces=replaces)
    assert not receipt.refused, receipt.refused
    return receipt.recorded[0].id


def told(subject: uuid.UUID) -> dict[str, Any]:
    with working_in(SYSTEM):
        return dict(queries.identities([subject], EVERYWHERE)[subject].parts)


def take_back(county: County, entry: uuid.UUID, at: dt.datetime) -> None:
    with working_in(SYSTEM):
        assert withdraw([entry], "mistake", by=county.importer, at=at) == 1


def test_what_was_corrected_tells_nothing(county: County) -> None:
    subject = county.arrive(MORNING, name="张三", phone="13812345678")
    first = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'listed'", subject)[0][0]
    tell(county, subject, MORNING, received=MORNING + HOUR, replaces=first, name="李四")
    assert told(subject)["name"] == "李四"
    assert "phone" not in told(subject), "the correction left it out"


def test_a_correction_that_is_taken_back_gives_the_original_back(county: County) -> None:
    subject = county.arrive(MORNING, name="张三")
    first = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'listed'", subject)[0][0]
    correction = tell(county, subject, MORNING, received=MORNING + HOUR, replaces=first, name="李四")
    take_back(county, correction, MORNING + 2 * HOUR)
    assert told(subject)["name"] == "张三"


def test_a_clock_that_runs_ahead_names_nobody_anew(county: County) -> None:
    subject = county.arrive(MORNING, name="张三")
    tell(county, subject, MORNING + 400 * HOUR, received=MORNING + HOUR, name="李四", phone="13812345678")
    assert rows("SELECT flag FROM journal_entry WHERE subject = %s ORDER BY seq DESC LIMIT 1", subject) != [("",)]
    assert told(subject)["name"] == "张三"
    assert told(subject)["phone"] == "13812345678", "what was unknown is filled"


def test_a_clock_that_runs_ahead_names_nobody_anew_when_all_is_folded_again(county: County) -> None:
    subject = county.arrive(MORNING, name="张三")
    tell(county, subject, MORNING + 400 * HOUR, received=MORNING + HOUR, name="李四")
    passing = tell(county, subject, MORNING + HOUR, name="王五")
    take_back(county, passing, MORNING + 2 * HOUR)
    assert told(subject)["name"] == "张三"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_in_the_world_names_in_any_order_of_arrival(county: County, order: tuple[int, ...]) -> None:
    subject = county.arrive(MORNING - 5 * HOUR, name="零")
    names = ("一", "二", "三")
    for place, number in enumerate(order):
        tell(county, subject, MORNING + number * HOUR, received=MORNING + (10 + place) * HOUR, name=names[number])
    assert told(subject)["name"] == "三"


def test_each_part_is_the_latest_that_was_told_of_it(county: County) -> None:
    subject = county.arrive(MORNING, name="张三", phone="13812345678")
    tell(county, subject, MORNING + HOUR, phone="13912345678")
    tell(county, subject, MORNING + 2 * HOUR, name="张叁")
    assert {part: told(subject)[part] for part in ("name", "phone")} == {"name": "张叁", "phone": "13912345678"}


def test_what_is_taken_back_is_told_no_more_and_what_stood_before_is(county: County) -> None:
    subject = county.arrive(MORNING, name="张三")
    second = tell(county, subject, MORNING + HOUR, name="李四")
    assert told(subject)["name"] == "李四"
    take_back(county, second, MORNING + 2 * HOUR)
    assert told(subject)["name"] == "张三"


def test_what_was_taken_back_names_nobody_once_something_else_is_told(county: County) -> None:
    subject = county.arrive(MORNING, name="张三", name_latin="WRONG PERSON", phone="13812345678")
    first = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'listed'", subject)[0][0]
    take_back(county, first, MORNING + HOUR)
    assert told(subject)["name_latin"] == "WRONG PERSON", "the record of what was taken back is still theirs"
    take_back_again(county, subject)
    tell(county, subject, MORNING - HOUR, received=MORNING + 3 * HOUR, name="张三")
    assert told(subject) == {"name": "张三"}
    with working_in(SYSTEM):
        assert compared([subject]).identities == set()


def take_back_again(county: County, subject: uuid.UUID) -> None:
    """Whom nothing names is folded once more, for something else of theirs was taken back."""
    other = county.send("listed", subject, LISTED, MORNING + 2 * HOUR).recorded[0].id
    take_back(county, other, MORNING + 2 * HOUR)


def test_whoever_is_told_of_in_another_programme_is_known_there_too(county: County) -> None:
    subject = county.arrive(MORNING)
    for hours in (1, 2):
        told = {"source": "hospital", "external_id": "7", "onset": "2020-03-19"}
        made = county.send("case", subject, told, MORNING + hours * HOUR, programme="linelist")
        assert not made.refused, made.refused
        for table, key in (("subjects_subject", "id"), ("subjects_identity", "subject")):
            assert rows(f"SELECT programmes FROM {table} WHERE {key} = %s", subject) == [(["entry", "linelist"],)]
