"""The application as it is served, on the benchmark's keys and clock; every answer says what it took.

``Server-Timing: app;dur=…, cpu;dur=…`` (milliseconds): from the call of the application to the last byte it gave, and
the processor time of its thread meanwhile. Waiting for a free thread of the server is in neither.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from bench.environment import AT, KEYS
from fangxian.kernel import clock
from fangxian.site.front import Front
from fangxian.site.processes.parts import THREADS
from fangxian.site.wsgi import application as served


class Moved:
    """The machine's clock, moved to begin at another instant."""

    def __init__(self, begins: dt.datetime) -> None:
        self._ahead = begins - dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._ahead


_clock = Moved(dt.datetime.fromisoformat(os.environ[AT]) if AT in os.environ else dt.datetime.now(dt.UTC))

if KEYS in os.environ:
    settings.KEYS = Path(os.environ[KEYS])


def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Run it whole, then answer."""
    begun, busy = time.perf_counter(), time.thread_time()
    told: list[Any] = []

    def remember(*given: Any) -> Callable[[bytes], object]:
        told.extend(given)
        return told.append

    with clock.running_on(_clock):
        answer = served(environ, remember)
        body = b"".join(answer)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = told[0], told[1]
    took, used = ((time.perf_counter() - begun) * 1000, (time.thread_time() - busy) * 1000)
    start(status, [*headers, ("Server-Timing", f"app;dur={took:.2f}, cpu;dur={used:.2f}")])
    return [body]


application = Front(pages, THREADS)
