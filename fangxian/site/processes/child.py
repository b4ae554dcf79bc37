"""One child process: started in a group of its own, tied to its parent's life, its output taken line by line."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .parts import Service

_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG, prctl(2)
_STEADY: Final = 60.0
_LONGEST_PAUSE: Final = 30.0
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Child:
    """A service's process, its restarts and the pause before the next one."""

    def __init__(self, service: Service, environment: Mapping[str, str]) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.starts_at = 0.0
        self._environment = environment
        self._began = 0.0
        self._failures = 0
        self._rest = b""
        self.silent = True  # its output has ended

    def start(self) -> int:
        """Start it; gives the descriptor its output comes from."""
        self._began, self._rest, self.silent = time.monotonic(), b"", False
        self.process = subprocess.Popen(
            self.service.command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=tied_to(os.getpid()))
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout.fileno()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def lines(self) -> Iterator[str]:
        """What it has written since, in whole lines; an unfinished one waits for its end."""
        if self.process is None or self.process.stdout is None:
            return
        fresh = self.process.stdout.read()
        self.silent = fresh == b""
        *whole, self._rest = (self._rest + (fresh or b"")).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip() for line in whole if line.strip())

    def ask_to_stop(self) -> None:
        """The process itself; a server stops its own workers."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """The whole group: a server's own workers must not outlive it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ended(self, now: float) -> tuple[str, float]:
        """Note that it ended: how, and for how many seconds it waits before it starts again."""
        assert self.process is not None
        code = self.process.wait()
        self.kill()
        self._failures = 0 if now - self._began > _STEADY else self._failures + 1
        pause = min(_LONGEST_PAUSE, 2.0 ** max(0, self._failures - 1))
        self.starts_at, self.process = now + pause, None
        return (signal.Signals(-code).name if code < 0 else f"exit {code}"), pause


def tied_to(parent: int) -> Callable[[], None]:
    """Runs in the child before its program: ask for SIGTERM when the parent dies, and look whether it has already."""

    def tie() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie
