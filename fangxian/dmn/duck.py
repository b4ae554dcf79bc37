"""One DuckDB instance in memory per process, and statements that are planned once a thread for whatever rows come."""

from __future__ import annotations

import os
import threading
import warnings
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Final

import duckdb
import pyarrow as pa

GIVEN: Final = "given"
SETTINGS: Final[dict[str, Any]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "threads": 1,  # a part is one batch and one thread's; DuckDB's own would only be handed it and hand it back
}
LOCK: Final = threading.Lock()
INSTANCES: Final[dict[int, Any]] = {}
POOLS: Final[dict[int, Executor]] = {}
_WHOLE: Final = 1_000_000
warnings.filterwarnings("ignore", "Arrow output on a DB-API result")  # only EXECUTE runs what was planned before


def instance() -> Any:
    """The process's own connection; a forked child makes another, for DuckDB's threads do not survive a fork."""
    with LOCK:
        found = INSTANCES.get(os.getpid())
        if found is None:
            found = INSTANCES[os.getpid()] = duckdb.connect(":memory:", config=SETTINGS)
        return found


def workers() -> Executor:
    """The process's own threads, one a processor; they are kept, and with them the statements planned on them.

    Everything runs on them: a server's threads come and go, and DuckDB's memory, freed while such a thread ends, takes
    the whole process with it.
    """
    with LOCK:
        found = POOLS.get(os.getpid())
        if found is None:
            found = POOLS[os.getpid()] = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="decide")
        return found


class Given:
    """What a planned statement reads: a stable object that streams whatever rows it holds at the moment."""

    def __init__(self, schema: pa.Schema) -> None:
        self.none = self.rows = schema.empty_table()

    def __arrow_c_schema__(self) -> object:
        return self.none.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


class Statement(threading.local):
    """A query over the table ``given``. Planning a chain takes longer than deciding ten thousand rows, so each thread
    plans it once, when it first runs it. The rows' schema has to stay the same."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.process = 0

    def run(self, rows: pa.Table) -> pa.Table:
        """Its result, in the order of the rows: they go in as one batch, which one thread reads from end to end."""
        if self.process != os.getpid():
            self.prepare(rows.schema)
        self.given.rows = rows.combine_chunks()
        try:
            return self.cursor.execute("EXECUTE planned").to_arrow_reader(_WHOLE).read_all()
        finally:
            self.given.rows = self.given.none

    def prepare(self, schema: pa.Schema) -> None:
        self.given = Given(schema)
        self.cursor = instance().cursor()
        self.cursor.register(GIVEN, self.given)
        self.cursor.execute(f"PREPARE planned AS {self.sql}")
        self.process = os.getpid()
