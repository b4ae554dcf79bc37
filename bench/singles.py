"""Health checks over HTTP, one a request, each by the grid worker of its person, to the server ``fangxian run`` starts.

Everything is decided, the tasks are reconciled and all of it is committed before the answer.

The clients are a process of their own on the same cores (``single_client``), each on a connection that is kept.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import subprocess
import sys
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count as count_from
from itertools import cycle, islice
from typing import Any, Final

from django.conf import settings

from bench import busy, world
from bench.serving import serving, session
from fangxian.demo.people import InventedPerson
from fangxian.demo.staff import Staff
from fangxian.journal.types import Submission
from fangxian.kernel.canonical import dumps
from fangxian.kernel.ids import many_uuid7

KNOWN, MANAGED, CLIENTS, EACH, WARM, LONG, PORT = 6_000, 2_000, 8, 300, 60, 1_400, 8766
CORES: Final = 2
AT: Final = world.NOON + dt.timedelta(hours=1)
NEXT: Final = AT - dt.timedelta(minutes=50)
OFTEN: Final = dt.timedelta(seconds=0.5)
_sent_before: Final = count_from()  # each check happened a moment after the one before, as checks do
_TOKEN: Final = "b" * 32  # of a browser that has one; it has to be the same in the cookie and in the header
Sent = dict[str, Any]


def main() -> None:
    with world.fresh():
        crew = world.found(world.NOON - 3 * world.DAY, world.NOON)
        people = world.register(KNOWN, crew, world.NOON - 2 * world.DAY)
        workers = _workers(crew, people)
        subjects = _arrivals(crew, [person for own in workers.values() for person in own][:MANAGED])
        world.analyse()
        own = {name: [subjects[one.number] for one in found if one.number in subjects]
               for name, found in workers.items()}
        own = {name: found for name, found in own.items() if found}
        heads = {name: _head(name) for name in own}
        with serving(PORT, AT) as pages:
            _ask([_client(heads, own, name, WARM, number) for number, name in enumerate(_named(own, CLIENTS))])
            for count in (1, CLIENTS):
                named = enumerate(_named(own, count))
                clients = [_client(heads, own, name, EACH, number) for number, name in named]
                _tell(pages, f"{count} client{'s' * (count > 1)}", clients)
            name = next(iter(own))
            long = {name: own[name][:1]}
            _fill(crew, long[name][0])
            world.analyse()
            _tell(pages, f"1 client, a person with {LONG:,} submissions", [_client(heads, long, name, EACH, 0)])


def _workers(crew: Staff, people: Sequence[InventedPerson]) -> dict[str, list[InventedPerson]]:
    """People by the grid worker who answers for them, of so many grids as there are clients and then some."""
    found: dict[str, list[InventedPerson]] = defaultdict(list)
    for one in people:
        username = f"w{one.grid}"
        if username in crew.users:
            found[username].append(one)
    most = sorted(found, key=lambda name: (-len(found[name]), name))[: 3 * CLIENTS]
    return {name: found[name] for name in most}


def _arrivals(crew: Staff, people: Sequence[InventedPerson]) -> dict[int, uuid.UUID]:
    """All of them under home observation: on the list, registered, their home looked at."""
    arrived = world.NOON - world.DAY
    subjects = many_uuid7(arrived, len(people))
    paired = list(zip(people, subjects, strict=True))
    lines = [world.listed(one, subject, arrived, arrived, "IT", crew) for one, subject in paired]
    world.send(crew, arrived, lines)
    later = arrived + dt.timedelta(hours=1)
    world.send(crew, later, [world.arrival(one, subject, later, arrived, "IT") for one, subject in paired])
    later += dt.timedelta(hours=1)
    world.send(crew, later, [world.visit(one, subject, later) for one, subject in paired])
    return {one.number: subject for one, subject in paired}


def _fill(crew: Staff, subject: uuid.UUID) -> None:
    """A check every half a minute of the day before, as often as no worker does."""
    begun, often = world.NOON - world.DAY + dt.timedelta(hours=3), dt.timedelta(seconds=30)
    world.send(crew, AT, [world.check(subject, begun + often * number) for number in range(LONG)])


def _named(own: Mapping[str, Any], count: int) -> list[str]:
    return list(islice(cycle(own), count))


def _head(username: str) -> str:
    cookies = f"{settings.SESSION_COOKIE_NAME}={session(username)}; {settings.CSRF_COOKIE_NAME}={_TOKEN}"
    return (f"POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nX-CSRFToken: {_TOKEN}\r\n"
            "Content-Type: application/json\r\nAccept-Encoding: gzip\r\nAccept-Language: zh-hans\r\n")


def _client(
    heads: Mapping[str, str], own: Mapping[str, list[uuid.UUID]], name: str, count: int, number: int,
) -> Sent:
    subjects = islice(cycle(own[name][number:] + own[name][:number]), count)
    checks = (world.check(subject, NEXT + OFTEN * next(_sent_before)) for subject in subjects)
    return {"head": heads[name], "bodies": [dumps([_sent(one)]) for one in checks]}


def _sent(one: Submission) -> Sent:
    return {"id": one.id, "programme": one.programme, "form": one.form, "subject": one.subject,
            "happened_at": one.happened_at, "answers": one.answers}


def _tell(pages: int, what: str, clients: Sequence[Sent]) -> None:
    before = busy.seconds(pages), busy.seconds(busy.server())
    found = _ask(clients)
    after = busy.seconds(pages), busy.seconds(busy.server())
    times = found["times"]
    own, database = ((now - then) / len(times) * 1000 for then, now in zip(before, after, strict=True))
    client = found["busy"] / len(times) * 1000
    world.say(
        f"single checks over HTTP, {what}",
        len(times) / found["seconds"],
        "requests/s",
        p50=round(statistics.median(times), 1),
        p95=round(statistics.quantiles(times, n=20)[18], 1),
        most=round(max(times), 1),
        requests=len(times),
        busy={"pages": round(own, 2), "database": round(database, 2), "client": round(client, 2)},
        at_most=round(CORES / (own + database + client) * 1000),
        note="milliseconds at the client, which runs on the same cores; one check a request, decided and committed;"
        " busy: processor time of a request; at_most: a second, were nothing else running on two cores",
    )


def _ask(clients: Sequence[Sent]) -> Any:
    told = json.dumps({"port": PORT, "clients": clients})
    done = subprocess.run(
        [sys.executable, "-m", "bench.single_client"], input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
