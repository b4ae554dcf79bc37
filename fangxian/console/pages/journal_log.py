"""The head of the journal: its signed checkpoints, to be kept by other hands, and how they are held against it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import require
from fangxian.accounts.types import Action
from fangxian.journal import checkpoint
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from .access import tabs

PAGE: Final = 31


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """A line a day, the latest first; a day on which nothing could be signed is marked."""
    by = acting(request)
    require(by, Action.AUDIT)
    days = checkpoint.days(PAGE)
    return render(request, "console/access/journal.html", {
        "columns": [{"label": _("Day")}, {"label": _("Checkpoint")}],
        "tabs": tabs("journal_log", by), "rows": [_row(day, refused=refused) for day, refused in days],
        "newest": next((day for day, refused in days if not refused), "DAY"),
        "broken": any(refused for _day, refused in days[:1])})


def _row(day: str, *, refused: bool) -> dict[str, Any]:
    if refused:
        said = {"text": _("not signed: the journal does not continue the one before")}
        return {"state": "late", "cells": [{"text": day}, said]}
    return {"cells": [{"text": day}, {"text": _("Download"), "url": reverse("journal_checkpoint", args=[day])}]}


@require_safe
def download(request: HttpRequest, day: str) -> HttpResponse:
    """One day's checkpoint as it was published: a number and a hash, nothing about anybody."""
    require(acting(request), Action.AUDIT)
    found = checkpoint.of_day(day)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    answer = HttpResponse(found.read_bytes(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


urlpatterns = [
    path("access/journal/", listed, name="journal_log"),
    path("access/journal/<str:day>/", download, name="journal_checkpoint"),
]
