"""What only a superuser does to the tables of the journal, in the tests' own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def behind_its_back() -> Iterator[CursorWrapper]:
    """Without triggers and policies; the module uses ``the_owner_signs_in``."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET ROLE fangxian_app")
