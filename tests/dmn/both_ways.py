"""A chain decided in Python and in DuckDB: the same values of the same types, or the same refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from fangxian.dmn.arrow import shared_rows
from fangxian.dmn.engine import Chain
from fangxian.dmn.few import LeftToDuckDB, SqlError

Row = Mapping[str, Any]


def by_duckdb(chain: Chain, rows: Sequence[Row], today: Sequence[dt.date | None]) -> list[dict[str, Any]]:
    return shared_rows(chain.decide(chain.columns(rows, today)))


def in_python(chain: Chain, row: Row, today: dt.date | None) -> dict[str, Any] | None:
    """None for a row that is left to DuckDB."""
    assert chain.one_by_one is not None
    try:
        return chain.one_by_one(row.get, today)
    except (SqlError, LeftToDuckDB):
        return None


def agreed(chain: Chain, rows: Sequence[Row], today: Sequence[dt.date | None] | None = None) -> list[dict[str, Any]]:
    """What both say of rows that DuckDB can decide. ``repr`` tells 1 from 1.0 and True, 0.0 from -0.0, and finds that
    nan is nan. Few rows are left to DuckDB."""
    days = list(today) if today is not None else [None] * len(rows)
    found = [in_python(chain, row, day) for row, day in zip(rows, days, strict=True)]
    for row, one, other in zip(rows, found, by_duckdb(chain, rows, days), strict=True):
        assert one is None or repr(one) == repr(other), (row, one, other)
    assert found.count(None) * 10 <= len(found), "too many are left to DuckDB"
    assert repr(chain.decide_rows(rows, days)) == repr(by_duckdb(chain, rows, days))
    return [one for one in found if one is not None]


def agreed_or_refused(chain: Chain, row: Row, today: dt.date | None = None) -> bool:
    """One row at the edge of what there is; DuckDB may refuse it. Whether Python decided it."""
    try:
        found = in_python(chain, row, today)
    except Exception:  # noqa: BLE001 - decide_rows is seen to raise the same
        found = None
    try:
        wanted: Any = by_duckdb(chain, [row], [today])
    except Exception as error:  # noqa: BLE001 - whatever it raises is what has to be raised
        wanted = type(error)
    if found is not None:
        assert repr([found]) == repr(wanted), (row, today)
    try:
        said: Any = chain.decide_rows([row], [today])
    except Exception as error:  # noqa: BLE001
        said = type(error)
    assert repr(said) == repr(wanted), (row, today)
    return found is not None
