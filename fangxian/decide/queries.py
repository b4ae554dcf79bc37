"""Reads of decisions for others, set-wise."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.arrays import array_text

_UNDER_MEASURE: Final = (
    "SELECT DISTINCT subject FROM decide_current WHERE subject = ANY(%s::uuid[]) AND managed")


def under_measure(subjects: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some subjects who are under a measure, in whichever programme; past its term as long as it is decided.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return set()
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_UNDER_MEASURE, [array_text(wanted)])
        return {subject for subject, in cursor.fetchall()}


def managed(subjects: Iterable[uuid.UUID]) -> set[tuple[str, uuid.UUID]]:
    """Programme and subject of those of some who are under a measure, within the scope in force."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme, subject FROM decide_current WHERE subject = ANY(%s::uuid[]) AND managed",
                       [array_text(subjects)])
        return set(cursor.fetchall())


def entailing(subjects: Iterable[uuid.UUID], seen: Iterable[str]) -> set[tuple[str, uuid.UUID]]:
    """Programme and subject of those about whom so much is decided that it follows for those around them: the cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme, subject FROM decide_current WHERE subject = ANY(%s) AND programme = ANY(%s)"
            " AND entails <> ''", [list(subjects), list(seen)])
        return set(cursor.fetchall())
