"""Where subjects are known, without opening who they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection


def paths(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where each subject belongs, within the scope in force; ask under SYSTEM to learn of those elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, path FROM subjects_subject WHERE id = ANY(%s)", [list(subjects)])
        return dict(cursor.fetchall())
