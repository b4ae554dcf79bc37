"""``fangxian prepare [--demo [--fresh]]``: tables, shipped programmes, the demo county, as far as they are missing."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text
from fangxian.programmes import actions, queries
from fangxian.programmes.folder import read_folder
from fangxian.site import database
from fangxian.site.processes import starting, words
from fangxian.site.processes.starting import DatabaseNote


class Command(BaseCommand):
    help = "Make what the database in use lacks: tables, shipped programmes, with --demo the demo county."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo county when no county is there")
        parser.add_argument("--fresh", action="store_true", help="throw a demo county away first")

    def handle(self, *args: Any, demo: bool, fresh: bool, **options: Any) -> None:
        try:
            starting.ensure_server()
            with starting.preparing_alone():
                _prepare(demo=demo, fresh=fresh)
            starting.ensure_ready()
        except starting.NotPrepared:
            raise CommandError(words.NOT_PREPARED.said_in(words.language())) from None


def _prepare(*, demo: bool, fresh: bool) -> None:
    note = starting.read_note()
    if note.demo == "loading" or (fresh and note.loaded):
        note = _start_over(words.DEMO_FRESH if note.loaded else words.DEMO_AGAIN)
    if note.tables != starting.fingerprint():
        note = _make_tables(note)
    if demo and not note.loaded:
        note = _load_demo(note)
    if note.loaded or not _published():
        clock.go_ahead(dt.timedelta(seconds=note.ahead))
        _publish()


def _make_tables(note: DatabaseNote) -> DatabaseNote:
    begun = time.monotonic()
    words.say(words.PREPARING)
    database.prepare()
    made = note._replace(tables=starting.fingerprint())
    starting.write_note(made)
    words.say(words.PREPARED, seconds=time.monotonic() - begun)
    return made


def _start_over(why: Text) -> DatabaseNote:
    """A demo is thrown away as a whole; it refuses to throw away anything else."""
    words.say(why)
    with contextlib.suppress(Problem):
        importlib.import_module(starting.DEMO).reset()
    return DatabaseNote(starting.read_note().tables)


def _published() -> bool:
    with working_in(SYSTEM):
        return bool(queries.all_in_force())


def _publish() -> None:
    """Every shipped programme; one that is in force, or was published with another content, stays as it is."""
    for folder in sorted(settings.PROGRAMMES.glob("*/programme.toml")):
        begun = time.monotonic()
        with working_in(SYSTEM):
            try:
                programme, changed = actions.publish(read_folder(folder.parent), by=OPERATOR, at=clock.now())
            except actions.NotPublished as refused:
                raise CommandError("\n".join(map(str, refused.findings))) from None
            except Problem as problem:
                if problem.kind is not errors.VERSION_TAKEN:
                    raise
                words.say(words.PROGRAMME_STAYS, name=folder.parent.name)
                continue
        if changed:
            words.say(words.PUBLISHED, name=programme.id, seconds=time.monotonic() - begun)


def _load_demo(note: DatabaseNote) -> DatabaseNote:
    """The note says first that it is being loaded, so that one that is interrupted is known as such."""
    begun = time.monotonic()
    words.say(words.DEMO_LOADING)
    starting.write_note(note._replace(demo="loading"))
    try:
        at, ahead = importlib.import_module(starting.DEMO).load()
    except Problem as problem:
        starting.write_note(note)
        words.say(problem.sentence)
        return note
    words.say(words.DEMO_LOADED, seconds=time.monotonic() - begun)
    loaded = note._replace(demo="loaded", played=at.isoformat(), ahead=round(ahead.total_seconds()))
    starting.write_note(loaded)
    return loaded
