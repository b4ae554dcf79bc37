"""The names behind a figure: people with the measure and who has them, or tasks to be acted on where one sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fangxian.accounts.rules import may
from fangxian.accounts.types import Action
from fangxian.console import handing, terms
from fangxian.console.files import answer
from fangxian.console.people_lines import Lines, person_cell
from fangxian.console.viewpoint import Viewpoint, crumbs, said, viewpoint
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.report import queries
from fangxian.report.types import SubjectLine

from . import words, work_list


def figure(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A page of the list; its whole length is the figure."""
    view = viewpoint(request, code)
    title = words.figure_title(view, key)
    wanted = work_list.asked(request, view, key)
    if queries.states_of(key):
        return _tasks(request, view, wanted, title)
    page = queries.listed(key, view.programme.id, view.area, view.day, at=view.at, after=wanted.after)
    count = queries.total(key, view.programme, view.area, view.day, view.calendar, at=view.at)
    lines = work_list.lines_of(view, page.lines, key)
    return render(
        request,
        "console/area/figure.html",
        {
            **_frame(view, title, count),
            "term": terms.of_list(key),
            "columns": _columns(),
            "rows": [_person(view, lines, line) for line in page.lines],
            "next": view.to("figure", view.area.code, key, after=page.next) if page.next else "",
        },
    )


@require_POST
def give(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Give the chosen tasks to another post, take them back or remind, and come back to the list as it was narrowed."""
    view = viewpoint(request, code)
    words.figure_title(view, key)
    wanted = work_list.asked(request, view, key)
    handing.tell(request, view.by, request.POST.getlist("task"), view.at, programme=view.programme.id)
    return HttpResponseRedirect(view.to("figure", view.area.code, key, **wanted.kept))


def figure_file(request: HttpRequest, code: str, key: str, form: str) -> HttpResponse:
    """The list of tasks as it is narrowed, as a file."""
    view = viewpoint(request, code)
    title = words.figure_title(view, key)
    wanted = work_list.asked(request, view, key)
    if not queries.states_of(key):
        raise Problem(errors.NOT_FOUND)
    found, lines, _page = _read(view, wanted, limit=work_list.IN_A_FILE)
    return answer(view, work_list.document(view, title, lines, found), form, f"{key}-{view.area.code}-{view.day}")


def _tasks(request: HttpRequest, view: Viewpoint, wanted: work_list.Asked, title: str) -> HttpResponse:
    found, lines, follow = _read(view, wanted)
    total = queries.total(
        wanted.key, view.programme, wanted.area, view.day, view.calendar, at=view.at, narrowed=wanted.narrowed)
    count = len(found) if wanted.text else total
    takers = work_list.takers(view, found)
    here = (view.area.code, wanted.key)
    return render(
        request,
        "console/area/work_list.html",
        {
            **_frame(view, title, count),
            "term": terms.of_list(wanted.key),
            "fields": work_list.chooser(view, wanted),
            "q": wanted.text,
            "narrowed": wanted.any,
            "unsearched": wanted.text and total > work_list.SEARCHED,
            "searched": work_list.SEARCHED,
            "whole_url": view.to("figure", *here),
            "day": view.day.isoformat(),
            "programme": view.programme.id,
            "rows": work_list.rows(lines, found, view.at, giving=bool(takers)),
            "takers": takers,
            "give_url": view.to("give_tasks", *here),
            "kept": wanted.kept,
            "file_url": view.to("figure_file", *here, "xlsx", **wanted.kept)
            if may(view.by, Action.EXPORT, view.programme.id) else "",
            "next": view.to("figure", *here, **wanted.kept, after=follow) if follow else "",
        },
    )


def _read(
    view: Viewpoint, wanted: work_list.Asked, *, limit: int = queries.LIST_PAGE
) -> tuple[Sequence[SubjectLine], Lines, str]:
    """The lines wanted, all that is shown about them, and where the next page begins."""
    page = work_list.read(view, wanted, limit=limit)
    if not wanted.text:
        return page.lines, work_list.lines_of(view, page.lines, wanted.key), page.next
    named = work_list.opened(view, page.lines, wanted.key)
    lines = Lines(view.programme, page.lines, opened=named)
    found = work_list.with_words(lines, page.lines, wanted.text)
    work_list.log(view, found, named)
    return found, lines, ""


def _frame(view: Viewpoint, title: str, count: int) -> dict[str, Any]:
    return {
        "view": view,
        "items": [*crumbs(view, "area"), {"label": title, "url": ""}],
        "title": f"{title} · {count}",
        "subtitle": f"{view.area.name} · {said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
        "back_url": view.to("area", view.area.code),
    }


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Name")},
        {"label": _("Measure")},
        {"label": _("Stage")},
        {"label": _("Who has it")},
        {"label": _("Since"), "kind": "time"},
    ]


def _person(view: Viewpoint, lines: Lines, line: SubjectLine) -> dict[str, Any]:
    stage = words.stage_label(view.programme, line.stage) if line.stage is not None else ""
    return {
        "cells": [
            person_cell(lines, line),
            {"text": lines.measure(line)},
            {"text": stage},
            {"text": lines.who(line)},
            {"at": lines.since(line) or line.since, "reading": "at"},
        ]
    }
