"""The processes that make up a running Fangxian, as a table."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WORKERS: Final = 2
THREADS: Final = 5  # per worker, each with one connection: as many as the server takes on two cores without a warning
JOBS: Final = 3
GRACE: Final = 5


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep alive; one that is not ``at_once`` starts when the pages answer, so that they answer sooner."""

    name: str
    command: tuple[str, ...]
    at_once: bool = False


def services(host: str, port: int) -> tuple[Service, ...]:
    """Pages, background work, and the clock that does what is due."""
    python = sys.executable
    return (
        Service("web", (
            python, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port),
            "--workers", str(WORKERS), "--http", "1", "--no-ws", "--respawn-failed-workers",
            "--workers-kill-timeout", str(GRACE), "--log-level", "warning", "fangxian.site.rsgi:application"), True),
        Service("worker", (
            python, "-m", "fangxian", "procrastinate", "worker", "--concurrency", str(JOBS),
            "--shutdown-graceful-timeout", str(GRACE))),
        Service("clock", (python, "-m", "fangxian", "clock")),
    )


def surroundings(var: Path, *, demo: bool, ahead: int = 0, played: str = "") -> Mapping[str, str]:
    """The environment of every child; only a demo's clock may go ahead of the machine's, by so many seconds."""
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings", "PYTHONUNBUFFERED": "1",
        "FANGXIAN_VAR": str(var), "FANGXIAN_DEMO": "1" if demo else "0",
        "FANGXIAN_DEMO_AHEAD": str(ahead if demo else 0), "FANGXIAN_DEMO_PLAYED": played if demo else ""}
