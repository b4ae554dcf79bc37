"""``fangxian restore DIR --keys DIR``: fill an empty database and its folder of keys from a backup."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.kernel.sealed_files import NotOpened
from fangxian.site.backup.bundle import NotDone
from fangxian.site.backup.restoring import restore
from fangxian.site.processes import starting, words


class Command(BaseCommand):
    help = (
        "Bring a backup back into an empty database and its folder of keys, all of it or nothing. Give the two folders"
        " of one backup; FANGXIAN_BACKUP_PASSPHRASE opens a sealed one.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--keys", type=Path, required=True, metavar="DIR", help="where its keys are")

    def handle(self, *args: Any, folder: Path, keys: Path, **options: Any) -> None:
        passphrase = os.environ.get("FANGXIAN_BACKUP_PASSPHRASE", "")
        try:
            left = restore(folder, keys, passphrase=passphrase)
        except NotDone as why:
            raise CommandError(why.sentence.said_in(words.language())) from None
        except (NotOpened, starting.NotPrepared) as why:
            raise CommandError(str(why)) from None
        for name in left:
            words.say(words.STAYS_DESTROYED, file=name)
        words.say(words.RESTORED)
