"""Through whose hands passwords went. Who gave one out may have signed in with it and chosen the next one, so that it
counts as theirs until another hand gives out a new one; the server is nobody's hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from fangxian.areas.statements import rows

from .types import Acting

_HANDS: Final = (
    "WITH RECURSIVE hands (whose, id) AS (SELECT u, u FROM unnest(%s::bigint[]) u UNION"
    " SELECT h.whose, u.issued_by_id FROM accounts_user u JOIN hands h ON u.id = h.id WHERE u.issued_by_id IS NOT NULL)"
    " SELECT whose, id FROM hands")


def hands(users: Collection[int]) -> dict[int, set[int]]:
    """Each user, who gave out their password, who gave out that one's, and so on."""
    found: dict[int, set[int]] = defaultdict(set)
    for whose, hand in rows(_HANDS, [sorted(set(users))]):
        found[whose].add(hand)
    return dict(found)


def one_hand(one: int, other: int) -> bool:
    """Whether one person may be behind two users."""
    found = hands([one, other])
    return bool(found[one] & found[other])


def of_ones_own(by: Acting, users: Collection[int]) -> set[int]:
    """Those of some users, oneself aside, whom the one who acts, or who is behind them, may sign in as."""
    if by.user is None or not users:
        return set()
    found = hands([by.user, *users])
    return {user for user in users if user != by.user and found[user] & found[by.user]}
