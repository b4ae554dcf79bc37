"""``fangxian journal verify|checkpoint|key``: is the journal what was recorded, and does it only grow?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import checkpoint
from fangxian.journal.verify import one_snapshot, verify
from fangxian.kernel import notes


class Command(BaseCommand):
    help = (
        "verify: check every entry and every link of the chain, and that it continues a checkpoint; a changed or"
        " missing row is named by its batch. checkpoint: write a signed checkpoint of now, to be kept elsewhere."
        " key: the public key that checkpoints are checked by.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "checkpoint", "key"])
        parser.add_argument("--since", type=Path, metavar="CHECKPOINT",
                            help="a checkpoint kept elsewhere; without it the newest one published here")
        parser.add_argument("--key", default="", help="the public key to check it by; without it this installation's")

    def handle(self, *args: Any, what: str, since: Path | None, key: str, **options: Any) -> None:
        if what == "verify":
            sys.exit(_verify(since, key))
        with transaction.atomic():
            print(checkpoint.taken() if what == "checkpoint" else f"{checkpoint.verifier()}\n", end="")


def _verify(since: Path | None, key: str) -> int:
    file = since or checkpoint.published()
    with one_snapshot(), working_in(SYSTEM):
        before = _read(file, key) if file else None
        count, broken = verify()
        told = _told(before) if before else "No checkpoint was published yet."
    for one in broken:
        print(f"batch {one.batch}: {one.what}")
    print(told)
    print(f"{count} entries checked, {len(broken)} breaks")
    return 1 if broken or told.startswith("BROKEN") else 0


def _read(file: Path, key: str) -> checkpoint.Checkpoint:
    try:
        trusted = notes.Verifier.read(key) if key else checkpoint.verifier()
        return checkpoint.read(file.read_bytes(), trusted)
    except (OSError, ValueError) as why:
        raise CommandError(f"{file}: {why}") from None


def _told(before: checkpoint.Checkpoint) -> str:
    try:
        grown = checkpoint.grown(before)
    except checkpoint.Shrunk as why:
        return f"BROKEN: {why}"
    return f"{before.size} batches are as the checkpoint says, {grown} came after it"
