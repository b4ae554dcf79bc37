"""Figures of an area's day: the loop in numbers, and the same for each area below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest
from ninja import Router, Schema

from fangxian.accounts.rules import require_place
from fangxian.accounts.types import Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, subtree
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.report import queries as report
from fangxian.report.types import Counts
from fangxian.tasks.states import State

from .areas import node_of
from .asking import area, say, seeing, seen
from .schemas import AreaSchema, Code, Day, Name

router = Router(tags=["figures"])


class Stage(Schema):
    """How many got to a stage or further, and how many of them no further."""

    name: str
    reached: int
    stopped: int


class TaskFigures(Schema):
    """The tasks of one kind that were asked for that day, by what became of them."""

    kind: str
    label: str
    open: int
    done: int
    excused: int
    missed: int


class DaySheetSchema(Schema):
    """A day sheet. People: came in, walk-ins among them. Tasks: checked, closed, outstanding, missed."""

    came_in: int
    walk_ins: int
    checked: int
    closed: int
    outstanding: int
    missed: int


class Below(Schema):
    area: AreaSchema
    sheet: DaySheetSchema


class Figures(Schema):
    programme: str
    area: AreaSchema
    day: dt.date
    sheet: DaySheetSchema
    stages: list[Stage]
    tasks: list[TaskFigures]
    below: list[Below]


@router.get("/figures", response=Figures, operation_id="figures", summary="The loop of an area's day in numbers")
def figures(request: HttpRequest, area: Code | None = None, day: Day | None = None,
            programme: Name | None = None) -> Figures:
    """Without ``area`` that of the acting post, without ``day`` the operational day of now."""
    by = seeing(request)
    one = _programme(by, programme)
    node = node_of(area) if area else areas.nodes([by.path])[by.path]
    require_place(by, node.path)
    on = day or areas.calendars([node.path])[node.path].operational_day(clock.now())
    return _figures(one, node, on)


def _programme(by: Acting, asked: str | None) -> Programme:
    """The one asked for; else the first in sight, one with a cohort before others. Problem NOT_FOUND."""
    shown = seen(by)
    chosen = [shown[asked]] if asked in shown else [] if asked else sorted(shown.values(), key=_without_cohort)
    if not chosen:
        raise Problem(errors.NOT_FOUND)
    return chosen[0]


def _without_cohort(one: Programme) -> bool:
    return one.cohort is None


def _figures(one: Programme, node: Node, on: dt.date) -> Figures:
    whole = report.counts(report.raw(one.id, subtree(node.path), [on], len(node.path)))
    parts = report.by_child(one.id, node.path, [on])
    stages = one.cohort.stages if one.cohort else ()
    return Figures(
        programme=one.id, area=area(node), day=on, sheet=_sheet(whole),
        stages=[Stage(name=name, reached=whole.reached(number), stopped=whole.stopped_at(number))
                for number, name in enumerate(stages)],
        tasks=[TaskFigures(
            kind=kind.kind, label=say(kind.label), open=whole.of_kind(kind.kind, State.OPEN),
            done=whole.of_kind(kind.kind, State.DONE), excused=whole.of_kind(kind.kind, State.EXCUSED),
            missed=whole.of_kind(kind.kind, State.MISSED)) for kind in one.tasks.values()],
        below=_below({path: counts for (path, _), counts in parts.items() if path != node.path}))


def _below(parts: Mapping[str, Counts]) -> list[Below]:
    nodes = areas.nodes(parts)
    return [Below(area=area(nodes[path]), sheet=_sheet(parts[path])) for path in sorted(nodes)]


def _sheet(counts: Counts) -> DaySheetSchema:
    return DaySheetSchema(**report.sheet_figures(counts)._asdict())
