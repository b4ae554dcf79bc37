"""Give open tasks to a post, take them back to whoever has them by the roster, remind their holders.

Each is a command in the journal and takes effect in the same transaction. A post that does not see where a task lies is
lent it: it sees whom the task is about while it has it (``lending``). Both sides are told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from django.db import connection, transaction

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import Roster, RosterPost
from fangxian.accounts.scope import everywhere
from fangxian.accounts.types import Action
from fangxian.areas.types import subtree
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.decisions import decided_before

from . import alerts, lending, relocation
from .rules import time_left
from .states import IS_OPEN
from .types import REMIND_AGAIN, AssignmentReason, Cause

REASSIGN: Final = "reassign"
REMIND: Final = "remind"
_HELD: Final = f"""
SELECT id, programme, kind, form, subject, path, opens, day, post, drill, due, closes FROM tasks_task
WHERE id = ANY(%s::uuid[]) AND {IS_OPEN} ORDER BY id FOR UPDATE
"""  # noqa: S608 - a constant
_GIVE: Final = "UPDATE tasks_task SET post = %s, why_post = %s WHERE id = ANY(%s::uuid[])"
_POSTS: Final = "SELECT id, post FROM tasks_task WHERE id = ANY(%s::uuid[])"
_REMINDED: Final = """
SELECT t.task FROM tasks_alerttask t JOIN tasks_alert a ON a.id = t.alert
WHERE t.task = ANY(%s::uuid[]) AND a.cause = 'remind' AND a.raised_at > %s
"""


class HeldTask(NamedTuple):
    """An open task under lock, and whose it is."""

    id: uuid.UUID
    programme: str
    kind: str
    form: str
    subject: uuid.UUID
    path: str
    opens: dt.datetime
    day: dt.date
    post: int | None
    drill: bool
    due: dt.datetime
    closes: dt.datetime


class Reassigned(NamedTuple):
    """How many tasks changed hands, how many of them went to which post that stands in, and how many did not: by
    programme and form those the post may not fill, and those it is not there for."""

    number: int
    standing_in: Mapping[int, int]
    left: Mapping[tuple[str, str], int]
    unattended: int


@transaction.atomic
@decided_before(Action.REASSIGN)
def reassign(
    *, tasks: Sequence[uuid.UUID], post: int, by: Actor, at: dt.datetime, those_it_can: bool = False,
) -> Reassigned:
    """Give open tasks to another post that is in force, or to who stands in for it while they are due.

    Problem OUT_OF_REACH for a post that neither sees their places nor works in the giver's area, CANNOT_DO for one that
    may not fill their forms, NOT_THERE where nobody is there in time; where they were not chosen one by one
    (``those_it_can``), where that is so of all.
    """
    roster = accounts.roster()
    chosen = roster.posts.get(post)
    if chosen is None or not chosen.in_force(at):
        raise errors.Problem(errors.NOT_FOUND)
    asked = _hold(tasks)
    _require_reach(chosen, asked, by)
    held, left = _those_it_can(chosen, [one for one in asked if one.post != post])
    takers = {one: there for one in held if (there := _there(roster, chosen, one, by, at))}
    if (left or len(takers) < len(held)) and not (those_it_can and takers):
        raise errors.Problem(errors.CANNOT_DO if left else errors.NOT_THERE)
    by_taker = defaultdict[int, list[HeldTask]](list)
    for one, there in takers.items():
        by_taker[there.id].append(one)
    for taker, given in sorted(by_taker.items()):
        _give(given, roster.posts[taker], by, at)
    return Reassigned(
        len(takers), {taker: len(given) for taker, given in by_taker.items() if taker != post},
        Counter((one.programme, one.form) for one in left), len(held) - len(takers))


def _require_reach(post: RosterPost, tasks: Iterable[HeldTask], by: Actor) -> None:
    if post.path not in subtree(by.path) and any(one.path not in subtree(post.path) for one in tasks):
        raise errors.Problem(errors.OUT_OF_REACH)


def _there(roster: Roster, post: RosterPost, task: HeldTask, by: Actor, at: dt.datetime) -> RosterPost | None:
    """Who is there for a task that is given to a post; nobody where that is who stands in, works out of the giver's
    area and would see somebody for it whom the post does not see."""
    found = roster.first_there(post, *time_left(task.opens, task.due, task.closes, at))
    in_reach = found is not None and (found.path in subtree(by.path) or task.path in subtree(post.path))
    return found if in_reach else None


def _give(given: Sequence[HeldTask], taker: RosterPost, by: Actor, at: dt.datetime) -> None:
    now = [one.id for one in given]
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [taker.id, AssignmentReason.REASSIGNED, array_text(now)])
    lending.lend([one.id for one in given if one.path not in subtree(taker.path)], taker.id, at)
    _order(REASSIGN, given, by, at, post=taker.id)
    _tell(given, dict.fromkeys(now, taker.id), at)


def _those_it_can(post: RosterPost, held: Iterable[HeldTask]) -> tuple[list[HeldTask], list[HeldTask]]:
    """The tasks whose forms a post may fill, and the others."""
    permissions = accounts.permissions()
    sorted_out: dict[bool, list[HeldTask]] = {True: [], False: []}
    for one in held:
        sorted_out[permissions.may(post.kind, Action.FILL, one.programme, one.form)].append(one)
    return sorted_out[True], sorted_out[False]


@transaction.atomic
@decided_before(Action.REASSIGN)
def call_back(*, tasks: Sequence[uuid.UUID], by: Actor, at: dt.datetime) -> int:
    """Take open tasks back: they go to whoever is on duty for them; how many changed hands."""
    held = _hold(tasks)
    relocation.give_out([relocation.Open(one.id, one.programme, one.kind, one.subject, one.path, one.opens)
                         for one in held], at)
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [array_text(one.id for one in held)])
        now: dict[uuid.UUID, int | None] = dict(cursor.fetchall())
    moved = [one for one in held if now[one.id] != one.post]
    _order(REASSIGN, held, by, at, post=None)
    _tell(moved, now, at)
    return len(moved)


@transaction.atomic
@decided_before(Action.REASSIGN)
def remind(*, tasks: Sequence[uuid.UUID], by: Actor, at: dt.datetime) -> int:
    """Call open tasks to the mind of whoever has them; how many. Of one task it is done once an hour at most, however
    often it is asked for; one that nobody has reminds nobody.
    """
    held = [one for one in _hold(tasks) if one.post is not None]
    with everywhere(), connection.cursor() as cursor:  # who has it may be told beyond the area of who reminds
        cursor.execute(_REMINDED, [array_text(one.id for one in held), at - REMIND_AGAIN])
        lately = {task for task, in cursor.fetchall()}
    due = [one for one in held if one.id not in lately]
    _order(REMIND, due, by, at)
    _raise(Cause.REMIND, ((one, one.post) for one in due), at)
    return len(due)


def _hold(tasks: Sequence[uuid.UUID]) -> list[HeldTask]:
    """Those of some tasks that are open and in sight, so that nobody else gives or ends them meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [array_text(sorted(set(tasks)))])
        return [HeldTask(*row) for row in cursor.fetchall()]


def _order(name: str, held: Iterable[HeldTask], by: Actor, at: dt.datetime, **more: object) -> None:
    by_programme: dict[str, list[uuid.UUID]] = defaultdict(list)
    for one in held:
        by_programme[one.programme].append(one.id)
    journal.orders([Order(name, by.path, {"tasks": own, **more}, programme)
                    for programme, own in sorted(by_programme.items())], by=by, at=at)


def _tell(held: Iterable[HeldTask], now: Mapping[uuid.UUID, int | None], at: dt.datetime) -> None:
    """Whoever has a task now, and whoever had it before."""
    told = list(held)
    _raise(Cause.GIVEN, ((one, now[one.id]) for one in told), at)
    _raise(Cause.TAKEN, ((one, one.post) for one in told), at)


def _raise(cause: Cause, told: Iterable[tuple[HeldTask, int | None]], at: dt.datetime) -> None:
    """One line per post and kind of task, with its list."""
    roster = accounts.roster().posts
    lists: dict[tuple[int, str, str, dt.date, bool], list[uuid.UUID]] = defaultdict(list)
    for one, post in told:
        if post is not None and post in roster:
            lists[post, one.programme, one.kind, one.day, one.drill].append(one.id)
    alerts.raise_to_posts(cause, [
        alerts.ToldPost(post, roster[post].path, programme, kind, day, drill, tuple(tasks))
        for (post, programme, kind, day, drill), tasks in lists.items()], at)
