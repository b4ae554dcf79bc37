"""Many guesses at a time are no way round the wait."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Final

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from fangxian.accounts import attempts
from fangxian.accounts.models import User
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
        left = attempts.until_looked_up(7, "", MORNING)
        if not left:
            attempts.found_nobody(7, str(uuid.uuid4()), MORNING)
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


def test_of_many_numbers_that_go_on_from_one_at_once_one_goes_on(
    scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of the requests saw the same beginning in its session, and none was counted."""
    monkeypatch.setitem(PACES, Counted.LOOKED_UP, PACES[Counted.LOOKED_UP]._replace(free=3))
    with django_db_blocker.unblock():
        user, now = scratch.users["grid_worker", "34102310000101"], dt.datetime.now(dt.UTC)
        worker = Client(headers={"accept-language": "en"})
        worker.force_login(User.objects.get(pk=user))
        assert worker.get("/search/", {"q": "1380013"}).status_code == 200
    numbers = iter(range(MANY))

    def look_up() -> dt.timedelta:
        again = Client(headers={"accept-language": "en"})
        again.cookies = worker.cookies
        page = again.get("/search/", {"q": f"1380013{next(numbers):04}"}, headers={"hx-request": "true"})
        assert page.status_code == 200
        return dt.timedelta("Too many were looked up" in page.content.decode())

    assert at_once(look_up, django_db_blocker) == 3
    with django_db_blocker.unblock():
        assert attempts.until_looked_up(user, "", now + dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_a_number_goes_on_once_and_not_the_day_after() -> None:
    day = dt.timedelta(days=1)
    for text, at in (("138", MORNING), ("1381", MORNING), ("1382", MORNING), ("13811", MORNING), ("13822", MORNING),
                     ("138111", MORNING + day)):
        attempts.found_nobody(7, text, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(count) FROM accounts_signincount")
        assert cursor.fetchone() == (1,), "forgotten by then, and begun anew"
    attempts.found_nobody(8, "138111", MORNING + day)
    attempts.found_nobody(8, "1381112", MORNING + day)
    attempts.found_nobody(8, "1381113", MORNING + day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(count) FROM accounts_signincount")
        assert cursor.fetchone() == (3,), "somebody else's is not theirs"
