"""Decisions and open cohorts go along when a subject gets a new place."""

from __future__ import annotations

from typing import Final

from django.db import connection

from fangxian.accounts.scope import as_a_whole
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text

_TABLES: Final = ("decide_current", "decide_cohortmember", "subjects_link")


def follow(work: Work) -> None:
    """Every programme's current decision of a subject is at the subject's place."""
    if not work.moved:
        return
    with as_a_whole(), connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"UPDATE {table} t SET path = n.path FROM unnest(%s::uuid[], %s::varchar[]) AS n (id, path)"  # noqa: S608
                " WHERE t.subject = n.id AND t.path <> n.path",
                [array_text(work.moved), array_text(work.moved.values())],
            )
