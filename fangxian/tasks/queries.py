"""Reads of alerts, handovers and who has which tasks, for others. Lists page by key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import RosterPost
from fangxian.accounts.scope import everywhere
from fangxian.accounts.types import ANSWERS_AT
from fangxian.areas import queries as areas
from fangxian.areas.types import SEGMENT, Range, Tier, lineage, subtree
from fangxian.kernel.arrays import array_text

from .alerts import at_tier
from .models import Alert, AlertTask, Handover, Turn
from .states import IS_ASKED, IS_OPEN, HandoverState
from .types import NEXT_TIER, Cause

ALERT_PAGE: Final = 30
WAITING_FOR: Final = dt.timedelta(days=14)
"""How long an alert nobody acknowledged stays among those that wait."""
_NEWS: Final = f"""
SELECT count(*) + (SELECT count(*) FROM tasks_handover
                   WHERE to_path >= %(lo)s AND to_path < %(hi)s AND {IS_ASKED}
                     AND department = ANY(%(answers_for)s)), max(coalesce(told_at, raised_at))
FROM tasks_alert
WHERE path = %(path)s AND raised_at > %(since)s AND acknowledged_at IS NULL AND cause <> 'handover'
  AND (post IS NULL OR post = ANY(%(posts)s))
"""  # noqa: S608 - a constant
_OPEN_ABOUT: Final = f"SELECT DISTINCT programme, subject FROM tasks_task WHERE {IS_OPEN} AND subject = ANY(%s::uuid[])"  # noqa: S608
_COLUMNS: Final = (
    "t.id, t.programme, t.form, t.subject, t.path, t.kind, t.state, t.day, t.due, t.outcome, t.post, t.ended_at")
_BEHIND: Final = f"""
SELECT {_COLUMNS} FROM tasks_alerttask a JOIN tasks_task t ON t.id = a.task
WHERE a.alert = %s AND t.id > %s ORDER BY t.id LIMIT %s
"""  # noqa: S608 - constants
_BEHIND_OPEN: Final = _BEHIND.replace("WHERE", f"WHERE t.{IS_OPEN} AND")


class News(NamedTuple):
    """How many alerts and handovers wait for an answer at an area, and when one was told last."""

    waiting: int
    newest: dt.datetime | None


class Behind(NamedTuple):
    """A task in the list behind an alert, or of a post."""

    task: uuid.UUID
    programme: str
    form: str
    subject: uuid.UUID
    path: str
    kind: str
    state: str
    day: dt.date
    due: dt.datetime
    outcome: str
    post: int | None
    ended_at: dt.datetime | None


class Load(NamedTuple):
    """What a post has to do now."""

    open: int = 0
    late: int = 0


def news(path: str, at: dt.datetime, *, answers_for: Sequence[str] = ("",), posts: Sequence[int] = ()) -> News:
    """What waits at an area itself, or for one of some ``posts`` there, and handovers to ``answers_for``: departments
    there, '' for the areas themselves.

    The indexes by place serve it.
    """
    within = subtree(path)
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"path": path, "lo": within.lo, "hi": within.hi, "since": at - WAITING_FOR,
                              "answers_for": list(answers_for), "posts": list(posts)})
        return News(*cursor.fetchone())


def waiting(
    within: Range, at: dt.datetime, *, path: str | None = None, limit: int = ALERT_PAGE, posts: Sequence[int] = (),
) -> list[Alert]:
    """Alerts nobody has acknowledged: told to ``path`` itself, or anywhere within; urgent first, then the newest. What
    is told to one post is among them for that post only."""
    told = Q(post__isnull=True) | Q(post__in=list(posts))
    rows = _at(within, path).filter(told, raised_at__gt=at - WAITING_FOR, acknowledged_at__isnull=True)
    newest = list(rows.exclude(cause=Cause.HANDOVER).order_by("-raised_at", "-id")[:limit])
    return sorted(newest, key=lambda alert: alert.cause != Cause.URGENT)


def history(
    within: Range,
    *,
    path: str | None = None,
    cause: str = "",
    before: tuple[dt.datetime, uuid.UUID] | None = None,
    limit: int = ALERT_PAGE,
) -> list[Alert]:
    """Every alert, the newest first; ``before`` is the moment and id of the last one seen."""
    rows = _at(within, path)
    if cause:
        rows = rows.filter(cause=cause)
    if before is not None:
        rows = rows.filter(raised_at__lte=before[0]).exclude(raised_at=before[0], id__gte=before[1])
    return list(rows.order_by("-raised_at", "-id")[:limit])


def told_now(subjects: Iterable[uuid.UUID], at: dt.datetime) -> list[str]:
    """The paths of the areas that were told at a moment that these turned urgent, the nearest first. Whoever set an
    alert off may know whom it reached, beyond their own area."""
    with everywhere():
        found = Alert.objects.filter(subject__in=list(subjects), cause=Cause.URGENT, raised_at=at)
        return sorted(set(found.values_list("path", flat=True)), key=len, reverse=True)


def told_of_change(entries: Iterable[uuid.UUID], at: dt.datetime) -> list[tuple[str, str]]:
    """The areas that were told at a moment of a change that some entries made or, taken back, unmade, each with the
    programme. Whoever did it may know whom it reached, beyond their own area."""
    with everywhere():
        found = Alert.objects.filter(
            about__in=list(entries), cause__in=(Cause.CHANGED, Cause.OUTVOTED), raised_at=at)
        return sorted(set(found.values_list("path", "programme")))


def one(alert: uuid.UUID) -> Alert | None:
    """An alert in scope."""
    return Alert.objects.filter(pk=alert).first()


def some(alerts: Iterable[uuid.UUID]) -> list[Alert]:
    """Those of some alerts that are in scope."""
    return list(Alert.objects.filter(pk__in=list(alerts)))


def behind(
    alert: uuid.UUID, *, after: uuid.UUID | None = None, limit: int = 50, only_open: bool = False,
) -> list[Behind]:
    """The tasks an alert is about, in scope, a page at a time; or only those that are open now."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND_OPEN if only_open else _BEHIND, [alert, after or uuid.UUID(int=0), limit])
        return [Behind(*row) for row in cursor.fetchall()]


def alerts_by_child(path: str, at: dt.datetime) -> dict[str, int]:
    """Alerts that wait for an acknowledgement, by the path of the area below that was told."""
    within = subtree(path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(path, 1, %s), count(*) FROM tasks_alert WHERE path >= %s AND path < %s AND raised_at > %s"
            " AND acknowledged_at IS NULL AND cause <> 'handover' AND post IS NULL AND NOT drill GROUP BY 1",
            [len(path) + SEGMENT, within.lo, within.hi, at - WAITING_FOR],
        )
        return dict(cursor.fetchall())


def next_told(alerts: Iterable[Alert], at: dt.datetime) -> dict[uuid.UUID, RosterPost]:
    """Who is told next when nobody acknowledges: the first on duty at the level above."""
    open_ones = [alert for alert in alerts if alert.acknowledged_at is None and alert.acknowledge_by is not None]
    places = areas.places({alert.path for alert in open_ones})
    roster = accounts.roster()
    found = {}
    for alert in open_ones:
        above = NEXT_TIER.get(Tier(alert.tier))
        path = at_tier(places[alert.path], above) if above and alert.path in places else None
        duties = roster.on_duty(ANSWERS_AT[above], path, at) if above and path else ()
        if duties:
            found[alert.id] = duties[0].post
    return found


def urgent_tasks(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, str, str]]:
    """The open urgent task of each subject: its id, kind and form."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (subject) subject, id, kind, form FROM tasks_task WHERE subject = ANY(%s)"  # noqa: S608 - a constant
            f" AND {IS_OPEN} AND urgent ORDER BY subject, due",
            [list(set(subjects))],
        )
        return {subject: (task, kind, form) for subject, task, kind, form in cursor.fetchall()}


def handovers(
    path: str, *, answers_for: Sequence[str] = ("",), limit: int = 50
) -> tuple[list[Handover], list[Handover]]:
    """Handovers nobody has answered: those to ``answers_for`` (as for ``news``) here and below; for who answers for
    areas also those asked from here and below of somebody beyond.
    """
    asked = Handover.objects.filter(state=HandoverState.ASKED).order_by("due")
    coming = asked.filter(_to(path, answers_for))[:limit]
    going = asked.filter(_from(path, answers_for)).exclude(_to(path, answers_for))[:limit]
    return list(coming), list(going)


def handover(pk: uuid.UUID, path: str, *, answers_for: Sequence[str] = ("",)) -> Handover | None:
    """One of those, or that was one of those until somebody answered it."""
    return Handover.objects.filter(_to(path, answers_for) | _from(path, answers_for), pk=pk).first()


def _to(path: str, answers_for: Sequence[str]) -> Q:
    within = subtree(path)
    return Q(to_path__gte=within.lo, to_path__lt=within.hi, department__in=answers_for)


def _from(path: str, answers_for: Sequence[str]) -> Q:
    within = subtree(path)
    return Q(path__gte=within.lo, path__lt=within.hi) if "" in answers_for else Q(pk__in=())


def departments_asked(subjects: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], str]:
    """The department asked to take a subject over, by subject and the area at which it works."""
    asked = Handover.objects.filter(subject__in=list(subjects), state=HandoverState.ASKED).exclude(department="")
    return {(subject, path): name for subject, path, name in asked.values_list("subject", "to_path", "department")}


def loads(posts: Sequence[int], at: dt.datetime) -> Mapping[int, Load]:
    """Open and late tasks of some posts, by post."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT post, count(*), count(*) FILTER (WHERE due <= %s) FROM tasks_task WHERE {IS_OPEN}"  # noqa: S608 - a constant
            " AND post = ANY(%s) AND NOT drill GROUP BY post",
            [at, list(posts)],
        )
        return {post: Load(opened, late) for post, opened, late in cursor.fetchall()}


def open_of(
    post: int | None, within: Range, *, after: tuple[dt.datetime, uuid.UUID] | None = None, limit: int = 50
) -> list[Behind]:
    """Open tasks of a post (None: of nobody) within an area, the soonest due first."""
    mine = "post IS NULL" if post is None else "post = %s"
    paged = " AND (due, id) > (%s, %s)" if after else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM tasks_task t"  # noqa: S608
            f" WHERE {IS_OPEN} AND {mine} AND path >= %s AND path < %s{paged} ORDER BY due, id LIMIT %s",
            [*([] if post is None else [post]), within.lo, within.hi, *(after or ()), limit],
        )
        return [Behind(*row) for row in cursor.fetchall()]


def open_about(subjects: Iterable[uuid.UUID]) -> set[tuple[str, uuid.UUID]]:
    """Programme and subject of those of some about whom a task is open, within the scope in force."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ABOUT, [array_text(subjects)])
        return set(cursor.fetchall())


def paths_of(tasks: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Programme and path of open tasks in scope, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, programme, path FROM tasks_task WHERE id = ANY(%s) AND {IS_OPEN}", [list(tasks)]  # noqa: S608 - a constant
        )
        return {task: (programme, path) for task, programme, path in cursor.fetchall()}


def programmes_of(post: int) -> set[str]:
    """The programmes a post has open tasks in."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT programme FROM tasks_task WHERE {IS_OPEN} AND post = %s", [post])  # noqa: S608 - a constant
        return {row[0] for row in cursor.fetchall()}


def begun_at(path: str, day: dt.date) -> dt.datetime | None:
    """When the clock began a day at a place; None where it has not, or began with that day."""
    turns = Turn.objects.filter(path__in=lineage(path))
    found = turns.filter(day=day).order_by("-path").first()
    if found is None or not turns.filter(path=found.path, day__lt=day).exists():
        return None
    return found.begun_at


def lists_behind(alerts: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those alerts that have a list."""
    return set(AlertTask.objects.filter(alert__in=list(alerts)).values_list("alert", flat=True).distinct())


def _at(within: Range, path: str | None) -> QuerySet[Alert]:
    if path is not None:
        return Alert.objects.filter(path=path)
    return Alert.objects.filter(path__gte=within.lo, path__lt=within.hi)
