"""Each alert as it is written: by cause, about whom, at which level, by when, and what comes of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import Place, Tier
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, alerts, clock, escalation, giving
from fangxian.tasks.alerts import TaskOf
from fangxian.tasks.models import Alert
from fangxian.tasks.types import Cause
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows
from tests.placed import COMMUNITY, COUNTY, DAY, GRID, MINUTE, NOON, TODAY, TOWNSHIP, alert, key

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LEVELS: Final = (("341023100001", "community"), ("341023100", "township"), ("341023", "county"))
HERE: Final = "34102310000101"
FEVER: Final = {"temperature": 38.6, "symptoms": "cough"}
_LINE: Final = ("cause", "kind", "step", "day", "path", "tier", "subject", "subject_path", "count", "raised_at",
                "acknowledge_by", "act_by", "drill")


def lines(cause: str) -> list[tuple[Any, ...]]:
    return rows(
        f"SELECT {', '.join(_LINE)} FROM tasks_alert WHERE cause = %s ORDER BY raised_at, kind, path DESC", cause)


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    return made


@pytest.fixture
def managed(county: County) -> uuid.UUID:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    return subject


def test_what_turns_urgent_is_told_to_each_level_at_once_and_every_time_anew(
    county: County, managed: uuid.UUID
) -> None:
    def told(at: dt.datetime) -> list[tuple[Any, ...]]:
        return [("urgent", "suspected", 0, TODAY, county.paths[code], tier, managed, county.paths[HERE], 1, at,
                 at + 10 * MINUTE, at + 2 * HOUR, False) for code, tier in LEVELS]

    first, second = MORNING + 3 * HOUR, MORNING + 6 * HOUR
    county.send("daily_check", managed, FEVER, first)
    assert lines("urgent") == told(first)
    county.send("daily_check", managed, FEVER, first + MINUTE)
    assert lines("urgent") == told(first)  # still urgent: nothing new
    county.send("transfer", managed, {"to": "hospital", "where": "县医院", "by": "ambulance"}, first + HOUR)
    assert rows("SELECT DISTINCT acted_at FROM tasks_alert WHERE cause = 'urgent'") == [(first + HOUR,)]
    county.send("result", managed, {"case_result": "ruled_out", "date": "2020-03-20"}, first + 2 * HOUR)
    county.send("daily_check", managed, FEVER, second)
    assert lines("urgent") == [*told(first), *told(second)]


def test_what_is_done_that_is_not_urgent_acts_upon_nothing(county: County, managed: uuid.UUID) -> None:
    county.send("daily_check", managed, FEVER, MORNING + 6 * HOUR)
    county.send("daily_check", managed, FEVER, MORNING + 7 * HOUR)
    assert ("done",) in rows("SELECT state FROM tasks_task WHERE kind = 'temperature_pm'")
    assert rows("SELECT DISTINCT acted_at FROM tasks_alert WHERE cause = 'urgent'") == [(None,)]


def test_a_visit_in_vain_is_told_to_the_community_where_somebody_has_to_see_to_it(
    county: County, managed: uuid.UUID
) -> None:
    at = MORNING + 5 * HOUR
    county.send("visit", managed, {"outcome": "phone_off"}, at)
    assert [line[1] for line in lines("visit")] == ["to_site:phone_off"]  # the others may wait for another call
    county.send("visit", managed, {"outcome": "refused"}, at)
    found = lines("visit")
    assert {line[1] for line in found} >= {"verify:refused", "needs:refused"}
    assert {line[2:3] + line[4:] for line in found} == {
        (0, county.paths["341023100001"], "community", None, None, 1, at, None, None, False)}
    listed = rows("SELECT a.kind, t.kind FROM tasks_alert a JOIN tasks_alerttask l ON l.alert = a.id"
                  " JOIN tasks_task t ON t.id = l.task WHERE a.cause = 'visit'")
    assert len(listed) == len(found)
    assert all(told.partition(":")[0] == kind for told, kind in listed)


def test_a_day_the_clock_stood_still_is_told_to_the_county(county: County) -> None:
    at = MORNING + 2 * DAY
    clock.run_due(at)
    clock.run_due(at + MINUTE)
    assert set(lines("gap")) == {("gap", "day", 0, TODAY + DAY, county.paths["341023"], "county", None, None, 1, at,
                                  None, None, False)}
    assert {programme for programme, in rows("SELECT programme FROM tasks_alert WHERE cause = 'gap'")} == {"entry"}


def test_somebody_known_elsewhere_or_changed_is_told_above_and_once(county: County, managed: uuid.UUID) -> None:
    by, at, entry = county.actor("grid_worker", HERE), MORNING + 3 * HOUR, uuid.uuid4()
    with working_in(SYSTEM):
        for _ in range(2):
            actions.tell_known_twice(programme="entry", subject=managed, by=by, at=at)
            actions.tell_changed(forms={entry: ("entry", "f" * 60, managed)}, by=by, at=at)
        actions.tell_changed(forms={}, by=by, at=at)
        actions.tell_list_changed(programme="entry", form="listed", held=entry, count=7, by=by, at=at)
    here, above = county.paths[HERE], county.paths["341023100001"]
    assert lines("twice") == [("twice", "walk_in", 0, TODAY, county.paths["341023"], "county", managed, here, 1, at,
                               None, None, False)]
    assert lines("changed") == [
        ("changed", "f" * 40, 0, TODAY, above, "community", managed, here, 1, at, None, None, False),
        ("changed", "listed", 0, TODAY, above, "community", None, None, 7, at, None, None, False)]
    assert rows("SELECT DISTINCT about FROM tasks_alert WHERE cause = 'changed'") == [(entry,)]


def test_a_handover_is_to_be_answered_within_two_hours(county: County, managed: uuid.UUID) -> None:
    at = MORNING + 3 * HOUR
    with working_in(SYSTEM):
        actions.pass_on(programme="entry", subject=managed, to_path=county.paths["341023101"], note="", at=at,
                        by=county.importer)
    assert lines("handover") == [
        ("handover", "handover", 0, TODAY, county.paths["341023101"], "township", managed, county.paths[HERE], 1, at,
         at + 2 * HOUR, at + 2 * HOUR, False)]


def test_a_post_is_told_of_its_tasks_by_kind_and_by_no_time(county: County, managed: uuid.UUID) -> None:
    other, at = county.posts["grid_worker", "34102310000102"], MORNING + 3 * HOUR
    tasks = [task for task, in rows("SELECT id FROM tasks_task WHERE state = 'open' AND kind = 'verify'")]
    with working_in(SYSTEM):
        giving.reassign(tasks=tasks, post=other, by=county.importer, at=at)
    line = ("given", "verify", 0, TODAY, county.paths["34102310000102"], "grid", None, None, 1, at, None, None, False)
    assert lines("given") == [line]
    assert lines("taken") == [("taken", *line[1:4], county.paths[HERE], *line[5:])]
    assert dict(rows("SELECT cause, post FROM tasks_alert WHERE cause IN ('given', 'taken')")) == {
        "given": other, "taken": county.posts["grid_worker", HERE]}


def test_nobody_gives_a_task_to_a_post_that_is_not_there(county: County, managed: uuid.UUID) -> None:
    tasks = [task for task, in rows("SELECT id FROM tasks_task WHERE state = 'open'")]
    with working_in(SYSTEM), pytest.raises(Problem) as refused:
        giving.reassign(tasks=tasks, post=987_654, by=county.importer, at=MORNING + 3 * HOUR)
    assert refused.value.kind == errors.NOT_FOUND


def test_time_alone_changes_a_decision_at_the_local_date_and_no_sooner(county: County) -> None:
    """The day has turned hours before; nothing is filed."""
    subject = county.arrive(MORNING, origin="SG", countries="SG")
    [(change,)] = rows("SELECT next_change FROM decide_current WHERE subject = %s", subject)
    midnight = dt.datetime.combine(change, dt.time(0), dt.timezone(8 * HOUR))
    clock.run_due(midnight - 2 * HOUR)
    for at, measure in ((midnight - MINUTE, "observation"), (midnight, "none")):
        clock.run_due(at)
        assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [(measure,)]


INSIDE: Final = Place(GRID, GRID, COMMUNITY, TOWNSHIP, COUNTY)
ABOVE: Final = Place("X", None, None, None, None)


def raised(tasks: Sequence[TaskOf], tier: Tier, *, at: dt.datetime = NOON) -> list[tuple[Any, ...]]:
    """Lines about late tasks: kind, day, path, count and drill of each, with the numbers of its list."""
    with working_in(SYSTEM):
        alerts.raise_lines("entry", Cause.LATE, 2, tier, tasks, at)
        assert {(one.tier, one.step, one.cause) for one in Alert.objects.all()} == {(tier.value, 2, "late")}
        found = []
        for one in Alert.objects.order_by("kind", "day", "path", "drill"):
            listed = rows("SELECT task FROM tasks_alerttask WHERE alert = %s ORDER BY task", one.id)
            found.append((one.kind, one.day, one.path, one.count, one.drill, [task.int for task, in listed]))
        return found


def test_tasks_of_one_kind_day_and_place_are_one_line_and_what_comes_later_joins_it() -> None:
    def of(number: int, kind: str = "check", day: dt.date = TODAY, place: Place = INSIDE, *,
           drill: bool = False) -> TaskOf:
        return TaskOf(key(number), kind, day, place, drill)

    first = [of(1), of(2), of(3, "sample"), of(4, day=TODAY - DAY), of(5, drill=True), of(6, place=ABOVE)]
    assert raised(first, Tier.TOWNSHIP) == [
        ("check", TODAY - DAY, TOWNSHIP, 1, False, [4]),
        ("check", TODAY, "X", 1, False, [6]),
        ("check", TODAY, TOWNSHIP, 2, False, [1, 2]),
        ("check", TODAY, TOWNSHIP, 1, True, [5]),
        ("sample", TODAY, TOWNSHIP, 1, False, [3]),
    ]
    assert raised([of(7)], Tier.TOWNSHIP, at=NOON + HOUR)[2] == ("check", TODAY, TOWNSHIP, 3, False, [1, 2, 7])


def test_what_has_no_area_of_a_level_is_told_to_its_county() -> None:
    at_township = Place(TOWNSHIP, None, None, TOWNSHIP, COUNTY)
    assert raised([TaskOf(key(1), "check", TODAY, at_township, False)], Tier.COMMUNITY) == [
        ("check", TODAY, COUNTY, 1, False, [1])]


def test_whoever_listens_is_told_once_of_what_is_new(django_capture_on_commit_callbacks: Any,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[list[uuid.UUID]] = []

    def listen(told: Sequence[uuid.UUID]) -> None:
        heard.append(list(told))

    monkeypatch.setattr(alerts, "_listeners", [])
    for _ in range(2):
        alerts.on_alert(listen)
    one = alerts.NewAlert(key(1), "entry", "twice", "walk_in", 0, TODAY, COUNTY, "county", None, None, 1, NOON, None,
                          None, drill=False)
    with working_in(SYSTEM), django_capture_on_commit_callbacks(execute=True):
        for again in (False, False, True):
            alerts.write([one], again=again)
        alerts.write([])
    assert heard == [[key(1)], [key(1)]], "one that is there already and is left as it is, is no news"
    assert rows("SELECT count FROM tasks_alert") == [(2,)]


@pytest.mark.parametrize(("more", "again"), [
    ({"acknowledge_by": NOON}, True),
    ({"acknowledge_by": NOON + MINUTE}, False),
    ({"acknowledge_by": NOON, "acknowledged_at": NOON}, False),
    ({}, False),
])
def test_only_what_is_overdue_is_told_again(county: County, more: dict[str, Any], *, again: bool) -> None:
    alert(1, path=county.paths["341023"], tier="county", **more)
    escalation.escalate(NOON)
    assert rows("SELECT step, told_at, acknowledge_by FROM tasks_alert WHERE id = %s", key(1)) == [
        (1, NOON, NOON + 10 * MINUTE) if again else (0, None, more.get("acknowledge_by"))]


def test_it_goes_up_a_level_with_the_time_by_which_to_act(county: County, managed: uuid.UUID) -> None:
    path, up = county.paths["341023100001"], county.paths["341023100"]
    waits = {"cause": "urgent", "subject": managed, "subject_path": county.paths[HERE], "path": path,
             "acknowledge_by": NOON, "act_by": NOON + HOUR, "step": 3}
    alert(1, **waits)
    alert(2, **waits, kind="other")
    alert(3, **waits)  # what is told there already is told once
    escalation.escalate(NOON)
    told = rows("SELECT kind, step, tier, raised_at, acknowledge_by, act_by, count, subject_path, raised_from"
                " FROM tasks_alert WHERE path = %s ORDER BY kind", up)
    assert [line[:-1] for line in told] == [
        (kind, 4, "township", NOON, NOON + 10 * MINUTE, NOON + HOUR, 1, county.paths[HERE])
        for kind in ("check", "other")]
    assert [line[-1].int for line in told] == [1, 2]
