"""``fangxian keys [destroy BUCKET | give-up NAME | renew-scope]``: which keys are in use, and the end of one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from fangxian.accounts import signing
from fangxian.accounts.scope import SYSTEM, current, working_in
from fangxian.journal import actions, keys
from fangxian.journal.types import Actor, Order
from fangxian.kernel import clock
from fangxian.kernel.keys import SINGLE, check_value, new_key_file


class Command(BaseCommand):
    help = (
        "Say which keys are in use and whether their files are there. 'destroy BUCKET' ends a bucket's retention;"
        " 'give-up NAME' is for a file that is lost for good: of a bucket nothing can be read any more, the journal"
        " goes on under a new key. 'renew-scope' makes another secret to sign scopes with, if the old may be known.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["list", "destroy", "give-up", "renew-scope"], default="list")
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("--yes", action="store_true", help="this can't be undone; say that you mean it")

    def handle(self, *args: Any, what: str, name: str, yes: bool, **options: Any) -> None:
        if what == "renew-scope":
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                signing.bring_in_line(cursor)  # a renewal that broke off may have left the two apart
        with working_in(SYSTEM):
            if what == "list":
                sys.exit(_tell())
            if what == "renew-scope":
                self.stdout.write(_renewed())
                return
            known = keys.registered(name).get(name)
            if known is None or known.destroyed or (name in SINGLE and what == "destroy"):
                raise CommandError(f"{name or 'nothing'}: no key of that name is in use; see: fangxian keys")
            if what == "give-up" and (settings.KEYS / f"{name}.key").exists():
                raise CommandError(f"{name}.key is there. Move it away first, if it is the wrong one.")
            if not yes:
                raise CommandError(f"What {name} protects can never be read again. Add --yes to go on.")
            _end(name)
            _put_down(what.replace("-", "_"), name)


def _renewed() -> str:
    """The order stands in the journal first: what comes after is signed anew."""
    _put_down("renew_scope", "scope")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        signing.renew(cursor)
    return "Scopes are signed with a new secret. A request that was under way may have failed; nothing is lost."


def _put_down(name: str, key: str) -> None:
    actions.orders(
        [Order(f"key_{name}", current().area.lo, {"key": key})],
        by=Actor(path=current().area.lo, source="command"), at=clock.now())


def _tell() -> int:
    faults = {str(fault.values["file"]).removesuffix(".key"): fault for fault in keys.faults()}
    for name, known in keys.registered().items():
        if name in faults:
            print(f"{name}  {faults[name].sentence}")
        else:
            print(f"{name}  {'destroyed' if known.destroyed else 'in use'}")
    return 1 if faults else 0


def _end(name: str) -> None:
    if name in SINGLE:
        keys.give_up(name, check_value(new_key_file(settings.KEYS, name)), clock.now())
    else:
        keys.ring().destroy(name)
