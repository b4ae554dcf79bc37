"""Drills: which go on and what became of each, and one to begin."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import queries as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier, parent_path
from fangxian.console import fates
from fangxian.console.asking import actor, for_posts_that, say, seen, subject_url
from fangxian.intake import drills as exercises
from fangxian.intake.drills import Drill
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme

_GRIDS: Final = 5000


@for_posts_that(Action.DRILL)
@require_GET
def drills(request: HttpRequest) -> HttpResponse:
    """The drills of the post's area with the times of their alerts, and what one could begin."""
    by, at = acting(request), clock.now()
    found = exercises.held(by.range)
    return render(request, "console/drills/page.html", {
        "going": _shown([one for one in found if one.ended is None], by, at),
        "over": _shown([one for one in found if one.ended is not None], by, at),
        "plans": _plans(by), "places": _places(by)})


@for_posts_that(Action.DRILL)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin what was chosen, where it was chosen."""
    by = acting(request)
    programme_id, _slash, name = request.POST.get("drill", "").partition("/")
    programme = seen(by).get(programme_id)
    if programme is None:
        raise Problem(errors.NOT_FOUND)
    require(by, Action.DRILL, programme.id)
    exercises.begin(programme=programme, drill=name, area=request.POST.get("area", ""), within=by.range,
               by=actor(by, request), at=clock.now())
    messages.success(request, _("The drill goes on. Whoever is told of it sees that it is a drill; end it here."))
    return HttpResponseRedirect(reverse("drills"))


@for_posts_that(Action.DRILL)
@require_POST
def end(request: HttpRequest, drill: uuid.UUID) -> HttpResponse:
    """End it: what was filed is taken back, what waits for somebody is gone."""
    by = acting(request)
    require(by, Action.DRILL, exercises.one(drill, by.range).programme)
    exercises.end(drill=drill, within=by.range, by=actor(by, request), at=clock.now())
    messages.success(request, _("The drill has ended: its tasks are gone and its alerts wait for nobody."))
    return HttpResponseRedirect(reverse("drills"))


def _shown(found: list[Drill], by: Acting, at: dt.datetime) -> list[dict[str, Any]]:
    """Drills for the page: what, where, by whom, and who was told and answered when."""
    nodes = areas.lineages({one.path for one in found})
    users = accounts.users({one.user for one in found if one.user})
    alerts: dict[str, list[dict[str, Any]]] = {}
    over = {one.subject: one.ended for one in found if one.ended is not None}
    for line in fates.told(by, [one.subject for one in found], at, ended=over):
        alerts.setdefault(line["url"], []).append(line)
    programmes = seen(by)
    return [{
        "id": one.id, "label": _label(programmes.get(one.programme), one.name),
        "where": " · ".join(node.name for node in nodes.get(one.path, [])[-2:]),
        "who": users[one.user].name if one.user in users else "", "begun": one.begun, "ended": one.ended,
        "url": subject_url(one.subject), "alerts": alerts.get(subject_url(one.subject), []),
        "may_end": one.ended is None and may(by, Action.DRILL, one.programme)} for one in found]


def _label(programme: Programme | None, name: str) -> str:
    return next((say(one.label) for one in programme.drills if one.name == name), name) if programme else name


def _plans(by: Acting) -> list[dict[str, str]]:
    return [{"value": f"{programme.id}/{one.name}", "label": f"{say(programme.title)} · {say(one.label)}"}
            for programme in seen(by).values() if may(by, Action.DRILL, programme.id) for one in programme.drills]


def _places(by: Acting) -> list[dict[str, Any]]:
    """The grids of the post's area, by the area above."""
    groups: dict[str, list[Node]] = {}
    for node in areas.below(by.range, tier=Tier.GRID, limit=_GRIDS):
        groups.setdefault(parent_path(node.path), []).append(node)
    above = areas.nodes(groups)
    return [{"label": above[path].name if path in above else "", "grids": grids} for path, grids in groups.items()]


urlpatterns = [
    path("drills/", drills, name="drills"),
    path("drills/begin/", begin, name="drill_begin"),
    path("drills/<uuid:drill>/end/", end, name="drill_end"),
]
