"""``fangxian run``: see ``fangxian.site.processes``. The command line goes there directly, without loading Django."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from fangxian.site.processes import main


class Command(BaseCommand):
    help = "Run Fangxian: PostgreSQL, pages, worker and clock, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        main.add_arguments(parser)

    def handle(self, *args: Any, host: str, port: int, demo: bool, fresh: bool, **options: Any) -> None:
        sys.exit(main.run(host, port, demo=demo or fresh, fresh=fresh))
