"""Tasks given to posts that do not see their place: who sees whom because of them. The policies read the same table."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from fangxian.kernel.arrays import array_text

_LEND = """
INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open)
SELECT id, programme, subject, path, %s, %s, true FROM tasks_task WHERE id = ANY(%s::uuid[])
ON CONFLICT (task) DO UPDATE SET post = excluded.post, given_at = excluded.given_at, open = true, path = excluded.path
"""


def lend(tasks: Iterable[uuid.UUID], post: int, at: dt.datetime) -> None:
    """Let a post see whom some open tasks are about, while they are its own."""
    with connection.cursor() as cursor:
        cursor.execute(_LEND, [post, at, array_text(tasks)])


def places(posts: Sequence[int]) -> Mapping[uuid.UUID, str]:
    """Where those are about whom some posts were given a task elsewhere, while it is open."""
    if not posts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, path FROM tasks_loan WHERE open AND post = ANY(%s)", [list(posts)])
        return dict(cursor.fetchall())
