"""A part of "My day": which cards, in which order, and where the day goes on.

The tasks of a worker's day are ordered as a whole before a part of them is shown, so that a street is not cut in two by
deadlines. Of a whole area, or beyond ``WHOLE``, each part is ordered by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from fangxian.accounts.types import POST_KINDS, Acting, PostKind
from fangxian.console import cards, walk
from fangxian.console.asking import as_uuid, moment
from fangxian.console.opening import named_in
from fangxian.kernel import clock
from fangxian.programmes.types import Programme
from fangxian.tasks import worklist
from fangxian.tasks.worklist import After, AreaSpot, TaskView

from .actions import ORDER_OF_THE_DAY
from .queries import remembered_here
from .walk import SortOrder

SHOWN: Final = 100  # cards a cheap phone shows at once; the rest comes as one scrolls
WHOLE: Final = 400  # tasks that are ordered together
_URGENT: Final = "urgent"


class DayPart(NamedTuple):
    """Where a part begins: behind a task by deadline, and within what is ordered together behind a card."""

    after: After | None = None
    last: uuid.UUID | None = None


class DayCards(NamedTuple):
    """The cards of a part, the tasks they are of, and the query of the next part (empty: there is none)."""

    told: cards.CardContext
    cards: list[cards.Card]
    tasks: list[TaskView]
    more: str


def part_of(query: QueryDict) -> DayPart:
    """What the address asks for: ``after`` (deadline, task, "urgent") and ``last`` (task)."""
    due, _sep, rest = query.get("after", "").partition("_")
    task, _sep, urgent = rest.partition("_")
    after = After(moment(due, clock.now()), as_uuid(task), urgent == _URGENT) if task else None
    last = query.get("last")
    return DayPart(after, as_uuid(last) if last else None)


def order_of(request: HttpRequest) -> SortOrder:
    """How somebody likes their day sorted."""
    kept = remembered_here(request).get(ORDER_OF_THE_DAY, "")
    return SortOrder(kept) if kept in set(SortOrder) else SortOrder.BUILDING


def read(
    by: Acting,
    at: dt.datetime,
    shown: Mapping[str, Programme],
    part: DayPart,
    order: SortOrder,
    done: Sequence[TaskView],
    *,
    everybody: bool,
) -> DayCards:
    """A part of the day; ``done`` are tasks whose cards are wanted beside it. Of ``everybody`` in an area those are
    named whom the post may see by name; the caller logs whom the page shows.
    """
    limit = SHOWN if everybody else WHOLE
    found = _tasks(by, list(shown), part.after, limit + 1, everybody=everybody)
    together, beyond = found[:limit], found[limit:]
    last = list(worklist.by_ids([part.last], by.range).values()) if part.last else []
    opened = _named(by, shown, [*together, *last]) if everybody else set()
    told = cards.round_of(by, at, shown, [*together, *last, *done], opened=opened)
    before = next(iter(cards.of_tasks(told, last)), None)
    ordered = walk.following(walk.ordered(cards.of_tasks(told, together), order), before, order)
    page, left = cards.recalled(told, ordered[:SHOWN]), ordered[SHOWN:]
    by_id = {task.id: task for task in together}
    more = ""
    if left:
        more = _query(part.after, page[-1]["id"], everybody=everybody)
    elif beyond:
        more = _query(After(together[-1].due, together[-1].id, together[-1].urgent), None, everybody=everybody)
    return DayCards(told, page, [by_id[one["id"]] for one in page], more)


def spot(by: Acting) -> AreaSpot:
    """The area of one who leads it."""
    return AreaSpot(by.path, POST_KINDS[PostKind(by.kind)].tier)


def _tasks(by: Acting, shown: list[str], after: After | None, limit: int, *, everybody: bool) -> list[TaskView]:
    if not everybody:
        return worklist.of_posts(by.posts, shown, after=after, limit=limit)
    return worklist.in_place(spot(by), shown, after=after, limit=limit)


def _named(by: Acting, shown: Mapping[str, Programme], tasks: Sequence[TaskView]) -> set[uuid.UUID]:
    """Whom the tasks of an area are about and the post may see by name, as on every list of tasks to act on."""
    about: dict[str, set[uuid.UUID]] = {}
    for task in tasks:
        about.setdefault(task.programme, set()).add(task.subject)
    return {subject for programme, subjects in about.items() if programme in shown
            for subject in named_in(by, shown[programme], subjects)}


def _query(after: After | None, last: uuid.UUID | None, *, everybody: bool) -> str:
    said: dict[str, Any] = {"of": "area"} if everybody else {}
    if after is not None:
        said["after"] = "_".join((after.due.isoformat(), str(after.id), *([_URGENT] if after.urgent else [])))
    if last is not None:
        said["last"] = last
    return f"?{urlencode(said)}"
