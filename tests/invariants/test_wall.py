"""Who may not see it, cannot: real records, raw SQL, the scope of each kind of post."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from fangxian.accounts.scope import Scope, apply
from fangxian.areas.types import NOWHERE, subtree
from tests.accounts.test_row_level_security import protected_tables
from tests.county import MORNING, County

from .filing import ARRIVAL, FAR_GRID, FAR_TOWNSHIP, FEVER, GRID, HOUR, TOWNSHIP, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TRICKS: Final = (
    "SET ROLE NONE", "RESET ROLE", "RESET ALL", "SET SESSION AUTHORIZATION DEFAULT", "SET row_security = off",
    "SET LOCAL row_security = off", "SELECT set_config('role', 'none', false)", "SET ROLE fangxian_owner",
    "SET session_replication_role = replica", "CREATE FUNCTION pg_temp.all_of_it() RETURNS bigint LANGUAGE sql"
    " SECURITY DEFINER AS 'SELECT count(*) FROM subjects_subject'",
)


@pytest.fixture
def two(county: County) -> tuple[uuid.UUID, uuid.UUID]:
    """One in each township, with everything that can be known about them."""
    here, there = county.arrive(MORNING), county.arrive(MORNING, grid=FAR_GRID)
    for subject, home in ((here, "3-501"), (there, "2-402")):
        county.send("arrival", subject, {**ARRIVAL, "household": home}, MORNING + HOUR)
        county.send("daily_check", subject, FEVER, MORNING + 2 * HOUR)
    return here, there


def execute(statement: str | sql.Composed, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("code", [GRID, "341023100001", TOWNSHIP, FAR_TOWNSHIP])
def test_a_post_reads_changes_and_deletes_nothing_outside(county: County, two: object, code: str) -> None:
    inside = subtree(county.paths[code])
    apply(Scope(inside, ("entry",)))
    for table in sorted(protected_tables()):
        name = sql.Identifier(table)
        seen = "path >= %s AND path < %s"
        if table in ("journal_entry", "tasks_handover"):
            continue  # seen from both ends; looked at by themselves
        outside = sql.SQL("SELECT FROM {} WHERE NOT (" + seen + ")").format(name)
        assert execute(outside, inside.lo, inside.hi) == 0, table
        for statement in ("UPDATE {} SET path = path", "DELETE FROM {}"):
            try:
                with transaction.atomic():
                    beyond = sql.SQL(statement + " WHERE NOT (" + seen + ")").format(name)
                    assert execute(beyond, inside.lo, inside.hi) == 0, table
            except DatabaseError as error:
                is_refusal(error)


def test_each_sees_the_journal_of_their_own_people_only(county: County, two: tuple[uuid.UUID, uuid.UUID]) -> None:
    here, there = two
    apply(Scope(subtree(county.paths[GRID]), ("entry",)))
    for table in ("subjects_identity", "subjects_lookup", "subjects_link", "facts_entry", "journal_entry",
                  "decide_current", "tasks_task"):
        found = sql.SQL("SELECT FROM {} WHERE subject = %s").format(sql.Identifier(table))
        assert execute(found, here) > 0, table
        assert execute(found, there) == 0, table


def test_without_a_scope_there_is_nothing(two: object) -> None:
    apply(Scope(NOWHERE, ("*",)))
    for table in protected_tables():
        assert execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table))) == 0, table


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_of_the_application_login_shows_more(county: County, two: object, trick: str) -> None:
    apply(Scope(subtree(county.paths[GRID]), ("entry",)))
    try:
        with transaction.atomic():
            execute(trick)
            apply(Scope(subtree(county.paths[GRID]), ("entry",)))
            assert execute("SELECT FROM subjects_subject WHERE path >= %s", county.paths[FAR_TOWNSHIP]) == 0
            if "pg_temp" in trick:
                assert rows_as("SELECT pg_temp.all_of_it()") == rows_as("SELECT count(*) FROM subjects_subject")
    except DatabaseError as error:
        is_refusal(error)


def is_refusal(error: DatabaseError) -> None:
    """PostgreSQL said no, and nothing else went wrong."""
    assert any(said in str(error) for said in (
        "only grows", "permission denied", "row-level security", "query would be affected")), error


def rows_as(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_everything_is_there_for_those_who_may_see_it_all(two: tuple[uuid.UUID, uuid.UUID]) -> None:
    assert rows("SELECT count(*) FROM subjects_identity WHERE subject = ANY(%s)", list(two)) == [(2,)]
