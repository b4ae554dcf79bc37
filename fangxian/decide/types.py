"""What is decided about a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a programme's decision tables come to; everybody they said the same of shares one.

    ``until`` is an exclusive instant. ``rows`` names the deciding row per table, ``missing`` the required inputs nobody
    knew. ``next_change``: the first local date on which time alone could change the outcome. ``asks`` are the kinds of
    task whose condition holds, ``consequences`` the consequences.
    """

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
    consequences: tuple[int, ...] = ()
    asks_text: str = field(default="", compare=False)
    outputs_text: str = field(default="", compare=False)
    rows_text: str = field(default="", compare=False)

    def outputs_known(self) -> bool:
        """Whether any table said anything."""
        return any(value is not None for value in self.outputs.values())

    @property
    def consequences_text(self) -> str:
        """As it is stored: separated by spaces."""
        return " ".join(map(str, self.consequences))

    @property
    def outputs_json(self) -> orjson.Fragment:
        """The outputs as they stand in a JSON text that is put together around them."""
        return orjson.Fragment(self.outputs_text)

    @property
    def rows_json(self) -> orjson.Fragment:
        return orjson.Fragment(self.rows_text)


class Decision(NamedTuple):
    """A verdict about one subject, held against the one before.

    ``changed``: it is another, or comes from another version. ``required_tasks_changed``: it asks for other tasks than
    before; ``alarm``: the heaviest output that turned true in it of those that raise an alert, where none as heavy was
    before. ``clock_moved``: for other tasks, other consequences follow, or time alone changes it on another day.
    ``entry`` is the journal's, where it was written.
    """

    subject: uuid.UUID
    verdict: Verdict
    changed: bool
    alarm: str
    required_tasks_changed: bool
    clock_moved: bool = False
    asked_before: frozenset[str] = frozenset()
    new_consequences: tuple[int, ...] = ()
    entry: uuid.UUID | None = None
