"""What was ordered about users, posts and rights: for those who look after it, not for those who give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fangxian.accounts import queries as accounts
from fangxian.accounts.giving import REASONS, Reason
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import RosterPost, require
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import OUTSIDE, POST_KINDS, Action, Person, PostKind
from fangxian.console.asking import as_line, whole_number
from fangxian.journal.commands import Ordered, ordered

from .access import tabs
from .set_up.frame import address, names_of, say

PAGE: Final = 40
_WORDS: Final = {
    "make_user": gettext_lazy("made the user"),
    "issue_password": gettext_lazy("gave a one-time password to"),
    "end_password": gettext_lazy("ended the one-time password of"),
    "set_password": gettext_lazy("set a password for"),
    "shut_out": gettext_lazy("shut out"),
    "let_in": gettext_lazy("let in again"),
    "give_post": gettext_lazy("gave a post to"),
    "end_post": gettext_lazy("ended the post of"),
    "widen_post": gettext_lazy("moved an area, which is now seen by"),
    "record_absence": gettext_lazy("recorded as away"),
    "let_stand_in": gettext_lazy("let stand in"),
    "ask_rights": gettext_lazy("asked for rights for"),
    "approved_rights": gettext_lazy("approved rights for"),
    "declined_rights": gettext_lazy("declined rights for"),
    "withdrawn_rights": gettext_lazy("took back a request for"),
    "add_factor": gettext_lazy("set up a second factor for"),
    "remove_factor": gettext_lazy("took away a second factor of"),
    "remove_factors": gettext_lazy("took away every second factor of"),
    "new_recovery_codes": gettext_lazy("made new recovery codes for"),
    "use_recovery_code": gettext_lazy("came in with a recovery code as"),
    "end_sessions": gettext_lazy("ended sessions of"),
    "ask_removal": gettext_lazy("asked that the second factor be taken away of"),
    "approved_removal": gettext_lazy("approved that the second factor be taken away of"),
    "declined_removal": gettext_lazy("declined that the second factor be taken away of"),
    "withdrawn_removal": gettext_lazy("took back a request for"),
    "ask_sign_out": gettext_lazy("asked to sign out"),
    "approved_sign_out": gettext_lazy("approved signing out"),
    "declined_sign_out": gettext_lazy("declined signing out"),
    "withdrawn_sign_out": gettext_lazy("took back a request for"),
    "ask_shut_out": gettext_lazy("asked to shut out"),
    "approved_shut_out": gettext_lazy("approved shutting out"),
    "declined_shut_out": gettext_lazy("declined shutting out"),
    "withdrawn_shut_out": gettext_lazy("took back a request for"),
    "ask_password": gettext_lazy("asked for a new password for"),
    "approved_password": gettext_lazy("approved a new password for"),
    "declined_password": gettext_lazy("declined a new password for"),
    "withdrawn_password": gettext_lazy("took back a request for"),
    "ask_ending": gettext_lazy("asked that the post end of"),
    "approved_ending": gettext_lazy("approved that the post end of"),
    "declined_ending": gettext_lazy("declined that the post end of"),
    "withdrawn_ending": gettext_lazy("took back a request for"),
    "set_permissions": gettext_lazy("changed the permission table of"),
}
SECOND: Final = frozenset({"ask_rights", "approved_rights", "ask_removal", "approved_removal", "remove_factors",
                           "ask_password", "approved_password", "ask_ending", "approved_ending"})
"""What an auditor should look at first."""


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """The lines of one's area by key, the latest first."""
    by = acting(request)
    require(by, Action.AUDIT)
    before = request.GET.get("before", "")
    with working_in(Scope(by.range, (OUTSIDE,))):
        found = ordered(by.range, _WORDS, before=whole_number(before), limit=PAGE + 1)
    page = found[:PAGE]
    with timezone.override(by.calendar.zone):
        return render(
            request,
            "console/access/rights.html",
            {
                "columns": [
                    {"label": _("When"), "kind": "time"},
                    {"label": _("Who")},
                    {"label": _("What")},
                    {"label": _("Whom")},
                    {"label": _("Where")},
                ],
                "tabs": tabs("rights_log", by),
                "rows": _rows(page),
                "next": address("rights_log", before=page[-1].seq) if len(found) > PAGE else "",
            },
        )


def _rows(found: Sequence[Ordered]) -> list[dict[str, Any]]:
    posts = accounts.roster().posts
    standing = {held.user for one in found if (held := posts.get(one.args.get("substitute") or 0))}
    people = accounts.users({user for one in found for user in (one.user or 0, _whom(one, posts))} | standing)
    names = names_of(one.path for one in found if one.path)
    return [
        {
            "state": "late" if one.name in SECOND else "",
            "cells": [
                {"at": one.at, "reading": "at"},
                {"text": _name(one.user, people) or _("On the server"), "note": _kind(one.post, posts)},
                {"text": as_line(str(_WORDS[one.name])), "note": _more(one, posts, people),
                 "mark": "late" if one.name in SECOND else ""},
                {"text": str(one.args.get("programme") or _name(_whom(one, posts), people))},
                {"text": names.get(one.path, "")},
            ],
        }
        for one in found
    ]


def _whom(one: Ordered, posts: Mapping[int, RosterPost]) -> int:
    """The user it is about; for what names a post alone, whoever holds it."""
    if "user" in one.args:
        return int(one.args["user"])
    held = posts.get(one.args.get("post") or 0)
    return held.user if held is not None else 0


def _more(one: Ordered, posts: Mapping[int, RosterPost], people: Mapping[int, Person]) -> str:
    kind, reasons = str(one.args.get("kind") or ""), str(one.args.get("reasons") or "").split()
    standing = posts.get(one.args.get("substitute") or 0)
    told = [
        say(POST_KINDS[PostKind(kind)].label) if kind in POST_KINDS else "",
        *(say(REASONS[Reason(reason)]) for reason in reasons if reason in REASONS),
        _("takes a second person") if one.name in SECOND else "",
        _("%(who)s stands in") % {"who": _name(standing.user, people)} if standing and standing.user in people else "",
    ]
    return " · ".join(filter(None, told))


def _kind(post: int | None, posts: Mapping[int, RosterPost]) -> str:
    held = posts.get(post or 0)
    return say(POST_KINDS[PostKind(held.kind)].label) if held is not None else ""


def _name(user: int | None, people: Mapping[int, Person]) -> str:
    return people[user].name if user is not None and user in people else ""


urlpatterns = [path("access/rights/", rights, name="rights_log")]
