"""Reasons, windows and rows of tasks."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, NamedTuple

from fangxian.areas.types import Tier
from fangxian.kernel.columns import columns_of


class AssignmentReason(StrEnum):
    """Why a task is whose it is."""

    ON_DUTY = "on duty"
    SUBSTITUTE = "stands in"
    LEAST_LOADED = "least loaded here"
    PARENT = "nobody on duty below"
    OFF_DUTY = "in force, off duty"
    REASSIGNED = "given by a person"
    NOBODY = "nobody in force"


VISIT: Final = "visit"
"""The form that says how a visit went instead of what its task asked for."""
PASSED_ON: Final = "passed on to "
"""How the reason of a task begins that a department has; the department follows."""


class Hold(NamedTuple):
    """Somebody is with a department, whose posts at ``path`` answer for the tasks of one programme."""

    department: str
    path: str


class Lent(NamedTuple):
    """Where somebody elsewhere is of whom a post was given a task, and the forms it may fill for that, each with its
    programme.
    """

    path: str
    forms: frozenset[tuple[str, str]]


class VisitEffect(StrEnum):
    """What a visit outcome does to the task it was about."""

    KEEP = "keep"
    EXCUSE = "excuse"
    ESCALATE = "escalate"


class Cause(StrEnum):
    """Why a level is told."""

    URGENT = "urgent"
    LATE = "late"
    MISSED = "missed"
    VISIT = "visit"
    HANDOVER = "handover"
    TWICE = "twice"
    CHANGED = "changed"
    OUTVOTED = "outvoted"
    UNREACHED = "unreached"
    BROKEN = "broken"
    GAP = "gap"
    GIVEN = "given"
    TAKEN = "taken"
    MOVED = "moved"
    REMIND = "remind"


TO_A_POST: Final = (Cause.GIVEN, Cause.TAKEN, Cause.MOVED, Cause.REMIND)
"""What one post is told, and nobody else of its area: its own tasks came, went or are called to mind."""
REMIND_AGAIN: Final = dt.timedelta(hours=1)


NEXT_TIER: Final = {Tier.GRID: Tier.COMMUNITY, Tier.COMMUNITY: Tier.TOWNSHIP, Tier.TOWNSHIP: Tier.COUNTY}
ACKNOWLEDGE_WITHIN: Final = dt.timedelta(minutes=10)
ACT_WITHIN: Final = dt.timedelta(hours=2)
ACCEPT_WITHIN: Final = dt.timedelta(hours=2)


class TaskRow(NamedTuple):
    """A row as it is written."""

    id: uuid.UUID
    programme: str
    kind: str
    form: str
    subject: uuid.UUID
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    state: str
    urgent: bool
    path: str
    grid_path: str | None
    community_path: str | None
    township_path: str | None
    county_path: str | None
    post: int | None
    why_post: str
    told: int
    outcome: str
    entry: uuid.UUID | None
    ended_at: dt.datetime | None
    reported_late: bool
    opened_by: int
    drill: bool


COLUMNS: Final = columns_of(TaskRow)


@dataclass(slots=True)
class StoredTask:
    """A task on record as the reconciliation sees and changes it."""

    id: uuid.UUID
    kind: str
    form: str
    subject: uuid.UUID
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    state: str
    entry: uuid.UUID | None
    outcome: str
    reported_late: bool
    ended_at: dt.datetime | None
    post: int | None = None
    dirty: bool = False


STORED: Final = ", ".join(one.name for one in fields(StoredTask) if one.name != "dirty")
"""What is read of a task on record, in that order."""


class TaskWindow(NamedTuple):
    """When a task of a kind is to be done that an operational day asks for.

    ``asked_on`` is that operational day, ``day`` the one whose cut-off ends the task, ``on`` the local date its window
    lies on. ``standing``: asked for as long as its condition holds, at no hours of its own.
    """

    kind: str
    asked_on: dt.date
    day: dt.date
    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime
    standing: bool
    on: dt.date


class RequiredTask(NamedTuple):
    """A task that ought to be there; ``goes_on``: its kind was asked for before, without a break."""

    subject: uuid.UUID
    window: TaskWindow
    goes_on: bool
