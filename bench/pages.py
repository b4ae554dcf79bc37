"""The console with 1,000,000 people known and 3,000,000 tasks on record, 90,000 of them due today.

Twenty users click once a second each, as a grid worker, a township post and a county post in turn; the time is that of
the whole answer at the client on the same machine, so it includes the server's queueing.
"""

from __future__ import annotations

import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from bench import turn, world
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.demo.staff import Staff
from fangxian.kernel import clock as clocks
from fangxian.tasks import clock

USERS, ROUNDS, PORT = 20, 30, 8765
HISTORY_DAYS: Final = 97
MIX: Final = {"/my-day/": 4, "/area/": 3, "/alerts/": 2, "/day-sheet/": 1, "/search/?q=138": 1, "/team/": 1}
WHO: Final = ("wangge", "xiangzhen", "xian")
_HISTORY: Final = """
INSERT INTO tasks_task (id, programme, kind, form, subject, day, opens, due, closes, state, urgent, path, grid_path,
    community_path, township_path, county_path, post, why_post, told, outcome, entry, ended_at, reported_late,
    opened_by, drill)
SELECT gen_random_uuid(), programme, kind, form, subject, day - back, opens - back * interval '1 day',
    due - back * interval '1 day', closes - back * interval '1 day',
    CASE WHEN random() < 0.03 THEN 'missed' ELSE 'done' END, urgent, path, grid_path, community_path, township_path,
    county_path, post, why_post, told, outcome, gen_random_uuid(), due - back * interval '1 day', false,
    opened_by, drill
FROM tasks_task, generate_series(1, %s) AS back WHERE state = 'open' AND random() < 0.34
"""


def main() -> None:
    with world.fresh():
        now = clocks.now()
        world.NOON = now  # type: ignore[misc]
        crew = world.found(now - 20 * turn.DAY, now)
        turn.populate(crew, turn.KNOWN)
        turn.manage(crew)
        clock.run_due(now)
        with connections["owner"].cursor() as cursor:
            cursor.execute(_HISTORY, [HISTORY_DAYS])
            cursor.execute("SELECT count(*), count(*) FILTER (WHERE state = 'open') FROM tasks_task")
            total, due = cursor.fetchone()
            cursor.execute("VACUUM ANALYZE tasks_task")
        world.analyse()
        cookies = {name: _session(crew, name) for name in WHO}
        server = _serve()
        try:
            for name in WHO:
                _click(name, {name: cookies[name]}, total, due)
            _click("mixed", cookies, total, due)
        finally:
            server.terminate()
            server.wait(20)


def _session(crew: Staff, username: str) -> str:
    user = get_user_model().objects.get(username=username)
    with working_in(SYSTEM):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
    del crew
    return str(session.session_key)


def _serve() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FANGXIAN_LOG": "ERROR"}
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(PORT),
            "--workers",
            "2",
            "fangxian.site.wsgi:application",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    for _ in range(200):
        try:
            _get("/accounts/login/", "")
        except OSError:
            time.sleep(0.1)
        else:
            return server
    sys.exit("the server did not start")


def _click(label: str, cookies: dict[str, str], total: int, due: int) -> None:
    """Warm every page once, then count."""
    for name in cookies:
        for page in MIX:
            _get(page, cookies[name])
    times: dict[str, list[float]] = {page: [] for page in MIX}
    statuses: set[int] = set()
    users = [
        threading.Thread(target=_user, args=(number, list(cookies.values()), times, statuses))
        for number in range(USERS)
    ]
    for user in users:
        user.start()
    for user in users:
        user.join()
    everything = [one for found in times.values() for one in found]
    world.say(
        f"pages as {label}",
        statistics.quantiles(everything, n=20)[18],
        "ms p95",
        median=round(statistics.median(everything), 1),
        clicks=len(everything),
        statuses=sorted(statuses),
        tasks=total,
        due_today=due,
        mix=MIX,
        worst={
            page: round(statistics.quantiles(found, n=20)[18], 1) for page, found in times.items() if len(found) > 1
        },
    )


def _user(number: int, cookies: list[str], times: dict[str, list[float]], statuses: set[int]) -> None:
    chance = random.Random(number)
    pages = [page for page, weight in MIX.items() for _ in range(weight)]
    start = time.perf_counter() + chance.random()
    for turn_number in range(ROUNDS):
        time.sleep(max(0.0, start + turn_number - time.perf_counter()))
        page = chance.choice(pages)
        begun = time.perf_counter()
        statuses.add(_get(page, cookies[number % len(cookies)]))
        times[page].append((time.perf_counter() - begun) * 1000)


def _get(page: str, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    headers: dict[str, Any] = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept": "text/html"}
    connection.request("GET", page, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


if __name__ == "__main__":
    main()
