"""Decision tables in force: the table as a table, whom each row decides now, its worked cases, the versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from fangxian.accounts.requests import acting
from fangxian.console.asking import asks_for_part, listed
from fangxian.console.table_words import cell, labels, value
from fangxian.console.viewpoint import choices, link, said, viewpoint
from fangxian.dmn.cases import Case
from fangxian.dmn.render import TableView, view
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.report import queries


def tables(request: HttpRequest, programme: str | None = None, name: str | None = None) -> HttpResponse:
    """One table of a programme, the others a tab away; the counts of its rows are fetched after it."""
    context = _context(request, programme, name)
    return render(request, "console/tables/tables.html", context)


def counted(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """The same table with the number of people each row decides now, within one's area."""
    context = _context(request, programme, name)
    if not asks_for_part(request):
        return HttpResponseRedirect(link("table", programme, name))
    by = acting(request)
    found = queries.row_counts(programme, by.range)
    context["counts"] = found
    context["rows"] = _rows(
        context["shown"], context["programme"], {row: number for (table, row), number in found.items() if table == name}
    )
    return render(request, "console/tables/table.html", context)


urlpatterns = [
    path("tables/", tables, name="tables"),
    path("tables/<str:programme>/", tables, name="tables"),
    path("tables/<str:programme>/<str:name>/", tables, name="table"),
    path("tables/<str:programme>/<str:name>/counted/", counted, name="table_counted"),
]


def _context(request: HttpRequest, wanted: str | None, name: str | None) -> dict[str, Any]:
    seen = viewpoint(request)
    programme = next((one for one in seen.programmes if one.id == wanted), None) if wanted else seen.programme
    if programme is None:
        raise Problem(errors.NOT_FOUND)
    if not programme.tables:
        return {
            "programme": programme,
            "tabs": [],
            "shown": None,
            "choices": choices(seen),
            "title": said(programme.title),
        }
    table = next((one for one in programme.tables if one.name == (name or _first(programme))), None)
    if table is None:
        raise Problem(errors.NOT_FOUND)
    names = labels(programme)
    shown = view(table, names)
    return {
        "programme": programme,
        "title": said(shown.label),
        "shown": shown,
        "choices": choices(seen),
        "tabs": _tabs(programme, table.name),
        "heads": [_head(column) for column in shown.columns],
        "rows": _rows(shown, programme, None),
        "policy": _policy(shown.policy),
        "cases": _cases(queries.cases(programme).get(table.name, []), shown, programme, acting(request).calendar.zone),
        "versions": queries.versions(programme.id),
        "counted_url": link("table_counted", programme.id, table.name),
    }


def _first(programme: Programme) -> str:
    """The table one comes for: it decides the measure."""
    wanted = programme.decision.measure if programme.decision else ""
    return next((one.name for one in programme.tables if any(output.name == wanted for output in one.outputs)),
                programme.tables[-1].name)


def _tabs(programme: Programme, chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": said(table.label), "url": link("table", programme.id, table.name), "active": table.name == chosen}
        for table in programme.tables
    ]


def _head(column: Any) -> dict[str, Any]:
    return {"label": said(column.label), "output": column.role == "output", "required": column.required}


def _rows(shown: TableView, programme: Programme, counts: Mapping[str, int] | None) -> list[dict[str, Any]]:
    columns = list(shown.columns)
    given = len(columns) - len(shown.rows[0].outputs) if shown.rows else 0
    return [
        {
            "number": row.number,
            "inputs": [
                {"label": said(column.label), "text": cell(text, programme, column.name)}
                for text, column in zip(row.inputs, columns[:given], strict=True)
            ],
            "outputs": [
                {"label": said(column.label), "text": cell(text, programme, column.name)}
                for text, column in zip(row.outputs, columns[-len(row.outputs) :], strict=True)
            ],
            "reason": said(row.reason) if row.reason else "",
            "count": None if counts is None else counts.get(row.number, 0),
        }
        for row in shown.rows
    ]


def _policy(policy: str) -> str:
    words = {
        "U": _("exactly one row fits"),
        "A": _("all rows that fit say the same"),
        "F": _("the first row that fits"),
        "P": _("the row that fits whose output comes first in its list of values"),
        "C": _("every row that fits"),
        "R": _("every row that fits, in the order of the table"),
        "O": _("every row that fits, in the order of the output's values"),
        "C+": _("the sum of every row that fits"),
        "C<": _("the least of every row that fits"),
        "C>": _("the greatest of every row that fits"),
        "C#": _("how many rows fit"),
    }
    return words.get(policy, policy)


def _cases(found: list[Case], shown: TableView, programme: Programme, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Each case as what is given and what has to come out; what is unknown stays empty."""
    told = [
        (case, [(column, (case.expected if column.role == "output" else case.given).get(column.name))
                for column in shown.columns])
        for case in found
    ]
    return [
        {
            "name": said(case.title),
            "note": said(case.note) if case.note else "",
            "row": listed(case.decided or ()),
            "cells": [
                {"label": said(column.label), "text": "" if one is None else value(one, programme, column.name, zone)}
                for column, one in given
            ],
        }
        for case, given in told
    ]
