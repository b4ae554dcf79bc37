"""Who is on duty, who stands in, who may do what. Pure: the instant is an argument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from fangxian.areas.types import lineage
from fangxian.kernel import decisions, errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem

from .types import ANY, OUTSIDE, Acting, WeeklyHours

_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Away:
    """A half-open time in which a post is not on duty, and the post that stands in."""

    begins: dt.datetime
    ends: dt.datetime
    substitute: int | None = None

    def covers(self, at: dt.datetime) -> bool:
        return self.begins <= at < self.ends


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

        A post that is away is answered for by its substitute, and that one's if it is away too; the hours are those of
        the post stood in for. Nobody appears twice.
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
        """The post itself when present, else the first one present along its chain of substitutes; None at its end."""
        seen: set[int] = set()
        while post.id not in seen:
            seen.add(post.id)
            absence = post.away(at)
            if absence is None:
                return post if post.in_force(at) else None
            following = self.posts.get(absence.substitute) if absence.substitute is not None else None
            if following is None:
                return None
            post = following
        return None

    def stood_in_for(self, post: RosterPost, at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts in force this one answers for besides itself, directly or at the end of a chain."""
        found: dict[int, RosterPost] = {}
        waiting = list(self._stands_in.get(post.id, ()))
        while waiting:
            absent = waiting.pop()
            if absent.id not in found and absent.id != post.id:
                found[absent.id] = absent
                waiting.extend(self._stands_in.get(absent.id, ()))
        return tuple(
            one for one in sorted(found.values(), key=_by_id) if one.in_force(at) and self.answering(one, at) is post)

    def to_stand_in_for(self, posts: Iterable[RosterPost], at: dt.datetime) -> tuple[RosterPost, ...]:
        """The posts that some may answer for by absences that have not ended, now or later, also along a chain."""
        found: dict[int, RosterPost] = {}
        waiting = list(posts)
        while waiting:
            standing = waiting.pop()
            for absent in self._stands_in.get(standing.id, ()):
                if absent.id not in found and any(
                        away.substitute == standing.id and away.ends > at for away in absent.absences):
                    found[absent.id] = absent
                    waiting.append(absent)
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
            for link in self._reached(post, lambda one: self._substitutes(one.absences)):
                yield from (moment for moment in (link.valid_from, link.valid_to) if moment is not None)
                for time in link.shut_out:
                    yield from (moment for moment in time if moment is not None)
                for absence in link.absences:
                    yield from (absence.begins, absence.ends)
            today = post.calendar.today(at)
            for shift in _shifts(post.hours, post.calendar, today - 2 * _DAY, today + _WEEK * _DAY):
                yield from shift

    def with_substitutes(self, post: RosterPost, at: dt.datetime) -> list[RosterPost]:
        """The post, whoever stands in for it from now on, for these, and so on."""
        return self._reached(post, lambda one: self._substitutes(away for away in one.absences if away.ends > at))

    def with_absent(self, post: RosterPost, at: dt.datetime) -> list[RosterPost]:
        """The post, all it stands in for from now on, all these stand in for, and so on."""
        return self._reached(post, lambda one: (
            absent for absent in self._stands_in.get(one.id, ())
            if any(away.ends > at and away.substitute == one.id for away in absent.absences)))

    def _reached(self, post: RosterPost, beside: Callable[[RosterPost], Iterable[RosterPost]]) -> list[RosterPost]:
        found = {post.id: post}
        waiting = [post]
        while waiting:
            fresh = [one for one in beside(waiting.pop()) if one.id not in found]
            found |= {one.id: one for one in fresh}
            waiting += fresh
        return list(found.values())

    def _substitutes(self, absences: Iterable[Away]) -> list[RosterPost]:
        return [self.posts[one] for one in sorted(self.posts.keys() & {away.substitute for away in absences})]


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
