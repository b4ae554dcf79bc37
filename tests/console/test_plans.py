"""How PostgreSQL reads the task lists with a real backlog: under the application role, in the scope of each post."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import pytest
from django.db import connection, connections, transaction

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import ALL_PROGRAMMES, SYSTEM, Scope, apply_on, working_in
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Range, subtree
from fangxian.capture import placing
from fangxian.report import queries as report
from fangxian.report.types import Counts
from fangxian.tasks import fates, queries, worklist
from fangxian.tasks.worklist import AreaSpot
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TODAY: Final = dt.date(2020, 3, 20)
SEEN: Final = ("entry", "linelist")
OPEN: Final = {f"task_{of}_open" for of in ("grid", "community", "township", "county", "post", "kind", "subject")}
PLACES: Final = {
    "grid": "34102310000101",
    "community": "341023100001",
    "township": "341023101",
    "township with nearly all of the backlog": "341023100",
    "county": "341023",
}
# nine tasks in ten lie in the first township; a month of them is done, the last day is open
_BACKLOG: Final = """
INSERT INTO tasks_task (id, programme, kind, form, subject, day, opens, due, closes, state, urgent, path, grid_path,
    community_path, township_path, county_path, post, why_post, told, outcome, ended_at, reported_late, opened_by,
    drill)
SELECT gen_random_uuid(), 'entry', CASE WHEN n %% 997 = 0 THEN 'place' ELSE 'temperature_am' END, 'daily_check',
    md5('subject' || n / 30)::uuid, at::date, at, at + (n %% 600) * interval '1 min', at + interval '12 h',
    CASE WHEN at < %(today)s THEN CASE WHEN n %% 33 = 0 THEN 'missed' ELSE 'done' END ELSE 'open' END, false, grid,
    grid, left(grid, 15), left(grid, 12), left(grid, 9), post, 'on duty', 0, '', CASE WHEN at < %(today)s THEN at END,
    false, 1, false
FROM (SELECT n, %(today)s - n %% 30 * interval '1 day' AS at,
        %(grids)s::text[] AS grids, %(posts)s::bigint[] AS posts,
        CASE WHEN n / 30 %% 10 = 0 THEN 3 ELSE 1 + n / 30 %% 2 END AS place FROM generate_series(1, 60000) n) s,
  LATERAL (SELECT grids[place] AS grid, posts[place] AS post) chosen
"""
_ALERTS: Final = """
INSERT INTO tasks_alert (id, programme, cause, kind, step, day, path, tier, subject, subject_path, count, raised_at,
    drill)
SELECT gen_random_uuid(), 'entry', CASE WHEN n %% 100 = 0 THEN 'urgent' ELSE 'late' END, 'suspected', 0,
    %(now)s::date, %(path)s, 'county', CASE WHEN n %% 100 = 0 THEN gen_random_uuid() END, %(path)s, 1,
    %(now)s - n * interval '20 min', false
FROM generate_series(1, 30000) n
"""


class Read(NamedTuple):
    """What a plan touched: the indexes it used on tasks, whether it read the table through, and rows it looked at."""

    indexes: set[str]
    through: bool
    rows: int


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def backlog(county: County) -> Iterator[None]:
    """60,000 tasks, seen by nobody else and gone afterwards; statistics are up to date."""
    grids = [county.paths[code] for code in ("34102310000101", "34102310000102", "34102310120001")]
    posts = [county.posts["grid_worker", code] for code in ("34102310000101", "34102310000102", "34102310120001")]
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            _scope(cursor, SYSTEM.area)
            cursor.execute(_BACKLOG, {"today": MORNING, "grids": grids, "posts": posts})
            cursor.execute("ANALYZE tasks_task")
            cursor.execute("SET LOCAL ROLE fangxian_app")
        yield
        transaction.set_rollback(True, using="owner")


def reads(look: Callable[[], Any], within: Range) -> Read:
    """Run the statements of a look-up on tasks once more where the backlog is, under the post's scope."""
    said: list[tuple[str, Any]] = []

    def hear(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        said.append((statement, values))
        return execute(statement, values, many, context)

    with working_in(SYSTEM), connection.execute_wrapper(hear):
        look()
    found = Read(set(), False, 0)
    with connections["owner"].cursor() as cursor:
        _scope(cursor, within)
        for statement, values in said:
            if "FROM tasks_task" in statement:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
                plan = cursor.fetchone()[0]
                for node in _nodes(json.loads(plan)[0]["Plan"] if isinstance(plan, str) else plan[0]["Plan"]):
                    found = _with(found, node)
    assert found.indexes or found.through, "nothing was asked of the tasks"
    return found


def _with(found: Read, node: dict[str, Any]) -> Read:
    name = node.get("Index Name", "")
    on_tasks = node.get("Relation Name") == "tasks_task"
    rows = node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) if on_tasks else 0
    return Read(
        found.indexes | ({name} if name.startswith("task_") or name == "one_task_per_window" else set()),
        found.through or (node["Node Type"] == "Seq Scan" and on_tasks),
        found.rows + int(rows),
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _scope(cursor: Any, within: Range) -> None:
    apply_on(cursor, Scope(within, (ALL_PROGRAMMES,)))


def _area(county: County, place: str) -> Node:
    path = county.paths[PLACES[place]]
    return areas.nodes([path])[path]


@pytest.mark.usefixtures("backlog")
@pytest.mark.parametrize("place", PLACES)
def test_the_open_tasks_of_a_place_come_by_deadline_out_of_the_index_of_its_level(county: County, place: str) -> None:
    area = _area(county, place)
    index = {f"task_{area.tier}_open"}
    open_list = reads(lambda: worklist.in_place(AreaSpot(area.path, area.tier), SEEN), subtree(area.path))
    late = reads(
        lambda: report.listed("late", "entry", area, TODAY, at=MORNING + dt.timedelta(hours=9)), subtree(area.path)
    )
    some = Counts(tasks={("temperature_am", "open"): 1})
    sheet = reads(lambda: report.outstanding("entry", area, TODAY, some, limit=300), subtree(area.path))
    for found, limit in ((open_list, worklist.PAGE), (late, report.LIST_PAGE + 1)):
        assert (found.indexes - {"task_urgent_open"}, found.through) == (index, False)
        assert found.rows <= limit
    assert "task_urgent_open" in open_list.indexes
    assert not sheet.through
    assert sheet.indexes <= {"task_by_day", *OPEN}


@pytest.mark.usefixtures("backlog")
@pytest.mark.parametrize("place", ["grid", "township", "county"])
def test_a_posts_own_day_reads_its_own_tasks_only(county: County, place: str) -> None:
    area = _area(county, place)
    post = county.posts[{"grid": "grid_worker", "township": "township_duty", "county": "county_duty"}[place], area.code]
    own = 2_000 if place == "grid" else 0
    looks = {
        "task_post_open": lambda: worklist.of_posts([post], SEEN),
        "task_post_ended": lambda: worklist.ended_on(TODAY - dt.timedelta(days=1), [post], SEEN),
    }
    for index, look in looks.items():
        found = reads(look, subtree(area.path))
        assert (found.indexes - {"task_urgent_open"}, found.through) == ({index}, False)
        assert found.rows <= own
    tally = reads(lambda: worklist.tally(TODAY, [post], SEEN, MORNING), subtree(area.path))
    assert tally.indexes == {"task_post_open", "task_post_ended"}
    assert not tally.through


@pytest.mark.usefixtures("backlog")
def test_who_waits_for_a_grid_is_found_without_walking_all_that_is_open(county: County) -> None:
    area = _area(county, "county")
    kinds = reads(lambda: placing.waiting(_county_duty(county)), subtree(area.path))
    assert (kinds.indexes, kinds.through) == ({"task_kind_open"}, False)
    assert kinds.rows < 100


@pytest.mark.usefixtures("backlog")
def test_the_load_of_a_team_and_what_is_nobodys_come_by_post(county: County) -> None:
    within = subtree(_area(county, "township with nearly all of the backlog").path)
    posts = [county.posts["grid_worker", code] for code in ("34102310000101", "34102310000102")]
    for look in (lambda: queries.loads(posts, MORNING), lambda: queries.open_of(None, within)):
        found = reads(look, within)
        assert found.indexes <= OPEN
        assert not found.through


def test_what_became_of_ones_alerts_is_found_without_walking_through_those_of_years(county: County) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        _scope(cursor, SYSTEM.area)
        cursor.execute(_ALERTS, {"now": MORNING, "path": county.paths["341023"]})
        cursor.execute("ANALYZE tasks_alert")
        cursor.execute("SET LOCAL ROLE fangxian_app")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {fates._RAISED}", [MORNING - dt.timedelta(days=1), 1])
        plan = cursor.fetchone()[0]
        nodes = list(_nodes(json.loads(plan)[0]["Plan"] if isinstance(plan, str) else plan[0]["Plan"]))
        transaction.set_rollback(True, using="owner")
    read = [node.get("Index Name", node["Node Type"]) for node in nodes if node.get("Relation Name") == "tasks_alert"]
    assert read == ["alert_urgent"]


def _county_duty(county: County) -> Any:
    user, post = county.users["county_duty", "341023"], county.posts["county_duty", "341023"]
    acting = accounts.acting_as(user, post, MORNING)
    assert acting is not None
    return acting


