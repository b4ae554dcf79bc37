"""Statements that are asked again and again, planned once a connection: what a single record is made of.

Django's cursor writes every value into the text of a statement, which the server reads and plans anew each time. Here
values go beside it, and the server keeps the plan (PostgreSQL manual, PREPARE). It stands in the first package that
knows the database, for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, Cursor, sql
from psycopg.pq import Format

Row = tuple[Any, ...]
_KEPT: Final = "fangxian_cursor"


def rows(query: str | sql.Composed, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """What a statement gives, read in binary form; nothing where it gives no rows.

    In the transaction Django has going, with its errors. Values need a cast where the statement does not say their
    type.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.execute_wrappers or here.queries_logged:  # somebody counts statements, or refuses them
        with here.cursor() as told:
            told.execute(query, params)
            return list(told.fetchall()) if told.description else []
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        cursor = _cursor(here.connection)
        cursor.execute(query, params, prepare=True)
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def _cursor(raw: Connection[Any]) -> Cursor[Row]:
    """The connection's own, kept: to make one costs as much as to ask."""
    kept: Cursor[Row] | None = getattr(raw, _KEPT, None)
    if kept is None:
        kept = Cursor(raw)
        kept.format = Format.BINARY
        raw.prepare_threshold = 0
        setattr(raw, _KEPT, kept)
    return kept
