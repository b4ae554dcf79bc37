"""What one pass through the flow works on, and the flow itself as an ordered list of steps.

The journal stands upstream of subjects, decisions and tasks and may not import them; ``site.flow`` hands it the steps.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from fangxian.accounts.scope import Scope
from fangxian.areas import queries as areas
from fangxian.kernel.clock import Calendar
from fangxian.kernel.keys import KeyRing
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

from . import keys
from .types import Actor, Answer, Filed, Flag, Refused, SubjectRow, Submission


@dataclass(slots=True)
class Work:
    """One round: the submissions filed in it and all that is known about the subjects they touch.

    ``also`` names subjects to be looked at though nothing was filed about them. ``facts`` holds the current facts of
    every subject touched, ``before`` those it had of whom the round told something, ``decided`` its decision,
    ``lightened`` those whose measure became lighter by what the round told; ``refold`` asks for facts to be folded anew
    from the journal. ``twice`` leads from a submission sent twice in the round to the first of the two. ``placed`` were
    told in this round where they belong, ``moved`` gives the new place of those who went elsewhere. ``corrected``:
    entries of the round whose correction came before them, ``overtaken`` those beside which something of the same
    moment or a later one is told. Later steps read what earlier ones left. ``sent`` is
    everything that came in, ``filed`` what of it holds. ``within``: by submission the scope of its sender, where those
    of many are recorded together and the scope in force is wider than each one's.
    """

    programme: Programme
    by: Actor
    at: dt.datetime
    batch: int
    ring: KeyRing = field(default_factory=keys.ring)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    filed: list[Filed] = field(default_factory=list)
    answers: dict[int, Answer] = field(default_factory=dict)
    sent: Sequence[Submission] = ()
    within: Mapping[uuid.UUID, Scope] = field(default_factory=dict)
    twice: dict[int, int] = field(default_factory=dict)
    also: set[uuid.UUID] = field(default_factory=set)
    subjects: dict[uuid.UUID, SubjectRow] = field(default_factory=dict)
    facts: dict[uuid.UUID, dict[str, Any]] = field(default_factory=dict)
    before: dict[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)
    decided: dict[uuid.UUID, Any] = field(default_factory=dict)
    lightened: set[uuid.UUID] = field(default_factory=set)
    refold: set[uuid.UUID] = field(default_factory=set)
    placed: set[uuid.UUID] = field(default_factory=set)
    linked: dict[uuid.UUID, tuple[str, uuid.UUID, uuid.UUID]] = field(default_factory=dict)
    unlinked: set[uuid.UUID] = field(default_factory=set)
    moved: dict[uuid.UUID, str] = field(default_factory=dict)
    corrected: Set[uuid.UUID] = frozenset()
    overtaken: set[uuid.UUID] = field(default_factory=set)
    follow_up: list[Submission] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    _versions: dict[str, Programme] = field(default_factory=dict)
    _by_subject: dict[uuid.UUID, dict[str, Filed]] | None = None
    _writers: dict[uuid.UUID, Actor] | None = None

    def calendar(self, path: str) -> Calendar:
        """The calendar of an area."""
        if path not in self.calendars:
            self.know_calendars([path])
        return self.calendars[path]

    def know_calendars(self, paths: Iterable[str]) -> None:
        """Look up the calendars of many areas at once, before they are asked for one by one."""
        unknown = set(paths) - self.calendars.keys()
        if unknown:
            self.calendars.update(areas.calendars(unknown))

    def zone(self, one: Submission) -> ZoneInfo:
        """The time zone of whoever filed a submission."""
        return self.calendar((one.by or self.by).path).zone

    def version(self, number: str) -> Programme:
        """The version a submission was filled under; the round's own costs no query."""
        if number == self.programme.version:
            return self.programme
        if number not in self._versions:
            self._versions[number] = programmes.version(self.programme.id, number)
        return self._versions[number]

    def turn_away(self, refused: Mapping[int, Refused]) -> None:
        """Take submissions out of the round, by their number, with the answer each gets."""
        if not refused:
            return
        self.answers.update(refused)
        self.filed = [filed for filed in self.filed if filed.number not in refused]

    def by_subject(self) -> dict[uuid.UUID, dict[str, Filed]]:
        """Subject → form → the last submission of that form in this round; built once, when the filed are settled."""
        if self._by_subject is None:
            self._by_subject = {}
            for filed in self.filed:
                if filed.flag == Flag.NONE:
                    self._by_subject.setdefault(filed.submission.subject, {})[filed.submission.form] = filed
        return self._by_subject

    def writer(self, subject: uuid.UUID) -> Actor:
        """Whose submission a decision about a subject follows from: the last one's of the round."""
        if self._writers is None:
            self._writers = {filed.submission.subject: filed.submission.by for filed in self.filed
                             if filed.submission.by is not None}
        return self._writers.get(subject, self.by)


Step = Callable[[Work], None]
_steps: list[Step] = []


def install(steps: Sequence[Step]) -> None:
    """Set the flow; called once, when the site is ready."""
    _steps[:] = steps


def steps() -> Sequence[Step]:
    """The flow in force."""
    return _steps
