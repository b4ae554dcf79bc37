"""Telling the levels: urgent ones at once to each, late and missed ones as one line with its list."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import everywhere
from fangxian.accounts.types import ANSWERS_AT
from fangxian.areas import queries as areas
from fangxian.areas.types import Place, Tier
from fangxian.journal import append
from fangxian.journal.work import Work
from fangxian.kernel.arrays import array_text
from fangxian.kernel.columns import RowColumns
from fangxian.kernel.ids import derived

from .types import ACKNOWLEDGE_WITHIN, ACT_WITHIN, Cause, StoredTask

URGENT_TIERS: Final = (Tier.COMMUNITY, Tier.TOWNSHIP, Tier.COUNTY)
_LINES: Final = uuid.UUID("8d6d4d0e-6a0c-4f6b-9d4c-5b1d2f6c7a10")
_INSERT: Final = """
INSERT INTO tasks_alert (id, programme, cause, kind, step, day, path, tier, subject, subject_path, count, raised_at,
                         acknowledge_by, act_by, drill, about, made_by)
SELECT * FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::varchar[], %s::int2[], %s::date[], %s::varchar[],
    %s::varchar[], %s::uuid[], %s::varchar[], %s::int4[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
    %s::bool[], %s::uuid[], %s::int8[]) AS n
ON CONFLICT (id) DO UPDATE SET count = tasks_alert.count + excluded.count
RETURNING id
"""
_INSERT_ONCE: Final = _INSERT.replace("DO UPDATE SET count = tasks_alert.count + excluded.count", "DO NOTHING")


_LISTED: Final = RowColumns(("alert", "task"), ("uuid", "uuid"))


class NewAlert(NamedTuple):
    """A row in the order of the statement."""

    id: uuid.UUID
    programme: str
    cause: str
    kind: str
    step: int
    day: dt.date
    path: str
    tier: str
    subject: uuid.UUID | None
    subject_path: str | None
    tasks: int
    raised_at: dt.datetime
    acknowledge_by: dt.datetime | None
    act_by: dt.datetime | None
    drill: bool
    about: uuid.UUID | None = None
    made_by: int | None = None


class TaskOf(NamedTuple):
    """What a line about tasks needs of each."""

    id: uuid.UUID
    kind: str
    day: dt.date
    place: Place
    drill: bool


Told = Callable[[Sequence[uuid.UUID]], None]
_listeners: list[Told] = []


def on_alert(listener: Told) -> None:
    """Somebody to hand new alerts to once they are committed (the notices)."""
    if listener not in _listeners:
        _listeners.append(listener)


def raise_urgent(work: Work) -> None:
    """A subject that turned urgent, or for a heavier reason than before, is told to each level's duty post at once.

    Where nothing urgent is left to be done, as of whom a case is confirmed in hospital, it is to be acknowledged only.
    """
    turned = [found for found in work.decided.values() if found.alarm]
    if not turned:
        return
    places = areas.places({work.subjects[found.subject].path for found in turned})
    urgent = {kind.kind for kind in work.programme.tasks.values() if kind.urgent}
    rows = []
    for found in turned:
        subject = work.subjects[found.subject]
        place = places[subject.path]
        day = work.calendar(subject.path).operational_day(work.at)
        for tier in URGENT_TIERS:
            told = at_tier(place, tier)
            if told:
                rows.append(
                    NewAlert(
                        derived(found.entry or found.subject, "urgent", told),
                        work.programme.id,
                        Cause.URGENT,
                        found.alarm,
                        0,
                        day,
                        told,
                        tier,
                        found.subject,
                        subject.path,
                        1,
                        work.at,
                        work.at + ACKNOWLEDGE_WITHIN,
                        work.at + ACT_WITHIN if urgent & set(found.verdict.asks) else None,
                        subject.drill,
                    )
                )
    write(rows)


def raise_twice(
    *, programme: str, subject: uuid.UUID, path: str, drill: bool, day: dt.date, at: dt.datetime,
) -> None:
    """Somebody was registered anew whose document is known elsewhere: told to the county, which sees both. Once."""
    place = areas.places([path])[path]
    told = at_tier(place, Tier.COUNTY) or path
    write([NewAlert(derived(subject, Cause.TWICE.value), programme, Cause.TWICE.value, "walk_in", 0, day, told,
                    Tier.COUNTY.value, subject, path, 1, at, None, None, drill)], again=False)


class ToldChange(NamedTuple):
    """What was changed about somebody under a measure, or about several (``people``) by a list; ``about`` is the entry
    that did it, or the list, ``subject`` and ``subject_path`` are of the one."""

    programme: str
    form: str
    about: uuid.UUID
    drill: bool
    subject: uuid.UUID | None = None
    subject_path: str | None = None
    people: int = 1


def raise_changed(
    changes: Sequence[ToldChange], *, path: str, made_by: int | None, day: dt.date, at: dt.datetime,
) -> None:
    """The level above ``path``, where they were made, is told of changes, and by which user; each once."""
    if not changes:
        return
    told, tier = levels_above([path], at)[path]
    write([NewAlert(derived(one.about, Cause.CHANGED.value, one.form, at.isoformat()), one.programme,
                    Cause.CHANGED.value, one.form[:40], 0, day, told, tier, one.subject, one.subject_path, one.people,
                    at, None, None, one.drill, one.about, made_by) for one in changes], again=False)


class Outvoted(NamedTuple):
    """An entry that would weigh more than what stands, if it counted; ``urgent``: it would have alerted every level.
    ``path`` is where it was filed, its subject's where the system did; ``ahead`` where those stand who filed what
    outvotes it."""

    programme: str
    form: str
    entry: uuid.UUID
    subject: uuid.UUID
    subject_path: str
    path: str
    drill: bool
    day: dt.date
    urgent: bool
    ahead: frozenset[str] = frozenset()


def raise_outvoted(found: Sequence[Outvoted], at: dt.datetime) -> None:
    """Nothing red goes unseen: the levels that it would have alerted are told, else the one above whoever filed it,
    and above whoever filed what outvotes it; each entry once."""
    if not found:
        return
    places = areas.places({one.subject_path for one in found})
    below = {one.entry: {min(one.path, one.subject_path, key=len), *one.ahead} for one in found}
    above = levels_above({path for paths in below.values() for path in paths}, at)
    rows = []
    for one in found:
        every = [(path, tier.value) for tier in URGENT_TIERS if (path := at_tier(places[one.subject_path], tier))]
        for told, tier in every if one.urgent and every else {above[path] for path in below[one.entry]}:
            rows.append(NewAlert(
                derived(one.entry, Cause.OUTVOTED.value, told), one.programme, Cause.OUTVOTED.value, one.form[:40], 0,
                one.day, told, tier, one.subject, one.subject_path, 1, at,
                at + ACKNOWLEDGE_WITHIN if one.urgent else None, None, one.drill, one.entry))
    write(rows, again=False)


class Unreached(NamedTuple):
    """Somebody of whom something follows for others, and how many (``people``) it does not reach: only another
    programme knows that they belong together. ``form`` is what would be filed, ``reason`` the decision."""

    form: str
    reason: uuid.UUID
    subject: uuid.UUID
    path: str
    drill: bool
    day: dt.date
    people: int


def raise_unreached(programme: str, found: Sequence[Unreached], at: dt.datetime) -> None:
    """Each level is told: those may be known to one of them."""
    places = areas.places({one.path for one in found})
    write([NewAlert(derived(one.reason, Cause.UNREACHED.value, one.form, told), programme, Cause.UNREACHED.value,
                    one.form[:40], 0, one.day, told, tier, one.subject, one.path, one.people, at,
                    at + ACKNOWLEDGE_WITHIN, None, one.drill)
           for one in found for tier in URGENT_TIERS if (told := at_tier(places[one.path], tier))], again=False)


def raise_visits(work: Work, tasks: Sequence[StoredTask]) -> None:
    """A visit outcome that escalates is told to the community, one line per kind and outcome."""
    places = areas.places({work.subjects[task.subject].path for task in tasks})
    lines = [
        TaskOf(
            task.id,
            f"{task.kind}:{task.outcome}"[:40],
            task.day,
            places[work.subjects[task.subject].path],
            work.subjects[task.subject].drill,
        )
        for task in tasks
    ]
    raise_lines(work.programme.id, Cause.VISIT, 0, Tier.COMMUNITY, lines, work.at)


def raise_lines(programme: str, cause: Cause, step: int, tier: Tier, tasks: Iterable[TaskOf], at: dt.datetime) -> None:
    """One line per cause, kind, day and place told, with its list; what comes later joins the line."""
    lists: dict[tuple[str, dt.date, str, bool], list[uuid.UUID]] = defaultdict(list)
    for task in tasks:
        told = at_tier(task.place, tier) or at_tier(task.place, Tier.COUNTY) or task.place.path
        lists[task.kind, task.day, told, task.drill].append(task.id)
    lines = {
        NewAlert(
            derived(_LINES, programme, cause.value, step, kind, day, told, drill),
            programme,
            cause.value,
            kind,
            step,
            day,
            told,
            tier.value,
            None,
            None,
            len(listed),
            at,
            None,
            None,
            drill,
        ): listed
        for (kind, day, told, drill), listed in lists.items()
    }
    write(list(lines))
    append.insert_rows(
        "tasks_alerttask",
        _LISTED,
        [(line.id, task) for line, listed in lines.items() for task in listed],
    )


class ToldPost(NamedTuple):
    """What one post is told: some of its tasks of a kind and day."""

    post: int
    path: str
    programme: str
    kind: str
    day: dt.date
    drill: bool
    tasks: tuple[uuid.UUID, ...]


def raise_to_posts(cause: Cause, told: Sequence[ToldPost], at: dt.datetime) -> None:
    """Tell posts of their tasks, one line each with its list; to be acknowledged by the post itself, and by no time."""
    nodes = areas.nodes({one.path for one in told})
    lines = {
        NewAlert(
            derived(_LINES, cause.value, one.post, one.programme, one.kind, one.day, at.isoformat(), one.drill),
            one.programme, cause.value, one.kind, 0, one.day, one.path, nodes[one.path].tier.value, None, None,
            len(one.tasks), at, None, None, one.drill,
        ): one
        for one in told if one.path in nodes
    }
    write(list(lines))
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks_alert t SET post = n.post FROM unnest(%s::uuid[], %s::int8[]) AS n (id, post)"
            " WHERE t.id = n.id",
            [array_text(line.id for line in lines), array_text(one.post for one in lines.values())])
    append.insert_rows(
        "tasks_alerttask", _LISTED, [(line.id, task) for line, one in lines.items() for task in one.tasks])


def write(rows: Sequence[NewAlert], *, again: bool = True) -> None:
    """Insert alerts and hand them to the notices after the commit; the levels told lie above whoever sets one off.

    ``again``: one that is there already counts up; otherwise it is left as it is.
    """
    if not rows:
        return
    with everywhere(), connection.cursor() as cursor:
        columns = zip(*sorted(rows, key=attrgetter("id")), strict=True)
        cursor.execute(_INSERT if again else _INSERT_ONCE, [array_text(column) for column in columns])
        ids = [row[0] for row in cursor.fetchall()]
    hand_on(ids)


def hand_on(alerts: Sequence[uuid.UUID]) -> None:
    """To the notices, after the commit."""
    if not alerts:
        return
    for listener in _listeners:
        transaction.on_commit(lambda listener=listener: listener(alerts))  # type: ignore[misc]


def at_tier(place: Place, tier: Tier) -> str | None:
    """The path of the area of a tier that a place lies in."""
    by_tier: Mapping[Tier, Any] = {
        Tier.GRID: place.grid,
        Tier.COMMUNITY: place.community,
        Tier.TOWNSHIP: place.township,
        Tier.COUNTY: place.county,
    }
    return by_tier.get(tier)


def acted(programme: str, subjects: Iterable[uuid.UUID], at: dt.datetime) -> None:
    """The urgent task of a subject was done: its alerts, which lie at the levels above, have been acted upon."""
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks_alert SET acted_at = %s"
            " WHERE programme = %s AND subject = ANY(%s) AND cause = 'urgent' AND acted_at IS NULL",
            [at, programme, list(subjects)],
        )


def not_acted(programme: str, opened: Mapping[uuid.UUID, dt.datetime]) -> None:
    """What did the urgent task of a subject, opened at a moment, was taken back: nobody has acted since then."""
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks_alert a SET acted_at = NULL FROM unnest(%s::uuid[], %s::timestamptz[]) AS n (subject, since)"
            " WHERE a.programme = %s AND a.subject = n.subject AND a.cause = 'urgent' AND a.acted_at >= n.since",
            [array_text(opened), array_text(opened.values()), programme],
        )


def answered(programme: str, subject: uuid.UUID, user: int | None, at: dt.datetime) -> None:
    """What was asked about a subject being passed on has its answer: the levels told, at either end, are told no more.
    """
    with everywhere(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks_alert SET acknowledged_at = %s, acknowledged_by = %s, acknowledge_by = NULL"
            " WHERE subject = %s AND programme = %s AND cause = 'handover' AND acknowledged_at IS NULL",
            [at, user, subject, programme],
        )


def levels_above(paths: Iterable[str], at: dt.datetime) -> dict[str, tuple[str, str]]:
    """The nearest area above with anybody on duty for its tier, else the same area again."""
    roster = accounts.roster()
    found = {}
    for path, line in areas.lineages(paths).items():
        staffed = [
            node
            for node in reversed(line[:-1])
            if node.tier in ANSWERS_AT and roster.on_duty(ANSWERS_AT[node.tier], node.path, at)
        ]
        node = staffed[0] if staffed else line[-1]
        found[path] = (node.path, node.tier.value)
    return found
