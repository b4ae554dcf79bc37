"""A process that records and says what was acknowledged, for its parent to kill."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import django
from django.conf import settings

BATCHES: Final = (1, 1, 1, 300, 1, 2000, 1)


def batches(number: int) -> Iterator[list[uuid.UUID]]:
    """The ids of each batch of a round, the same whenever they are asked for."""
    line = 0
    while line < 40_000:
        for size in BATCHES:
            yield [uuid.UUID(int=(number + 1) << 96 | 0x7000 << 64 | 0x8 << 60 | one)
                   for one in range(line, line + size)]
            line += size


def main(name: str, keys: str, number: int, path: str, posts: str = "") -> None:
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = name
    settings.KEYS = Path(keys)
    django.setup()
    from tests.invariants import waiting  # noqa: PLC0415  (needs Django set up)
    from tests.invariants.sending import send  # noqa: PLC0415

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if posts:
        waiting.work(number, posts, acknowledge)
        return
    for ids in batches(number):
        send(ids, path)
        acknowledge(ids)


def acknowledge(ids: Sequence[uuid.UUID]) -> None:
    """One write to the pipe, which the kernel keeps though this process dies."""
    os.write(1, f"{ids[0]} {len(ids)}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
