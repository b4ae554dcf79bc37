"""Open tasks go along when a subject gets a new place, to whoever is responsible there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from django.db import connection

from fangxian.accounts import queries as accounts
from fangxian.areas import queries as areas
from fangxian.journal.work import Work
from fangxian.programmes import queries as programmes

from .assign import Assigner

_GIVE: Final = """
UPDATE tasks_task t SET post = n.post, why_post = n.why
FROM unnest(%s::uuid[], %s::int8[], %s::varchar[]) AS n (id, post, why) WHERE t.id = n.id
"""
_OPEN: Final = "SELECT id, programme, kind, subject, opens FROM tasks_task WHERE state = 'open' AND subject = ANY(%s)"
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
        cursor.execute(_OPEN, [list(work.moved)])
        for task, programme, kind, subject, opens in cursor.fetchall():
            place = places[work.moved[subject]]
            wanted = programmes.in_force(programme).tasks[kind].post
            post, why = assigner.assign(wanted, place, max(opens, work.at))
            rows.append((task, place.path, place.grid, place.community, place.township, place.county, post, why))
        if rows:
            cursor.execute(_MOVE, [list(column) for column in zip(*rows, strict=True)])


def give_out(tasks: Sequence[tuple[uuid.UUID, str, str, str, dt.datetime]], at: dt.datetime) -> int:
    """Assign open tasks (id, programme, kind, path, opens) anew by who is on duty; how many there were."""
    if not tasks:
        return 0
    places = areas.places({path for _, _, _, path, _ in tasks})
    assigner = Assigner(accounts.roster())
    found = [
        (task, *assigner.assign(programmes.in_force(programme).tasks[kind].post, places[path], max(opens, at)))
        for task, programme, kind, path, opens in tasks
    ]
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [list(column) for column in zip(*found, strict=True)])
    return len(found)
