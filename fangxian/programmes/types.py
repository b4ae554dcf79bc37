"""A programme as the rest of Fangxian sees it: read, checked and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from fangxian.dmn.types import Table
    from fangxian.kernel.text import Text
    from fangxian.kernel.values import Privacy, Value, ValueType

    from .forms import Form
    from .tables import Unary


@dataclass(frozen=True, slots=True)
class Series:
    """The answers of one fact in the order of ``happened_at``, put to a unary test."""

    of: str
    test: Unary


@dataclass(frozen=True, slots=True)
class LastWhen:
    """``happened_at`` of the latest submission in which one of the tests held."""

    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class FirstWhen:
    """``happened_at`` of the earliest submission in which one of the tests held."""

    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """``happened_at`` of the first of the unbroken run of answers that hold, to the last; unknown if that does not."""

    series: Series


@dataclass(frozen=True, slots=True)
class DaysInARow:
    """Local calendar days without a gap up to the day of the last answer, on each of which the test held once or more.

    Unknown before the first answer; 0 when it did not hold on the day of the last one.
    """

    series: Series


@dataclass(frozen=True, slots=True)
class Count:
    """How many submissions of a form there are; 0 before the first."""

    form: str


Derivation: TypeAlias = "LastWhen | FirstWhen | Since | DaysInARow | Count"


class Keep(StrEnum):
    """Which of the values told of a fact counts."""

    LATEST = "latest"
    GREATEST = "greatest"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Fact:
    """``keep``: which of the values told counts. A submission of a form of ``settled_by`` replaces what was told before
    it whatever it says. A value told together with an older one of ``told_with`` than is known changes nothing."""

    name: str
    type: ValueType
    label: Text
    privacy: Privacy
    unit: str | None = None
    derivation: Derivation | None = None
    keep: Keep = Keep.LATEST
    settled_by: tuple[str, ...] = ()
    told_with: str | None = None


@dataclass(frozen=True, slots=True)
class DerivedInput:
    """A whole number computed at the moment of deciding; exactly one of the two names a date or datetime fact.

    ``days_since``: local calendar days, the day itself is 0. ``years_since``: completed years.
    """

    name: str
    label: Text
    days_since: str | None = None
    years_since: str | None = None

    @property
    def of(self) -> str:
        return self.days_since or self.years_since or ""


@dataclass(frozen=True, slots=True)
class DecisionRoles:
    """The outputs that carry the meaning; ``heavier``: what is heavier than ``urgent``, each than the one before."""

    measure: str
    until: str
    stage: str | None = None
    urgent: str | None = None
    heavier: tuple[str, ...] = ()

    @property
    def alarms(self) -> tuple[str, ...]:
        """The outputs that raise an alert as they turn true, the heaviest last."""
        return (self.urgent, *self.heavier) if self.urgent else ()


@dataclass(frozen=True, slots=True)
class Cohort:
    of: str
    stages: tuple[str, ...]
    walk_in: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    label: Text
    managed: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A unary test over a fact, an input or an output."""

    column: str
    test: Unary


@dataclass(frozen=True, slots=True)
class Window:
    """Local times; half-open. A submission from ``accept_from`` on counts for it."""

    opens: dt.time
    due: dt.time
    accept_from: dt.time


@dataclass(frozen=True, slots=True)
class Late:
    """The tier that is told when a task is still open so long after its deadline."""

    after: dt.timedelta
    tell: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The number somebody reads off and types beside a task's quick answers; no button ever holds one.

    ``whole`` are the whole numbers its pad begins with, before the tenths; empty for a plain field. From ``below`` on a
    quick answer is too little, and the form is asked for.
    """

    question: str
    whole: tuple[int, ...] = ()
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Quick:
    """Answers of a form under one button; typed, and known to be valid on their own, with what is measured beside."""

    label: Text
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What has to be done about a subject while all of ``when`` hold.

    With a ``window`` it is due each operational day (only on ``days`` since ``anchor`` if given); without one it
    stands, and is due ``due_within`` after it opened, or at the cut-off when that is None.

    Its form does it when all of ``done_when``, tests of its answers, hold; else it counts as the visit outcome
    ``undone``, if one is named. A standing task stays open as long as it is asked for, unless it is ``daily``.
    One of the last day ends the measure unasked while all of ``ends_unasked``, tests of facts, hold.
    """

    kind: str
    label: Text
    form: str
    when: tuple[Condition, ...]
    post: str
    missed: str
    window: Window | None = None
    due_within: dt.timedelta | None = None
    days: tuple[int, ...] = ()
    anchor: str | None = None
    late: tuple[Late, ...] = ()
    urgent: bool = False
    not_before_until: bool = False
    outcomes: Mapping[str, str] | None = None
    quick: tuple[Quick, ...] = ()
    measured: Measured | None = None
    done_when: tuple[Condition, ...] = ()
    undone: str = ""
    daily: bool = False
    ends_unasked: tuple[Condition, ...] = ()

    def done_by(self, answers: Mapping[str, object]) -> bool:
        """Whether a form with these answers does it, whatever is decided from them."""
        return all(condition.test.holds(answers.get(condition.column)) for condition in self.done_when)

    @property
    def until_decided(self) -> bool:
        """Whether no form does it as long as it is asked for: what is asked for day by day is done for the day."""
        return self.window is None and not self.daily and not self.not_before_until


@dataclass(frozen=True, slots=True)
class LinkKind:
    kind: str
    to: str
    label: Text
    make: bool
    back: Text | None = None
    """What the link is called from the other side, where that is a subject of the same kind."""
    single: bool = False
    """What is told later takes the place of what was told before, instead of standing beside it."""
    anywhere: bool = False
    """Whoever names it need not see any of those who share it already, as with a journey."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A submission the system files about linked subjects when all of ``when`` begin to hold, and about those who come
    to be linked while they do."""

    when: tuple[Condition, ...]
    link: str
    form: str
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Reply:
    """A form that answers another one, filed before about the same subject and found by the number both ask for.

    ``number``, ``result`` and ``at`` (the moment the result was had, where it is asked) name questions. The form
    replied to awaits one while it stands and has none, and while it answers as ``awaited`` says, where that says
    anything; after ``due_within`` it is late.
    """

    form: str
    to: str
    number: str
    result: str
    label: Text
    at: str | None = None
    awaited: Mapping[str, str] | None = None
    due_within: dt.timedelta | None = None

    def awaits(self, answers: Mapping[str, object]) -> bool:
        """Whether what the form replied to was answered with leaves something to reply."""
        return all(answers.get(name) == value for name, value in (self.awaited or {}).items())


@dataclass(frozen=True, slots=True)
class DrillStep:
    """One form that a drill files about the made-up person; the questions ``now`` are answered with its beginning."""

    form: str
    answers: Mapping[str, object]
    now: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """An exercise: what is filed about somebody made up, to see what the real chain makes of it."""

    name: str
    label: Text
    steps: tuple[DrillStep, ...]


@dataclass(frozen=True, slots=True)
class DeclaredPermission:
    post: str
    action: str
    on: str


@dataclass(frozen=True, eq=False)
class Programme:
    """A loaded folder. Compared by identity; two versions are told apart by ``digest``.

    ``place`` names the fact that holds the code of the area a subject belongs to.
    ``columns`` gives the type of every fact, input and output by name, ``tables`` the decision tables in order.
    """

    id: str
    version: str
    title: Text
    subject: str
    retention_months: int
    facts: Mapping[str, Fact]
    inputs: Mapping[str, DerivedInput]
    tables: tuple[Table, ...]
    columns: Mapping[str, ValueType]
    decision: DecisionRoles | None
    cohort: Cohort | None
    measures: Mapping[str, Measure]
    tasks: Mapping[str, TaskKind]
    links: Mapping[str, LinkKind]
    consequences: tuple[Consequence, ...]
    permissions: frozenset[DeclaredPermission]
    forms: Mapping[str, Form]
    digest: str
    place: str | None = None
    replies: tuple[Reply, ...] = ()
    drills: tuple[DrillPlan, ...] = ()

    def allows(self, post: str, action: str, on: str = "*") -> bool:
        """Whether a kind of post may do this; ``on`` is the form for ``fill``, ``correct`` and ``import``."""
        lines = self.permissions
        return DeclaredPermission(post, action, "*") in lines or DeclaredPermission(post, action, on) in lines

    def names_door(self, link: str | None) -> bool:
        """Whether the keys of a link are those of households, which say where somebody lives."""
        return link in self.links and self.links[link or ""].to == "household"

    def reply_by(self, form: str) -> Reply | None:
        """What the form replies to, if anything."""
        return next((one for one in self.replies if one.form == form), None)

    def reply_to(self, form: str) -> Reply | None:
        """What replies to the form, if anything."""
        return next((one for one in self.replies if one.to == form), None)
