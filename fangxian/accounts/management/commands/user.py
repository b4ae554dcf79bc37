"""``fangxian user add NAME --post KIND --area CODE``: somebody new, such as the first administrator of a county."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fangxian.accounts import actions
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, POST_KINDS
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem


class Command(BaseCommand):
    help = "Add a user with a post; prints a one-time password, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_subparsers(dest="what", required=True).add_parser("add", help="add a user with a post")
        add.add_argument("name", help="the username")
        add.add_argument("--post", required=True, choices=list(POST_KINDS), help="the kind of post")
        add.add_argument("--area", required=True, help="the code of the area")
        add.add_argument("--display-name", default="", help="the name others see")
        add.add_argument("--phone", default="")

    def handle(self, *args: Any, name: str, post: str, area: str, **options: Any) -> None:
        at = clock.now()
        try:
            with working_in(SYSTEM):
                made = actions.make_user(
                    username=name, display_name=options["display_name"], phone=options["phone"], by=OPERATOR, at=at)
                actions.give_post(user=made.id, kind=post, area=area, by=OPERATOR, at=at)
        except Problem as problem:
            raise CommandError(problem.sentence.en) from None
        self.stdout.write(
            f"{name} is {post} at {area}. One-time password, to be changed within 7 days at the first sign-in:\n"
            f"{made.password}")
