"""The list behind each figure, paged by key; its length is the figure.

A figure is named by a key: ``stage-2`` (reached stage 2), ``gap-2`` (stands at stage 2), ``walk-in``, ``here`` (on the
area itself: no grid chosen), ``measure-<name>``, ``late``, ``tasks-<state>`` and ``tasks-<state>-<kind>``, where the
state may be ``due`` (all asked for), ``closed`` (done or excused) or ``outstanding`` (open or missed).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import DataError, connection, transaction

from fangxian.areas.types import EVERYWHERE, Node, Range, subtree
from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.kernel.identifiers import masks
from fangxian.programmes.types import Programme
from fangxian.report.types import Counts, Held, ListPage, Narrowed, Shown, SubjectLine
from fangxian.subjects import queries as people
from fangxian.tasks.states import ASKED, CLOSED, IS_OPEN, OUTSTANDING, State

from .figures import by_child, counts, late, place_condition, raw

LIST_PAGE: Final = 50
_STAGE_DIGITS: Final = 5
GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "due": ASKED,
    "closed": CLOSED,
    "outstanding": OUTSTANDING,
    **{state.value: (state,) for state in ASKED},
}
ORDERS: Final[Mapping[str, str]] = {"due": "due, id", "place": "path, due, id"}
"""What a list of tasks can be ordered by."""
WHOLE: Final = Narrowed()
_MEMBER: Final = "subject, path, stage, NULL::uuid, '', '', day, NULL::timestamptz, '', NULL::int8, NULL::timestamptz"
_TASK: Final = "subject, path, NULL::int2, id, kind, state, day, due, outcome, post, ended_at"
_HELD: Final = f"""
SELECT s.id, c.measure, c.until, c.since, t.post, t.kind, t.due
FROM unnest(%(subjects)s::uuid[]) AS s (id)
LEFT JOIN decide_current c ON c.subject = s.id AND c.programme = %(programme)s
LEFT JOIN LATERAL (
  SELECT post, kind, due FROM tasks_task WHERE subject = s.id AND {IS_OPEN} AND programme = %(programme)s
  ORDER BY due LIMIT 1) t ON true
"""  # noqa: S608 - a constant


class ListSource(NamedTuple):
    """Where a list is read: its columns, the rest of the statement with its values, and what it is ordered by."""

    columns: str
    where: str
    values: tuple[Any, ...]
    order: str

    @property
    def tasks(self) -> bool:
        """Whether its lines are tasks."""
        return self.columns is _TASK


def source(key: str, programme: str, area: Node, day: dt.date, at: dt.datetime) -> ListSource:
    """The statement behind a key; Problem NOT_FOUND for a key that is none."""
    kind, _, rest = key.partition("-")
    if key == "late":
        where, values = place_condition(area)
        return ListSource(
            _TASK,
            f"tasks_task WHERE {IS_OPEN} AND {where} AND due <= %s AND programme = %s AND NOT drill",
            (*values, at, programme),
            "due, id",
        )
    if kind == "tasks":
        return _tasks(rest, programme, area, day)
    if kind == "measure":
        return _measured(rest, programme, area)
    return _members(key, programme, area, day)


def listed(
    key: str,
    programme: str,
    area: Node,
    day: dt.date,
    *,
    at: dt.datetime,
    after: str = "",
    limit: int | None = LIST_PAGE,
    narrowed: Narrowed = WHOLE,
    order: str = "",
) -> ListPage:
    """The lines behind a figure; ``after`` is the key the page before ended with.

    ``narrowed`` and ``order`` (one of ``ORDERS``) are for lists of tasks.
    """
    found = _narrowed(source(key, programme, area, day, at), narrowed, order)
    keys = after.split("|") if after else []
    if keys and len(keys) != len(found.order.split(",")):
        raise Problem(errors.NOT_FOUND)
    paged = f" AND ({found.order}) > ({', '.join(['%s'] * len(keys))})" if keys else ""
    counted = "" if limit is None else f" LIMIT {int(limit) + 1}"
    marks = f"concat_ws('|', {found.order})"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {found.columns}, {marks} FROM {found.where}{paged} ORDER BY {found.order}{counted}",  # noqa: S608
                [*found.values, *keys],
            )
            lines = [SubjectLine(*row) for row in cursor.fetchall()]
    except DataError:  # a key no page has ended with
        raise Problem(errors.NOT_FOUND) from None
    more = limit is not None and len(lines) > limit
    return ListPage(lines[:limit], lines[limit - 1].key if more and limit else "")


def _narrowed(found: ListSource, narrowed: Narrowed, order: str) -> ListSource:
    wanted = {f" AND {column} = %s": value for column, value in narrowed._asdict().items() if value not in ("", None)}
    if not found.tasks and (wanted or order):
        raise Problem(errors.NOT_FOUND)
    return found._replace(
        where=found.where + "".join(wanted),
        values=(*found.values, *wanted.values()),
        order=ORDERS.get(order, found.order),
    )


def total(
    key: str,
    programme: Programme,
    area: Node,
    day: dt.date,
    calendar: Calendar,
    *,
    at: dt.datetime,
    narrowed: Narrowed = WHOLE,
) -> int:
    """How long the list is: from the counters where they know it, else counted."""
    if narrowed != WHOLE:
        return _counted(_narrowed(source(key, programme.id, area, day, at), narrowed, ""))
    if key == "late":
        today = calendar.operational_day(at)
        return sum(late(programme, area, calendar, at, by_child(programme.id, area.path, [today])).values())
    return _total(key, programme.id, area, day, at)


def _total(key: str, programme: str, area: Node, day: dt.date, at: dt.datetime) -> int:
    found = source(key, programme, area, day, at)
    counted = _figure(key, counts(raw(programme, subtree(area.path), [day], len(area.path))))
    return _counted(found) if counted is None else counted


def _counted(found: ListSource) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {found.where}", found.values)  # noqa: S608
        return int(cursor.fetchone()[0])


def states_of(key: str) -> Sequence[str]:
    """The states that tasks of a list can be in."""
    if key == "late":
        return (State.OPEN,)
    kind, _, rest = key.partition("-")
    return GROUPS.get(rest.partition("-")[0], ()) if kind == "tasks" else ()


def holders(key: str, programme: str, area: Node, day: dt.date, *, at: dt.datetime) -> list[int]:
    """The posts that have tasks of a list, those with the most first."""
    found = source(key, programme, area, day, at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT post FROM {found.where} AND post IS NOT NULL"  # noqa: S608
            " GROUP BY post ORDER BY count(*) DESC, post",
            found.values,
        )
        return [row[0] for row in cursor.fetchall()]


def _figure(key: str, found: Counts) -> int | None:
    kind, _, rest = key.partition("-")
    if kind == "tasks":
        group, _, task = rest.partition("-")
        return found.of_kind(task, *GROUPS[group]) if task else found.of_state(*GROUPS[group])
    if kind in ("stage", "gap"):
        return found.reached(int(rest)) if kind == "stage" else found.stopped_at(int(rest))
    return found.walk_ins if kind == "walk" else None


def outstanding(
    programme: str, area: Node, day: dt.date, found: Counts, *, limit: int, of: Collection[uuid.UUID] | None = None
) -> list[SubjectLine]:
    """What is missed of a day, then what is open, the soonest due first; at most so many. Neither sorts a whole county:
    missed ones come in the order of the places, open ones by the index of their level. ``found`` are the day's figures:
    what they say is not there is not looked for among all that is open now. ``of``: about some people only.
    """
    about, people = (" AND subject = ANY(%s)", [list(of)]) if of is not None else ("", [])
    missed = _tasks(State.MISSED, programme, area, day)
    where, values = place_condition(area)
    # no index serves IS NOT DISTINCT FROM: the open tasks of a day are nearly all there are, so it only filters
    opened = f"tasks_task WHERE {IS_OPEN} AND {where} AND day IS NOT DISTINCT FROM %s AND programme = %s"
    parts = [(missed.where, missed.values, missed.order)]
    if found.of_state(State.OPEN):
        parts.append((f"{opened} AND NOT drill", (*values, day, programme), "due, id"))
    lines: list[SubjectLine] = []
    with connection.cursor() as cursor:
        for rest, given, order in parts:
            cursor.execute(
                f"SELECT {_TASK}, '' FROM {rest}{about} ORDER BY {order} LIMIT %s",  # noqa: S608
                [*given, *people, limit - len(lines)],
            )
            lines += [SubjectLine(*row) for row in cursor.fetchall()]
    return lines


def held(programme: str, subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, Held]:
    """What applies to some people now, and who has their first open task."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"subjects": list(set(subjects)), "programme": programme})
        return {row[0]: Held(*row[1:]) for row in cursor.fetchall()}


def active(programmes: Sequence[str], area: Range, *, limit: int) -> set[uuid.UUID]:
    """Who is managed or asked something now in an area, in any of some programmes; at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT subject FROM decide_current WHERE active AND programme = ANY(%s)"
            " AND path >= %s AND path < %s LIMIT %s",
            [list(programmes), area.lo, area.hi, limit],
        )
        return {row[0] for row in cursor.fetchall()}


def shown(subjects: Iterable[uuid.UUID], *, opened: Collection[uuid.UUID] = ()) -> dict[uuid.UUID, Shown]:
    """Names and addresses of people in scope, masked but for the ``opened``, whom the caller allows and logs; of
    whom none can be read, why not in place of the name.
    """
    found = people.identities(subjects, EVERYWHERE)
    return {
        subject: Shown(one.name or one.masked_name, one.address) if subject in opened
        else Shown(one.masked_name, masks.address(one.address) if one.address else "")
        for subject, one in found.items()
    }


def _members(key: str, programme: str, area: Node, day: dt.date) -> ListSource:
    within = subtree(area.path)
    kind, _, number = key.partition("-")
    stage = number.isascii() and number.isdecimal() and len(number) < _STAGE_DIGITS
    extra: dict[str, tuple[str, tuple[Any, ...]]] = {
        "walk": ("walk_in", ()),
        "here": ("path = %s", (area.path,)),
        "stage": ("stage >= %s", (int(number),)) if stage else ("", ()),
        "gap": ("stage = %s", (int(number),)) if stage else ("", ()),
    }
    condition, values = extra.get(kind, ("", ()))
    if not condition:
        raise Problem(errors.NOT_FOUND)
    return ListSource(
        _MEMBER,
        "decide_cohortmember WHERE programme = %s AND day = %s AND path >= %s AND path < %s"
        f" AND {condition} AND NOT drill",
        (programme, day, within.lo, within.hi, *values),
        "path, subject",
    )


def _measured(name: str, programme: str, area: Node) -> ListSource:
    within = subtree(area.path)
    columns = "subject, path, NULL::int2, NULL::uuid, '', '', NULL::date, NULL::timestamptz, '', NULL::int8, since"
    return ListSource(
        columns,
        "decide_current WHERE programme = %s AND active AND path >= %s AND path < %s AND measure = %s AND NOT drill",
        (programme, within.lo, within.hi, name),
        "path, subject",
    )


def _tasks(name: str, programme: str, area: Node, day: dt.date) -> ListSource:
    group, _, kind = name.partition("-")
    if group not in GROUPS:
        raise Problem(errors.NOT_FOUND)
    within = subtree(area.path)
    of_kind = " AND kind = %s" if kind else ""
    return ListSource(
        _TASK,
        "tasks_task WHERE day = %s AND path >= %s AND path < %s AND state = ANY(%s) AND programme = %s"
        f" AND NOT drill{of_kind}",
        (day, within.lo, within.hi, list(GROUPS[group]), programme, *([kind] if kind else [])),
        "path, state, kind, id",
    )
