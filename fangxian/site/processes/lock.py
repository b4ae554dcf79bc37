"""One running instance for a data folder: a lock the kernel lets go of when its holder dies, however it dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from pathlib import Path
from typing import IO

FILE = "run.lock"
_PATIENCE = 4.0


class LockHeldError(Exception):
    """Somebody else holds the lock; ``pid`` and ``address`` are what it wrote down."""

    def __init__(self, pid: str, address: str) -> None:
        self.pid, self.address = pid, address
        super().__init__(pid)


class PortTaken(Exception):
    """The address can't be listened on; the text is the system's reason."""


def take(var: Path, address: str) -> IO[str]:
    """Hold the folder until the returned file is closed. Held when another process has it."""
    var.mkdir(parents=True, exist_ok=True)
    handle = (var / FILE).open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise _held(handle) from None
    handle.truncate(0)
    handle.write(json.dumps({"pid": os.getpid(), "address": address}))
    handle.flush()
    return handle


def _held(handle: IO[str]) -> LockHeldError:
    handle.seek(0)
    text = handle.read()
    handle.close()
    told = json.loads(text) if text.startswith("{") else {}
    return LockHeldError(str(told.get("pid", "?")), str(told.get("address", "?")))


def ensure_free(host: str, port: int) -> None:
    """Wait a little for a port that a killed run is just letting go of; PortTaken when it stays in use."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        reason = _refusal(host, port)
        if reason is None:
            return
        if reason.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise PortTaken(reason.strerror or str(reason))
        time.sleep(0.2)


def _refusal(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as reason:
        return reason
    return None
