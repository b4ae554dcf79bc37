"""``fangxian backup DIR --keys DIR``: the database to one place and the keys to another, opened before they count."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.kernel import clock
from fangxian.site.backup.bundle import NotDone
from fangxian.site.backup.making import back_up
from fangxian.site.processes import words


class Command(BaseCommand):
    help = (
        "Back up the database to DIR and the keys to another folder, each in a folder named by the moment. Both are"
        " sealed where FANGXIAN_BACKUP_PASSPHRASE is set. The backup is brought back on a server of its own, its"
        " journal verified and its keys tried before it counts.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--keys", type=Path, required=True, metavar="DIR", help="where the keys go")

    def handle(self, *args: Any, folder: Path, keys: Path, **options: Any) -> None:
        passphrase = os.environ.get("FANGXIAN_BACKUP_PASSPHRASE", "")
        try:
            made = back_up(folder, keys, passphrase=passphrase, at=clock.now())
        except NotDone as why:
            raise CommandError(why.sentence.said_in(words.language())) from None
        words.say(words.BACKED_UP, database=made[0], keys=made[1])
