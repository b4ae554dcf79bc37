"""Whom each line of a list is already: of two lines said to be one person, the second would be recorded over the first.

A line that is said to be the same person as another line is meant to be. In a list that numbers its people several
lines may be of one, and replies say nothing of who somebody is.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme

from . import listing
from .types import SAME, Prepared, Tab

TAKEN: Final = Text(
    "Line {line} of this list is that person already. Is this one somebody else?",
    "本名单第 {line} 行已是此人。此行是另一人吗？")
_ARE_SOMEBODY: Final = frozenset({Tab.KNOWN, Tab.REROUTED, Tab.UNCHANGED})


class Persons:
    """Who the lines of a list are, as they stand and as they were answered."""

    def __init__(self, lines: Iterable[Prepared]) -> None:
        self.of: dict[uuid.UUID, list[Prepared]] = defaultdict(list)
        for line in lines:
            self.add(line)

    def add(self, line: Prepared) -> None:
        """Take a line for whom it stands for, where that is somebody known."""
        if line.subject and not line.left_out and line.result != "refused" and (
                line.tab in _ARE_SOMEBODY or _said_to_be(line)):
            self.of[line.subject].append(line)

    def claim(self, line: Prepared, subject: uuid.UUID) -> None:
        """Take a line for somebody it is said to be."""
        if not _by_line(line, subject):
            self.of[subject].append(line)

    def other(self, line: Prepared, subject: uuid.UUID | None) -> int | None:
        """The number of another line that is the somebody whom this one may be, unless the two are meant as one."""
        if subject is None or _by_line(line, subject):
            return None
        return next((one.number for one in self.of.get(subject, ()) if one.number != line.number), None)


def are_told_apart(programme: Programme, form: Form) -> bool:
    """Whether each line of a list is about somebody else."""
    return form.question(listing.EXTERNAL_ID) is None and programme.reply_by(form.id) is None


def said_twice(lines: Iterable[Prepared]) -> list[tuple[Prepared, int]]:
    """The lines still to be recorded that were said to be whom another line is, with that one's number. Of two answered
    alike the first stands."""
    every = list(lines)
    answered = [line for line in every if _said_to_be(line) and not line.settled]
    waiting = {line.number for line in answered}
    persons = Persons(line for line in every if line.number not in waiting)
    found = []
    for line in answered:
        other = persons.other(line, line.subject)
        if other is None:
            persons.add(line)
        else:
            found.append((line, other))
    return found


def _said_to_be(line: Prepared) -> bool:
    """Whether somebody said whom it is, and not which other line."""
    return line.tab is Tab.DOUBTFUL and line.decision == SAME and not _by_line(line, line.subject)


def _by_line(line: Prepared, subject: uuid.UUID | None) -> bool:
    return any(one.line and one.subject == subject for one in line.candidates)
