"""What takes longer than a request: reading and recording long lists, dropping old files. Arguments are ids only."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any, Final

from procrastinate.contrib.django import app

from fangxian.accounts.rules import may
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem

from . import actions, events, handling, progress
from .events import Did
from .models import Import, ListEvent, Sealed
from .types import KEEP_DAYS, ImportState

QUEUE: Final = "imports"
_log = logging.getLogger(__name__)


@app.task(queue=QUEUE, name="capture.preview")
def preview_list(held: str) -> None:
    """Give every line of a list its verdict."""
    _run(uuid.UUID(held), actions.preview, asked=Did.PREVIEW, begun=ImportState.PREVIEWING,
         back_to=ImportState.UNDERSTOOD)


@app.task(queue=QUEUE, name="capture.record")
def record_list(held: str) -> None:
    """Record a confirmed list."""
    _run(uuid.UUID(held), actions.record_import, asked=Did.CONFIRMED, begun=ImportState.RECORDING,
         back_to=ImportState.FAILED)


def give_up(held: str) -> None:
    """A job that took its worker with it again and again is not tried any more; somebody may ask for it again."""
    with working_in(SYSTEM):
        actions.fail(held=uuid.UUID(held), at=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(queue=QUEUE, name="capture.drop_old")
def drop_old(timestamp: int) -> None:
    """Drop the files and lines of imports past their time; what was recorded stays in the journal."""
    with working_in(SYSTEM):
        due = min(dt.datetime.fromtimestamp(timestamp, dt.UTC), clock.now())  # whoever queued it may not hurry it
        before = due - dt.timedelta(days=KEEP_DAYS)
        Sealed.objects.filter(of__received_at__lt=before).delete()


def _run(
    held: uuid.UUID, work: Callable[..., Any], *, asked: Did, begun: ImportState, back_to: ImportState,
) -> None:
    """Do the work as whoever asked for it, with what their post may do now. When it fails nothing of it stays, and it
    can be asked for again; where they may not any more that is said.

    A worker may have been killed between the commit and saying so: what has left the state ``begun`` is left alone.
    """
    event = None
    try:
        with working_in(SYSTEM):
            one = Import.objects.get(pk=held)
            event = events.last(one, asked)
            by = _by(event)
        with progress.telling(held, one.path, one.programme) as tell:
            tell("waiting")
            with working_in(Scope.of(by)):
                waits = actions.awaits(held=held, state=begun, by=by)
                refused = work(held=held, by=_by(event), at=clock.now(), tell=tell) if waits else None
                if refused is not None:
                    actions.fail(held=held, at=clock.now(), back_to=back_to)
            tell("done")
    except Exception as error:
        _log.exception("import %s was not finished; nothing of it is recorded", held)
        with working_in(SYSTEM):
            stopped = event if _has_lost_the_right(held, event, error) else None
            actions.fail(held=held, at=clock.now(), back_to=back_to, stopped=stopped)
        raise


def _by(event: ListEvent | None) -> Acting:
    """Whoever asked, as of now; Problem NOT_ALLOWED where nobody did or the post has ended."""
    if event is None:
        raise Problem(errors.NOT_ALLOWED)
    return handling.as_of_now(event.user, event.post, clock.now())


def _has_lost_the_right(held: uuid.UUID, event: ListEvent | None, error: Exception) -> bool:
    """Also where the list is not to be found any more, for whoever may see nothing of its programme now."""
    if not isinstance(error, Problem):
        return False
    one = Import.objects.get(pk=held)
    try:
        return error.kind is errors.NOT_ALLOWED or not may(_by(event), Action.IMPORT, one.programme, one.form)
    except Problem:
        return True
