"""Posts as lists show them: who holds it, where, when, and whether anybody does the duty now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import Roster, RosterPost
from fangxian.accounts.types import POST_KINDS, PostKind
from fangxian.areas import queries as areas

from . import hours
from .frame import address, names_of, say


def columns() -> list[dict[str, str]]:
    """The columns of ``rows``."""
    return [
        {"label": _("Who")},
        {"label": _("Kind of post")},
        {"label": _("Where")},
        {"label": _("Hours")},
        {"label": _("Now"), "kind": "chip"},
    ]


def rows(posts: Sequence[RosterPost], roster: Roster, at: dt.datetime) -> list[dict[str, Any]]:
    """Table rows; two queries, however many posts."""
    names = names_of(post.path for post in posts)
    standing = {post.id: now(post, roster, at) for post in posts}
    stand_ins = {away.substitute for post in posts if (away := post.away(at)) and away.substitute}
    people = accounts.people({post.id for post in posts} | stand_ins)
    return [
        {
            "cells": [
                {"text": people[post.id].name, "url": address("set_up_post", post.id), "note": people[post.id].phone},
                {"text": kind_of(post), "note": post.department},
                {"text": names.get(post.path, "")},
                {"text": hours.said(post.hours)},
                {
                    "state": standing[post.id][0],
                    "text": standing[post.id][1],
                    "note": _note(post, people, at),
                },
            ]
        }
        for post in posts
    ]


def kind_of(post: RosterPost) -> str:
    """What a post is called."""
    return say(POST_KINDS[PostKind(post.kind)].label)


def now(post: RosterPost, roster: Roster, at: dt.datetime) -> tuple[str, str]:
    """State and word of a post: whether it, or somebody for it, is on duty, and has an area to be on duty for."""
    if post.is_shut_out(at):
        return "missed", _("Is shut out")
    if not post.in_force(at):
        return ("waiting", _("Begins later")) if at < post.valid_from else ("excused", _("ended"))
    if at_ended([post], at):
        return "missed", _("Its area has ended")
    if post.away(at):
        return (
            ("waiting", _("Away, somebody stands in"))
            if roster.answering(post, at)
            else ("late", _("Away, nobody stands in"))
        )
    return ("done", _("On duty")) if post.in_hours(at) else ("excused", _("Off duty"))


def at_ended(posts: Iterable[RosterPost], at: dt.datetime) -> list[RosterPost]:
    """Those in force or to come whose area has ended: nobody is told of them there any more."""
    standing = [post for post in posts if post.valid_to is None or at < post.valid_to]
    gone = areas.ended_of({post.path for post in standing}, localtime(at).date())
    return [post for post in standing if post.path in gone]


def left_behind(request: HttpRequest, count: int) -> None:
    """Warn that posts stand at areas that have ended."""
    if count:
        messages.warning(request, ngettext(
            "%(count)s post stands at an area that has ended. Give this person a new one.",
            "%(count)s posts stand at areas that have ended. Give these people new ones.",
            count) % {"count": count})


def unanswered(post: RosterPost, roster: Roster, at: dt.datetime) -> bool:
    """Whether a post in force has nobody who does its duty at this moment."""
    return post.in_force(at) and (roster.answering(post, at) is None or not post.in_hours(at))


def _note(post: RosterPost, people: dict[int, Any], at: dt.datetime) -> str:
    away = post.away(at)
    if away is None:
        return ""
    until = _("until %(when)s") % {"when": date_format(localtime(away.ends), "SHORT_DATETIME_FORMAT")}
    return f"{until} · {people[away.substitute].name}" if away.substitute in people else until
