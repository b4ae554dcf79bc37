"""Random days in a small county: what people file, correct, take back and hand over, who is away, when it ticks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.queries import roster
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.journal.types import Recorded
from fangxian.kernel.errors import Problem
from fangxian.report import actions as report
from fangxian.subjects.actions import withdraw
from fangxian.tasks import actions, clock
from tests.county import County

from .answers import BY_FORM, a_form
from .filing import FAR_GRID, FAR_TOWNSHIP, GRID, HOUR, NEXT_GRID, TOWNSHIP, filled, place

PLACES: Final = (GRID, NEXT_GRID, FAR_GRID, TOWNSHIP, FAR_TOWNSHIP, "341023100002", "34102310000201")
DEPARTMENT: Final = "卫生健康局"
WORKS_AT: Final = ("341023", TOWNSHIP)
Act = tuple[str, Any]
acts: Final[st.SearchStrategy[Act]] = st.one_of(
    st.tuples(st.just("arrive"), BY_FORM["listed"]),
    st.tuples(st.just("file"), st.tuples(st.integers(0, 9), a_form, st.integers(0, 30))),
    st.tuples(st.just("file"), st.tuples(st.integers(0, 9), a_form, st.integers(0, 3))),
    st.tuples(st.just("correct"), st.tuples(st.integers(0, 9), a_form)),
    st.tuples(st.just("withdraw"), st.integers(0, 20)),
    st.tuples(st.just("hand_over"), st.tuples(st.integers(0, 9), st.sampled_from(PLACES))),
    st.tuples(st.just("to_department"), st.tuples(st.integers(0, 9), st.sampled_from(WORKS_AT))),
    st.tuples(st.just("give_back"), st.integers(0, 9)),
    st.tuples(st.just("away"), st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 40))),
    st.tuples(st.just("end"), st.integers(0, 20)),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 5, 9, 11, 24, 30, 75])),
    st.tuples(st.just("wait"), st.sampled_from([3, 6, 10, 24])),
    st.tuples(st.just("compact"), st.none()),
)


@dataclass
class Story:
    """A county and how far its time has come."""

    county: County
    now: dt.datetime
    subjects: list[uuid.UUID] = field(default_factory=list)
    filed: list[tuple[uuid.UUID, uuid.UUID, str]] = field(default_factory=list)  # entry, subject, form
    number: int = 0

    def live(self, told: list[Act]) -> None:
        """Do it all, and let the clock have the last word."""
        self.hire()
        self.arrive({"source": "test", "name": "王五", "origin": "IT", "grid": GRID})
        clock.run_due(self.now)
        for name, what in told:
            getattr(self, name)(what)
        self.wait(1)

    def arrive(self, listed: Mapping[str, Any]) -> None:
        self.subjects.append(self._id())
        self._file("listed", self.subjects[-1], listed, self.now)

    def file(self, what: tuple[int, tuple[str, Mapping[str, Any]], int]) -> None:
        which, (form, answers), ago = what
        self._file(form, self.subjects[which % len(self.subjects)], answers, self.now - ago * HOUR)

    def correct(self, what: tuple[int, tuple[str, Mapping[str, Any]]]) -> None:
        """Refused where it is corrected already, or taken back, or of another form."""
        which, (form, answers) = what
        found = [one for one in self.filed if one[2] == form] or self.filed
        self._file(form, found[which % len(found)][1], answers, self.now - HOUR, replaces=found[which % len(found)][0])

    def withdraw(self, which: int) -> None:
        with working_in(SYSTEM):
            withdraw([self.filed[which % len(self.filed)][0]], "", by=self.county.importer, at=self.now)

    def hand_over(self, what: tuple[int, str]) -> None:
        subject, code = self.subjects[what[0] % len(self.subjects)], what[1]
        if place(subject) == self.county.paths[code]:
            return
        with working_in(SYSTEM):
            asked = actions.pass_on(programme="entry", subject=subject, to_path=self.county.paths[code], note="",
                                    by=self.county.importer, at=self.now)
            actions.accept(handover=asked, by=self.county.importer, at=self.now)

    def hire(self) -> None:
        """A department in the county and in one of its townships."""
        with working_in(SYSTEM):
            for code in WORKS_AT:
                user = User.objects.create(username=f"department-{code}")
                [self.county.posts[DEPARTMENT, code]] = accounts.give_posts(
                    posts=[NewPost(user.pk, "grid_worker", code, self.now, None, DEPARTMENT)], by=OPERATOR, at=self.now)
                self.county.users[DEPARTMENT, code] = user.pk

    def to_department(self, what: tuple[int, str]) -> None:
        """Nothing where it does not reach, or has the person already."""
        subject, code = self.subjects[what[0] % len(self.subjects)], what[1]
        with suppress(Problem), working_in(SYSTEM):
            asked = actions.pass_on(
                programme="entry", subject=subject, to_path=self.county.paths[code], department=DEPARTMENT, note="",
                by=self.county.importer, at=self.now)
            actions.accept(handover=asked, by=self.county.actor(DEPARTMENT, code), at=self.now)

    def give_back(self, which: int) -> None:
        subject = self.subjects[which % len(self.subjects)]
        with suppress(Problem), working_in(SYSTEM):
            actions.give_back(programme="entry", subject=subject, by=self.county.importer, at=self.now)

    def away(self, what: tuple[int, int, int]) -> None:
        posts = list(self.county.posts.values())
        post, substitute = posts[what[0] % len(posts)], posts[what[1] % len(posts)]
        with working_in(SYSTEM):
            accounts.record_absence(
                post=post, begins=self.now, ends=self.now + what[2] * HOUR,
                substitute=substitute if substitute != post else None, by=OPERATOR, at=self.now)

    def end(self, which: int) -> None:
        posts = list(self.county.posts.values())
        post = posts[which % len(posts)]
        if roster().posts[post].in_force(self.now):
            with working_in(SYSTEM):
                accounts.end_post(post=post, by=OPERATOR, at=self.now)

    def wait(self, hours: int) -> None:
        self.now += hours * HOUR
        clock.run_due(self.now)

    def compact(self, _: None) -> None:
        report.compact(at=self.now)

    def _id(self) -> uuid.UUID:
        self.number += 1
        return uuid.UUID(int=self.number * 0x9E3779B97F4A7C15 % 2**48 << 80 | 0x7000 << 64 | 0x8 << 60 | self.number)

    def _file(
        self, form: str, subject: uuid.UUID, answers: Mapping[str, Any], happened: dt.datetime, **more: Any,
    ) -> None:
        one = filled(form, subject, answers, happened, id=self._id(), path=self.county.paths[TOWNSHIP], **more)
        for answer in self.county.record([one], self.now).results:
            if isinstance(answer, Recorded):
                self.filed.append((answer.id, answer.subject, form))
