"""Statements past Django's cursor behave as those through it: same transaction, same errors, counted all the same."""

from __future__ import annotations

import uuid

import pytest
from django.db import DataError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from fangxian.areas.statements import rows

pytestmark = pytest.mark.django_db


def test_values_come_back_as_they_are() -> None:
    one = uuid.uuid4()
    assert rows("SELECT %s::uuid, %s::text[], %s::int8", [one, ["a", "b"], 2**40]) == [(one, ["a", "b"], 2**40)]


def test_what_gives_no_rows_gives_none() -> None:
    assert rows("SET LOCAL application_name = 'x'") == []
    assert rows("SELECT 1 WHERE false") == []


def test_a_failure_is_djangos_and_breaks_the_transaction() -> None:
    with pytest.raises(DataError), transaction.atomic():
        rows("SELECT 1 / %s::int", [0])
    assert rows("SELECT 1") == [(1,)]
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            rows("SELECT 1")


def test_whoever_counts_statements_counts_these() -> None:
    with CaptureQueriesContext(connection) as found:
        rows("SELECT %s::int", [7])
    assert [one["sql"] for one in found.captured_queries] == ["SELECT 7::int"]


def test_it_runs_in_the_transaction_django_has_going() -> None:
    with transaction.atomic():
        rows("CREATE TEMP TABLE kept (n int) ON COMMIT DROP")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (1)")
        assert rows("SELECT n FROM kept") == [(1,)]
        transaction.set_rollback(True)
    with pytest.raises(Exception, match="does not exist"):
        rows("SELECT n FROM kept")
