"""``fangxian permissions``: who may do what."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from fangxian.accounts import permissions, queries


class Command(BaseCommand):
    help = "Print the permission table in force; with --markdown the shipped one as a page, without a database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="the page docs/permissions.md")

    def handle(self, *args: Any, markdown: bool, **options: Any) -> None:
        if markdown:
            self.stdout.write(permissions.markdown(permissions.shipped(settings.PROGRAMMES)), ending="")
        else:
            self.stdout.write(permissions.printed(queries.permissions()))
