"""The column type of a place, for the models of every package."""

from __future__ import annotations

from django.db import models


class PathField(models.CharField):  # type: ignore[type-arg]
    """An area path: opaque, never rewritten, compared byte by byte."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 36)
        kwargs.setdefault("db_collation", "C")
        super().__init__(**kwargs)  # type: ignore[arg-type]
