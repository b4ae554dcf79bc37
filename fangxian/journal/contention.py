"""Writers in each other's way: the one that PostgreSQL ends runs again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import DatabaseError
from psycopg import errors as pg

_T = TypeVar("_T")
_TRIES: Final = 4
_IN_EACH_OTHERS_WAY: Final = (pg.DeadlockDetected, pg.SerializationFailure, pg.UniqueViolation)


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
