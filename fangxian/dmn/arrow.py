"""How values travel between Arrow, Python and DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from fangxian.kernel.values import ValueType

V = ValueType
UTC_INSTANT: Final = pa.timestamp("us", tz="UTC")
ARROW_TYPES: Final = {
    V.TEXT: pa.string(),
    V.INTEGER: pa.int64(),
    V.NUMBER: pa.float64(),
    V.BOOLEAN: pa.bool_(),
    V.DATE: pa.date32(),
    V.DATETIME: UTC_INSTANT,
    V.TIME: pa.time64("us"),
    V.DURATION: pa.duration("us"),
    V.LIST: pa.list_(pa.string()),
}
INSIDE: Final = {UTC_INSTANT: pa.timestamp("us"), pa.duration("us"): pa.int64()}


def inward(data: pa.Table, columns: Iterable[tuple[str, ValueType]]) -> pa.Table:
    """Those columns as the queries read them; raises pyarrow.ArrowInvalid for a value its type cannot hold."""
    names, arrays = [], []
    for name, kind in columns:
        outside = data.column(name).cast(ARROW_TYPES[kind])
        inside = INSIDE.get(ARROW_TYPES[kind])
        names.append(name)
        arrays.append(outside.cast(inside) if inside else outside)
    return pa.table(arrays, names=names)


def outward(data: pa.Table, schema: pa.Schema) -> pa.Table:
    """A result as callers read it: instants with their zone, durations as such."""
    arrays = [
        column if column.type == wanted.type else column.cast(wanted.type)
        for column, wanted in zip(data.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
