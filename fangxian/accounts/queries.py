"""All reads of users, posts, permissions and the access log for others."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from fangxian.areas import queries as areas
from fangxian.areas.statements import rows
from fangxian.areas.types import Range, lineage, subtree
from fangxian.kernel.once import once

from . import permissions as table
from .models import Absence, Access, Exclusion, Hours, Permission, Post, RightsRequest, User
from .rules import Away, Duty, Roster, RosterPost, ShutOut
from .scope import SYSTEM, working_in
from .types import (
    POST_KINDS,
    AccessLine,
    Acting,
    Action,
    AskedFor,
    AskedWhat,
    Grant,
    Permissions,
    Person,
    RequestState,
    WeeklyHours,
)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    key: tuple[int, int]
    roster: Roster
    permissions: Permissions


_REVISION: Final = "SELECT number FROM accounts_rosterrevision WHERE id = 1"
_held: Final[dict[str, _Snapshot]] = {}  # replaced as a whole, never mended: threads share it


@once
def revision() -> int:
    """The number of the roster and the permission table as this transaction sees them; another state has another."""
    [(number,)] = rows(_REVISION)
    return int(number)


def roster() -> Roster:
    """Every post with hours, absences and calendars; read again only when something changed."""
    return _snapshot().roster


def permissions() -> Permissions:
    """The permission table: what Fangxian brings and what the published programmes bring."""
    return _snapshot().permissions


def posts_of(user: int, at: dt.datetime) -> tuple[Acting, ...]:
    """As whom a user may act at an instant: the own posts first, then those stood in for elsewhere.

    No query but the one for the roster's number.
    """
    held = _snapshot()
    own = held.roster.of_user(user, at)
    places = {(post.kind, post.path) for post in own}
    found: dict[int, Acting] = {}
    for post in own:
        absent = held.roster.stood_in_for(post, at)
        alike = [one for one in absent if (one.kind, one.path) == (post.kind, post.path)]
        departments = [one.department for one in (post, *alike) if one.department]
        acting = _acting(held, post, user, posts=(post.id, *(one.id for one in alike)))
        found[post.id] = replace(acting, department=departments[0] if departments else "")
    for post in own:
        for one in held.roster.stood_in_for(post, at):
            if (one.kind, one.path) not in places:
                found.setdefault(one.id, _acting(held, one, user, posts=(one.id, post.id), through=post.id))
    return tuple(found.values())


def acting_as(user: int, post: int, at: dt.datetime) -> Acting | None:
    """A user acting as one post; None when it is neither theirs nor one they stand in for, or not in force."""
    return next((acting for acting in posts_of(user, at) if acting.post == post), None)


def people(posts: Iterable[int]) -> dict[int, Person]:
    """Who holds each post, ended ones included, by the post's id."""
    rows = Post.objects.filter(pk__in=set(posts)).values_list(
        "pk", "user_id", "user__username", "user__display_name", "user__phone", "user__is_active")
    return {pk: _person(user, username, name, phone, active) for pk, user, username, name, phone, active in rows}


def users(ids: Iterable[int]) -> dict[int, Person]:
    """Users by id."""
    rows = User.objects.filter(pk__in=set(ids)).values_list("pk", "username", "display_name", "phone", "is_active")
    return {row[0]: _person(*row) for row in rows}


def find_users(text: str, limit: int = 20) -> list[Person]:
    """Users whose username or name begins with a text, by username."""
    begins = User.objects.filter(username__istartswith=text) | User.objects.filter(display_name__istartswith=text)
    rows = begins.order_by("username").values_list("pk", "username", "display_name", "phone", "is_active")[:limit]
    return [_person(*row) for row in rows]


def posts_in(area: Range, at: dt.datetime, *, after: tuple[str, int] = ("", 0), limit: int = 100) -> list[RosterPost]:
    """The posts in force within an area, by path and id, a page at a time: ``after`` is the last one's path and id."""
    found = [
        post for post in roster().posts.values()
        if post.path in area and (post.path, post.id) > after and post.in_force(at)]
    return sorted(found, key=lambda post: (post.path, post.id))[:limit]


def kinds_at(path: str, action: Action, programme: str, at: dt.datetime) -> set[str]:
    """The kinds of the posts in force at exactly an area that may do an action in a programme."""
    held = _snapshot()
    return {post.kind for post in held.roster.at_area(path, at) if held.permissions.may(post.kind, action, programme)}


def logged_since(
    user: int, subjects: Collection[uuid.UUID], purpose: str, since: dt.datetime,
) -> set[uuid.UUID]:
    """Those of some subjects of whom a user's look for a purpose stands in the log since a moment: what a page fetches
    anew while it stays open is no other look."""
    with working_in(SYSTEM):
        found = Access.objects.filter(user=user, subject__in=subjects, purpose=purpose, at__gte=since)
        return {one for one in found.values_list("subject", flat=True) if one is not None}


def looked_at(subject: uuid.UUID, *, before: int | None = None, limit: int = 50) -> list[AccessLine]:
    """Who read the identity of a subject or took it out in an export, the latest first; ``before`` is a line's id."""
    seen = Access.objects.filter(subject=subject)
    if before is not None:
        seen = seen.filter(pk__lt=before)
    rows = list(seen.order_by("-pk").values_list("pk", "at", "user", "post", "action", "programme", "purpose")[:limit])
    who = users({row[2] for row in rows})
    posts = roster().posts
    return [_access_line(*row, who=who, posts=posts) for row in rows]


def _snapshot() -> _Snapshot:
    """The numbers are read before the rest: what is read meanwhile can only be newer, and is then read again."""
    key = (revision(), areas.revision())
    held = _held.get("now")
    if held is None or held.key != key:
        held = _held["now"] = _Snapshot(key, Roster(_posts(), key[0]), _table())
    return held


def _posts() -> list[RosterPost]:
    hours: dict[int, list[WeeklyHours]] = defaultdict(list)
    for post, weekday, begins, ends in Hours.objects.order_by("weekday", "begins").values_list(
            "post", "weekday", "begins", "ends"):
        hours[post].append(WeeklyHours(weekday, begins, ends))
    absences: dict[int, list[Away]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT post_id, begins, ends, substitute_id, until FROM accounts_absences()")
        for post, *away in cursor.fetchall():
            absences[post].append(Away(*away))
    shut_out: dict[int, list[ShutOut]] = defaultdict(list)
    for time in Exclusion.objects.order_by("begins"):
        shut_out[time.user_id].append(ShutOut(time.begins, time.ends))
    rows = list(Post.objects.values_list("pk", "user", "kind", "path", "valid_from", "valid_to", "department"))
    calendars = areas.calendars({row[3] for row in rows})
    return [
        RosterPost(pk, user, kind, path, calendars[path], valid_from, valid_to, department,
                   tuple(hours.get(pk, ())), tuple(absences.get(pk, ())), tuple(shut_out.get(user, ())))
        for pk, user, kind, path, valid_from, valid_to, department in rows]


def _table() -> Permissions:
    rows = Permission.objects.values_list("post_kind", "programme", "action", "on")
    return Permissions([*table.system_grants(), *(Grant(*row) for row in rows)])


def _acting(
    held: _Snapshot, post: RosterPost, user: int, *, posts: tuple[int, ...], through: int | None = None,
) -> Acting:
    return Acting(
        user=user, post=post.id, kind=post.kind, path=post.path, range=subtree(post.path),
        programmes=held.permissions.programmes(post.kind), calendar=post.calendar, permissions=held.permissions,
        posts=posts, through=through, department=post.department)


def _person(user: int, username: str, name: str, phone: str, active: bool) -> Person:
    return Person(user, username, name or username, phone, active)


def _access_line(
    pk: int, at: dt.datetime, user: int, post: int | None, action: str, programme: str, purpose: str,
    *, who: Mapping[int, Person], posts: Mapping[int, RosterPost],
) -> AccessLine:
    held = posts.get(post) if post is not None else None
    name = who[user].name if user in who else ""
    return AccessLine(
        pk, at, name, held.kind if held else "", held.path if held else "", action, programme, purpose)


def users_in(area: Range, at: dt.datetime, *, text: str = "", after: str = "", limit: int = 50) -> list[Person]:
    """Users who may be set up within an area, by username: no post of theirs, present or to come, lies elsewhere.

    ``text`` begins the username or stands anywhere in the name; ``after`` is the last username seen.
    """
    going_on = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), user=OuterRef("pk"))
    found = User.objects.filter(~Exists(going_on.exclude(path__gte=area.lo, path__lt=area.hi)), username__gt=after)
    if text:
        found = found.filter(Q(username__istartswith=text) | Q(display_name__icontains=text))
    rows = found.order_by("username").values_list("pk", "username", "display_name", "phone", "is_active")[:limit]
    return [_person(*row) for row in rows]


def settable(user: int, area: Range, at: dt.datetime) -> Person | None:
    """One of ``users_in`` by id."""
    elsewhere = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), user=user).exclude(
        path__gte=area.lo, path__lt=area.hi)
    return None if elsewhere.exists() else users([user]).get(user)


@dataclass(frozen=True, slots=True)
class Department:
    """A department at an area: its posts in force that work in a programme, and those on duty."""

    name: str
    path: str
    posts: tuple[RosterPost, ...]
    on_duty: tuple[Duty, ...]


def departments_over(path: str, programme: str, at: dt.datetime) -> list[Department]:
    """The departments whose area covers a place and who may fill a form of a programme, the nearest first."""
    held = _snapshot()
    fills = {kind for kind in POST_KINDS if programme in held.permissions.programmes(kind, Action.FILL)}
    found: dict[tuple[str, str], list[RosterPost]] = defaultdict(list)
    for area in reversed(lineage(path)):
        for post in held.roster.at_area(area, at):
            if post.department and post.kind in fills:
                found[post.department, area].append(post)
    return [Department(name, area, tuple(posts), held.roster.answered_for(posts, at))
            for (name, area), posts in found.items()]


@dataclass(frozen=True, slots=True)
class Looks:
    """Which lines of the access log are wanted; empty: all. ``programmes`` None: those of every programme;
    ``subjects`` None: about anybody, ``record``: about whose id ends so.
    """

    action: str = ""
    user: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    programmes: tuple[str, ...] | None = None
    subjects: tuple[uuid.UUID, ...] | None = None
    record: str = ""


@dataclass(frozen=True, slots=True)
class LoggedLook:
    """A line of the access log with what was looked at; without ``subject`` it was ``count`` records at once."""

    line: AccessLine
    user: int
    subject: uuid.UUID | None
    path: str
    count: int


def looks_in(area: Range, wanted: Looks, *, before: int | None = None, limit: int = 50) -> list[LoggedLook]:
    """Who looked at whom in an area, the latest first; ``before`` is a line's id."""
    chosen = {
        "action": wanted.action or None, "user": wanted.user, "at__gte": wanted.since, "at__lt": wanted.until,
        "programme__in": wanted.programmes, "pk__lt": before, "subject__in": wanted.subjects,
        "whose__endswith": wanted.record or None}
    seen = Access.objects.alias(whose=Cast("subject", TextField())).filter(path__gte=area.lo, path__lt=area.hi).filter(
        **{name: value for name, value in chosen.items() if value is not None})
    rows = list(seen.order_by("-pk").values_list(
        "pk", "at", "user", "post", "action", "programme", "purpose", "subject", "path", "count")[:limit])
    who = users({row[2] for row in rows})
    posts = roster().posts
    return [LoggedLook(_access_line(*row[:7], who=who, posts=posts), row[2], *row[7:]) for row in rows]


def absences_of(post: int, at: dt.datetime) -> list[tuple[int, Away]]:
    """The absences of a post that have not ended, the first first: id and when."""
    rows = Absence.objects.filter(post=post, ends__gt=at).order_by("begins", "pk")
    return [(pk, Away(begins, ends, substitute))
            for pk, begins, ends, substitute in rows.values_list("pk", "begins", "ends", "substitute")]


def left_alone(post: int, begins: dt.datetime, ends: dt.datetime) -> list[RosterPost]:
    """The posts for which a post was to stand in during a time in which it is away itself."""
    held = roster()
    return [absent for absent in held.to_stand_in_for([held.posts[post]], begins)
            if any(away.substitute == post and away.overlaps(begins, ends) for away in absent.absences)]


def requests_in(area: Range, at: dt.datetime, *, limit: int = 50) -> list[AskedFor]:
    """Requests for rights in an area, those that wait first, then the latest; whoever asked and decided by user id."""
    rows = RightsRequest.objects.filter(path__gte=area.lo, path__lt=area.hi).annotate(
        waits=Q(state=RequestState.ASKED, expires_at__gt=at)).order_by("-waits", "-asked_at", "-pk")
    return [
        AskedFor(row.pk, AskedWhat(row.what), row.user_id, row.post_kind, row.path, row.department, row.valid_from,
                 row.valid_to, row.substitute_id, tuple(row.reasons.split()), row.asked_by_id, row.asked_at,
                 row.expires_at, _state(row, at), row.decided_by_id, row.decided_at)
        for row in rows[:limit]]


def count_waiting(area: Range, at: dt.datetime) -> int:
    """How many requests in an area wait for a second person."""
    waiting = RightsRequest.objects.filter(state=RequestState.ASKED, expires_at__gt=at)
    return waiting.filter(path__gte=area.lo, path__lt=area.hi).count()


def _state(row: RightsRequest, at: dt.datetime) -> RequestState:
    return RequestState.EXPIRED if row.state == RequestState.ASKED and row.expires_at <= at else RequestState(row.state)
