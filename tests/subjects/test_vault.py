"""What of an identity stands, which month its key lasts to, and by what somebody is found, without a database."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import permutations
from typing import Final

import pytest

from fangxian.subjects import vault

MORNING: Final = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)
HOUR: Final = dt.timedelta(hours=1)
FIRST, SECOND, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(("day", "months", "bucket"), [
    ("2020-03-20", 0, "2020-03"),
    ("2020-03-20", 1, "2020-04"),
    ("2020-11-30", 1, "2020-12"),
    ("2020-12-01", 0, "2020-12"),
    ("2020-12-31", 1, "2021-01"),
    ("2020-01-31", 11, "2020-12"),
    ("2020-01-31", 12, "2021-01"),
    ("2019-12-31", 25, "2022-01"),
])
def test_a_key_lasts_to_a_month(day: str, months: int, bucket: str) -> None:
    assert vault.bucket_for(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"), months) == bucket


@pytest.mark.django_db
def test_a_subjects_key_is_its_own_and_opens_what_it_sealed() -> None:
    keys = vault.ring()
    key, wrapped = vault.new_key(keys, "2020-04", FIRST)
    parts = vault.merged({}, "entry", {"name": "张三"}, MORNING, SECOND)
    assert vault.open_parts(key, vault.seal_parts(key, parts, FIRST), FIRST) == parts
    assert vault.open_parts(key, None, FIRST) == {}
    assert vault.new_key(keys, "2020-04", FIRST)[1] != wrapped


Telling = tuple[str, str, dt.datetime, uuid.UUID]
TOLD: Final[tuple[Telling, ...]] = (
    ("entry", "early", MORNING, THIRD),
    ("entry", "late", MORNING + HOUR, FIRST),
    ("entry", "late too", (MORNING + HOUR).astimezone(dt.timezone(8 * HOUR)), SECOND),  # the same instant
    ("linelist", "between", MORNING + HOUR / 2, FIRST),
)


@pytest.mark.parametrize("told", list(permutations(TOLD)))
def test_the_latest_of_each_programme_stands_whatever_comes_first(told: tuple[Telling, ...]) -> None:
    parts: vault.Parts = {}
    for programme, name, at, entry in told:
        parts = vault.merged(parts, programme, {"name": name}, at, entry)
    assert {programme: one[0] for programme, one in parts["name"].items()} == {
        "entry": "late too", "linelist": "between"}
    assert vault.values(parts) == {"name": "late too"}
    assert vault.values(vault.told_in(parts, {"linelist"})) == {"name": "between"}


def test_what_was_told_stays_and_is_told_once() -> None:
    parts = vault.merged({}, "entry", {"name": "张三", "phone": "1"}, MORNING, FIRST)
    assert vault.merged(parts, "entry", {"name": "李四"}, MORNING, FIRST) == parts, "an entry says one thing"
    later = vault.merged(parts, "entry", {"name": "李四"}, MORNING + HOUR, FIRST)
    assert vault.values(later) == {"name": "李四", "phone": "1"}
    assert vault.values(parts) == {"name": "张三", "phone": "1"}


def test_a_part_that_only_others_told_is_not_there() -> None:
    parts = vault.merged({}, "entry", {"name": "张三"}, MORNING, FIRST)
    parts = vault.merged(parts, "linelist", {"phone": "1"}, MORNING, SECOND)
    assert vault.told_in(parts, {"entry"}).keys() == {"name"}
    assert vault.told_in(parts, {"residents"}) == {}


NAMED: Final = {("name", "张伟"), ("pinyin", "zhangwei")}
PHONE: Final = ("phone", "+8613812345678")


@pytest.mark.parametrize(("identity", "found"), [
    ({}, set()),
    ({"document_number": " e12345-678 "}, {("document", "E12345678")}),
    ({"phone": "138 1234 5678"}, {PHONE}),
    ({"phone": "none"}, set()),
    ({"birth_date": "1988-05-06"}, set()),
    ({"phone": "13812345678", "birth_date": "1988-05-06T00:00:00"}, {PHONE, ("phone_birth", f"{PHONE[1]}|1988-05-06")}),
    ({"name": "张伟"}, NAMED),
    ({"name": "张伟", "birth_date": "1988-05-06"}, {*NAMED, ("name_birth", "张伟|1988-05-06")}),
])
def test_somebody_is_found_by_whole_values(identity: dict[str, str], found: set[tuple[str, str]]) -> None:
    assert vault.look_ups(identity) == found


def test_both_spellings_of_a_name_lead_to_its_bearer() -> None:
    both = vault.look_ups({"name": "张伟", "name_latin": "Zhang Wei"})
    assert both >= vault.look_ups({"name": "张伟"}) | vault.look_ups({"name": "Zhang Wei"})
