"""The scope a transaction works under: set in PostgreSQL, where row-level security reads it.

Nothing set means nothing seen. A scope lives as long as its transaction (``set_config(…, true)``), so a pooled
connection never carries one over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

from django.db import connection, transaction

from fangxian.areas.types import EVERYWHERE, Range

from . import signing
from .types import Acting, Action

ALL_PROGRAMMES: Final = "*"
LOOKED_IN: Final = "public, pg_temp"
"""The search path: unsaid, PostgreSQL looks for tables among the temporary ones first."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: a subtree and the programmes (``*`` for every one).

    ``audits``: those of whose access log it may be seen who looked at whom. ``posts``: those somebody acts for; whom a
    task given to one of them is about is seen as well, while it is open.
    """

    area: Range
    programmes: tuple[str, ...] = field(default=())
    audits: tuple[str, ...] = field(default=())
    posts: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, acting: Acting) -> Scope:
        """What somebody sees while acting as a post."""
        return cls(acting.range, acting.programmes, _audits(acting), acting.posts)

    def shows(self, path: str, programmes: Iterable[str]) -> bool:
        """Whether somebody at a path, known in these programmes, is in it: as the policy of the table says."""
        return path in self.area and (ALL_PROGRAMMES in self.programmes or bool(among(self.programmes, programmes)))


def _audits(by: Acting) -> tuple[str, ...]:
    """Whoever may ask who somebody is may also see who else did."""
    if by.permissions.may(by.kind, Action.AUDIT):
        return (ALL_PROGRAMMES,)
    allowed = (by.permissions.programmes(by.kind, action) for action in (Action.AUDIT, Action.IDENTITY))
    return tuple(sorted(set(chain.from_iterable(allowed))))


NOTHING: Final = Scope(Range("", ""))


def spanning(scopes: Collection[Scope]) -> Scope:
    """The least one that shows what any of some shows, of areas one range; of the access log it shows nothing."""
    area = Range(min(one.area.lo for one in scopes), max(one.area.hi for one in scopes))
    return Scope(area, tuple(sorted(set(chain.from_iterable(one.programmes for one in scopes)))))


SYSTEM: Final = Scope(EVERYWHERE, (ALL_PROGRAMMES,), (ALL_PROGRAMMES,))
PROGRAMMES: Final = "coalesce(nullif(current_setting('fangxian.programmes', true), ''), '{}')::text[]"
"""In SQL, the programmes in scope."""
_CURRENT: Final = f"""
SELECT coalesce(current_setting('fangxian.lo', true), ''), coalesce(current_setting('fangxian.hi', true), ''),
  coalesce(current_setting('fangxian.programmes', true), ''), coalesce(current_setting('fangxian.audits', true), ''),
  coalesce(current_setting('fangxian.posts', true), ''), coalesce(current_setting('fangxian.signed', true), ''),
  {PROGRAMMES}, coalesce(nullif(current_setting('fangxian.audits', true), ''), '{{}}')::text[],
  coalesce(nullif(current_setting('fangxian.posts', true), ''), '{{}}')::bigint[]
"""


def among(seen: Sequence[str], programmes: Iterable[str]) -> tuple[str, ...]:
    """Those of some programmes that are among the seen ones."""
    return tuple(one for one in programmes if one in seen or ALL_PROGRAMMES in seen)


def apply(scope: Scope) -> None:
    """Put a scope in force until the present transaction ends."""
    with connection.cursor() as cursor:
        apply_on(cursor, scope)


def apply_on(cursor: Any, scope: Scope) -> None:
    """The same for a transaction on another connection."""
    values = _values(scope)
    signed = signing.sign(cursor.connection.info.backend_pid, values)
    cursor.execute(  # where names are looked for goes along: a table that shadows one of ours is last of all
        f"SELECT set_config('search_path', '{LOOKED_IN}', true), set_config('fangxian.lo', %s, true),"
        " set_config('fangxian.hi', %s, true),"
        " set_config('fangxian.programmes', %s, true), set_config('fangxian.audits', %s, true),"
        " set_config('fangxian.posts', %s, true), set_config('fangxian.signed', %s, true)", [*values, signed])


def _values(scope: Scope) -> tuple[str, ...]:
    """A scope as its settings, in the order in which they are signed."""
    return scope.area.lo, scope.area.hi, *map(_list, (scope.programmes, scope.audits, tuple(map(str, scope.posts))))


def _list(names: Sequence[str]) -> str:
    """An array as PostgreSQL reads it, whatever a name is made of."""
    quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return "{" + ",".join(f'"{name}"' for name in quoted) + "}"


def options_of(scope: Scope) -> str:
    """The same for a program that signs in by itself, as the owner, and takes PGOPTIONS."""
    lists = {"programmes": scope.programmes, "audits": scope.audits, "posts": tuple(map(str, scope.posts))}
    told = {"lo": scope.area.lo, "hi": scope.area.hi, **{name: f"{{{','.join(one)}}}" for name, one in lists.items()}}
    return " ".join(f"-c fangxian.{name}={value}" for name, value in told.items())


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
    """The scope in force, read back from PostgreSQL; nothing where it is not one this program has signed, or who puts
    a scope back would sign what somebody else had set."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT)
        *values, told, seen, audited, posts = cursor.fetchone()
        pid = cursor.connection.info.backend_pid
    if not signing.is_signed(told, pid, tuple(values)):
        return NOTHING
    return Scope(Range(values[0], values[1]), tuple(seen), tuple(audited), tuple(posts))


@contextmanager
def as_a_whole() -> Iterator[None]:
    """Let what moves along with somebody be moved in every programme, also in those the actor does not see."""
    outer = current()
    apply(replace(outer, programmes=(ALL_PROGRAMMES,)))
    yield
    apply(outer)


@contextmanager
def everywhere() -> Iterator[None]:
    """Let what follows from an allowed act reach beyond the actor's area: levels above told, both ends changing hands.

    The programmes in scope stay as they are. A failure inside takes the transaction back, and this scope with it.
    """
    outer = current()
    apply(replace(outer, area=EVERYWHERE))
    yield
    apply(outer)
