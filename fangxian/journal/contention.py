"""Writers in each other's way: the one that PostgreSQL ends runs again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, TypeVar

from django.db import DatabaseError
from django.db import Error as AnyDatabaseError
from psycopg import OperationalError
from psycopg import errors as pg

_T = TypeVar("_T")
_TRIES: Final = 4
_IN_EACH_OTHERS_WAY: Final = (pg.DeadlockDetected, pg.SerializationFailure, pg.UniqueViolation)

_STOPPED: Final = (
    pg.LockNotAvailable, pg.QueryCanceled, pg.DeadlockDetected, pg.SerializationFailure, pg.TooManyConnections,
    pg.CannotConnectNow)
"""What PostgreSQL ended, and took back, for the sake of others: a lock or a statement that took too long, writers in
each other's way, no room for another connection, a server that starts up or is about to stop."""
_GONE: Final = (
    pg.AdminShutdown, pg.CrashShutdown, pg.IdleInTransactionSessionTimeout, pg.IdleSessionTimeout,
    pg.TransactionTimeout)
"""It ends the connection with it, of whatever was under way."""


class Passing(StrEnum):
    """What will not be so a moment later, and what became of what was under way."""

    TAKEN_BACK = "taken back"
    LOST = "lost"
    """Nobody is left to say: it is taken back too, unless it was about to be committed."""


class InTheWay(DatabaseError):
    """What was read at the beginning does not hold any more at the end: it is done again by what holds now."""


def again_when_in_the_way(once: Callable[[], _T]) -> _T:
    """What ``once`` gives, a transaction of its own or a part of one; run again when two writers waited for each other
    or wrote the same, or one took away what the other went by, a few times.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            return once()
        except DatabaseError as error:
            if not tries_left or not (isinstance(error, InTheWay) or isinstance(error.__cause__, _IN_EACH_OTHERS_WAY)):
                raise
    raise AssertionError("unreachable")


def passing(error: BaseException | None) -> Passing | None:
    """Whether what the database refused it may well take a moment later; None for what stays as it is."""
    if not isinstance(error, AnyDatabaseError):
        return None
    causes = list(_causes(error))
    if any(isinstance(one, (InTheWay, *_STOPPED)) or _came_to_nothing(one) for one in causes):
        return Passing.TAKEN_BACK
    lost = any(isinstance(one, _GONE) or (type(one) is OperationalError and not one.sqlstate) for one in causes)
    return Passing.LOST if lost else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and what led to it: what is asked of a transaction that has failed fails in turn."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _came_to_nothing(error: BaseException) -> bool:
    """Whether there was no connection to begin with."""
    return isinstance(error, OperationalError) and error.pgconn is not None
