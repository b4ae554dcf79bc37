"""Where everything about a subject lies, and whose its open tasks are, against where the subject is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import orjson
from django.db import connection
from psycopg import sql

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import Roster
from fangxian.areas import queries as areas
from fangxian.areas.types import Place, subtree
from fangxian.journal import append
from fangxian.kernel.arrays import array_text
from fangxian.programmes import queries as programmes
from fangxian.subjects.tables import table_name

from .states import IS_OPEN, STANDING, TAKEN, sql_is
from .types import PASSED_ON, AssignmentReason

_TABLES: Final[Mapping[str, str]] = {
    "subjects_identity": "true", "subjects_lookup": "true", "subjects_link": "true",
    "subjects_numberedentry": "true", "decide_current": "true",
    "decide_cohortmember": "true", "tasks_task": IS_OPEN,
    "tasks_handover": f"{sql_is(STANDING)} AND department <> ''",
}
"""What lies where its subject is, and of which rows that holds: what has ended stays where it happened."""
_ASTRAY: Final = sql.SQL(
    "SELECT DISTINCT o.subject FROM {table} o JOIN subjects_subject s ON s.id = o.subject"
    " WHERE o.subject = ANY(%s::uuid[]) AND o.path <> s.path AND {where}")
_PLACES: Final = f"""
SELECT s.id, s.path,
  (SELECT e.path FROM journal_entry e WHERE e.subject = s.id AND e.kind = 'submission' ORDER BY e.seq LIMIT 1),
  ARRAY(SELECT h.to_path FROM tasks_handover h
        WHERE h.subject = s.id AND h.department = '' AND {sql_is(TAKEN, "h")})
FROM subjects_subject s WHERE s.id = ANY(%s::uuid[])
"""  # noqa: S608 - a constant
_OPEN: Final = f"""
SELECT t.subject, t.path, t.grid_path, t.community_path, t.township_path, t.county_path, t.post, t.why_post, t.id,
       l.post FROM tasks_task t LEFT JOIN tasks_loan l ON l.task = t.id AND l.open
WHERE t.subject = ANY(%s::uuid[]) AND t.{IS_OPEN}
"""  # noqa: S608 - a constant
_GIVEN: Final = "SELECT body FROM journal_entry WHERE kind = 'command' AND form = 'reassign' ORDER BY seq"
_ENDED: Final = f"""
SELECT l.subject FROM tasks_loan l JOIN tasks_task t ON t.id = l.task
WHERE l.open AND l.subject = ANY(%s::uuid[]) AND NOT (t.{IS_OPEN})
"""  # noqa: S608 - a constant


class OpenTask(NamedTuple):
    """Where an open task lies and whose it is."""

    subject: uuid.UUID
    path: str
    grid: str | None
    community: str | None
    township: str | None
    county: str | None
    post: int | None
    why: str
    id: uuid.UUID
    lent: int | None
    """The post that sees the subject because of the task, and for no other reason."""


def astray(subjects: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Subjects something of whom lies elsewhere than they are."""
    facts = {table_name(programme.id): "true" for programme in programmes.all_in_force()}
    found: set[uuid.UUID] = set()
    with connection.cursor() as cursor:
        for table, where in {**_TABLES, **facts}.items():
            cursor.execute(_ASTRAY.format(table=sql.Identifier(table), where=sql.SQL(where)), [array_text(subjects)])
            found |= {subject for subject, in cursor.fetchall()}
    return found


def unfounded(subjects: Sequence[uuid.UUID], named: Mapping[uuid.UUID, set[str]]) -> set[uuid.UUID]:
    """Subjects where nothing says that they are: not where they came into being, nor where an entry that stands names
    (``named``, by code, ended areas too), nor with anybody who took them over, nor where the area went that one of
    these was. What no entry is about came along with others.
    """
    paths = areas.paths_ever(frozenset[str]().union(*named.values()))
    astray: dict[uuid.UUID, tuple[str, set[str]]] = {}
    for subject, path, first, taken_over in append.fetch(_PLACES, [array_text(subjects)]):
        founded = {first, *taken_over, *(one for code in named.get(subject, ()) for one in paths.get(code, ()))}
        if first is not None and path not in founded:
            astray[subject] = path, founded
    later = areas.took_over(set[str]().union(*(founded for _, founded in astray.values()))) if astray else {}
    return {subject for subject, (path, founded) in astray.items()
            if not any(path in later[one] for one in founded)}


def wrongly_given(subjects: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Subjects with an open task at another level's place than its own, or of a post that can't have got it."""
    tasks = [OpenTask(*row) for row in append.fetch(_OPEN, [array_text(subjects)])]
    places = areas.places({task.path for task in tasks})
    roster, given = accounts.roster(), _given(tasks)
    lent = _lent_when_ended(subjects)
    return lent | {task.subject for task in tasks
                   if not _at(task, places.get(task.path)) or not _may_have(task, roster, given)
                   or task.lent not in (_to_be_lent(task, roster), task.post)}


def _given(tasks: Sequence[OpenTask]) -> dict[uuid.UUID, int | None]:
    """To whom the journal says that tasks were given which are said to be given by a person; the last time counts."""
    by_hand = {str(task.id): task.id for task in tasks if task.why == AssignmentReason.REASSIGNED}
    found: dict[uuid.UUID, int | None] = {}
    for body, in append.fetch(_GIVEN, []) if by_hand else ():
        told = orjson.loads(body)
        found.update({by_hand[task]: told["post"] for task in told["tasks"] if task in by_hand})
    return found


def _to_be_lent(task: OpenTask, roster: Roster) -> int | None:
    """The post that was given a task it does not see the place of; lent to who has it all the same, it does no harm:
    somebody moved to where their borrower works."""
    given = task.why == AssignmentReason.REASSIGNED and task.post in roster.posts
    return task.post if given and task.path not in subtree(roster.posts[task.post or 0].path) else None


def _lent_when_ended(subjects: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Subjects seen by somebody because of a task that is not open any more."""
    return {subject for subject, in append.fetch(_ENDED, [array_text(subjects)])}


def _at(task: OpenTask, place: Place | None) -> bool:
    return place is not None and (task.grid, task.community, task.township, task.county) == (
        place.grid, place.community, place.township, place.county)


def _may_have(task: OpenTask, roster: Roster, given: Mapping[uuid.UUID, int | None]) -> bool:
    """Nobody only where nobody was in force; else a post over the place, who stands in for one, or whom a person named.
    """
    if task.post is None or task.why == AssignmentReason.NOBODY:
        return task.post is None and task.why == AssignmentReason.NOBODY
    if task.post not in roster.posts:
        return False
    if task.why == AssignmentReason.REASSIGNED:
        return given.get(task.id) == task.post
    if task.why.startswith(PASSED_ON):
        return True  # what a department has is compared with the journal
    return _answers_over(task.path, task.post, roster)


def _answers_over(path: str, post: int, roster: Roster) -> bool:
    """Whether a post, or one it has ever stood in for, is over a place."""
    stood_in_for = (other for other in roster.posts.values() if any(away.substitute == post for away in other.absences))
    return any(path in subtree(one.path) for one in (roster.posts[post], *stood_in_for))
