"""The console with 1,000,000 people known and 3,000,000 tasks on record, 90,000 of them due today.

Twenty users click once a second each, as a grid worker, a township post and a county post, each in the pages that post
may see; then all three together. ``server``: from the call of the application to its last byte. ``client``: the whole
answer at a client on the same cores, so with the server's queue and the client's own work.
"""

from __future__ import annotations

import datetime as dt
import http.client
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connections

from bench import full, history, world
from bench.serving import serving, session
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.demo import county
from fangxian.site.processes.parts import WORKERS

USERS, ROUNDS, PORT = 20, 30, 8765
AT: Final = world.NOON + dt.timedelta(hours=1)  # 13:00: the morning is late, the afternoon to come
WHO: Final = {
    "wangge": "grid worker",
    "xiangzhen": "township post",
    "xian": "county post",
    "guanli": "administrator",
    "shenji": "auditor",
}
THREE: Final = ("wangge", "xiangzhen", "xian")
MIX: Final = (
    (8, "my day", "/my-day/"),
    (3, "my day, all in the area", "/my-day/?of=area"),
    (6, "area", "/area/"),
    (2, "area below", "/area/{below}/"),
    (1, "timeliness", "/area/{own}/timeliness/"),
    (1, "daily report", "/area/{own}/report/"),
    (2, "late", "/area/{own}/late/"),
    (1, "tasks due", "/area/{own}/tasks-due/"),
    (1, "tasks outstanding", "/area/{own}/tasks-outstanding/"),
    (1, "tasks of a kind done", "/area/{own}/tasks-done-temperature_am/"),
    (1, "missed the day before", "/area/{own}/tasks-missed/?day={yesterday}"),
    (1, "stage", "/area/{own}/stage-1/?day={arrived}"),
    (1, "gap", "/area/{own}/gap-1/?day={arrived}"),
    (1, "no grid chosen", "/area/{own}/here/"),
    (1, "measure", "/area/{own}/measure-home%20isolation/"),
    (4, "alerts", "/alerts/"),
    (1, "alerts below", "/alerts/?show=below"),
    (1, "all alerts", "/alerts/?show=all"),
    (1, "an alert", "/alerts/{alert}/"),
    (2, "day sheet", "/day-sheet/"),
    (1, "day sheet of the day before", "/day-sheet/?day={yesterday}"),
    (2, "search by phone", "/search/?q={phone}"),
    (1, "search by name", "/search/?q={name}"),
    (1, "search for an area", "/search/?q={area}"),
    (2, "team", "/team/"),
    (1, "one of the team", "/team/post/{post}/"),
    (1, "imports", "/imports/"),
    (1, "placing", "/placing/"),
    (4, "a person", "/subjects/{person}/"),
    (1, "why", "/subjects/{person}/why/"),
    (1, "tables", "/tables/"),
    (1, "rows counted", "/tables/entry/measures/counted/"),
    (1, "set-up", "/set-up/"),
    (1, "posts", "/set-up/posts/"),
    (1, "users", "/set-up/users/"),
    (1, "areas", "/set-up/areas/"),
    (1, "programmes", "/set-up/programmes/"),
    (1, "permissions", "/set-up/permissions/"),
    (2, "access log", "/access/"),
)
_GIVEN: Final = """
SELECT t.subject, (SELECT a.id FROM tasks_alert a WHERE a.path >= %(lo)s AND a.path < %(hi)s AND a.count > 1
                   ORDER BY raised_at DESC LIMIT 1),
    (SELECT p.id FROM accounts_post p WHERE p.path > %(lo)s AND p.path < %(hi)s AND p.kind = 'grid_worker' LIMIT 1)
FROM tasks_task t WHERE t.path >= %(lo)s AND t.path < %(hi)s AND t.state = 'open' ORDER BY t.id LIMIT 1
"""


class Page(NamedTuple):
    """What a user asks for, how often of all weights, and what it is called in the figures."""

    weight: int
    name: str
    address: str


class Took(NamedTuple):
    """Milliseconds of one click: the whole answer, the application, the processor time of its thread."""

    client: float
    server: float
    busy: float


def main() -> None:
    with full.standing():
        _measure(_prepare())


def _prepare() -> Mapping[str, Any]:
    path = areas.by_code([county.COUNTY])[county.COUNTY].path
    day = areas.calendars([path])[path].operational_day(AT)
    return {"day": day, "note": history.fill(AT, day, path)}


def _measure(known: Mapping[str, Any]) -> None:
    cookies = {name: session(name) for name in WHO}
    with serving(PORT, AT):
        pages = {name: _seen_by(name, cookies[name], known["day"]) for name in WHO}
        for name, label in WHO.items():
            _click(label, {name: cookies[name]}, pages, known["note"])
        _click("all three posts", {name: cookies[name] for name in THREE}, pages, known["note"])


def _seen_by(username: str, cookie: str, day: dt.date) -> list[Page]:
    """The pages this post may see, each asked for twice to have it warm."""
    values = _values(username, day)
    asked = [Page(weight, name, address.format(**values)) for weight, name, address in MIX]
    answers = {page: _get(page.address, cookie)[0] for _ in range(2 * WORKERS) for page in asked}
    wrong = [page.address for page, status in answers.items() if status not in (200, 403, 404)]
    if wrong:
        sys.exit(f"{username}: {', '.join(wrong)} failed")
    return [page for page, status in answers.items() if status == 200]


def _values(username: str, day: dt.date) -> dict[str, str]:
    with working_in(SYSTEM), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT p.path FROM accounts_post p JOIN accounts_user u ON u.id = p.user_id"
            " WHERE u.username = %s ORDER BY p.id LIMIT 1",
            [username],
        )
        path = cursor.fetchone()[0]
        own = areas.nodes([path])[path]
        below = areas.children(path, limit=1) or [own]
        within = subtree(path)
        cursor.execute(_GIVEN, {"lo": within.lo, "hi": within.hi})
        person, alert, post = cursor.fetchone()
    known = full.somebody()
    return {
        "own": own.code, "below": below[0].code, "area": quote(below[0].name[:2]), "person": str(person),
        "alert": str(alert or person), "post": str(post or 0), "phone": quote(known.phone),
        "name": quote(known.name.latin), "yesterday": str(day - world.DAY), "arrived": str(day - 3 * world.DAY),
    }  # fmt: skip


def _click(label: str, cookies: Mapping[str, str], pages: Mapping[str, list[Page]], note: Mapping[str, Any]) -> None:
    times: dict[str, list[Took]] = defaultdict(list)
    names = list(cookies)
    users = [
        threading.Thread(target=_user, args=(number, cookies[name], pages[name], times))
        for number in range(USERS)
        for name in [names[number % len(names)]]
    ]
    for user in users:
        user.start()
    for user in users:
        user.join()
    everything = [took for found in times.values() for took in found]
    slowest = sorted(times, key=lambda name: -_p95([took.server for took in times[name]]))
    world.say(
        f"pages as {label}",
        _p95([took.server for took in everything]),
        "ms p95 at the server",
        server_median=_median(took.server for took in everything),
        client_p95=_p95([took.client for took in everything]),
        client_median=_median(took.client for took in everything),
        thread_busy_median=_median(took.busy for took in everything),
        clicks=len(everything),
        users=USERS,
        on_record=note,
        server_p95_by_page={name: _p95([took.server for took in times[name]]) for name in slowest},
        mix={page.name: page.weight for name in names for page in pages[name]},
    )


def _user(number: int, cookie: str, pages: list[Page], times: dict[str, list[Took]]) -> None:
    chance = random.Random(number)
    weights = [page.weight for page in pages]
    start = time.perf_counter() + chance.random()
    for round_number in range(ROUNDS):
        time.sleep(max(0.0, start + round_number - time.perf_counter()))
        page = chance.choices(pages, weights)[0]
        status, took = _get(page.address, cookie)
        if status != 200:
            sys.exit(f"{page.address}: {status}")
        times[page.name].append(took)


_PARTS: Final = ("/timeliness", "/counted", "/lines")
"""Addresses a page that is there fetches a part of itself from."""


def _get(page: str, cookie: str) -> tuple[int, Took]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    headers = {"HX-Request": "true"} if page.rstrip("/").endswith(_PARTS) else {}
    headers |= {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept": "text/html", "Accept-Encoding": "gzip"}
    begun = time.perf_counter()
    connection.request("GET", page, headers=headers)
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - begun) * 1000
    timing = answer.getheader("Server-Timing") or "app;dur=0, cpu;dur=0"
    server, busy = (float(part.partition("dur=")[2]) for part in timing.split(","))
    connection.close()
    return answer.status, Took(took, server, busy)


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[18] if len(values) > 1 else values[0], 1)


def _median(values: Iterator[float]) -> float:
    return round(statistics.median(values), 1)


if __name__ == "__main__":
    main()
