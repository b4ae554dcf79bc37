"""A county at full size, made once and copied for every benchmark that wants it.

1,000,000 people known, 30,000 of them under a measure by real records. The copy is made by PostgreSQL from a template
database; the template is thrown away at the end unless ``FANGXIAN_BENCH_KEEP`` is set, and then it stands for as long
as what it was made from.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connections
from psycopg import sql

from bench import world
from fangxian.demo import county, people
from fangxian.demo.staff import Staff
from fangxian.kernel.ids import many_uuid7
from fangxian.site import database

MANAGED, CHANGING, KNOWN, UNPLACED = 30_000, 900, 1_000_000, 300
KEEP: Final = "FANGXIAN_BENCH_KEEP"
_PREFIX: Final = "bench_full_"
_BEGUN: Final = time.monotonic()
_PEOPLE: Final = """
INSERT INTO subjects_subject (id, kind, path, bucket, wrapped_key, drill, created_at, programmes)
SELECT uuidv7(), 'person', paths[1 + n %% array_length(paths, 1)], '2021-03', decode(md5(n::text), 'hex'), false, now(),
       '{residents}'
FROM generate_series(1, %s) AS n, (SELECT %s::varchar[] AS paths) AS given
"""


def tell(what: str) -> None:
    """Progress, for whoever waits."""
    print(f"{time.monotonic() - _BEGUN:6.1f} s  {what}", file=sys.stderr, flush=True)


@contextmanager
def standing() -> Iterator[None]:
    """The county in this process's own database; thrown away afterwards."""
    settings.KEYS = settings.VAR / "bench-keys"
    settings.DEMO = False
    database.start()
    template = _template()
    world.drop()
    if template in _databases():
        _copy(template, world.name())
        tell("copied the county")
    else:
        forget()
        database.start()
        database.prepare()
        _build()
        connections.close_all()
        _copy(world.name(), template)
        tell("kept a copy of the county")
    try:
        yield
    finally:
        connections.close_all()
        world.drop()
        if not os.environ.get(KEEP):
            forget()


def forget() -> None:
    """Throw away every template and the keys that open what is in it."""
    for name in _databases():
        if name.startswith(_PREFIX):
            world.drop(name)
    shutil.rmtree(settings.VAR / "bench-keys", ignore_errors=True)


def _template() -> str:
    """Named after what it is made from."""
    roots = (settings.PROGRAMMES, settings.ROOT / "fangxian", settings.ROOT / "bench")
    shaping = [file for root in roots for file in root.rglob("*") if file.is_file() and _shapes(file.as_posix())]
    mark = hashlib.sha256()
    for file in sorted(shaping):
        mark.update(file.read_bytes())
    return f"{_PREFIX}{mark.hexdigest()[:10]}"


def _shapes(file: str) -> bool:
    return file.endswith(("bench/full.py", "bench/world.py", ".toml", ".csv", ".md")) or "/migrations/0" in file


def _databases() -> list[str]:
    with world.admin() as admin:
        return [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]


def _copy(of: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    with world.admin() as admin:
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(of)))


def _build() -> None:
    gc.disable()  # tens of thousands of records live at once, and none in a cycle
    crew = world.found(world.NOON - 20 * world.DAY, world.NOON)
    tell("areas, posts and programmes")
    _know(crew)
    tell(f"{KNOWN:,} people known")
    _manage(crew)
    world.analyse()
    gc.enable()


def _know(crew: Staff) -> None:
    """People who are merely known, straight into the table: they only have to be there."""
    paths = [crew.paths[grid.code] for grid in county.grids()]
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PEOPLE, [KNOWN, paths])


def _manage(crew: Staff) -> None:
    """People under a measure, by real records; some whose observation ends by itself on the day after.

    Some more wait for somebody to choose their grid.
    """
    known = people.residents(MANAGED + UNPLACED, world.NOON.date())
    subjects = many_uuid7(world.NOON, len(known))
    for start in range(0, MANAGED, world.CHUNK):
        chunk = range(start, min(start + world.CHUNK, MANAGED))
        told = [(known[i], subjects[i], world.NOON, *_journey(i)) for i in chunk]
        world.send(crew, world.NOON, [world.listed(*one, crew) for one in told])
        world.send(crew, world.NOON, [world.arrival(*one) for one in told])
        world.send(crew, world.NOON, [world.visit(*one[:3]) for one in told])
        tell(f"{chunk.stop:,} people managed")
    lost = [(known[i], subjects[i], world.NOON, *_journey(i)) for i in range(MANAGED, len(known))]
    world.send(crew, world.NOON, [world.listed(*one, crew, placed=False) for one in lost])


def somebody() -> people.InventedPerson:
    """One of those under a measure."""
    return people.residents(1, world.NOON.date())[0]


def _journey(number: int) -> tuple[dt.datetime, str]:
    return world.NOON - (13 if number < CHANGING else 3) * world.DAY, "SG" if number < CHANGING else "IT"


if __name__ == "__main__":
    database.start()
    forget()
