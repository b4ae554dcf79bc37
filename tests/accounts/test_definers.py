"""What runs with the owner's rights runs nothing of the caller's: temporary names stand behind all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import psycopg
import pytest
from django.db import connections
from psycopg import errors as pg
from psycopg import sql

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
_PATHS: Final = """
SELECT p.proname, p.prosecdef, (SELECT substr(one, 13) FROM unnest(p.proconfig) one WHERE one LIKE 'search\\_path=%')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%' AND (p.prosecdef
  OR EXISTS (SELECT FROM unnest(p.proconfig) one WHERE one LIKE 'search\\_path=%'))
"""
_CALLED: Final = """
SELECT p.oid::regproc::text, array(SELECT format_type(one, NULL) FROM unnest(p.proargtypes) one)
FROM pg_proc p WHERE p.prosecdef AND p.prorettype <> 'trigger'::regtype AND p.pronamespace = 'public'::regnamespace
  AND has_function_privilege('fangxian_app', p.oid, 'EXECUTE')
"""
_GIVEN: Final = {
    "bigint": "1", "integer": "1", "text": "'x'", "bytea": "'\\x00'", "timestamp with time zone": "now()",
    "boolean": "true"}
# A sequence keeps its number although what counted it up is rolled back.
_TRAP: Final = """
CREATE TEMP SEQUENCE sprung;
GRANT ALL ON SEQUENCE pg_temp.sprung TO PUBLIC;
CREATE FUNCTION pg_temp.spring() RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'fangxian_app' THEN
    PERFORM nextval('pg_temp.sprung');
  END IF;
  RETURN true;
END $$;
"""
_DOMAIN: Final = """
CREATE FUNCTION pg_temp.spring_{0}(_it pg_catalog.{0}) RETURNS pg_catalog.bool LANGUAGE sql
AS 'SELECT pg_temp.spring()';
CREATE DOMAIN pg_temp.{0} AS pg_catalog.{0} CHECK (pg_temp.spring_{0}(VALUE));
"""
_TYPES: Final = ("text", "bytea", "timestamptz", "int8", "int4", "bool")
_TABLES: Final = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND has_table_privilege(oid, 'SELECT')
"""


@pytest.fixture
def stranger() -> Iterator[psycopg.Connection[Any]]:
    """A connection nobody has used: a function's types are looked up when it first runs. Signed in as the owner, who
    has laid that down for the application's role."""
    where = connections["owner"].get_connection_params()
    plain = {key: where[key] for key in ("dbname", "user", "password", "host", "port") if where.get(key)}
    with psycopg.connect(**plain, options="-c role=fangxian_app -c search_path=pg_temp,public") as made:
        yield made
        made.rollback()


def lie_in_wait(made: psycopg.Connection[Any]) -> None:
    """A domain before each type, a view before each table."""
    made.execute(_TRAP)
    for name in _TYPES:
        made.execute(_DOMAIN.format(name))
    for name, in made.execute(_TABLES).fetchall():
        made.execute(sql.SQL("CREATE TEMP VIEW {0} AS SELECT * FROM public.{0} WHERE pg_temp.spring()").format(
            sql.Identifier(name)))


def sprung(made: psycopg.Connection[Any]) -> bool:
    row = made.execute("SELECT is_called FROM pg_temp.sprung").fetchone()
    assert row
    return bool(row[0])


def call_all(made: psycopg.Connection[Any]) -> set[str]:
    called = set()
    made.execute("SELECT set_config('fangxian.signed', repeat('0', 74), true)")
    for name, types in made.execute(_CALLED).fetchall():
        with suppress(pg.InsufficientPrivilege, pg.DatatypeMismatch), made.transaction():
            made.execute(f"SELECT count(*) FROM {name}({', '.join(_GIVEN[kind] for kind in types)})")
        called.add(name.removeprefix("public."))
    return called


def test_temporary_names_come_last_wherever_a_function_says_where_to_look() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PATHS)
        found = {name: (definer, path) for name, definer, path in cursor.fetchall()}
    assert {name for name, (definer, _) in found.items() if definer} >= {
        "accounts_absences", "areas_aliases", "fangxian_signed", "journal_keep_corrections", "journal_link"}
    first = {name for name, (_, path) in found.items() if (path or "").split(", ")[-1] != "pg_temp"}
    assert first == set(), "SET search_path = pg_catalog, public, pg_temp: unsaid, pg_temp comes first"


def test_nothing_of_the_callers_runs_as_the_owner(stranger: psycopg.Connection[Any]) -> None:
    lie_in_wait(stranger)
    assert call_all(stranger) >= {"accounts_absences", "areas_aliases", "fangxian_signed", "journal_link"}
    assert not sprung(stranger)


@pytest.mark.parametrize("function", [
    "accounts_absences()", "areas_aliases(text, text)", "fangxian_signed()",
    "journal_link(bigint, timestamptz, integer, bytea)"])
def test_it_would_where_temporary_names_come_first(function: str, stranger: psycopg.Connection[Any]) -> None:
    """That the trap is one."""
    stranger.execute("SET LOCAL ROLE NONE")
    stranger.execute(f"ALTER FUNCTION public.{function} SET search_path = pg_catalog, public")
    stranger.execute("SET LOCAL ROLE fangxian_app")
    lie_in_wait(stranger)
    call_all(stranger)
    assert sprung(stranger)
