"""People of an area that has ended go along to the one area that took over from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Final

from django.db import connection, transaction

from fangxian.accounts.scope import as_a_whole
from fangxian.areas import queries as areas
from fangxian.decide import relocation as decisions
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.programmes import queries as programmes
from fangxian.subjects import actions as subjects
from fangxian.subjects.steps.place import move

from . import relocation

_AT_ONCE: Final = 2_000
_THERE: Final = "SELECT id, path FROM subjects_subject WHERE path = ANY(%s::varchar[]) ORDER BY path, id LIMIT %s"


def settle(at: dt.datetime) -> int:
    """Subjects of areas that have ended, each of which one area in force took over from: they, their decisions and
    their open tasks are there now, and whoever is responsible there has them; how many moved.

    Where several took over somebody has to say which; where none did nobody is moved.
    """
    became = taken_over(areas.ended(at.date()), at.date())
    count = 0
    while became and (found := _settle_some(became, at)):
        count += found
    return count


def taken_over(paths: list[str], on: dt.date) -> dict[str, str]:
    """By path of an ended area the path of the one in force that took over from it, where it is one."""
    return {path: nodes[0].path for path, nodes in areas.successors(paths, on).items()
            if len(nodes) == 1 and nodes[0].path != path} if paths else {}


@transaction.atomic
def _settle_some(became: Mapping[str, str], at: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [array_text(became), _AT_ONCE])
        subjects.hold(subject for subject, _ in cursor.fetchall())
        cursor.execute(_THERE, [array_text(became), _AT_ONCE])  # once more: whoever was moved meanwhile stays there
        moved: dict[uuid.UUID, str] = {subject: became[path] for subject, path in cursor.fetchall()}
    if not moved:
        return 0
    by = Actor(path="", source="clock")
    work = Work(programme=next(iter(programmes.all_in_force())), by=by, at=at, batch=0, moved=moved)
    with as_a_whole():
        move(moved)
    decisions.follow(work)
    relocation.follow(work)
    journal.order(Order("settle", "", {"subjects": len(moved), "areas": sorted(set(moved.values()))}), by=by, at=at)
    return len(moved)
