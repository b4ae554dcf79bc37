"""Row-level security, tried with raw SQL under the application role on every table that holds records."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from psycopg import sql

from fangxian.accounts.scope import SYSTEM, Scope, apply, current, working_in
from fangxian.areas.types import NOWHERE, Range, subtree

HERE, BELOW, BESIDE = "X00X02", "X00X02X04", "X00X03"
DIRECTORY: Final = {
    "areas_area", "accounts_post",  # who works where: read by everybody, so that tasks find their posts
    "areas_areacount",  # how many areas lie below one
    "tasks_turn",  # which days have turned where
}
SAMPLES: Final[dict[str, Any]] = {
    "text": "x", "character varying": "x", "integer": 1, "bigint": 1, "smallint": 1, "boolean": False, "bytea": b"x",
    "date": dt.date(2020, 3, 20), "timestamp with time zone": dt.datetime(2020, 3, 20, tzinfo=dt.UTC), "jsonb": "{}",
    "double precision": 1.0, "numeric": 1, "ARRAY": [], "time without time zone": dt.time(8),
}


def rows(query: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def protected_tables() -> dict[str, str]:
    """Each table with a place behind the wall and the programme its sample rows belong to; facts have one each."""
    found = rows(
        "SELECT tablename FROM pg_policies p WHERE policyname = 'scope' AND EXISTS (SELECT FROM"
        " information_schema.columns c WHERE c.table_name = p.tablename AND c.column_name = 'path') ORDER BY 1")
    return {table: table.removeprefix("facts_") if table.startswith("facts_") else "entry" for table, in found}


def is_bound_to_programme(table: str) -> bool:
    return table.startswith("facts_") or has(table, "programme") or has(table, "programmes")


def has(table: str, column: str) -> bool:
    return bool(rows(
        "SELECT 1 FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND column_name = %s", table, column))


def insert(table: str, path: str, programme: str) -> None:
    """A row with something in every column that must not be empty."""
    given: dict[str, Any] = {"path": path, "programme": programme, "programmes": [programme]}
    for name, kind in rows(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO'"
            " AND column_default IS NULL AND is_identity = 'NO'", table):
        given.setdefault(name, uuid.uuid4() if kind == "uuid" else SAMPLES[kind])
    if table == "tasks_loan":
        given |= lendable(path, programme)
    given = {name: value for name, value in given.items() if name == "path" or has(table, name)}
    if "seq" in given:
        given["seq"] = rows("SELECT nextval('journal_entry_seq')")[0][0]
    for column in ("to_path", "subject_path"):
        if column in given:
            given[column] = path
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, given)),
        sql.SQL(", ").join([sql.Placeholder()] * len(given)))
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given.values()))


def lendable(path: str, programme: str) -> dict[str, uuid.UUID]:
    """A task and whom it is about: nothing else can be lent."""
    with working_in(SYSTEM):
        for table in ("subjects_subject", "tasks_task"):
            insert(table, path, programme)
        [(subject,)] = rows("SELECT id FROM subjects_subject WHERE path = %s LIMIT 1", path)
        [(task,)] = rows("UPDATE tasks_task SET subject = %s WHERE id IN (SELECT id FROM tasks_task WHERE path = %s"
                         " LIMIT 1) RETURNING id", str(subject), path)
    return {"task": task, "subject": subject}


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def seen(table: str, *programmes: str) -> list[int]:
    """How many rows five areas see; the last one is nowhere."""
    found = []
    for area in (subtree(BELOW), subtree(HERE), subtree(BESIDE), Range("", "~"), NOWHERE):
        with working_in(Scope(area, programmes, programmes)):
            found.append(count(table))
    return found


def refused(table: str, path: str, programme: str) -> bool:
    """Whether PostgreSQL takes no row there."""
    try:
        with transaction.atomic():
            insert(table, path, programme)
    except ProgrammingError as error:
        return "row-level security" in str(error)
    return False


@pytest.mark.django_db
def test_every_table_with_a_path_is_behind_the_wall_even_for_its_owner() -> None:
    open_tables = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('path', 'subject_path')"
        " WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)")
    assert {name for name, in open_tables} - DIRECTORY == set()
    assert protected_tables().keys() >= {
        "subjects_subject", "subjects_identity", "journal_entry", "decide_current", "tasks_task", "accounts_access"}


@pytest.fixture
def taken_back(db: None) -> Iterator[None]:
    """Rows that point at nothing are taken back before the database looks at their foreign keys."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("taken_back")
def test_no_policy_lets_more_than_its_scope_through() -> None:
    for table, programme in protected_tables().items():
        before = seen(table, programme)
        with working_in(SYSTEM):
            for path in (HERE, BELOW, BESIDE):
                insert(table, path, programme)
        after = seen(table, programme)
        assert [new - old for new, old in zip(after, before, strict=True)] == [1, 2, 1, 3, 0], table
        assert after[-1] == 0
        if is_bound_to_programme(table):
            assert seen(table, "another") == seen(table) == [0] * 5, table


@pytest.mark.usefixtures("taken_back")
def test_nothing_can_be_written_outside_the_scope() -> None:
    for table, programme in protected_tables().items():
        with working_in(Scope(subtree(HERE), (programme,))):
            assert refused(table, BESIDE, programme), table
            assert not refused(table, BELOW, programme), table
        if is_bound_to_programme(table):
            with working_in(Scope(subtree(HERE), ("another",))):
                assert refused(table, BELOW, programme), table


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [
    "ALTER TABLE subjects_subject DISABLE ROW LEVEL SECURITY", "DROP POLICY scope ON subjects_subject",
    "ALTER ROLE fangxian_app BYPASSRLS", "SET ROLE fangxian_owner", "UPDATE accounts_access SET purpose = 'x'",
    "DELETE FROM accounts_access", "TRUNCATE accounts_access", "TRUNCATE subjects_subject",
    "ALTER TABLE accounts_access DISABLE TRIGGER append_only", "SET session_replication_role = replica",
])
def test_the_application_role_can_not_open_the_wall(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_an_inner_scope_gives_way_to_the_outer_one_again() -> None:
    outer, inner = Scope(subtree(HERE), ("entry",)), Scope(subtree(BELOW), ("linelist",))
    with working_in(outer):
        with working_in(inner):
            assert current() == inner
        assert current() == outer
        with pytest.raises(ValueError, match="taken back"), working_in(inner):
            raise ValueError("taken back")
        assert current() == outer
        with working_in(inner):
            transaction.set_rollback(True)
        assert current() == outer


@pytest.mark.django_db
def test_a_programme_name_can_not_break_out_of_the_list() -> None:
    tricky = Scope(subtree(HERE), ('entry","*', "{*}", "a,b", "NULL"))
    apply(tricky)
    assert current() == tricky


@pytest.mark.django_db
def test_a_connection_used_before_shows_nothing_and_says_nothing() -> None:
    where = connection.get_connection_params()
    plain = {key: where[key] for key in ("dbname", "user", "password", "host", "port", "options") if where.get(key)}
    with psycopg.connect(**plain, autocommit=True) as pooled:
        with pooled.transaction():
            pooled.execute("SELECT set_config('fangxian.lo', '', true), set_config('fangxian.hi', '~', true),"
                           " set_config('fangxian.programmes', '{*}', true)")
        for table in protected_tables():
            found = pooled.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            assert found == (0,), table


@pytest.mark.usefixtures("taken_back")
def test_reasons_and_addresses_lie_where_their_post_and_their_area_do() -> None:
    """They have no place of their own; the roster and the index of addresses read them without it."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO areas_level (code, name_en, name_zh, rank, tier) VALUES ('wall', '', '', 9, 'grid')")
        cursor.execute("INSERT INTO accounts_user (username, password, is_superuser, first_name, last_name, is_staff,"
                       " is_active, date_joined, email, display_name, phone) VALUES ('wall', '', false, '', '', false,"
                       " true, now(), '', '', '') RETURNING id")
        [user] = cursor.fetchone()
        for path in (HERE, BELOW, BESIDE):
            cursor.execute("INSERT INTO areas_area (code, name, initials, level_id, path, valid_from, time_zone) VALUES"
                           " (%s, '', '', 'wall', %s, now(), 'UTC') RETURNING id", [path, path])
            [area] = cursor.fetchone()
            cursor.execute("INSERT INTO areas_alias (area_id, text, learned_at) VALUES (%s, 'x', now())", [area])
            cursor.execute("INSERT INTO accounts_post (user_id, kind, area_id, path, department, valid_from) VALUES"
                           " (%s, 'grid_worker', %s, %s, '', now()) RETURNING id", [user, area, path])
            cursor.execute(
                "INSERT INTO accounts_absence (post_id, begins, ends, reason) VALUES (%s, now(), now(), 'x')",
                cursor.fetchone())
    assert seen("areas_alias") == seen("accounts_absence") == [1, 2, 1, 3, 0]
    with working_in(Scope(NOWHERE)):
        assert rows("SELECT count(*) FROM accounts_absences()") == [(3,)]
        assert len(rows("SELECT path, text FROM areas_aliases('X', 'Y')")) == 3
