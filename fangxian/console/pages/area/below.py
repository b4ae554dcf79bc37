"""The table of the areas below: the same figures, sorted by what needs attention or as asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fangxian.accounts import coverage
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier
from fangxian.console.viewpoint import Viewpoint, link
from fangxian.report.types import Counts
from fangxian.tasks import queries as tasks
from fangxian.tasks.states import State

from . import words

MOST: Final = 500
ATTENTION: Final = "attention"


class AreaBelow(NamedTuple):
    """An area below and its figures."""

    area: Node
    counts: Counts
    late: int
    missed: int
    alerts: int
    blind: int

    @property
    def attention(self) -> tuple[int, ...]:
        """What sorts it to the top: alerts, missed, late, blind spots, people not found yet."""
        return (self.alerts, self.missed, self.late, self.blind, self.counts.stopped_at(0))


def table(
    request: HttpRequest, view: Viewpoint, found: Mapping[tuple[str, dt.date], Counts], late: Mapping[str, int]
) -> dict[str, Any] | None:
    """Columns, rows and sums for the table component; None where nothing lies below."""
    nodes = areas.children(view.area.path, limit=MOST)
    if not nodes:
        return None
    rows = _rows(view, nodes, found, late)
    columns = _columns(view)
    sort = request.GET.get("sort", ATTENTION)
    descending = request.GET.get("dir", "descending") == "descending"
    values = {key: position for position, (key, _label) in enumerate(columns)}
    order = values.get(sort)
    rows.sort(
        key=lambda row: row.attention if order is None else _figures(view, row)[order] if order else row.area.path,
        reverse=descending,
    )
    sums = [sum(_figures(view, row)[number] for row in rows) for number in range(1, len(columns))]
    return {
        "columns": [_head(view, key, label, sort, descending) for key, label in columns],
        "rows": [_line(view, row) for row in rows],
        "foot": [{"text": _("Total")}, *({"text": one} for one in sums)],
    }


def _rows(
    view: Viewpoint, nodes: list[Node], found: Mapping[tuple[str, dt.date], Counts], late: Mapping[str, int]
) -> list[AreaBelow]:
    alerts = tasks.alerts_by_child(view.area.path, view.at)
    blind = {} if view.area.tier == Tier.ABOVE else coverage.blind_spots_by_child(view.area.path, at=view.at)
    rows = []
    for node in nodes:
        counts = found.get((node.path, view.day), Counts())
        rows.append(
            AreaBelow(
                node,
                counts,
                late.get(node.path, 0),
                counts.of_state(State.MISSED),
                alerts.get(node.path, 0),
                blind.get(node.path, 0),
            )
        )
    return rows


def _columns(view: Viewpoint) -> list[tuple[str, str]]:
    stages = view.programme.cohort.stages if view.programme.cohort else ()
    first = [(f"stage-{number}", words.stage_label(view.programme, number)) for number in range(len(stages))]
    middle = first or [("tasks-due", _("Due")), ("tasks-closed", _("Closed"))]
    return [
        ("area", _("Area")),
        *middle,
        ("late", _("Late")),
        ("tasks-missed", _("Missed")),
        ("alerts", _("Alerts")),
        ("blind", _("Blind spots")),
    ]


def _figures(view: Viewpoint, row: AreaBelow) -> list[Any]:
    stages = view.programme.cohort.stages if view.programme.cohort else ()
    counts = row.counts
    first = [counts.reached(number) for number in range(len(stages))] or [
        counts.asked,
        counts.closed,
    ]
    return [row.area.name, *first, row.late, row.missed, row.alerts, row.blind]


def _head(view: Viewpoint, key: str, label: str, sort: str, descending: bool) -> dict[str, Any]:
    turned = "ascending" if sort == key and descending else "descending"
    direction = ("descending" if descending else "ascending") if sort == key else ""
    return {
        "label": label,
        "kind": "text" if key == "area" else "number",
        "sort": direction,
        "url": view.to("area", view.area.code, sort=key, dir=turned),
    }


def _line(view: Viewpoint, row: AreaBelow) -> dict[str, Any]:
    keys = [key for key, _label in _columns(view)]
    name, *figures = _figures(view, row)
    state, word = _mark(row)
    cells: list[dict[str, Any]] = [
        {"text": name, "url": view.to("area", row.area.code), "mark": state, "note": word}
    ]
    cells += [
        {"text": figure, "url": _behind(view, key, row) if figure else ""}
        for key, figure in zip(keys[1:], figures, strict=True)
    ]
    return {"state": "urgent" if state == State.MISSED else state, "cells": cells}


def _mark(row: AreaBelow) -> tuple[str, str]:
    """The icon and the word of what wants attention most; empty when nothing does."""
    marks = (
        ("urgent", _("alert waits"), row.alerts),
        ("urgent", _("nobody answers here"), row.blind),
        ("missed", _("missed"), row.missed),
        ("late", _("late"), row.late),
    )
    return next(((icon, word) for icon, word, holds in marks if holds), ("", ""))


def _behind(view: Viewpoint, key: str, row: AreaBelow) -> str:
    """The list behind a figure of a row; alerts have a page of their own, blind spots none."""
    if key == "alerts":
        return f"{link('alerts')}?{urlencode({'show': 'below', 'area': row.area.code})}"
    if key == "blind":
        return ""
    return words.names(view, key, row.area.code)
