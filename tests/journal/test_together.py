"""What several requests file at the same time, recorded in one call: each under its own rights, none for another."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from fangxian.accounts.scope import Scope, spanning, working_in
from fangxian.areas.types import subtree
from fangxian.journal import together
from fangxian.journal.together import HandedOver, record_group
from fangxian.journal.types import Submission
from fangxian.journal.work import Work
from fangxian.kernel import decisions
from fangxian.kernel.decisions import Undecided
from fangxian.kernel.errors import Problem
from fangxian.site import flow
from fangxian.subjects import steps as subjects
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import FAR_GRID, FEVER, GRID, HOUR, TOWNSHIP, WELL, filled, place, rows, tasks

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 3 * HOUR


@pytest.fixture
def county(db: None) -> County:
    return world.build()


def waiting(county: County, kind: str, area: str, form: str, subject: uuid.UUID, answers: dict[str, Any],
            programmes: Sequence[str] = ("entry",), **more: Any) -> HandedOver:
    """Somebody's filing, handed over."""
    one: Submission = replace(filled(form, subject, answers, NOON, **more), by=county.actor(kind, area))
    return HandedOver(one, Scope(subtree(county.paths[area]), tuple(programmes)), NOON)


def written(*group: HandedOver) -> list[bool]:
    """Whether each was recorded; the journal has just these."""
    record_group(group)
    found = [one.recorded is not None for one in group]
    there = {entry for (entry,) in rows("SELECT id FROM journal_entry WHERE id = ANY(%s)",
                                        [one.submission.id for one in group])}
    assert there == {one.submission.id for one, told in zip(group, found, strict=True) if told}
    return found


def test_everybody_who_waits_is_in_one_batch_under_their_own_name(county: County) -> None:
    here, there = county.arrive(MORNING), county.arrive(MORNING, grid=FAR_GRID)
    group = [waiting(county, "grid_worker", GRID, "daily_check", here, WELL),
             waiting(county, "grid_worker", FAR_GRID, "daily_check", there, FEVER),
             waiting(county, "township_duty", TOWNSHIP, "visit", here, {"outcome": "refused"})]
    assert written(*group) == [True] * 3
    told = rows('SELECT id, "user", post, batch FROM journal_entry WHERE id = ANY(%s)',
                [one.submission.id for one in group])
    assert {row[0]: row[1:3] for row in told} == {
        one.submission.id: (one.submission.by.user, one.submission.by.post) for one in group if one.submission.by}
    assert len({batch for *_, batch in told}) == 1
    assert {one.recorded.at for one in group if one.recorded} == {NOON}
    assert rows("SELECT count(DISTINCT tier) FROM tasks_alert WHERE subject = %s AND cause = 'urgent'", there) == [(3,)]


@pytest.mark.parametrize(("area", "programmes"), [(GRID, ("entry",)), (FAR_GRID, ("residents",)), (FAR_GRID, ())])
def test_who_is_in_anothers_sight_is_not_in_ones_own(county: County, area: str, programmes: tuple[str, ...]) -> None:
    near, far = county.arrive(MORNING), county.arrive(MORNING, grid=FAR_GRID)
    reaching = waiting(county, "grid_worker", area, "daily_check", far, FEVER, programmes)
    assert written(waiting(county, "grid_worker", GRID, "daily_check", near, WELL),
                   reaching,
                   waiting(county, "grid_worker", FAR_GRID, "daily_check", far, WELL)) == [True, False, True]
    assert rows("SELECT f_temperature FROM facts_entry WHERE subject = %s", far) == [(36.5,)]


def test_nobody_is_placed_outside_the_area_of_who_places_by_company(county: County) -> None:
    lost, other = county.arrive(MORNING, grid=""), county.arrive(MORNING, grid=FAR_GRID)
    assert written(waiting(county, "township_duty", TOWNSHIP, "place", lost, {"grid": FAR_GRID}),
                   waiting(county, "grid_worker", FAR_GRID, "daily_check", other, WELL)) == [False, True]
    assert place(lost) == county.paths[TOWNSHIP]


def test_nobody_is_put_by_company_into_a_household_out_of_the_own_sight(county: County) -> None:
    near, far, beside = (county.arrive(MORNING, grid=grid) for grid in (GRID, FAR_GRID, FAR_GRID))
    there = {"person_seen": "no", "household": "宏村1号"}
    assert not county.send("verification", far, there, MORNING + HOUR).refused
    assert written(waiting(county, "grid_worker", GRID, "verification", near, there),
                   waiting(county, "grid_worker", FAR_GRID, "verification", beside, there)) == [False, True]
    assert rows("SELECT count(*) FROM subjects_link WHERE subject = %s AND kind = 'household'", near) == [(0,)]


def test_what_is_refused_stops_nobody(county: County) -> None:
    one, two = county.arrive(MORNING), county.arrive(MORNING)
    assert written(waiting(county, "grid_worker", GRID, "daily_check", one, {"temperature": "hot"}),
                   waiting(county, "grid_worker", GRID, "daily_check", two, WELL),
                   waiting(county, "grid_worker", GRID, "no_such_form", two, WELL),
                   waiting(county, "grid_worker", GRID, "daily_check", uuid.uuid4(), WELL)) == [
        False, True, False, False]


def test_an_id_sent_twice_at_once_is_left_to_its_requests(county: County) -> None:
    subject, same = county.arrive(MORNING), uuid.uuid4()
    assert written(*(waiting(county, "grid_worker", GRID, "daily_check", subject, WELL, id=same) for _ in "ab")) == [
        False, False]


def test_two_about_one_person_both_count(county: County) -> None:
    subject = county.arrive(MORNING)
    assert written(waiting(county, "grid_worker", GRID, "daily_check", subject, FEVER),
                   waiting(county, "township_duty", TOWNSHIP, "daily_check", subject, WELL)) == [True, True]
    assert ("transfer", "open") in tasks(subject)


def test_of_a_group_that_fails_nothing_stays_and_each_is_left_to_itself(
    county: County, monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = county.arrive(MORNING), county.arrive(MORNING)
    fold = subjects.fold

    def failing(work: Work) -> None:
        if bad in work.subjects:
            raise RuntimeError
        fold(work)

    monkeypatch.setattr("fangxian.journal.work._steps", [failing if step is fold else step for step in flow.STEPS])
    spoilt = waiting(county, "grid_worker", GRID, "daily_check", bad, WELL)
    sound = waiting(county, "grid_worker", GRID, "daily_check", good, WELL)
    assert written(spoilt, sound) == [False, False]
    assert written(sound) == [True]


def test_without_a_right_nothing_is_handed_over(county: County) -> None:
    one = waiting(county, "grid_worker", GRID, "daily_check", county.arrive(MORNING), WELL)
    with decisions.noting(), pytest.raises(Undecided):
        together.record_together(one.submission, scope=one.scope, at=NOON)


def test_a_request_that_has_written_something_keeps_it_together_with_the_rest(county: County) -> None:
    assert not together.has_nothing_to_lose()
    with transaction.atomic():
        assert not together.has_nothing_to_lose()


def test_a_group_sees_what_one_of_it_sees_and_nobodys_log(county: County) -> None:
    one = Scope(subtree(county.paths[GRID]), ("entry",), ("*",))
    other = Scope(subtree(county.paths[FAR_GRID]), ("entry", "residents"))
    span = spanning([one, other])
    assert (span.programmes, span.audits) == (("entry", "residents"), ())
    with working_in(span):
        assert all(path in span.area for path in (county.paths[GRID], county.paths[FAR_GRID]))


def test_whoever_had_the_tasks_of_somebody_moved_is_told_though_others_were_recorded_with_it(county: County) -> None:
    subject, other = county.arrive(MORNING), county.arrive(MORNING, grid=FAR_GRID)
    assert written(waiting(county, "county_duty", "341023", "place", subject, {"grid": FAR_GRID}),
                   waiting(county, "grid_worker", FAR_GRID, "daily_check", other, WELL)) == [True, True]
    assert rows("SELECT DISTINCT post FROM tasks_alert WHERE cause = 'moved'") == [
        (county.posts["grid_worker", GRID],)]


class Stuck:
    """Groups that do not end until they are let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self.groups: list[list[HandedOver]] = []

    def record(self, group: Sequence[HandedOver]) -> None:
        self.groups.append(list(group))
        self.begun.set()
        assert self.let.wait(60)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    held = Stuck()
    monkeypatch.setattr(together, "record_group", held.record)
    monkeypatch.setattr(together, "OTHERS", 0.05)
    monkeypatch.setattr(together, "OWN", 0.05)
    yield held
    held.let.set()


def handed() -> HandedOver:
    return HandedOver(filled("daily_check", uuid.uuid4(), WELL, NOON), Scope(subtree("0")), NOON)


def test_nobody_waits_without_end_for_a_group_that_does_not(stuck: Stuck) -> None:
    recorder, first, second = together.Recorder(), handed(), handed()
    with pytest.raises(Problem, match="not_known_yet"):
        recorder.wait_for(first)
    recorder.wait_for(second)
    assert second.recorded is None, "to be recorded alone"
    stuck.let.set()
    assert first.done.wait(60)
    recorder.wait_for(handed())
    assert second not in [one for group in stuck.groups for one in group], "and by nobody else"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_recorder_that_died_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def dying(group: Sequence[HandedOver]) -> None:
        told.append(len(group))
        raise SystemExit

    monkeypatch.setattr(together, "record_group", dying)
    recorder = together.Recorder()
    for _ in range(2):
        recorder.wait_for(handed())
        assert recorder._thread is not None
        recorder._thread.join(60)
    assert told == [1, 1]
