"""Place addresses: people whose address fits no grid, by the look of it, many at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier, parent_path, subtree
from fangxian.capture import placing as capture
from fangxian.capture.placing import AddressGroup, Unplaced, Waiting
from fangxian.console.asking import as_uuid, for_posts_that, moment, say, subject_url
from fangxian.console.templatetags.parts import each_filled
from fangxian.intake.actions import UNDO_WITHIN
from fangxian.kernel import clock
from fangxian.kernel.identifiers.names import mask

IN_A_LIST: Final = 60
"""Up to so many grids are offered as a list; more are typed, with proposals."""
_PLACED: Final = "placed"
_OPTION: Final = '<option value="{}"{}>{}</option>'


@for_posts_that(Action.PLACE)
@require_GET
def placing(request: HttpRequest) -> HttpResponse:
    """Everybody in the post's area who waits for a grid, grouped by similar address."""
    by, at = acting(request), clock.now()
    due, task = capture.START
    after = (moment(request.GET.get("due"), due), as_uuid(request.GET.get("task") or str(task)))
    found = capture.waiting(by, after=after, limit=capture.PAGE + 1)
    shown, more = found[:capture.PAGE], found[capture.PAGE:]
    groups = capture.grouped(capture.with_addresses(shown, by), by)
    _log(shown, by, at)
    names = _names(groups)
    offered = _offered(groups, names)
    return render(request, "console/placing/page.html", {
        "groups": [_group(number, group, names, by, at, offered.get(_codes(group)))
                   for number, group in enumerate(groups)], "count": len(shown),
        "just_placed": _just_placed(request, at), "all_grids": _typed(groups, by, names),
        "more": _more(shown) if more else ""})


@for_posts_that(Action.PLACE)
@require_POST
def placing_put(request: HttpRequest) -> HttpResponse:
    """Place the ticked people of one group, or of every group for which a grid is chosen."""
    choices = dict(_choices(request))
    if not choices:
        messages.warning(request, _("Choose a grid and tick who belongs to it."))
        return HttpResponseRedirect(reverse("placing"))
    receipt = capture.place(choices=choices, by=acting(request), at=clock.now())
    placed = len(receipt.recorded)
    request.session[_PLACED] = {"entries": [str(one.id) for one in receipt.recorded], "at": clock.now().isoformat()}
    messages.success(
        request, ngettext("%(count)d person placed.", "%(count)d people placed.", placed) % {"count": placed})
    if placed < len(choices):
        messages.info(request, _("The others had been placed meanwhile."))
    return HttpResponseRedirect(reverse("placing"))


@for_posts_that(Action.PLACE)
@require_POST
def placing_undo(request: HttpRequest) -> HttpResponse:
    """Take back what was placed last in this session: a slip of the hand moves many people at once."""
    entries = [as_uuid(entry) for entry in request.session.get(_PLACED, {}).get("entries", [])]
    back = capture.take_back(entries=entries, by=acting(request), at=clock.now())
    request.session.pop(_PLACED, None)
    messages.success(request, ngettext(
        "Taken back: %(count)d person waits for a grid again.", "Taken back: %(count)d people wait for a grid again.",
        back) % {"count": back})
    return HttpResponseRedirect(reverse("placing"))


def _just_placed(request: HttpRequest, at: dt.datetime) -> int:
    """How many people the last placing of this session moved, while it can be undone."""
    kept = request.session.get(_PLACED)
    if not kept or at - dt.datetime.fromisoformat(kept["at"]) > UNDO_WITHIN:
        return 0
    return len(kept["entries"])


def _choices(request: HttpRequest) -> Iterator[tuple[uuid.UUID, str]]:
    only = request.POST.get("only", "")
    for ticked in request.POST.getlist("who"):
        number, _sign, task = ticked.partition(":")
        grid = request.POST.get(f"grid{number}", "").split(" ")[0].strip()
        if grid and only in ("", number):
            yield as_uuid(task), grid


def _names(groups: list[AddressGroup]) -> dict[str, str]:
    """The names of the areas the groups and their grids lie in."""
    paths = {parent_path(grid.path) for group in groups for grid in group.grids} | {group.around for group in groups}
    return {path: node.name for path, node in areas.nodes(paths).items()}


def _offered(groups: list[AddressGroup], names: dict[str, str]) -> dict[tuple[str, ...], SafeString]:
    """What is offered, made once for all groups with the same grids: most of a township's have."""
    sets = {_codes(group): group.grids for group in groups if len(group.grids) <= IN_A_LIST}
    return {codes: _by_community(grids, names) for codes, grids in sets.items()}


def _codes(group: AddressGroup) -> tuple[str, ...]:
    return tuple(grid.code for grid in group.grids)


def _group(
    number: int, group: AddressGroup, names: dict[str, str], by: Acting, at: dt.datetime, offered: SafeString | None
) -> dict[str, Any]:
    fit = group.fit
    people = [{"who": f"{number}:{one.waiting.task}", "name": _called(one, by),
               "address": one.address or "–", "late": one.waiting.due <= at,
               "url": subject_url(one.waiting.subject)} for one in group.people]
    return {
        "number": str(number), "count": len(people),
        "title": group.title or _("No address"), "around": names.get(group.around, ""),
        "why": say(fit.why) if fit else _("There is no address. Ask the person, or choose by what is known."),
        "people": each_filled("console/placing/person.html", "one", people),
        "typed": offered is None, "grids": offered or ""}


def _called(one: Unplaced, by: Acting) -> str:
    """By name for who may see identities, as on every list of their work; the address is there for whoever places."""
    if not one.name:
        return _("no name")
    return one.name if may(by, Action.IDENTITY, one.waiting.programme) else mask(one.name)


def _by_community(grids: Sequence[Node], names: dict[str, str]) -> SafeString:
    """The grids to choose from under their communities; the only one is chosen already."""
    below: dict[str, list[tuple[str, str, str]]] = {}
    only = " selected" if len(grids) == 1 else ""
    for grid in grids:
        below.setdefault(parent_path(grid.path), []).append((grid.code, only, grid.name))
    groups = ((names.get(above, ""), format_html_join("", _OPTION, some)) for above, some in below.items())
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)


def _typed(groups: list[AddressGroup], by: Acting, names: dict[str, str]) -> SafeString | str:
    """The proposals for what is typed, when some group has too many grids for a list."""
    if all(len(group.grids) <= IN_A_LIST for group in groups):
        return ""
    grids = areas.below(subtree(by.path), tier=Tier.GRID, limit=None)
    shown = ((grid.code, "", f"{names.get(parent_path(grid.path), '')} {grid.name}") for grid in grids)
    return format_html_join("", _OPTION, shown)


def _log(shown: list[Waiting], by: Acting, at: dt.datetime) -> None:
    for programme in {one.programme for one in shown}:
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose="place", at=at, programme=programme,
            subjects={one.subject: one.path for one in shown if one.programme == programme})


def _more(shown: list[Waiting]) -> str:
    return f"?{urlencode({'due': shown[-1].due.isoformat(), 'task': str(shown[-1].task)})}"


urlpatterns = [
    path("placing/", placing, name="placing"),
    path("placing/put/", placing_put, name="placing_put"),
    path("placing/undo/", placing_undo, name="placing_undo"),
]
