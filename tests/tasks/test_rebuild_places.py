"""Where everything of a subject lies, whose its tasks are, who it is and what it is linked to: compared and kept so."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.areas import actions as areas
from fangxian.capture import actions
from fangxian.subjects import actions as subjects
from fangxian.tasks import clock, rebuild
from tests import county as world
from tests.capture.test_import import NOW, ZHANG, acting, bring, finish, lines_of, rows, table
from tests.capture.test_linelists import cases
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
DAY = dt.timedelta(days=1)
LATER = NOW + HOUR
GRID, NEXT_GRID, FAR_GRID = "34102310000101", "34102310000102", "34102310120001"
Check = Callable[[], rebuild.Report]


@pytest.fixture
def county() -> County:
    return world.build()


def compared() -> rebuild.Report:
    with working_in(SYSTEM):
        return rebuild.check()


@pytest.fixture
def check(county: County) -> Check:
    """Somebody managed with a household, on a day that the clock has begun."""
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "household": "郭门1号"}, MORNING + HOUR)
    clock.run_due(MORNING + DAY)
    assert compared().same, compared()
    return compared


ELSEWHERE = "(SELECT path FROM areas_area WHERE code = '34102310120001')"
OPEN = "WHERE id = (SELECT id FROM tasks_task WHERE state = 'open' AND why_post = 'on duty' LIMIT 1)"
STRANGER = f"(SELECT id FROM accounts_post WHERE path = {ELSEWHERE})"


@pytest.mark.parametrize(("statement", "what"), [
    (f"UPDATE subjects_identity SET path = {ELSEWHERE}", "places"),
    (f"UPDATE subjects_lookup SET path = {ELSEWHERE}", "places"),
    (f"UPDATE subjects_link SET path = {ELSEWHERE}", "places"),
    (f"UPDATE decide_current SET path = {ELSEWHERE}", "places"),
    (f"UPDATE facts_entry SET path = {ELSEWHERE}", "places"),
    (f"UPDATE tasks_task SET path = {ELSEWHERE} {OPEN}", "places"),
    (f"UPDATE tasks_task SET grid_path = {ELSEWHERE} {OPEN}", "posts"),
    (f"UPDATE tasks_task SET post = {STRANGER} {OPEN}", "posts"),
    (f"UPDATE tasks_task SET post = NULL {OPEN}", "posts"),
    (f"UPDATE tasks_task SET why_post = 'nobody in force' {OPEN}", "posts"),
    (f"UPDATE tasks_task SET post = 999999 {OPEN}", "posts"),
    ("DELETE FROM subjects_identity", "identities"),
    ("DELETE FROM subjects_lookup WHERE kind = 'document'", "identities"),
    ("DELETE FROM subjects_link WHERE kind = 'household'", "links"),
    ("UPDATE subjects_link SET ended_at = now() WHERE kind = 'household'", "links"),
    ("UPDATE subjects_link SET other = subject WHERE kind = 'household'", "links"),
])
def test_what_does_not_follow_is_found(check: Check, statement: str, what: str) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")  # the application may not delete or rewrite these rows
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET ROLE fangxian_app")
    found = check()
    assert getattr(found, what), found


def test_what_is_over_may_lie_where_it_happened(check: Check) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE tasks_task SET path = {ELSEWHERE} WHERE state <> 'open'")
        assert cursor.rowcount
    assert check().places == []


def test_a_task_is_a_neighbours_where_the_journal_says_that_a_person_gave_it(check: Check) -> None:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE tasks_task SET post = {STRANGER}, why_post = 'given by a person' {OPEN}")
    assert check().posts


def test_what_is_seen_for_the_sake_of_a_task_that_is_over_is_found(check: Check) -> None:
    lent = "SELECT id, programme, subject, path, 1, now(), true FROM tasks_task WHERE state {0} 'open' LIMIT 1"
    for state in ("=", "<>"):
        with working_in(SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tasks_loan (task, programme, subject, path, post, given_at, open) " + lent.format(state))
            assert cursor.rowcount
        assert check().posts
        with working_in(SYSTEM), connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
            cursor.execute("DELETE FROM tasks_loan")
            cursor.execute("SET ROLE fangxian_app")


def test_undoing_a_list_that_moved_somebody_brings_everything_back(county: County) -> None:
    by = acting(county, "county_duty")
    clock.run_due(NOW)
    subject = lines_of(finish(bring(table(ZHANG), by), by))[2].subject
    moved = ZHANG.replace("A1,", "X1,").replace("碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号")
    second = bring(table(moved), by, source="铁路", at=LATER)
    with working_in(Scope.of(by)):
        actions.decide(held=second.pk, choice="same", by=by, at=LATER)
    finish(second, by, LATER)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[FAR_GRID],)]
    assert compared().same, compared()
    with working_in(Scope.of(by)):
        assert actions.undo(held=second.pk, by=by, at=LATER + HOUR)
    assert rows("SELECT DISTINCT path FROM tasks_task WHERE subject = %s AND state = 'open'", subject) == [
        (county.paths[GRID],)]
    assert compared().same, compared()


def test_undoing_the_list_that_placed_somebody_gives_them_back_to_the_township(county: County) -> None:
    by = acting(county, "county_duty")
    clock.run_due(NOW)
    unplaced = ZHANG.replace("碧阳镇郭门一网格3栋501", "碧阳镇某小区")
    subject = lines_of(finish(bring(table(unplaced), by), by))[2].subject
    second = bring(table(ZHANG.replace("A1,", "X1,")), by, source="铁路", at=LATER)
    with working_in(Scope.of(by)):
        actions.decide(held=second.pk, choice="same", line=2, by=by, at=LATER)
    finish(second, by, LATER)
    place = "SELECT state, path FROM tasks_task WHERE subject = %s AND kind = 'place'"
    assert rows(place, subject) == [("void", county.paths[GRID])]
    with working_in(Scope.of(by)):
        assert actions.undo(held=second.pk, by=by, at=LATER + HOUR)
    township = county.paths["341023100"]
    assert rows(place, subject) == [("open", township)]
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(township,)]
    assert rows("SELECT post FROM tasks_task WHERE subject = %s AND kind = 'place'", subject) == [
        (county.posts["township_duty", "341023100"],)]
    assert compared().same, compared()


def test_a_task_asked_for_again_opens_where_the_person_is_by_then(county: County) -> None:
    """Void in one grid, the person moves on, and it is asked for again."""
    subject = county.arrive(NOW, grid="")
    clock.run_due(NOW)
    placed = county.send("place", subject, {"grid": GRID}, NOW + HOUR).recorded[0].id
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    with working_in(SYSTEM):
        subjects.withdraw([placed], "a mistake", by=county.importer, at=LATER)
    assert rows("SELECT state, path FROM tasks_task WHERE subject = %s AND kind = 'place'", subject) == [
        ("open", county.paths["341023100"])]
    assert compared().same, compared()


def test_somebody_where_nothing_says_they_are_is_found(check: Check) -> None:
    tables = {"subjects_subject": "id", "subjects_identity": "subject", "subjects_lookup": "subject"}
    with working_in(SYSTEM), connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"UPDATE {name} SET path = {ELSEWHERE}")
    assert check().places


def test_a_corrected_infector_ends_the_link_and_taking_the_correction_back_revives_it(county: County) -> None:
    by = acting(county, "county_duty")
    done = finish(cases("C1,30,\nC2,40,\nC3,50,C1\n", by), by)
    case = lines_of(done)[4].subject
    assert case is not None
    entry = rows("SELECT id FROM journal_entry WHERE subject = %s AND kind = 'submission'", case)[0][0]
    told = {"external_id": "C3", "source": "机场", "age": 50, "infected_by": "C2"}
    receipt = county.send("case", case, told, LATER, programme="linelist", happened_at=NOW, replaces=entry)
    assert not receipt.refused, receipt.refused
    live = "SELECT other FROM subjects_link WHERE subject = %s AND ended_at IS NULL"
    assert rows(live, case) == [(lines_of(done)[3].subject,)]
    assert compared().same, compared()
    with working_in(SYSTEM):
        subjects.withdraw([receipt.recorded[0].id], "a mistake", by=county.importer, at=LATER + HOUR)
    assert rows(live, case) == [(lines_of(done)[2].subject,)]
    assert compared().same, compared()


def test_how_many_submissions_there_are_asks_for_no_more_statements(county: County) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert compared().same
        return len(asked)

    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "household": "郭门1号"}, MORNING + HOUR)
    of_one = statements()
    for number in range(3):
        county.arrive(MORNING + HOUR, document_number=f"K{number}000001")
    assert statements() <= of_one


def end(*codes: str) -> None:
    """As the file does it that leaves areas out."""
    for code in codes:
        areas.end(code=code, on=(LATER + 2 * HOUR).date(), by=None, at=LATER + 2 * HOUR)


@pytest.fixture
def placed(county: County) -> tuple[County, uuid.UUID, uuid.UUID]:
    """Somebody of a township, placed in one of its grids; the entry that did it."""
    subject = county.arrive(NOW, grid="")
    clock.run_due(NOW)
    entry = county.send("place", subject, {"grid": GRID}, NOW + HOUR).recorded[0].id
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    return county, subject, entry


def test_people_stay_where_they_were_placed_when_their_area_ends(placed: tuple[County, uuid.UUID, uuid.UUID]) -> None:
    county, subject, _ = placed
    end("341023100")
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    assert compared().same, compared()


def test_people_stay_where_they_were_placed_when_their_area_goes_elsewhere(
    placed: tuple[County, uuid.UUID, uuid.UUID],
) -> None:
    areas.merge(codes=["341023100"], into="341023101", on=LATER.date(), by=None, at=LATER)
    assert compared().same, compared()


@pytest.mark.parametrize("merged", [GRID, "341023100001", "341023100"])
def test_people_go_along_with_the_area_that_took_over(
    placed: tuple[County, uuid.UUID, uuid.UUID], merged: str,
) -> None:
    """Whoever answers there now has them and what is to be done about them, as often as the clock looks."""
    county, subject, _ = placed
    into = {GRID: NEXT_GRID, "341023100001": "341023100002", "341023100": "341023101"}[merged]
    assert rows("SELECT DISTINCT post FROM tasks_task WHERE subject = %s AND state = 'open' AND kind = 'register'",
                subject) == [(county.posts["grid_worker", GRID],)]
    areas.merge(codes=[merged], into=into, on=LATER.date(), by=None, at=LATER)
    for minute in range(2):
        clock.run_due(LATER + minute * HOUR / 60)
    there = rows("SELECT path FROM areas_area WHERE code = %s AND valid_to IS NULL", into if merged == GRID else GRID)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == there
    assert rows("SELECT DISTINCT path FROM tasks_task WHERE subject = %s AND state = 'open'", subject) == there
    assert compared().same, compared()
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'settle'") == [(1,)]


def test_where_several_took_over_nobody_is_moved_by_a_guess(placed: tuple[County, uuid.UUID, uuid.UUID]) -> None:
    county, subject, _ = placed
    areas.split(code=GRID, into={"34102310000191": "一", "34102310000192": "二"}, children={}, on=LATER.date(),
                by=None, at=LATER)
    clock.run_due(LATER)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    assert compared().same, compared()


def test_a_placing_taken_back_after_the_area_has_ended_brings_them_back(
    placed: tuple[County, uuid.UUID, uuid.UUID],
) -> None:
    county, subject, entry = placed
    end(GRID)
    with working_in(SYSTEM):
        subjects.withdraw([entry], "a mistake", by=county.importer, at=LATER + 3 * HOUR)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths["341023100"],)]
    assert compared().same, compared()


def test_a_placing_taken_back_brings_them_to_what_stood_before_though_it_has_ended(
    placed: tuple[County, uuid.UUID, uuid.UUID],
) -> None:
    county, subject, _ = placed
    second = county.send("place", subject, {"grid": NEXT_GRID}, LATER).recorded[0].id
    end(GRID)
    with working_in(SYSTEM):
        subjects.withdraw([second], "a mistake", by=county.importer, at=LATER + 3 * HOUR)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[GRID],)]
    assert compared().same, compared()
