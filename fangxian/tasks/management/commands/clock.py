"""``fangxian clock``: does what time makes due, every few seconds."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from fangxian.kernel import clock
from fangxian.tasks.clock import run_due

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Begin operational days, tell of late tasks, decide again what time changes. Runs until it is stopped."

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
            except DatabaseError:
                _log.exception("the clock could not reach the database and will look again")
                connections.close_all()
            if once or stop.wait(every):
                return
