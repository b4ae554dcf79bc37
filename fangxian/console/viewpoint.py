"""What a page looks at: area, operational day and programme, out of the address; NOT_FOUND beyond one's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import require_place
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.journal.types import Actor
from fangxian.kernel import clock, errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

FURTHEST: Final = 200
"""Years from today that a page can be asked for."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who looks, when, at which area, operational day and programme; ``programmes`` are those one may choose from."""

    by: Acting
    at: dt.datetime
    area: Node
    day: dt.date
    today: dt.date
    calendar: Calendar
    programme: Programme
    programmes: tuple[Programme, ...]

    @property
    def actor(self) -> Actor:
        return actor(self.by)

    def chosen(self, **more: str) -> str:
        """The query that keeps day and programme, for addresses of other pages."""
        return "?" + urlencode({"day": self.day.isoformat(), "programme": self.programme.id, **more})

    def to(self, route: str, *args: object, **more: str) -> str:
        """Another page from here, with the same day and programme; '' where there is no such page."""
        address = link(route, *args)
        return address + self.chosen(**more) if address else ""


def viewpoint(request: HttpRequest, code: str | None = None) -> Viewpoint:
    """Of a request: the area by its code (one's own without), ``?day=`` (today) and ``?programme=`` (the first)."""
    by, at = acting(request), clock.now()
    area = area_of(by, code)
    calendar = areas.calendars([area.path])[area.path]
    today = calendar.operational_day(at)
    seen = visible(by)
    wanted = request.GET.get("programme") or request.POST.get("programme")
    chosen = next((one for one in seen if one.id == wanted), None) if wanted else seen[0]
    if chosen is None:
        raise Problem(errors.NOT_FOUND)
    return Viewpoint(by, at, area, _day(request, today), today, calendar, chosen, tuple(seen))


def area_of(by: Acting, code: str | None) -> Node:
    """An area in one's scope; Problem NOT_FOUND."""
    found = areas.nodes([by.path]).get(by.path) if code is None else areas.by_code([code]).get(code)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    require_place(by, found.path)
    return found


def visible(by: Acting) -> list[Programme]:
    """The programmes one may see, the one that was published first in front: what is new takes no page over. Problem
    NOT_FOUND without any: whoever sees no programme must not know what there is."""
    seen = [one for one in programmes.all_in_force() if by.permissions.may(by.kind, Action.SEE, one.id)]
    if not seen:
        raise Problem(errors.NOT_FOUND)
    return seen


def actor(by: Acting) -> Actor:
    """Who writes, for the journal."""
    return Actor(path=by.path, user=by.user, post=by.post, source="console")


def link(route: str, *args: object) -> str:
    """A page's address; '' where there is no such page."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


def said(text: Text) -> str:
    """A programme's text in the reader's language."""
    return text.said_in(get_language() or "en")


def crumbs(view: Viewpoint, route: str) -> list[dict[str, Any]]:
    """The tree down to the area; what lies above one's own area is no link."""
    line = areas.lineages([view.area.path]).get(view.area.path, [])
    return [
        {"label": node.name, "url": view.to(route, node.code) if node.path in view.by.range else ""} for node in line
    ]


def choices(view: Viewpoint) -> list[dict[str, Any]]:
    """The programmes to choose from, for a page's chooser."""
    return [{"id": one.id, "label": said(one.title), "chosen": one is view.programme} for one in view.programmes]


def _day(request: HttpRequest, today: dt.date) -> dt.date:
    """The day asked for; today instead of what is no day, or one so far off that none comes before or after it."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day") or request.POST.get("day") or "")
    except ValueError:
        return today
    return day if abs(day.year - today.year) <= FURTHEST else today
