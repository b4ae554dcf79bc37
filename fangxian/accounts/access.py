"""The access log's writing end: a look counts even when the rest of the request is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
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


_kept: ContextVar[list[Look] | None] = ContextVar("looks", default=None)

_EACH = """
INSERT INTO accounts_access (at, "user", post, action, programme, purpose, subject, path, count)
SELECT %s, %s, %s, %s, %s, %s, s.subject, s.path, 1 FROM unnest(%s::uuid[], %s::text[]) AS s (subject, path)
"""
_WHOLE = """
INSERT INTO accounts_access (at, "user", post, action, programme, purpose, subject, path, count)
VALUES (%s, %s, %s, %s, %s, %s, NULL, %s, %s)
"""


@contextmanager
def keeping() -> Iterator[list[Look]]:
    """Collects the looks of a request, so that they can be written once more after a rollback."""
    looks: list[Look] = []
    token = _kept.set(looks)
    try:
        yield looks
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


def log(look: Look) -> None:
    """Write it, and keep it if somebody collects."""
    write(look)
    kept = _kept.get()
    if kept is not None:
        kept.append(look)
