"""The names behind a figure: masked, with the measure, who has them now and since when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fangxian.console.people_lines import Lines, person_cell, task_columns, task_rows
from fangxian.console.viewpoint import Viewpoint, crumbs, said, viewpoint
from fangxian.report import queries
from fangxian.report.types import Page

from . import words


def figure(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A page of the list; its whole length is the figure."""
    view = viewpoint(request, code)
    title = words.figure_title(view, key)
    page = queries.listed(key, view.programme.id, view.area, view.day, at=view.at, after=request.GET.get("after", ""))
    count = queries.total(key, view.programme, view.area, view.day, view.calendar, at=view.at)
    columns, rows = _table(view, page)
    follow = view.to("figure", view.area.code, key, after=page.next) if page.next else ""
    return render(
        request,
        "console/area/figure.html",
        {
            "view": view,
            "items": [*crumbs(view, "area"), {"label": title, "url": ""}],
            "title": f"{title} · {count}",
            "subtitle": f"{view.area.name} · {said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
            "columns": columns,
            "rows": rows,
            "next": follow,
            "back_url": view.to("area", view.area.code),
        },
    )


def _table(view: Viewpoint, page: Page) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    lines = Lines(view.programme, page.lines)
    if any(line.task for line in page.lines):
        return task_columns(), task_rows(lines, page.lines)
    columns = [
        {"label": _("Name")},
        {"label": _("Measure")},
        {"label": _("Stage")},
        {"label": _("Who has it")},
        {"label": _("Since"), "kind": "time"},
    ]
    rows = []
    for line in page.lines:
        stage = words.stage_label(view.programme, line.stage) if line.stage is not None else ""
        rows.append(
            {
                "cells": [
                    person_cell(lines, line),
                    {"text": lines.measure(line)},
                    {"text": stage},
                    {"text": lines.who(line)},
                    {"at": lines.since(line) or line.since, "reading": "at"},
                ]
            }
        )
    return columns, rows
