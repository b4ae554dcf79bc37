"""A county at full size to measure in: the demo's tree and posts, people by the thousand, in a database of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import django
import psycopg
from psycopg import sql

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
os.environ.setdefault("FANGXIAN_DATABASE", "bench_world")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from bench import busy  # noqa: E402
from fangxian.accounts.scope import SYSTEM, working_in  # noqa: E402
from fangxian.accounts.types import OPERATOR  # noqa: E402
from fangxian.areas import actions as areas  # noqa: E402
from fangxian.demo import county, people, staff  # noqa: E402
from fangxian.demo.staff import Staff  # noqa: E402
from fangxian.journal.actions import record  # noqa: E402
from fangxian.journal.types import Submission  # noqa: E402
from fangxian.kernel.ids import many_uuid7  # noqa: E402
from fangxian.programmes import actions as programmes  # noqa: E402
from fangxian.programmes.folder import read_folder  # noqa: E402
from fangxian.site import database  # noqa: E402

CHUNK: Final = 10_000
DAY: Final = dt.timedelta(days=1)
NOON: Final = dt.datetime(2020, 3, 20, 4, 0, tzinfo=dt.UTC)  # 12:00 in the county


def say(name: str, value: float, unit: str, **note: Any) -> None:
    """One figure as one line."""
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, **note}, ensure_ascii=False), flush=True)


@contextmanager
def fresh() -> Iterator[None]:
    """An empty database and a key folder of its own; both are thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="fangxian-bench-") as keys:
        settings.KEYS = Path(keys)
        settings.DEMO = False
        database.start()
        drop()
        database.start()
        database.prepare()
        try:
            yield
        finally:
            connections.close_all()
            drop()


def name() -> str:
    """What this process's database is called."""
    return str(settings.DATABASES["owner"]["NAME"])


@contextmanager
def admin() -> Iterator[psycopg.Connection[Any]]:
    """A connection that can make and drop databases."""
    owner = settings.DATABASES["owner"]
    with psycopg.connect(host=owner["HOST"], user=owner["USER"], dbname="postgres", autocommit=True) as found:
        yield found


def drop(database: str = "") -> None:
    """Throw a database away; the benchmark's own without a name."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database or name()))
    with admin() as connected:
        connected.execute(statement)


def found(since: dt.datetime, at: dt.datetime) -> Staff:
    """Areas, posts and programmes; since ten days at least, for one of the demo's absences began nine days ago."""
    since = min(since, at - 10 * DAY)
    with working_in(SYSTEM):
        for name in ("entry", "residents"):
            programmes.publish(read_folder(settings.PROGRAMMES / name), by=OPERATOR, at=since)
        areas.load(listing=county.tree(), by=None, at=since)
        return staff.hire(since=since, at=at)


def register(count: int, crew: Staff, at: dt.datetime) -> list[people.InventedPerson]:
    """So many residents known, recorded as the demo does."""
    known = people.residents(count, at.date())
    for start in range(0, count, CHUNK):
        chunk = known[start : start + CHUNK]
        send(
            crew,
            at,
            [
                Submission(
                    id=one,
                    programme="residents",
                    form="resident",
                    subject=person.subject,
                    happened_at=at,
                    answers=people.resident_answers(person),
                    path=crew.paths[person.grid],
                )
                for one, person in zip(many_uuid7(at, len(chunk)), chunk, strict=True)
            ],
        )
    return known


def send(crew: Staff, at: dt.datetime, submissions: list[Submission]) -> None:
    """Record as the county's duty officer; a refusal is a mistake of the benchmark."""
    with working_in(SYSTEM):
        receipt = record(submissions, by=crew.actor("xian", "import"), at=at)
    if receipt.refused:
        sys.exit(f"refused: {receipt.refused[0]}")


def listed(
    person: people.InventedPerson,
    subject: uuid.UUID,
    at: dt.datetime,
    arrived: dt.datetime,
    origin: str,
    crew: Staff,
    *,
    placed: bool = True,
) -> Submission:
    """One line of an official list; not ``placed``: its address fits no grid, and the township is to choose one."""
    answers = {
        "source": "bench",
        "name": person.name.latin,
        "document_type": "passport",
        "document_number": person.document[:9],
        "birth_date": person.born.isoformat(),
        "phone": person.phone,
        "transport_number": _flight(person),
        "seat": "12A",
        "arrived": arrived.isoformat(),
        "origin": origin,
        "countries": origin,
        "address": person.address,
        **({"grid": person.grid} if placed else {}),
    }
    return Submission(
        id=many_uuid7(at, 1)[0],
        programme="entry",
        form="listed",
        subject=subject,
        happened_at=at,
        answers=answers,
        path=crew.paths[person.grid if placed else _township(person)],
    )


def _township(person: people.InventedPerson) -> str:
    return next(grid.township for grid in county.grids() if grid.code == person.grid)


def arrival(
    person: people.InventedPerson, subject: uuid.UUID, at: dt.datetime, arrived: dt.datetime, origin: str
) -> Submission:
    """Its arrival registration."""
    answers = {
        "name": person.name.latin,
        "sex": person.sex,
        "birth_date": person.born.isoformat(),
        "nationality": "IT",
        "name_latin": person.name.latin,
        "document_type": "passport",
        "document_number": person.document[:9],
        "phone": person.phone,
        "transport": "flight",
        "transport_number": _flight(person),
        "seat": "12A",
        "arrived": arrived.isoformat(),
        "origin": origin,
        "countries": origin,
        "address": person.address,
        "household": person.household,
        "symptoms": "none",
        "frail": "no",
    }
    return Submission(
        id=many_uuid7(at, 1)[0], programme="entry", form="arrival", subject=subject, happened_at=at, answers=answers
    )


def _flight(person: people.InventedPerson) -> str:
    """Two hundred to a flight, as aboard a real one."""
    return f"MU{person.number // 200}"


def visit(person: people.InventedPerson, subject: uuid.UUID, at: dt.datetime) -> Submission:
    """Its verification at the door: a suitable home."""
    answers = {
        "person_seen": "yes",
        "document_seen": "yes",
        "address_right": "yes",
        "household": person.household,
        "own_room": "yes",
        "own_bathroom": "yes",
        "vulnerable_at_home": "no",
        "frail": "no",
        "agreement_read": True,
        "agreement_signed": "yes",
    }
    entry = many_uuid7(at, 1)[0]
    return Submission(
        id=entry, programme="entry", form="verification", subject=subject, happened_at=at, answers=answers
    )


def check(subject: uuid.UUID, at: dt.datetime) -> Submission:
    """A routine health check with a remark, so that something has to be encrypted."""
    return Submission(
        id=many_uuid7(at, 1)[0],
        programme="entry",
        form="daily_check",
        subject=subject,
        happened_at=at,
        answers={"temperature": 36.5, "symptoms": "none", "needs": "none", "note": "睡得好"},
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def spent(work: Callable[[], object]) -> tuple[float, dict[str, float]]:
    """How long it takes, and the processor seconds of this process and of the server meanwhile: on a machine that
    others use too, only those can be compared.
    """
    python, postgresql = time.process_time(), busy.seconds(busy.server())
    took = seconds(work)
    used = (time.process_time() - python, busy.seconds(busy.server()) - postgresql)
    return took, dict(zip(("cpu_python", "cpu_postgresql"), (round(one, 2) for one in used), strict=True))


def analyse() -> None:
    """Fresh statistics, as autovacuum would have made them by then."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
