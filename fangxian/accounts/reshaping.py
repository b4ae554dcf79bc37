"""Areas that go below others, as people order it: what lies there is shown to other posts from then on.

What would give somebody more people is judged after the change and before it is kept, as giving them a post would be.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from fangxian.areas import actions as areas
from fangxian.areas.types import Listing, Loaded, Summary, Tier, lineage
from fangxian.kernel import errors
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem

from . import checks, giving, queries
from .commands import Command, told
from .errors import SECOND_PERSON, WIDENS
from .giving import Receiver, Rights
from .rules import RosterPost, require
from .types import Acting, Action


@transaction.atomic
@decides
def load(
    *, listing: Listing, end_missing: bool, expected: Summary, by: Acting, at: dt.datetime,
) -> Loaded:
    """The areas as a file has them: ``areas.actions.load``. Problem WIDENS where one person is not enough."""
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    done = areas.load(listing=listing, by=by.user, at=at, end_missing=end_missing, expected=expected)
    _judge(done.moved, by, at)
    return done


@transaction.atomic
@decides
def merge(*, codes: Sequence[str], into: str, on: dt.date, by: Acting, at: dt.datetime) -> None:
    """Areas become part of another: ``areas.actions.merge``. Problem WIDENS where one person is not enough."""
    by = checks.in_turn(by, at)
    require(by, Action.SET_UP)
    _judge(areas.merge(codes=codes, into=into, on=on, by=by.user, at=at), by, at)


def _judge(moved: Collection[tuple[str, str]], by: Acting, at: dt.datetime) -> None:
    """Refuses what lies outside, and what would show more people to who acts, or to whom they may sign in as; tells the
    rest to whoever reads what was done with rights: a line for each post that sees more who people are."""
    if any(path not in by.range for pair in moved for path in pair):
        raise Problem(errors.NOT_FOUND)
    gains = _gaining(moved, at)
    if not gains:
        return
    given = [(Receiver(post.user, spreads=True), Rights(post.kind, path, Tier.GRID)) for post, path in gains]
    try:
        checks.require_second(by, given, seconded=None)
    except Problem as problem:
        if problem.kind is not SECOND_PERSON:
            raise
        raise Problem(WIDENS) from None
    permissions = queries.permissions()
    told(*(Command("widen_post", path, {"post": post.id, "user": post.user, "kind": post.kind}, by, at)
           for post, path in gains if giving.opens(permissions, post.kind)))


def _gaining(moved: Iterable[tuple[str, str]], at: dt.datetime) -> list[tuple[RosterPost, str]]:
    """The posts that reach further, with the first area they gain."""
    reached: dict[str, str] = {}
    for old, new in moved:
        for above in set(lineage(new)) - set(lineage(old)) - {new}:
            reached.setdefault(above, new)
        reached.setdefault(new, new)
    standing = defaultdict[str, list[RosterPost]](list)
    for post in queries.roster().posts.values():
        standing[post.path].append(post)
    return [(post, new) for above, new in reached.items() for post in standing[above]
            if post.valid_to is None or at < post.valid_to]
