"""Rows written as arrays and as a copy: the same, few or many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from fangxian.journal import append
from fangxian.kernel.columns import RowColumns

COLUMNS = RowColumns(("key", "told"), ("int8", "varchar"))


@pytest.fixture
def table() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE kept (key int8, told varchar COLLATE "C", "group" varchar COLLATE "C", since int8)')
    return "kept"


def stored() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT key, told, "group", since FROM kept ORDER BY "group", key')
        return list(cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, append.FEW, append.FEW + 1], ids=["one", "few", "many"])
def test_rows_are_written_and_written_over(table: str, count: int) -> None:
    rows = [(number, "a" if number % 2 else None) for number in range(count)]
    for group in ("mine", "other"):
        append.insert_rows(table, COLUMNS, rows, alike={"group": group, "since": 1})
    assert stored() == [(key, told, group, 1) for group in ("mine", "other") for key, told in rows]
    append.update_rows(
        table, COLUMNS, [(key, "a") for key, _ in rows], key="key", among={"group": "mine"}, alike={"since": 2},
        instead={"since": 'CASE WHEN c.told IS NOT DISTINCT FROM n.told COLLATE "C" THEN c.since ELSE %s END'})
    assert stored() == [
        *((key, "a", "mine", 1 if told == "a" else 2) for key, told in rows),
        *((key, told, "other", 1) for key, told in rows)]


@pytest.mark.django_db
def test_nothing_is_written_where_nothing_is_told(table: str) -> None:
    append.insert_rows(table, COLUMNS, [])
    append.update_rows(table, COLUMNS, [], key="key", among={})
    assert stored() == []
