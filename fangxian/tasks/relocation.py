"""Open tasks go along when a subject gets a new place, to whoever is responsible there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import as_a_whole
from fangxian.areas import queries as areas
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.programmes import queries as programmes

from . import alerts, holds
from .rules import time_left
from .states import IS_OPEN, HandoverState, sql_is
from .types import Cause

_GIVE: Final = """
UPDATE tasks_task t SET post = n.post, why_post = n.why
FROM unnest(%s::uuid[], %s::int8[], %s::varchar[]) AS n (id, post, why) WHERE t.id = n.id
"""
_OPEN: Final = f"SELECT id, programme, kind, subject, path, opens FROM tasks_task WHERE {IS_OPEN} AND "  # noqa: S608 - a constant
_LEAVING: Final = (
    f"SELECT id, programme, kind, subject, path, opens, post, day, drill FROM tasks_task WHERE {IS_OPEN}"  # noqa: S608
    " AND subject = ANY(%s::uuid[])")
_OF_SUBJECT: Final = _OPEN + "programme = %s AND subject = %s AND NOT urgent"
_OF_POST: Final = _OPEN + "post = %s"
_WITH_TIMES: Final = (
    "SELECT id, programme, kind, subject, path, opens, post, due, closes FROM tasks_task"  # noqa: S608 - a constant
    f" WHERE {IS_OPEN} AND post = ANY(%s) ORDER BY id")
_ORPHANED: Final = (
    "SELECT id, programme, kind, subject, path, opens, post FROM tasks_task"  # noqa: S608 - a constant
    f" WHERE {IS_OPEN} AND (post IS NULL OR post = ANY(%s))"
)
_ASTRAY: Final = (
    "SELECT t.id, t.programme, t.kind, t.subject, s.path, t.opens FROM tasks_task t"  # noqa: S608 - a constant
    " JOIN subjects_subject s ON s.id = t.subject"
    f" WHERE t.id = ANY(%s::uuid[]) AND t.{IS_OPEN} AND t.path <> s.path"
)
_MOVE: Final = """
UPDATE tasks_task t SET path = n.path, grid_path = n.grid, community_path = n.community, township_path = n.township,
       county_path = n.county, post = n.post, why_post = n.why
FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::int8[],
            %s::varchar[]) AS n (id, path, grid, community, township, county, post, why) WHERE t.id = n.id
"""

_LEFT: Final = f"""
UPDATE tasks_handover h SET state = '{HandoverState.WITHDRAWN}', answered_at = %s
FROM unnest(%s::uuid[], %s::varchar[]) AS n (id, path), accounts_post p
WHERE h.subject = n.id AND {sql_is([HandoverState.ASKED], "h")} AND h.department = '' AND p.id = h.asked_by
  AND NOT starts_with(n.path, p.path)
RETURNING h.id, h.programme, h.subject
"""  # noqa: S608 - constants


class Open(NamedTuple):
    """An open task to be given to somebody."""

    id: uuid.UUID
    programme: str
    kind: str
    subject: uuid.UUID
    path: str
    opens: dt.datetime


class LeavingTask(NamedTuple):
    """An open task that went with its person, and whose it was."""

    id: uuid.UUID
    programme: str
    kind: str
    subject: uuid.UUID
    post: int | None
    day: dt.date
    drill: bool


class LeftBehind(NamedTuple):
    """A handover that nobody has answered, of somebody whom the area that asked has no more."""

    handover: uuid.UUID
    programme: str
    subject: uuid.UUID


def follow(work: Work) -> None:
    """Open tasks of every programme; what was done, missed or excused stays where it happened. Whoever had them is told
    that they went, unless it was they who moved the person."""
    if not work.moved:
        return
    with as_a_whole():
        _follow(work)


def _follow(work: Work) -> None:
    _take_back(_withdraw_left(work.moved, work.at), work)
    held = holds.follow(work.moved)
    with connection.cursor() as cursor:
        cursor.execute(_LEAVING, [array_text(work.moved)])
        rows = cursor.fetchall()
    tasks = [Open(*row[:6])._replace(path=work.moved[row[3]]) for row in rows]
    now = _move(tasks, held, work.at)
    _tell_left([LeavingTask(*row[:4], *row[6:]) for row in rows if now[row[0]] != row[6]], work)


def _withdraw_left(moved: Mapping[uuid.UUID, str], at: dt.datetime) -> list[LeftBehind]:
    """Take back what an area asked of another, where somebody has since gone to a third: that one was never asked."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [at, array_text(moved), array_text(moved.values())])
        return [LeftBehind(*row) for row in cursor.fetchall()]


def _take_back(left: Sequence[LeftBehind], work: Work) -> None:
    """Written down as whoever moved the person took it back; nobody is asked any more."""
    by = {one.subject: work.writer(one.subject) for one in left}
    for one in left:
        alerts.answered(one.programme, one.subject, by[one.subject].user, work.at)
    journal.orders([Order("take_back", by[one.subject].path, {"handover": one.handover}, one.programme, one.subject,
                          by=by[one.subject]) for one in left], by=work.by, at=work.at)


def _tell_left(tasks: Iterable[LeavingTask], work: Work) -> None:
    """One line per post, kind of task and day, however many people a list moved; what follows by itself from somebody's
    registration is no news."""
    roster = accounts.roster().posts
    lists: dict[tuple[int, str, str, dt.date, bool], list[uuid.UUID]] = defaultdict(list)
    for one in tasks:
        mover = work.writer(one.subject).post
        if mover is not None and one.post is not None and one.post in roster and one.post != mover:
            lists[one.post, one.programme, one.kind, one.day, one.drill].append(one.id)
    alerts.raise_to_posts(Cause.MOVED, [
        alerts.ToldPost(post, roster[post].path, programme, kind, day, drill, tuple(left))
        for (post, programme, kind, day, drill), left in lists.items()], work.at)


def bring_back(tasks: Iterable[uuid.UUID], at: dt.datetime) -> None:
    """Tasks that are open again go to where their subjects are now; they were closed where those were then."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY, [array_text(tasks)])
        astray = [Open(*row) for row in cursor.fetchall()]
    _move(astray, holds.standing(task.subject for task in astray), at)


def _move(tasks: Sequence[Open], held: holds.Holds, at: dt.datetime) -> dict[uuid.UUID, int | None]:
    """Whose each task is now."""
    if not tasks:
        return {}
    places = areas.places({task.path for task in tasks})
    assigner = holds.assigner(held.values(), at)
    rows = []
    for task in tasks:
        place, kind = places[task.path], programmes.in_force(task.programme).tasks.get(task.kind)
        hold = held.get((task.programme, task.subject))
        post, why = assigner.assignee(task.programme, kind, place, max(task.opens, at), hold)
        rows.append((task.id, place.path, place.grid, place.community, place.township, place.county, post, why))
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [array_text(column) for column in zip(*rows, strict=True)])
    return {row[0]: row[6] for row in rows}


def hand_on(at: dt.datetime) -> int:
    """Give on the open tasks of posts that have ended, and those nobody had; how many there were."""
    posts = accounts.roster().posts
    ending = [post.id for post in posts.values() if post.valid_to is not None]
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANED, [ending])
        rows = cursor.fetchall()
    left = {Open(*task): post for *task, post in rows}
    left = {task: post for task, post in left.items() if post is None or not posts[post].in_force(max(task.opens, at))}
    count = give_out(list(left), at)
    if any(post is not None for post in left.values()):
        journal.order(Order("hand_on", "", {"tasks": count}), by=Actor(path="", source="clock"), at=at)
    return count


def of_post(post: int) -> list[Open]:
    """What a post has to do."""
    return _open(_OF_POST, post)


def unattended(posts: Iterable[int], at: dt.datetime) -> dict[int, list[Open]]:
    """By post the open tasks that nobody will be there for while they are due, neither the post nor who stands in."""
    roster = accounts.roster()
    with connection.cursor() as cursor:
        cursor.execute(_WITH_TIMES, [sorted(posts)])
        rows = cursor.fetchall()
    found: dict[int, list[Open]] = defaultdict(list)
    for *task, post, due, closes in rows:
        one = Open(*task)
        if roster.first_there(roster.posts[post], *time_left(one.opens, due, closes, at)) is None:
            found[post].append(one)
    return found


def of_subject(programme: str, subject: uuid.UUID) -> list[Open]:
    """What is to be done about somebody in a programme, but what is urgent."""
    return _open(_OF_SUBJECT, programme, subject)


def give_out(tasks: Sequence[Open], at: dt.datetime) -> int:
    """Assign open tasks anew by who is on duty; how many there were."""
    if not tasks:
        return 0
    places = areas.places({task.path for task in tasks})
    held = holds.standing(task.subject for task in tasks)
    assigner = holds.assigner(held.values(), at)
    found = []
    for task in tasks:
        kind = programmes.in_force(task.programme).tasks.get(task.kind)
        hold = held.get((task.programme, task.subject))
        found.append(
            (task.id, *assigner.assignee(task.programme, kind, places[task.path], max(task.opens, at), hold)))
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [array_text(column) for column in zip(*found, strict=True)])
    return len(found)


def _open(query: str, *values: Any) -> list[Open]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return [Open(*row) for row in cursor.fetchall()]
