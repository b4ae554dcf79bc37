"""The columns of a table out of the type of its rows, so that a field is written down once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

_TYPES: Final[Mapping[type, str]] = {
    uuid.UUID: "uuid", str: "varchar", int: "int8", float: "float8", bool: "bool", bytes: "bytea",
    dt.datetime: "timestamptz", dt.date: "date", dt.time: "time",
}  # fmt: skip


class RowColumns(NamedTuple):
    """Names and types in PostgreSQL, in the order of the fields."""

    names: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def listed(self) -> str:
        """The names as a statement lists them."""
        return ", ".join(f'"{name}"' for name in self.names)


def columns_of(row: type) -> RowColumns:
    """Of a row's annotations. TypeError for one that no column holds."""
    found = {name: _column_type(kind) for name, kind in get_type_hints(row).items()}
    return RowColumns(tuple(found), tuple(found.values()))


def _column_type(kind: Any) -> str:
    if get_origin(kind) is UnionType:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return "varchar"
        if kind in _TYPES:
            return _TYPES[kind]
    raise TypeError(f"no column holds {kind}")
