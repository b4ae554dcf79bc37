"""Open tasks, by deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from fangxian.accounts import actions as accounts
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import worklist
from fangxian.tasks.worklist import TaskView

from .asking import area, say, seeing, seen
from .schemas import PAGE, After, AreaSchema, Limit, key, read_key

OWN_TASK: Final = "own_task"
_URGENT: Final = "urgent_"
"""Before the key of a page that ends within the urgent tasks."""
router = Router(tags=["tasks"])


class TaskItem(Schema):
    """``name``, ``phone`` and ``address`` are in the clear for one's own tasks only, else masked or left out."""

    id: UUID
    programme: str
    kind: str
    label: str
    form: str
    subject: UUID
    name: str
    phone: str
    address: str
    area: AreaSchema | None
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    late: bool
    urgent: bool
    own: bool
    drill: bool


class TaskPage(Schema):
    """``next`` is the ``after`` of the next page; empty at the end."""

    items: list[TaskItem]
    next: str


@router.get("/tasks", response=TaskPage, operation_id="tasks", summary="Open tasks: urgent ones, then by deadline")
def tasks(request: HttpRequest, mine: bool = True, after: After = "", limit: Limit = PAGE) -> TaskPage:
    """One's own, or with ``mine=0`` all in the area of the post. Names of one's own are logged as looked at."""
    by, at = seeing(request), clock.now()
    shown = seen(by)
    found = _found(by, list(shown), after, limit + 1, mine=mine)
    page = found[:limit]
    people = subjects.identities({task.subject for task in page}, by.range)
    nodes = areas.nodes({task.path for task in page})
    _log(by, [task for task in page if task.post in by.posts and task.subject in people], at)
    items = [_item(task, by, at, shown, people.get(task.subject), nodes) for task in page]
    return TaskPage(items=items, next=_key(page[-1]) if len(found) > limit else "")


def _log(by: Acting, own: Sequence[TaskView], at: dt.datetime) -> None:
    for programme in sorted({task.programme for task in own}):
        named = {task.subject: task.path for task in own if task.programme == programme}
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=OWN_TASK, at=at, programme=programme, subjects=named)


def _key(last: TaskView) -> str:
    return f"{_URGENT if last.urgent else ''}{key(last.due, last.id)}"


def _found(by: Acting, shown: Sequence[str], after: str, limit: int, *, mine: bool) -> list[TaskView]:
    beyond = read_key(after.removeprefix(_URGENT))
    start = worklist.After(*beyond, urgent=after.startswith(_URGENT)) if beyond else None
    if mine:
        return worklist.of_posts(by.posts, shown, after=start, limit=limit)
    tier = areas.nodes([by.path])[by.path].tier
    if tier is Tier.ABOVE:
        raise Problem(errors.NOT_ALLOWED)
    return worklist.in_place(worklist.AreaSpot(by.path, tier), shown, after=start, limit=limit)


def _item(task: TaskView, by: Acting, at: dt.datetime, shown: Mapping[str, Programme], person: SubjectIdentity | None,
          nodes: Mapping[str, Node]) -> TaskItem:
    own = task.post in by.posts
    kind = shown[task.programme].tasks.get(task.kind)
    name, phone, address = _told(person, own=own)
    node = nodes.get(task.path)
    return TaskItem(
        id=task.id, programme=task.programme, kind=task.kind, label=say(kind.label) if kind else task.kind,
        form=task.form, subject=task.subject, name=name, phone=phone, address=address,
        area=area(node) if node else None, day=task.day, opens=task.opens, due=task.due, closes=task.closes,
        late=task.due <= at, urgent=task.urgent, own=own, drill=task.drill)


def _told(person: SubjectIdentity | None, *, own: bool) -> tuple[str, str, str]:
    if person is None:
        return "", "", ""
    if own:
        return person.name, person.phone, person.address
    return person.masked_name, "", subjects.masked(person).get("address", "")
