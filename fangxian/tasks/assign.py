"""Pure: whose task it is. The area's worker on duty or who stands in, else others there, else the area above.

Of somebody who is with a department it is the department's, as far as its posts may fill the form; what is urgent stays
with the area's duty posts, who are told of it too.
A neighbour gets it only as somebody's substitute: nobody is given a task about people they may not see.
Nothing is drawn by lot: among several the one with the fewest tasks that day, then the one whose post is older.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fangxian.accounts.rules import Duty, Roster
from fangxian.accounts.types import ANSWERS_AT, POST_KINDS, Action, Permissions, PostKind
from fangxian.areas.types import Place, Tier, lineage
from fangxian.programmes.types import TaskKind

from .types import PASSED_ON, AssignmentReason, Hold

Candidates = tuple[tuple[int, ...], str]
Assigned = tuple[int | None, str]
_NOTHING: Final = Permissions(())


@dataclass(slots=True)
class Assigner:
    """Assigns many tasks of one moment set; remembers who was found where, and counts what it gives.

    ``permissions`` are needed where anybody is with a department; ``load`` is what posts have to do already.
    """

    roster: Roster
    permissions: Permissions = _NOTHING
    load: Counter[int] = field(default_factory=Counter)
    _found: dict[tuple[str, str, dt.datetime], Candidates] = field(default_factory=dict)
    _of_departments: dict[tuple[Hold, str, str, dt.datetime], Candidates | None] = field(default_factory=dict)

    def assignee(
        self, programme: str, kind: TaskKind | None, place: Place, moment: dt.datetime, hold: Hold | None = None
    ) -> Assigned:
        """The post for a task about somebody at a place, who may be with a department.

        A kind of task that is no more is for whoever answers for the grid.
        """
        if hold is not None and kind is not None and not kind.urgent:
            key = (hold, programme, kind.form, moment)
            if key not in self._of_departments:
                self._of_departments[key] = of_department(self.roster, self.permissions, *key)
            found = self._of_departments[key]
            if found is not None:
                return self._chosen(found)
        return self.assign(kind.post if kind else PostKind.GRID_WORKER, place, moment)

    def assign(self, kind: str, place: Place, moment: dt.datetime) -> Assigned:
        """The post for a task of a kind of post, at a place, to be done from ``moment`` on."""
        key = (kind, place.path, moment)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = candidates(self.roster, kind, start(kind, place), moment)
        return self._chosen(found)

    def _chosen(self, found: Candidates) -> Assigned:
        posts, why = found
        if not posts:
            return None, AssignmentReason.NOBODY
        chosen = min(posts, key=lambda post: (self.load[post], post))
        self.load[chosen] += 1
        return chosen, why


def start(kind: str, place: Place) -> str:
    """The area at which a kind of post works, for a place; the place itself where it lies above that tier."""
    tier = POST_KINDS[PostKind(kind)].tier
    at_tier = {
        Tier.GRID: place.grid,
        Tier.COMMUNITY: place.community,
        Tier.TOWNSHIP: place.township,
        Tier.COUNTY: place.county,
    }.get(tier)
    return at_tier or place.path


def of_department(
    roster: Roster, permissions: Permissions, hold: Hold, programme: str, form: str, moment: dt.datetime
) -> Candidates | None:
    """Everybody of a department the task may go to, else the area above; None where filling it is not the department's.
    """
    posts = roster.of_department(hold.department, hold.path, moment)
    able = [post for post in posts if permissions.may(post.kind, Action.FILL, programme, form)]
    if posts and not able:
        return None
    on_duty = roster.answered_for(able, moment)
    if on_duty:
        return tuple(duty.post.id for duty in on_duty), PASSED_ON + hold.department
    return _above(roster, hold.path, moment)


def candidates(roster: Roster, kind: str, where: str, moment: dt.datetime) -> Candidates:
    """Everybody the task may go to at the nearest place that has anybody, and why there."""
    here = roster.on_duty(kind, where, moment)
    if here:
        return tuple(duty.post.id for duty in here), _reason(here)
    return _above(roster, where, moment)


def _reason(here: Sequence[Duty]) -> AssignmentReason:
    duty, *others = here
    if others:
        return AssignmentReason.LEAST_LOADED
    return AssignmentReason.ON_DUTY if duty.instead_of is None else AssignmentReason.SUBSTITUTE


def _above(roster: Roster, where: str, moment: dt.datetime) -> Candidates:
    from_here_up = lineage(where)[::-1]
    for path in from_here_up:
        on_duty = tuple(duty.post.id for kind in ANSWERS_AT.values() for duty in roster.on_duty(kind, path, moment))
        if on_duty:
            return on_duty, AssignmentReason.PARENT
    for path in from_here_up:
        in_force = tuple(post.id for post in roster.at_area(path, moment) if post.kind in ANSWERS_AT.values())
        if in_force:
            return in_force[:1], AssignmentReason.OFF_DUTY
    return (), AssignmentReason.NOBODY
