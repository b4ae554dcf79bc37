"""Submissions of several requests that wait at the same time, recorded in one call; see ADR 11.

Off until ``open_recorder``: only a server has requests that wait for each other.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from fangxian.accounts.scope import Scope, spanning, working_in
from fangxian.areas.statements import rows
from fangxian.kernel import errors
from fangxian.kernel.decisions import decided_before
from fangxian.kernel.errors import Problem

from .actions import record
from .types import Actor, Recorded, Submission

MOST: Final = 64
"""Recorded in one call: past some tens another one gains nothing."""
PATIENCE: Final = 0.008
"""Seconds for which others are waited for: what it takes four of them to come back, less than a group takes."""
OTHERS: Final = 2.0
"""Seconds for which somebody waits for a group before theirs; a group takes some hundredths, unless it waits for
somebody who holds what it touches, such as a long list."""
OWN: Final = 90.0
"""Seconds for which somebody waits for the group they are in: longer than a lock is waited for."""
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class HandedOver:
    """A submission, the scope of its sender, and the request that waits for what becomes of it.

    ``recorded`` stays None where it is to be recorded alone. ``taken``: a group has it.
    """

    submission: Submission
    scope: Scope
    at: dt.datetime
    recorded: RecordedAt | None = None
    taken: bool = False
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class RecordedAt:
    """What was recorded, and the moment of receipt its group has in common."""

    answer: Recorded
    at: dt.datetime


class Recorder:
    """Takes all who wait and records them together, again and again, on a thread and a connection of its own.

    As many as were about a moment ago are waited for, a little: whoever has just been answered is about to send the
    next. Whoever is alone waits for nobody.
    """

    def __init__(self) -> None:
        self._waiting: list[HandedOver] = []
        self._about = 1
        self._came = threading.Condition()
        self._process = 0
        self._thread: threading.Thread | None = None

    def wait_for(self, one: HandedOver) -> None:
        """Hand it over and wait until it is recorded, or not; one that no group has taken in good time is taken back.

        Problem NOT_KNOWN_YET where the group it is in does not end.
        """
        with self._came:
            self._waiting.append(one)
            self._start()
            self._came.notify()
        if one.done.wait(OTHERS):
            return
        with self._came:
            if not one.taken:
                self._waiting = [other for other in self._waiting if other is not one]
                return
        if not one.done.wait(OWN):
            raise Problem(errors.NOT_KNOWN_YET)

    def _start(self) -> None:
        """A forked child has no threads but the one that forked."""
        if self._process != os.getpid() or self._thread is None or not self._thread.is_alive():
            self._process = os.getpid()
            self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            with self._came:
                self._came.wait_for(lambda: self._waiting)
                self._came.wait_for(lambda: len(self._waiting) >= self._about, PATIENCE)
                group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                for one in group:
                    one.taken = True
            try:
                record_group(group)
            finally:
                self._about = min(MOST, len(group) + len(self._waiting))
                for one in group:
                    one.done.set()


_recorder: Recorder | None = None


def open_recorder() -> None:
    """From now on requests of this process are recorded together."""
    global _recorder
    _recorder = Recorder()


def close_recorder() -> None:
    """From now on each is recorded alone; who waits is answered still."""
    global _recorder
    _recorder = None


def is_open() -> bool:
    """Whether it is worth handing a submission over."""
    return _recorder is not None


def has_nothing_to_lose() -> bool:
    """Whether the transaction one is in, a request's, wrote nothing so far: what is recorded now is not its to undo."""
    if not connection.in_atomic_block or connection.savepoint_ids:
        return False
    return bool(rows("SELECT pg_current_xact_id_if_assigned() IS NULL")[0][0])


@decided_before(about="submission")
def record_together(submission: Submission, *, scope: Scope, at: dt.datetime) -> RecordedAt | None:
    """Record a submission with those of other requests, committed when this returns; None: record it alone.

    ``submission.by`` names its writer. ``scope`` is the sender's; nothing outside of it is touched.
    """
    if _recorder is None:
        return None
    one = HandedOver(submission, scope, at)
    _recorder.wait_for(one)
    return one.recorded


def record_group(group: Sequence[HandedOver]) -> None:
    """Record what can be recorded together and tell each; whatever goes wrong, each is left to be recorded alone."""
    at = max(one.at for one in group)
    within = {one.submission.id: one.scope for one in group}
    if len(within) < len(group):  # an id sent twice at once: the second gets its answer alone
        return
    try:
        with working_in(spanning(within.values())):
            receipt = record([one.submission for one in group], by=Actor(path="", source="system"), at=at,
                             within=within, unasked=within.keys())
    except Exception as error:  # noqa: BLE001 - whatever it is, it happens again where its request hears of it
        LOG.info("a group is recorded one by one: %s", type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        return
    for one, answer in zip(group, receipt.results, strict=True):
        if isinstance(answer, Recorded):
            one.recorded = RecordedAt(answer, at)
