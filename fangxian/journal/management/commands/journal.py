"""``fangxian journal verify``: is the journal what was recorded?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.verify import verify


class Command(BaseCommand):
    help = "Check every entry and every link of the chain; a changed or missing row is named by its batch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        with working_in(SYSTEM):
            count, broken = verify()
        for one in broken:
            print(f"batch {one.batch}: {one.what}")
        print(f"{count} entries checked, {len(broken)} breaks")
        sys.exit(1 if broken else 0)
