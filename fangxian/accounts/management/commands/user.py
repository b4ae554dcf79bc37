"""``fangxian user add NAME --post KIND --area CODE``, and ``user password``, ``forget-factor``, ``shut-out``,
``let-in`` and ``end-post NAME``.

What is done on the server: the first administrator of a county, the second, and the password or lost second factor of
one who is the equal of all the others.
"""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from fangxian.accounts import actions, queries
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, POST_KINDS
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem


class Command(BaseCommand):
    help = "Add a user with a post, give a new password (printed once), take away a lost second factor, or the posts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        add = what.add_parser("add", help="add a user with a post")
        add.add_argument("name", help="the username")
        add.add_argument("--post", required=True, choices=list(POST_KINDS), help="the kind of post")
        add.add_argument("--area", required=True, help="the code of the area")
        add.add_argument("--display-name", default="", help="the name others see")
        add.add_argument("--phone", default="")
        password = what.add_parser("password", help="a new one-time password; it ends every session of the user")
        password.add_argument("name", help="the username")
        out = what.add_parser("shut-out", help="shut a user out at once; their posts stay, and count for nothing")
        out.add_argument("name", help="the username")
        again = what.add_parser("let-in", help="let a user in again")
        again.add_argument("name", help="the username")
        ending = what.add_parser("end-post", help="end every post of a user")
        ending.add_argument("name", help="the username")
        factor = what.add_parser("forget-factor", help="take away the second factor somebody lost; every session ends")
        factor.add_argument("name", help="the username")

    def handle(self, *args: Any, what: str, name: str, **options: Any) -> None:
        at = clock.now()
        try:
            with working_in(SYSTEM):
                said = _added(name, options, at) if what == "add" else _DEEDS[what](name, at)
        except Problem as problem:
            raise CommandError(problem.sentence.en) from None
        self.stdout.write(said)


def _added(name: str, options: dict[str, Any], at: dt.datetime) -> str:
    made = actions.make_user(
        username=name, display_name=options["display_name"], phone=options["phone"], by=OPERATOR, at=at)
    post, area = options["post"], options["area"]
    actions.give_post(user=made.id, kind=post, area=area, by=OPERATOR, at=at)
    return f"{name} is {post} at {area}. {_said(made.password)}"


def _password(name: str, at: dt.datetime) -> str:
    return f"{name} is signed out everywhere. {_said(actions.issue_password(user=_user(name), by=OPERATOR, at=at))}"


def _forget_factor(name: str, at: dt.datetime) -> str:
    factors.remove_all(user=_user(name), by=OPERATOR, at=at)
    return f"{name} signs in with the password alone, and is asked for a new second factor where one is needed."


def _shut_out(name: str, at: dt.datetime) -> str:
    actions.let_in(user=_user(name), allowed=False, by=OPERATOR, at=at)
    return f"{name} is signed out everywhere and can't sign in."


def _let_in(name: str, at: dt.datetime) -> str:
    actions.let_in(user=_user(name), allowed=True, by=OPERATOR, at=at)
    return f"{name} may sign in again."


def _end_posts(name: str, at: dt.datetime) -> str:
    user = _user(name)
    held = [post for post in queries.roster().posts.values()
            if post.user == user and (post.valid_to is None or at < post.valid_to)]
    for post in held:
        actions.end_post(post=post.id, by=OPERATOR, at=at)
    return f"{len(held)} posts of {name} have ended."


def _user(name: str) -> int:
    found = [one.user for one in queries.find_users(name) if one.username == name]
    if not found:
        raise CommandError(f"There is no user {name}.")
    return found[0]


_DEEDS: Final = {"password": _password, "forget-factor": _forget_factor, "shut-out": _shut_out, "let-in": _let_in,
                 "end-post": _end_posts}


def _said(password: str) -> str:
    return f"One-time password, to be changed within 7 days at the first sign-in:\n{password}"
