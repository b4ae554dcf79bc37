"""What is kept of a request even when the rest of it is taken back; above all the access log, whose writing end it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from .types import Acting


class Look(NamedTuple):
    """One action of one person on some subjects; ``records`` counts them where none is named."""

    by: Acting
    action: str
    programme: str
    purpose: str
    at: dt.datetime
    subjects: Sequence[UUID]
    paths: Sequence[str]
    records: int


_kept: ContextVar[list[Callable[[], None]] | None] = ContextVar("kept", default=None)

_EACH = """
INSERT INTO accounts_access (at, "user", post, action, programme, purpose, subject, path, count)
SELECT %s, %s, %s, %s, %s, %s, s.subject, s.path, 1 FROM unnest(%s::uuid[], %s::text[]) AS s (subject, path)
"""
_WHOLE = """
INSERT INTO accounts_access (at, "user", post, action, programme, purpose, subject, path, count)
VALUES (%s, %s, %s, %s, %s, %s, NULL, %s, %s)
"""


@contextmanager
def keeping() -> Iterator[list[Callable[[], None]]]:
    """Collects what a request writes for good, so that it can be written once more after a rollback."""
    kept: list[Callable[[], None]] = []
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


def write(look: Look) -> None:
    """One statement, however many subjects."""
    by = look.by
    common: list[Any] = [look.at, by.user or 0, by.post, look.action, look.programme, look.purpose]
    with connection.cursor() as cursor:
        if look.subjects:
            cursor.execute(_EACH, [*common, list(look.subjects), list(look.paths)])
        else:
            cursor.execute(_WHOLE, [*common, by.path, look.records])


def keep(write_it: Callable[[], None]) -> None:
    """Write something, and keep how if somebody collects."""
    write_it()
    kept = _kept.get()
    if kept is not None:
        kept.append(write_it)


def log(look: Look) -> None:
    """Write a look for good."""
    keep(lambda: write(look))
