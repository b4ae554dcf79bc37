"""What stands on a day sheet, for the page and the files alike."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.console.asking import listed, subject_url
from fangxian.console.pages.area.words import names
from fangxian.console.pages.area.work_list import lines_of
from fangxian.console.people_lines import Lines
from fangxian.console.viewpoint import Viewpoint, said
from fangxian.report import queries
from fangxian.report.documents import Document, Section
from fangxian.report.types import Counts, SheetFigures, Signed, SubjectLine
from fangxian.tasks import queries as tasks
from fangxian.tasks import rules
from fangxian.tasks.states import STATES, State

ON_A_PAGE: Final = 45
"""People who fit on one A4 page below the figures when each takes one line."""
PAGE_HEIGHT: Final = 755.0
LINE_HEIGHT: Final = 16.8
LATIN_HEIGHT: Final = 13.4
ROW_EDGE: Final = 3.4
"""Of the printed table, in CSS pixels; a page in Chinese has the higher lines."""
COLUMN_WIDTHS: Final = {1: 31, 3: 18, 4: 30}
"""What a line of task, reason and holder takes, in Latin letters; a Chinese character is as wide as two. The style
sheet of print gives the columns their shares."""
READ: Final = 300
OUTSTANDING: Final = "tasks-outstanding"
"""The list of what is not done, as figures are named."""
IN_A_FILE: Final = 5_000


@dataclass(frozen=True, slots=True)
class DaySheet:
    """Figures of the day and the day before, the outstanding by name, and the signature if there is one."""

    figures: SheetFigures
    before: SheetFigures
    lines: list[SubjectLine]
    signed: Signed | None
    counts: Counts
    whole: bool = True
    """Whether everybody of whom something is outstanding is among the lines."""

    @property
    def people(self) -> list[list[SubjectLine]]:
        """The outstanding tasks of each person, those whose first is due soonest in front."""
        found: dict[uuid.UUID, list[SubjectLine]] = defaultdict(list)
        for line in self.lines:
            found[line.subject].append(line)
        return list(found.values())

    def beyond(self, people: int) -> int:
        """Outstanding tasks that are not on a page with the first so many people."""
        return self.figures.outstanding - sum(len(own) for own in self.people[:people])


def read(view: Viewpoint, limit: int = READ) -> DaySheet:
    """The sheet of an area's day."""
    before = view.day - dt.timedelta(days=1)
    width = len(view.area.path)
    found = queries.raw(view.programme.id, subtree(view.area.path), [view.day, before], width)
    counted = {day: queries.counts(line for line in found if line.day == day) for day in (view.day, before)}
    figures = {day: queries.sheet_figures(counts) for day, counts in counted.items()}
    lines = queries.outstanding(view.programme.id, view.area, view.day, counted[view.day], limit=limit)
    whole = len(lines) < limit
    if limit and not whole:  # of whoever stands on the page all that is outstanding, also what is due after the others
        first = list(dict.fromkeys(line.subject for line in lines))[:ON_A_PAGE]
        lines = queries.outstanding(
            view.programme.id, view.area, view.day, counted[view.day], limit=IN_A_FILE, of=first)
    signed = queries.signed(view.programme.id, view.area.path, view.day)
    return DaySheet(figures[view.day], figures[before], lines, signed, counted[view.day], whole)


def columns(view: Viewpoint, sheet: DaySheet) -> list[dict[str, Any]]:
    """The four figures on top, each with its list and the day before."""
    cohort = view.programme.cohort is not None
    keys = [
        ("came_in", "stage-0"),
        ("checked", "tasks-done"),
        ("closed", "tasks-closed"),
        ("outstanding", OUTSTANDING),
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
        "missed": said(STATES[State.MISSED].label),
    }


def never_asked(view: Viewpoint) -> list[str]:
    """The kinds of task that the day did not ask for because the clock came late, in words."""
    begun = tasks.begun_at(view.area.path, view.day)
    if begun is None:
        return []
    calendar = areas.calendars([view.area.path])[view.area.path]
    return [said(kind.label) for kind in rules.never_asked(view.programme.tasks.values(), calendar, view.day, begun)]


def since_signed(sheet: DaySheet) -> list[str]:
    """What came after the signature, figure by figure."""
    if sheet.signed is None:
        return []
    moved = queries.differences(sheet.signed.figures, sheet.figures)
    return [f"{labels()[name]} {change:+d}" for name, change in moved.items()]


def still_open(view: Viewpoint, sheet: DaySheet) -> str:
    """What to know before signing a day that has not ended; nothing once it has."""
    closes = view.calendar.day_ends(view.day)
    if view.at >= closes:
        return ""
    local = view.calendar.local(closes)
    due = sheet.figures.outstanding - sheet.figures.missed
    return ngettext(
        "The day is open until %(time)s; %(count)d task is still due.",
        "The day is open until %(time)s; %(count)d tasks are still due.", due,
    ) % {"time": date_format(local, "H:i" if local.date() == view.calendar.today(view.at) else "Y-m-d H:i"),
         "count": due}


def left_open(view: Viewpoint, sheet: DaySheet) -> list[dict[str, Any]]:
    """What a signature would leave undone: how many of each kind of task, each with its list."""
    found = []
    for kind, task in view.programme.tasks.items():
        states = ((State.OPEN, "tasks-open"), (State.MISSED, "tasks-missed"))
        for state, key in states:
            number = sheet.counts.of_kind(kind, state)
            if number:
                found.append({
                    "number": number, "label": said(task.label), "url": names(view, f"{key}-{kind}"),
                    "note": said(STATES[state].label) if state is State.MISSED else ""})
    return found


def signature(view: Viewpoint, sheet: DaySheet) -> dict[str, Any] | None:
    """Who signed, when, with which note."""
    if sheet.signed is None:
        return None
    person = accounts.users([sheet.signed.by]).get(sheet.signed.by)
    return {
        "who": person.name if person else "",
        "at": sheet.signed.at,
        "note": sheet.signed.note,
        "early": _("before the cut-off") if sheet.signed.early else "",
        "later": since_signed(sheet),
    }


def rows(view: Viewpoint, sheet: DaySheet) -> list[dict[str, Any]]:
    """The outstanding by name, one row a person: what, since when, why not, who has it. Who may see identities reads
    names and doors; the look is logged.
    """
    people = sheet.people[:ON_A_PAGE]
    shown = [line for own in people for line in own]
    lines = lines_of(view, shown, OUTSTANDING)
    made = [_row(view, lines, own) for own in people]
    ends = accumulate(_height(row) for row in made)
    return [row for row, end in zip(made, ends, strict=True) if end <= PAGE_HEIGHT]


def _height(row: dict[str, Any]) -> float:
    """About how much of the printed page a row takes."""
    cells = row["cells"]
    lines = max(math.ceil(_width(cells[number]["text"]) / width) for number, width in COLUMN_WIDTHS.items())
    return (LATIN_HEIGHT if get_language() == "en" else LINE_HEIGHT) * max(1, lines) + ROW_EDGE


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _row(view: Viewpoint, lines: Lines, own: list[SubjectLine]) -> dict[str, Any]:
    first = own[0]
    missed = any(line.state == State.MISSED for line in own)
    late = first.due is not None and first.due <= view.at
    what = together(lines.task(line) for line in own)
    return {
        "state": "urgent" if missed else "late" if late else "",
        "cells": [
            {"text": lines.name(first), "note": lines.address(first), "url": subject_url(first.subject)},
            {"text": what},
            {"at": first.due, "reading": "at"},
            {"text": together(lines.reason(line) for line in own)},
            {"text": together(lines.who(line) for line in own)},
        ],
    }


def together(parts: Iterable[str]) -> str:
    """Some words in one line, none of them twice."""
    return listed(dict.fromkeys(part for part in parts if part))


def document(view: Viewpoint, sheet: DaySheet) -> Document:
    """The sheet as a document with every line."""
    lines = lines_of(view, sheet.lines, OUTSTANDING)
    figures = [
        [labels()[name], getattr(sheet.figures, name), getattr(sheet.before, name)] for name in SheetFigures._fields
    ]
    rows = [
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
        when = f"{at} ({signed['early']})" if signed["early"] else at
        notes.append(
            _("Signed off by %(who)s at %(at)s. %(note)s") % {"who": signed["who"], "at": when, "note": signed["note"]}
        )
        notes += [_("Since then: %(changes)s") % {"changes": listed(signed["later"])}] if signed["later"] else []
    return Document(
        title=_("Day sheet, %(area)s") % {"area": view.area.name},
        subtitle=f"{said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
        notes=notes,
        signatures=[_("Made by"), _("Signed off by, at")],
        day=view.day,
        more=_("And {count} more: the workbook (xlsx) has them all."),
        sections=[
            Section(_("Figures"), [_("Figure"), _("This day"), _("The day before")], figures, (1, 2)),
            Section(
                _("Outstanding by name"),
                [_("Name"), _("Place"), _("Task"), pgettext("until when", "Due"), _("Reason"), _("Who has it")],
                rows,
                (),
                _("Nothing is outstanding."),
            ),
        ],
    )
