"""Tasks given to posts that do not see their place: who sees whom because of them. The policies read the same table."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import connection

from fangxian.kernel.arrays import array_text

from .types import VISIT, Lent

_LEND = """
INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open)
SELECT id, programme, subject, path, %s, %s, true FROM tasks_task WHERE id = ANY(%s::uuid[])
ON CONFLICT (task) DO UPDATE SET post = excluded.post, given_at = excluded.given_at, open = true, path = excluded.path
"""
# A loan says which task; what the task asks for, the task says.
_LENT: Final = """
SELECT l.subject, l.path, t.programme, t.form FROM tasks_loan l JOIN tasks_task t ON t.id = l.task
WHERE l.open AND l.post = ANY(%s)
"""


def lend(tasks: Iterable[uuid.UUID], post: int, at: dt.datetime) -> None:
    """Let a post see whom some open tasks are about, while they are its own."""
    with connection.cursor() as cursor:
        cursor.execute(_LEND, [post, at, array_text(tasks)])


def lent(posts: Sequence[int]) -> Mapping[uuid.UUID, Lent]:
    """Those about whom some posts were given a task elsewhere, while it is open."""
    if not posts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LENT, [list(posts)])
        rows = cursor.fetchall()
    forms: dict[tuple[uuid.UUID, str], set[tuple[str, str]]] = defaultdict(set)
    for subject, path, programme, form in rows:
        forms[subject, path] |= {(programme, form), (programme, VISIT)}
    return {subject: Lent(path, frozenset(asked)) for (subject, path), asked in forms.items()}
