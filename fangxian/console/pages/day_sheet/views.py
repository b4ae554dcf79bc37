"""The views of the day sheet."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Action
from fangxian.console.asking import whole_number
from fangxian.console.files import answer
from fangxian.console.pages.area.words import names
from fangxian.console.viewpoint import Viewpoint, choices, crumbs, said, viewpoint
from fangxian.kernel import errors
from fangxian.report import actions

from . import sheet as made

NOTHING: Final[frozenset[str]] = frozenset()


def day_sheet(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """The sheet to read, print and sign."""
    return _page(request, viewpoint(request, code))


def _page(request: HttpRequest, view: Viewpoint, *, note: str = "", missing: frozenset[str] = NOTHING) -> HttpResponse:
    """``missing``: what somebody who was about to sign had not said."""
    begun = view.day <= view.today
    sheet = made.read(view)
    rows = made.rows(view, sheet)
    return render(
        request,
        "console/day_sheet/day_sheet.html",
        {
            "view": view,
            "items": crumbs(view, "day_sheet"),
            "choices": choices(view),
            "title": _("Day sheet, %(area)s") % {"area": view.area.name},
            "subtitle": f"{said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
            "figures": made.columns(view, sheet),
            "sheet": sheet,
            "rows": rows,
            "more": sheet.beyond(len(rows)),
            "columns": [
                {"label": _("Name")},
                {"label": _("Task")},
                {"label": pgettext("until when", "Due"), "kind": "time"},
                {"label": _("Reason")},
                {"label": _("Who has it")},
            ],
            "signature": made.signature(view, sheet),
            "never_asked": made.never_asked(view),
            "still_open": made.still_open(view, sheet),
            "left_open": made.left_open(view, sheet),
            "people_open": len(sheet.people) if sheet.whole else "",
            "missing": missing,
            "note": note,
            "may_sign": begun and may(view.by, Action.SIGN_OFF, view.programme.id),
            "ahead": "" if begun else said(errors.NOT_BEGUN.sentence),
            "sign_url": view.to("sign_day_sheet", view.area.code),
            "may_export": may(view.by, Action.EXPORT, view.programme.id),
            "xlsx_url": view.to("day_sheet_file", view.area.code, "xlsx"),
            "docx_url": view.to("day_sheet_file", view.area.code, "docx"),
            "all_url": names(view, made.OUTSTANDING),
            "area_url": view.to("area", view.area.code),
        },
        status=422 if missing else 200,
    )


@require_POST
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Put one's name to it; of a day that is still open only when that is said to be meant, and of one with tasks that
    are not done only with a word why and their number, typed: what is left open is left open knowingly.
    """
    view = viewpoint(request, code)
    require(view.by, Action.SIGN_OFF, view.programme.id)
    note = request.POST.get("note", "").strip()
    outstanding = made.read(view, limit=0).figures.outstanding
    wanted = {
        "early": view.day == view.today and not request.POST.get("early"),
        "note": outstanding > 0 and not note,
        "outstanding": outstanding > 0 and whole_number(request.POST.get("outstanding", "").strip()) != outstanding,
    }
    missing = frozenset(name for name, lacks in wanted.items() if lacks)
    if missing and view.day <= view.today:  # of a day ahead nothing has to be said: it is refused
        return _page(request, view, note=note, missing=missing)
    actions.sign_off(
        programme=view.programme.id,
        path=view.area.path,
        day=view.day,
        note=note,
        outstanding=outstanding,
        by=view.actor,
        at=view.at,
    )
    messages.success(request, _("Signed off. What comes later is shown as a difference."))
    return HttpResponseRedirect(f"{view.to('day_sheet', view.area.code)}#messages")


def day_sheet_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The whole sheet as a file."""
    view = viewpoint(request, code)
    require(view.by, Action.EXPORT, view.programme.id)
    sheet = made.read(view, limit=made.IN_A_FILE)
    return answer(view, made.document(view, sheet), form, f"day-sheet-{view.area.code}-{view.day}")
