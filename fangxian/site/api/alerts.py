"""Alerts: what the levels were told, and the answer that somebody has seen it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from fangxian.accounts.requests import acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, words
from fangxian.tasks import queries as told
from fangxian.tasks.answering import require_answer

from .asking import actor, area, seeing
from .schemas import PAGE, After, AreaSchema, Limit, key, read_key

if TYPE_CHECKING:
    from collections.abc import Mapping

router = Router(tags=["alerts"])


class Acknowledgement(Schema):
    """``note``: a word to whoever raised it, who reads it with what became of the alert."""

    note: str = Field("", max_length=actions.NOTE)


class AlertItem(Schema):
    """``area`` is the one that was told; ``subject`` is set for an urgent one, ``count`` is of its list else."""

    id: UUID
    programme: str
    cause: str
    kind: str
    step: int
    day: dt.date
    area: AreaSchema | None
    subject: UUID | None
    count: int
    raised_at: dt.datetime
    acknowledge_by: dt.datetime | None
    acknowledged_at: dt.datetime | None
    note: str
    act_by: dt.datetime | None
    acted_at: dt.datetime | None
    drill: bool


class AlertPage(Schema):
    """``next`` is the ``after`` of the next page; empty at the end."""

    items: list[AlertItem]
    next: str


@router.get("/alerts", response=AlertPage, operation_id="alerts",
            summary="Alerts in the area of the post, the newest first")
def alerts(request: HttpRequest, waiting: bool = True, after: After = "",
           limit: Limit = PAGE) -> AlertPage:
    """Those nobody has acknowledged, urgent ones first, in one page; with ``waiting=0`` all, page by page."""
    by = seeing(request)
    if waiting:
        found, more = told.waiting(by.range, clock.now(), limit=limit, posts=by.posts), ""
    else:
        found = told.history(by.range, before=read_key(after), limit=limit + 1)
        more = key(found[limit - 1].raised_at, found[limit - 1].id) if len(found) > limit else ""
    nodes = areas.nodes({one.path for one in found})
    return AlertPage(items=[_item(one, nodes) for one in found[:limit]], next=more)


@router.post("/alerts/{uuid:alert}/acknowledge", response=AlertItem, operation_id="acknowledge",
             summary="Say that one has seen it and answers for it")
def acknowledge(request: HttpRequest, alert: UUID, said: Acknowledgement | None = None) -> AlertItem:
    by = acting(request)
    found = told.one(alert)
    if found is None or found.path not in by.range:
        raise Problem(errors.NOT_FOUND)
    require_answer(by, found, clock.now())
    actions.acknowledge(alert=alert, by=actor(by, request), at=clock.now(), note=said.note if said else "")
    found.refresh_from_db()
    return _item(found, areas.nodes([found.path]))


def _item(one: Any, nodes: Mapping[str, Node]) -> AlertItem:
    node = nodes.get(one.path)
    shown = {name: getattr(one, name) for name in AlertItem.model_fields if name != "area"}
    shown["note"] = words.opened(one.note, one.id)
    return AlertItem(**shown, area=area(node) if node else None)
