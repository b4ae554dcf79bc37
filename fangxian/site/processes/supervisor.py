"""Keeps the services alive until told to stop; one thread, which sleeps while nothing happens."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from . import words
from .child import Child
from .parts import GRACE, Service

_LOOK_EVERY: Final = 10.0  # at PostgreSQL
_ASK_EVERY: Final = 0.1  # whether the pages answer
_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts services, prefixes their lines, starts again what died, stops all of it in a few seconds."""

    def __init__(self, services: Sequence[Service], environment: Mapping[str, str], *, address: tuple[str, int],
                 question: bytes, ready: Callable[[], None], look: Callable[[], None]) -> None:
        self._children = [Child(service, environment) for service in services]
        self._address, self._question = address, question
        self._ready, self._look = ready, look
        self._selector = selectors.DefaultSelector()
        self._answers = False
        self._probe: socket.socket | None = None
        self._stopping = 0
        self._next_look = time.monotonic() + _LOOK_EVERY

    def run(self) -> None:
        """Until a signal asks to stop; then stops every child."""
        with self._hearing_signals():
            while not self._stopping:
                self._start_due()
                self._ask_whether_it_answers()
                self._wait(self._pause())
                self._note_ended()
                self._look_at_times()
            self._stop()

    @contextlib.contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        """A signal writes a byte into a pipe the selector listens to, so none is missed between two waits."""
        hears, tells = os.pipe()
        os.set_blocking(hears, False)
        os.set_blocking(tells, False)
        self._selector.register(hears, selectors.EVENT_READ, lambda: os.read(hears, 64))
        before = {number: signal.signal(number, self._asked_to_stop) for number in _STOPS}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake up
        wakeup = signal.set_wakeup_fd(tells)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()

    def _asked_to_stop(self, *_: object) -> None:
        self._stopping += 1

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is None and now >= child.starts_at and (child.service.at_once or self._answers):
                self._selector.register(child.start(), selectors.EVENT_READ, self._teller(child))

    def _wait(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data()

    def _pause(self) -> float:
        due = [child.starts_at for child in self._children if child.process is None and child.starts_at]
        soonest = min([self._next_look, *due]) - time.monotonic()
        return max(0.0, min(soonest, 1.0 if self._answers else _ASK_EVERY))

    def _note_ended(self) -> None:
        for child in self._children:
            if child.process is not None and not child.alive:
                self._forget(child)
                how, pause = child.ended(time.monotonic())
                tell(child.service.name, words.ENDED.filled(how=how, seconds=pause).said_in(words.language()))

    def _forget(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        if not child.silent:
            self._teller(child)()
        if not child.silent:
            self._selector.unregister(child.process.stdout)
        child.process.stdout.close()

    def _teller(self, child: Child) -> Callable[[], None]:
        def pass_on() -> None:
            for line in child.lines():
                tell(child.service.name, line)
            if child.silent and child.process is not None and child.process.stdout is not None:
                self._selector.unregister(child.process.stdout)

        return pass_on

    def _look_at_times(self) -> None:
        if time.monotonic() >= self._next_look:
            self._look()
            self._next_look = time.monotonic() + _LOOK_EVERY

    def _ask_whether_it_answers(self) -> None:
        if self._answers or self._probe is not None:
            return
        host, port = self._address
        with contextlib.suppress(OSError):
            probe = socket.create_connection((reachable(host), port), timeout=0.5)
            probe.sendall(self._question)
            self._selector.register(probe, selectors.EVENT_READ, self._heard)
            self._probe = probe

    def _heard(self) -> None:
        assert self._probe is not None
        said = b""
        with contextlib.suppress(OSError):
            said = self._probe.recv(64)
        self._selector.unregister(self._probe)
        self._probe.close()
        self._probe = None
        if said:
            self._answers = True
            self._ready()

    def _stop(self) -> None:
        words.say(words.STOPPING)
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE + 1
        while any(child.alive for child in self._children) and time.monotonic() < deadline and self._stopping < 2:
            self._wait(0.1)
        for child in self._children:
            if child.process is not None:
                child.kill()
                self._forget(child)


def tell(name: str, line: str) -> None:
    """One line of a child's output, with its name in front."""
    sys.stdout.write(f"{name:<7}│ {line}\n")
    sys.stdout.flush()


def reachable(host: str) -> str:
    """Where one asks who listens there."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the address that means all
