"""No page holds the database for longer than somebody waits for it: jobs and commands take the time they need."""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.signals import connection_created

LONGEST: Final = 20_000
"""Milliseconds a statement of a page may take; the page then answers 503, and is asked for again."""


def bound_statements() -> None:
    """From now on in this process, connection by connection; calling it twice does nothing."""
    connection_created.connect(_bound, dispatch_uid="bounded")


def _bound(connection: Any, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [LONGEST])
