"""What has to be known of a batch before it is judged: the same few queries for one filing or five hundred."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import ANY, Acting
from fangxian.journal import presence as journal
from fangxian.journal.contention import InTheWay
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects import presence as subjects
from fangxian.tasks import lending, worklist

from .rules import BatchContext
from .types import Filing


def seen(by: Acting) -> dict[str, Programme]:
    """The programmes in force that the post may see, by id."""
    return {one.id: one for one in programmes.all_in_force() if one.id in by.programmes or ANY in by.programmes}


def glance(by: Acting, one: Filing) -> BatchContext:
    """What has to be known to see whether a filing ``is_plain``: what lies outside the scope is not looked at."""
    own = journal.subjects_of([one.id])
    visible = {subject for subject, path in subjects.paths([one.subject]).items() if path in by.range}
    return BatchContext(by, seen(by), own, own.keys(), visible, frozenset(), frozenset([one.id]),
                        _tasks(by, [one.task] if one.task else []))


def read(by: Acting, filings: Sequence[Filing]) -> BatchContext:
    """The context of a batch, within the scope in force; what lies outside is known to exist and no more."""
    sent = {one.id for one in filings}
    about = {one.subject for one in filings} | {one.same_as for one in filings if one.same_as}
    with working_in(SYSTEM):  # before what is in sight: what is committed in between is then of the sender's own making
        taken = journal.taken(sent)
        anywhere = subjects.paths(about).keys()
        made_up = subjects.made_up(about) if any(one.same_as for one in filings) else frozenset()
    own = journal.subjects_of(sent | {one.replaces for one in filings if one.replaces})
    near = subjects.paths(about)
    lent = {subject: one for subject, one in lending.lent(by.posts).items() if near.get(subject, "") not in by.range}
    visible = {subject for subject, path in near.items() if path in by.range or subject in lent}
    tasks = _tasks(by, {one.task for one in filings if one.task})
    return BatchContext(by, seen(by), own, taken, visible, frozenset(anywhere - visible), frozenset(sent), tasks, lent,
                        made_up)


def require_unknown(newcomers: Iterable[uuid.UUID]) -> None:
    """InTheWay where one of those who were not there when a batch was read is there now that they are locked, wherever.
    """
    wanted = set(newcomers)
    if not wanted:
        return
    with working_in(SYSTEM):
        if subjects.paths(wanted):
            raise InTheWay


def _tasks(by: Acting, named: Collection[uuid.UUID]) -> dict[uuid.UUID, int | None]:
    return {task.id: task.post for task in worklist.by_ids(named, by.range).values()} if named else {}
