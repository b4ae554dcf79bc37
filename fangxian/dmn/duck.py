"""One DuckDB instance in memory per process, a cursor per thread."""

from __future__ import annotations

import os
import threading
from typing import Any, Final

import duckdb

CLOSED: Final[dict[str, Any]] = {"enable_external_access": "false", "autoinstall_known_extensions": "false"}
LOCK: Final = threading.Lock()
INSTANCES: Final[dict[int, Any]] = {}


def instance() -> Any:
    """The process's own connection; a forked child makes another, for DuckDB's threads do not survive a fork."""
    with LOCK:
        found = INSTANCES.get(os.getpid())
        if found is None:
            found = INSTANCES[os.getpid()] = duckdb.connect(":memory:", config=CLOSED)
        return found


class Cursors(threading.local):
    """This thread's cursor and the names of the statements prepared on it. They end with their owner."""

    def __init__(self) -> None:
        self.process = 0
        self.prepared: set[str] = set()

    def cursor(self) -> Any:
        if self.process != os.getpid():
            self.open = instance().cursor()
            self.process = os.getpid()
            self.prepared = set()
        return self.open
