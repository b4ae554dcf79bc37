"""All writes of users, posts, permissions and the access log. Every change gives the roster a new number.

Each decides for itself whether ``by`` may (``decides`` fails it otherwise); what one person may not give alone is
refused with SECOND_PERSON and asked for in ``approvals``, which passes ``seconded``: who asked for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.kernel import decisions, errors
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem

from . import access, checks, passwords, peers
from . import permissions as table
from .commands import Command, told
from .errors import (
    ENDED,
    OWN_PASSWORD,
    OWN_SUBSTITUTE,
    PASSWORD_ON_SERVER,
    PERIOD,
    PERIOD_OVER,
    USERNAME_TAKEN,
)
from .giving import Receiver, Rights
from .models import Absence, Exclusion, Hours, Permission, Post, User
from .rules import Away, may, require, require_place
from .sessions import end_sessions
from .types import OPERATOR_KIND, OUTSIDE, Acting, Action, AskedWhat, Cell, MadeUser, NewPost, NewUser, WeeklyHours


@transaction.atomic
@decides
def make_user(*, username: str, display_name: str = "", phone: str = "", by: Acting, at: dt.datetime) -> MadeUser:
    """Somebody new, with a one-time password that is returned here and nowhere else."""
    made = make_users(people=[NewUser(username, display_name, phone)], by=by, at=at)
    user = made[username]
    return MadeUser(user, issue_password(user=user, by=by, at=at))


@transaction.atomic
@decides
def make_users(*, people: Sequence[NewUser], by: Acting, at: dt.datetime) -> dict[str, int]:
    """Many at once, by username; nobody of them can sign in before a password is issued.

    Problem USERNAME_TAKEN (capitals make no difference) or USERNAME_UNFIT names the first one at fault.
    """
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    checks.check_usernames([one.username for one in people])
    rows = [
        User(username=one.username, display_name=one.display_name, phone=one.phone, password=make_password(None),
             date_joined=at, issued_by_id=by.user)
        for one in people]
    try:
        with transaction.atomic():
            made = {user.username: user.pk for user in User.objects.bulk_create(rows)}
    except IntegrityError:  # somebody made one of them between the look and now
        raise Problem(USERNAME_TAKEN, username=", ".join(one.username for one in people)) from None
    told(*(Command("make_user", by.path, {"user": pk, "username": name}, by, at) for name, pk in made.items()))
    return made


@transaction.atomic
@decides
def issue_password(*, user: int, by: Acting, at: dt.datetime) -> str:
    """A new one-time password in place of the old one; every session of the user ends. It is returned only here.

    Problem OWN_PASSWORD for one's own, PASSWORD_ON_SERVER for whoever could approve, now or once somebody is away or a
    request is approved, what the one who acts asks for; SECOND_PERSON for whose posts see who people are.
    """
    by = checks.in_turn(by, at)
    held = checks.locked_user(user, by, at)
    if user == by.user:
        raise Problem(OWN_PASSWORD)
    checks.require_reach(user, by, at)
    _not_a_peer(user, by, at)
    peers.require_password(held, by, at)
    peers.use_up(held)
    fresh = passwords.new()
    held.set_password(fresh)
    held.one_time_until = at + passwords.LASTS
    held.issued_by_id, held.issued_at = by.user, checks.by_now(at)
    held.save(update_fields=["password", "one_time_until", "issued_by", "issued_at"])
    end_sessions(user)
    _tell("issue_password", checks.home(user, by, at), {"user": user}, by, at)
    return fresh


@transaction.atomic
@decides
def set_password(*, user: int, password: str, by: Acting, at: dt.datetime) -> None:
    """A password that others know, for the sign-ins of a demo: by the operator of the server only."""
    by = checks.in_turn(by, at)
    if by.kind != OPERATOR_KIND:
        raise Problem(errors.NOT_ALLOWED)
    held = checks.locked_user(user, by, at)
    held.set_password(password)
    held.one_time_until = None
    held.issued_by_id, held.issued_at = None, at
    held.save(update_fields=["password", "one_time_until", "issued_by", "issued_at"])
    end_sessions(user)
    _tell("set_password", checks.home(user, by, at), {"user": user}, by, at)


@transaction.atomic
@decides
def set_own_phone(*, phone: str, by: Acting, at: dt.datetime) -> None:
    """What colleagues call somebody by, said by themselves."""
    if by.user is None:
        raise Problem(errors.NOT_ALLOWED)
    decisions.note("oneself", OUTSIDE)  # nobody else's leave is needed
    User.objects.filter(pk=by.user).update(phone=phone)
    _tell("set_phone", by.path, {"user": by.user}, by, at)


@transaction.atomic
@decides
def end_own_sessions(*, session: str | None = None, but: str | None = None, by: Acting, at: dt.datetime) -> int:
    """One's own session by its id, or all ``but`` the one with this key; how many ended."""
    if by.user is None:
        raise Problem(errors.NOT_ALLOWED)
    decisions.note("oneself", OUTSIDE)  # nobody else's leave is needed
    ended = end_sessions(by.user, one=session, but=but)
    if ended:
        _tell("end_sessions", by.path, {"user": by.user, "sessions": ended}, by, at)
    return ended


@transaction.atomic
@decides
def sign_out_everywhere(*, user: int, by: Acting, at: dt.datetime, seconded: int | None = None) -> int:
    """Every session of a user ends; they may come in again. How many there were. Problem SECOND_PERSON for somebody
    else who could approve."""
    by = checks.in_turn(by, at)
    checks.locked_user(user, by, at)
    peers.require_second(AskedWhat.SIGN_OUT, user, by, at, seconded)
    ended = end_sessions(user)
    _tell("end_sessions", checks.home(user, by, at), {"user": user, "sessions": ended}, by, at)
    return ended


@transaction.atomic
@decides
def let_in(*, user: int, allowed: bool, by: Acting, at: dt.datetime, seconded: int | None = None) -> None:
    """Shut a user out at once, or let them in again. Their posts stay, and count for nothing meanwhile: nobody is
    there, and they come back with the user. Problem LAST_APPROVERS for a peer nobody else could let in again,
    SECOND_PERSON for the only auditor."""
    by = checks.in_turn(by, at)
    held = checks.locked_user(user, by, at)
    if not allowed:
        peers.require_shut_out(user, by, at, seconded)
    held.is_active = allowed
    held.save(update_fields=["is_active"])
    if allowed:
        Exclusion.objects.filter(user=user, ends=None).update(ends=at)
    else:
        Exclusion.objects.get_or_create(user=held, ends=None, defaults={"begins": at})
        end_sessions(user)
    _tell("let_in" if allowed else "shut_out", checks.home(user, by, at), {"user": user}, by, at)
    _bump()


@transaction.atomic
@decides
def give_post(
    *, user: int, kind: str, area: str, valid_from: dt.datetime | None = None, valid_to: dt.datetime | None = None,
    department: str = "", by: Acting, at: dt.datetime,
) -> int:
    """Give somebody a post at an area (its code), from now on unless said otherwise; returns the post's id."""
    return give_posts(posts=[NewPost(user, kind, area, valid_from or at, valid_to, department)], by=by, at=at)[0]


@transaction.atomic
@decides
def give_posts(*, posts: Sequence[NewPost], by: Acting, at: dt.datetime, seconded: int | None = None) -> list[int]:
    """Many posts at once; their ids in the same order. Problem UNKNOWN_AREA, UNKNOWN_POST_KIND, FAR_OFF, PERIOD,
    PERIOD_OVER, POST_HELD, SECOND_PERSON or NOT_FOUND.
    """
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    found = areas.by_code({post.area for post in posts})
    checks.check_new(posts, found, at)
    require_place(by, *(found[post.area].path for post in posts))
    checks.require_second(by, [
        (Receiver(post.user), Rights(post.kind, found[post.area].path, found[post.area].tier, post.department))
        for post in posts], seconded)
    rows = [
        Post(user_id=post.user, kind=post.kind, area_id=found[post.area].id, path=found[post.area].path,
             department=post.department, valid_from=post.valid_from, valid_to=post.valid_to)
        for post in posts]
    checks.check_held(rows)
    made = Post.objects.bulk_create(rows)
    told(*(
        Command("give_post", post.path, {
            "post": post.pk, "user": post.user_id, "kind": post.kind, "department": post.department,
            "valid_from": _said(post.valid_from), "valid_to": _said(post.valid_to)}, by, at)
        for post in made))
    _bump()
    return [post.pk for post in made]


@transaction.atomic
@decides
def end_post(
    *, post: int, when: dt.datetime | None = None, by: Acting, at: dt.datetime, seconded: int | None = None,
) -> None:
    """End a post, now or later, never later than it ends anyway; from that instant on it opens nothing. Problem STATE
    when it has ended, SECOND_PERSON or LAST_APPROVERS for one that could approve."""
    by = checks.in_turn(by, at)
    checks.check_dates(when)
    held = _post(post, by)
    ends = max(when or at, held.valid_from, at)
    if held.valid_to is not None and held.valid_to <= at:
        raise Problem(errors.STATE, state=ENDED)
    peers.require_end(held, by, at, seconded)
    held.valid_to = ends = min(ends, held.valid_to or ends)
    held.save(update_fields=["valid_to"])
    _tell("end_post", held.path, {"post": post, "user": held.user_id, "ends": _said(ends)}, by, at)
    _bump()


@transaction.atomic
@decides
def set_hours(*, posts: Sequence[int], hours: Sequence[WeeklyHours], by: Acting, at: dt.datetime) -> None:
    """The weekly hours of some posts in place of those before; none at all means always on duty."""
    by = checks.in_turn(by, at)
    held = _posts(posts, by)
    Hours.objects.filter(post__in=held).delete()
    Hours.objects.bulk_create(Hours(post=post, **one._asdict()) for post in held for one in sorted(set(hours)))
    said = [[one.weekday, one.begins.isoformat(), one.ends.isoformat()] for one in sorted(set(hours))]
    told(*(Command("set_hours", post.path, {"post": post.pk, "hours": said}, by, at) for post in held))
    _bump()


@transaction.atomic
@decides
def record_absence(
    *, post: int, begins: dt.datetime, ends: dt.datetime, substitute: int | None = None, reason: str = "",
    by: Acting, at: dt.datetime,
) -> int:
    """A time in which a post is not on duty, and who stands in; returns the absence's id.

    Whoever sets up may say so, and who gives tasks away in a programme the post works in, about posts of their area.
    Problem FAR_OFF, PERIOD, PERIOD_OVER, OWN_SUBSTITUTE, NOT_FOUND, STANDING_IN, STAND_IN_AWAY; NOT_ALLOWED or
    SECOND_PERSON where the stand-in would gain rights.
    """
    by = checks.in_turn(by, at)
    checks.check_dates(begins, ends)
    if ends <= begins:
        raise Problem(PERIOD)
    if ends <= at:
        raise Problem(PERIOD_OVER)
    if substitute == post:
        raise Problem(OWN_SUBSTITUTE)
    away = checks.absent(post, by)
    if substitute is not None:
        checks.check_stand_in(post, substitute, Away(begins, ends), by, at, seconded=None)
    lent = substitute is not None and not may(by, Action.SET_UP)
    made = Absence.objects.create(post=away, begins=begins, ends=ends, substitute_id=substitute, reason=reason,
                                  given_as_id=by.post if lent else None)
    _tell("record_absence", away.path, {
        "absence": made.pk, "post": post, "substitute": substitute, "begins": _said(begins),
        "ends": _said(ends)}, by, at)
    _bump()
    return made.pk


@transaction.atomic
@decides
def let_stand_in(
    *, absence: int, substitute: int, by: Acting, at: dt.datetime, seconded: int | None = None,
) -> None:
    """Who stands in for a post that is away already. Problem as in ``record_absence``; STATE when it is over."""
    by = checks.in_turn(by, at)
    held = Absence.objects.select_for_update(of=("self",)).filter(pk=absence).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    away = checks.absent(held.post_id, by)
    if held.ends <= at:
        raise Problem(errors.STATE, state=ENDED)
    if substitute == held.post_id:
        raise Problem(OWN_SUBSTITUTE)
    checks.check_stand_in(held.post_id, substitute, Away(held.begins, held.ends), by, at, seconded)
    held.substitute_id = substitute
    held.save(update_fields=["substitute"])
    _tell("let_stand_in", away.path, {
        "absence": absence, "post": held.post_id, "substitute": substitute, "ends": _said(held.ends)}, by, at)
    _bump()


@transaction.atomic
@decides
def end_absence(*, absence: int, by: Acting, at: dt.datetime) -> None:
    """Somebody is back: it ends now; one that has not begun never was. Whose post it is may say so, and whoever may
    say that it is away. Problem NOT_FOUND, NOT_ALLOWED; STATE when it is over."""
    by = checks.in_turn(by, at)
    held = Absence.objects.select_related("post").select_for_update(of=("self",)).filter(pk=absence).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    if by.user == held.post.user_id and by.through is None:
        decisions.note("oneself", OUTSIDE)  # nobody else's leave is needed
    else:
        checks.absent(held.post_id, by)
    if held.ends <= at:
        raise Problem(errors.STATE, state=ENDED)
    if held.begins < at:
        held.ends = at
        held.save(update_fields=["ends"])
    else:
        held.delete()
    _tell("end_absence", held.post.path, {"absence": absence, "post": held.post_id}, by, at)
    _bump()


@transaction.atomic
@decides
def set_permissions(*, programme: str, rows: Iterable[Cell], by: Acting, at: dt.datetime) -> None:
    """The permission table of a programme in place of the one before; Problem UNKNOWN_CELL for a line that can't be,
    SECOND_PERSON for one that gives a right to whoever acts, as any of their posts, or opens what nobody gets by
    another name to somebody whose password they gave out.
    """
    by = checks.in_turn(by, at)
    require(by, Action.PUBLISH)
    grants = table.of_programme(programme, rows)
    checks.require_table(by, programme, grants, at)
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


def _not_a_peer(user: int, by: Acting, at: dt.datetime) -> None:
    if by.kind == OPERATOR_KIND:
        return
    for kind, path in checks.reach(user, at):
        if by.permissions.may(kind, Action.SET_UP) and by.path in subtree(path):
            raise Problem(PASSWORD_ON_SERVER)


def _post(post: int, by: Acting) -> Post:
    return _posts([post], by)[0]


def _posts(posts: Collection[int], by: Acting) -> list[Post]:
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
