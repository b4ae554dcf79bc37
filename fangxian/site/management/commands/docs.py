"""``fangxian docs [--check]``: write the reference pages, or say which are out of date."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fangxian.site.reference import pages

_FOLDER: Final = settings.ROOT / "docs"


class Command(BaseCommand):
    help = "Write the generated pages of docs/; with --check only compare them, for make check."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wanted = {_FOLDER / place: text for place, text in pages()}
        stale = [file for file, text in wanted.items() if not file.exists() or file.read_text("utf-8") != text]
        left = [file for file in (_FOLDER / "tables").glob("*.md") if file not in wanted]
        if check and (stale or left):
            names = ", ".join(str(file.relative_to(settings.ROOT)) for file in (*stale, *left))
            raise CommandError(f"out of date: {names}. Run: make docs")
        for file in () if check else stale:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[file], "utf-8")
        for file in () if check else left:
            file.unlink()
