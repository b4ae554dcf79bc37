"""Where nobody is: areas without a post, and posts whose duty nobody does at this moment."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fangxian.accounts import coverage
from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import Roster, RosterPost
from fangxian.accounts.types import Acting
from fangxian.areas.types import Node
from fangxian.kernel import clock

from . import rows
from .frame import PAGE, address, for_set_up, level_names, names_of, shown

_FIRST: Final = 20


@for_set_up
def gaps(request: HttpRequest, by: Acting) -> HttpResponse:
    """Both lists by key; the second only shows what it has to: away without anybody first, then outside their hours."""
    at, roster = clock.now(), accounts.roster()
    blind = coverage.blind_spots(by.range, at=at, after=request.GET.get("after", ""), limit=PAGE + 1)
    held = [post for post in roster.posts.values() if post.path in by.range and post.in_force(at)]
    missing = sorted((post for post in held if rows.unanswered(post, roster, at)), key=lambda one: _urgency(one, at))
    everything = request.GET.get("off") == "all"
    return shown(
        request,
        "gaps",
        "set_up",
        {
            "figures": _figures(by, held, missing, roster, at),
            "blind": [_blind(node) for node in _named(blind[:PAGE])],
            "blind_columns": _columns(),
            "next": address("set_up", after=blind[PAGE - 1].path) if len(blind) > PAGE else "",
            "off": rows.rows(missing if everything else missing[:_FIRST], roster, at),
            "off_columns": rows.columns(),
            "off_more": address("set_up", off="all") if len(missing) > _FIRST and not everything else "",
        },
    )


def _urgency(post: RosterPost, at: dt.datetime) -> tuple[bool, str, int]:
    return post.away(at) is None, post.path, post.id


def _figures(
    by: Acting, held: list[RosterPost], missing: list[RosterPost], roster: Roster, at: dt.datetime
) -> list[dict[str, Any]]:
    blind = coverage.count_blind_spots(by.range, at=at)
    away = sum(post.away(at) is not None for post in missing)
    waiting = accounts.count_waiting(by.range, at)
    asked = {"label": _("Requests for a second person"), "value": waiting, "state": "late",
             "url": address("set_up_requests")}
    return [
        *([asked] if waiting else []),
        {"label": _("Areas where nobody holds a post"), "value": blind, "state": "missed" if blind else ""},
        {"label": _("Away, and nobody stands in"), "value": away, "state": "late" if away else ""},
        {"label": _("Off duty now"), "value": len(missing) - away},
        {"label": _("Posts"), "value": len(held), "url": address("set_up_posts")},
    ]


def _named(blind: list[Node]) -> list[tuple[Node, str, str]]:
    names, levels = names_of(node.path for node in blind), level_names() if blind else {}
    return [(node, names[node.path], levels.get(node.level, node.level)) for node in blind]


def _columns() -> list[dict[str, str]]:
    return [{"label": _("Area")}, {"label": _("Level")}, {"label": _("Code")}, {"label": _("What to do")}]


def _blind(found: tuple[Node, str, str]) -> dict[str, Any]:
    node, name, level = found
    return {
        "cells": [
            {"text": name, "url": address("set_up_area", node.code)},
            {"text": level},
            {"text": node.code},
            {"text": _("Give a post here"), "url": address("set_up_give", area=node.code)},
        ]
    }
