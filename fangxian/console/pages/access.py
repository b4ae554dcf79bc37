"""The access log: who looked at whom, when, for what; only of the post's own area."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fangxian.accounts import queries as accounts
from fangxian.accounts.queries import Look, Looks
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.types import ACTIONS, POST_KINDS, Acting, Action, PostKind
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from .set_up.finding import UserField
from .set_up.frame import PAGE, address, names_of, say

_LOGGED: Final = (Action.IDENTITY, Action.EXPORT)
_PURPOSES: Final = {
    "own_task": gettext_lazy("own task"),
    "call": gettext_lazy("calling them"),
    "visit": gettext_lazy("a visit"),
    "care": gettext_lazy("medical care"),
    "tracing": gettext_lazy("contact tracing"),
    "correction": gettext_lazy("a correction"),
}


class Wanted(forms.Form):
    """What is looked for in the log."""

    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, by: Acting) -> None:
        super().__init__(data)
        choices = [("", _("everything")), *((str(action), say(ACTIONS[action])) for action in _LOGGED)]
        self.fields["action"] = forms.ChoiceField(label=_("What"), required=False, choices=choices)
        self.fields["user"] = UserField(label=_("Who"), required=False, by=by)

    def wanted(self, by: Acting, programmes: tuple[str, ...] | None) -> Looks:
        """As a query; days are the area's own, both included."""
        asked = self.cleaned_data
        until = asked["until"] + dt.timedelta(days=1) if asked["until"] else None
        return Looks(
            asked["action"],
            asked["user"].user if asked["user"] else None,
            _midnight(asked["since"], by),
            _midnight(until, by),
            programmes,
        )


@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """The lines of one's area by key, the latest first, and a form to narrow them down."""
    by = acting(request)
    programmes = _programmes(by)
    with timezone.override(by.calendar.zone):
        form = Wanted(request.GET, by)
        before = request.GET.get("before", "")
        looks = (
            accounts.looks_in(
                by.range,
                form.wanted(by, programmes),
                limit=PAGE + 1,
                before=int(before) if before.isdecimal() else None,
            )
            if form.is_valid()
            else []
        )
        more = looks[PAGE - 1].line.id if len(looks) > PAGE else None
        return render(
            request,
            "console/access/page.html",
            {
                "form": form,
                "rows": _rows(looks[:PAGE], by),
                "columns": _columns(),
                "next": address("access", before=more, **_asked(request)) if more else "",
                "narrowed": any(_asked(request).values()),
            },
        )


def _programmes(by: Acting) -> tuple[str, ...] | None:
    """None: every programme's lines; Problem NOT_ALLOWED without any."""
    if may(by, Action.AUDIT):
        return None
    allowed = by.permissions.programmes(by.kind, Action.AUDIT)
    if not allowed:
        raise Problem(errors.NOT_ALLOWED)
    return allowed


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("action", "user", "since", "until")}


def _midnight(day: dt.date | None, by: Acting) -> dt.datetime | None:
    return by.calendar.at(day, dt.time()) if day else None


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("When"), "kind": "time"},
        {"label": _("Who")},
        {"label": _("What")},
        {"label": _("Whom")},
        {"label": _("For what")},
    ]


def _rows(looks: list[Look], by: Acting) -> list[dict[str, Any]]:
    names = names_of({look.path for look in looks} | {look.line.path for look in looks})
    return [
        {
            "cells": [
                {"at": look.line.at, "reading": "at"},
                {"text": look.line.who or _("the system"), "note": _stood(look, names)},
                {"text": say(ACTIONS[Action(look.line.action)]) if look.line.action in ACTIONS else look.line.action},
                _whom(look, names, by),
                {"text": _PURPOSES.get(look.line.purpose, look.line.purpose), "note": look.line.programme},
            ]
        }
        for look in looks
    ]


def _stood(look: Look, names: dict[str, str]) -> str:
    kind = say(POST_KINDS[PostKind(look.line.kind)].label) if look.line.kind in POST_KINDS else ""
    return " · ".join(filter(None, (kind, names.get(look.line.path, ""))))


def _whom(look: Look, names: dict[str, str], by: Acting) -> dict[str, str]:
    """The person's record for those who may open it, never a name: the log itself must not show who somebody is."""
    where = names.get(look.path, "")
    if look.subject is None:
        return {"text": _("%(count)s records at once") % {"count": look.count}, "note": where}
    short = _("record %(short)s") % {"short": look.subject.hex[-8:]}
    opens = may(by, Action.SEE, look.line.programme)
    return {"text": short, "note": where, "url": address("subject", look.subject) if opens else ""}


urlpatterns = [path("access/", access, name="access")]
