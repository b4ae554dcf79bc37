"""The daily report of an area, made from the records: as a page, xlsx and docx. Every export is logged."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fangxian.accounts.rules import may
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.console.files import answer
from fangxian.console.viewpoint import Viewpoint, choices, crumbs, said, viewpoint
from fangxian.report import queries
from fangxian.report.documents import Cell, Document, Section
from fangxian.report.types import Counts
from fangxian.tasks.states import ASKED, State

from . import words
from .overview import duration, merged

STATES: Final = ("due", *ASKED)


def report(request: HttpRequest, code: str) -> HttpResponse:
    """The report to read and print."""
    view = viewpoint(request, code)
    document, taken = daily(view), may(view.by, Action.EXPORT, view.programme.id)
    return render(
        request,
        "console/area/report.html",
        {
            "view": view,
            "items": [*crumbs(view, "area"), {"label": _("Daily report"), "url": ""}],
            "document": document,
            "choices": choices(view),
            "xlsx_url": view.to("report_file", view.area.code, "xlsx") if taken else "",
            "docx_url": view.to("report_file", view.area.code, "docx") if taken else "",
        },
    )


def report_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same as a file."""
    view = viewpoint(request, code)
    return answer(view, daily(view), form, f"report-{view.area.code}-{view.day}")


def daily(view: Viewpoint) -> Document:
    """The loop, the areas below, the tasks by kind, the measures in force, the time the steps took."""
    found = queries.by_child(view.programme.id, view.area.path, [view.day])
    today = merged(list(found.values()))
    by_path = {path: counts for (path, _day), counts in found.items()}
    sections = [*_loop(view, today), *_below(view, by_path), _tasks(view, today), _measures(view), _times(view)]
    return Document(
        title=_("Daily report, %(area)s") % {"area": view.area.name},
        subtitle=f"{said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
        sections=sections,
        notes=[
            _("Counted from the records at %(time)s. Late entries change it; the signed day sheet does not move.")
            % {"time": date_format(view.calendar.local(view.at), "DATETIME_FORMAT")}
        ],
    )


def _loop(view: Viewpoint, today: Counts) -> list[Section]:
    if view.programme.cohort is None:
        return []
    rows: list[list[Cell]] = []
    for stage in range(len(view.programme.cohort.stages)):
        missing = today.stopped_at(stage - 1) if stage else 0
        rows.append(
            [
                words.stage_label(view.programme, stage),
                today.reached(stage),
                words.gap_text(view.programme, stage - 1, missing) if missing else "",
            ]
        )
    rows.append([_("Walk-ins"), today.walk_ins, ""])
    return [Section(_("From the list to the release"), [_("Stage"), _("People"), _("Difference")], rows, (1,))]


def _below(view: Viewpoint, by_path: dict[str, Counts]) -> list[Section]:
    nodes = areas.children(view.area.path)
    if not nodes:
        return []
    stages = view.programme.cohort.stages if view.programme.cohort else ()
    columns = [
        _("Area"),
        *(words.stage_label(view.programme, number) for number in range(len(stages))),
        *(words.state_label(state) for state in ("due", "closed", State.MISSED)),
    ]
    rows: list[list[Cell]] = []
    for node in nodes:
        counts = by_path.get(node.path, Counts())
        rows.append(
            [
                node.name,
                *(counts.reached(number) for number in range(len(stages))),
                counts.of_state(*STATES[1:]),
                counts.closed,
                counts.of_state(State.MISSED),
            ]
        )
    return [Section(_("Areas below"), columns, rows, tuple(range(1, len(columns))))]


def _tasks(view: Viewpoint, today: Counts) -> Section:
    rows: list[list[Cell]] = []
    for kind, task in view.programme.tasks.items():
        due = today.of_kind(kind, *STATES[1:])
        if due:
            rows.append([said(task.label), due, *(today.of_kind(kind, state) for state in STATES[1:])])
    columns = [_("Task"), *(words.state_label(state) for state in STATES)]
    return Section(_("Tasks of the day"), columns, rows, (1, 2, 3, 4, 5), _("No task was due."))


def _measures(view: Viewpoint) -> Section:
    found = queries.measures(view.programme.id, subtree(view.area.path))
    rows: list[list[Cell]] = [
        [said(measure.label), found[name]] for name, measure in view.programme.measures.items() if found.get(name)
    ]
    return Section(_("Under a measure now"), [_("Measure"), _("People")], rows, (1,), _("No measure is in force."))


def _times(view: Viewpoint) -> Section:
    steps = queries.steps(view.programme, subtree(view.area.path), [view.day], view.calendar)
    rows: list[list[Cell]] = []
    for step in steps:
        span = step.days.get(view.day)
        if span is not None:
            rows.append(
                [
                    said(step.label),
                    span.of,
                    duration(span.median),
                    duration(span.ninth),
                    f"{span.share} %",
                    said(step.target),
                ]
            )
    columns = [_("Step"), _("People"), _("Usually"), _("Nine of ten within"), _("Within the target"), _("Target")]
    return Section(_("Timeliness"), columns, rows, (1, 2, 3, 4), _("No step was finished on this day."))
