"""Taking a whole import back, as long as nothing else has built on it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import connection

from fangxian.accounts.rules import require
from fangxian.accounts.scope import working_in
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.subjects.actions import withdraw

from . import recording, store
from .models import Import
from .preparing import whole_county
from .types import State

REASON: Final = "import undone"
_LATER: Final = (
    "SELECT count(DISTINCT e.subject) FROM journal_entry e WHERE e.subject = ANY(%(subjects)s)"
    " AND e.programme = %(programme)s AND e.kind = 'submission' AND e.source <> 'system'"
    " AND NOT e.id = ANY(%(own)s) AND e.seq > (SELECT min(o.seq) FROM journal_entry o WHERE o.id = ANY(%(own)s))")


def entries(held: Import) -> dict[uuid.UUID, uuid.UUID]:
    """What the import filed: entry → subject."""
    form = programmes.in_force(held.programme).forms[held.form]
    return {recording.entry_id(held, line): line.subject for line in store.lines(held, form)
            if line.subject is not None and line.result in ("recorded", "known", "removed")}


def built_on(held: Import) -> int:
    """How many of its people something was recorded about afterwards; a later version of the list counts all."""
    if Import.objects.filter(version_of=held.pk, state=State.RECORDED).exists():
        return held.lines
    own = entries(held)
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"subjects": sorted(set(own.values())), "own": sorted(own), "programme": held.programme})
        return int(cursor.fetchone()[0])


def undo(held: Import, *, by: Acting, at: dt.datetime) -> int:
    """Withdraw every entry of the import; Problem STATE where something was built on it."""
    require(by, Action.IMPORT, held.programme)
    with working_in(whole_county(by.path)):
        if built_on(held):
            raise Problem(errors.STATE, state="built upon")
        return withdraw(sorted(entries(held)), REASON, by=recording.actor(by), at=at)


def may_undo(held: Import, by: Acting) -> bool:
    """Whether the import is recorded and its people are still as it left them."""
    if State(held.state) is not State.RECORDED:
        return False
    with working_in(whole_county(by.path)):
        return not built_on(held)
