"""A month behind the county of ``bench.full``: what the posts did, missed, were told and looked at, straight into the
tables.

Tasks of past days are those of today moved back, in the states real days end in; only a tenth of the first visits is,
for nobody is verified every day. The triggers that count figures see every one. Alerts follow from the tasks as the
clock would have raised them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import connections

from bench.full import tell
from fangxian.report import actions as report
from fangxian.tasks import clock

DAYS: Final = 32
_MORNING: Final = """
UPDATE tasks_task SET state = 'done', ended_at = opens + random() * (%(at)s - opens), entry = gen_random_uuid()
WHERE state = 'open' AND opens < %(at)s
  AND random() < CASE kind WHEN 'temperature_am' THEN 0.9 WHEN 'needs' THEN 0.3 WHEN 'verify' THEN 0.5 ELSE 0 END
"""
_DAY: Final = """
INSERT INTO tasks_task (id, programme, kind, form, subject, day, opens, due, closes, state, urgent, path, grid_path,
    community_path, township_path, county_path, post, why_post, told, outcome, entry, ended_at, reported_late,
    opened_by, drill)
SELECT uuidv7(-back), programme, kind, form, subject, day - %(back)s, opens - back, due - back, closes - back,
    CASE WHEN chance < 0.03 THEN 'missed' WHEN chance < 0.06 THEN 'excused' ELSE 'done' END, urgent, path, grid_path,
    community_path, township_path, county_path, post, why_post, CASE WHEN chance < 0.1 THEN 1 ELSE 0 END,
    CASE WHEN chance BETWEEN 0.03 AND 0.06 THEN 'in_hospital' ELSE '' END,
    CASE WHEN chance >= 0.03 THEN gen_random_uuid() END,
    CASE WHEN chance < 0.03 THEN closes WHEN chance < 0.1 THEN due + interval '90 min'
         ELSE opens + (due - opens) * random() END - back,
    false, opened_by, drill
FROM (SELECT *, random() AS chance, %(back)s * interval '1 day' AS back FROM tasks_task
      WHERE day = %(day)s AND state <> 'void' AND (kind <> 'verify' OR random() < 0.1)) t
"""
_TOLD: Final = """
CREATE TEMP TABLE told AS
SELECT uuidv7(min(at) - now()) AS alert, cause, step, tier, kind, day, path, min(at) AS at, array_agg(id) AS tasks
FROM (
  SELECT 'missed' AS cause, 0 AS step, 'county' AS tier, kind, day, county_path AS path, closes AS at, id
  FROM tasks_task WHERE state = 'missed' AND day < %(day)s
  UNION ALL
  SELECT 'late', 1, 'community', kind, day, community_path, due + interval '1 hour', id
  FROM tasks_task WHERE told > 0 AND day < %(day)s AND kind <> 'verify'
  UNION ALL
  SELECT 'late', 2, 'township', kind, day, township_path, due + interval '2 hours', id
  FROM tasks_task WHERE told > 0 AND day < %(day)s AND kind LIKE 'temperature%%' AND ended_at > due + interval '2 hours'
) late WHERE path IS NOT NULL GROUP BY cause, step, tier, kind, day, path;
INSERT INTO tasks_alert (id, programme, cause, kind, step, day, path, tier, count, raised_at, acknowledged_at, drill)
SELECT alert, 'entry', cause, kind, step, day, path, tier, cardinality(tasks), at,
    CASE WHEN random() < 0.98 AND day < %(day)s - 1 THEN at + random() * interval '40 min' END, false FROM told;
INSERT INTO tasks_alerttask (alert, task) SELECT alert, unnest(tasks) FROM told;
DROP TABLE told
"""
_URGENT: Final = """
INSERT INTO tasks_alert (id, programme, cause, kind, step, day, path, tier, subject, subject_path, count, raised_at,
    acknowledge_by, acknowledged_at, act_by, acted_at, drill)
SELECT uuidv7(at - now()), 'entry', 'urgent', 'transfer', 0, day, told.path, told.tier, subject, s.path, 1, at,
    at + interval '10 min', CASE WHEN day < %(day)s OR random() < 0.5 THEN at + random() * interval '12 min' END,
    at + interval '2 hours', CASE WHEN day < %(day)s THEN at + interval '20 min' + random() * interval '2 hours' END,
    false
FROM (SELECT *, day + interval '1 hour' + random() * interval '3 hours' AS at FROM (
      SELECT subject, path, grid_path, community_path, township_path, county_path, day,
          row_number() OVER (PARTITION BY day ORDER BY id DESC) AS place
      FROM tasks_task WHERE kind = 'temperature_pm' AND day > %(day)s - 33) numbered WHERE place <= 6) s,
  LATERAL (VALUES (community_path, 'community'), (township_path, 'township'), (county_path, 'county'))
  AS told (path, tier)
WHERE told.path IS NOT NULL
"""
_LOOKS: Final = """
INSERT INTO accounts_access (at, "user", post, action, programme, purpose, subject, path, count)
SELECT ended_at, p.user_id, t.post, 'identity', programme, 'own_task', subject, t.path, 1
FROM tasks_task t JOIN accounts_post p ON p.id = t.post WHERE t.state = 'done' AND random() < 0.3 ORDER BY ended_at
"""
_IMPORTS: Final = """
INSERT INTO capture_source (path, programme, form, name, memory, made_at)
SELECT %(path)s, 'entry', 'listed', 'airport ' || n, '{}', %(at)s FROM generate_series(1, 4) n;
INSERT INTO capture_import (id, path, programme, form, source_id, file_name, sheet, state, corrections, fingerprint,
    version_said, versions_seen, lines, counts, results, bucket, received_at, state_at, recorded_at)
SELECT uuidv7(at - now()), %(path)s, 'entry', 'listed', s.id, 'MU588-' || n || '.xlsx', '', 'recorded', '{}', '',
    false, '[]', 240, '{"new": 200, "known": 40}', '{"recorded": 240}', '2021-03', at, at, at
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM capture_source) s,
    LATERAL (SELECT n, %(at)s - n * interval '6 hours' AS at FROM generate_series(1, 60) n) given
"""


def fill(at: dt.datetime, day: dt.date, path: str) -> dict[str, Any]:
    """Bring the county to an instant of an operational day; how many rows of what lie there then."""
    _run(_MORNING, at=at)
    clock.run_due(at)
    tell("the day begun")
    for back in range(1, DAYS + 1):
        _run(_DAY, back=back, day=day)
    tell("tasks of the past")
    for statement in (_TOLD, _URGENT, _LOOKS, _IMPORTS):
        for one in statement.split(";"):
            _run(one, at=at, day=day, path=path)
    tell("alerts, looks and imports")
    report.compact(at=at)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM tasks_task), (SELECT count(*) FROM tasks_task WHERE day = %(day)s),"
            " (SELECT count(*) FROM tasks_task WHERE state = 'open'), (SELECT count(*) FROM tasks_alert),"
            " (SELECT count(*) FROM accounts_access), (SELECT count(*) FROM subjects_subject)",
            {"day": day},
        )
        counted = cursor.fetchone()
    tell("statistics")
    return dict(zip(("tasks", "due_today", "open", "alerts", "looks", "people"), counted, strict=True))


def _run(statement: str, **values: Any) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
