"""Fourteen days of history, made by running the real code at simulated moments.

Lists come in, workers see their open tasks and do what ``deeds`` plans, scenes of the ``story`` happen, and the clock
is called at cut-offs, at midnight and when steps of lateness are due. What is filed between two moments goes into one
batch.
"""

from __future__ import annotations

import datetime as dt
import heapq
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Submission
from fangxian.kernel.clock import Calendar, SimulatedClock
from fangxian.kernel.ids import many_uuid7
from fangxian.tasks import actions as task_actions
from fangxian.tasks import clock

from . import answers, county, deeds, tasks
from .chance import fraction
from .staff import Staff
from .story import Scene
from .travel import DAYS, Traveller

_MINUTE: Final = dt.timedelta(minutes=1)
_DAY: Final = dt.timedelta(days=1)
LISTS: Final = (dt.time(12, 40), dt.time(17, 40), dt.time(22, 5))
WORK: Final = (dt.time(10, 5), dt.time(12, 50), dt.time(17, 5), dt.time(19, 52))
TICKS: Final = (dt.time(0, 1), dt.time(11, 0), dt.time(12, 0), dt.time(18, 0), dt.time(19, 0), dt.time(20, 0))
LINES_A_DAY: Final = 10
BY_WORKERS: Final = frozenset({"arrival", "verification", "daily_check", "supply_check", "visit"})
_BEFORE_THE_END: Final = 60 * _MINUTE
_RESULT_TAKES: Final = dt.timedelta(hours=5)

Moment = tuple[dt.datetime, int, Callable[[dt.datetime], None]]
Filled = tuple[uuid.UUID, str, Mapping[str, Any], dt.datetime, uuid.UUID | None]


class Refused(Exception):
    """The real code refused what the demo made up: one of the two is wrong."""


class History:
    """The days up to ``at``, played one moment after the other on ``running``."""

    def __init__(self, staff: Staff, calendar: Calendar, running: SimulatedClock,
                 travellers: Iterable[Traveller]) -> None:
        self.staff, self.calendar, self.running = staff, calendar, running
        self.waiting = sorted(travellers, key=lambda one: (one.listed, one.person.number))
        self.known: dict[uuid.UUID, Traveller] = {}
        self.roles: dict[str, Traveller] = {one.role: one for one in self.waiting if one.role}
        self.results: list[tuple[dt.datetime, int, uuid.UUID]] = []
        self.slack = {grid.code: grid.slack for grid in county.grids()}
        self.looked = self.end = running.instant

    def play(self, at: dt.datetime, scenes: Iterable[Scene], progress: Callable[[str], None]) -> None:
        """Every moment up to an hour before ``at``; then the last lists and the work done by then."""
        self.end = at
        last = at - _BEFORE_THE_END
        moments = sorted((one for one in self._moments(at, scenes) if one[0] <= last), key=lambda one: one[:2])
        day = None
        for moment, _, do in moments:
            if self.calendar.today(moment) != day:
                day = self.calendar.today(moment)
                progress(f"  {day}")
            self.running.move_to(moment)
            do(moment)
        self.running.move_to(last)
        self.lists(last)
        self.work(last)
        clock.run_due(last)

    def lists(self, at: dt.datetime) -> None:
        """The official lists that have come by now, one batch each."""
        due = [one for one in self.waiting if one.listed <= at]
        self.waiting = self.waiting[len(due):]
        self.known.update({one.person.subject: one for one in due})
        for by, of in (("kouan", [one for one in due if one.by_air]), ("xian", [one for one in due if not one.by_air])):
            self._record([(one.person.subject, "listed", answers.listed(one), max(one.listed, at - _DAY), None)
                          for one in of], self.staff.actor(by, "import"), at)

    def work(self, at: dt.datetime) -> None:
        """Everybody does what they had planned to have done by now; the shown grid worker under their own name."""
        done = self._results(at)
        for task in tasks.open_tasks(at):
            deed = self._deed(task)
            if deed is not None and deed.when <= at:
                done += self._done(task, deed)
        own = [one for one in done if self._is_shown(one, at)]
        mine = {id(one) for one in own}
        self._record(own, self.staff.actor("wangge"), at)
        self._record([one for one in done if id(one) not in mine], self.staff.actor("xian", "demo"), at)

    def _done(self, task: tasks.Task, deed: deeds.Deed) -> Iterable[Filled]:
        """The form, and what is done while at it."""
        yield task.subject, deed.form, deed.answers, deed.when, task.id if deed.names_task else None
        traveller = self.known[task.subject]
        if deed.form == "arrival":
            traveller.registered = deed.when
            if deeds.verified_at_once(traveller, self.calendar):
                yield (task.subject, "verification", answers.verification(traveller), deed.when + 12 * _MINUTE, None)
        elif deed.form == "sample":
            heapq.heappush(self.results, (deed.when + _RESULT_TAKES, len(self.results), task.subject))

    def _is_shown(self, filled: Filled, at: dt.datetime) -> bool:
        """What the grid worker whom one can sign in as did of late; a batch has one writer, and a batch costs time."""
        subject, form, *_ = filled
        return (at > self.end - 2 * _DAY and form in BY_WORKERS
                and self.known[subject].person.grid == county.busy().code)

    def scene(self, scene: Scene, at: dt.datetime) -> None:
        """One form of the story."""
        traveller = self.roles[scene.role]
        self.known.setdefault(traveller.person.subject, traveller)
        if scene.form == "arrival":
            traveller.registered = scene.when
        self._record([(traveller.person.subject, scene.form, scene.answers, scene.when, None)],
                     self.staff.actor(scene.by), at)

    def acknowledge(self, at: dt.datetime, *, tiers: Iterable[str] = ("community", "township", "county")) -> None:
        """Urgent alerts of these tiers are seen by those who are on duty."""
        wanted = set(tiers)
        for alert in tasks.unacknowledged(at - _DAY, at):
            if alert.cause == "urgent" and alert.tier in wanted:
                self._acknowledge(alert, at)

    def lines(self, at: dt.datetime) -> None:
        """In the evening some of the lines about late and missed tasks are looked at."""
        found = [one for one in tasks.unacknowledged(self.looked, at) if one.cause in ("late", "missed", "visit")]
        self.looked = at
        for alert in found[:LINES_A_DAY]:
            self._acknowledge(alert, at)

    def _acknowledge(self, alert: tasks.Alert, at: dt.datetime) -> None:
        by = self.staff.actor({"community": "shequ", "township": "xiangzhen"}.get(alert.tier, "xian"))
        with working_in(SYSTEM):
            task_actions.acknowledge(alert=alert.id, by=by, at=at)

    def _moments(self, at: dt.datetime, scenes: Iterable[Scene]) -> Iterable[Moment]:
        today = self.calendar.today(at)
        for back in range(DAYS, -1, -1):
            day = today - back * _DAY
            yield from self._daily(day, TICKS, 0, clock.run_due)
            yield from self._daily(day, LISTS, 1, self.lists)
            yield from self._daily(day, WORK, 2, self.work)
            yield from self._daily(day, (dt.time(21, 0),), 3, self.lines)
        for scene in scenes:
            yield scene.when + _MINUTE, 4, lambda moment, scene=scene: self.scene(scene, moment)  # type: ignore[misc]
            if scene.role in ("ruled_out", "confirmed") and scene.form in ("daily_check", "sample_result"):
                yield from self._answers_to(scene)

    def _answers_to(self, scene: Scene) -> Iterable[Moment]:
        """The county sees it at once; of the earlier case the township only after it has climbed."""
        below = ("community",) if scene.role == "ruled_out" else ("community", "township")
        yield scene.when + 4 * _MINUTE, 5, lambda moment: self.acknowledge(moment, tiers=("county",))
        yield scene.when + 7 * _MINUTE, 5, lambda moment: self.acknowledge(moment, tiers=below)
        yield scene.when + 12 * _MINUTE, 6, clock.run_due
        yield scene.when + 16 * _MINUTE, 7, self.acknowledge

    def _daily(self, day: dt.date, times: Iterable[dt.time], rank: int,
               do: Callable[[dt.datetime], None]) -> Iterable[Moment]:
        return [(self.calendar.at(day, time), rank, do) for time in times]

    def _deed(self, task: tasks.Task) -> deeds.Deed | None:
        traveller = self.known.get(task.subject)
        if traveller is None:
            return None
        return deeds.plan(task, deeds.Setting(traveller, self.slack[traveller.person.grid], self.calendar))

    def _results(self, at: dt.datetime) -> list[Filled]:
        """Samples whose result has come; now and then one is invalid."""
        found: list[Filled] = []
        while self.results and self.results[0][0] <= at:
            when, _, subject = heapq.heappop(self.results)
            said = "invalid" if fraction("sample", subject, when.date()) < 0.004 else "negative"
            found.append((subject, "sample_result", {"result": said}, when, None))
        return found

    def _record(self, filled: list[Filled], by: Actor, at: dt.datetime) -> None:
        if not filled:
            return
        ids = many_uuid7(at, len(filled))
        batch = [
            Submission(id=one, programme="entry", form=form, subject=subject, happened_at=when, answers=told, task=task,
                       path=self._path(subject))
            for one, (subject, form, told, when, task) in zip(ids, filled, strict=True)]
        with working_in(SYSTEM):
            receipt = record(batch, by=by, at=at)
        if receipt.refused:
            raise Refused(f"{batch[0].form}: {receipt.refused[0]}")

    def _path(self, subject: uuid.UUID) -> str:
        """Where somebody new comes into being: the grid, or the county while nobody knows better."""
        traveller = self.known[subject]
        return self.staff.paths[traveller.person.grid if traveller.placed else county.COUNTY]
