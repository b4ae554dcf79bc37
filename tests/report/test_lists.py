"""The list behind each key holds its lines and no other, in its order, narrowed or a page at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import Node, Tier, subtree
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import both
from fangxian.programmes.types import Programme, TaskKind, Window
from fangxian.report import queries
from fangxian.report.models import SignOff
from fangxian.report.types import Counts, Held, Narrowed, SheetFigures
from fangxian.tasks.states import State
from tests import kinds
from tests.placed import (
    CALENDAR,
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
    decision,
    key,
    member,
    numbered,
    task,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TIERS: Final = {3: Tier.COUNTY, 6: Tier.TOWNSHIP, 9: Tier.COMMUNITY, 12: Tier.GRID}


@pytest.fixture(autouse=True)
def _as_the_system() -> Iterator[None]:
    with working_in(SYSTEM):
        yield


def area(path: str) -> Node:
    return Node(1, path, path, "", TIERS.get(len(path), Tier.ABOVE), path)


def programme(*asked: TaskKind) -> Programme:
    return replace(kinds.programmes()[0], id="entry", tasks={kind.kind: kind for kind in asked})


def numbers(name: str, path: str = COMMUNITY, *, at: dt.datetime = NOON, narrowed: Narrowed | None = None,
            order: str = "") -> list[int]:
    """The ids of the tasks of a list, or of its people where it is one of people; and that it is counted as long."""
    lines = queries.listed(
        name, "entry", area(path), TODAY, at=at, limit=None, narrowed=narrowed or Narrowed(), order=order).lines
    if name != "late":
        assert len(lines) == queries.total(
            name, programme(), area(path), TODAY, CALENDAR, at=at, narrowed=narrowed or Narrowed())
    return [(line.task or line.subject).int for line in lines]


@pytest.fixture
def day() -> None:
    """A day's tasks in two grids, and some that belong to no list of it."""
    for number, state in enumerate((State.DONE, State.EXCUSED, State.OPEN, State.MISSED, State.VOID), 1):
        task(number, state=state, due=NOON - MINUTE * number)
    task(6, path=NEXT_GRID, kind="sample", post=2)
    task(7, path=NEXT_GRID, kind="sample", state=State.DONE, post=2)
    task(8, path=NEXT_COMMUNITY)
    task(9, day=TODAY - DAY, state=State.DONE)
    task(10, programme="linelist")
    task(11, drill=True)
    task(12, path=COMMUNITY, post=None, due=NOON + MINUTE)


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize(("name", "found"), [
    ("tasks-due", [12, 1, 2, 4, 3, 7, 6]),  # by place, state and kind
    ("tasks-closed", [1, 2, 7]),
    ("tasks-outstanding", [12, 4, 3, 6]),
    ("tasks-open", [12, 3, 6]),
    ("tasks-done", [1, 7]),
    ("tasks-due-sample", [7, 6]),
    ("tasks-done-check", [1]),
    ("tasks-done-none", []),
    ("late", [3, 6]),  # due now is late, by deadline
])
def test_the_tasks_behind_a_figure(name: str, found: list[int]) -> None:
    assert numbers(name) == found


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize(("path", "found"), [
    (GRID, [3]), (NEXT_GRID, [6]), (TOWNSHIP, [12, 3, 6, 8]), (COUNTY, [12, 3, 6, 8]), ("X", [12, 3, 6, 8, 20]),
    (NEXT_COUNTY, [20])])
def test_a_list_goes_as_far_as_its_area(path: str, found: list[int]) -> None:
    task(20, path=NEXT_COUNTY)
    assert numbers("tasks-open", path) == found
    late = [number for number in found if number != 12]
    assert sorted(numbers("late", path)) == sorted(late)
    assert numbers("late", path, at=NOON - HOUR) == []


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize(("narrowed", "found"), [
    (Narrowed(kind="sample"), [7, 6]), (Narrowed(state="done"), [1, 7]), (Narrowed(post=1), [1, 2, 4, 3]),
    (Narrowed("sample", "done", 2), [7]), (Narrowed("sample", "done", 1), [])])
def test_a_list_of_tasks_is_narrowed(narrowed: Narrowed, found: list[int]) -> None:
    assert numbers("tasks-due", narrowed=narrowed) == found


@pytest.mark.usefixtures("day")
def test_a_list_of_tasks_is_ordered_by_deadline_or_place() -> None:
    assert numbers("tasks-due", order="due") == [4, 3, 2, 1, 6, 7, 12]
    assert numbers("tasks-due", order="place") == [12, 4, 3, 2, 1, 6, 7]
    assert numbers("tasks-due", order="anything") == numbers("tasks-due")
    for narrowed, order in ((Narrowed(kind="check"), ""), (Narrowed(), "due")):
        with pytest.raises(Problem) as refused:
            numbers("stage-0", narrowed=narrowed, order=order)
        assert refused.value.kind is errors.NOT_FOUND


@pytest.mark.usefixtures("day")
def test_a_page_is_as_long_as_it_may_be_and_says_where_the_next_begins() -> None:
    def page(limit: int | None, after: str = "") -> tuple[list[int], str]:
        found = queries.listed("tasks-open", "entry", area(COMMUNITY), TODAY, at=NOON, limit=limit, after=after)
        return [line.task.int for line in found.lines if line.task], found.next

    first, after = page(2)
    assert (first, page(2, after)) == ([12, 3], ([6], ""))
    assert (page(3), page(None), page(0)[0]) == (([12, 3, 6], ""), ([12, 3, 6], ""), [])
    for key_of_none in (after + "|1", "1", "a|b|c|d"):
        with pytest.raises(Problem) as refused:
            page(2, key_of_none)
        assert refused.value.kind is errors.NOT_FOUND


@pytest.mark.usefixtures("day")
def test_who_has_the_tasks_of_a_list_those_with_the_most_first() -> None:
    def holders(name: str) -> list[int]:
        return queries.holders(name, "entry", area(COMMUNITY), TODAY, at=NOON)

    assert (holders("tasks-due"), holders("tasks-done"), holders("tasks-due-sample")) == ([1, 2], [1, 2], [2])
    task(20, post=2, kind="sample")
    assert holders("tasks-outstanding") == [1, 2]
    task(21, post=2, kind="sample", subject=SOMEBODY_ELSE)
    assert holders("tasks-outstanding") == [2, 1]


@pytest.mark.parametrize(("name", "states"), [
    ("late", {"open"}), ("tasks-outstanding", {"open", "missed"}), ("tasks-closed-check", {"done", "excused"}),
    ("tasks-done", {"done"}), ("tasks-burnt", set()), ("stage-1", set())])
def test_the_states_of_a_list(name: str, states: set[str]) -> None:
    assert set(queries.states_of(name)) == states


@pytest.fixture
def people() -> None:
    for number, (stage, path) in enumerate(
            ((0, GRID), (1, GRID), (2, NEXT_GRID), (2, COMMUNITY), (2, NEXT_COMMUNITY)), 1):
        member(number, stage, path=path, walk_in=number in (2, 5))
    member(6, 2, programme="linelist")
    member(7, 2, day=TODAY - DAY)
    member(8, 2, drill=True)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("name", "found"), [
    ("stage-0", [4, 1, 2, 3]), ("stage-1", [4, 2, 3]), ("stage-2", [4, 3]), ("stage-9999", []), ("gap-1", [2]),
    ("gap-3", []), ("walk-in", [2]), ("here", [4])])
def test_the_people_behind_a_figure(name: str, found: list[int]) -> None:
    assert numbers(name) == found


@pytest.mark.parametrize("name", ["stage-99999", "gap-", "stage-²", "stage-１", "tasks-", "walk in", "stage"])
def test_a_key_that_is_none(name: str) -> None:
    with pytest.raises(Problem) as refused:
        numbers(name)
    assert refused.value.kind is errors.NOT_FOUND


@pytest.fixture
def decided() -> None:
    decision(1)
    decision(2, path=COMMUNITY, rows='{"measure": 4, "care": [1, 2, null]}')
    decision(3, path=NEXT_COMMUNITY, measure="observation")
    decision(4, measure="observation", rows='{"measure": 4, "care": null}')
    decision(5, active=False, measure=None)
    decision(6, drill=True)
    decision(7, programme="linelist")


@pytest.mark.usefixtures("decided")
def test_whom_a_measure_applies_to() -> None:
    assert (numbers("measure-isolation"), numbers("measure-observation"), numbers("measure-")) == ([2, 1], [4], [])
    assert queries.measures("entry", subtree(COMMUNITY)) == {"isolation": 2, "observation": 1}
    assert queries.measures("entry", subtree(TOWNSHIP)) == {"isolation": 2, "observation": 2}
    assert queries.active(["entry"], subtree(COMMUNITY), limit=9) == {key(1), key(2), key(4), key(6)}
    assert len(queries.active(["entry", "linelist"], subtree(TOWNSHIP), limit=3)) == 3


@pytest.mark.usefixtures("decided")
def test_how_many_each_row_of_a_table_decides() -> None:
    assert queries.row_counts("entry", subtree(COMMUNITY)) == {
        ("measure", "4"): 2, ("care", "1"): 1, ("care", "2"): 1}
    assert queries.row_counts("entry", subtree(NEXT_TOWNSHIP)) == {}


def test_what_applies_to_somebody_and_who_has_their_first_task() -> None:
    decision(SOMEBODY.int, until=NOON + DAY)
    task(1, due=NOON)
    task(2, due=NOON - HOUR, kind="sample", post=4)
    task(3, due=NOON - DAY, state=State.DONE)
    task(4, due=NOON - DAY, programme="linelist")
    task(5, due=NOON, subject=SOMEBODY_ELSE, post=None)
    assert queries.held("entry", [SOMEBODY, SOMEBODY_ELSE, SOMEBODY]) == {
        SOMEBODY: Held("isolation", NOON + DAY, NOON, 4, "sample", NOON - HOUR),
        SOMEBODY_ELSE: Held(None, None, None, None, "check", NOON)}


@pytest.mark.usefixtures("day")
def test_what_is_left_of_a_day_is_what_was_missed_and_then_what_is_open() -> None:
    task(20, state=State.MISSED, path=NEXT_GRID, subject=SOMEBODY_ELSE)
    task(21, due=NOON - HOUR, subject=SOMEBODY_ELSE)
    opened = Counts(tasks={("check", "open"): 1})

    def left(found: Counts = opened, limit: int = 50, of: list[uuid.UUID] | None = None) -> list[int]:
        lines = queries.outstanding("entry", area(COMMUNITY), TODAY, found, limit=limit, of=of)
        return [line.task.int for line in lines if line.task]

    assert left() == [4, 20, 21, 3, 6, 12]
    assert (left(limit=3), left(limit=1)) == ([4, 20, 21], [4])
    assert left(Counts()) == [4, 20]
    assert (left(of=[SOMEBODY_ELSE]), left(of=[])) == ([20, 21], [])


MORNING: Final = TaskKind("check", both("Check"), "check", (), "grid_worker", "county",
                          Window(dt.time(8), dt.time(12), dt.time(6)))
AFTERNOON: Final = replace(MORNING, kind="later", window=Window(dt.time(13), dt.time(17), dt.time(13)))
RESULT: Final = replace(MORNING, kind="result", window=None, due_within=2 * HOUR)
STANDING: Final = replace(RESULT, kind="needs", due_within=None)


@pytest.mark.parametrize(("at", "late"), [
    (NOON - MINUTE, {COMMUNITY: 1}), (NOON, {COMMUNITY: 3, NEXT_COMMUNITY: 1})])
def test_how_many_are_late_by_the_area_below(at: dt.datetime, late: dict[str, int]) -> None:
    task(1)
    task(2, path=NEXT_GRID)
    task(3, path=NEXT_COMMUNITY)
    task(4, kind="later", due=NOON + 5 * HOUR)
    task(5, kind="result", due=NOON - HOUR)
    task(6, kind="needs", due=NOON + 8 * HOUR)
    task(7, path=NEXT_TOWNSHIP, kind="result", due=NOON - HOUR)
    for number, more in numbered(10, {"drill": True}, {"programme": "linelist"}, {"state": State.DONE}):
        task(number, **more)
        task(number + 10, kind="result", due=NOON - HOUR, **more)
    here = area(TOWNSHIP)
    figures = queries.by_child("entry", TOWNSHIP, [TODAY - DAY, TODAY])
    told = programme(MORNING, AFTERNOON, RESULT, STANDING)
    assert queries.late(told, here, CALENDAR, at, figures) == late
    assert queries.late_by_child("entry", here, at) == late
    above = area("X")  # several calendars: the tasks themselves are looked at
    assert queries.late(told, above, CALENDAR, at, {}) == queries.late_by_child("entry", above, at) != {}
    assert queries.total("late", told, here, TODAY, CALENDAR, at=at) == sum(late.values())


def test_the_last_who_signed_a_sheet() -> None:
    def sign(number: int, **more: object) -> None:
        usual = {"programme": "entry", "day": TODAY, "path": COMMUNITY, "seq": number, "at": NOON, "by": number,
                 "figures": "{}"}
        SignOff.objects.create(id=key(number), **{**usual, **more})

    assert queries.signed("entry", COMMUNITY, TODAY) is None
    sign(2, figures='{"missed": 1}')
    sign(1)
    for number, more in numbered(3, {"programme": "linelist"}, {"path": GRID}, {"day": TODAY - DAY}):
        sign(number, **more)
    found = queries.signed("entry", COMMUNITY, TODAY)
    assert found is not None
    assert (found.by, found.figures) == (2, SheetFigures(missed=1))


def test_what_changed_since_a_sheet_was_signed() -> None:
    before, now = SheetFigures(5, 1, 7, 9, 3, 1), SheetFigures(6, 1, 9, 9, 2, 1)
    assert queries.differences(before, now) == {"came_in": 1, "checked": 2, "outstanding": -1}
    assert queries.differences(now, now) == {}


def test_the_figures_of_a_sheet() -> None:
    counts = Counts({0: 2, 2: 3}, 1, {
        ("check", "done"): 4, ("sample", "excused"): 2, ("check", "open"): 5, ("check", "missed"): 1,
        ("check", "void"): 9})
    assert queries.sheet_figures(counts) == SheetFigures(
        came_in=5, walk_ins=1, checked=4, closed=6, outstanding=6, missed=1)
