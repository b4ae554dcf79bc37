"""Many guesses at a time are no way round the wait."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Final

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from fangxian.accounts import attempts
from fangxian.accounts.pace import PACES, Counted
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch

MANY: Final = 16


def at_once(guess: Callable[[], dt.timedelta], blocker: DjangoDbBlocker) -> int:
    """How many of as many guesses, each on a connection of its own, may be made."""
    together, left = threading.Barrier(MANY), list[dt.timedelta]()

    def work() -> None:
        try:
            connections["default"].ensure_connection()
            together.wait(60)
            left.append(guess())
        finally:
            connections.close_all()

    with blocker.unblock():
        threads = [threading.Thread(target=work) for _ in range(MANY)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert len(left) == MANY
    return sum(not one for one in left)


def looked_up_in_vain() -> dt.timedelta:
    with transaction.atomic():
        left = attempts.until_looked_up(7, MORNING)
        if not left:
            attempts.found_nobody(7, MORNING)
        return left


def asked_in_vain() -> dt.timedelta:
    with transaction.atomic():
        room = attempts.room_to_ask(7, MORNING)
        attempts.asked_about(7, [uuid.UUID(int=1)] * min(room, 1), MORNING)
        return dt.timedelta(0 if room else 1)


def test_of_many_passwords_at_once_no_more_are_looked_at_than_one_after_the_other(
    scratch: County, django_db_blocker: DjangoDbBlocker,
) -> None:
    made = at_once(lambda: attempts.wait("somebody", "10.0.0.1", MORNING), django_db_blocker)
    assert made == PACES[Counted.PAIR].free


def test_of_many_numbers_at_once_no_more_are_looked_up(
    scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PACES, Counted.LOOKED_UP, PACES[Counted.LOOKED_UP]._replace(free=3))
    assert at_once(looked_up_in_vain, django_db_blocker) == 3


def test_of_many_people_at_once_no_more_are_asked_about(
    scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PACES, Counted.ASKED_ABOUT, PACES[Counted.ASKED_ABOUT]._replace(free=5))
    assert at_once(asked_in_vain, django_db_blocker) == 5
