"""A scope that a statement sets shows nothing: raw SQL under the application role, and what was signed elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from psycopg import sql

from fangxian.accounts import signing
from fangxian.accounts.models import Permission
from fangxian.accounts.scope import NOTHING, SYSTEM, Scope, apply, apply_on, current, working_in
from fangxian.areas.types import subtree
from fangxian.kernel.errors import Problem
from fangxian.site import database
from tests.accounts.test_row_level_security import protected_tables
from tests.county import MORNING, County, build

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ALL = ("", "~", '{"*"}', '{"*"}', "{}")
SET = ("SELECT set_config('fangxian.lo', %s, true), set_config('fangxian.hi', %s, true),"
       " set_config('fangxian.programmes', %s, true), set_config('fangxian.audits', %s, true),"
       " set_config('fangxian.posts', %s, true)")


@pytest.fixture
def county(db: None) -> County:
    with working_in(SYSTEM):
        made = build()
        made.arrive(MORNING)
    return made


@pytest.fixture
def other() -> Iterator[psycopg.Connection[Any]]:
    where = connection.get_connection_params()
    plain = {key: where[key] for key in ("dbname", "user", "password", "host", "port", "options") if where.get(key)}
    with psycopg.connect(**plain) as made:
        yield made


def pid() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def seen(table: str = "subjects_subject") -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split("."))))
        return int(cursor.fetchone()[0])


def set_to(values: tuple[str, ...], signed: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET + ", set_config('fangxian.signed', %s, true)", [*values, signed])


def refused() -> bool:
    try:
        with transaction.atomic():
            seen()
    except DatabaseError as error:
        return "not signed" in str(error)
    return False


def test_every_table_behind_the_wall_asks_for_a_signature() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
                       " WHERE p.polname = 'signed' AND NOT p.polpermissive AND p.polroles = '{0}'"
                       " AND p.polwithcheck IS NOT NULL")
        assert {name for name, in cursor.fetchall()} >= set(protected_tables())


def test_what_a_statement_sets_shows_nothing(county: County) -> None:
    with working_in(SYSTEM):
        assert seen() > 0
    with transaction.atomic():
        set_to(ALL)
        assert [table for table in protected_tables() if seen(table)] == []


@pytest.mark.parametrize("wider", [
    ("", "~", None, None, None), (None, "~", None, None, None), (None, None, '{"*"}', None, None),
    (None, None, None, '{"*"}', None), (None, None, None, None, "{1,2,3}")])
def test_no_part_of_a_signed_scope_can_be_made_wider(county: County, wider: tuple[str | None, ...]) -> None:
    narrow = Scope(subtree(next(iter(county.paths.values()))), ("entry",))
    with working_in(narrow):
        with connection.cursor() as cursor:
            for name, value in zip(("lo", "hi", "programmes", "audits", "posts"), wider, strict=True):
                if value is not None:
                    cursor.execute("SELECT set_config(%s, %s, true)", [f"fangxian.{name}", value])
        assert refused()
        assert current() == NOTHING, "nor is it signed by who puts a scope back"


def test_a_signature_of_another_connection_opens_nothing(county: County, other: psycopg.Connection[Any]) -> None:
    with other.cursor() as cursor:
        apply_on(cursor, SYSTEM)
        row = cursor.execute("SELECT current_setting('fangxian.signed')").fetchone()
    assert row
    with transaction.atomic():
        set_to(ALL, row[0])
        assert refused()


@pytest.mark.parametrize("divided", [
    ("0\n0~", '{"entry"}', '{"*"}', "{}", ""), ("0", '0~{"entry"}', '{"*"}', "{}", ""),
    ("", '00~{"entry"}', '{"*"}', "{}", "")])
def test_what_was_signed_can_not_be_divided_otherwise(county: County, divided: tuple[str, ...]) -> None:
    """The same letters in other settings: the list of what may be audited as that of the programmes."""
    signed = signing.sign(pid(), ("0", "0~", '{"entry"}', '{"*"}', "{}"))
    with transaction.atomic():
        set_to(divided, signed)
        assert refused()


@pytest.mark.parametrize(("age", "opens"), [(0, True), (299, True), (301, False), (86_400, False)])
def test_a_signature_opens_later_transactions_for_five_minutes(
    county: County, age: int, opens: bool, monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now())::float8")
        began = cursor.fetchone()[0]
    monkeypatch.setattr(time, "time", lambda: began - age)
    with transaction.atomic():
        set_to(ALL, signing.sign(pid(), ALL))
        assert refused() is not opens


@pytest.mark.parametrize("made_up", ["x", "0" * 74, "9999999999" + "0" * 64, "９９９９９９９９９９", "-", "' OR true"])
def test_a_signature_nobody_made_fails(county: County, made_up: str) -> None:
    with transaction.atomic():
        set_to(ALL, made_up)
        assert refused()


@pytest.mark.parametrize("statement", [
    "SELECT * FROM accounts_scopesecret", "UPDATE accounts_scopesecret SET inner_pad = ''",
    "INSERT INTO accounts_scopesecret VALUES (false, '', '')", "DELETE FROM accounts_scopesecret",
    "TRUNCATE accounts_scopesecret", "DROP POLICY signed ON subjects_subject", "DROP FUNCTION fangxian_signed()",
    "CREATE OR REPLACE FUNCTION fangxian_signed() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
])
def test_the_application_neither_reads_the_secret_nor_changes_who_asks(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_things_in_front_of_the_catalogue_change_nothing(county: County) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        cursor.execute("CREATE TEMP TABLE accounts_scopesecret (one boolean, inner_pad bytea, outer_pad bytea)")
        cursor.execute("INSERT INTO accounts_scopesecret VALUES (true, %s, %s)", signing._pads(b"mine"))
        set_to(ALL, signing.sign(pid(), ALL))
        assert seen(["public", "subjects_subject"][1]) > 0, "the real secret still opens"
        transaction.set_rollback(True)


def test_another_secret_says_what_to_do_and_a_start_mends_it(
    county: County, settings: Any, tmp_path: Any,
) -> None:
    settings.SCOPE_SECRET = tmp_path / "scope.secret"
    (tmp_path / "scope.secret").write_bytes(b"of another installation")
    with transaction.atomic():
        apply(SYSTEM)
        with pytest.raises(DatabaseError, match=r"(?s)not signed.*start anew"), transaction.atomic():
            seen()


def test_a_missing_secret_says_what_to_do(settings: Any, tmp_path: Any) -> None:
    settings.SCOPE_SECRET = tmp_path / "scope.secret"
    with pytest.raises(Problem) as missing, transaction.atomic():
        apply(SYSTEM)
    assert missing.value.kind.code == "no_scope_secret"


def test_the_command_makes_another_one(settings: Any, tmp_path: Any) -> None:
    mine = tmp_path / "scope.secret"
    mine.write_bytes(signing.secret())
    settings.SCOPE_SECRET, before = mine, signing.secret()
    call_command("keys", "renew-scope", stdout=StringIO())
    assert mine.read_bytes() == signing.secret() != before


def test_tables_that_changed_hands_ask_all_but_their_new_owner() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE ROLE fx_newcomer NOLOGIN; ALTER TABLE tasks_task OWNER TO fx_newcomer")
        signing.ensure_walls(cursor)
        cursor.execute("SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'signed'"
                       " AND polrelid = 'tasks_task'::regclass")
        assert "fx_newcomer" in cursor.fetchone()[0]
        transaction.set_rollback(True, using="owner")


def test_a_new_secret_takes_the_place_of_the_old(settings: Any, tmp_path: Any) -> None:
    settings.SCOPE_SECRET = tmp_path / "keys" / "scope.secret"
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        signing.bring_in_line(cursor)
        first = signing.secret()
        signing.bring_in_line(cursor)
        assert signing.secret() == first
        signing.renew(cursor)
        assert signing.secret() != first
        cursor.execute("SELECT inner_pad FROM accounts_scopesecret")
        assert bytes(cursor.fetchone()[0]) == signing._pads(signing.secret())[0]
        transaction.set_rollback(True, using="owner")
    assert settings.SCOPE_SECRET.stat().st_mode & 0o077 == 0


SPY = """
CREATE TEMP TABLE overheard (who text);
CREATE FUNCTION pg_temp.spy(_who text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO pg_temp.overheard VALUES (_who); RETURN true; END $$;
CREATE TEMP VIEW subjects_subject AS SELECT * FROM public.subjects_subject s WHERE pg_temp.spy(s.id::text);
CREATE TEMP TABLE accounts_permission AS SELECT * FROM public.accounts_permission;
"""


def lie_in_wait() -> None:
    with working_in(NOTHING), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        cursor.execute(SPY)
        cursor.execute("INSERT INTO accounts_permission (id, post_kind, programme, action, \"on\")"
                       " VALUES (0, 'grid_worker', 'entry', 'identity', '*')")


def test_what_a_statement_leaves_on_the_connection_overhears_nobody(county: County) -> None:
    """A table of one's own in the place of ours, read by the next transaction under a wider scope."""
    lie_in_wait()
    with working_in(SYSTEM):
        assert seen() > 0
    assert seen("pg_temp.overheard") == 0


def test_what_a_statement_leaves_on_the_connection_is_gone_with_the_next_request(
    county: County, client: Client,
) -> None:
    """Also for what is read before a scope is there: who may do what."""
    lie_in_wait()
    client.get("/accounts/login/")
    assert not Permission.objects.filter(post_kind="grid_worker", programme="entry", action="identity").exists()
    with pytest.raises(DatabaseError, match="overheard"), transaction.atomic():
        seen("pg_temp.overheard")


def test_a_lock_a_statement_leaves_is_gone_with_the_next_request(
    county: County, client: Client, other: psycopg.Connection[Any],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4711)")
    assert other.execute("SELECT pg_try_advisory_lock(4711)").fetchone() == (False,)
    client.get("/accounts/login/")
    assert other.execute("SELECT pg_try_advisory_lock(4711)").fetchone() == (True,)


def test_what_the_role_lays_down_for_later_does_not_outlast_the_start() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER ROLE fangxian_app SET row_security = off")
    with connections["owner"].cursor() as cursor:
        database.forget_settings_on(connections["owner"].connection)
        cursor.execute("SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
                       " WHERE r.rolname = 'fangxian_app' AND 'row_security=off' = ANY(setconfig)")
        assert cursor.fetchall() == []
