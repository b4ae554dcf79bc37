"""``fangxian programme check DIR``, ``publish DIR`` and ``list``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from fangxian.kernel.findings import FilePlace, Finding, Severity, errors
from fangxian.kernel.text import Text
from fangxian.programmes import actions, load, queries
from fangxian.programmes.folder import FolderError, read_folder

_ROW: Final = Text("row {number}", "第{number}行")
_COLUMN: Final = Text("column {name}", "“{name}”列")
_WARNING: Final = Text("look at this", "请留意")
_FOUND: Final = Text("{errors} to correct, {warnings} to look at.", "须更正 {errors} 处，请留意 {warnings} 处。")
_NOTHING: Final = Text("Nothing found: it can be published.", "未发现问题，可以发布。")
_PUBLISHED: Final = Text("{id} {version} is in force.", "{id} {version} 已生效。")
_AS_IT_WAS: Final = Text("{id} {version} was in force already.", "{id} {version} 此前已生效。")


class Command(BaseCommand):
    help = "Check a programme's folder, publish it, or list what is published."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("check", help="name every mistake; needs no database").add_argument("folder", type=Path)
        what.add_parser("publish", help="bring it into force").add_argument("folder", type=Path)
        what.add_parser("list", help="every version, with what is in force")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "check":
            self._check(options["folder"])
        elif what == "publish":
            self._publish(options["folder"])
        else:
            self._list()

    def _check(self, folder: Path) -> None:
        found = load.check(folder)
        self._say(found)
        if errors(found):
            sys.exit(1)

    def _publish(self, folder: Path) -> None:
        try:
            with working_in(SYSTEM):
                programme, changed = actions.publish(read_folder(folder), by=OPERATOR, at=clock.now())
        except FolderError as error:
            raise CommandError(_line(error.finding)) from None
        except actions.NotPublished as refused:
            self._say(refused.findings)
            sys.exit(1)
        except Problem as problem:
            raise CommandError(_said(problem.sentence)) from None
        sentence = _PUBLISHED if changed else _AS_IT_WAS
        self.stdout.write(_said(sentence.filled(id=programme.id, version=programme.version)))

    def _list(self) -> None:
        with working_in(SYSTEM):
            for one in queries.published():
                mark = "*" if one.in_force else " "
                self.stdout.write(f"{mark} {one.programme} {one.version}  {one.at:%Y-%m-%d %H:%M}")

    def _say(self, found: Iterable[Finding]) -> None:
        told = list(found)
        for finding in told:
            self.stdout.write(_line(finding))
        wrong = len(errors(told))
        self.stdout.write(_said(_FOUND.filled(errors=wrong, warnings=len(told) - wrong) if told else _NOTHING))


def _line(finding: Finding) -> str:
    mark = f" ({_said(_WARNING)})" if finding.severity is Severity.WARNING else ""
    return f"{_where(finding.place)}{mark}: {_said(finding.message)}"


def _where(place: FilePlace) -> str:
    parts = [place.file]
    if place.sheet:
        parts.append(f"[{place.sheet}]")
    if place.row is not None:
        parts.append(_said(_ROW.filled(number=place.row)))
    if place.column:
        parts.append(_said(_COLUMN.filled(name=place.column)))
    return " ".join(parts)


def _said(text: Text) -> str:
    return text.said_in(get_language() or "en")
