"""What bears a number is found at once, however many numbers there are."""

from __future__ import annotations

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.areas.types import Range
from fangxian.subjects import numbers
from fangxian.subjects.steps.numbers import as_compared

pytestmark = pytest.mark.django_db
MANY = """
WITH people AS (
  INSERT INTO subjects_subject (id, kind, path, bucket, wrapped_key, drill, created_at, programmes)
  SELECT gen_random_uuid(), 'person', '000', '2021-03', '', false, now(), ARRAY['p' || n % 20]
  FROM generate_series(1, 20000) n RETURNING id)
INSERT INTO subjects_numberedentry (entry, programme, form, number, subject, path, happened_at, awaited)
SELECT gen_random_uuid(), 'p' || n % 20, 'f' || n % 3, 'YX' || n, id, '000', now(), false
FROM (SELECT id, row_number() OVER () AS n FROM people) numbered
"""


def test_a_number_is_looked_up_in_one_go() -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute("SET ROLE NONE; ANALYZE subjects_numberedentry; ANALYZE subjects_subject; SET ROLE fangxian_app")
    with working_in(Scope(Range("000", "001"), ("p1", "p2"))), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) {numbers._BY_NUMBER}", [["YX21"], False])
        plan = [line.strip() for (line,) in cursor.fetchall()]
    at = next(place for place, line in enumerate(plan) if line.startswith("Index Cond: ((number)"))
    assert next(line for line in plan[at:] if line.startswith("Index Searches")) == "Index Searches: 1", plan


@pytest.mark.parametrize("typed", ["yx 21", "ＹＸ21", "YX\u200b21", "\ufeffYX21", "YX2\u20601", "YX21\u200e"])
def test_a_number_is_the_same_with_marks_that_nobody_sees(typed: str) -> None:
    assert as_compared(typed) == as_compared("YX21") != as_compared("YX-21")
