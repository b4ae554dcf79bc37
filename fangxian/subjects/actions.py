"""Writes about what was recorded of subjects that are no submissions: take entries back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection, transaction

from fangxian.journal import actions as journal
from fangxian.journal import presence
from fangxian.journal.types import REPLACED, WITHDRAWN, Actor, Order
from fangxian.kernel import errors
from fangxian.kernel.decisions import decided_before
from fangxian.programmes import queries as programmes

WITHDRAW: Final = "withdraw"
_HOLD: Final = "SELECT FROM subjects_subject WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_STANDING: Final = f"""
SELECT e.id, e.programme, e.subject, s.path, {WITHDRAWN}, {REPLACED}
FROM journal_entry e JOIN subjects_subject s ON s.id = e.subject
WHERE e.id = ANY(%s) AND e.kind = 'submission'
"""  # noqa: S608 - a constant


def hold(subjects: Iterable[uuid.UUID]) -> None:
    """Let whoever records anything about some subjects wait until the transaction ends, in the order ``record`` locks
    them in; for what has to be looked at before it is decided.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [sorted(set(subjects))])


@transaction.atomic
@decided_before()
def withdraw(
    entries: Sequence[uuid.UUID], reason: str, *, by: Actor, at: dt.datetime, unless_corrected: bool = False,
) -> int:
    """Take submissions back: one of a worker's, or all of an import; how many were still standing.

    Each gets a command in the journal that names it; facts and identity are folded anew without it, decisions and tasks
    follow, a task it had closed is open again while its window lasts. Links it made end. Look-ups stay: who was found
    once should be found again. Problem NOT_FOUND where one of them is no submission in the scope in force; taken back
    already, it is passed over. With ``unless_corrected`` an entry that somebody has corrected is left alone: Problem
    CHANGED_MEANWHILE. The subjects are locked first: who takes back and who corrects come one after the other.
    """
    wanted = list(dict.fromkeys(entries))
    hold(filter(None, presence.subjects_of(wanted).values()))
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [wanted])
        found = cursor.fetchall()
        if len(found) != len(wanted):
            raise errors.Problem(errors.NOT_FOUND)
        standing = [row[:4] for row in found if not row[4]]
        if unless_corrected and any(row[5] and not row[4] for row in found):
            raise errors.Problem(errors.CHANGED_MEANWHILE)
    journal.orders(
        [
            Order(WITHDRAW, path, {"reason": reason}, programme, subject, replaces=entry)
            for entry, programme, subject, path in standing
        ],
        by=by,
        at=at,
    )
    touched: dict[str, set[uuid.UUID]] = defaultdict(set)
    for _, programme, subject, _ in standing:
        touched[programme].add(subject)
    for programme in sorted(touched):
        journal.revisit(programmes.in_force(programme), touched[programme], by=by, at=at, refold=True)
    return len(standing)
