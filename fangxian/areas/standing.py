"""The areas in force as a listing is compared with them: read whole, in one go."""

from __future__ import annotations

from typing import Final

from django.db import connection

from .bulk import unswept
from .types import Standing

_READ: Final = (
    "SELECT a.id, a.code, a.name, a.level_id, coalesce(p.code, ''), a.path, a.time_zone, a.cutoff"
    " FROM areas_area a LEFT JOIN areas_area p ON p.id = a.parent_id WHERE a.valid_to IS NULL")


def read() -> dict[str, Standing]:
    """All areas in force by code: 1.5 to 3 seconds and 400 MB for a country."""
    with connection.cursor() as cursor, unswept():
        cursor.execute(_READ)
        return {row[1]: Standing(*row) for row in cursor.fetchall()}
