"""Alerts that wait and that were, the tasks behind them, handovers on both sides, and who has how much to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE, subtree
from fangxian.tasks import alerts, fates, queries
from fangxian.tasks.models import Alert, Turn
from fangxian.tasks.queries import Load, News
from fangxian.tasks.states import HandoverState, State
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
    alert,
    handover,
    key,
    numbered,
    task,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LONG_AGO = NOON - queries.WAITING_FOR


@pytest.fixture(autouse=True)
def _as_the_system() -> Iterator[None]:
    with working_in(SYSTEM):
        yield


def numbers(found: Iterable[Any]) -> list[int]:
    return [one.id.int for one in found]


@pytest.fixture
def raised() -> None:
    alert(1, raised_at=NOON - HOUR, cause="urgent")
    alert(2)
    alert(3)
    alert(4, path=NEXT_COMMUNITY, raised_at=NOON + MINUTE)
    alert(5, path=NEXT_COUNTY)
    alert(6, post=7, raised_at=NOON - MINUTE)
    alert(7, cause="handover")
    alert(8, acknowledged_at=NOON)
    alert(9, raised_at=LONG_AGO)
    alert(10, raised_at=LONG_AGO + MINUTE)


@pytest.mark.usefixtures("raised")
def test_what_waits_is_urgent_first_and_then_the_newest() -> None:
    assert numbers(queries.waiting(subtree(COUNTY), NOON)) == [1, 4, 3, 2, 10]
    assert numbers(queries.waiting(EVERYWHERE, NOON)) == [1, 4, 5, 3, 2, 10]
    assert numbers(queries.waiting(subtree(COUNTY), NOON, path=COMMUNITY)) == [1, 3, 2, 10]
    assert numbers(queries.waiting(subtree(COUNTY), NOON, posts=[7])) == [1, 4, 3, 2, 6, 10]
    assert numbers(queries.waiting(subtree(COUNTY), NOON, limit=2)) == [4, 3]


@pytest.mark.usefixtures("raised")
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_every_alert_there_was_comes_page_by_page_the_newest_first(limit: int) -> None:
    found: list[int] = []
    before = None
    while page := queries.history(subtree(COUNTY), before=before, limit=limit):
        found += numbers(page)
        before = (page[-1].raised_at, page[-1].id)
    assert found == [4, 8, 7, 3, 2, 6, 1, 10, 9]


@pytest.mark.usefixtures("raised")
def test_every_alert_of_a_cause_or_told_to_one_place() -> None:
    assert numbers(queries.history(subtree(COUNTY), cause="urgent")) == [1]
    assert numbers(queries.history(subtree(COUNTY), path=NEXT_COMMUNITY)) == [4]
    assert numbers(queries.history(EVERYWHERE)) == [4, 8, 7, 5, 3, 2, 6, 1, 10, 9]


@pytest.mark.usefixtures("raised")
def test_how_much_waits_at_an_area_and_since_when() -> None:
    assert queries.news(COMMUNITY, NOON) == News(4, NOON)
    assert queries.news(COMMUNITY, NOON, posts=[7]).waiting == 5
    alert(20, raised_at=NOON - DAY, told_at=NOON + HOUR)
    assert queries.news(COMMUNITY, NOON) == News(5, NOON + HOUR)
    assert queries.news(GRID, NOON) == News(0, None)
    for number, more in numbered(
            1, {"to_path": COMMUNITY}, {"to_path": GRID}, {"to_path": COMMUNITY, "department": "卫健局"},
            {"to_path": COMMUNITY, "state": HandoverState.DECLINED}, {"to_path": TOWNSHIP}):
        handover(number, **more)
    assert queries.news(COMMUNITY, NOON).waiting == 7
    assert queries.news(COMMUNITY, NOON, answers_for=["卫健局"]).waiting == 6


@pytest.mark.usefixtures("raised")
def test_what_waits_below_by_area() -> None:
    alert(20, path=TOWNSHIP)
    alert(21, path=NEXT_TOWNSHIP)
    alert(22, path=NEXT_TOWNSHIP, drill=True)
    assert queries.alerts_by_child(COUNTY, NOON) == {TOWNSHIP: 6, NEXT_TOWNSHIP: 1}
    assert queries.alerts_by_child(TOWNSHIP, NOON) == {TOWNSHIP: 1, COMMUNITY: 4, NEXT_COMMUNITY: 1}


def test_whom_an_urgent_alert_reached_the_nearest_first() -> None:
    for number, path in enumerate((COUNTY, COMMUNITY, TOWNSHIP, TOWNSHIP), 1):
        alert(number, path=path, subject=SOMEBODY, cause="urgent")
    for number, more in numbered(10, {"cause": "late"}, {"raised_at": NOON + MINUTE}, {"subject": SOMEBODY_ELSE}):
        alert(number, **{"path": GRID, "subject": SOMEBODY, "cause": "urgent", **more})
    assert queries.told_now([SOMEBODY], NOON) == [COMMUNITY, TOWNSHIP, COUNTY]


def test_the_tasks_behind_an_alert() -> None:
    listed = [task(1), task(2, state=State.DONE), task(3)]
    alert(1, *reversed(listed))
    alert(2, task(4))
    alert(3)
    assert [one.task.int for one in queries.behind(key(1))] == [1, 2, 3]
    assert [one.task.int for one in queries.behind(key(1), only_open=True)] == [1, 3]
    assert [one.task.int for one in queries.behind(key(1), after=key(1), limit=1)] == [2]
    assert queries.lists_behind([key(1), key(3)]) == {key(1)}
    assert fates.counted([key(1), key(2), key(3)]) == {key(1): (3, 2), key(2): (1, 1)}
    assert fates.counted([]) == {}


def test_what_became_of_an_urgent_alert_at_each_level() -> None:
    for number, more in numbered(
            1, {"path": COUNTY, "acknowledged_at": NOON, "acknowledged_by": 3, "note": "收到"}, {"path": COMMUNITY},
            {"raised_at": NOON + HOUR}, {"cause": "late"}, {"raised_at": NOON - fates.FOR},
            {"subject": SOMEBODY_ELSE}):
        alert(number, **{"subject": SOMEBODY, "cause": "urgent", **more})
    told = fates.of_subjects([SOMEBODY], NOON)
    assert [(one.path, one.raised_at, one.acknowledged_by, one.note) for one in told] == [
        (COMMUNITY, NOON + HOUR, None, ""), (COMMUNITY, NOON, None, ""), (COUNTY, NOON, 3, "收到")]
    assert fates.of_subjects([], NOON) == []


def test_the_urgent_task_of_each_is_the_one_due_first() -> None:
    task(1, urgent=True, due=NOON + HOUR)
    task(2, urgent=True, kind="case", form="result")
    task(3, due=NOON - HOUR)
    task(4, urgent=True, due=NOON - HOUR, state=State.DONE)
    task(5, urgent=True, subject=SOMEBODY_ELSE)
    task(6, subject=key(700))
    assert queries.urgent_tasks([SOMEBODY, key(700)]) == {SOMEBODY: (key(2), "case", "result")}


@pytest.fixture
def asked() -> None:
    handover(1, due=NOON + 2 * HOUR)  # from the grid to the community next to its own
    handover(2, path=NEXT_GRID, to_path=GRID, due=NOON + HOUR)
    handover(3, path=NEXT_TOWNSHIP, to_path=COMMUNITY)
    handover(4, to_path=COUNTY, department="卫健局")
    handover(5, path=NEXT_TOWNSHIP, to_path=COMMUNITY, department="卫健局")
    handover(6, to_path=COMMUNITY, state=HandoverState.DECLINED)
    handover(7, path=NEXT_TOWNSHIP, to_path=NEXT_TOWNSHIP)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("path", "answers_for", "coming", "going"), [
    (COMMUNITY, ("",), [2, 3], [1, 4]),  # within it: one coming, not one going as well
    (GRID, ("",), [2], [1, 4]),
    (COMMUNITY, ("卫健局",), [5], []),  # a department asks nobody
    (COUNTY, ("卫健局",), [4, 5], []),
    (COMMUNITY, ("", "卫健局"), [2, 3, 5], [1, 4]),
])
def test_handovers_coming_and_going(
    path: str, answers_for: tuple[str, ...], coming: list[int], going: list[int]
) -> None:
    found = queries.handovers(path, answers_for=answers_for)
    assert tuple(sorted(numbers(side)) for side in found) == (coming, going)


@pytest.mark.usefixtures("asked")
def test_handovers_come_by_deadline_and_at_most_so_many() -> None:
    coming, going = queries.handovers(COMMUNITY, limit=1)
    assert (numbers(coming), len(going)) == ([2], 1)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("number", "path", "answers_for", "seen"), [
    (1, GRID, ("",), True), (1, NEXT_COMMUNITY, ("",), True), (1, NEXT_TOWNSHIP, ("",), False),
    (6, COMMUNITY, ("",), True),  # whatever became of it
    (5, COMMUNITY, ("",), False), (5, COMMUNITY, ("卫健局",), True), (5, NEXT_TOWNSHIP, ("卫健局",), False),
    (99, COMMUNITY, ("",), False),
])
def test_one_handover_is_seen_by_either_side(
    number: int, path: str, answers_for: tuple[str, ...], *, seen: bool
) -> None:
    found = queries.handover(key(number), path, answers_for=answers_for)
    assert (found is not None and found.pk == key(number)) is seen


@pytest.mark.usefixtures("asked")
def test_the_department_that_is_asked() -> None:
    handover(8, subject=SOMEBODY_ELSE, to_path=COUNTY, department="民政局")
    handover(9, to_path=TOWNSHIP, department="民政局", state=HandoverState.WITHDRAWN)
    assert queries.departments_asked([SOMEBODY]) == {(SOMEBODY, COUNTY): "卫健局", (SOMEBODY, COMMUNITY): "卫健局"}


@pytest.fixture
def work() -> None:
    task(1, due=NOON)
    task(2, due=NOON + MINUTE)
    task(3, due=NOON)
    task(4, post=2, due=NOON - MINUTE, path=NEXT_COUNTY, programme="linelist")
    task(5, post=None)
    task(6, state=State.DONE)
    task(7, post=1, due=NOON + MINUTE, path=NEXT_COUNTY, programme="linelist")


@pytest.mark.usefixtures("work")
def test_how_much_posts_have_to_do() -> None:
    task(8, drill=True)
    assert queries.loads([1, 2, 3], NOON) == {1: Load(4, 2), 2: Load(1, 1)}
    assert queries.loads([2], NOON) == {2: Load(1, 1)}
    assert (queries.programmes_of(1), queries.programmes_of(3)) == ({"entry", "linelist"}, set())
    assert queries.paths_of([key(1), key(4), key(6)]) == {
        key(1): ("entry", GRID), key(4): ("linelist", NEXT_COUNTY)}


@pytest.mark.usefixtures("work")
def test_what_a_post_or_nobody_has_within_an_area() -> None:
    def found(post: int | None, **more: Any) -> list[int]:
        return [one.task.int for one in queries.open_of(post, subtree(COUNTY), **more)]

    assert (found(1), found(2), found(None)) == ([1, 3, 2], [], [5])
    assert found(1, limit=2) == [1, 3]
    assert found(1, after=(NOON, key(1))) == [3, 2]
    assert found(1, after=(NOON, key(3))) == [2]


@pytest.mark.parametrize(("path", "day", "begun"), [
    (GRID, TODAY, NOON + HOUR),  # by the nearest place above that turns
    (NEXT_TOWNSHIP, TODAY, NOON),
    (NEXT_TOWNSHIP, TODAY - DAY, None),  # the clock began with that day
    (NEXT_TOWNSHIP, TODAY + DAY, None),
    (NEXT_COUNTY, TODAY, None),
])
def test_when_the_clock_began_a_day(path: str, day: dt.date, begun: dt.datetime | None) -> None:
    for place, turned in ((COUNTY, NOON), (TOWNSHIP, NOON + HOUR)):
        Turn.objects.create(path=place, day=TODAY - DAY, begun_at=turned - DAY)
        Turn.objects.create(path=place, day=TODAY, begun_at=turned)
    assert queries.begun_at(path, day) == begun


def test_what_was_acted_upon_and_answered_is_told_no_more() -> None:
    earlier = {"subject": SOMEBODY, "acted_at": NOON - HOUR, "acknowledged_at": NOON - HOUR, "acknowledge_by": NOON}
    waits = {"subject": SOMEBODY, "acknowledge_by": NOON}
    alert(1, cause="urgent", **waits)
    alert(2, cause="urgent", **earlier)
    alert(3, cause="handover", **waits)
    alert(4, cause="handover", **earlier)
    alert(5, cause="handover", programme="linelist", **waits)
    alert(6, cause="handover", subject=SOMEBODY_ELSE, acknowledge_by=NOON)
    alert(7, cause="urgent", subject=SOMEBODY_ELSE)
    alert(8, cause="urgent", programme="linelist", **waits)
    alerts.acted("entry", [SOMEBODY], NOON)
    alerts.answered("entry", SOMEBODY, 5, NOON)
    told = {one.id.int: (one.acted_at, one.acknowledged_at, one.acknowledged_by, one.acknowledge_by)
            for one in Alert.objects.all()}
    before = (NOON - HOUR, NOON - HOUR, None, NOON)
    assert told == {1: (NOON, None, None, NOON), 2: before, 3: (None, NOON, 5, None), 4: before,
                    5: (None, None, None, NOON), 6: (None, None, None, NOON), 7: (None, None, None, None),
                    8: (None, None, None, NOON)}
