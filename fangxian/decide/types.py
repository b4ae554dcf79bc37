"""What is decided about a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a programme's decision tables for one subject at one moment.

    ``until`` is an exclusive instant. ``rows`` names the deciding row per table,
    ``missing`` the required inputs nobody knew. ``next_change``: the first local date on which time
    alone could change the outcome.
    """

    subject: uuid.UUID
    measure: str | None
    until: dt.datetime | None
    stage: str | None
    urgent: bool
    managed: bool
    active: bool
    provisional: bool
    outputs: Mapping[str, Any]
    rows: Mapping[str, Any]
    missing: tuple[str, ...]
    next_change: dt.date | None
    cohort: dt.date | None
    walk_in: bool
    asks: tuple[str, ...] = ()
    entails: tuple[int, ...] = ()
    newly_entails: tuple[int, ...] = ()
    asked_before: frozenset[str] = frozenset()
    changed: bool = False
    turned_urgent: bool = False
    entry: uuid.UUID | None = None
    since: dt.datetime | None = None

    def outputs_known(self) -> bool:
        """Whether any table said anything."""
        return any(value is not None for value in self.outputs.values())
