"""What the pages remember of a person."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest

from fangxian.accounts.requests import acting
from fangxian.accounts.types import Acting


def remembered(by: Acting) -> dict[str, str]:
    """All that is kept for a person, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, value FROM console_remembered WHERE user_id = %s", [by.user])
        return dict(cursor.fetchall())


def remembered_here(request: HttpRequest) -> dict[str, str]:
    """The same for who asks, read once for a page."""
    kept: dict[str, str] | None = getattr(request, "remembered", None)
    if kept is None:
        kept = remembered(acting(request))
        request.remembered = kept  # type: ignore[attr-defined]
    return kept
