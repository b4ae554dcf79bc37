"""Every model says whether its rows change and what its columns tell, and the database agrees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, models, transaction
from psycopg import errors as pg
from psycopg import sql

from fangxian.site.classification import TABLES, WITHOUT_MODEL, Change

_NOT_ABOUT_SUBJECTS: Final = {
    "areas_area": "the tree itself, which everybody may see",
    "areas_areacount": "how many areas lie below each",
    "accounts_post": "the roster; every process reads it whole to find who is on duty",
    "tasks_turn": "which days the clock has begun in a county",
}
_KEYS_WITHOUT_INDEX: Final = """
SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
  SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
    AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
ORDER BY 1, 2
"""
_NOT_OURS: Final = {"procrastinate_jobs_worker_id_fkey"}  # a library's; it has a partial index of its own
_TABLES_WITH: Final = """
SELECT DISTINCT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
  SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname LIKE %s
"""


def own_models() -> Iterator[type[models.Model]]:
    """Fangxian's models, with the tables Django makes for them."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("fangxian."):
            yield model


def rows(statement: str, arguments: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())


def test_every_model_is_classified() -> None:
    assert {model._meta.label for model in own_models()} == set(TABLES), "see fangxian/site/classification.py"


@pytest.mark.parametrize("model", list(own_models()), ids=lambda model: model._meta.label)
def test_every_column_is_classified_once(model: type[models.Model]) -> None:
    columns = TABLES[model._meta.label]
    named = " ".join(columns[1:]).split()
    assert sorted(named) == sorted(field.name for field in model._meta.concrete_fields)


@pytest.mark.parametrize("table", WITHOUT_MODEL)
@pytest.mark.django_db(databases=["default", "owner"])
def test_so_is_every_column_of_a_table_without_a_model(table: str) -> None:
    named = " ".join(WITHOUT_MODEL[table][1:]).split()
    found = rows("SELECT column_name::text FROM information_schema.columns WHERE table_name = %s", [table])
    assert sorted(named) == sorted(name for name, in found)


@pytest.mark.parametrize("label", [label for label, columns in TABLES.items() if columns.change is Change.APPEND_ONLY])
@pytest.mark.parametrize("statement", [
    "UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"])
@pytest.mark.django_db(databases=["default", "owner"])
def test_append_only_tables_refuse_the_application(label: str, statement: str) -> None:
    meta = apps.get_model(label)._meta
    asked = sql.SQL(statement).format(table=sql.Identifier(meta.db_table), column=sql.Identifier(meta.pk.column))
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(asked)
    assert isinstance(refused.value.__cause__, pg.InsufficientPrivilege)


@pytest.mark.parametrize("label", ["journal.Entry", "journal.Batch", "accounts.Access"])
@pytest.mark.django_db(databases=["default", "owner"])
def test_what_must_be_provable_refuses_the_owner_too(label: str) -> None:
    table = apps.get_model(label)._meta.db_table
    with (pytest.raises(DatabaseError, match="only grows"), transaction.atomic(using="owner"),
          connections["owner"].cursor() as cursor):
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_foreign_key_has_an_index() -> None:
    assert {key for _, key in rows(_KEYS_WITHOUT_INDEX)} <= _NOT_OURS


@pytest.mark.parametrize("column", ["path", "%\\_path", "subject"])
@pytest.mark.django_db(databases=["default", "owner"])
def test_every_table_with_a_place_or_a_subject_is_behind_row_level_security(column: str) -> None:
    found = dict(rows(_TABLES_WITH, [column]))
    assert {table for table, walled in found.items() if not walled} <= set(_NOT_ABOUT_SUBJECTS)


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_exception_from_row_level_security_is_out_of_date() -> None:
    assert {table for table, walled in rows(_TABLES_WITH, ["path"]) if not walled} == set(_NOT_ABOUT_SUBJECTS)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_role_is_bound_by_row_level_security() -> None:
    [(bypasses, is_super, owned)] = rows(
        "SELECT r.rolbypassrls, r.rolsuper, (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid)"
        " FROM pg_roles r WHERE r.rolname = 'fangxian_app'")
    assert (bypasses, is_super, owned) == (False, False, 0)
