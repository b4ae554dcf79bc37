"""What every page of set-up has in common: who may come, the tabs, the zone, forms that speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import require
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, lineage
from fangxian.journal.types import Actor
from fangxian.kernel.clock import FIRST_DAY, LAST_DAY
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text

PAGE: Final = 30
LOCAL: Final = {"type": "datetime-local", "min": f"{FIRST_DAY}T00:00", "max": f"{LAST_DAY}T23:59"}
"""How a form asks for an instant; what it says is looked at again."""
TABS: Final = (
    ("set_up", _("Where nobody is")),
    ("set_up_posts", _("Posts")),
    ("set_up_areas", _("Areas")),
    ("set_up_users", _("Users")),
    ("set_up_requests", _("Requests")),
    ("set_up_programmes", _("Programmes")),
    ("set_up_permissions", _("Permissions")),
)
_REFUSED: Final = 422
_HIDDEN: Final = frozenset({401, 403, 404})
_Rest = ParamSpec("_Rest")
Page = Callable[Concatenate[HttpRequest, Acting, _Rest], HttpResponse]


def for_set_up(view: Page[_Rest]) -> Callable[Concatenate[HttpRequest, _Rest], HttpResponse]:
    """A page for posts that may set up; it reads and shows times in the zone of the post's area."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def entered(request: HttpRequest, *args: _Rest.args, **rest: _Rest.kwargs) -> HttpResponse:
        by = acting(request)
        require(by, Action.SET_UP)
        with timezone.override(by.calendar.zone):
            return view(request, by, *args, **rest)

    return cast("Callable[Concatenate[HttpRequest, _Rest], HttpResponse]", entered)


def shown(
    request: HttpRequest, page: str, tab: str, context: Mapping[str, Any], *, wrong: bool = False
) -> HttpResponse:
    """A page under its tab; ``wrong`` when something asked for was refused, so that nothing of it stays."""
    tabs = [{"label": label, "url": reverse(route), "active": route == tab} for route, label in TABS]
    return render(request, f"console/set_up/{page}.html", {"tabs": tabs, **context}, status=_REFUSED if wrong else 200)


def carried_out(form: forms.Form, deed: Callable[[], object]) -> bool:
    """Do what a form asks for; a refusal stands in the form as a sentence, what must not be known stays hidden."""
    if not form.is_valid():
        return False
    try:
        deed()
    except Problem as problem:
        if problem.kind.status in _HIDDEN:
            raise
        form.add_error(None, say(problem.sentence))
        return False
    return True


def say(text: Text) -> str:
    """A text of ours in the reader's language."""
    return text.said_in(get_language() or "en")


def actor(by: Acting) -> Actor:
    """Who acts, as the journal names it."""
    return Actor(path=by.path, user=by.user, post=by.post)


def level_names() -> dict[str, str]:
    """What the levels of the tree are called, by code."""
    return {level.code: say(Text(level.name_en, level.name_zh)) for level in areas.levels()}


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """Areas as a list names them: with the one above, since grids are called alike everywhere."""
    wanted = set(paths)
    above = {path: lineage(path)[-2:] for path in wanted}
    nodes = areas.nodes({step for steps in above.values() for step in steps})
    return {path: " · ".join(nodes[step].name for step in steps if step in nodes) for path, steps in above.items()}


def crumbs(node: Node, by: Acting) -> list[dict[str, str]]:
    """The way from the post's own area down to one, each a link."""
    steps = areas.lineages([node.path])[node.path]
    return [
        {"label": step.name, "url": reverse("set_up_area", args=[step.code])} for step in steps if step.path in by.range
    ]


def address(route: str, *args: object, **query: object) -> str:
    """The address of a page with what is asked of it; empty values are left out."""
    asked = {key: value for key, value in query.items() if value not in ("", None)}
    return reverse(route, args=args) + (f"?{urlencode(asked)}" if asked else "")


def local_now(at: dt.datetime) -> str:
    """An instant as a ``datetime-local`` control wants it, in the zone in force."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
