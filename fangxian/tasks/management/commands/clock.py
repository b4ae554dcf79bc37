"""``fangxian clock``: does what time makes due, every few seconds."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from fangxian.journal import checkpoint
from fangxian.kernel import clock
from fangxian.kernel.keys import NoKey
from fangxian.kernel.notes import NotSigned
from fangxian.tasks.clock import run_due

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Begin operational days, tell of late tasks, decide again what time changes. Runs until it is stopped."
    _told = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                run_due(clock.now())
                self._publish()
            except DatabaseError:
                _log.exception("the clock could not reach the database and will look again")
                connections.close_all()
            if once or stop.wait(every):
                return

    def _publish(self) -> None:
        """The day's checkpoint of the journal; why there can be none is logged once, not at every look."""
        try:
            checkpoint.publish(clock.now())
        except (checkpoint.Shrunk, NotSigned, NoKey, OSError) as why:
            if str(why) != self._told:
                _log.error("no checkpoint of the journal was published: %s", why)
            self._told = str(why)
