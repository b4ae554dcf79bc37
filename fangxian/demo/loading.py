"""Loading the demo county: once, from nothing, by the same code that works in a real one."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from fangxian.accounts import queries as accounts
from fangxian.accounts.actions import log_access
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Action, PostKind
from fangxian.areas import actions as areas
from fangxian.areas import queries as area_queries
from fangxian.journal import checkpoint
from fangxian.journal.actions import record
from fangxian.journal.types import Submission
from fangxian.kernel import clock
from fangxian.kernel.clock import Calendar, SimulatedClock
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import many_uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.tasks import actions as task_actions
from fangxian.tasks import clock as task_clock

from . import county, hours, imports, lists, marker, people, staff, story, travel
from .errors import HALF_A_DEMO, NO_DEMO, OTHER_COUNTY
from .history import History, RefusedFiling
from .hours import Played
from .marker import DemoState

RESIDENTS: Final = 30_000
TRAVELLERS: Final = 2_040  # on the way; today's last ones have not arrived yet
CHUNK: Final = 5_000
_MINUTE: Final = dt.timedelta(minutes=1)
_DAY: Final = dt.timedelta(days=1)
LOOKS: Final = (  # who saw whom, for which purpose
    ("xian", "moves_on", "transfer"), ("yisheng", "confirmed", "care"), ("liudiao", "confirmed", "tracing"),
    ("yisheng", "fever_today", "care"), ("liudiao", "fever_today", "tracing"), ("liudiao", "wife_today", "tracing"))
_NEEDED: Final = ("entry", "residents")

Say = Callable[[str], None]


def load(*, at: dt.datetime | None = None, progress: Say = print, scale: float = 1.0) -> Played:
    """Make the demo county with its history up to ``at``, else by ``hours``; nothing when it is there.

    Problem HALF_A_DEMO or OTHER_COUNTY. ``scale`` makes fewer residents and travellers.
    """
    found = marker.state()
    if found is DemoState.LOADED:
        return marker.played()
    if found is not DemoState.EMPTY:
        raise Problem(HALF_A_DEMO if found is DemoState.HALF else OTHER_COUNTY)
    until = Played(at) if at else hours.played(clock.now().replace(microsecond=0), Calendar(ZoneInfo(county.ZONE)))
    _load(until.at, progress, scale)
    marker.finish(area_queries.by_code([county.COUNTY])[county.COUNTY].path, until)
    return until


def reset() -> None:
    """Throw a demo away, half or whole, with the files made for it and the checkpoints of its journal. Problem NO_DEMO
    for anything else."""
    if marker.state() not in (DemoState.HALF, DemoState.LOADED):
        raise Problem(NO_DEMO)
    marker.wipe()
    checkpoint.forget()
    shutil.rmtree(_files(), ignore_errors=True)


def _files() -> Path:
    return Path(settings.VAR) / "demo"


def _load(at: dt.datetime, progress: Say, scale: float) -> None:
    since = at - (travel.DAYS + 1) * _DAY
    with _timed("areas and posts", progress):
        crew = _found_county(since, at)
    calendar = area_queries.calendars([crew.paths[county.COUNTY]])[crew.paths[county.COUNTY]]
    today = calendar.today(at)
    running = SimulatedClock(calendar.at(today - travel.DAYS * _DAY, dt.time(0)))
    with clock.running_on(running):
        residents = people.residents(round(RESIDENTS * scale), today)
        with _timed(f"{len(residents)} residents", progress):
            _register(residents, crew, since + _MINUTE)
        _analyse()
        walking_in = story.walk_ins(calendar, at)
        everybody = travel.travellers(round(TRAVELLERS * scale), calendar, today, residents)
        history = History(crew, calendar, running, [*everybody, *story.cast(calendar, at)])
        history.roles.update({one.role: one for one in walking_in})
        with _timed(f"{len(everybody)} arrivals in {travel.DAYS} days", progress):
            history.play(at, story.scenes(calendar, at, walking_in), progress)
            _last_hour(history, at, imports.Desk(crew, calendar, today, residents, everybody))
    _analyse()
    lists.write(_files() / "lists", calendar, today, residents, everybody)


def _found_county(since: dt.datetime, at: dt.datetime) -> staff.Staff:
    """Programmes where they are missing, the tree, and everybody who works here; all of it or nothing."""
    with working_in(SYSTEM):
        for name in _NEEDED:
            programmes.publish(read_folder(settings.PROGRAMMES / name), by=OPERATOR, at=since)
        areas.load(listing=county.tree(), by=None, at=since)
        crew = staff.hire(since=since, at=at)
        marker.begin(crew.paths[county.COUNTY], since)
    return crew


def _register(residents: Sequence[people.InventedPerson], crew: staff.Staff, at: dt.datetime) -> None:
    by = crew.actor("xian", "import")
    waiting = iter(residents)
    while chunk := list(islice(waiting, CHUNK)):
        batch = [
            Submission(id=one, programme="residents", form="resident", subject=person.subject, happened_at=at,
                       answers=people.resident_answers(person), path=crew.paths[person.grid])
            for one, person in zip(many_uuid7(at, len(chunk)), chunk, strict=True)]
        with working_in(SYSTEM):
            receipt = record(batch, by=by, at=at)
        if receipt.refused:
            raise RefusedFiling(str(receipt.refused[0]))


def _last_hour(history: History, at: dt.datetime, desk: imports.Desk) -> None:
    """Lists wait to be recorded, somebody is to move, one is with the health bureau and one is to come to it, and a
    family's father has a fever the township has not seen yet."""
    crew, running = history.staff, history.running

    def then(before: int) -> dt.datetime:
        running.move_to(at - before * _MINUTE)
        return running.instant

    moving = [history.roles["moves_on"].person.subject, history.roles["moved"].person.subject]
    to = [crew.paths[county.busy().code], crew.paths[county.grids()[-1].code]]
    imports.record_first(desk, then(58))
    with working_in(SYSTEM):
        asked = task_actions.pass_on(programme="entry", subject=moving[1], to_path=to[1], note="投靠亲戚，今日搬走",
                                     by=crew.actor("xian"), at=then(55))
        task_actions.accept(handover=asked, by=crew.actor("xian"), at=then(50))
        _to_health(history, "to_site", "集中隔离点每日测温采样", then(49), accepted=then(46))
        task_actions.pass_on(programme="entry", subject=moving[0], to_path=to[0], note="搬到县城居住",
                             by=crew.actor("xian"), at=then(40))
        _to_health(history, "ruled_out", "已排除疑似，请继续随访", then(38))
    imports.leave_waiting(desk, then(34))
    fever = story.Scene(then(26), "fever_today", "daily_check",
                        {"temperature": 38.4, "symptoms": "fever cough", "needs": "none"}, PostKind.GRID_WORKER)
    history.scene(fever, then(25))
    history.acknowledge(then(21), tiers=("community",))
    task_clock.run_due(then(12))
    history.acknowledge(then(9), tiers=("county",))
    for username, role, purpose in LOOKS:
        _look(history, username, role, purpose, then(7))
    task_clock.run_due(then(0))


def _to_health(history: History, role: str, note: str, at: dt.datetime, accepted: dt.datetime | None = None) -> None:
    """The county asks the health bureau to take somebody over, which may have accepted."""
    crew = history.staff
    asked = task_actions.pass_on(
        programme="entry", subject=history.roles[role].person.subject, to_path=crew.paths[county.COUNTY],
        department=staff.HEALTH, note=note, by=crew.actor("xian"), at=at)
    if accepted:
        task_actions.accept(handover=asked, by=crew.actor("yisheng"), at=accepted)


def _look(history: History, username: str, role: str, purpose: str, at: dt.datetime) -> None:
    """Somebody asked to see who a person is."""
    crew, person = history.staff, history.roles[role].person
    by = accounts.acting_as(crew.users[username], crew.posts[username], at)
    assert by is not None, f"{username} is at work"
    with working_in(Scope.of(by)):
        log_access(by=by, action=Action.IDENTITY, purpose=purpose, at=at, programme="entry",
                   subjects={person.subject: crew.paths[person.grid]})


def _analyse() -> None:
    """Fresh statistics: the tables were empty a minute ago."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _timed(what: str, progress: Say) -> Iterator[None]:
    begun = time.monotonic()
    yield
    progress(f"  {what}: {time.monotonic() - begun:.1f} s")
