"""One way to write values as JSON, so that equal values are equal texts."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import orjson

_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> str:
    """Keys sorted, instants in UTC, lists as arrays, durations in seconds. TypeError for what JSON has no word for."""
    return orjson.dumps(value, default=_other, option=_OPTIONS).decode()


def _other(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(type(value).__name__)
