"""What people ordered about users, posts, permissions and the tree goes into the journal as well.

The packages told of here lie upstream of the journal. Their orders were allowed before they are told, and are put down
under the scope of the system: an order about the whole tree stands at no area of anybody's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext

from fangxian.accounts import commands as accounts
from fangxian.accounts.scope import SYSTEM, Scope, current, working_in
from fangxian.areas import commands as areas
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.subjects import queries as subjects


def connect() -> None:
    """Both listeners, and who counts what stands in an area; connecting twice does nothing."""
    accounts.connect(of_accounts)
    areas.connect(of_areas)
    areas.connect_count(subjects.standing_at)


def of_accounts(commands: Sequence[accounts.Command]) -> None:
    """All commands of one action, under one link of the chain."""
    by, at = commands[0].by, commands[0].at
    actor = Actor(path=by.path, user=by.user, post=by.post, source="console" if by.user else "command")
    _put([Order(one.name, one.path, one.args) for one in commands], current(), actor, at)


def of_areas(command: areas.Command) -> None:
    """A change of the tree, at the area of the post that ordered it."""
    scope = current()
    path = scope.area.lo
    actor = Actor(path=path, user=command.by, source="console" if command.by else "command")
    _put([Order(f"areas_{command.name}", path, command.args)], scope, actor, command.at)


def _put(orders: Sequence[Order], scope: Scope, by: Actor, at: dt.datetime) -> None:
    with nullcontext() if scope == SYSTEM else working_in(SYSTEM):
        journal.orders(orders, by=by, at=at)
