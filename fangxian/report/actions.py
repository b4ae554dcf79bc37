"""Writes of reports: counters summed up, day sheets signed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Final

from django.db import connection, transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.journal import actions as journal
from fangxian.journal.types import Actor, Order
from fangxian.kernel import errors, ids
from fangxian.kernel.decisions import decided_before

from . import queries
from .models import SignOff
from .types import SheetFigures

_LOCK: Final = 7_305_912
_COMPACT: Final = """
WITH gone AS (DELETE FROM report_figurechange RETURNING programme, day, path, kind, state, change)
INSERT INTO report_figure AS f (programme, day, path, kind, state, count)
SELECT programme, day, path, kind, state, sum(change) FROM gone
GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (programme, day, path, kind, state) DO UPDATE SET count = f.count + excluded.count
"""


def compact(*, at: dt.datetime) -> int:
    """Sum the changes into the figures; how many figures moved. Another process that is at it is left to finish.

    One statement under one lock: a reader sees a change either by itself or in its figure, never twice or not at all.
    """
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_COMPACT)
        return int(cursor.rowcount)


@transaction.atomic
@decided_before(Action.SIGN_OFF)
def sign_off(
    *, programme: str, path: str, day: dt.date, note: str, outstanding: int, by: Actor, at: dt.datetime
) -> SheetFigures:
    """Put one's name to a day sheet as it stands. What comes later is shown as a difference; signing again replaces it.

    The sequence number is that of the command in the journal: what has a higher one came afterwards. Signed before the
    day's cut-off, it says so: tasks may still be due. ``outstanding``: how many tasks the one who signs leaves undone,
    as they were shown. Problem NOT_BEGUN for a day that lies ahead, OTHER_NUMBER_OPEN when others are undone by now.
    """
    calendar = areas.calendars([path])[path]
    if at < calendar.day_begins(day):
        raise errors.Problem(errors.NOT_BEGUN)
    lines = queries.raw(programme, subtree(path), [day], len(path))
    figures = queries.sheet_figures(queries.counts(lines))
    if figures.outstanding != outstanding:
        raise errors.Problem(errors.OTHER_NUMBER_OPEN, number=figures.outstanding)
    early = at < calendar.day_ends(day)
    told = {"day": day.isoformat(), "figures": figures._asdict(), "note": note, "early": early}
    entry = journal.order(Order("sign_off", path, told, programme), by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM journal_entry WHERE id = %s", [entry])
        seq = cursor.fetchone()[0]
    SignOff.objects.create(
        id=ids.derived(entry, "sheet"),
        programme=programme,
        day=day,
        path=path,
        seq=seq,
        at=at,
        by=by.user or 0,
        note=note[:1000],
        early=early,
        figures=json.dumps(figures._asdict()),
    )
    return figures
