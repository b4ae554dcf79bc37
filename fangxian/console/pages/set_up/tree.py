"""The tree below one's own area: look, find, rename, merge, end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from fangxian.accounts import coverage, reshaping
from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import require_place
from fangxian.accounts.types import Acting
from fangxian.areas import actions
from fangxian.areas import queries as areas
from fangxian.areas.types import SEGMENT, Node, subtree
from fangxian.kernel import clock, errors
from fangxian.kernel.clock import FIRST_DAY
from fangxian.kernel.errors import Problem

from . import rows
from .finding import AreaField
from .frame import PAGE, address, carried_out, crumbs, for_set_up, level_names, names_of, shown


class RenameForm(forms.Form):
    """A new name from a day on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = forms.CharField(label=_("New name"), max_length=200)
        self.fields["on"] = _day()


class MergeForm(forms.Form):
    """Into which area of the same level it goes."""

    def __init__(self, by: Acting, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"] = AreaField(
            label=_("Into which area"), by=by, help_text=_("Name or code, of the same level.")
        )
        self.fields["on"] = _day()


class EndForm(forms.Form):
    """Nobody takes over from it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on"] = _day()


def _day() -> forms.DateField:
    return forms.DateField(label=_("From which day"), widget=forms.DateInput(attrs={"type": "date", "min": FIRST_DAY}))


@for_set_up
def own(request: HttpRequest, by: Acting) -> HttpResponse:
    """The post's own area, or what was looked for."""
    text = request.GET.get("q", "").strip()
    if not text:
        return _shown(request, by, _own(by), {}, "")
    after = request.GET.get("after", "")
    found = areas.find(text, within=by.range, after=after, limit=PAGE + 1)
    names, levels = names_of(node.path for node in found), level_names()
    return shown(
        request,
        "found",
        "set_up_areas",
        {
            "q": text,
            "columns": [{"label": _("Area")}, {"label": _("Level")}, {"label": _("Code")}],
            "rows": [
                {
                    "cells": [
                        {"text": names[node.path], "url": address("set_up_area", node.code)},
                        {"text": levels.get(node.level, node.level)},
                        {"text": node.code},
                    ]
                }
                for node in found[:PAGE]
            ],
            "next": address("set_up_areas", q=text, after=found[PAGE - 1].path) if len(found) > PAGE else "",
        },
    )


def _own(by: Acting) -> Node:
    node = areas.nodes([by.path]).get(by.path)
    if node is None:
        raise Problem(errors.NOT_FOUND)
    return node


@for_set_up
def one(request: HttpRequest, by: Acting, code: str) -> HttpResponse:
    """An area in force; ``do``: rename, merge or end."""
    node = areas.by_code([code]).get(code)
    if node is None:
        raise Problem(errors.NOT_FOUND)
    require_place(by, node.path)
    do, at = request.POST.get("do", ""), clock.now()
    bound = _forms(request, by, node, do, at)
    if request.method != "POST":
        return _shown(request, by, node, bound, "")
    if do not in bound or (do != "rename" and node.path == by.path):
        raise Problem(errors.NOT_FOUND)
    form = bound[do]
    if carried_out(form, lambda: _do(request, do, node, form.cleaned_data, by, at)):
        return HttpResponseRedirect(_afterwards(do, node, form, by))
    return _shown(request, by, node, bound, do)


def _forms(request: HttpRequest, by: Acting, node: Node, do: str, at: dt.datetime) -> dict[str, forms.Form]:
    today = {"on": by.calendar.today(at).isoformat()}
    data = {name: request.POST if do == name else None for name in ("rename", "merge", "end")}
    return {
        "rename": RenameForm(data["rename"], initial={"name": node.name, **today}),
        "merge": MergeForm(by, data["merge"], initial=today),
        "end": EndForm(data["end"], initial=today),
    }


def _do(request: HttpRequest, do: str, node: Node, asked: dict[str, Any], by: Acting, at: dt.datetime) -> None:
    left = _posts_at(node, at)
    if do == "rename":
        actions.rename(code=node.code, name=asked["name"], on=asked["on"], by=by.user, at=at)
        messages.success(request, _("It is called %(name)s now.") % {"name": asked["name"]})
        return
    if do == "merge":
        reshaping.merge(codes=[node.code], into=asked["into"].code, on=asked["on"], by=by, at=at)
        names = {"area": node.name, "into": asked["into"].name}
        messages.success(request, _("%(area)s is merged into %(into)s. Its people go along within a minute.") % names)
    else:
        actions.end(code=node.code, on=asked["on"], by=by.user, at=at)
        messages.success(request, _("%(area)s has ended.") % {"area": node.name})
    rows.left_behind(request, left)


def _posts_at(node: Node, at: dt.datetime) -> int:
    within = subtree(node.path)
    return sum(post.path in within and post.in_force(at) for post in accounts.roster().posts.values())


def _afterwards(do: str, node: Node, form: forms.Form, by: Acting) -> str:
    if do == "rename":
        return address("set_up_area", node.code)
    return address("set_up_area", form.cleaned_data["into"].code) if do == "merge" else address("set_up_areas")


def _shown(request: HttpRequest, by: Acting, node: Node, bound: dict[str, forms.Form], do: str) -> HttpResponse:
    at, after = clock.now(), request.GET.get("after", "")
    below = areas.children(node.path, after=after, limit=PAGE + 1)
    levels = level_names()
    return shown(
        request,
        "area",
        "set_up_areas",
        {
            "node": node,
            "level": levels.get(node.level, node.level),
            "crumbs": crumbs(node, by),
            "forms": bound,
            "do": do,
            "own": node.path == by.path,
            "columns": _columns(),
            "rows": _rows(node, below[:PAGE], levels, at),
            "posts_url": address("set_up_posts", area=node.code),
            "give_url": address("set_up_give", area=node.code),
            "next": f"?after={below[PAGE - 1].path}" if len(below) > PAGE else "",
        },
        wrong=bool(do),
    )


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Area")},
        {"label": _("Level")},
        {"label": _("Areas below"), "kind": "number"},
        {"label": _("Posts"), "kind": "number"},
        {"label": _("Without anybody"), "kind": "number"},
    ]


def _rows(node: Node, below: list[Node], levels: dict[str, str], at: dt.datetime) -> list[dict[str, Any]]:
    if not below:
        return []
    depth = len(node.path) + SEGMENT
    within = subtree(node.path)
    posts = Counter(
        post.path[:depth] for post in accounts.roster().posts.values() if post.path in within and post.in_force(at)
    )
    blind = coverage.blind_spots_by_child(node.path, at=at)
    counts = areas.counts_below(child.path for child in below)
    return [
        {
            "state": "missed" if blind.get(child.path) else "",
            "cells": [
                {"text": child.name, "url": address("set_up_area", child.code), "note": child.code},
                {"text": levels.get(child.level, child.level)},
                {"text": sum(counts[child.path].values())},
                {"text": posts[child.path]},
                {"text": blind.get(child.path, 0)},
            ],
        }
        for child in below
    ]
