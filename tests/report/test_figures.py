"""Figures: counters summed, each as long as its list, each a subset of the one before."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.areas.types import subtree
from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.report import actions, queries
from fangxian.report.types import Counts, Span, TimedStep
from fangxian.tasks import clock
from fangxian.tasks.states import ASKED
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = dt.timedelta(days=1)
TODAY = dt.date(2020, 3, 20)
LATER = MORNING + 6 * HOUR
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
VISIT = {
    "person_seen": "yes",
    "document_seen": "yes",
    "address_right": "yes",
    "own_room": "yes",
    "own_bathroom": "yes",
    "vulnerable_at_home": "no",
    "frail": "no",
    "agreement_read": True,
    "agreement_signed": "yes",
}
PLACES = ("341023", "341023100", "341023100001", "34102310000101", "34102310120001")


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    grids = ("34102310000101", "34102310000101", "34102310000102", "34102310120001", "")
    people = [made.arrive(MORNING, grid) for grid in grids]
    for number, subject in enumerate(people[:3]):
        made.send("arrival", subject, {**ARRIVAL, "document_number": f"E1234567{number}"}, MORNING + HOUR)
    return made


def figures(county: County, code: str, day: dt.date = TODAY) -> Counts:
    path = county.paths[code]
    return queries.counts(queries.raw("entry", subtree(path), [day], len(path)))


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("summed", [False, True])
def test_every_figure_is_as_long_as_its_list(county: County, code: str, summed: bool) -> None:
    clock.run_due(MORNING + DAY)
    if summed:
        actions.compact(at=LATER)
    area = areas.nodes([county.paths[code]])[county.paths[code]]
    programme = programmes.in_force("entry")
    assert programme.cohort
    with working_in(SYSTEM):
        for day in (TODAY, TODAY + DAY):
            found = figures(county, code, day)
            stages = range(len(programme.cohort.stages))
            wanted = {f"stage-{n}": found.reached(n) for n in stages} | {
                f"gap-{n}": found.stopped_at(n) for n in stages
            }
            wanted |= {"walk-in": found.walk_ins} | {f"tasks-{state}": found.of_state(state) for state in ASKED}
            wanted |= {f"tasks-due-{kind}": found.of_kind(kind, *ASKED) for kind in programme.tasks}
            for key, figure in wanted.items():
                lines = queries.listed(key, "entry", area, day, at=LATER, limit=None).lines
                assert (key, len(lines)) == (key, figure)
                assert queries.total(key, programme, area, day, CALENDAR, at=LATER) == figure


def test_each_stage_is_a_subset_of_the_one_before(county: County) -> None:
    with working_in(SYSTEM):
        found = figures(county, "341023")
    reached = [found.reached(stage) for stage in range(5)]
    assert reached[:2] == [5, 3]
    assert reached == sorted(reached, reverse=True)
    assert [found.stopped_at(stage) for stage in range(4)] == [a - b for a, b in pairwise(reached)]


def test_children_and_what_lies_on_the_area_itself_make_up_the_area(county: County) -> None:
    with working_in(SYSTEM):
        by_child = queries.by_child("entry", county.paths["341023"], [TODAY])
    reached = {path: counts.reached(0) for (path, _), counts in by_child.items()}
    assert reached == {county.paths["341023100"]: 4, county.paths["341023101"]: 1}
    with working_in(SYSTEM):
        township = queries.by_child("entry", county.paths["341023100"], [TODAY])
    assert township[county.paths["341023100"], TODAY].reached(0) == 1  # nobody has chosen the grid yet


def test_late_is_counted_by_the_area_below_and_listed(county: County) -> None:
    area = areas.nodes([county.paths["341023"]])[county.paths["341023"]]
    evening = MORNING + 9 * HOUR  # 18:00: the afternoon check was due at 17:00
    with working_in(SYSTEM):
        late = queries.late_by_child("entry", area, evening)
        lines = queries.listed("late", "entry", area, TODAY, at=evening, limit=None).lines
    assert sum(late.values()) == len(lines) > 0
    assert all(line.due and line.due <= evening for line in lines)


@pytest.mark.parametrize("hours", [0, 3, 7, 9, 10.9])
def test_late_from_the_counters_is_late_from_the_tasks(county: County, hours: float) -> None:
    at = MORNING + hours * HOUR
    programme = programmes.in_force("entry")
    for code in PLACES:
        area = areas.nodes([county.paths[code]])[county.paths[code]]
        calendar = areas.calendars([area.path])[area.path]
        with working_in(SYSTEM):
            found = queries.by_child("entry", area.path, [TODAY])
            assert queries.late(programme, area, calendar, at, found) == queries.late_by_child("entry", area, at)


def test_a_list_pages_by_key_and_leaves_nobody_out(county: County) -> None:
    area = areas.nodes([county.paths["341023"]])[county.paths["341023"]]
    with working_in(SYSTEM):
        for key in ("stage-0", "tasks-due", "late"):
            whole = [
                line.key for line in queries.listed(key, "entry", area, TODAY, at=LATER + 9 * HOUR, limit=None).lines
            ]
            paged, after = [], ""
            while True:
                page = queries.listed(key, "entry", area, TODAY, at=LATER + 9 * HOUR, after=after, limit=2)
                paged += [line.key for line in page.lines]
                if not (after := page.next):
                    break
            assert paged == whole
            assert len(set(whole)) == len(whole) > 2


def test_a_key_that_is_none_is_not_found(county: County) -> None:
    area = areas.nodes([county.paths["341023"]])[county.paths["341023"]]
    for key in ("", "stage-", "stage-x", "tasks-burnt", "gap", "anything"):
        with pytest.raises(errors.Problem) as refused:
            queries.listed(key, "entry", area, TODAY, at=LATER)
        assert refused.value.kind is errors.NOT_FOUND


def test_the_list_shows_masked_people_and_who_has_them(county: County) -> None:
    area = areas.nodes([county.paths["34102310000101"]])[county.paths["34102310000101"]]
    with working_in(SYSTEM):
        subjects = [line.subject for line in queries.listed("stage-1", "entry", area, TODAY, at=LATER).lines]
        shown = queries.shown(subjects)
        held = queries.held("entry", subjects)
    assert {one.name for one in shown.values()} == {"张*"}
    assert {one.post for one in held.values()} == {county.posts["grid_worker", "34102310000101"]}
    assert {one.measure for one in held.values()} == {"central isolation"}


def test_summing_changes_no_figure_and_leaves_no_change(county: County) -> None:
    with working_in(SYSTEM):
        before = figures(county, "341023")
    assert actions.compact(at=LATER) > 0
    assert actions.compact(at=LATER) == 0
    county.send("arrival", county.arrive(LATER), {**ARRIVAL, "document_number": "E99999999"}, LATER)
    with working_in(SYSTEM):
        after = figures(county, "341023")
    assert after.reached(1) == before.reached(1) + 1
    actions.compact(at=LATER)
    with working_in(SYSTEM):
        assert figures(county, "341023") == after


def test_a_signed_sheet_shows_what_came_later_as_a_difference(county: County) -> None:
    path = county.paths["341023100"]
    by = county.actor("township_duty", "341023100")
    with working_in(SYSTEM):
        left = queries.sheet_figures(figures(county, "341023100")).outstanding
        assert left
        for other in (0, left - 1):
            with pytest.raises(Problem, match="other_number_open"):
                actions.sign_off(
                    programme="entry", path=path, day=TODAY, note="seen", outstanding=other, by=by, at=LATER)
        signed = actions.sign_off(
            programme="entry", path=path, day=TODAY, note="seen", outstanding=left, by=by, at=LATER)
        stored = queries.signed("entry", path, TODAY)
        assert stored
        assert (stored.figures, stored.note, stored.by) == (signed, "seen", by.user)
        assert queries.differences(stored.figures, queries.sheet_figures(figures(county, "341023100"))) == {}
    late = county.arrive(LATER + HOUR)
    with working_in(SYSTEM):
        now = queries.sheet_figures(figures(county, "341023100"))
        assert queries.differences(stored.figures, now) == {"came_in": 1, "outstanding": 1}
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(seq) FROM journal_entry WHERE subject = %s", [late])
            assert cursor.fetchone()[0] > stored.seq


def test_timeliness_says_how_long_each_step_took(county: County) -> None:
    calendar = areas.calendars([county.paths["341023"]])[county.paths["341023"]]
    days = [TODAY - DAY, TODAY]
    with working_in(SYSTEM):
        found = {
            step.name: step
            for step in queries.steps(programmes.in_force("entry"), subtree(county.paths["341023"]), days, calendar)
        }
    registered = found["registered_at"].days[TODAY]
    assert (registered.within, registered.of, registered.share) == (3, 3, 100)
    assert set(found) == {"registered_at", "verified_at", "classified", "acknowledged", "acted"}
    assert found["verified_at"].days == found["classified"].days == found["acknowledged"].days == {}


def test_somebody_is_classified_with_the_first_decision_on_a_measure_after_the_visit(county: County) -> None:
    decided, undecided = county.arrive(MORNING), county.arrive(MORNING, origin="", countries="")
    registered = county.send("arrival", decided, {**ARRIVAL, "document_number": "E76543210"}, MORNING + HOUR)
    assert not registered.refused, registered.refused
    for subject in (decided, undecided):
        visited = county.send("verification", subject, VISIT, MORNING + 5 * HOUR / 2, happened_at=MORNING + 2 * HOUR)
        assert not visited.refused, visited.refused
    county.send("daily_check", decided, {"temperature": 38.5, "symptoms": "fever"}, MORNING + 4 * HOUR)
    with working_in(SYSTEM):
        assert steps(county)["classified"].days == {TODAY: Span(30, 30, 1, 1)}
        assert steps(county)["verified_at"].days == {TODAY: Span(60, 60, 1, 1)}
    county.send("arrival", undecided, {**ARRIVAL, "document_number": "E76543211"}, MORNING + 6 * HOUR)
    with working_in(SYSTEM):
        assert steps(county)["classified"].days[TODAY].of == 2


def steps(county: County) -> dict[str, TimedStep]:
    found = queries.steps(programmes.in_force("entry"), subtree(county.paths["341023"]), [TODAY], CALENDAR)
    return {step.name: step for step in found}


def test_walk_ins_are_counted_apart(county: County) -> None:
    assert Counts({0: 2, 2: 1}, walk_ins=1).reached(0) == 3
    with working_in(SYSTEM):
        assert figures(county, "341023").walk_ins == 0
