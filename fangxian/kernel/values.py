"""The types a fact, an answer or a decision-table column can have."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | tuple[str, ...]


class ValueType(StrEnum):
    """Names used in programme folders; a ``list`` is a list of text without duplicates, in the order given."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    LIST = "list"


class Privacy(StrEnum):
    """Who a value is about: ``personal`` identifies somebody and is kept encrypted under the subject's key;
    ``sensitive`` says something of their health or life and is kept behind row-level security; ``plain`` is neither.
    """

    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    PLAIN = "plain"
