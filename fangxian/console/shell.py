"""What every page's frame needs: navigation by what the post may do, the post itself, alerts, the outbox."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fangxian.accounts import requests
from fangxian.accounts.rules import may
from fangxian.accounts.types import OUTSIDE, POST_KINDS, Acting, Action, PostKind
from fangxian.areas import queries as areas
from fangxian.console import assets, demo, tours
from fangxian.console.queries import remembered_here
from fangxian.console.tours import TourState, TourStep
from fangxian.intake.context import seen
from fangxian.programmes.types import Programme, Reply

ON_ROUNDS: Final = (PostKind.GRID_WORKER, PostKind.CLINICIAN)


class MenuEntry(NamedTuple):
    """One line of the navigation: shown when any of the actions is allowed in any programme (none: always)."""

    route: str
    label: Any
    icon: str
    key: str
    actions: tuple[Action, ...] = ()
    replying: bool = False
    """Shown only where the post may file what replies to something."""
    tasked: bool = False
    """Shown only where a task may be the post's: it may file what some task asks for."""


NAVIGATION: Final = (
    MenuEntry("my_day", _("My day"), "day", "m", (Action.FILL,), tasked=True),
    MenuEntry("area", _("Area"), "area", "a", (Action.SEE,)),
    MenuEntry("alerts", _("Alerts"), "alerts", "l", (Action.SEE,)),
    MenuEntry("day_sheet", _("Day sheet"), "sheet", "d", (Action.SEE,)),
    MenuEntry("team", _("Team"), "household", "e", (Action.SEE,)),
    MenuEntry("imports", _("Import"), "import", "i", (Action.IMPORT,)),
    MenuEntry("replies", _("Results"), "check", "r", (Action.FILL,), replying=True),
    MenuEntry("placing", _("Place addresses"), "place", "p", (Action.PLACE,)),
    MenuEntry("tables", _("Decision tables"), "tables", "t", (Action.SEE,)),
    MenuEntry("set_up", _("Set-up"), "setup", "s", (Action.SET_UP,)),
    MenuEntry("access", _("Access log"), "show", "v", (Action.AUDIT,)),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """The context of ``base.html``; little for somebody who is not signed in."""
    by: Acting | None = getattr(request, "acting", None)
    frame: dict[str, Any] = {
        "demo": demo.ribbon() if settings.DEMO else None,
        "home_url": "/",
        "zone": settings.TIME_ZONE,
        "sign_in_url": _address("account_login"),
    }
    if by is None:
        return frame
    shown = set(routes(by))
    return {
        **frame,
        "zone": str(by.calendar.zone),
        "nav": [_shown(entry, request, by) for entry in NAVIGATION if entry.route in shown],
        "acting_post": _post(by),
        "posts": [_post(other) for other in requests.choices(request) if other.post != by.post],
        "switch_post_url": _address("act_as"),
        "sign_out_url": _address("account_logout"),
        "search_url": _address("search") if by.permissions.programmes(by.kind, Action.SEE) else "",
        "alerts_url": _address("alerts_waiting"),
        "worker_url": _worker(),
        "outbox": {"owner": f"{by.user}.{by.post}"},
        "about_url": _address("about"),
        "tour": _tour(request, by),
        "initials": _initials(str(request.user)),
        "drill": getattr(settings, "DRILL", False),
    }


def home_of(by: Acting) -> str:
    """The route one starts with: whoever has rounds to make, their day."""
    return "my_day" if by.kind in ON_ROUNDS else first(by)


def first(by: Acting) -> str:
    """The route of the page a post starts with: its area, else the first of the navigation that it may open."""
    allowed = routes(by)
    return next((route for route in ("area", *allowed) if route in allowed), "area")


def routes(by: Acting) -> list[str]:
    """The pages of the navigation the post has, in their order."""
    return [entry.route for entry in NAVIGATION if _allowed(entry, by) and _address(entry.route)]


def label_of(kind: str) -> str:
    """A kind of post in the reader's language."""
    return POST_KINDS[PostKind(kind)].label.said_in(get_language() or "en")


def _initials(name: str) -> str:
    """Two letters of a Latin name, the first character of a Chinese one."""
    words = name.split()
    if not words or not name.isascii():
        return name[:1]
    return "".join(word[0] for word in (words[0], words[-1])).upper() if len(words) > 1 else name[:2].upper()


def tour_of(by: Acting) -> tuple[TourStep, ...]:
    """The steps of somebody's first day: through pages that they may open."""
    return tours.steps_of(by, (*routes(by), "about"))


def _tour(request: HttpRequest, by: Acting) -> dict[str, Any] | None:
    """The step of the first day somebody is at, on the page they start with."""
    match = request.resolver_match
    if match is None or match.view_name != home_of(by) or match.kwargs or request.GET:
        return None
    state = TourState.read(remembered_here(request).get(tours.name_of(by), ""))
    steps = () if state.ended else tour_of(by)
    if state.step >= len(steps):
        return None
    step = steps[state.step]
    return {
        "step": step,
        "number": state.step + 1,
        "of": len(steps),
        "back": state.step - 1,
        "last": state.step + 1 == len(steps),
        "url": _address(step.route) if step.route and step.route != match.view_name else "",
    }


def _worker() -> str:
    """The service worker with the page it keeps; nothing without a build."""
    address, day = _address("worker"), _address("my_day")
    if not address or not assets.url("sw.ts"):
        return ""
    return f"{address}?{urlencode({'day': day, 'built': static('built/')})}"


def _post(by: Acting) -> dict[str, Any]:
    node = areas.nodes([by.path]).get(by.path)
    return {"id": by.post, "label": label_of(by.kind), "area": node.name if node else ""}


def _shown(entry: MenuEntry, request: HttpRequest, by: Acting) -> dict[str, Any]:
    """Where all that may be replied is called alike, its page has that name, and so has the way there."""
    address = _address(entry.route)
    named = {reply.label for _, reply in replies_of(by)} if entry.replying else set()
    return {
        "url": address,
        "label": named.pop().said_in(get_language() or "en") if len(named) == 1 else entry.label,
        "icon": entry.icon,
        "key": entry.key,
        "active": request.path_info.startswith(address),
    }


def _allowed(entry: MenuEntry, by: Acting) -> bool:
    programmes = (*by.permissions.programmes(by.kind), OUTSIDE)
    if (entry.replying and not replies_of(by)) or (entry.tasked and not _may_have_tasks(by)):
        return False
    return not entry.actions or any(may(by, action, programme) for action in entry.actions for programme in programmes)


def _may_have_tasks(by: Acting) -> bool:
    return any(may(by, Action.FILL, programme.id, kind.form)
               for programme in seen(by).values() for kind in programme.tasks.values())


def replies_of(by: Acting) -> list[tuple[Programme, Reply]]:
    """What a post may file that replies to something, by programme."""
    return [(programme, reply) for programme in seen(by).values() for reply in programme.replies
            if may(by, Action.FILL, programme.id, reply.form)]


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
