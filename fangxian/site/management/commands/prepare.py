"""``fangxian prepare [--demo]``: tables, shipped programmes and the demo county, as far as they are missing."""

from __future__ import annotations

import importlib
import importlib.util
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.kernel import clock
from fangxian.programmes import actions, queries
from fangxian.programmes.folder import read_folder
from fangxian.site import database
from fangxian.site.processes import starting, words
from fangxian.site.processes.starting import Note

_DEMO: Final = "fangxian.demo"


class Command(BaseCommand):
    help = "Make what the database in use lacks: tables, shipped programmes, with --demo the demo county."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo county when no county is there")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        note = starting.read_note()
        if note.demo == "loading" and database.embedded():
            note = _start_over()
        if note.tables != starting.fingerprint():
            note = _make_tables(note)
        if not _published():
            _publish()
        if demo and note.demo != "loaded":
            _load_demo(note)


def _make_tables(note: Note) -> Note:
    begun = time.monotonic()
    words.say(words.PREPARING)
    database.prepare()
    made = note._replace(tables=starting.fingerprint())
    starting.write_note(made)
    words.say(words.PREPARED, seconds=time.monotonic() - begun)
    return made


def _start_over() -> Note:
    """A demo that was interrupted is thrown away as a whole; a note of a real county never says so."""
    words.say(words.DEMO_AGAIN)
    database.drop()
    database.start()
    return Note()


def _published() -> bool:
    with working_in(SYSTEM):
        return bool(queries.all_in_force())


def _publish() -> None:
    for folder in sorted(settings.PROGRAMMES.glob("*/programme.toml")):
        begun = time.monotonic()
        with working_in(SYSTEM):
            try:
                programme, _ = actions.publish(read_folder(folder.parent), by=OPERATOR, at=clock.now())
            except actions.NotPublished as refused:
                raise CommandError("\n".join(map(str, refused.findings))) from None
        words.say(words.PUBLISHED, name=programme.id, seconds=time.monotonic() - begun)


def _load_demo(note: Note) -> None:
    spec = importlib.util.find_spec(_DEMO)
    if spec is None or spec.origin is None:
        words.say(words.DEMO_MISSING)
        return
    if starting.has_areas():
        words.say(words.DEMO_NOT_HERE)
        return
    begun = time.monotonic()
    words.say(words.DEMO_LOADING)
    starting.write_note(note._replace(demo="loading"))
    importlib.import_module(_DEMO).load()
    starting.write_note(note._replace(demo="loaded"))
    words.say(words.DEMO_LOADED, seconds=time.monotonic() - begun)
