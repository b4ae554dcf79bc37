"""What runs again when writers are in each other's way, and whose failure it is when something fails."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from psycopg import errors as pg

from fangxian.journal import isolation
from fangxian.journal.contention import InTheWay, Passing, again_when_in_the_way, passing
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

MORNING = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)


def because(cause: Exception, error: type[DatabaseError] = OperationalError) -> DatabaseError:
    told = error()
    told.__cause__ = cause
    return told


def failing(*told: Exception) -> Callable[[], str]:
    """Fails so often, with this, and then comes to an end."""
    left = list(told)

    def once() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return once


@pytest.mark.parametrize("error", [
    InTheWay(), because(pg.DeadlockDetected()), because(pg.SerializationFailure()),
    because(pg.UniqueViolation(), IntegrityError)])
def test_who_was_in_the_way_is_run_again_three_times(error: DatabaseError) -> None:
    assert again_when_in_the_way(failing()) == "done"
    assert again_when_in_the_way(failing(error, error, error)) == "done"
    with pytest.raises(type(error)):
        again_when_in_the_way(failing(error, error, error, error))


@pytest.mark.parametrize("error", [
    because(pg.CheckViolation(), IntegrityError), DatabaseError(), because(pg.QueryCanceled()), ValueError()])
def test_what_would_fail_again_is_not_run_again(error: Exception) -> None:
    with pytest.raises(type(error)):
        again_when_in_the_way(failing(error))


@pytest.mark.parametrize(("error", "own"), [
    (ValueError(), True), (ZeroDivisionError(), True), (ProgrammingError(), True),
    (Problem(errors.DOES_NOT_RUN, programme="entry"), True),
    (Problem(errors.NOT_FOUND), False), (DatabaseError(), False), (OperationalError(), False), (InTheWay(), False)])
def test_a_failure_is_the_programmes_or_somebody_elses(error: Exception, *, own: bool) -> None:
    assert isolation.is_its_own(error) is own


def test_a_failure_is_told_once_by_its_place_and_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[tuple[str, str, dt.datetime]] = []

    def listen(programme: str, what: str, at: dt.datetime) -> None:
        told.append((programme, what, at))

    monkeypatch.setattr(isolation, "_listeners", [])
    for _ in range(2):
        isolation.on_failure(listen)
    with pytest.raises(ValueError) as failed:
        int("张三")
    with caplog.at_level(logging.ERROR):
        isolation.tell("entry", failed.value, MORNING)
    [(programme, what, at)] = told
    assert (programme, at) == ("entry", MORNING)
    assert what.startswith("ValueError test_contention.py:")
    assert what in caplog.text
    assert "张三" not in caplog.text


def test_a_failure_without_a_place_is_told_by_its_kind() -> None:
    assert isolation.where(ValueError("张三")) == "ValueError"


def test_of_a_failure_deep_inside_the_innermost_place_is_told() -> None:
    with pytest.raises(ZeroDivisionError) as failed:
        again_when_in_the_way(lambda: 1 // 0)
    assert isolation.where(failed.value).startswith("ZeroDivisionError test_contention.py:")


@pytest.mark.parametrize(("error", "said"), [
    (because(pg.LockNotAvailable()), Passing.TAKEN_BACK),
    (because(pg.QueryCanceled()), Passing.TAKEN_BACK),
    (InTheWay(), Passing.TAKEN_BACK),
    (because(pg.AdminShutdown()), Passing.LOST),
    (because(psycopg.OperationalError("the connection is lost")), Passing.LOST),
    (because(pg.DiskFull()), None),  # an operational error that stays
    (because(pg.CheckViolation(), IntegrityError), None),
    (OperationalError(), None),
    (ValueError(), None),
    (None, None),
])
def test_what_will_not_be_so_a_moment_later(error: Exception | None, said: Passing | None) -> None:
    assert passing(error) is said
