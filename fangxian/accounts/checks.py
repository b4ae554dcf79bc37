"""What is looked at before users, posts and stand-ins are written; under the caller's locks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier, lineage, subtree
from fangxian.kernel import clock, errors
from fangxian.kernel.clock import FIRST_DAY, LAST_DAY, storable
from fangxian.kernel.errors import Problem

from . import giving, hands, queries, usernames
from .errors import (
    OWN_REQUEST,
    PERIOD,
    PERIOD_OVER,
    POST_HELD,
    SAME_HAND,
    SECOND_PERSON,
    STAND_IN_AWAY,
    STAND_IN_UNFIT,
    STANDING_IN,
    UNKNOWN_POST_KIND,
    USERNAME_ALIKE,
    USERNAME_TAKEN,
    USERNAME_UNFIT,
)
from .giving import Reason, Receiver, Rights
from .models import Post, RightsRequest, RosterRevision, User
from .rules import Away, RosterPost, answers_for, may, require, require_place
from .scope import SYSTEM, working_in
from .types import (
    OPERATOR_KIND,
    POST_KINDS,
    Acting,
    Action,
    AskedWhat,
    Grant,
    NewPost,
    Permissions,
    RequestState,
)

_LONGEST_USERNAME: Final = 150
_fits = UnicodeUsernameValidator()


def check_usernames(names: Sequence[str]) -> None:
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
    alike = usernames.first_alike(names, User.objects.values_list("username", flat=True))
    if alike:
        raise Problem(USERNAME_ALIKE, username=alike[0], other=alike[1])


def in_turn(by: Acting, at: dt.datetime) -> Acting:
    """Who acts, looked at once more after waiting for all others who change who may do what: of what is sent at the
    same moment the second is judged by what the first did. Problem NOT_ALLOWED where that took their post away.
    """
    RosterRevision.objects.select_for_update().get(pk=1)
    if by.user is None or by.post is None:
        return by
    found = queries.acting_as(by.user, by.post, by_now(at))
    if found is None:
        raise Problem(errors.NOT_ALLOWED)
    return found


def by_now(at: dt.datetime) -> dt.datetime:
    """The moment of a request that waited: what ended after it was sent has ended."""
    return max(at, clock.now())


def locked_user(user: int, by: Acting, at: dt.datetime) -> User:
    """A user whose every post, present or to come, lies in the area of the one who acts; NOT_FOUND otherwise.

    Who has none is looked after by whoever made them or gave them their password, where they worked last, and at the
    county and above; NOT_ALLOWED for others.
    """
    require(by, Action.SET_UP)
    held = User.objects.select_for_update().filter(pk=user).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    paths = going_on(user, at).values_list("path", flat=True)
    if paths:
        require_place(by, *paths)
    elif not _looks_after(held, by):
        raise Problem(errors.NOT_ALLOWED)
    return held


def _looks_after(held: User, by: Acting) -> bool:
    if by.kind == OPERATOR_KIND or by.user in (held.issued_by_id, held.pk):
        return True
    last = Post.objects.filter(user=held).order_by("-valid_to", "-pk").first()
    if last is not None and last.path in by.range:
        return True
    node = areas.nodes([by.path]).get(by.path)
    return node is not None and node.tier in (Tier.COUNTY, Tier.ABOVE)


def reach(user: int, at: dt.datetime) -> set[tuple[str, str]]:
    """The kinds and places of all somebody may act as, now or later: their posts, those they stand in for or will, and
    what is asked for them."""
    roster = queries.roster()
    own = roster.given_to(user, at)
    found = {(post.kind, post.path) for post in (*own, *roster.to_stand_in_for(own, at))}
    with working_in(SYSTEM):  # also what is asked for above the area of the one who acts
        asked = RightsRequest.objects.filter(
            user=user, what=AskedWhat.RIGHTS, state=RequestState.ASKED, expires_at__gt=at)
        return found | set(asked.values_list("post_kind", "path"))


def require_reach(user: int, by: Acting, at: dt.datetime) -> None:
    """That all somebody may act as lies in the area of the one who acts; who knows their password has it. NOT_FOUND."""
    paths = [path for _, path in reach(user, at)]
    if paths:
        require_place(by, *paths)


def kinds_of(by: Acting, at: dt.datetime) -> set[str]:
    """The kind of post somebody acts as, and those of all they may act as."""
    return {by.kind} | ({kind for kind, _ in reach(by.user, at)} if by.user is not None else set())


def require_other_hand(asker: int, by: Acting) -> None:
    """That who approves is not who asked under another name. Problem SAME_HAND.

    Who gave out a password may sign in with it and choose the next one. So their passwords went through different
    hands, back to the server; and who asked took no part in removing the approver's second factor since, nor in making
    them the stand-in that approves.
    """
    if by.user is None or hands.one_hand(asker, by.user) or _vouched(asker, by, by.user):
        raise Problem(SAME_HAND)


def require_no_gain(receiver: int, by: Acting) -> None:
    """That who approves gains nothing by it, under another name either. Problem OWN_REQUEST."""
    if by.user in (None, receiver) or hands.of_ones_own(by, {receiver}):
        raise Problem(OWN_REQUEST)


def _vouched(asker: int, by: Acting, approver: int) -> bool:
    issued = User.objects.values_list("issued_at", flat=True).get(pk=approver)
    removed = Q(what=AskedWhat.REMOVAL, user=approver)
    if issued is not None:
        removed &= Q(decided_at__gte=issued)
    stands = Q(absence__post=by.post) if by.through is not None else Q(pk=None)
    with working_in(SYSTEM):  # the approver may have worked elsewhere then
        return RightsRequest.objects.filter(
            removed | stands, Q(asked_by=asker) | Q(decided_by=asker), state=RequestState.APPROVED).exists()


def going_on(user: int, at: dt.datetime) -> QuerySet[Post]:
    """The posts of a user in force or to come."""
    return Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), user=user)


def home(user: int, by: Acting, at: dt.datetime) -> str:
    """Where a command about a user stands, for those who look after it there: at their first post, if they have one."""
    post = going_on(user, at).order_by("pk").first()
    return post.path if post is not None else by.path


def check_dates(*moments: dt.datetime | None) -> None:
    """Problem FAR_OFF for an instant nobody means."""
    if not all(moment is None or storable(moment) for moment in moments):
        raise Problem(errors.FAR_OFF, first=FIRST_DAY, last=LAST_DAY)


def check_new(posts: Sequence[NewPost], found: Mapping[str, Node], at: dt.datetime) -> None:
    for post in posts:
        if post.kind not in POST_KINDS:
            raise Problem(UNKNOWN_POST_KIND, post=post.kind, known=", ".join(POST_KINDS))
        if post.area not in found:
            raise Problem(errors.UNKNOWN_AREA, code=post.area)
        check_dates(post.valid_from, post.valid_to)
        if post.valid_to is not None and post.valid_to <= post.valid_from:
            raise Problem(PERIOD)
        if post.valid_to is not None and post.valid_to <= at:
            raise Problem(PERIOD_OVER)


def check_held(fresh: Sequence[Post]) -> None:
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


def require_second(by: Acting, given: Sequence[tuple[Receiver, Rights]], seconded: int | None) -> None:
    """Problem SECOND_PERSON where one person is not enough and no other one asked, or the only other one gains."""
    if by.kind == OPERATOR_KIND:
        return
    permissions = queries.permissions()
    for receiver, rights in known_by(by, given):
        needed = giving.why_second(by, permissions, receiver, rights)
        if needed and (seconded is None or by.user in (seconded, receiver.user)):
            raise Problem(SECOND_PERSON)


def known_by(by: Acting, given: Sequence[tuple[Receiver, Rights]]) -> list[tuple[Receiver, Rights]]:
    """The same, with whom the one who acts may sign in as."""
    own = hands.of_ones_own(by, {receiver.user for receiver, _ in given})
    return [(receiver._replace(own_hand=receiver.user in own), rights) for receiver, rights in given]


def require_table(by: Acting, programme: str, grants: Sequence[Grant], at: dt.datetime) -> None:
    """Problem SECOND_PERSON where a programme's new table gives a right to who acts, as any of their posts, or first
    opens anything to a kind of post of somebody they may sign in as."""
    before = queries.permissions()
    if by.kind == OPERATOR_KIND:
        return
    after = Permissions([*(one for one in before.grants if one.programme != programme), *grants])
    opened = {one.post for one in grants if giving.opens(after, one.post) and not giving.opens(before, one.post)}
    held = {post.user for post in queries.roster().posts.values()
            if post.kind in opened and (post.valid_to is None or at < post.valid_to)}
    if hands.of_ones_own(by, held) or any(
            giving.grants_gained(kind, before.grants, grants) for kind in kinds_of(by, at)):
        raise Problem(SECOND_PERSON)


def absent(post: int, by: Acting) -> Post:
    """A post somebody may say is away, locked. Problem STANDING_IN for who acts in its holder's place."""
    if by.post == post:
        require_own_post(by)
    held = Post.objects.select_for_update().filter(pk=post).first()
    known = queries.roster().posts.get(post)
    if held is None or known is None:
        raise Problem(errors.NOT_FOUND)
    giving.require_absence(by, queries.permissions(), known)
    return held


def check_stand_in(
    post: int, substitute: int, time: Away, by: Acting, at: dt.datetime, seconded: int | None,
) -> None:
    """Who would gain rights by standing in for a time may have them from the one who acts, and is there meanwhile.

    Problem STANDING_IN for who acts in somebody's place, NOT_FOUND, STAND_IN_UNFIT, STAND_IN_AWAY, SECOND_PERSON or
    NOT_ALLOWED.
    """
    require_own_post(by)
    roster, permissions = queries.roster(), queries.permissions()
    standing = roster.posts.get(substitute)
    if standing is None or not standing.in_force(at):
        raise Problem(errors.NOT_FOUND)
    require_place(by, standing.path)
    if any(one.overlaps(max(time.begins, at), time.ends) for one in standing.absences):
        raise Problem(STAND_IN_AWAY)
    given = list(gained(roster.posts[post], [standing], at).values())
    if may(by, Action.SET_UP):
        require_second(by, given, seconded)
        return
    if not all(giving.may_be_given(by, permissions, *one) for one in known_by(by, given)):
        raise Problem(errors.NOT_ALLOWED)
    require_fit(roster.posts[post], standing)


def require_fit(absent: RosterPost, standing: RosterPost) -> None:
    """Problem STAND_IN_UNFIT for a post that does not stand in for such a one."""
    if not answers_for(absent, standing):
        raise Problem(STAND_IN_UNFIT)


def require_own_post(by: Acting) -> None:
    """Standing in is not passed on. Problem STANDING_IN for who acts in somebody's place."""
    if by.through is not None:
        raise Problem(STANDING_IN)


def gained(
    absent: RosterPost, standing: Sequence[RosterPost], at: dt.datetime,
) -> dict[int, tuple[Receiver, Rights]]:
    """Who would have whose rights once one of some posts stands in for another, by the one that stands in: those of the
    post itself, and none that it has by standing in for others."""
    nodes = areas.nodes({absent.path, *(step for one in standing for step in lineage(one.path))})
    rights = Rights(absent.kind, absent.path, nodes[absent.path].tier, absent.department)
    return {one.id: (Receiver(one.user, one, spreads=_spreads(absent, one, nodes, at)), rights) for one in standing}


def _spreads(absent: RosterPost, standing: RosterPost, nodes: Mapping[str, Node], at: dt.datetime) -> bool:
    """Whether standing in leads out of one's own community, or to a second place beside one's own."""
    roster = queries.roster()
    others = roster.to_stand_in_for(roster.given_to(standing.user, at), at)
    communities = [step for step in lineage(standing.path) if nodes[step].tier == Tier.COMMUNITY]
    return any(one.path != absent.path for one in others) or not any(
        absent.path in subtree(community) for community in communities)


def stand_ins(
    absent: RosterPost, standing: Sequence[RosterPost], by: Acting, at: dt.datetime,
) -> dict[int, frozenset[Reason]]:
    """Those of some posts that somebody may let stand in for another, each with why it needs a second person."""
    if by.through is not None:
        return {}
    permissions, found = queries.permissions(), gained(absent, standing, at)
    known = dict(zip(found, known_by(by, list(found.values())), strict=True))
    if not may(by, Action.SET_UP):
        return {post: frozenset() for post, given in known.items() if giving.may_be_given(by, permissions, *given)}
    return {post: giving.why_second(by, permissions, *given) for post, given in known.items()}
