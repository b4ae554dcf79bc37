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
        parser.add_argument("--if-unused", action="store_true", help="stop it only when nobody is connected")

    def handle(self, *args: Any, what: str, if_unused: bool, **options: Any) -> None:
        if if_unused and database.embedded() and database.in_use():
            return
        {"start": database.start, "stop": database.stop, "prepare": database.prepare}[what]()
