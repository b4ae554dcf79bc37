"""About this installation, and the first day: what it is, who runs it, whom to call, which keys, the tour once more."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import queries as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.types import Acting, PostKind
from fangxian.areas import queries as areas
from fangxian.console import tours
from fangxian.console.actions import remember
from fangxian.console.asking import say, whole_number
from fangxian.console.queries import remembered
from fangxian.console.shell import tour_of
from fangxian.console.tours import DONE, SKIPPED, TourState
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes

CALLED: Final = 5
"""Administrators whose names and phones are shown."""


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What it is, and who answers for it."""
    by = acting(request)
    line = areas.lineages([by.path]).get(by.path, [])
    county = next((node for node in line if node.path == areas.county_of(by.path)), line[-1] if line else None)
    return render(request, "console/about.html", {
        "version": version("fangxian"),
        "run_by": settings.RUN_BY or (county.name if county else ""),
        "data_at": settings.DATA_AT,
        "host": request.get_host(),
        "zone_name": str(by.calendar.zone),
        "cutoff": by.calendar.cutoff,
        "administrators": _administrators(by),
        "programmes": [
            {"label": say(one.title), "version": one.version} for one in programmes.all_in_force()
            if one.id in by.programmes],
        "tour_steps": len(tour_of(by)),
    })


@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    """A step on or back, skipped, done, or once more from the place it was left. Field ``to``: a number, or a word.

    Problem NOT_FOUND for a step there is not.
    """
    by = acting(request)
    steps, name = tour_of(by), tours.name_of(by)
    now = TourState.read(remembered(by).get(name, ""))
    wanted, number = request.POST.get("to", ""), whole_number(request.POST.get("to", ""))
    if wanted == "again":
        now = TourState(0 if now.ended == DONE else now.step)
    elif wanted in (SKIPPED, DONE):
        now = TourState(now.step, wanted)
    elif number is not None and number < len(steps):
        now = TourState(number)
    else:
        raise Problem(errors.NOT_FOUND)
    remember(name=name, value=now.kept(), by=by)
    return HttpResponseRedirect(reverse("home"))


def _administrators(by: Acting) -> list[dict[str, Any]]:
    """Who holds the post of an administrator here or in an area above, nearest first."""
    at, roster = clock.now(), accounts.roster()
    line = areas.lineages([by.path]).get(by.path, [])
    held = [post for node in reversed(line) for post in roster.at_area(node.path, at)
            if post.kind == PostKind.ADMINISTRATOR][:CALLED]
    people = accounts.people(post.id for post in held)
    names = {node.path: node.name for node in line}
    return [
        {"name": people[post.id].name or people[post.id].username, "phone": people[post.id].phone,
         "area": names[post.path]}
        for post in held if post.id in people]


urlpatterns = [
    path("about/", about, name="about"),
    path("tour/", tour, name="tour"),
]
