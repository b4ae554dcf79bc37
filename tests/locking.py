"""What an action asks of the database, in order: whether what it changes is locked before it is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from fangxian.journal import append


@contextmanager
def statements() -> Iterator[list[str]]:
    """What was asked of the database, in order, each statement in one line; what goes past Django's cursor too."""
    said: list[str] = []
    fetch = append.fetch

    def fetching(query: Any, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        said.append(" ".join(str(query).split()))
        return fetch(query, params)

    def executing(execute: Callable[..., Any], query: str, *rest: Any) -> Any:
        said.append(" ".join(str(query).split()))
        return execute(query, *rest)

    with connection.execute_wrapper(executing), pytest.MonkeyPatch.context() as patched:
        patched.setattr(append, "fetch", fetching)
        yield said


def locked_first(said: Sequence[str], table: str, *writes: str) -> bool:
    """Whether the rows of a table are locked before any of the statements that begin so."""
    locks = [place for place, one in enumerate(said)
             if re.search(rf'FROM "?{table}\b', one) and re.search(r"FOR UPDATE( OF \S+)?$", one)]
    written = [place for place, one in enumerate(said) if one.startswith(writes)]
    assert written, "the statements that write are called otherwise now"
    return bool(locks) and min(locks) < min(written)


def others_wait_for(*keys: int) -> bool:
    """Whether somebody else could not take an advisory lock now: this transaction holds it."""
    side = connections["default"].copy()
    try:
        with side.cursor() as cursor:
            cursor.execute(f"SELECT pg_try_advisory_xact_lock({', '.join(['%s'] * len(keys))})", list(keys))
            return bool(cursor.fetchone() == (False,))
    finally:
        side.close()
