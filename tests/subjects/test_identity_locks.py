"""Two writers about one person wait for each other; two about strangers need not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import given
from hypothesis import settings as effort

from fangxian.subjects import numbers, vault
from fangxian.subjects.matching import locks, search
from fangxian.subjects.matching.rules import Traits
from tests.subjects.test_matching import PARTS

ZHANG = Traits("E1", "+8613812345678", "1988-05-06", ("张伟",), ("ext:机场", "A1"))
_NUMBERS = "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7302 AND pid = pg_backend_pid()"
_TRY = "SELECT bool_and(pg_try_advisory_xact_lock(7301, one)) FROM unnest(%s::int[]) one"


@pytest.fixture
def other(db: None) -> Iterator[BaseDatabaseWrapper]:
    """Somebody else's connection."""
    side = connections["default"].copy()
    yield side
    side.close()


def can_lock(side: BaseDatabaseWrapper, traits: Traits) -> bool:
    with side.cursor() as cursor:
        cursor.execute(_TRY, [locks.stripes([traits])])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("traits", [
    Traits(document="E1"), Traits(phone="+8613812345678", birth="1970-01-01"), Traits(names=("张伟",)),
    Traits(birth="1988-05-06", names=("张伟",)), Traits(external=("ext:机场", "A1"))])
def test_whoever_shares_one_trait_waits(other: BaseDatabaseWrapper, traits: Traits) -> None:
    assert can_lock(other, traits)
    assert locks.match_locked([ZHANG])[0].subject is None
    assert not can_lock(other, traits)


def test_who_shares_none_does_not_wait(other: BaseDatabaseWrapper) -> None:
    taken = set(locks.stripes([ZHANG]))
    strangers = (Traits(document=f"G{number}") for number in range(locks.STRIPES))
    locks.lock([ZHANG])
    assert can_lock(other, next(one for one in strangers if taken.isdisjoint(locks.stripes([one]))))


@pytest.mark.django_db
def test_ten_thousand_lines_ask_for_no_more_locks_than_there_are_stripes() -> None:
    lines = [Traits(f"E{number}", f"+86138{number:08d}", "1988-05-06", (f"人{number}",)) for number in range(10_000)]
    wanted = locks.stripes(lines)
    assert wanted == sorted(set(wanted))
    assert len(wanted) <= locks.STRIPES


@given(PARTS)
@effort(max_examples=60, deadline=None)
def test_everything_somebody_can_be_matched_by_is_locked(identity: dict[str, str]) -> None:
    found = {look_up for look_up in vault.look_ups(identity) if look_up[0] != "pinyin" and look_up[1]}
    assert found <= set(search.traits_of(identity, None).locked())


def test_each_look_up_of_a_line_is_locked() -> None:
    assert set(ZHANG.asked()) <= set(ZHANG.locked())


def locked_numbers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        return [stripe for stripe, in cursor.fetchall()]


@pytest.mark.django_db
def test_whoever_files_under_one_number_waits_however_it_is_written() -> None:
    numbers.lock(["YX 001"])
    [stripe] = locked_numbers()
    numbers.lock(["yx001"])
    assert locked_numbers() == [stripe]
