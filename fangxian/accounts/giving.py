"""Who may give which rights, and what needs a second person. Pure: the roster and the table are arguments.

Rights come from posts and from standing in for them, so both are judged alike: what would somebody have, who would have
it, and may the one who says so. The pages and the command are faces of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from fangxian.areas.types import LISTING_TIERS, Tier, subtree
from fangxian.kernel.text import Text

from .rules import RosterPost, allowed, may, require_each, require_place
from .types import OPERATOR_KIND, POST_KINDS, Acting, Action, Grant, Permissions, PostKind


class Reason(StrEnum):
    """Why one person is not enough."""

    ONESELF = "oneself"
    ABOVE = "above"
    PEER = "peer"
    LOST = "lost"
    HAND = "hand"
    ENTRY = "entry"
    WATCH = "watch"


REASONS: Final = {
    Reason.ONESELF: Text("rights for the one who asks", "为申请人本人增加权限"),
    Reason.ABOVE: Text("above the level such a post works at", "高于该岗位通常的层级"),
    Reason.LOST: Text("the second factor is lost", "二次验证方式已丢失"),
    Reason.HAND: Text(
        "the one who asks gave out their password, and may sign in as them",
        "其密码由申请人发放，申请人可能以其身份登录"),
    Reason.ENTRY: Text("who gives out the password may sign in as them", "发放密码的人可能以其身份登录"),
    Reason.WATCH: Text(
        "nobody else reads what administrators do", "除此之外无人查阅管理员的操作"),
    Reason.PEER: Text("may set up and approve as the one who asks may", "与申请人同级，可设置并批准"),
}
_OPENING: Final = frozenset({Action.IDENTITY, Action.TRACE, Action.EXPORT, Action.AUDIT, Action.SET_UP, Action.PUBLISH})
"""What nobody gets by another name: who people are, who looked, and who may do what."""


class Rights(NamedTuple):
    """What a post opens: its kind's cells of the table in an area and below, and whom its department is asked to take
    over; ``tier`` is the area's."""

    kind: str
    path: str
    tier: Tier
    department: str = ""


class Receiver(NamedTuple):
    """Who would have them: a user, by the post they stand in with when they stand in. ``own_hand``: who gives
    them may sign in as this user. ``spreads``: standing in takes the user beyond one place, or their own community."""

    user: int
    post: RosterPost | None = None
    own_hand: bool = False
    spreads: bool = False


def why_second(by: Acting, table: Permissions, receiver: Receiver, rights: Rights) -> frozenset[Reason]:
    """Why somebody who may set up needs a second person to give these rights; empty when they need none."""
    if by.kind == OPERATOR_KIND or _has_already(table, receiver, rights):
        return frozenset()
    return frozenset(reason for reason, holds in (
        (Reason.ONESELF, receiver.user == by.user and not _held(by, receiver, rights)),
        (Reason.HAND, receiver.own_hand and _shows_people(table, receiver, rights)),
        (Reason.ABOVE, _above(receiver, rights)),
        (Reason.PEER, table.may(rights.kind, Action.SET_UP) and (
            by.through is not None or by.path in subtree(rights.path))),
    ) if holds)


def opens(table: Permissions, kind: str) -> bool:
    """Whether a kind of post may, in any programme, see who people are, take records out, look after others or set
    up: who could sign in as somebody gives them none such alone."""
    return any(cell.action in _OPENING for cell in _cells(table, kind))


def may_be_given(by: Acting, table: Permissions, receiver: Receiver, rights: Rights) -> bool:
    """Whether somebody who gives tasks away, and sets nothing up, may let these rights go over to a stand-in.

    They have all the stand-in would gain, see identities wherever the post does, and need nobody beside them: it is
    lent, for no longer than they have it themselves.
    """
    if _has_already(table, receiver, rights):
        return True
    if receiver.post is None or why_second(by, table, receiver, rights):
        return False
    own, wanted = set(_cells(table, rights.kind)), set(_cells(table, receiver.post.kind))
    gained = [cell for cell in own if not _among(cell, wanted)]
    identities = [cell for cell in own if cell.action in (Action.IDENTITY, Action.TRACE)]
    mine = set(_cells(table, by.kind))
    same_department = rights.department in ("", by.department, receiver.post.department)
    return same_department and rights.path in by.range and all(_among(cell, mine) for cell in (*gained, *identities))


def require_absence(by: Acting, table: Permissions, post: RosterPost) -> None:
    """That somebody may say a post is away: who sets up, else who gives tasks away in a programme it works in.

    Problem NOT_ALLOWED or NOT_FOUND.
    """
    require_place(by, post.path)
    if not allowed(by, Action.SET_UP):
        works_in = table.programmes(post.kind, Action.FILL)
        require_each(by, Action.REASSIGN, [one for one in works_in if may(by, Action.REASSIGN, one)])


def grants_gained(kind: str, before: Iterable[Grant], after: Iterable[Grant]) -> list[Grant]:
    """The cells a change of the table gives to a kind of post."""
    had = {one for one in before if one.post == kind}
    return [one for one in after if one.post == kind and not _among(one, had)]


def _has_already(table: Permissions, receiver: Receiver, rights: Rights) -> bool:
    held = receiver.post
    return (held is not None and rights.department in ("", held.department) and rights.path in subtree(held.path)
            and _covers(table, held.kind, rights.kind))


def _held(by: Acting, receiver: Receiver, rights: Rights) -> bool:
    """Whether who acts has them anyway, and as long: not for the time of somebody's absence alone, nor by a post that
    may end before the one it would be lent to. A post outlives the table of today, so that only its like will do."""
    own = by.through is None and receiver.post is None and rights.department in ("", by.department)
    return own and by.kind == rights.kind and rights.path in by.range


def _shows_people(table: Permissions, receiver: Receiver, rights: Rights) -> bool:
    """Whether somebody would see people whom they see by no other post: by what the kind of post may do, by those a
    department is asked to take over, or at one place after another."""
    return receiver.spreads or bool(rights.department) or opens(table, rights.kind)


def _above(receiver: Receiver, rights: Rights) -> bool:
    """Above where such a post works, or, standing in, above where one's own does."""
    usual = _usual(rights.kind)
    return _rank(rights.tier) > usual or (receiver.post is not None and _usual(receiver.post.kind) < usual)


def _usual(kind: str) -> int:
    return _rank(POST_KINDS[PostKind(kind)].tier)


def _rank(tier: Tier) -> int:
    return LISTING_TIERS.index(tier) if tier in LISTING_TIERS else len(LISTING_TIERS)


def _cells(table: Permissions, kind: str) -> list[Grant]:
    return [one for one in table.grants if one.post == kind]


def _covers(table: Permissions, kind: str, other: str) -> bool:
    """Whether a kind of post may do all another may. One that may do nothing yet is covered by its like alone."""
    mine, wanted = set(_cells(table, kind)), _cells(table, other)
    return kind == other or (bool(wanted) and all(_among(cell, mine) for cell in wanted))


def _among(cell: Grant, held: set[Grant]) -> bool:
    """Whether some cells allow what one does, to whatever kind of post they belong."""
    return any((one.programme, one.action) == (cell.programme, cell.action) and one.on in (cell.on, "*")
               for one in held)
