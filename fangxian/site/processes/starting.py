"""Brings the database up before the services start, and leaves out what is done already.

What was prepared is noted as a comment on a table, so the note goes wherever the database goes: dumps, copies, another
folder. Comparing it costs a millisecond; loading Django only to find that no migration is due would cost two seconds.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
from django.conf import settings
from psycopg import sql

from fangxian.kernel.text import Text
from fangxian.site import database, environment, ready, server_log

from . import words
from .child import tied_to

DEMO: Final = "fangxian.demo"  # stands downstream of the site, which may not import it
_BRINGING_TABLES: Final = ("django", "django-allauth", "procrastinate")
_PREPARING: Final = 7_302  # the advisory lock of whoever makes tables or loads the demo
_PACKAGES: Final = Path(__file__).resolve().parents[2]


class NotPrepared(Exception):
    """The tables could not be made; the command that tried has said why."""


class DatabaseNote(NamedTuple):
    """What a database says of itself: the migrations applied, and ``demo``: '', 'loading' or 'loaded'.

    Of a demo that is loaded also the instant it was ``played`` up to, how many seconds its clock goes ``ahead``, and
    the instant of that clock when it was last ``stopped`` in good order.
    """

    tables: str = ""
    demo: str = ""
    played: str = ""
    ahead: int = 0
    stopped: str = ""

    @property
    def loaded(self) -> bool:
        return self.demo == "loaded"


def fingerprint() -> str:
    """Changes whenever a migration comes, goes or changes, here or in a library that brings some, and with what the
    application may write.
    """
    total = hashlib.sha256(" ".join(version(name) for name in _BRINGING_TABLES).encode())
    for file in sorted(_PACKAGES.glob("*/migrations/0*.py")):
        total.update(f"{file.parent.parent.name}/{file.name}".encode() + b"\0" + file.read_bytes())
    for name in ("site/rights.py", "accounts/signing.py"):
        total.update((_PACKAGES / name).read_bytes())
    return total.hexdigest()[:16]


def start_database() -> None:
    """The embedded server, or the one that still runs; with ``DATABASE_URL`` a look at what its log would keep.

    NotPrepared, and said why, where a server of one's own is none to work with: nobody sets up what is refused then.
    """
    if not database.embedded():
        with psycopg.connect(**_owner()) as owner:
            _refuse(ready.server_faults(owner))
        server_log.ensure(connection_of("owner"))
        return
    begun = time.monotonic()
    found = database.cluster().running()
    database.start()
    words.say(words.DATABASE_FOUND if found else words.DATABASE_STARTED, seconds=time.monotonic() - begun)


def look_after_database() -> None:
    """Start the embedded server again when it is gone."""
    if not database.embedded():
        return
    database.cluster().cut_logs()
    if database.cluster().running():
        return
    words.say(words.DATABASE_LOST)
    try:
        database.start()
    except (RuntimeError, OSError, psycopg.Error) as reason:  # tried again at the next look
        words.say(words.DATABASE_STAYS, reason=str(reason).strip())


def prepare(surroundings: Mapping[str, str], *, demo: bool, fresh: bool = False) -> DatabaseNote:
    """Make what is missing, in a process of its own; what the database says then. NotPrepared when it fails.

    ``fresh`` makes the demo county anew.
    """
    ensure_server()
    note = read_note()
    if fresh or note.tables != fingerprint() or (demo and not note.loaded):
        options = [name for name, wanted in (("--demo", demo), ("--fresh", fresh)) if wanted]
        in_a_process([sys.executable, "-m", "fangxian", "prepare", *options], surroundings)
        note = read_note()
    ensure_ready()
    return note


def in_a_process(command: Sequence[str], surroundings: Mapping[str, str]) -> None:
    """Wait for a command that ends with this process, however that ends. NotPrepared when it fails."""
    done = subprocess.run(command, env=dict(surroundings), check=False, preexec_fn=tied_to(os.getpid()))
    if done.returncode:
        raise NotPrepared


def ensure_server() -> None:
    """The server is new enough, and the application's role is there. NotPrepared, and said why, otherwise."""
    with psycopg.connect(**_owner()) as owner:
        _refuse(ready.server_faults(owner))
        if ready.lacks_role(owner):
            database.grant_roles_on(owner)
        database.forget_settings_on(owner)


def ensure_ready() -> None:
    """What is to be served can be: NotPrepared, and said why, otherwise. Keys that are missing are named."""
    with psycopg.connect(**_owner()) as owner, psycopg.connect(**connection_of("default")) as application:
        _refuse(ready.faults(owner, application, new_secret=environment.flag("FANGXIAN_NEW_SECRET")))
        for fault in ready.key_faults(owner):
            words.say(fault.sentence)


def _refuse(faults: Iterable[Text]) -> None:
    found = list(faults)
    for fault in found:
        words.say(fault)
    if found:
        raise NotPrepared


@contextlib.contextmanager
def preparing_alone() -> Iterator[None]:
    """Whoever prepares the same database meanwhile is waited for: one that was killed lets go at once."""
    with psycopg.connect(**_owner(), autocommit=True) as waiting:
        waiting.execute("SET lock_timeout = 0")
        waiting.execute("SET idle_session_timeout = 0")
        waiting.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        yield


def go_on(note: DatabaseNote, now: dt.datetime) -> DatabaseNote:
    """Set a demo's clock going again; it may have stood still while nothing ran."""
    if not note.loaded:
        return note
    stopped = dt.datetime.fromisoformat(note.stopped) if note.stopped else None
    ahead = importlib.import_module(DEMO).goes_on(dt.timedelta(seconds=note.ahead), stopped, now)
    going = note._replace(ahead=round(ahead.total_seconds()), stopped="")
    if going != note:
        write_note(going)
    return going


def stand_still(note: DatabaseNote, now: dt.datetime) -> None:
    """Remember what a demo's clock shows when everything stops."""
    if note.loaded:
        write_note(note._replace(stopped=(now + dt.timedelta(seconds=note.ahead)).isoformat()))


def read_note() -> DatabaseNote:
    """An empty note when nothing was ever prepared."""
    with psycopg.connect(**_owner()) as connection:
        row = connection.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')").fetchone()
    text = row[0] if row else None
    return DatabaseNote(**json.loads(text)) if text and text.startswith("{") else DatabaseNote()


def write_note(note: DatabaseNote) -> None:
    """Replace the note; the table has to be there."""
    with psycopg.connect(**_owner()) as connection:
        text = sql.Literal(json.dumps(note._asdict()))
        connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(text))


def has_areas() -> bool:
    """Whether a tree was loaded, which every county begins with."""
    with psycopg.connect(**_owner()) as connection:
        row = connection.execute("SELECT to_regclass('areas_area') IS NOT NULL").fetchone()
        if not row or not row[0]:
            return False
        found = connection.execute("SELECT EXISTS (SELECT FROM areas_area)").fetchone()
    return bool(found and found[0])


def ensure_quiet_log() -> None:
    """Nothing that is recorded goes into the log of a server of one's own; server_log.Telling where it would."""
    if not database.embedded():
        server_log.ensure(connection_of("default"))


def _owner() -> dict[str, Any]:
    return connection_of("owner")


def connection_of(alias: str) -> dict[str, Any]:
    """What psycopg needs to sign in as Django does under an alias."""
    owner = settings.DATABASES[alias]
    given = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"],
             "dbname": owner["NAME"], **owner["OPTIONS"]}
    return {name: value for name, value in given.items() if value}
