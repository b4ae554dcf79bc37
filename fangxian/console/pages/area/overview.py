"""The area page itself: counters only, so that it is as quick for a county as for a grid."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.accounts import coverage
from fangxian.areas.types import Range, Tier, subtree
from fangxian.console.asking import asks_for_part, listed
from fangxian.console.pages.alerts import lines as alert_lines
from fangxian.console.viewpoint import Viewpoint, choices, crumbs, said, viewpoint
from fangxian.report import queries
from fangxian.report.types import Counts, TimedStep
from fangxian.tasks import queries as tasks
from fangxian.tasks.states import ASKED, State

from . import words
from .below import table

DAYS: Final = 14
KEPT: Final = dt.timedelta(minutes=5)
ALERTS_SHOWN: Final = 3


def area(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """The loop, what is late and missed, and the areas below by what needs attention."""
    view = viewpoint(request, code)
    yesterday = view.day - dt.timedelta(days=1)
    found = queries.by_child(view.programme.id, view.area.path, sorted({view.day, yesterday, view.today}))
    today = merged([counts for (_path, day), counts in found.items() if day == view.day])
    before = merged([counts for (_path, day), counts in found.items() if day == yesterday])
    late = queries.late(view.programme, view.area, view.calendar, view.at, found)
    waiting = tasks.waiting(view.by.range, view.at, path=view.area.path, limit=ALERTS_SHOWN + 1)
    return render(
        request,
        "console/area/area.html",
        {
            "view": view,
            "items": crumbs(view, "area"),
            "choices": choices(view),
            "title": view.area.name,
            "subtitle": subtitle(view),
            "acts": _acts(view),
            "stages": words.loop(view, today),
            "figures": _figures(view, today, before, found, sum(late.values())),
            "alerts": alert_lines.shown(waiting[:ALERTS_SHOWN], view.by, view.at),
            "urgent_here": bool(waiting),
            "more_alerts": len(waiting) > ALERTS_SHOWN and view.area.path == view.by.path,
            "kinds": _kinds(view, today),
            "below": table(request, view, found, late),
            "empty": today.empty,
            "more_url": view.to("timeliness", view.area.code),
        },
    )


def timeliness(request: HttpRequest, code: str) -> HttpResponse:
    """The slower part, fetched when the page is there: measures in force, and how long each step took."""
    view = viewpoint(request, code)
    if not asks_for_part(request):
        return HttpResponseRedirect(view.to("area", view.area.code))
    days = [view.day - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    within = subtree(view.area.path)
    steps = _steps(view, within, days)
    return render(
        request,
        "console/area/timeliness.html",
        {
            "view": view,
            "charts": [chart(step, days) for step in steps if step.days],
            "measures": measure_figures(view, within),
            "measure_words": listed(said(one.label) for one in view.programme.measures.values()),
            "days": DAYS,
        },
    )


def _steps(view: Viewpoint, within: Range, days: list[dt.date]) -> list[TimedStep]:
    """Fourteen days of a county are tens of thousands of people: read again only when the newest is minutes old."""
    at = int(view.at.timestamp() // KEPT.total_seconds())
    key = f"steps/{view.programme.id}/{view.programme.version}/{view.area.path}/{view.day}/{at}"
    kept = cache.get(key)
    if kept is not None:
        return [TimedStep.of_json(one) for one in kept]
    steps = queries.steps(view.programme, within, days, view.calendar)
    cache.set(key, [step.as_json() for step in steps], KEPT.seconds)
    return steps


def merged(parts: list[Counts]) -> Counts:
    """Figures of several areas together."""
    stages: dict[int, int] = {}
    counted: dict[tuple[str, str], int] = {}
    for part in parts:
        for stage, number in part.stages.items():
            stages[stage] = stages.get(stage, 0) + number
        for key, number in part.tasks.items():
            counted[key] = counted.get(key, 0) + number
    return Counts(stages, sum(part.walk_ins for part in parts), counted)


def subtitle(view: Viewpoint) -> str:
    day = date_format(view.day, "DATE_FORMAT")
    if view.programme.cohort is None:
        return f"{said(view.programme.title)} · {day}"
    return _("%(programme)s · arrivals of %(day)s") % {"programme": said(view.programme.title), "day": day}


def measure_figures(view: Viewpoint, within: Range) -> list[dict[str, Any]]:
    """How many people each measure applies to, in the programme's order."""
    found = queries.measures(view.programme.id, within)
    return [
        {"label": said(measure.label), "value": found[name], "url": words.names(view, f"measure-{name}")}
        for name, measure in view.programme.measures.items()
        if found.get(name)
    ]


def chart(step: TimedStep, days: list[dt.date]) -> dict[str, Any]:
    """A step as a chart: the share within its target, day by day, and the usual time in words."""
    last = step.days[max(step.days)]
    days = [day for day in days if day <= max(step.days)]
    values = [step.days[day].share if day in step.days else None for day in days]
    data = {"labels": [str(day.day) for day in days], "values": values, "unit": "%", "target": 95, "better": "higher"}
    points = [(date_format(day, "MONTH_DAY_FORMAT"), value) for day, value in zip(days, values, strict=True)]
    usual = _("usually %(half)s, nine of ten within %(ninth)s") % {
        "half": duration(last.median),
        "ninth": duration(last.ninth),
    }
    title = f"{said(step.label)} · {said(step.target)}"
    return {
        "id": f"chart-{step.name}",
        "title": title,
        "now": f"{last.share} %",
        "data": data,
        "points": points,
        "usual": usual,
    }


def duration(minutes: float | None) -> str:
    """Minutes in words: 8 min, 3.5 h, 2.1 d."""
    if minutes is None:
        return "–"
    if minutes < 90:
        return _("%(n)d min") % {"n": round(minutes)}
    if minutes < 48 * 60:
        return _("%(n).1f h") % {"n": minutes / 60}
    return _("%(n).1f d") % {"n": minutes / 60 / 24}


def _acts(view: Viewpoint) -> list[dict[str, Any]]:
    acts = [
        ("day_sheet", _("Day sheet"), "sheet"),
        ("report", _("Daily report"), "file"),
        ("team", _("Team"), "household"),
    ]
    found: list[dict[str, Any]] = [
        {"label": label, "icon": icon, "url": view.to(route, view.area.code)} for route, label, icon in acts
    ]
    return [act for act in found if act["url"]]


def _figures(view: Viewpoint, today: Counts, before: Counts, found: Any, late: int) -> list[dict[str, Any]]:
    blind = 0 if view.area.tier == Tier.ABOVE else coverage.count_blind_spots(subtree(view.area.path), at=view.at)
    here = found.get((view.area.path, view.day))
    unplaced = here.reached(0) if here and view.area.tier != Tier.GRID else 0
    missed = before.of_state(State.MISSED)
    yesterday = view.chosen(day=(view.day - dt.timedelta(days=1)).isoformat())
    shown: list[dict[str, Any]] = [
        {
            "label": _("Late now"),
            "value": late,
            "state": "late" if late else "",
            "url": words.names(view, "late"),
            "term": "late",
        },
        {
            "label": _("Missed the day before"),
            "value": missed,
            "state": "missed" if missed else "",
            "url": words.names(view, "tasks-missed").partition("?")[0] + yesterday,
            "term": "missed",
        },
        {
            "label": _("Tasks done"),
            "value": f"{today.closed} / {today.asked}",
            "url": words.names(view, "tasks-due"),
        },
        {
            "label": _("Blind spots"),
            "value": blind,
            "state": "urgent" if blind else "",
            "note": ngettext("area without a worker", "areas without a worker", blind) if blind else "",
            "term": "blind_spot",
        },
    ]
    if view.programme.cohort is not None:
        shown.append({
            "label": _("Walk-ins"), "value": today.walk_ins, "url": words.names(view, "walk-in"), "term": "walk_in"})
    if unplaced:
        shown.append({"label": _("No grid chosen yet"), "value": unplaced, "url": words.names(view, "here")})
    return shown


def _kinds(view: Viewpoint, today: Counts) -> list[dict[str, Any]]:
    """Task figures per kind: due, done, excused, open, missed."""
    rows: list[dict[str, Any]] = []
    for kind, task in view.programme.tasks.items():
        due = today.of_kind(kind, *ASKED)
        if due:
            cells: list[dict[str, Any]] = [
                {"text": said(task.label)},
                {"text": due, "url": words.names(view, f"tasks-due-{kind}")},
            ]
            for state in ASKED:
                number = today.of_kind(kind, state)
                cells.append({"text": number, "url": words.names(view, f"tasks-{state}-{kind}") if number else ""})
            rows.append({"cells": cells})
    return rows
