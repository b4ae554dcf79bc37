"""The table of current facts of a programme: one row per subject, typed columns made from its declaration.

Made and widened at publication by the owner; a fact's column never changes its type, a new fact is a nullable column.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections
from psycopg import sql

from fangxian.accounts import signing
from fangxian.accounts.protection import in_scope, lent, sees
from fangxian.kernel.values import ValueType
from fangxian.programmes.types import Programme

SQL_TYPES: Final = {
    ValueType.TEXT: "text",
    ValueType.INTEGER: "bigint",
    ValueType.NUMBER: "double precision",
    ValueType.BOOLEAN: "boolean",
    ValueType.DATE: "date",
    ValueType.DATETIME: "timestamptz",
    ValueType.TIME: "time",
    ValueType.DURATION: "interval",
    ValueType.LIST: "text[]",
}
OWN_COLUMNS: Final = ("subject", "path", "last_at", "last_id", "memo")


def table_name(programme: str) -> str:
    """``facts_entry`` for the programme ``entry``; its id is letters, digits and underscores only."""
    return f"facts_{programme}"


def column(fact: str) -> str:
    """Facts stand beside the table's own columns under a prefix."""
    return f"f_{fact}"


def ensure(programme: Programme) -> None:
    """Make or widen the table, on the owner's connection; nothing is locked when nothing is missing.

    ValueError when a fact would change its type.
    """
    name = table_name(programme.id)
    with connections["owner"].cursor() as cursor:
        there = _columns(cursor, name)
        if not there:
            cursor.execute(_made(name))
            _protect(cursor, name, programme.id)
            signing.ensure_walls(cursor)
        for fact in programme.facts.values():
            _ensure_column(cursor, name, there, column(fact.name), SQL_TYPES[fact.type])


def _columns(cursor: Any, table: str) -> dict[str, str]:
    cursor.execute(
        "SELECT column_name, CASE data_type WHEN 'ARRAY' THEN 'text[]' WHEN 'timestamp with time zone' THEN"
        " 'timestamptz' WHEN 'time without time zone' THEN 'time' ELSE data_type END"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
        [table],
    )
    return dict(cursor.fetchall())


def _made(name: str) -> sql.Composed:
    table = sql.Identifier(name)
    return sql.SQL(
        'CREATE TABLE IF NOT EXISTS {table} (subject uuid PRIMARY KEY, path varchar(36) COLLATE "C" NOT NULL,'
        " last_at timestamptz, last_id uuid, memo text NOT NULL DEFAULT '{{}}') WITH (fillfactor = 80);"
        "CREATE INDEX IF NOT EXISTS {index} ON {table} (path, subject)"
    ).format(table=table, index=sql.Identifier(f"{name}_by_place"))


def _ensure_column(cursor: Any, table: str, there: dict[str, str], name: str, wanted: str) -> None:
    found = there.get(name)
    if found is None:
        cursor.execute(
            sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                sql.Identifier(table), sql.Identifier(name), sql.SQL(wanted)
            )
        )
    elif found != wanted:
        raise ValueError(
            f"the fact in {table}.{name} is {found} and can't become {wanted}; give the new one another name"
        )


def _protect(cursor: Any, name: str, programme: str) -> None:
    literal = f"'{programme}'"
    condition = f"{in_scope(name, programme=None)} AND {sees(literal)}"
    cursor.execute(
        f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY; ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY;'
        f'DROP POLICY IF EXISTS scope ON "{name}";'
        f'CREATE POLICY scope ON "{name}" USING ({condition}) WITH CHECK ({condition});'
        f'DROP POLICY IF EXISTS lent ON "{name}";'
        f'CREATE POLICY lent ON "{name}" FOR SELECT USING ({lent("subject")} AND {sees(literal)});'
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{name}" TO fangxian_app'
    )
