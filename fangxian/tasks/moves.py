"""Open tasks go along when a subject gets a new place, to whoever is responsible there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from django.db import connection

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import PostKind
from fangxian.areas import queries as areas
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.programmes import queries as programmes

from .assign import Assigner

_GIVE: Final = """
UPDATE tasks_task t SET post = n.post, why_post = n.why
FROM unnest(%s::uuid[], %s::int8[], %s::varchar[]) AS n (id, post, why) WHERE t.id = n.id
"""
_OPEN: Final = (
    "SELECT id, programme, kind, subject, opens FROM tasks_task WHERE state = 'open' AND subject = ANY(%s::uuid[])"
)
_ORPHANED: Final = (
    "SELECT id, programme, kind, path, opens, post FROM tasks_task"
    " WHERE state = 'open' AND (post IS NULL OR post = ANY(%s))"
)
_MOVE: Final = """
UPDATE tasks_task t SET path = n.path, grid_path = n.grid, community_path = n.community, township_path = n.township,
       county_path = n.county, post = n.post, why_post = n.why
FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::int8[],
            %s::varchar[]) AS n (id, path, grid, community, township, county, post, why) WHERE t.id = n.id
"""


def follow(work: Work) -> None:
    """Open tasks of every programme; what was done, missed or excused stays where it happened."""
    if not work.moved:
        return
    places = areas.places(set(work.moved.values()))
    assigner = Assigner(accounts.roster())
    rows = []
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [array_text(work.moved)])
        for task, programme, kind, subject, opens in cursor.fetchall():
            place = places[work.moved[subject]]
            post, why = assigner.assign(_wanted(programme, kind), place, max(opens, work.at))
            rows.append((task, place.path, place.grid, place.community, place.township, place.county, post, why))
        if rows:
            cursor.execute(_MOVE, [array_text(column) for column in zip(*rows, strict=True)])


def hand_on(at: dt.datetime) -> int:
    """Give on the open tasks of posts that have ended, and those nobody had; how many there were."""
    posts = accounts.roster().posts
    ending = [post.id for post in posts.values() if post.valid_to is not None]
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANED, [ending])
        rows = cursor.fetchall()
    left = [row[:5] for row in rows if row[5] is None or not posts[row[5]].in_force(max(row[4], at))]
    count = give_out(left, at)
    if any(row[5] is not None for row in rows if row[:5] in left):
        journal.order(Order("hand_on", "", {"tasks": count}), by=Actor(path="", source="clock"), at=at)
    return count


def _wanted(programme: str, kind: str) -> str:
    """The kind of post a task is for; for a kind of task that is no more, who answers for the grid."""
    found = programmes.in_force(programme).tasks.get(kind)
    return found.post if found else PostKind.GRID_WORKER


def give_out(tasks: Sequence[tuple[uuid.UUID, str, str, str, dt.datetime]], at: dt.datetime) -> int:
    """Assign open tasks (id, programme, kind, path, opens) anew by who is on duty; how many there were."""
    if not tasks:
        return 0
    places = areas.places({path for _, _, _, path, _ in tasks})
    assigner = Assigner(accounts.roster())
    found = [
        (task, *assigner.assign(_wanted(programme, kind), places[path], max(opens, at)))
        for task, programme, kind, path, opens in tasks
    ]
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [array_text(column) for column in zip(*found, strict=True)])
    return len(found)
