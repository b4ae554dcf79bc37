"""``fangxian drill list|begin|end``: the same as on the page, from the server."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.intake import drills
from fangxian.journal.types import Actor
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes


class Command(BaseCommand):
    help = (
        "list: the drills that go on and the latest that ended. begin: file a programme's drill about somebody made up"
        " in a grid. end: take back everything about them. What belongs to a drill is marked and never counts.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list")
        begin = what.add_parser("begin")
        begin.add_argument("programme")
        begin.add_argument("drill", help="its name in [[drill]]")
        begin.add_argument("--area", required=True, metavar="CODE", help="the grid it is held in")
        end = what.add_parser("end")
        end.add_argument("id", type=uuid.UUID)

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        with working_in(SYSTEM):
            try:
                found = _done(what, options)
            except Problem as problem:
                raise CommandError(problem.sentence.en) from None
        for one in found:
            state = f"ended {one.ended:%Y-%m-%d %H:%M}Z" if one.ended else "goes on"
            self.stdout.write(f"{one.id} {one.programme}/{one.name} begun {one.begun:%Y-%m-%d %H:%M}Z, {state}")


def _done(what: str, options: dict[str, Any]) -> list[drills.Drill]:
    by, at = Actor(path="", source="command"), clock.now()
    if what == "begin":
        programme = programmes.in_force(options["programme"])
        return [drills.begin(
            programme=programme, drill=options["drill"], area=options["area"], within=EVERYWHERE, by=by, at=at)]
    if what == "end":
        return [drills.end(drill=options["id"], within=EVERYWHERE, by=by, at=at)]
    return drills.held(EVERYWHERE)
