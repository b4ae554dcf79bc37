"""Dates stored before there was a limit are brought to the ends of the calendar when the tables change."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connections, transaction

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ACCOUNTS = import_module("fangxian.accounts.migrations.0011_within_calendar")
AREAS = import_module("fangxian.areas.migrations.0005_within_calendar")
SEEDS = """
ALTER TABLE accounts_post DROP CONSTRAINT post_within_calendar;
ALTER TABLE accounts_absence DROP CONSTRAINT absence_within_calendar;
ALTER TABLE areas_area DROP CONSTRAINT area_within_calendar;
ALTER TABLE accounts_absence NO FORCE ROW LEVEL SECURITY;
INSERT INTO accounts_user (username, password, is_superuser, first_name, last_name, email, is_staff, is_active,
  date_joined, display_name, phone) VALUES ('u', '', false, '', '', '', false, true, now(), '', '');
INSERT INTO areas_level (code, name_en, name_zh, rank, tier) VALUES ('l', '', '', 1, 'county') ON CONFLICT DO NOTHING;
INSERT INTO areas_area (code, name, level_id, path, time_zone, valid_from)
  VALUES ('c', '', 'l', 'ZZZ', '', '0001-01-01');
INSERT INTO accounts_post (user_id, kind, area_id, path, department, valid_from, valid_to)
  SELECT u.id, 'auditor', a.id, a.path, '', '0001-12-31 BC', NULL FROM accounts_user u, areas_area a
  WHERE u.username = 'u' AND a.code = 'c';
INSERT INTO accounts_absence (post_id, begins, ends, reason)
  SELECT id, '0001-12-31 BC', '9999-12-31 23:59Z', '' FROM accounts_post WHERE path = 'ZZZ';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE accounts_absence FORCE ROW LEVEL SECURITY;
"""
FORCED = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'accounts_absence'"
FOUND = """
SELECT a.valid_from::text, p.valid_from::text, p.valid_to::text, b.begins::text, b.ends::text
FROM areas_area a JOIN accounts_post p ON p.area_id = a.id JOIN accounts_absence b ON b.post_id = p.id
"""


def test_what_was_stored_is_brought_to_the_ends() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute(SEEDS)
        for migration in (AREAS, ACCOUNTS):
            cursor.execute("".join(migration.mended(*one) for one in migration.DATES))
        cursor.execute(FORCED)
        assert cursor.fetchall() == [(True,)], "the wall stands again"
        cursor.execute("ALTER TABLE accounts_absence NO FORCE ROW LEVEL SECURITY")
        cursor.execute(FOUND)
        found = cursor.fetchall()
        transaction.set_rollback(True, using="owner")
    assert found == [("1900-01-01", "1900-01-01 00:00:00+00", None, "1900-01-01 00:00:00+00",
                      "2199-12-31 23:59:00+00")]
