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
from typing import Any, Final, NamedTuple

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import PostKind
from fangxian.areas.types import subtree
from fangxian.journal.actions import record
from fangxian.journal.types import Submission
from fangxian.kernel.clock import Calendar, SimulatedClock
from fangxian.kernel.ids import many_uuid7
from fangxian.report import actions as sheets
from fangxian.report import queries as figures
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
LOOKS: Final = (dt.time(8, 20), dt.time(13, 5), dt.time(21, 0))
WORK: Final = (dt.time(10, 5), dt.time(12, 50), dt.time(17, 5), dt.time(19, 52))
TICKS: Final = (dt.time(0, 1), dt.time(11, 0), dt.time(12, 0), dt.time(18, 0), dt.time(19, 0), dt.time(20, 0))
CLINICIANS: Final = ("yisheng", "yisheng2")
SIGNED: Final = range(1, 4)  # so many evenings back
_LOOKED_AT: Final = 0.93
_BEFORE_THE_END: Final = 60 * _MINUTE
_RESULT_TAKES: Final = dt.timedelta(hours=5)

Moment = tuple[dt.datetime, int, Callable[[dt.datetime], None]]


class PlayedForm(NamedTuple):
    """A form about somebody, filled by a user at a moment; ``task`` where it says which."""

    subject: uuid.UUID
    form: str
    answers: Mapping[str, Any]
    when: dt.datetime
    by: str
    task: uuid.UUID | None = None


class RefusedFiling(Exception):
    """The real code refused what the demo made up: one of the two is wrong."""


class History:
    """The days up to ``at``, played one moment after the other on ``running``."""

    def __init__(self, staff: Staff, calendar: Calendar, running: SimulatedClock,
                 travellers: Iterable[Traveller]) -> None:
        self.staff, self.calendar, self.running = staff, calendar, running
        self.waiting = sorted(travellers, key=lambda one: (one.listed, one.person.number))
        self.known: dict[uuid.UUID, Traveller] = {}
        self.roles: dict[str, Traveller] = {one.role: one for one in self.waiting if one.role}
        self.results: list[tuple[dt.datetime, int, uuid.UUID, str]] = []
        self.tried: set[uuid.UUID] = set()
        self.grids = {grid.code: grid for grid in county.grids()}
        busy = county.busy()
        self.shown = {staff.paths[code] for code in (busy.code, busy.community, busy.township, county.COUNTY)}
        self.end = running.instant

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
        self.lines(last)
        clock.run_due(last)

    def lists(self, at: dt.datetime) -> None:
        """The official lists that have come by now, one batch each."""
        due = [one for one in self.waiting if one.listed <= at]
        self.waiting = self.waiting[len(due):]
        self.known.update({one.person.subject: one for one in due})
        for by, of in (("kouan", [one for one in due if one.by_air]),
                       (self._on_duty(at), [one for one in due if not one.by_air])):
            self._record([PlayedForm(one.person.subject, "listed", answers.listed(one), max(one.listed, at - _DAY), by)
                          for one in of], at, source="import")

    def work(self, at: dt.datetime) -> None:
        """Everybody does what they had planned to have done by now."""
        done = self._results(at)
        for task in tasks.open_tasks(at):
            deed = self._deed(task)
            if deed is not None and deed.when <= at and task.id not in self.tried:
                done += self._done(task, deed)
                self.tried.add(task.id)  # a visit that found nobody leaves the task open
        self._record(done, at)

    def _done(self, task: tasks.PlayedTask, deed: deeds.Deed) -> Iterable[PlayedForm]:
        """The form, and what is done while at it."""
        traveller = self.known[task.subject]
        by = self._worker(task, traveller)
        yield PlayedForm(task.subject, deed.form, deed.answers, deed.when, by, task.id if deed.names_task else None)
        if deed.form == "arrival":
            traveller.registered = deed.when
            if deeds.verified_at_once(traveller, self.calendar):
                seen = answers.verification(traveller)
                yield PlayedForm(task.subject, "verification", seen, deed.when + 12 * _MINUTE, by)
        elif deed.form == "sample":
            heapq.heappush(
                self.results, (deed.when + _RESULT_TAKES, len(self.results), task.subject, deed.answers["tube"]))

    def _worker(self, task: tasks.PlayedTask, traveller: Traveller) -> str:
        """Whose task it is; where it is nobody's, the grid's worker."""
        found = self.staff.by_post.get(task.post or 0)
        return found or self.staff.of(PostKind.GRID_WORKER, self.grids[traveller.person.grid])

    def _on_duty(self, at: dt.datetime) -> str:
        """The county's duty officer of the hour."""
        return self.staff.answers_at(self.staff.paths[county.COUNTY], self.calendar.local(at).hour)

    def scene(self, scene: Scene, at: dt.datetime) -> None:
        """One form of the story."""
        traveller = self.roles[scene.role]
        self.known.setdefault(traveller.person.subject, traveller)
        if scene.form == "arrival":
            traveller.registered = scene.when
        by = self.staff.of(scene.by, self.grids[traveller.person.grid])
        if scene.by is PostKind.COUNTY_DUTY:
            by = self._on_duty(scene.when)
        self._record([*self._sampled(scene, traveller.person.subject, by), PlayedForm(
            traveller.person.subject, scene.form, scene.answers, scene.when, by)], at)

    def _sampled(self, scene: Scene, subject: uuid.UUID, by: str) -> Iterable[PlayedForm]:
        """The tube that a result of the story is of, taken before it."""
        if scene.form == "sample_result":
            told = {"specimen": "throat", "tube": scene.answers["tube"], "result": "pending"}
            yield PlayedForm(subject, "sample", told, scene.when - _RESULT_TAKES, by)

    def acknowledge(self, at: dt.datetime, *, tiers: Iterable[str] = ("community", "township", "county")) -> None:
        """Urgent alerts of these tiers are seen by those who are on duty."""
        wanted = set(tiers)
        self._acknowledge([one for one in tasks.unacknowledged(at) if one.cause == "urgent" and one.tier in wanted], at)

    def lines(self, at: dt.datetime) -> None:
        """Each level looks at its lines about late and missed tasks; what one look passes over waits for the next."""
        self._acknowledge([one for one in tasks.unacknowledged(at) if one.cause in ("late", "missed", "visit")
                           and not self._is_left(one) and fraction("look", one.path, one.raised_at, at) < _LOOKED_AT],
                          at)

    def _is_left(self, alert: tasks.PlayedAlert) -> bool:
        """Today's lines of the posts to sign in as are left to whoever does."""
        return alert.path in self.shown and self.calendar.today(alert.raised_at) == self.calendar.today(self.end)

    def sign(self, at: dt.datetime) -> None:
        """The townships, the community to sign in as and the county put their names to the day that has ended."""
        day = self.calendar.operational_day(at - _DAY)
        townships = {grid.township for grid in county.grids()}
        for area in (county.busy().community, *sorted(townships), county.COUNTY):
            by = self.staff.actor(self.staff.answers_at(self.staff.paths[area], self.calendar.local(at).hour))
            with working_in(SYSTEM):
                lines = figures.raw("entry", subtree(by.path), [day], len(by.path))
                left = figures.sheet_figures(figures.counts(lines))
                sheets.sign_off(
                    programme="entry", path=by.path, day=day, note="", outstanding=left.outstanding, by=by, at=at)

    def _acknowledge(self, alerts: Iterable[tasks.PlayedAlert], at: dt.datetime) -> None:
        hour = self.calendar.local(at).hour
        seen = {one.id: self.staff.actor(self.staff.answers_at(one.path, hour)) for one in alerts}
        with working_in(SYSTEM):
            task_actions.acknowledge_many(seen=seen, at=at)

    def _moments(self, at: dt.datetime, scenes: Iterable[Scene]) -> Iterable[Moment]:
        today = self.calendar.today(at)
        for back in range(DAYS, -1, -1):
            day = today - back * _DAY
            yield from self._daily(day, TICKS, 0, clock.run_due)
            yield from self._daily(day, LISTS, 1, self.lists)
            yield from self._daily(day, WORK, 2, self.work)
            yield from self._daily(day, LOOKS, 3, self.lines)
            if back in SIGNED:
                yield from self._daily(day, (dt.time(20, 50),), 4, self.sign)
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

    def _deed(self, task: tasks.PlayedTask) -> deeds.Deed | None:
        traveller = self.known.get(task.subject)
        if traveller is None:
            return None
        return deeds.plan(task, deeds.Setting(traveller, self.grids[traveller.person.grid].slack, self.calendar))

    def _results(self, at: dt.datetime) -> list[PlayedForm]:
        """Samples whose result has come; now and then one is invalid."""
        found: list[PlayedForm] = []
        while self.results and self.results[0][0] <= at:
            when, _, subject, tube = heapq.heappop(self.results)
            said = "invalid" if fraction("sample", subject, when.date()) < 0.004 else "negative"
            told = {"tube": tube, "result": said}
            found.append(PlayedForm(subject, "sample_result", told, when, CLINICIANS[when.day % 2]))
        return found

    def _record(self, filled: list[PlayedForm], at: dt.datetime, source: str = "console") -> None:
        if not filled:
            return
        ids = many_uuid7(at, len(filled))
        batch = [
            Submission(id=one, programme="entry", form=told.form, subject=told.subject, happened_at=told.when,
                       answers=told.answers, task=told.task, path=self._path(told.subject),
                       by=self.staff.actor(told.by, source))
            for one, told in zip(ids, filled, strict=True)]
        with working_in(SYSTEM):
            receipt = record(batch, by=self.staff.actor("xian", source), at=at)
        if receipt.refused:
            raise RefusedFiling(f"{batch[0].form}: {receipt.refused[0]}")

    def _path(self, subject: uuid.UUID) -> str:
        """Where somebody new comes into being: the grid, or the township while nobody knows better."""
        traveller = self.known[subject]
        grid = self.grids[traveller.person.grid]
        return self.staff.paths[grid.code if traveller.placed else grid.township]
