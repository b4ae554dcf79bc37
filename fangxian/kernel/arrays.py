"""Lists as the text of a PostgreSQL array (PostgreSQL manual, 8.15.2): for thousands of values in one parameter.

A driver looks at every element for what has to be quoted; ids, numbers and instants never have to be.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

_SPECIAL: Final = re.compile(r'(["\\])')


def array_text(values: Iterable[Any]) -> str:
    """``{…}`` of values of one type, None among them: UUID, str, a number, bool, date, datetime, time or timedelta.

    The statement casts it: ``%s::uuid[]``. TypeError for another type.
    """
    found = list(values)
    kind = next((type(value) for value in found if value is not None), None)
    if kind is None:
        return "{" + ",".join(["NULL"] * len(found)) + "}"
    if issubclass(kind, uuid.UUID):
        return "{" + ",".join(["NULL" if value is None else f"{value.int:032x}" for value in found]) + "}"
    said = {value: _said(value) for value in set(found)}  # many are alike
    return "{" + ",".join([said[value] for value in found]) + "}"


def _said(value: Any) -> str:
    if value is None:
        return "NULL"
    say = _SAY.get(type(value)) or _for_subclass(type(value))
    return say(value)


def _for_subclass(kind: type) -> Callable[[Any], str]:
    for known, say in _SAY.items():
        if issubclass(kind, known):
            return say
    raise TypeError(f"no array of {kind.__name__}")


def _quoted(value: str) -> str:
    return '"' + _SPECIAL.sub(r"\\\1", str(value)) + '"'


_SAY: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _quoted,
    bool: lambda value: "t" if value else "f",
    int: int.__repr__,
    float: float.__repr__,
    dt.datetime: lambda value: f'"{value.isoformat()}"',
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: lambda value: f'"{value.total_seconds()} seconds"',
}
