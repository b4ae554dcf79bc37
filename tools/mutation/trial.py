"""A pytest plugin that tries faults instead of running the suite: one forked process a fault, with a copied database
where one of its tests asks for one.

The first test that does runs as it is, so that the database is there; every later process starts from its copy.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from .faults import Fault
from .live import NotThere, break_now

CAUGHT, SURVIVED, NOT_THERE, FAILED, TIMED_OUT, NO_TEST = (
    "caught", "survived", "not there", "failed", "timed out", "no test reaches it")
_EXITS: Final = {0: SURVIVED, 10: CAUGHT, 11: NOT_THERE, 12: FAILED}
_LEAST_SECONDS: Final = 120.0
_UNMEASURED: Final = 20.0
_MOST_UNMEASURED: Final = 60.0  # a loop without end that keeps a list fills the memory in some minutes


class Trial:
    """Tries each fault with its tests, or with all that are there, and tells ``said`` how it ended."""

    def __init__(
        self, root: Path, faults: Sequence[Fault], tests: Sequence[Sequence[str]] | None, seconds: dict[str, float],
        said: Callable[[Fault, str, float], None],
    ) -> None:
        self.root, self.faults, self.tests, self.seconds, self.said = root, faults, tests, seconds, said

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        by_name = {item.nodeid: item for item in session.items}
        for first in filter(_asks_the_database, session.items):
            first.config.hook.pytest_runtest_protocol(item=first, nextitem=_session_stays(session))
            break
        base = str(settings.DATABASES["default"]["NAME"])
        connections.close_all()
        for fault, names in zip(self.faults, self.tests or map(_beside(by_name), self.faults), strict=True):
            begun = time.monotonic()
            items = [by_name[name] for name in names if name in by_name]
            outcome = self._try(fault, items, base) if items else NO_TEST
            self.said(fault, outcome, time.monotonic() - begun)
        return True

    def _try(self, fault: Fault, items: Sequence[pytest.Item], base: str) -> str:
        name = f"{base}_fault"
        if any(map(_asks_the_database, items)):
            _as_owner(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            _as_owner(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(base)))
        child = os.fork()
        if child == 0:
            os._exit(_in_child(self.root, fault, items, name))
        measured = [self.seconds[item.nodeid] for item in items if item.nodeid in self.seconds]
        unmeasured = min(_UNMEASURED * (len(items) - len(measured)), _MOST_UNMEASURED)
        return _wait(child, max(_LEAST_SECONDS, 5 * (sum(measured) + unmeasured)))


def _beside(names: Iterable[str]) -> Callable[[Fault], list[str]]:
    """The tests of the fault's own package; all of them where it has none."""
    every = list(names)

    def chosen(fault: Fault) -> list[str]:
        package = f"tests/{Path(fault.file).parts[1]}/"
        return [name for name in every if name.startswith(package)] or every

    return chosen


def _in_child(root: Path, fault: Fault, items: Sequence[pytest.Item], database: str) -> int:
    try:
        for alias in ("default", "owner"):
            settings.DATABASES[alias]["NAME"] = database
            connections[alias].settings_dict["NAME"] = database
        break_now(root, fault)
        failed: list[str] = []
        items[0].config.pluginmanager.register(_Listening(failed))
        for item, following in zip(items, [*items[1:], _session_stays(items[0].session)], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if failed:
                print(f"{fault.key}\n  noticed by {failed[0]}", file=sys.stderr, flush=True)
                return 10
    except NotThere:
        return 11
    except BaseException:  # noqa: BLE001 - the edge of a process: what went wrong is printed, and the trial goes on
        traceback.print_exc()
        return 12
    return 0


def _asks_the_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


def _session_stays(session: pytest.Session) -> pytest.Item:
    """What follows a test so that everything of it is torn down but the session, whatever is run after it: a test of
    its own file would keep that file's fixtures up, and one of another file fail on them; none would end the session.
    """
    return cast("pytest.Item", session)


class _Listening:
    def __init__(self, failed: list[str]) -> None:
        self.failed = failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid} ({report.when})\n{report.longreprtext[-1500:]}")


def _wait(child: int, allowed: float) -> str:
    """How it ended; one that takes too long is ended, and counts as noticed: a suite that hangs is seen."""
    ends = time.monotonic() + allowed
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _EXITS.get(os.waitstatus_to_exitcode(status), FAILED)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT


def _as_owner(statement: sql.Composed) -> None:
    owner: dict[str, Any] = settings.DATABASES["owner"]
    with psycopg.connect(host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"],
                         password=owner["PASSWORD"] or None, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def as_line(fault: Fault, outcome: str, seconds: float) -> str:
    return json.dumps([fault.file, fault.function, fault.begins, fault.line, fault.statement, fault.kind, fault.what,
                       fault.nth, outcome, round(seconds, 1)], ensure_ascii=False)
