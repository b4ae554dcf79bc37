"""What reports are made of: figures, lists behind them, day sheets, timeliness. No Django."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from fangxian.kernel.text import Text
from fangxian.tasks.states import ASKED, CLOSED

STAGE: Final = "stage:"
WALK_IN: Final = ":walk_in"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters of one area and some days: people by stage reached, tasks by kind and state."""

    stages: Mapping[int, int] = field(default_factory=dict)
    walk_ins: int = 0
    tasks: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def reached(self, stage: int) -> int:
        """How many got to a stage or further: each figure is a subset of the one before."""
        return sum(number for at, number in self.stages.items() if at >= stage)

    def stopped_at(self, stage: int) -> int:
        """How many stand at a stage and went no further: the difference to the next figure."""
        return self.stages.get(stage, 0)

    def of_state(self, *states: str) -> int:
        """Tasks of any kind in some states."""
        return sum(number for (_, state), number in self.tasks.items() if state in states)

    def of_kind(self, kind: str, *states: str) -> int:
        """Tasks of one kind in some states."""
        return sum(self.tasks.get((kind, state), 0) for state in states)

    @property
    def closed(self) -> int:
        """Tasks dealt with, rightly."""
        return self.of_state(*CLOSED)

    @property
    def asked(self) -> int:
        """Tasks asked for, whatever became of them; what became void never counts."""
        return self.of_state(*ASKED)

    @property
    def empty(self) -> bool:
        return not any(self.stages.values()) and not any(self.tasks.values())


class FigureLine(NamedTuple):
    """A sum of counters: the area it was grouped by, the day, the kind of task ('' for a cohort) and the state."""

    area: str
    day: dt.date
    kind: str
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line of a list behind a figure; ``task`` is None in a list of people. ``key`` pages."""

    subject: uuid.UUID
    path: str
    stage: int | None = None
    task: uuid.UUID | None = None
    kind: str = ""
    state: str = ""
    day: dt.date | None = None
    due: dt.datetime | None = None
    outcome: str = ""
    post: int | None = None
    since: dt.datetime | None = None
    key: str = ""


class Narrowed(NamedTuple):
    """Which tasks of a list are wanted: of a kind, in a state, held by a post; '' and None leave all."""

    kind: str = ""
    state: str = ""
    post: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some lines and the key of the next page; '' at the end."""

    lines: Sequence[SubjectLine]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What applies to somebody now and who has them: the measure, since when, the open task that is due first."""

    measure: str | None = None
    until: dt.datetime | None = None
    since: dt.datetime | None = None
    post: int | None = None
    kind: str = ""
    due: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody as a list may show them: masked, unless whoever looks may know them and the look is logged."""

    name: str = ""
    address: str = ""


class SheetFigures(NamedTuple):
    """The figures of a day sheet. People: came in, walk-ins. Tasks of the day: checked, closed (checked or excused),
    outstanding (open or missed), missed among them."""

    came_in: int = 0
    walk_ins: int = 0
    checked: int = 0
    closed: int = 0
    outstanding: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """A day sheet somebody put their name to, as of a sequence number of the journal."""

    at: dt.datetime
    by: int
    seq: int
    note: str
    early: bool
    figures: SheetFigures


class Span(NamedTuple):
    """How long a step took for those of one day: minutes of the middle one and of the ninth of ten; how many were
    within the target, of how many."""

    median: float | None
    ninth: float | None
    within: int
    of: int

    @property
    def share(self) -> int | None:
        """Percent within the target; None of nobody."""
        return round(100 * self.within / self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class TimedStep:
    """A step whose time is measured, day by day (days without anybody are left out)."""

    name: str
    label: Text
    target: Text
    days: Mapping[dt.date, Span]

    def as_json(self) -> list[Any]:
        """In lists, texts and numbers, to be kept."""
        days = {day.isoformat(): span for day, span in self.days.items()}
        return [self.name, [self.label.en, self.label.zh], [self.target.en, self.target.zh], days]

    @classmethod
    def of_json(cls, kept: list[Any]) -> TimedStep:
        """From ``as_json``."""
        name, label, target, days = kept
        spans = {dt.date.fromisoformat(day): Span(*span) for day, span in days.items()}
        return cls(name, Text(*label), Text(*target), spans)
