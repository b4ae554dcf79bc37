"""Locks on what people are found by: of two who are about to register one person, the second looks again.

Advisory locks, taken before any other lock of the transaction and in rising order by everybody. What is locked is a
keyed hash of a trait, brought down to one of STRIPES: a list of ten thousand lines asks for more hashes than a database
holds locks for. Two strangers on one stripe wait for each other, for as long as one of them is recorded.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from fangxian.kernel.keys import JOURNAL
from fangxian.subjects import vault

from .circumstances import Beside
from .rules import MatchVerdict, Traits
from .search import match

STRIPES: Final = 1024
_SPACE: Final = 7_301  # what other advisory locks of two numbers must not begin with
_PURPOSE: Final = "identity-locks"
_LOCK: Final = "SELECT pg_advisory_xact_lock(%s, one) FROM unnest(%s::int[]) one"


def match_locked(
    lines: Sequence[Traits], people: Iterable[uuid.UUID] = (), beside: Beside | None = None,
) -> list[MatchVerdict]:
    """Who each line means, in order, among everybody in the scope in force, and so until the transaction ends: nobody
    else who locks first can register any of them meanwhile, nor change who those ``people`` are, or whoever is met.
    For ten thousand lines as for one form.
    """
    held = set(people)
    lock([*lines, *map(of_subject, held)])
    found = match(lines, beside)
    met = {one.subject for one in found if one.subject} | {subject for one in found for subject, _ in one.candidates}
    lock(map(of_subject, met - held))  # seldom any: they were made known since somebody looked
    return found


def of_subject(subject: uuid.UUID) -> Traits:
    """What is locked by whoever says who the bearer of an id is, also of one that nobody bears yet."""
    return Traits(external=("subject", str(subject)))


def lock(lines: Iterable[Traits]) -> None:
    """Wait for whoever registers somebody with a trait of these lines, and make others wait until the transaction
    ends. What was known before may have changed when it returns.
    """
    wanted = stripes(lines)
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [_SPACE, wanted])


def stripes(lines: Iterable[Traits]) -> list[int]:
    """The locks that lines ask for, in the order they are taken: two lines that can mean one person share one."""
    hashed = vault.ring().hasher(JOURNAL, _PURPOSE).value
    asked = {trait for line in lines for trait in line.locked()}
    return sorted({int.from_bytes(hashed(kind, value)[:4], "big") % STRIPES for kind, value in asked})
