"""How values travel between Arrow, Python and DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
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
_FEW: Final = 50
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


def shared_rows(data: pa.Table) -> list[dict[str, Any]]:
    """A dict per row; equal rows share one, which nobody may change. Where few differ, few are made."""
    rows: list[dict[str, Any]]
    if data.num_rows <= _FEW:
        rows = data.to_pylist()
        return rows
    codes = np.zeros(data.num_rows, np.int64)
    for column in data.columns:
        told = _codes(column.combine_chunks())
        if told is not None:
            codes = np.unique(codes * (int(told.max(initial=0)) + 1) + told, return_inverse=True)[1]
    _, first, belongs = np.unique(codes, return_index=True, return_inverse=True)
    rows = data.take(first).to_pylist()
    return [rows[number] for number in belongs.tolist()]


def _codes(column: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    """A number per value, the same for the same; None where all are unknown."""
    if column.null_count == len(column):
        return None
    if pa.types.is_list(column.type):
        known: dict[Any, int] = {}
        values = (None if value is None else tuple(value) for value in column.to_pylist())
        return np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64, len(column))
    encoded = column.dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
