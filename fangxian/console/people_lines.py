"""Lines about people as lists show them: masked, with what applies to them and who has them now. Set-wise."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import Person
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.programmes.types import Programme
from fangxian.report import queries
from fangxian.report.types import Held, Shown, SubjectLine
from fangxian.tasks.queries import Behind
from fangxian.tasks.states import STATES, State

from .asking import subject_url
from .shell import label_of
from .viewpoint import said
from .walk import within


class Lines:
    """All that some lines need, read in five statements whatever their number. Names and doors of the
    ``opened`` are in full. ``others``: programmes that tasks among them may be of, beside the one that is looked at.
    """

    def __init__(
        self, programme: Programme, lines: Sequence[SubjectLine | Behind], *, opened: Collection[uuid.UUID] = (),
        others: Iterable[Programme] = (),
    ) -> None:
        self.programme, self._opened = programme, opened
        self._programmes = {one.id: one for one in (*others, programme)}
        subjects = {line.subject for line in lines}
        self._shown: Mapping[Any, Shown] = queries.shown(subjects, opened=opened) if subjects else {}
        self._held: Mapping[Any, Held] = queries.held(programme.id, subjects) if subjects else {}
        posts = {line.post for line in lines} | {held.post for held in self._held.values()}
        self._people: Mapping[int, Person] = accounts.people(post for post in posts if post is not None)
        self._roster = accounts.roster()
        self._nodes: Mapping[str, Node] = areas.nodes(line.path for line in lines)

    def name(self, line: SubjectLine | Behind) -> str:
        """Masked unless they are opened; without a name what stands for it."""
        return self._shown.get(line.subject, Shown()).name or _("no name yet")

    def address(self, line: SubjectLine | Behind) -> str:
        """Where they are: what may be shown of the address, and the area it lies in. The door comes first, as on the
        cards of a day: where a printed line is full, the area is cut off and not the door.
        """
        node = self._nodes.get(line.path)
        known = line.subject in self._opened  # what is left of a masked one names the township once more
        place, address = node.name if node else "", self._shown.get(line.subject, Shown()).address if known else ""
        return " · ".join(filter(None, (within(address, place), place)))

    def measure(self, line: SubjectLine | Behind) -> str:
        """The measure in force and until when."""
        held = self._held.get(line.subject, Held())
        known = self.programme.measures.get(held.measure or "")
        label = said(known.label) if known else held.measure or "–"
        if held.until is None:
            return label
        return _("%(measure)s until %(day)s") % {"measure": label, "day": date_format(held.until, "MONTH_DAY_FORMAT")}

    def since(self, line: SubjectLine | Behind) -> Any:
        return self._held.get(line.subject, Held()).since

    def who(self, line: SubjectLine | Behind) -> str:
        """The person and post who have it now."""
        own = line.post if isinstance(line, Behind) or line.task is not None else None
        post = own or self._held.get(line.subject, Held()).post
        return self.holder(post)

    def holder(self, post: int | None) -> str:
        """A post in words: the person and what they are."""
        if post is None or post not in self._people:
            return _("nobody on duty")
        held = self._roster.posts.get(post)
        return f"{self._people[post].name} · {label_of(held.kind)}" if held else self._people[post].name

    def task(self, line: SubjectLine | Behind) -> str:
        """The kind of task in words."""
        kind = self._of(line).tasks.get(line.kind)
        return said(kind.label) if kind else line.kind

    def reason(self, line: SubjectLine | Behind) -> str:
        """Why it is not done: the outcome of the visit, else that the day ended or that it waits."""
        if line.outcome:
            return outcome_label(self._of(line), line.outcome)
        words: dict[str, str] = {State.MISSED: _("not done by the cut-off"), State.OPEN: _("not done yet")}
        return words.get(line.state, "")

    def _of(self, line: SubjectLine | Behind) -> Programme:
        return self._programmes.get(line.programme, self.programme) if isinstance(line, Behind) else self.programme


def outcome_label(programme: Programme | None, name: str) -> str:
    """A visit's outcome as the programme words it."""
    form = programme.forms.get("visit") if programme else None
    choices = (choice for question in (form.questions if form else ()) for choice in question.choices)
    return next((said(choice.label) for choice in choices if choice.name == name), name.replace("_", " "))


def person_cell(lines: Lines, line: SubjectLine | Behind) -> dict[str, Any]:
    """The first cell of a line: masked name with its link, the place below."""
    return {"text": lines.name(line), "url": subject_url(line.subject), "note": lines.address(line)}


def task_rows(lines: Lines, found: Iterable[SubjectLine | Behind]) -> list[dict[str, Any]]:
    """Rows of a list of tasks: who, what, until when, state with its reason, who has it."""
    rows = []
    for line in found:
        state = State(line.state or State.OPEN)
        rows.append(
            {
                "state": "urgent" if state is State.MISSED else "",
                "cells": [
                    person_cell(lines, line),
                    {"text": lines.task(line)},
                    {"at": line.due, "reading": "at"},
                    {"text": said(STATES[state].label), "state": STATES[state].icon, "note": lines.reason(line)},
                    {"text": lines.who(line)},
                ],
            }
        )
    return rows


def task_columns() -> list[dict[str, str]]:
    return [
        {"label": _("Name")},
        {"label": _("Task")},
        {"label": pgettext("until when", "Due"), "kind": "time"},
        {"label": _("State")},
        {"label": _("Who has it")},
    ]
