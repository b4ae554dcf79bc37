"""The column type of a place, and what a date must keep to, for the models of every package."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from fangxian.kernel.clock import FIRST_DAY, LAST_DAY


class PathField(models.CharField):  # type: ignore[type-arg]
    """An area path: opaque, never rewritten, compared byte by byte."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 36)
        kwargs.setdefault("db_collation", "C")
        super().__init__(**kwargs)  # type: ignore[arg-type]


def within_calendar(what: str, *fields: str, days: bool = False) -> models.CheckConstraint:
    """Each field that is known lies from ``FIRST_DAY`` to ``LAST_DAY``; ``days``: they hold dates, not instants."""
    first: dt.date = FIRST_DAY
    end: dt.date = LAST_DAY + dt.timedelta(days=1)
    if not days:
        first, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, end))
    bounds: dict[str, Any] = {}
    for field in fields:
        bounds |= {f"{field}__gte": first, f"{field}__lt": end}
    return models.CheckConstraint(condition=models.Q(**bounds), name=f"{what}_within_calendar")
