"""A process whose threads file at the same time, as a server's requests do, and say what was acknowledged."""

from __future__ import annotations

import datetime as dt
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import django
from django.conf import settings

from .recorder import acknowledge

THREADS: Final = 4
SUBJECTS: Final = 8
MOST: Final = 2_000
AT: Final = dt.datetime(2020, 3, 20, 3, 0, tzinfo=dt.UTC)


def ids(number: int, thread: int) -> Iterator[uuid.UUID]:
    """What a thread files in a round, the same whenever it is asked for."""
    base = (number + 1) << 96 | (thread + 1) << 88 | 0x7000 << 64 | 0x8 << 60
    return (uuid.UUID(int=base | line) for line in range(MOST))


def subjects(number: int) -> list[uuid.UUID]:
    """Whom a round is about: its threads all meet at the same few."""
    return [uuid.UUID(int=(number + 1) << 96 | 0x7000 << 64 | 0x9 << 60 | one) for one in range(SUBJECTS)]


def main(name: str, keys: str, number: int, codes: str) -> None:
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = name
    settings.KEYS = Path(keys)
    django.setup()
    from fangxian.journal import together  # noqa: PLC0415  (needs Django set up)
    from tests.invariants.together import filing  # noqa: PLC0415

    together.open_recorder()
    file = filing(codes.split(","))
    threads = [threading.Thread(target=work, args=(file, number, thread)) for thread in range(THREADS)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work(file: Callable[[uuid.UUID, uuid.UUID, int], None], number: int, thread: int) -> None:
    about = islice(cycle(subjects(number)), thread, None)
    for one, subject in zip(ids(number, thread), about, strict=False):
        file(one, subject, thread)
        acknowledge([one])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
