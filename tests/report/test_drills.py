"""An exercise is in no figure, no list, no load and no alert that goes out: everything twice, once as a drill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
from django.db.backends.utils import CursorWrapper

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, subtree
from fangxian.programmes import queries as programmes
from fangxian.report import queries
from fangxian.tasks import clock, jobs, rebuild
from fangxian.tasks import queries as tasks
from fangxian.tasks.states import IS_OPEN
from tests.county import County
from tests.journal.test_record import HOUR, rows
from tests.owner import behind_its_back

from .test_figures import CALENDAR, DAY, LATER, TODAY, VISIT
from .test_figures import county as county

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
EVENING: Final = LATER + 3 * HOUR
NIGHT: Final = LATER + 9 * HOUR
COPIED: Final = {
    "tasks_task": ("id", "subject"), "tasks_alert": ("id",), "decide_current": ("subject",),
    "decide_cohortmember": ("subject",), "facts_entry": ("subject",),
}
"""Tables and the columns in which a drill's row is another one than its model."""
ALSO: Final = (
    f"UPDATE tasks_task SET due = opens WHERE kind = 'to_site' AND {IS_OPEN}",
    "UPDATE tasks_alert SET cause = 'urgent', step = 0, acknowledged_at = raised_at + interval '5 minutes',"
    " acted_at = raised_at + interval '9 minutes' WHERE id = (SELECT min(id::text)::uuid FROM tasks_alert)",
)
"""What the day lacks: a late task with a deadline of its own, and an alert that was acted upon."""
KEYS: Final = (
    "late", "tasks-due", "tasks-outstanding", "tasks-open", "tasks-done", "tasks-missed", "measure-central isolation",
    "stage-1", "gap-1")


def as_a_drill(cursor: CursorWrapper, table: str) -> int:
    """Every row once more, of somebody else and as a drill."""
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'",
                   [table])
    columns = [row[0] for row in cursor.fetchall()]
    other = {name: f"md5({name}::text)::uuid" for name in COPIED[table]} | {"drill": "true"}
    values = [other.get(name, f'"{name}"') for name in columns]
    listed = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f'INSERT INTO "{table}" ({listed}) SELECT {", ".join(values)} FROM "{table}"')
    return int(cursor.rowcount)


def told(ask: Callable[[], Any]) -> Any:
    """What is answered to whoever sees everything."""
    with working_in(SYSTEM):
        return ask()


def everything(county: County, at: dt.datetime) -> dict[str, Any]:
    """Whatever counts or lists, by what it is called."""
    entry = told(lambda: programmes.in_force("entry"))
    path = county.paths["341023"]
    area: Node = told(lambda: areas.nodes([path])[path])
    within = subtree(path)
    figures = told(lambda: queries.by_child("entry", path, [TODAY, TODAY + DAY]))
    whole = told(lambda: queries.counts(queries.raw("entry", within, [TODAY], len(path))))
    posts = [row[0] for row in rows("SELECT DISTINCT post FROM tasks_task WHERE post IS NOT NULL")]
    found: dict[str, Any] = {
        "late by child": told(lambda: queries.late_by_child("entry", area, EVENING)),
        "late of the day": told(lambda: queries.late(entry, area, CALENDAR, at, figures)),
        "measures": told(lambda: queries.measures("entry", within)),
        "rows": told(lambda: queries.row_counts("entry", within)),
        "outstanding": told(lambda: len(queries.outstanding("entry", area, TODAY, whole, limit=500))),
        "steps": told(lambda: queries.steps(entry, within, [TODAY], CALENDAR)),
        "alerts by child": told(lambda: tasks.alerts_by_child(path, at)),
        "loads": told(lambda: tasks.loads(posts, at)),
        "unsent": told(lambda: len(jobs._unsent(at))),
        "figures that differ": told(rebuild.figures_that_differ),
    }
    for key in KEYS:
        found[key] = told(partial(listed, key, area))
    return found


def listed(key: str, area: Node) -> int:
    """The length of a list."""
    return len(queries.listed(key, "entry", area, TODAY, at=EVENING, limit=None).lines)


@pytest.mark.parametrize(("at", "nothing"), [(EVENING, "tasks-missed"), (NIGHT, "tasks-open")])
def test_everything_once_more_as_a_drill_changes_nothing(county: County, at: dt.datetime, nothing: str) -> None:
    for (subject,) in rows("SELECT DISTINCT subject FROM tasks_task ORDER BY 1")[:2]:
        county.send("verification", subject, VISIT, LATER)
    clock.run_due(EVENING)
    clock.run_due(at)
    with behind_its_back() as cursor:
        for statement in ALSO:
            cursor.execute(statement)
    before = everything(county, at)
    assert {name for name, value in before.items() if not value} == {"figures that differ", nothing}
    with behind_its_back() as cursor:
        assert all(as_a_drill(cursor, table) for table in COPIED)
    assert everything(county, at) == before
