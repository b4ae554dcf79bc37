"""All writes of users, posts, permissions and the access log. Every change gives the roster a new number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from . import access, passwords
from . import permissions as table
from .commands import Command, told
from .errors import OWN_SUBSTITUTE, PERIOD, POST_HELD, UNKNOWN_POST_KIND, USERNAME_TAKEN, USERNAME_UNFIT
from .models import Absence, Hours, Permission, Post, User
from .rules import require, require_place
from .types import OPERATOR_KIND, POST_KINDS, Acting, Action, Cell, MadeUser, NewPost, NewUser, WeeklyHours

_LONGEST_USERNAME: Final = 150
_fits = UnicodeUsernameValidator()


@transaction.atomic
def make_user(*, username: str, display_name: str = "", phone: str = "", by: Acting, at: dt.datetime) -> MadeUser:
    """Somebody new, with a one-time password that is returned here and nowhere else."""
    made = make_users(people=[NewUser(username, display_name, phone)], by=by, at=at)
    user = made[username]
    return MadeUser(user, issue_password(user=user, by=by, at=at))


@transaction.atomic
def make_users(*, people: Sequence[NewUser], by: Acting, at: dt.datetime) -> dict[str, int]:
    """Many at once, by username; nobody of them can sign in before a password is issued.

    Problem USERNAME_TAKEN (capitals make no difference) or USERNAME_UNFIT names the first one at fault.
    """
    require(by, Action.SET_UP)
    _check_usernames([one.username for one in people])
    rows = [
        User(username=one.username, display_name=one.display_name, phone=one.phone, password=make_password(None),
             date_joined=at)
        for one in people]
    made = {user.username: user.pk for user in User.objects.bulk_create(rows)}
    told(*(Command("make_user", by.path, {"user": pk, "username": name}, by, at) for name, pk in made.items()))
    return made


@transaction.atomic
def issue_password(*, user: int, by: Acting, at: dt.datetime) -> str:
    """A new one-time password in place of the old one; every session of the user ends. It is returned only here."""
    held = _user(user, by, at)
    fresh = passwords.new()
    held.set_password(fresh)
    held.one_time_until = at + passwords.LASTS
    held.save(update_fields=["password", "one_time_until"])
    _tell("issue_password", by.path, {"user": user}, by, at)
    return fresh


@transaction.atomic
def set_password(*, user: int, password: str, by: Acting, at: dt.datetime) -> None:
    """A password that others know, for the sign-ins of a demo: by the operator of the server only."""
    if by.kind != OPERATOR_KIND:
        raise Problem(errors.NOT_ALLOWED)
    held = _user(user, by, at)
    held.set_password(password)
    held.one_time_until = None
    held.save(update_fields=["password", "one_time_until"])
    _tell("set_password", by.path, {"user": user}, by, at)


@transaction.atomic
def let_in(*, user: int, allowed: bool, by: Acting, at: dt.datetime) -> None:
    """Shut a user out at once, or let them in again; posts stay as they are."""
    held = _user(user, by, at)
    held.is_active = allowed
    held.save(update_fields=["is_active"])
    _tell("let_in" if allowed else "shut_out", by.path, {"user": user}, by, at)


@transaction.atomic
def give_post(
    *, user: int, kind: str, area: str, valid_from: dt.datetime | None = None, valid_to: dt.datetime | None = None,
    department: str = "", by: Acting, at: dt.datetime,
) -> int:
    """Give somebody a post at an area (its code), from now on unless said otherwise; returns the post's id."""
    return give_posts(posts=[NewPost(user, kind, area, valid_from or at, valid_to, department)], by=by, at=at)[0]


@transaction.atomic
def give_posts(*, posts: Sequence[NewPost], by: Acting, at: dt.datetime) -> list[int]:
    """Many posts at once; their ids in the same order. Problem UNKNOWN_AREA, UNKNOWN_POST_KIND, PERIOD, POST_HELD or
    NOT_FOUND.
    """
    require(by, Action.SET_UP)
    found = areas.by_code({post.area for post in posts})
    _check_new(posts, found)
    require_place(by, *(found[post.area].path for post in posts))
    rows = [
        Post(user_id=post.user, kind=post.kind, area_id=found[post.area].id, path=found[post.area].path,
             department=post.department, valid_from=post.valid_from, valid_to=post.valid_to)
        for post in posts]
    _check_held(rows)
    made = Post.objects.bulk_create(rows)
    told(*(
        Command("give_post", post.path, {
            "post": post.pk, "user": post.user_id, "kind": post.kind, "department": post.department,
            "valid_from": _said(post.valid_from), "valid_to": _said(post.valid_to)}, by, at)
        for post in made))
    _bump()
    return [post.pk for post in made]


@transaction.atomic
def end_post(*, post: int, when: dt.datetime | None = None, by: Acting, at: dt.datetime) -> None:
    """End a post, now or later; from that instant on it opens nothing. Problem STATE when it has ended."""
    held = _post(post, by)
    ends = max(when or at, held.valid_from, at)
    if held.valid_to is not None and held.valid_to <= at:
        raise Problem(errors.STATE, state="ended")
    held.valid_to = ends
    held.save(update_fields=["valid_to"])
    _tell("end_post", held.path, {"post": post, "user": held.user_id, "ends": _said(ends)}, by, at)
    _bump()


@transaction.atomic
def set_hours(*, posts: Sequence[int], hours: Sequence[WeeklyHours], by: Acting, at: dt.datetime) -> None:
    """The weekly hours of some posts in place of those before; none at all means always on duty."""
    held = _posts(posts, by)
    Hours.objects.filter(post__in=held).delete()
    Hours.objects.bulk_create(Hours(post=post, **one._asdict()) for post in held for one in sorted(set(hours)))
    said = [[one.weekday, one.begins.isoformat(), one.ends.isoformat()] for one in sorted(set(hours))]
    told(*(Command("set_hours", post.path, {"post": post.pk, "hours": said}, by, at) for post in held))
    _bump()


@transaction.atomic
def record_absence(
    *, post: int, begins: dt.datetime, ends: dt.datetime, substitute: int | None = None, reason: str = "",
    by: Acting, at: dt.datetime,
) -> int:
    """A time in which a post is not on duty, and who stands in; returns the absence's id.

    Both posts lie in the area of the one who acts. Problem PERIOD, OWN_SUBSTITUTE or NOT_FOUND.
    """
    if ends <= begins:
        raise Problem(PERIOD)
    if substitute == post:
        raise Problem(OWN_SUBSTITUTE)
    held = {one.pk: one for one in _posts([post] if substitute is None else [post, substitute], by)}
    made = Absence.objects.create(
        post=held[post], begins=begins, ends=ends, substitute=held.get(substitute or 0), reason=reason)
    _tell("record_absence", held[post].path, {
        "absence": made.pk, "post": post, "substitute": substitute, "begins": _said(begins),
        "ends": _said(ends)}, by, at)
    _bump()
    return made.pk


@transaction.atomic
def end_absence(*, absence: int, by: Acting, at: dt.datetime) -> None:
    """Somebody is back: it ends now; one that has not begun never was. Problem STATE when it is over."""
    held = Absence.objects.select_related("post").select_for_update(of=("self",)).filter(pk=absence).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    require(by, Action.SET_UP)
    require_place(by, held.post.path)
    if held.ends <= at:
        raise Problem(errors.STATE, state="over")
    if held.begins < at:
        held.ends = at
        held.save(update_fields=["ends"])
    else:
        held.delete()
    _tell("end_absence", held.post.path, {"absence": absence, "post": held.post_id}, by, at)
    _bump()


@transaction.atomic
def set_permissions(*, programme: str, rows: Iterable[Cell], by: Acting, at: dt.datetime) -> None:
    """The permission table of a programme in place of the one before; Problem UNKNOWN_CELL for a line that can't be."""
    require(by, Action.PUBLISH)
    grants = table.of_programme(programme, rows)
    Permission.objects.filter(programme=programme).delete()
    Permission.objects.bulk_create(
        Permission(post_kind=grant.post, programme=programme, action=grant.action, on=grant.on) for grant in grants)
    said = [[grant.post, grant.action, grant.on] for grant in grants]
    _tell("set_permissions", by.path, {"programme": programme, "cells": said}, by, at)
    _bump()


@transaction.atomic
def log_access(
    *, by: Acting, action: str, purpose: str, at: dt.datetime, programme: str,
    subjects: Mapping[UUID, str] | None = None, count: int = 1,
) -> None:
    """Who read an identity or took an export, under which programme and for what: one line a subject, each at the
    subject's path.

    Without ``subjects`` one line at the post's own path with a ``count``. It is kept even when the request then fails
    with a 4xx answer.
    """
    named = subjects or {}
    if subjects is None or named:
        access.log(access.Look(by, action, programme, purpose, at, tuple(named), tuple(named.values()), count))


def _check_usernames(names: Sequence[str]) -> None:
    for name in names:
        try:
            _fits(name)
        except ValidationError:
            raise Problem(USERNAME_UNFIT, username=name) from None
        if len(name) > _LONGEST_USERNAME:
            raise Problem(USERNAME_UNFIT, username=name[:20])
    lowered = [name.lower() for name in names]
    known = set(User.objects.annotate(low=Lower("username")).filter(low__in=lowered).values_list("low", flat=True))
    for place, name in enumerate(lowered):
        if name in known:
            raise Problem(USERNAME_TAKEN, username=names[place])
        known.add(name)


def _check_new(posts: Sequence[NewPost], found: Mapping[str, Node]) -> None:
    for post in posts:
        if post.kind not in POST_KINDS:
            raise Problem(UNKNOWN_POST_KIND, post=post.kind, known=", ".join(POST_KINDS))
        if post.area not in found:
            raise Problem(errors.UNKNOWN_AREA, code=post.area)
        if post.valid_to is not None and post.valid_to <= post.valid_from:
            raise Problem(PERIOD)


def _check_held(fresh: Sequence[Post]) -> None:
    """Nobody has the same post twice at a time: neither beside one they hold nor in what is given now."""
    users = User.objects.select_for_update().filter(pk__in={post.user_id for post in fresh}).order_by("pk").in_bulk()
    taken: dict[tuple[Any, ...], list[Post]] = defaultdict(list)
    for post in Post.objects.filter(user__in=users):
        taken[_same(post)].append(post)
    for post in fresh:
        if any(_overlap(post, other) for other in taken[_same(post)]):
            raise Problem(POST_HELD, who=users[post.user_id])
        taken[_same(post)].append(post)


def _same(post: Post) -> tuple[Any, ...]:
    return post.user_id, post.kind, post.path, post.department


def _overlap(one: Post, other: Post) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return all(ends is None or begins < ends for ends in (one.valid_to, other.valid_to))


def _user(user: int, by: Acting, at: dt.datetime) -> User:
    """A user whose every post, present or to come, lies in the area of the one who acts; NOT_FOUND otherwise."""
    require(by, Action.SET_UP)
    held = User.objects.select_for_update().filter(pk=user).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    require_place(by, *Post.objects.filter(going_on, user=user).values_list("path", flat=True))
    return held


def _post(post: int, by: Acting) -> Post:
    return _posts([post], by)[0]


def _posts(posts: Sequence[int], by: Acting) -> list[Post]:
    require(by, Action.SET_UP)
    held = list(Post.objects.select_for_update().filter(pk__in=posts).order_by("pk"))
    if {post.pk for post in held} != set(posts):
        raise Problem(errors.NOT_FOUND)
    require_place(by, *(post.path for post in held))
    return held


def _bump() -> None:
    """A new number for the roster; taken last, since it makes other changes wait until this one is committed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_rosterrevision SET number = nextval('accounts_roster_number') WHERE id = 1")


def _tell(name: str, path: str, args: Mapping[str, Any], by: Acting, at: dt.datetime) -> None:
    told(Command(name, path, args, by, at))


def _said(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
