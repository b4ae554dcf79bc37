"""The pages' process as ``fangxian run`` starts it, on the keys and the clock of a benchmark, and users signed in."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

from bench.environment import AT, KEYS
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.sessions import SessionStore
from fangxian.site.processes.parts import services

_PATIENCE: Final = 60.0  # seconds


@contextmanager
def serving(port: int, at: dt.datetime) -> Iterator[int]:
    """Answers at a port until the block ends; gives the number of its first process."""
    web = next(one for one in services("127.0.0.1", port) if one.name == "web")
    environment = {
        **os.environ, "FANGXIAN_LOG": "ERROR", "FANGXIAN_SECOND_FACTOR": "nobody", AT: at.isoformat(),
        KEYS: str(settings.KEYS)}
    command = [*web.command[:-1], "bench.served:application"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _PATIENCE:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/accounts/login/")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def session(username: str) -> str:
    """The session of somebody who is signed in."""
    user = get_user_model().objects.get(username=username)
    with working_in(SYSTEM):
        found = SessionStore()
        found[SESSION_KEY] = str(user.pk)
        found[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        found[HASH_SESSION_KEY] = user.get_session_auth_hash()
        found.save()
    return str(found.session_key)
