"""``fangxian rebuild --check``: does everything stored follow from the journal?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.tasks.rebuild import DIFFERING
from fangxian.tasks.rebuild_shared import check


class Command(BaseCommand):
    help = "Fold and decide everything anew from the journal, recount the figures, and compare with what is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare; nothing is written")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            raise CommandError("Say what to do: fangxian rebuild --check")
        report = compare()
        print(f"{report.subjects} subjects, {report.submissions} submissions compared")
        for name in DIFFERING:
            found = getattr(report, name)
            print(f"{name}: {len(found)} differ" + "".join(f"\n  {one}" for one in found[:20]))
        sys.exit(0 if report.same else 1)


compare = check
