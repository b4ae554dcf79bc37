"""Whom a post may see by name: everybody a programme lets it see, and where it traces, cases and their contacts.

Whoever shows a name by this logs the look, under one of the programmes that are given.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from fangxian.accounts import actions as accounts
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.decide import queries as decisions
from fangxian.programmes.types import Programme
from fangxian.report import queries as report
from fangxian.subjects import tracing
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks.queries import Behind
from fangxian.tasks.states import State

from .asking import seen

WORK_LIST: Final = "work_list"
OWN_TASK: Final = "own_task"
"""The purposes that the access log names."""
TRACED_AMONG: Final = 10_000
"""Cases and contacts are few among those who are managed, and finding them opens nobody."""


def opening_in(by: Acting, person: SubjectIdentity) -> tuple[str, ...]:
    """The programmes somebody is known in that let the post see who it is."""
    return opening(by, [person]).get(person.id, ())


def opening(by: Acting, people: Collection[SubjectIdentity]) -> dict[uuid.UUID, tuple[str, ...]]:
    """The same for several; who may not be seen by name is left out."""
    traced = _traced(by, _tracing(by, _known_in(people)), [person.id for person in people])
    found = {person.id: tuple(
        one for one in person.programmes if may(by, Action.IDENTITY, one) or (one, person.id) in traced)
        for person in people}
    return {subject: programmes for subject, programmes in found.items() if programmes}


def named_in(by: Acting, programme: Programme, subjects: Collection[uuid.UUID]) -> Collection[uuid.UUID]:
    """Those of some subjects known in one programme whom it lets the post see by name."""
    if may(by, Action.IDENTITY, programme.id):
        return subjects
    return {subject for _, subject in _traced(by, _tracing(by, [programme.id]), subjects)}


def to_act_on(by: Acting, programmes: Iterable[Programme], tasks: Sequence[Behind], at: dt.datetime) -> set[uuid.UUID]:
    """Whom some tasks are about and the post may see by name, to act on them, or because an open task is its own; the
    look is logged, one for a programme and a purpose.
    """
    found: set[uuid.UUID] = set()
    for programme in programmes:
        about = [task for task in tasks if task.programme == programme.id]
        paths = {task.subject: task.path for task in about}
        own = {task.subject for task in about if task.post in by.posts and task.state == State.OPEN}
        listed = set(named_in(by, programme, paths.keys())) - own if paths else set[uuid.UUID]()
        for purpose, named in ((OWN_TASK, own), (WORK_LIST, listed)):
            if named:
                accounts.log_access(by=by, action=Action.IDENTITY, purpose=purpose, at=at, programme=programme.id,
                                    subjects={subject: paths[subject] for subject in named})
        found |= own | listed
    return found


def active_for(by: Acting, shown: Iterable[str], limit: int) -> set[uuid.UUID]:
    """Whom a post may see by name of those who are managed in its area; of a larger number, or of more managed than
    cases and contacts are looked for among, just so many."""
    whole = [programme for programme in shown if may(by, Action.IDENTITY, programme)]
    found = report.active(whole, by.range, limit=limit) if whole else set()
    for programme in _tracing(by, shown):
        near = report.active([programme.id], by.range, limit=max(limit, TRACED_AMONG + 1))
        found |= near if len(near) > TRACED_AMONG else set(named_in(by, programme, near))
    return found


def _traced(
    by: Acting, programmes: Sequence[Programme], subjects: Collection[uuid.UUID]
) -> set[tuple[str, uuid.UUID]]:
    """Programme and subject of the cases, and of the contacts whom others reported."""
    if not programmes:
        return set()
    cases = decisions.entailing(subjects, [one.id for one in programmes])
    return cases | tracing.linked(programmes, subjects, by.user)


def _known_in(people: Iterable[SubjectIdentity]) -> set[str]:
    return {programme for person in people for programme in person.programmes}


def _tracing(by: Acting, programmes: Iterable[str]) -> list[Programme]:
    """Those in which the post sees no identity but traces."""
    wanted = [one for one in programmes if may(by, Action.TRACE, one) and not may(by, Action.IDENTITY, one)]
    if not wanted:
        return []
    in_force = seen(by)
    return [in_force[one] for one in wanted if one in in_force]
