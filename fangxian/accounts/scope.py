"""The scope a transaction works under: set in PostgreSQL, where row-level security reads it.

Nothing set means nothing seen. A scope lives as long as its transaction (``set_config(…, true)``), so a pooled
connection never carries one over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.db import connection, transaction

from fangxian.areas.types import EVERYWHERE, Range

from .types import Acting

ALL_PROGRAMMES: Final = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: a subtree and the programmes (``*`` for every one)."""

    area: Range
    programmes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, acting: Acting) -> Scope:
        """What somebody sees while acting as a post."""
        return cls(acting.range, acting.programmes)


SYSTEM: Final = Scope(EVERYWHERE, (ALL_PROGRAMMES,))


def apply(scope: Scope) -> None:
    """Put a scope in force until the present transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
            " set_config('fangxian.programmes', %s::text[]::text, true)",
            [scope.area.lo, scope.area.hi, list(scope.programmes)])


@contextmanager
def working_in(scope: Scope) -> Iterator[None]:
    """A transaction under a scope; inside another one the outer scope comes back afterwards."""
    outer = current() if connection.in_atomic_block else None
    with transaction.atomic():
        apply(scope)
        yield
    if outer is not None:  # a rolled back savepoint has brought it back already, a kept one has not
        apply(outer)


def current() -> Scope:
    """The scope in force, read back from PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('fangxian.lo', true), ''),"
            " coalesce(current_setting('fangxian.hi', true), ''),"
            " coalesce(nullif(current_setting('fangxian.programmes', true), ''), '{}')::text[]")
        lo, hi, programmes = cursor.fetchone()
    return Scope(Range(lo, hi), tuple(programmes))


@contextmanager
def everywhere() -> Iterator[None]:
    """Let what follows from an allowed act reach beyond the actor's area: levels above told, both ends changing hands.

    The programmes in scope stay as they are. A failure inside takes the transaction back, and this scope with it.
    """
    outer = current()
    apply(Scope(EVERYWHERE, outer.programmes))
    yield
    apply(outer)
