"""Drills: somebody made up goes through the real chain, and is taken back when the drill ends.

A drill files what its programme's ``[[drill]]`` says, as a drill: posts are alerted and get tasks as on any day, all
of it is called a drill wherever it is shown, and no figure counts it.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Range, Tier
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order, Submission
from fangxian.kernel import errors, ids
from fangxian.kernel.decisions import decided_before
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import DrillPlan, Programme
from fangxian.subjects import actions as subjects
from fangxian.tasks import actions as tasks
from fangxian.tasks.states import IS_OPEN

BEGUN: Final = "drill_begun"
ENDED: Final = "drill_ended"
_SHOWN: Final = 20
_OVER: Final = Text("over", "已结束")
_NOTE: Final = "演练结束 · Drill ended"
_DRILLS: Final = f"""
SELECT e.id, e.programme, e.path, e."user", e.received_at, e.body, n.received_at
FROM journal_entry e LEFT JOIN journal_entry n ON n.replaces = e.id AND n.kind = 'command' AND n.form = '{ENDED}'
WHERE e.subject IS NULL AND e.path >= %s AND e.path < %s AND e.kind = 'command' AND e.form = '{BEGUN}'
"""  # noqa: S608 - constants
_FILED: Final = "SELECT id FROM journal_entry WHERE subject = %s AND kind = 'submission'"
_ALERTS: Final = f"""
SELECT a.id FROM tasks_alert a WHERE a.drill AND a.acknowledged_at IS NULL AND (a.subject = %(subject)s OR (
  a.subject IS NULL AND EXISTS (SELECT FROM tasks_alerttask l JOIN tasks_task t ON t.id = l.task
                                WHERE l.alert = a.id AND t.subject = %(subject)s)
                  AND NOT EXISTS (SELECT FROM tasks_alerttask l JOIN tasks_task t ON t.id = l.task
                                  JOIN tasks_task o ON o.subject = t.subject AND o.{IS_OPEN}
                                  WHERE l.alert = a.id AND t.subject <> %(subject)s)))
ORDER BY a.id
"""  # noqa: S608 - a constant


class Drill(NamedTuple):
    """One that is held, or was; ``ended`` is None while it goes on."""

    id: uuid.UUID
    programme: str
    path: str
    user: int | None
    begun: dt.datetime
    name: str
    subject: uuid.UUID
    ended: dt.datetime | None


@transaction.atomic
@decided_before(Action.DRILL)
def begin(
    *, programme: Programme, drill: str, area: str, within: Range, by: Actor, at: dt.datetime,
) -> Drill:
    """File what a drill says about somebody made up in a grid; ``area`` is its code.

    Problem NOT_FOUND for a drill the programme has not, or an area that is no grid or not ``within`` that of who
    begins it; whatever else the journal refuses is a mistake of the programme.
    """
    plan = next((one for one in programme.drills if one.name == drill), None)
    grid = areas.by_code([area]).get(area)
    if plan is None or grid is None or grid.tier is not Tier.GRID or grid.path not in within:
        raise Problem(errors.NOT_FOUND)
    subject = ids.uuid7(at)
    receipt = journal.record(_filings(programme, plan, subject, grid.path, grid.code, at), by=by, at=at)
    if receipt.refused:
        raise ValueError(f"drill {drill} of {programme.id}: {receipt.refused[0].faults}")
    told = {"drill": drill, "subject": str(subject)}
    entry = journal.order(Order(BEGUN, grid.path, told, programme.id), by=by, at=at)
    return Drill(entry, programme.id, grid.path, by.user, at, drill, subject, None)


def _filings(
    programme: Programme, plan: DrillPlan, subject: uuid.UUID, path: str, code: str, at: dt.datetime
) -> list[Submission]:
    """The steps in their order, each with the place where its form asks for it."""
    found = []
    for step in plan.steps:
        places = [one.name for one in programme.forms[step.form].questions if one.fact == programme.place]
        answers: dict[str, Any] = {**step.answers, **dict.fromkeys(step.now, at.isoformat())}
        if programme.place:
            answers |= dict.fromkeys(places, code)
        found.append(Submission(
            ids.uuid7(at), programme.id, step.form, subject, at, answers, path=path,
            form_version=programme.version, drill=True))
    return found


@transaction.atomic
@decided_before(Action.DRILL)
def end(*, drill: uuid.UUID, within: Range, by: Actor, at: dt.datetime) -> Drill:
    """Take back everything that was filed about the made-up person, wherever they are by now and whoever sees it, and
    let no alert and no handover of it wait any longer; an alert that another drill shares waits for that one.

    Problem NOT_FOUND outside the area, STATE when it has ended; two who end it come one after the other.
    """
    found = one(drill, within)
    with working_in(SYSTEM):
        subjects.hold([found.subject])
    if one(drill, within).ended is not None:
        raise Problem(errors.STATE, state=_OVER)
    with working_in(SYSTEM):
        tasks.call_off(subject=found.subject, by=by, at=at)
        subjects.withdraw(_ids(_FILED, [found.subject]), "drill", by=by, at=at)
        for alert in _ids(_ALERTS, {"subject": found.subject}):  # a few; each says that nobody had acknowledged it
            tasks.acknowledge(alert=alert, by=by, at=at, note=_NOTE)
    journal.order(Order(ENDED, found.path, {"drill": found.name}, found.programme, replaces=drill), by=by, at=at)
    return found._replace(ended=at)


def one(drill: uuid.UUID, within: Range) -> Drill:
    """Problem NOT_FOUND where there is none in the area."""
    found = _read(" AND e.id = %s", [within.lo, within.hi, drill])
    if not found:
        raise Problem(errors.NOT_FOUND)
    return found[0]


def held(within: Range) -> list[Drill]:
    """The drills of an area, those that go on first, then the latest."""
    found = _read(" ORDER BY n.received_at IS NOT NULL, e.seq DESC LIMIT %s", [within.lo, within.hi, _SHOWN])
    return [drill for drill in found if drill.programme in {known.id for known in programmes.all_in_force()}]


def _read(more: str, values: Sequence[Any]) -> list[Drill]:
    with connection.cursor() as cursor:
        cursor.execute(_DRILLS + more, values)
        rows = cursor.fetchall()
    told = [(row, json.loads(row[5])) for row in rows]
    return [Drill(row[0], row[1], row[2], row[3], row[4], body["drill"], uuid.UUID(body["subject"]), row[6])
            for row, body in told]


def _ids(statement: str, values: Any) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
