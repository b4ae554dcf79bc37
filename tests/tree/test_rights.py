"""What the application role may write is what the table says; what is personal or sensitive lies behind the wall."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction
from psycopg import errors as pg

from fangxian.kernel.values import Privacy
from fangxian.site.classification import TABLES
from fangxian.site.rights import EVERY, WRITES

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WORKING: Final = {
    "decide_current", "decide_cohortmember", "tasks_task", "tasks_handover", "tasks_alert", "tasks_alerttask",
    "tasks_failure",
    "report_figure", "report_figurechange", "report_signoff",
    "capture_source", "capture_import", "capture_sealed", "capture_progress",
    "django_session",
    "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers",
}
"""Tables whose rows come, change and go with what is recorded. A new table stands here, or in WRITES with its why."""
NAMED: Final = {
    "accounts_user": "colleagues are told to each other by name and phone, and a sign-in comes before any scope",
}
"""Tables with personal or sensitive columns that lie outside the wall, and why."""
_MAY: Final = """
SELECT c.relname, has_table_privilege('fangxian_app', c.oid, 'INSERT'),
       has_table_privilege('fangxian_app', c.oid, 'DELETE'),
       has_table_privilege('fangxian_app', c.oid, 'TRUNCATE'),
       array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND has_column_privilege('fangxian_app', c.oid, a.attname, 'UPDATE') ORDER BY 1),
       array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY 1)
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
AND c.relname NOT LIKE 'facts\\_%%' ORDER BY 1
"""


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, [])
        return list(cursor.fetchall())


def test_the_application_writes_what_the_table_says_and_no_more() -> None:
    found = {name: (insert, delete, truncate, tuple(update), tuple(every))
             for name, insert, delete, truncate, update, every in rows(_MAY)}
    unsaid = set(found) - set(WRITES) - WORKING
    assert not unsaid, "say in fangxian/site/rights.py what the application may write there, and why"
    assert set(WRITES) <= set(found)
    for table, writes in WRITES.items():
        *_, every = found[table]
        update = every if writes.update == EVERY else tuple(sorted(writes.update.split()))
        assert found[table] == (writes.insert, writes.delete, False, update, every), table
    assert not set(WRITES) & WORKING
    assert all(writes.why for writes in WRITES.values())


def test_no_working_table_can_be_emptied_at_once() -> None:
    assert [name for name, _, _, truncate, *_ in rows(_MAY) if truncate] == []


@pytest.mark.parametrize("statement", [
    "UPDATE journal_chain_head SET position = 0", "INSERT INTO journal_chain_head VALUES (false, 0, '')",
    "INSERT INTO journal_batch SELECT * FROM journal_batch", "UPDATE accounts_user SET is_superuser = true",
    "UPDATE accounts_user SET username = 'x'", "UPDATE accounts_post SET kind = 'county_duty'",
    "UPDATE accounts_post SET path = ''", "UPDATE accounts_post SET user_id = 1", "DELETE FROM accounts_post",
    "DELETE FROM accounts_user", "UPDATE programmes_version SET content = ''",
    "UPDATE accounts_permission SET action = 'see'",
    "DELETE FROM programmes_version", "UPDATE subjects_subject SET wrapped_key = ''", "DELETE FROM subjects_subject",
    "UPDATE subjects_lookup SET hash = ''", "UPDATE site_cache SET cache_key = ''",
    "UPDATE accounts_opensession SET session_key = ''",
    "DELETE FROM areas_area", "DELETE FROM areas_level", "UPDATE areas_area SET path = ''",
    "UPDATE areas_area SET code = 'x'", "UPDATE areas_area SET parent_id = NULL", "DELETE FROM areas_succession",
    "UPDATE areas_areaname SET name = 'x'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
])
def test_the_application_is_refused(statement: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, pg.InsufficientPrivilege)


def test_whatever_is_personal_or_sensitive_lies_behind_the_wall() -> None:
    told = {apps.get_model(label)._meta.db_table for label, columns in TABLES.items()
            if {Privacy.PERSONAL, Privacy.SENSITIVE} & set(columns.privacy().values())}
    walled = {name for name, in rows(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)")}
    assert told - walled == set(NAMED)
