"""What the pages remember of a person."""

from __future__ import annotations

from fangxian.accounts.types import Acting

from .models import Remembered


def remembered(by: Acting) -> dict[str, str]:
    """All that is kept for a person, by name."""
    return dict(Remembered.objects.filter(user=by.user or 0).values_list("name", "value"))
