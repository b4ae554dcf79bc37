"""Summing beside others: one at a time, and a reader always sees everything once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.report import actions, queries

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOW = dt.datetime(2020, 3, 20, 12, tzinfo=dt.UTC)
DAY = dt.date(2020, 3, 20)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["A00", "A00A01"]), st.sampled_from(["stage:0", "stage:1"]), st.integers(-3, 5)),
    max_size=12,
)


def change(rows: list[tuple[str, str, int]]) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        for path, state, number in rows:
            cursor.execute(
                "INSERT INTO report_figurechange (programme, day, path, kind, state, change)"
                " VALUES ('p', %s, %s, '', %s, %s)",
                [DAY, path, state, number],
            )


def stored() -> dict[tuple[str, str], int]:
    with working_in(SYSTEM):
        return {(line.area, line.state): line.number for line in queries.raw("p", EVERYWHERE, [DAY], 36)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(CHANGES, max_size=4))
def test_figures_are_the_sums_however_often_they_are_summed(rounds: list[list[tuple[str, str, int]]]) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("DELETE FROM report_figure WHERE programme = 'p'")
    expected: dict[tuple[str, str], int] = {}
    for rows in rounds:
        change(rows)
        for path, state, number in rows:
            expected[path, state] = expected.get((path, state), 0) + number
        nonzero = {key: number for key, number in expected.items() if number}
        assert stored() == nonzero
        actions.compact(at=NOW)
        assert stored() == nonzero


def test_a_second_one_leaves_the_first_to_finish() -> None:
    change([("A00", "stage:0", 2)])
    with connections["owner"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(7305912)")
        try:
            assert actions.compact(at=NOW) == 0
        finally:
            other.execute("SELECT pg_advisory_unlock(7305912)")
    assert actions.compact(at=NOW) == 1
    assert stored() == {("A00", "stage:0"): 2}
