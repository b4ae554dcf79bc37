"""Every open task has somebody: any roster, any absences, any moment; and the same for the same."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.accounts.rules import Away, Roster, RosterPost
from fangxian.accounts.types import ANSWERS_AT, Grant, Permissions, WeeklyHours
from fangxian.areas.types import Place, lineage
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import both
from fangxian.programmes.types import TaskKind
from fangxian.tasks.assign import Assigner, start
from fangxian.tasks.types import PASSED_ON, AssignmentReason, Hold
from tests.county import MORNING

from .answers import few
from .filing import DAY, HOUR

PLACES: Final = tuple(
    Place(path, path if len(path) == 12 else None, path[:9] if len(path) > 8 else None, path[:6], path[:3])
    for path in ("000000000000", "000000000001", "000000001000", "000001000000", "000000000", "000000"))
PATHS: Final = ("000", "000000", "000000000", "000000000000", "000000000001", "000001000000")
KINDS: Final = ("grid_worker", "community_lead", "township_duty", "county_duty", "clinician")
DEPARTMENT: Final = "卫生健康局"
FILLING: Final = Permissions([Grant("clinician", "entry", "fill", "sample"), Grant("grid_worker", "entry", "fill")])
SAMPLE: Final = TaskKind("sample", both("sample"), "sample", (), "grid_worker", "county")
CALENDAR: Final = Calendar(ZoneInfo("Asia/Shanghai"))
MOMENTS: Final = st.integers(-60, 60).map(lambda hours: MORNING + hours * HOUR)
absences: Final = st.builds(lambda begins, hours, instead: Away(begins, begins + hours * HOUR, instead),
                            MOMENTS, st.integers(1, 90), st.sampled_from([None, 1, 2, 3, 4, 5]))
posts: Final = st.builds(
    RosterPost, st.just(0), st.just(1), st.sampled_from(KINDS), st.sampled_from(PATHS), st.just(CALENDAR), MOMENTS,
    st.one_of(st.none(), MOMENTS.map(lambda moment: moment + 3 * DAY)), st.sampled_from(["", "", DEPARTMENT]),
    st.sampled_from([(), (WeeklyHours(4, dt.time(8), dt.time(18)),)]), st.lists(absences, max_size=2).map(tuple))
rosters: Final = st.lists(posts, max_size=7).map(
    lambda found: [RosterPost(number, *[getattr(one, name) for name in RosterPost.__slots__[1:]])
                   for number, one in enumerate(found, 1)])


@given(rosters, st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(PLACES), MOMENTS), min_size=1, max_size=6),
       st.randoms(use_true_random=False))
@settings(few, max_examples=150)
def test_whoever_is_given_a_task_is_there_and_the_reason_is_true(
    held: list[RosterPost], asked: list[tuple[str, Place, dt.datetime]], chance: random.Random,
) -> None:
    roster, shuffled = Roster(held), Roster(chance.sample(held, len(held)))
    first, second = Assigner(roster), Assigner(shuffled)
    for kind, place, moment in asked:
        post, why = first.assign(kind, place, moment)
        assert second.assign(kind, place, moment) == (post, why)
        holds(roster, start(kind, place), moment, post, why)


@given(rosters, st.sampled_from(PLACES), st.sampled_from(PATHS), MOMENTS, st.booleans())
@settings(few, max_examples=200)
def test_of_somebody_with_a_department_its_posts_have_the_task_as_far_as_they_may(
    held: list[RosterPost], place: Place, path: str, moment: dt.datetime, urgent: bool,
) -> None:
    roster, kind = Roster(held), replace(SAMPLE, urgent=urgent)
    post, why = Assigner(roster, FILLING).assignee("entry", kind, place, moment, Hold(DEPARTMENT, path))
    own = roster.of_department(DEPARTMENT, path, moment)
    able = [one for one in own if one.kind in ("clinician", "grid_worker")]
    if urgent or (own and not able):
        assert (post, why) == Assigner(roster).assign(kind.post, place, moment)
    elif why == PASSED_ON + DEPARTMENT:
        assert post is not None
        assert roster.posts[post].present(moment)
        assert post in {answers.id for one in able if (answers := roster.answering(one, moment))}
    else:
        assert not [one for one in able if one.present(moment) and one.in_hours(moment)]
        holds(roster, path, moment, post, why)


def holds(roster: Roster, where: str, moment: dt.datetime, post: int | None, why: str) -> None:
    """The stored reason says who it is."""
    above = [one for path in lineage(where) for one in roster.at_area(path, moment)]
    if post is None:
        assert why == AssignmentReason.NOBODY
        assert not [one for one in above if one.kind in ANSWERS_AT.values()]
        return
    one = roster.posts[post]
    assert one.in_force(moment)
    if why == AssignmentReason.OFF_DUTY:
        assert one in above
    else:
        assert one.present(moment)
    if why == AssignmentReason.ON_DUTY:
        assert one in above
        assert one.in_hours(moment)
