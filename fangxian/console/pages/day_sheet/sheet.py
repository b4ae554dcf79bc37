"""What stands on a day sheet, for the page and the files alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.areas.types import subtree
from fangxian.console.pages.area.words import names
from fangxian.console.people_lines import Lines
from fangxian.console.viewpoint import Viewpoint, said, subject_link
from fangxian.report import queries
from fangxian.report.documents import Document, Section
from fangxian.report.types import Line, SheetFigures, Signed

ON_A_PAGE: Final = 30
IN_A_FILE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Figures of the day and the day before, the outstanding by name, and the signature if there is one."""

    figures: SheetFigures
    before: SheetFigures
    lines: list[Line]
    signed: Signed | None

    @property
    def more(self) -> int:
        """Outstanding tasks that are not on the page."""
        return self.figures.outstanding - len(self.lines)


def read(view: Viewpoint, limit: int = ON_A_PAGE) -> Sheet:
    """The sheet of an area's day."""
    before = view.day - dt.timedelta(days=1)
    width = len(view.area.path)
    found = queries.raw(view.programme.id, subtree(view.area.path), [view.day, before], width)
    figures = {
        day: queries.sheet_figures(queries.counts(line for line in found if line.day == day))
        for day in (view.day, before)
    }
    lines = queries.outstanding(view.programme.id, view.area, view.day, at=view.at, limit=limit)
    return Sheet(figures[view.day], figures[before], lines, queries.signed(view.programme.id, view.area.path, view.day))


def columns(view: Viewpoint, sheet: Sheet) -> list[dict[str, Any]]:
    """The four figures on top, each with its list and the day before."""
    cohort = view.programme.cohort is not None
    keys = [
        ("came_in", "stage-0"),
        ("checked", "tasks-done"),
        ("closed", "tasks-closed"),
        ("outstanding", "tasks-outstanding"),
    ]
    return [
        {
            "label": labels()[name],
            "value": getattr(sheet.figures, name),
            "before": getattr(sheet.before, name),
            "url": names(view, key) if cohort or name != "came_in" else "",
        }
        for name, key in keys
    ]


def labels() -> dict[str, str]:
    """The figures in words."""
    return {
        "came_in": _("Came in"),
        "walk_ins": _("Walk-ins"),
        "checked": _("Checked"),
        "closed": _("Closed"),
        "outstanding": _("Outstanding"),
        "missed": _("Missed"),
    }


def since_signed(sheet: Sheet) -> list[str]:
    """What came after the signature, figure by figure."""
    if sheet.signed is None:
        return []
    moved = queries.differences(sheet.signed.figures, sheet.figures)
    return [f"{labels()[name]} {change:+d}" for name, change in moved.items()]


def signature(view: Viewpoint, sheet: Sheet) -> dict[str, Any] | None:
    """Who signed, when, with which note."""
    if sheet.signed is None:
        return None
    person = accounts.users([sheet.signed.by]).get(sheet.signed.by)
    return {
        "who": person.name if person else "",
        "at": sheet.signed.at,
        "note": sheet.signed.note,
        "later": since_signed(sheet),
    }


def rows(view: Viewpoint, sheet: Sheet) -> list[dict[str, Any]]:
    """The outstanding by name: who, what, why not, who has it."""
    lines = Lines(view.programme, sheet.lines)
    return [
        {
            "state": "urgent" if line.state == "missed" else "late" if line.due and line.due <= view.at else "",
            "cells": [
                {"text": lines.name(line), "note": lines.address(line), "url": subject_link(line.subject)},
                {"text": lines.task(line)},
                {"at": line.due, "reading": "at"},
                {"text": lines.reason(line)},
                {"text": lines.who(line)},
            ],
        }
        for line in sheet.lines
    ]


def document(view: Viewpoint, sheet: Sheet) -> Document:
    """The sheet as a document with every line."""
    lines = Lines(view.programme, sheet.lines)
    figures = [
        [labels()[name], getattr(sheet.figures, name), getattr(sheet.before, name)] for name in SheetFigures._fields
    ]
    listed = [
        [
            lines.name(line),
            lines.address(line),
            lines.task(line),
            view.calendar.local(line.due) if line.due else None,
            lines.reason(line),
            lines.who(line),
        ]
        for line in sheet.lines
    ]
    signed = signature(view, sheet)
    notes = [_("As of %(time)s.") % {"time": view.calendar.local(view.at).strftime("%Y-%m-%d %H:%M")}]
    if signed:
        at = view.calendar.local(signed["at"]).strftime("%Y-%m-%d %H:%M")
        notes.append(
            _("Signed off by %(who)s at %(at)s. %(note)s") % {"who": signed["who"], "at": at, "note": signed["note"]}
        )
        notes += [_("Since then: %(changes)s") % {"changes": ", ".join(signed["later"])}] if signed["later"] else []
    return Document(
        title=_("Day sheet, %(area)s") % {"area": view.area.name},
        subtitle=f"{said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
        notes=notes,
        signatures=[_("Made by"), _("Signed off by, at")],
        sections=[
            Section(_("Figures"), [_("Figure"), _("This day"), _("The day before")], figures, (1, 2)),
            Section(
                _("Outstanding by name"),
                [_("Name"), _("Place"), _("Task"), _("Due"), _("Reason"), _("Who has it")],
                listed,
                (),
                _("Nothing is outstanding."),
            ),
        ],
    )
