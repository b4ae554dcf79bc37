"""Brings the database up before the services start, and leaves out what is done already.

What was prepared is noted as a comment on a table, so the note goes wherever the database goes: dumps, copies, another
folder. Comparing it costs a millisecond; loading Django only to find that no migration is due would cost two seconds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
from django.conf import settings
from psycopg import sql

from fangxian.site import database, server_log

from . import words

DEMO: Final = "fangxian.demo"  # stands downstream of the site, which may not import it
_BRINGING_TABLES: Final = ("django", "django-allauth", "procrastinate")
_PACKAGES: Final = Path(__file__).resolve().parents[2]


class NotPrepared(Exception):
    """The tables could not be made; the command that tried has said why."""


class Note(NamedTuple):
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
    """Changes whenever a migration comes, goes or changes, here or in a library that brings some."""
    total = hashlib.sha256(" ".join(version(name) for name in _BRINGING_TABLES).encode())
    for file in sorted(_PACKAGES.glob("*/migrations/0*.py")):
        total.update(f"{file.parent.parent.name}/{file.name}".encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:16]


def start_database() -> None:
    """The embedded server, or the one that still runs; with ``DATABASE_URL`` a look at what its log would keep."""
    if not database.embedded():
        server_log.ensure(_parameters("owner"))
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


def prepare(environment: Mapping[str, str], *, demo: bool, fresh: bool = False) -> Note:
    """Make what is missing, in a process of its own; what the database says then. NotPrepared when it fails.

    ``fresh`` makes the demo county anew.
    """
    note = read_note()
    if fresh or note.tables != fingerprint() or (demo and not note.loaded):
        options = [name for name, wanted in (("--demo", demo), ("--fresh", fresh)) if wanted]
        command = [sys.executable, "-m", "fangxian", "prepare", *options]
        if subprocess.run(command, env=dict(environment), check=False).returncode:
            raise NotPrepared
        note = read_note()
    return note


def go_on(note: Note, now: dt.datetime) -> Note:
    """Set a demo's clock going again; it may have stood still while nothing ran."""
    if not note.loaded:
        return note
    stopped = dt.datetime.fromisoformat(note.stopped) if note.stopped else None
    ahead = importlib.import_module(DEMO).goes_on(dt.timedelta(seconds=note.ahead), stopped, now)
    going = note._replace(ahead=round(ahead.total_seconds()), stopped="")
    if going != note:
        write_note(going)
    return going


def stand_still(note: Note, now: dt.datetime) -> None:
    """Remember what a demo's clock shows when everything stops."""
    if note.loaded:
        write_note(note._replace(stopped=(now + dt.timedelta(seconds=note.ahead)).isoformat()))


def read_note() -> Note:
    """An empty note when nothing was ever prepared."""
    with psycopg.connect(**_owner()) as connection:
        row = connection.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')").fetchone()
    text = row[0] if row else None
    return Note(**json.loads(text)) if text and text.startswith("{") else Note()


def write_note(note: Note) -> None:
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
        server_log.ensure(_parameters("default"))


def _owner() -> dict[str, Any]:
    return _parameters("owner")


def _parameters(alias: str) -> dict[str, Any]:
    owner = settings.DATABASES[alias]
    given = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"],
             "dbname": owner["NAME"], **owner["OPTIONS"]}
    return {name: value for name, value in given.items() if value}
