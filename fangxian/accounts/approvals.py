"""All writes of requests for rights that need a second person: asked for, approved, declined, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Final, TypeVar

from django.db import transaction

from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.kernel import errors
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem

from . import actions, checks, giving, peers, queries
from .commands import Command, told
from .errors import CHANGED_SINCE, ENDED, FACTOR_AT_HAND, OWN_REQUEST, SECOND_PERSON
from .factors import actions as removing
from .factors import queries as factors
from .giving import Reason, Receiver, Rights
from .models import Absence, RightsRequest, User
from .rules import require, require_place
from .sessions import end_sessions
from .types import REQUEST_STATES, Acting, Action, AskedWhat, NewPost, RequestState

LASTS: Final = peers.LASTS
"""A request nobody answers is nothing after that: who asks anew is looked at anew."""
_Done = TypeVar("_Done")


@transaction.atomic
@decides
def give_or_ask(*, post: NewPost, by: Acting, at: dt.datetime) -> bool:
    """Give a post, or ask for it where that needs a second person; whether it is given."""
    by = checks.in_turn(by, at)
    return _done_or_asked(lambda: actions.give_posts(posts=[post], by=by, at=at),
                          lambda: ask_post(post=post, by=by, at=at))


def _or_asked(do: Callable[[], _Done], ask: Callable[[], object]) -> _Done | None:
    """What one person may do alone is done, and what comes of it returned; else it is asked for: None."""
    try:
        return do()
    except Problem as problem:
        if problem.kind is not SECOND_PERSON:
            raise
        ask()
        return None


def _done_or_asked(do: Callable[[], object], ask: Callable[[], object]) -> bool:
    """The same of what nothing comes of: whether it is done."""
    return _or_asked(lambda: (do(), True), ask) is not None


@transaction.atomic
@decides
def let_be_away(
    *, post: int, begins: dt.datetime, ends: dt.datetime, substitute: int | None, reason: str, by: Acting,
    at: dt.datetime,
) -> bool:
    """Record an absence, and who stands in, or ask for that where it needs a second person; whether all is done.

    The absence holds at once: until it is approved nobody stands in, and the tasks go to whoever is there.
    """
    by = checks.in_turn(by, at)
    try:
        actions.record_absence(
            post=post, begins=begins, ends=ends, substitute=substitute, reason=reason, by=by, at=at)
    except Problem as problem:
        if problem.kind is not SECOND_PERSON or substitute is None:
            raise
        absence = actions.record_absence(post=post, begins=begins, ends=ends, reason=reason, by=by, at=at)
        ask_stand_in(absence=absence, substitute=substitute, by=by, at=at)
        return False
    return True


@transaction.atomic
@decides
def password_or_ask(*, user: int, by: Acting, at: dt.datetime) -> str | None:
    """A new one-time password, or None where it is asked for: once that is approved it is given out by who asked."""
    by = checks.in_turn(by, at)
    return _or_asked(lambda: actions.issue_password(user=user, by=by, at=at),
                     lambda: ask_password(user=user, by=by, at=at))


@transaction.atomic
@decides
def end_or_ask(*, post: int, by: Acting, at: dt.datetime) -> bool:
    """End a post now, or ask for it where it could approve; whether it has ended."""
    by = checks.in_turn(by, at)
    return _done_or_asked(lambda: actions.end_post(post=post, by=by, at=at),
                          lambda: ask_ending(post=post, by=by, at=at))


@transaction.atomic
@decides
def sign_out_or_ask(*, user: int, by: Acting, at: dt.datetime) -> int | None:
    """Sign somebody out everywhere, or ask for it where they could approve; how many sessions ended, None if asked."""
    by = checks.in_turn(by, at)
    return _or_asked(lambda: actions.sign_out_everywhere(user=user, by=by, at=at),
                     lambda: ask_out(what=AskedWhat.SIGN_OUT, user=user, by=by, at=at))


@transaction.atomic
@decides
def shut_out_or_ask(*, user: int, by: Acting, at: dt.datetime) -> bool:
    """Shut somebody out, or ask for it where they are the only auditor; whether it is done."""
    by = checks.in_turn(by, at)
    return _done_or_asked(lambda: actions.let_in(user=user, allowed=False, by=by, at=at),
                          lambda: ask_out(what=AskedWhat.SHUT_OUT, user=user, by=by, at=at))


@transaction.atomic
@decides
def ask_post(*, post: NewPost, by: Acting, at: dt.datetime) -> int:
    """Ask that somebody be given a post; the request's id, the standing one's when the same was asked before.

    What could not be given by two persons is refused now, as ``give_posts`` would.
    """
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    found = areas.by_code({post.area})
    checks.check_new([post], found, at)
    node = found[post.area]
    require_place(by, node.path)
    [given] = checks.known_by(by, [(Receiver(post.user), Rights(post.kind, node.path, node.tier, post.department))])
    why = giving.why_second(by, queries.permissions(), *given)
    return _ask(RightsRequest(
        user_id=post.user, post_kind=post.kind, path=node.path, department=post.department,
        valid_from=post.valid_from if post.valid_from > at else None, valid_to=post.valid_to), why, by, at)


@transaction.atomic
@decides
def ask_stand_in(*, absence: int, substitute: int, by: Acting, at: dt.datetime) -> int:
    """Ask that a post stand in for one that is away already; until then nobody does."""
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    checks.require_own_post(by)
    held = Absence.objects.select_related("post").filter(pk=absence).first()
    roster = queries.roster()
    standing, absent = roster.posts.get(substitute), roster.posts.get(held.post_id) if held else None
    if held is None or standing is None or absent is None or not standing.in_force(at):
        raise Problem(errors.NOT_FOUND)
    require_place(by, standing.path, absent.path)
    why = checks.stand_ins(absent, [standing], by, at)[substitute]
    return _ask(RightsRequest(
        user_id=standing.user, post_kind=absent.kind, path=absent.path, absence=held, substitute_id=substitute,
        valid_to=held.ends), why, by, at)


@transaction.atomic
@decides
def ask_removal(*, user: int, by: Acting, at: dt.datetime) -> int:
    """Ask that the second factor somebody lost be taken away. Problem NOT_FOUND for who has none."""
    by = checks.in_turn(by, at)
    checks.locked_user(user, by, at)
    checks.require_reach(user, by, at)
    if user not in factors.have([user]):
        raise Problem(errors.NOT_FOUND)
    post = checks.going_on(user, at).order_by("pk").first()
    return _ask(RightsRequest(
        what=AskedWhat.REMOVAL, user_id=user, post_kind=post.kind if post else "",
        path=checks.home(user, by, at)), [Reason.LOST], by, at)


@transaction.atomic
@decides
def ask_password(*, user: int, by: Acting, at: dt.datetime) -> int:
    """Ask to give a new password to somebody whose posts see who people are."""
    by = checks.in_turn(by, at)
    checks.locked_user(user, by, at)
    checks.require_reach(user, by, at)
    post = checks.going_on(user, at).order_by("pk").first()
    why = [Reason.ENTRY] if any(giving.opens(by.permissions, kind) for kind, _ in checks.reach(user, at)) else ()
    return _ask(RightsRequest(
        what=AskedWhat.PASSWORD, user_id=user, post_kind=post.kind if post else "",
        path=checks.home(user, by, at)), why, by, at)


@transaction.atomic
@decides
def ask_ending(*, post: int, by: Acting, at: dt.datetime) -> int:
    """Ask that a post which could approve, or the only auditor's, end."""
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    held = queries.roster().posts.get(post)
    if held is None:
        raise Problem(errors.NOT_FOUND)
    require_place(by, held.path)
    return _ask(RightsRequest(
        what=AskedWhat.ENDING, user_id=held.user, post_kind=held.kind, path=held.path, department=held.department),
        peers.why_end(held.kind, held.path, by), by, at)


@transaction.atomic
@decides
def ask_out(*, what: AskedWhat, user: int, by: Acting, at: dt.datetime) -> int:
    """Ask that somebody be signed out who could approve, or shut out who alone reads what administrators do."""
    by = checks.in_turn(by, at)
    checks.locked_user(user, by, at)
    post = checks.going_on(user, at).order_by("pk").first()
    return _ask(RightsRequest(
        what=what, user_id=user, post_kind=post.kind if post else "", path=checks.home(user, by, at)),
        peers.why_second(what, user, by, at), by, at)


@transaction.atomic
@decides
def approve_all(*, requests: Collection[int], by: Acting, at: dt.datetime) -> None:
    """Approve some requests, all or none."""
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    for request in sorted(requests):
        approve(request=request, by=by, at=at)


@transaction.atomic
@decides
def approve(*, request: int, by: Acting, at: dt.datetime) -> None:
    """Give what was asked for, judged again as of now. Problem OWN_REQUEST for who asked or gains, SAME_HAND for who
    may be them under another name, STATE when it is over or who asked may no longer ask, CHANGED_SINCE where it is
    something else by now than was read."""
    by = checks.in_turn(by, at)
    asked = _answerable(request, by, at)
    if by.user in (None, asked.asked_by_id, asked.user_id):
        raise Problem(OWN_REQUEST)
    require_place(by, asked.asked_as.path)
    asker = queries.acting_as(asked.asked_by_id, asked.asked_as_id, checks.by_now(at))
    if asker is None or not asker.permissions.may(asker.kind, Action.SET_UP):
        raise Problem(errors.STATE, state=REQUEST_STATES[RequestState.EXPIRED])
    checks.require_other_hand(asked.asked_by_id, by)
    if asked.what == AskedWhat.RIGHTS:
        checks.require_no_gain(asked.user_id, by)
    _as_read(asked)
    _carry_out(asked, by, at)
    _answer(asked, RequestState.APPROVED, by, at)
    if asked.what == AskedWhat.RIGHTS:
        _end_handed_out(asked, by, at)


def _as_read(asked: RightsRequest) -> None:
    """Another area may have come to the place, or its code to another one, since."""
    there = areas.nodes([asked.path]).get(asked.path)
    if there is None or (there.id, there.name, _level(there)) != (asked.area_id, asked.place, asked.level):
        raise Problem(CHANGED_SINCE)
    if asked.what == AskedWhat.RIGHTS and areas.by_code([there.code]).get(there.code) != there:
        raise Problem(CHANGED_SINCE)


def _level(node: Node) -> str:
    return f"{node.level} {node.tier}"


def _carry_out(asked: RightsRequest, by: Acting, at: dt.datetime) -> None:
    if asked.what == AskedWhat.REMOVAL:
        if factors.at_hand_since(asked.user_id, asked.asked_at):
            raise Problem(FACTOR_AT_HAND)
        removing.remove_all(user=asked.user_id, by=by, at=at, seconded=asked.asked_by_id)
    elif asked.what == AskedWhat.PASSWORD:  # given out by who asked, who is shown it
        checks.locked_user(asked.user_id, by, at)
        checks.require_reach(asked.user_id, by, at)
    elif asked.what == AskedWhat.SIGN_OUT:
        actions.sign_out_everywhere(user=asked.user_id, by=by, at=at, seconded=asked.asked_by_id)
    elif asked.what == AskedWhat.SHUT_OUT:
        actions.let_in(user=asked.user_id, allowed=False, by=by, at=at, seconded=asked.asked_by_id)
    elif asked.what == AskedWhat.ENDING:
        ending = checks.going_on(asked.user_id, at).filter(
            kind=asked.post_kind, path=asked.path, department=asked.department)
        if not ending:
            raise Problem(errors.STATE, state=ENDED)
        for held in ending:
            actions.end_post(post=held.pk, by=by, at=at, seconded=asked.asked_by_id)
    elif asked.absence_id is not None and asked.substitute_id is not None:
        actions.let_stand_in(absence=asked.absence_id, substitute=asked.substitute_id, by=by, at=at,
                             seconded=asked.asked_by_id)
    else:
        begins = max(asked.valid_from or at, at)
        node = areas.nodes([asked.path])[asked.path]
        post = NewPost(asked.user_id, asked.post_kind, node.code, begins, asked.valid_to, asked.department)
        actions.give_posts(posts=[post], by=by, at=at, seconded=asked.asked_by_id)


@transaction.atomic
@decides
def decline(*, request: int, by: Acting, at: dt.datetime) -> None:
    """It is not given; whoever sets up there may say so."""
    by = checks.in_turn(by, at)
    _answer(_answerable(request, by, at), RequestState.DECLINED, by, at)


@transaction.atomic
@decides
def withdraw(*, request: int, by: Acting, at: dt.datetime) -> None:
    """Who asked takes it back. Problem NOT_FOUND for anybody else."""
    by = checks.in_turn(by, at)
    asked = _answerable(request, by, at)
    if asked.asked_by_id != by.user:
        raise Problem(errors.NOT_FOUND)
    _answer(asked, RequestState.WITHDRAWN, by, at)


def _ask(fresh: RightsRequest, why: Iterable[Reason], by: Acting, at: dt.datetime) -> int:
    """Problem NOT_ALLOWED where one person is enough: nothing is asked that may simply be done."""
    if by.user is None or by.post is None or not why:
        raise Problem(errors.NOT_ALLOWED)
    fresh.reasons = " ".join(sorted(why))
    there = areas.nodes([fresh.path])[fresh.path]
    fresh.area_id, fresh.place, fresh.level = there.id, there.name, _level(there)
    fresh.asked_by_id, fresh.asked_as_id = by.user, by.post
    fresh.asked_at, fresh.expires_at, fresh.state = at, at + LASTS, RequestState.ASKED
    for known in RightsRequest.objects.filter(user=fresh.user_id, state=RequestState.ASKED, expires_at__gt=at):
        if _wanted(known) == _wanted(fresh):
            return known.pk
    fresh.save(force_insert=True)
    _tell("ask", fresh, by, at)
    return fresh.pk


def _end_handed_out(asked: RightsRequest, by: Acting, at: dt.datetime) -> None:
    """Who gave out a password that was not changed yet knows it, and does not become an administrator with it: it ends,
    and a new one is given on the server."""
    held = User.objects.select_for_update().get(pk=asked.user_id)
    if held.one_time_until is None or held.issued_by_id is None:
        return
    if not any(by.permissions.may(kind, Action.SET_UP) for kind, _ in checks.reach(held.pk, at)):
        return
    held.set_unusable_password()
    held.one_time_until = None
    held.save(update_fields=["password", "one_time_until"])
    end_sessions(held.pk)
    told(Command("end_password", asked.path, {"user": held.pk}, by, at))


def _wanted(one: RightsRequest) -> tuple[object, ...]:
    return (one.what, one.post_kind, one.path, one.area_id, one.place, one.level, one.department, one.valid_from,
            one.valid_to, one.absence_id, one.substitute_id, one.asked_by_id)


def _answerable(request: int, by: Acting, at: dt.datetime) -> RightsRequest:
    require(by, Action.SET_UP)
    asked = RightsRequest.objects.select_related("asked_as").select_for_update(of=("self",)).filter(pk=request).first()
    if asked is None:
        raise Problem(errors.NOT_FOUND)
    require_place(by, asked.path)
    if asked.state != RequestState.ASKED:
        raise Problem(errors.STATE, state=REQUEST_STATES[RequestState(asked.state)])
    if asked.expires_at <= at:
        raise Problem(errors.STATE, state=REQUEST_STATES[RequestState.EXPIRED])
    return asked


def _answer(asked: RightsRequest, state: RequestState, by: Acting, at: dt.datetime) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state, by.user, checks.by_now(at)
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(state, asked, by, at)


def _tell(deed: str, asked: RightsRequest, by: Acting, at: dt.datetime) -> None:
    told(Command(f"{deed}_{asked.what}", asked.path, {
        "request": asked.pk, "user": asked.user_id, "kind": asked.post_kind, "absence": asked.absence_id,
        "substitute": asked.substitute_id, "asked_by": asked.asked_by_id, "reasons": asked.reasons}, by, at))
