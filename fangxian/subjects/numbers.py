"""Reads by the number that a form and its reply share, and the locks of who files either."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import Range
from fangxian.kernel.arrays import array_text
from fangxian.kernel.keys import JOURNAL
from fangxian.subjects import vault
from fangxian.subjects.steps.numbers import ROW, NumberedForm, as_compared

PAGE: Final = 50
_SPACE: Final = 7_302  # what other advisory locks of two numbers must not begin with
_STRIPES: Final = 1024
_PURPOSE: Final = "number-locks"
_LOCK: Final = "SELECT pg_advisory_xact_lock(%s, one) FROM unnest(%s::int[]) one"
_COLUMNS: Final = ROW.listed
_BY_NUMBER: Final = f"""
WITH n AS MATERIALIZED (SELECT {_COLUMNS} FROM subjects_numberedentry WHERE number = ANY(%s))
SELECT {_COLUMNS} FROM n WHERE EXISTS (SELECT FROM subjects_subject s WHERE s.id = n.subject AND s.drill = %s)
"""  # noqa: S608 - a constant
_OF_SUBJECTS: Final = (
    f"SELECT {_COLUMNS} FROM subjects_numberedentry WHERE subject = ANY(%s::uuid[]) AND programme = ANY(%s)"  # noqa: S608
    " ORDER BY happened_at DESC, entry DESC")
_AWAITED: Final = f"""
SELECT {_COLUMNS} FROM subjects_numberedentry
WHERE awaited AND programme = %(programme)s AND form = %(form)s AND path >= %(lo)s AND path < %(hi)s
  AND (%(number)s = '' OR strpos(number, %(number)s) > 0)
  AND (%(late)s::timestamptz IS NULL OR happened_at < %(late)s)
  AND (%(after_at)s::timestamptz IS NULL OR (happened_at, entry) > (%(after_at)s, %(after)s::uuid))
ORDER BY happened_at, entry LIMIT %(limit)s
"""  # noqa: S608 - a constant
_HOW_MANY: Final = """
SELECT count(*), count(*) FILTER (WHERE n.happened_at < %(late)s)
FROM subjects_numberedentry n JOIN subjects_subject s ON s.id = n.subject AND NOT s.drill
WHERE n.awaited AND n.programme = %(programme)s AND n.form = %(form)s AND n.path >= %(lo)s AND n.path < %(hi)s
"""


def lock(numbers: Iterable[str]) -> None:
    """Wait for whoever files something under one of some numbers, and make others wait until the transaction ends.
    Taken after the locks on identities and before the subjects'."""
    hashed = vault.ring().hasher(JOURNAL, _PURPOSE).value
    wanted = sorted({int.from_bytes(hashed("number", as_compared(one))[:4], "big") % _STRIPES
                     for one in numbers})
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [_SPACE, wanted])


def hold(entries: Collection[uuid.UUID]) -> None:
    """Lock the numbers that some submissions stand for: whoever takes them back waits for who replies to them, and they
    for it."""
    lock(one.number for one in of_entries(entries))


def by_number(numbers: Iterable[object], *, drill: bool = False) -> list[NumberedForm]:
    """What bears some numbers in the scope in force, in every programme of it; the numbers of drills are their own."""
    return _fetch(_BY_NUMBER, [sorted({as_compared(one) for one in numbers} - {""}), drill])


def anywhere(numbers: Iterable[object], *, drill: bool = False) -> list[NumberedForm]:
    """What bears some numbers, also out of sight: a number is taken, whoever has it."""
    with working_in(SYSTEM):
        return by_number(numbers, drill=drill)


def of_subjects(subjects: Collection[uuid.UUID], programmes: Sequence[str]) -> list[NumberedForm]:
    """What some subjects have that is replied to, the latest first."""
    return _fetch(_OF_SUBJECTS, [array_text(subjects), list(programmes)])


def of_entries(entries: Collection[uuid.UUID]) -> list[NumberedForm]:
    """What some submissions stand for, by their ids."""
    return _fetch(f"SELECT {_COLUMNS} FROM subjects_numberedentry WHERE entry = ANY(%s::uuid[])",  # noqa: S608
                  [array_text(entries)])


def awaited(
    programme: str, form: str, area: Range, *, number: str = "", late_before: dt.datetime | None = None,
    after: tuple[dt.datetime, uuid.UUID] | None = None, limit: int = PAGE,
) -> list[NumberedForm]:
    """What has no reply yet within an area, the longest waiting first; ``number``: with that part in its number."""
    after_at, last = after or (None, None)
    return _fetch(_AWAITED, {
        "programme": programme, "form": form, "lo": area.lo, "hi": area.hi, "number": as_compared(number),
        "late": late_before, "after_at": after_at, "after": last, "limit": limit})


def how_many(programme: str, form: str, area: Range, late_before: dt.datetime) -> tuple[int, int]:
    """How many have no reply yet within an area, and how many of them are late; a drill counts nowhere."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, {
            "programme": programme, "form": form, "lo": area.lo, "hi": area.hi, "late": late_before})
        waiting, late = cursor.fetchone()
        return int(waiting), int(late)


def _fetch(query: str, values: Any) -> list[NumberedForm]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [NumberedForm(*row) for row in cursor.fetchall()]
