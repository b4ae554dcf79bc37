"""``fangxian run``: everything Fangxian consists of, in the foreground."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Final

import psycopg
from django.conf import settings

from fangxian.accounts import demo as accounts_demo
from fangxian.site import database, server_log

from . import lock, starting, words
from .parts import services, surroundings
from .supervisor import Supervisor, reachable

HOST: Final = "127.0.0.1"
PORT: Final = 8000
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def add_arguments(parser: ArgumentParser) -> None:
    """The options, each with its environment variable."""
    parser.add_argument("--host", default=os.environ.get("FANGXIAN_HOST", HOST),
                        help="address to listen on (FANGXIAN_HOST)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("FANGXIAN_PORT", PORT)),
                        help="port to listen on (FANGXIAN_PORT)")
    parser.add_argument("--demo", action="store_true", default=settings.DEMO,
                        help="load the demo county when it is not there yet (FANGXIAN_DEMO=1)")
    parser.add_argument("--fresh", action="store_true",
                        help="throw the demo county away and load a new one that ends today")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="a county of one's own")


def main(arguments: Sequence[str]) -> int:
    """The command line without Django's set-up, which this process does not need."""
    parser = ArgumentParser(prog="fangxian run", description="Run Fangxian: PostgreSQL, pages, worker and clock.")
    add_arguments(parser)
    given = parser.parse_args(arguments)
    return run(given.host, given.port, demo=given.demo or given.fresh, fresh=given.fresh)


def run(host: str, port: int, *, demo: bool, fresh: bool = False) -> int:
    """Start, serve until stopped, stop. Gives the exit code."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        held = lock.take(settings.VAR, address)
        lock.ensure_free(host, port)
    except lock.LockHeldError as holder:
        words.say(words.RUNS_ALREADY, pid=holder.pid, address=holder.address)
        return 1
    except lock.PortTaken as reason:
        words.say(words.PORT_TAKEN, host=host, port=port, reason=reason, other=port + 1)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # also where they came in ignored, as in a script's background
        signal.signal(number, signal.default_int_handler)
    with held:
        return _serve(host, port, address, demo=demo, fresh=fresh)


def _serve(host: str, port: int, address: str, *, demo: bool, fresh: bool) -> int:
    try:
        starting.start_database()
        note = starting.prepare(surroundings(settings.VAR, demo=demo), demo=demo, fresh=fresh)
        starting.ensure_quiet_log()
        note = starting.go_on(note, dt.datetime.now(dt.UTC))
        environment = surroundings(settings.VAR, demo=note.loaded, ahead=note.ahead, played=note.played)
        try:
            Supervisor(
                services(host, port), environment, address=(host, port), question=question(host),
                ready=lambda: _welcome(host, address, demo=note.loaded), look=starting.look_after_database).run()
        finally:
            with contextlib.suppress(psycopg.Error):  # the database may be what ended it
                starting.stand_still(note, dt.datetime.now(dt.UTC))
    except starting.NotPrepared:
        words.say(words.NOT_PREPARED)
        return 1
    except server_log.Telling as telling:
        words.say(words.LOG_TELLS, settings=telling.settings, remedy=telling.remedy)
        return 1
    except psycopg.OperationalError as reason:
        words.say(words.UNREACHABLE, reason=str(reason).splitlines()[0])
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        database.stop()
        words.say(words.STOPPED, var=settings.VAR)
    return 0


def question(host: str) -> bytes:
    """Whether the pages answer, asked as they expect it, so that no log tells of it: under a name of theirs, and
    by whoever is declared as a proxy as one."""
    called = next((name for name in settings.ALLOWED_HOSTS if name[0] not in ".*"), "localhost")
    lines = ["HEAD /accounts/login/ HTTP/1.0", f"Host: {called}"]
    if settings.TRUSTED_PROXIES.declared(reachable(host)):
        lines.append("X-Forwarded-Proto: https")
    return "\r\n".join([*lines, "", ""]).encode()


def _welcome(host: str, address: str, *, demo: bool) -> None:
    print()
    words.say(words.ADDRESS, address=address)
    if demo:
        _name_sign_ins()
    elif not starting.has_areas():
        words.say(words.FIRST_STEPS)
    if host not in _LOOPBACK and not os.environ.get("FANGXIAN_HOSTS"):
        words.say(words.OPEN_TO_OTHERS)
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        words.say(words.NO_PROXY)
    words.say(words.STOP)
    print(flush=True)


def _name_sign_ins() -> None:
    settings.DEMO = True
    sign_ins = accounts_demo.sign_ins()
    if not sign_ins:
        return
    words.say(words.SIGN_INS)
    widths = [max(map(len, column)) for column in zip(*((one.username, one.password) for one in sign_ins), strict=True)]
    for one in sign_ins:
        label = one.label.said_in(words.language())
        sys.stdout.write(f"  {one.username:<{widths[0]}}  {one.password:<{widths[1]}}  {label}\n")
