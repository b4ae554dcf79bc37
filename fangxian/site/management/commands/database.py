"""``fangxian database start|stop|prepare``: the embedded server, its roles and its tables."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from fangxian.site import database


class Command(BaseCommand):
    help = "Start or stop the embedded PostgreSQL, or prepare roles and tables in the database in use."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "prepare"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        {"start": database.start, "stop": database.stop, "prepare": database.prepare}[what]()
