"""What the pages remember of a person."""

from __future__ import annotations

from django.http import HttpRequest

from fangxian.accounts.requests import acting
from fangxian.accounts.types import Acting

from .models import Remembered


def remembered(by: Acting) -> dict[str, str]:
    """All that is kept for a person, by name."""
    return dict(Remembered.objects.filter(user=by.user or 0).values_list("name", "value"))


def remembered_here(request: HttpRequest) -> dict[str, str]:
    """The same for who asks, read once for a page."""
    kept: dict[str, str] | None = getattr(request, "remembered", None)
    if kept is None:
        kept = remembered(acting(request))
        request.remembered = kept  # type: ignore[attr-defined]
    return kept
