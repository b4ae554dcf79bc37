"""Taking a whole import back, as long as nothing else has built on it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Set
from typing import Final

from django.db import connection

from fangxian.accounts.rules import may, require
from fangxian.accounts.scope import working_in
from fangxian.accounts.types import Acting, Action
from fangxian.intake import sharing
from fangxian.intake.lightening import ChangedFacts, lightened_among
from fangxian.journal.types import WITHDRAWN
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.programmes.facts import FactState
from fangxian.programmes.types import Programme
from fangxian.subjects import numbers
from fangxian.subjects.actions import hold, withdraw
from fangxian.subjects.steps.facts import read_states
from fangxian.tasks import actions as tasks

from . import recording, store
from .handling import is_own
from .listing import UNDONE
from .models import Import
from .preparing import whole_county
from .rechecking import hold_source
from .types import ImportState

REASON: Final = "import undone"
BUILT_UPON: Final = Text("built upon", "已有后续记录")
_LATER_VERSION: Final = Text(
    "It can't be undone any more: {file}, a later version of it, is recorded. Undo that one first.",
    "已不能撤销：其更新版 {file} 已录入。请先撤销更新版。")
_OTHERS: Final = Text(
    "Another post brought this list: that post can undo it, or one that may withdraw what others filed.",
    "此名单由其他岗位导入：可由该岗位撤销，或由有权撤回他人填报的岗位撤销。")
_BUILT_ON: Final = Text(
    "It can't be undone any more: something was recorded about {count} of its people since. Take single people off by "
    "a later version of the list, or correct them on their page.",
    "已不能撤销：其中 {count} 人此后已有新的记录。个别人员可通过更新版名单移除，或在其页面更正。")
_LATER: Final = (
    "SELECT count(DISTINCT e.subject) FROM journal_entry e WHERE e.subject = ANY(%(subjects)s)"  # noqa: S608
    " AND e.programme = %(programme)s AND e.kind = 'submission' AND e.source <> 'system'"
    " AND NOT e.id = ANY(%(own)s) AND e.seq > (SELECT min(o.seq) FROM journal_entry o WHERE o.id = ANY(%(own)s))"
    f" AND NOT {WITHDRAWN}")


def entries(held: Import) -> dict[uuid.UUID, uuid.UUID]:
    """What the import filed: entry → subject."""
    form = programmes.in_force(held.programme).forms[held.form]
    return {recording.entry_id(held, line): line.subject for line in store.lines(held, form)
            if line.subject is not None and line.result in ("recorded", "known", "removed")}


def hindrance(held: Import) -> Text | None:
    """Why it can't be taken back any more; None while it can."""
    later = Import.objects.filter(version_of=held.pk, state=ImportState.RECORDED).first()
    if later is not None:
        return _LATER_VERSION.filled(file=later.file_name)
    count = built_on(held)
    return _BUILT_ON.filled(count=count) if count else None


def built_on(held: Import) -> int:
    """How many of its people something was recorded about afterwards."""
    own = entries(held)
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"subjects": sorted(set(own.values())), "own": sorted(own), "programme": held.programme})
        return int(cursor.fetchone()[0])


def undo(held: Import, *, by: Acting, at: dt.datetime) -> int:
    """Withdraw every entry of the import; Problem NOT_ALLOWED where it is not one's own post's and one may not withdraw
    what others filed, STATE where something was built on it. Where measures become lighter by it, or people leave a
    household in which anybody is under one, the level above is told of how many."""
    require(by, Action.IMPORT, held.programme, held.form)
    if not is_own(held, by):
        require(by, Action.WITHDRAW, held.programme)
    with working_in(whole_county(by.path)):
        own = entries(held)
        hold_source(held)
        numbers.hold(own.keys())
        hold(own.values())
        if hindrance(held):
            raise Problem(errors.STATE, state=BUILT_UPON)
        programme, people = programmes.in_force(held.programme), sorted(set(own.values()))
        before = read_states(programme, people)
        leaving = sharing.leaving(own)
        count = withdraw(sorted(own), REASON, by=recording.actor(by), at=at)
        changed = leaving | _lightened(programme, before, read_states(programme, people), by, at)
        if changed:
            tasks.tell_list_changed(programme=programme.id, form=f"{held.form}:{UNDONE}", held=held.pk,
                                    count=len(changed), by=recording.actor(by), at=at)
        return count


def _lightened(
    programme: Programme, before: Mapping[uuid.UUID, FactState], after: Mapping[uuid.UUID, FactState], by: Acting,
    at: dt.datetime,
) -> Set[uuid.UUID]:
    """Those whose measure became lighter by what was taken back: the level above is told, as of a single entry."""
    told = {subject: ChangedFacts(known.values, after[subject].values if subject in after else {})
            for subject, known in before.items()}
    return lightened_among(programme, told, by.calendar, at).keys()


def why_not(held: Import, by: Acting) -> Text | None:
    """For a recorded import: the sentence that says why it can't be undone; None where it can."""
    if not is_own(held, by) and not may(by, Action.WITHDRAW, held.programme):
        return _OTHERS
    with working_in(whole_county(by.path)):
        return hindrance(held)
