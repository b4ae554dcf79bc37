"""Taking away who could approve, or coming in as somebody who sees who people are: not one person's to do."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import QuerySet

from fangxian.areas.types import subtree
from fangxian.kernel.errors import Problem

from . import checks, giving, hands, queries
from .errors import LAST_APPROVERS, SECOND_PERSON
from .giving import Reason
from .models import Post, RightsRequest, User
from .scope import SYSTEM, working_in
from .types import OPERATOR_KIND, Acting, Action, AskedWhat, RequestState

LASTS: Final = dt.timedelta(days=7)
"""How long a request waits, and an approved password may be given out."""
_ENOUGH: Final = 2


def is_peer(by: Acting, kind: str, path: str) -> bool:
    """Whether a post could approve what the one who acts asks for."""
    return by.permissions.may(kind, Action.SET_UP) and by.path in subtree(path)


def require_end(post: Post, by: Acting, at: dt.datetime, seconded: int | None) -> None:
    """Problem LAST_APPROVERS where a peer's post ends and fewer than two users could approve after it; SECOND_PERSON
    for somebody else's, and for the only auditor's, unless another one asked. One's own is given up alone."""
    if by.kind == OPERATOR_KIND:
        return
    if seconded in (None, by.user) and _reads(by, post.kind, post.path) and not _readers(by, at, but=post.pk):
        raise Problem(SECOND_PERSON)
    if not is_peer(by, post.kind, post.path):
        return
    if len(_approvers(by, at, but=post.pk)) < _ENOUGH:
        raise Problem(LAST_APPROVERS)
    if by.user != post.user_id and seconded in (None, by.user):
        raise Problem(SECOND_PERSON)


def why_second(what: AskedWhat, user: int, by: Acting, at: dt.datetime) -> set[Reason]:
    """Why one person does not sign a user out, or shut them out, alone: who could approve would be kept from it at
    will, and who is the only one to read what administrators do from reading."""
    posts = list(checks.going_on(user, at).values_list("kind", "path"))
    if by.kind == OPERATOR_KIND or user == by.user:
        return set()
    peer = what is AskedWhat.SIGN_OUT and any(is_peer(by, *post) for post in posts)
    alone = any(_reads(by, *post) for post in posts) and not _readers(by, at) - {user}
    return {reason for reason, holds in ((Reason.PEER, peer), (Reason.WATCH, alone)) if holds}


def require_second(what: AskedWhat, user: int, by: Acting, at: dt.datetime, seconded: int | None) -> None:
    """Problem SECOND_PERSON where one person does not do it alone and no other one asked."""
    if seconded in (None, by.user) and why_second(what, user, by, at):
        raise Problem(SECOND_PERSON)


def require_shut_out(user: int, by: Acting, at: dt.datetime, seconded: int | None) -> None:
    """In an emergency one person acts as long as another one is there who can undo it: Problem LAST_APPROVERS, or
    SECOND_PERSON for the only auditor."""
    require_second(AskedWhat.SHUT_OUT, user, by, at, seconded)
    posts = checks.going_on(user, at).values_list("kind", "path")
    if by.kind == OPERATOR_KIND or not any(is_peer(by, *post) for post in posts):
        return
    left = _approvers(by, at) - {user}
    others = left - hands.of_ones_own(by, left) - {by.user}
    if len(left) < _ENOUGH or not others:
        raise Problem(LAST_APPROVERS)


def require_password(held: User, by: Acting, at: dt.datetime) -> None:
    """Problem SECOND_PERSON for the password of somebody whose posts, now or to come, open what nobody gets by another
    name; unless an approval was not used yet, or they never came in with the one they have from the same hand.
    """
    kinds = {kind for kind, _ in checks.reach(held.pk, at)}
    if by.kind == OPERATOR_KIND or not any(giving.opens(by.permissions, kind) for kind in kinds):
        return
    fresh = held.one_time_until is not None or held.issued_at is None
    sets_up = any(by.permissions.may(kind, Action.SET_UP) for kind in kinds)
    if not sets_up and fresh and held.issued_by_id == by.user:
        return
    with working_in(SYSTEM):  # also where they worked elsewhere when it was asked
        if not _approved(held).filter(asked_by=by.user, decided_at__gt=checks.by_now(at) - LASTS).exists():
            raise Problem(SECOND_PERSON)


def use_up(held: User) -> None:
    """A password is given out: whatever was approved before it, and by whatever clock, is good for no other one."""
    with working_in(SYSTEM):
        _approved(held).update(state=RequestState.USED)


def _approved(held: User) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(what=AskedWhat.PASSWORD, user=held, state=RequestState.APPROVED)


def why_end(kind: str, path: str, by: Acting) -> set[Reason]:
    """Why a post's end needs two."""
    peer, reads = is_peer(by, kind, path), _reads(by, kind, path)
    return {reason for reason, holds in ((Reason.PEER, peer), (Reason.WATCH, reads)) if holds}


def _reads(by: Acting, kind: str, path: str) -> bool:
    """Whether a post reads what the one who acts does, and does none of it itself."""
    table = by.permissions
    return table.may(kind, Action.AUDIT) and not table.may(kind, Action.SET_UP) and by.path in subtree(path)


def _readers(by: Acting, at: dt.datetime, but: int | None = None) -> set[int]:
    now = checks.by_now(at)
    return {post.user for post in queries.roster().posts.values()
            if post.id != but and post.in_force(now) and _reads(by, post.kind, post.path)}


def _approvers(by: Acting, at: dt.datetime, but: int | None = None) -> set[int]:
    now = checks.by_now(at)
    return {post.user for post in queries.roster().posts.values()
            if post.id != but and post.in_force(now) and is_peer(by, post.kind, post.path)}
