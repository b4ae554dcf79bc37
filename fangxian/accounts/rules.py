"""Who is on duty, who stands in, who may do what. Pure: the instant is an argument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from fangxian.areas.types import lineage, parent_path
from fangxian.kernel import decisions, errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem

from .types import ANY, OUTSIDE, Acting, WeeklyHours

_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Away:
    """A half-open time in which a post is not on duty, and the post that stands in; ``until`` that one's giver may let
    it, where that is not as long as it likes.
    """

    begins: dt.datetime
    ends: dt.datetime
    substitute: int | None = None
    until: dt.datetime | None = None

    def covers(self, at: dt.datetime) -> bool:
        return self.begins <= at < self.ends

    def overlaps(self, begins: dt.datetime, ends: dt.datetime) -> bool:
        return self.begins < ends and begins < self.ends

    def stand_in(self, at: dt.datetime) -> int | None:
        """The post that stands in at an instant, if it is there itself."""
        return self.substitute if self.until is None or at < self.until else None


class ShutOut(NamedTuple):
    """A half-open time in which a user is shut out; without ``ends`` until they are let in again."""

    begins: dt.datetime
    ends: dt.datetime | None = None

    def covers(self, at: dt.datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class RosterPost:
    """A post with all that decides when it is on duty."""

    id: int
    user: int
    kind: str
    path: str
    calendar: Calendar
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    department: str = ""
    hours: tuple[WeeklyHours, ...] = ()
    absences: tuple[Away, ...] = ()
    shut_out: tuple[ShutOut, ...] = ()

    def in_force(self, at: dt.datetime) -> bool:
        """Half-open: at ``valid_to`` it has ended. While its user is shut out it is as if it had."""
        return self.given(at) and not self.is_shut_out(at)

    def given(self, at: dt.datetime) -> bool:
        """Whether it has begun and not ended, and may come back when its user is shut out."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def is_shut_out(self, at: dt.datetime) -> bool:
        """Whether its user is shut out."""
        return any(time.covers(at) for time in self.shut_out)

    def away(self, at: dt.datetime) -> Away | None:
        """The absence that holds; the one that began last when several do."""
        held = [absence for absence in self.absences if absence.covers(at)]
        return max(held, key=lambda absence: absence.begins, default=None)

    def in_hours(self, at: dt.datetime) -> bool:
        """Whether its weekly hours hold; without any they always do."""
        return not self.hours or in_hours(self.hours, self.calendar, at)

    def present(self, at: dt.datetime) -> bool:
        """In force and not away, whatever the hours."""
        return self.in_force(at) and self.away(at) is None


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody on duty; ``instead_of`` is the post whose duty this is when ``post`` stands in for it."""

    post: RosterPost
    instead_of: RosterPost | None = None


@lru_cache(maxsize=8192)
def in_hours(hours: tuple[WeeklyHours, ...], calendar: Calendar, at: dt.datetime) -> bool:
    """Whether an instant falls into weekly hours, which follow the area's wall clock through daylight saving."""
    today = calendar.today(at)
    return any(begins <= at < ends for begins, ends in _shifts(hours, calendar, today - 2 * _DAY, today))


def _shifts(
    hours: tuple[WeeklyHours, ...], calendar: Calendar, first: dt.date, last: dt.date,
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The shifts that begin on local days ``first`` to ``last``, as instants in UTC."""
    for offset in range((last - first).days + 1):
        day = first + offset * _DAY
        for shift in hours:
            if shift.weekday == day.weekday():
                ends_on = day if shift.ends > shift.begins else day + _DAY
                yield calendar.at(day, shift.begins), calendar.at(ends_on, shift.ends)


def answers_for(absent: RosterPost, standing: RosterPost) -> bool:
    """Whether a post is one that stands in for another: of its kind, or of the area directly above."""
    return standing.kind == absent.kind or standing.path == parent_path(absent.path)


class Roster:
    """Every post at one revision, indexed for look-ups by place; nothing in it changes."""

    def __init__(self, posts: Iterable[RosterPost], revision: int = 0) -> None:
        self.revision = revision
        self.posts: Mapping[int, RosterPost] = MappingProxyType({post.id: post for post in sorted(posts, key=_by_id)})
        self._at_place: dict[tuple[str, str], list[RosterPost]] = {}
        self._at_area: dict[str, list[RosterPost]] = {}
        self._of_user: dict[int, list[RosterPost]] = {}
        self._stands_in: dict[int | None, list[RosterPost]] = {}
        for post in self.posts.values():
            self._at_place.setdefault((post.kind, post.path), []).append(post)
            self._at_area.setdefault(post.path, []).append(post)
            self._of_user.setdefault(post.user, []).append(post)
            for substitute in {absence.substitute for absence in post.absences}:
                self._stands_in.setdefault(substitute, []).append(post)

    def on_duty(self, kind: str, path: str, at: dt.datetime) -> tuple[Duty, ...]:
        """Those who do this kind of duty at exactly this area at an instant, in the order their posts were given.

        A post that is away is answered for by its substitute, and by nobody where that one is away too: standing in is
        not passed on. The hours are those of the post stood in for. Nobody appears twice.
        """
        return self.answered_for(self._at_place.get((kind, path), ()), at)

    def answered_for(self, posts: Iterable[RosterPost], at: dt.datetime) -> tuple[Duty, ...]:
        """Those of some posts who are on duty at an instant, or who stands in, as in ``on_duty``."""
        found: dict[int, Duty] = {}
        for post in posts:
            if post.in_force(at) and post.in_hours(at):
                holder = self.answering(post, at)
                if holder is not None and (holder is post or holder.id not in found):
                    found[holder.id] = Duty(holder, None if holder is post else post)
        return tuple(found.values())

    def answering(self, post: RosterPost, at: dt.datetime) -> RosterPost | None:
        """The post itself when present, else the one that stands in for it if that is; None otherwise."""
        absence = post.away(at)
        if absence is None:
            return post if post.in_force(at) else None
        standing = self.posts.get(absence.stand_in(at) or 0)
        return standing if standing is not None and standing.present(at) else None

    def first_there(self, post: RosterPost, begins: dt.datetime, ends: dt.datetime) -> RosterPost | None:
        """Who answers for a post when its duty is done first in a half-open time: itself, or who stands in; None where
        nobody does. At ``begins`` it is looked at in any case."""
        for moment in self._moments_from(post, begins, ends):
            if post.in_force(moment) and post.in_hours(moment) and (found := self.answering(post, moment)):
                return found
        return None

    def _moments_from(self, post: RosterPost, begins: dt.datetime, ends: dt.datetime) -> Iterator[dt.datetime]:
        yield begins
        yield from sorted({moment for moment in self._turns(post, begins) if begins < moment < ends})

    def stood_in_for(self, post: RosterPost, at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts in force this one answers for besides itself."""
        return tuple(one for one in self._stands_in.get(post.id, ())
                     if one is not post and one.in_force(at) and self.answering(one, at) is post)

    def to_stand_in_for(self, posts: Iterable[RosterPost], at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts that some are to answer for by absences that have not ended, now or later."""
        found = {absent.id: absent for post in posts for absent in self._stands_in.get(post.id, ())
                 if any(away.substitute == post.id and away.ends > at for away in absent.absences)}
        return tuple(sorted(found.values(), key=_by_id))

    def at_area(self, path: str, at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts in force at exactly this area, on duty or not."""
        return tuple(post for post in self._at_area.get(path, ()) if post.in_force(at))

    def of_department(self, department: str, path: str, at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts in force that a department has at exactly this area, on duty or not."""
        return tuple(post for post in self.at_area(path, at) if post.department == department)

    def upwards(self, kind: str, path: str, at: dt.datetime) -> tuple[Duty, ...]:
        """Those on duty at the nearest area that has any, from this one up to the root."""
        return next((found for up in reversed(lineage(path)) if (found := self.on_duty(kind, up, at))), ())

    def of_user(self, user: int, at: dt.datetime) -> tuple[RosterPost, ...]:
        """A user's own posts in force, the oldest first."""
        return tuple(post for post in self._of_user.get(user, ()) if post.in_force(at))

    def given_to(self, user: int, at: dt.datetime) -> list[RosterPost]:
        """A user's own posts that have not ended, now or to come, whether they are shut out or not."""
        return [post for post in self._of_user.get(user, ()) if post.valid_to is None or at < post.valid_to]

    def areas_staffed(self, at: dt.datetime, kind: str | None = None) -> frozenset[str]:
        """The paths at which a post (of the kind) is in force."""
        return frozenset(
            post.path for post in self.posts.values() if post.in_force(at) and (kind is None or post.kind == kind))

    def next_change(self, kind: str, path: str, at: dt.datetime) -> dt.datetime | None:
        """The first instant after ``at`` at which ``on_duty`` there may answer otherwise; None: never by time alone.

        Between the two it answers the same. It may answer the same afterwards, too.
        """
        return min((moment for moment in self._moments(kind, path, at) if moment > at), default=None)

    def _moments(self, kind: str, path: str, at: dt.datetime) -> Iterator[dt.datetime]:
        for post in self._at_place.get((kind, path), ()):
            yield from self._turns(post, at)

    def _turns(self, post: RosterPost, at: dt.datetime) -> Iterator[dt.datetime]:
        """When somebody else may answer for a post, or nobody; of its hours those from an instant on for a week."""
        standing = (self.posts.get(away.substitute or 0) for away in post.absences)
        for one in (post, *filter(None, standing)):
            yield from _times(one)
        today = post.calendar.today(at)
        for shift in _shifts(post.hours, post.calendar, today - 2 * _DAY, today + _WEEK * _DAY):
            yield from shift


def _times(post: RosterPost) -> Iterator[dt.datetime]:
    """When it may begin or cease to be there, or to be stood in for, by anything but its weekly hours."""
    absences = ((away.begins, away.ends, away.until) for away in post.absences)
    for time in ((post.valid_from, post.valid_to), *post.shut_out, *absences):
        yield from (moment for moment in time if moment is not None)


def _by_id(post: RosterPost) -> int:
    return post.id


def may(by: Acting, action: str, programme: str = OUTSIDE, on: str | None = None) -> bool:
    """Whether somebody may do it; without ``on``: whether there is anything they may do it on. To show things by:
    nothing may be written on it, see ``allowed``."""
    return by.permissions.may(by.kind, action, programme, on)


def allowed(by: Acting, action: str, programme: str = OUTSIDE, on: str | None = None) -> bool:
    """Whether somebody may do it, about to be done: a yes is noted for the actions that follow."""
    return decisions.note(action, programme, allowed=may(by, action, programme, on))


def require(by: Acting, action: str, programme: str = OUTSIDE, on: str | None = None) -> None:
    """Problem NOT_ALLOWED, or NOT_FOUND in a programme of which the post must not know what is in it."""
    if allowed(by, action, programme, on):
        return
    hidden = programme != OUTSIDE and ANY not in by.programmes and programme not in by.programmes
    raise Problem(errors.NOT_FOUND if hidden else errors.NOT_ALLOWED)


def require_each(by: Acting, action: str, programmes: Collection[str]) -> None:
    """``require`` in every one of some programmes; where there is none, nothing was decided: Problem NOT_ALLOWED."""
    if not programmes:
        raise Problem(errors.NOT_ALLOWED)
    for programme in programmes:
        require(by, action, programme)


def require_all(by: Acting, action: str, forms: Collection[tuple[str, str]]) -> None:
    """``require`` on every one of some forms, each with its programme; where there is none: Problem NOT_ALLOWED."""
    if not forms:
        raise Problem(errors.NOT_ALLOWED)
    for programme, form in forms:
        require(by, action, programme, form)


def require_somewhere(by: Acting, action: str) -> None:
    """For a page, before it is known of which programme it will be: Problem NOT_ALLOWED without any it may be."""
    if not by.permissions.programmes(by.kind, action):
        raise Problem(errors.NOT_ALLOWED)
    decisions.note(action, decisions.SOMEWHERE)


def require_place(by: Acting, *paths: str) -> None:
    """Problem NOT_FOUND for a place outside the area of the post, and where no place is named at all."""
    if not paths or not all(path in by.range for path in paths):
        raise Problem(errors.NOT_FOUND)
