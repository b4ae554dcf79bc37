"""``fangxian moment base DIR``, ``fangxian moment back BASE --until TIME``: the database as it was at a moment."""

from __future__ import annotations

import datetime as dt
import os
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.kernel import clock
from fangxian.site.backup.bundle import NotDone
from fangxian.site.backup.moments import base_backup, ensure_archived, go_back
from fangxian.site.processes import words
from fangxian.site.processes.starting import connection_of


class Command(BaseCommand):
    help = (
        "base: copy the server as it runs to DIR, from where the archived changes (FANGXIAN_ARCHIVE) lead on."
        " back: make the embedded server anew from such a copy, as it was at a moment.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["base", "back"])
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--until", type=_instant, help="such as 2020-03-20T10:15+08:00")
        parser.add_argument("--archive", type=Path, default=os.environ.get("FANGXIAN_ARCHIVE"), metavar="DIR")

    def handle(
        self, *args: Any, what: str, folder: Path, until: dt.datetime | None, archive: Path | None, **options: Any
    ) -> None:
        try:
            if what == "base":
                server = connection_of("owner")
                ensure_archived(server)
                self.stdout.write(str(base_backup(folder, server=server, at=clock.now())))
            elif until is None or archive is None:
                raise CommandError("Say to which moment, and where the archive is: --until TIME --archive DIR")
            else:
                go_back(folder, Path(archive), until)
                words.say(words.RESTORED)
        except NotDone as why:
            raise CommandError(why.sentence.said_in(words.language())) from None


def _instant(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no moment; write it as 2020-03-20T10:15+08:00") from None
    if found.tzinfo is None:
        raise ArgumentTypeError(f"{text} lacks its zone; write it as 2020-03-20T10:15+08:00")
    return found
