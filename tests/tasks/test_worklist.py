"""What somebody has to do is listed in its order, a page at a time, and nothing else is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import Tier, subtree
from fangxian.tasks import worklist
from fangxian.tasks.states import HandoverState, State
from fangxian.tasks.worklist import After, AreaSpot, Handed, Tally, TaskView
from tests.placed import (
    COMMUNITY,
    COUNTY,
    DAY,
    GRID,
    HOUR,
    MINUTE,
    NEXT_COMMUNITY,
    NEXT_COUNTY,
    NEXT_GRID,
    NEXT_TOWNSHIP,
    NOON,
    SOMEBODY,
    SOMEBODY_ELSE,
    TODAY,
    TOWNSHIP,
    handover,
    key,
    numbered,
    task,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SEEN = ["entry"]


@pytest.fixture(autouse=True)
def _as_the_system() -> Iterator[None]:
    with working_in(SYSTEM):
        yield


def numbers(found: Iterable[TaskView]) -> list[int]:
    return [one.id.int for one in found]


@pytest.fixture
def day() -> None:
    """Two urgent ones, then by deadline and, of one deadline, by id; with others that are none of these."""
    task(1, due=NOON + HOUR)
    task(2, due=NOON - HOUR)
    task(3, due=NOON)
    task(4, due=NOON)
    task(5, due=NOON + 3 * HOUR, urgent=True)
    task(6, due=NOON + 2 * HOUR, urgent=True)
    task(7, state=State.DONE)
    task(8, post=2)
    task(9, programme="linelist")
    task(10, post=None)


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
def test_a_post_has_what_is_urgent_first_and_then_by_deadline_on_however_many_pages(limit: int) -> None:
    found: list[int] = []
    after = None
    while page := worklist.of_posts([1], SEEN, after=after, limit=limit):
        assert len(page) <= limit
        found += numbers(page)
        after = After(page[-1].due, page[-1].id, page[-1].urgent)
    assert found == [6, 5, 2, 3, 4, 1]


@pytest.mark.usefixtures("day")
def test_a_page_that_is_full_or_past_what_is_urgent_asks_once() -> None:
    with CaptureQueriesContext(connection) as full:
        worklist.of_posts([1], SEEN, limit=2)
    with CaptureQueriesContext(connection) as later:
        worklist.of_posts([1], SEEN, after=After(NOON, key(3)))
    assert (len(full), len(later)) == (1, 1)


@pytest.mark.usefixtures("day")
def test_several_posts_and_programmes_together() -> None:
    assert numbers(worklist.of_posts([1, 2], ["entry", "linelist"])) == [6, 5, 2, 3, 4, 8, 9, 1]


@pytest.mark.parametrize(("tier", "path", "found"), [
    (Tier.GRID, GRID, [1]), (Tier.COMMUNITY, COMMUNITY, [1, 2]), (Tier.TOWNSHIP, TOWNSHIP, [1, 2, 3]),
    (Tier.COUNTY, COUNTY, [1, 2, 3, 4])])
def test_an_area_has_what_lies_in_it_whoever_has_it(tier: Tier, path: str, found: list[int]) -> None:
    for number, place in enumerate((GRID, NEXT_GRID, NEXT_COMMUNITY, NEXT_TOWNSHIP, NEXT_COUNTY), 1):
        task(number, path=place, post=number)
    assert numbers(worklist.in_place(AreaSpot(path, tier), SEEN)) == found


def test_what_was_ended_on_a_day_comes_the_last_first() -> None:
    task(1, state=State.DONE, ended_at=NOON)
    task(2, state=State.EXCUSED, ended_at=NOON + MINUTE)
    task(3, state=State.DONE)
    task(4, state=State.DONE, ended_at=NOON)
    task(5, state=State.MISSED, ended_at=NOON)
    task(6)
    task(7, state=State.VOID, ended_at=NOON)
    task(8, state=State.DONE, ended_at=NOON, day=TODAY - DAY)
    task(9, state=State.DONE, ended_at=NOON, post=2)
    task(10, state=State.DONE, ended_at=NOON, programme="linelist")
    assert numbers(worklist.ended_on(TODAY, [1], SEEN)) == [2, 1, 4, 3]
    assert numbers(worklist.ended_on(TODAY, [1], SEEN, limit=2)) == [2, 1]


def test_a_day_in_numbers() -> None:
    for number, state in enumerate((State.DONE, State.EXCUSED, State.DONE, State.MISSED, State.MISSED, State.VOID), 1):
        task(number, state=state)
    task(11, due=NOON - MINUTE)
    task(12, due=NOON - MINUTE, day=TODAY - DAY)  # what is open is open, of whatever day
    task(13, due=NOON)  # due now is late, as in every list and figure
    task(14, due=NOON + MINUTE)
    for number, other in numbered(20, {"post": 2}, {"programme": "linelist"}, {"post": None}):
        task(number, due=NOON - MINUTE, **other)
        task(number + 10, state=State.DONE, **other)
    task(40, state=State.DONE, day=TODAY - DAY)
    found = worklist.tally(TODAY, [1], SEEN, NOON)
    assert found == Tally(done=3, open=4, late=3, missed=2)
    assert found.total == 9


def test_tasks_by_id_lie_in_the_area_in_any_state() -> None:
    for number, more in numbered(1, {}, {"state": State.DONE}, {"path": NEXT_GRID}, {"path": NEXT_COMMUNITY}):
        task(number, **more)
    assert set(worklist.by_ids([key(1), key(2), key(3), key(4)], subtree(COMMUNITY))) == {key(1), key(2), key(3)}
    assert set(worklist.by_ids([key(1), key(9)], subtree(COMMUNITY))) == {key(1)}


def test_whom_the_open_tasks_of_posts_are_about() -> None:
    task(1)
    task(2)
    task(3, subject=SOMEBODY_ELSE)
    for number, more in numbered(4, {"state": State.DONE}, {"post": 2}, {"programme": "linelist"}):
        task(number, subject=key(700 + number), **more)
    assert worklist.subjects_of([1], SEEN, limit=9) == {SOMEBODY, SOMEBODY_ELSE}
    assert len(worklist.subjects_of([1], SEEN, limit=1)) == 1


def test_somebodys_tasks_come_the_latest_first() -> None:
    task(1, due=NOON)
    task(2, due=NOON + HOUR, state=State.DONE)
    task(3, due=NOON)
    task(4, subject=SOMEBODY_ELSE)
    task(5, programme="linelist")
    assert numbers(worklist.of_subject(SOMEBODY, SEEN)) == [2, 1, 3]
    assert numbers(worklist.of_subject(SOMEBODY, SEEN, open_only=True)) == [1, 3]
    assert numbers(worklist.of_subject(SOMEBODY, SEEN, limit=1)) == [2]


def test_where_somebody_is_being_passed_on_to_and_the_departments_that_have_them() -> None:
    accepted = {"state": HandoverState.ACCEPTED, "answered_at": NOON, "due": NOON}
    handover(1, asked_at=NOON + MINUTE)
    handover(2, department="卫健局", to_path=COUNTY, **accepted)
    handover(3, to_path=COUNTY, **accepted)  # an area that took them over: they are there, and nothing is pending
    handover(4, department="民政局", to_path=NEXT_TOWNSHIP, **accepted)  # they have left where that department works
    for number, state in enumerate((HandoverState.DECLINED, HandoverState.WITHDRAWN, HandoverState.ENDED), 5):
        handover(number, state=state, department="卫健局", to_path=COUNTY)
    handover(8, subject=SOMEBODY_ELSE)
    handover(9, programme="linelist")
    assert worklist.handed(SOMEBODY, SEEN) == [
        Handed("entry", NEXT_COMMUNITY, "", NOON + 2 * HOUR, None), Handed("entry", COUNTY, "卫健局", NOON, NOON)]


def test_a_note_stands_by_the_command_it_was_written_with() -> None:
    handover(1, note="请接收")
    handover(2, note="不在本区", state=HandoverState.DECLINED)
    handover(3)
    handover(4, note="别的")
    wanted: list[uuid.UUID] = [key(1), key(2), key(3)]
    assert worklist.notes(wanted) == {(key(1), "pass_on"): "请接收", (key(2), "decline"): "不在本区"}
