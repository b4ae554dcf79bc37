"""A drill and real life never touch: no link, no consequence, nobody taken for somebody of the other side."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.areas.types import EVERYWHERE, subtree
from fangxian.intake import drills
from fangxian.intake.actions import submit
from fangxian.intake.drills import Drill
from fangxian.intake.types import Filing
from fangxian.journal.actions import record
from fangxian.journal.types import STANDS, Recorded, Submission
from fangxian.kernel.ids import uuid7
from fangxian.programmes import queries as programmes
from fangxian.subjects import numbers, tracing
from fangxian.subjects import queries as subjects
from fangxian.subjects.matching import search
from fangxian.subjects.matching.rules import NOBODY, Hits, MatchVerdict
from fangxian.tasks import actions as tasks
from fangxian.tasks import clock, rebuild
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
GRID, FAR = "34102310000101", "34102310120001"
HOUSEHOLD = {**ARRIVAL, "household": "郭门1号"}
WELL = {"temperature": 36.5, "symptoms": "none"}
FEVER = {"temperature": 38.5, "symptoms": "fever"}
LATER = MORNING + 4 * HOUR


@pytest.fixture
def county() -> County:
    return world.build()


def begun(county: County, at: dt.datetime = MORNING) -> Drill:
    with working_in(SYSTEM):
        return drills.begin(programme=programmes.in_force("entry"), drill="fever", area=GRID, within=EVERYWHERE,
                            by=county.importer, at=at)


def ended(county: County, drill: Drill, at: dt.datetime = LATER) -> None:
    with working_in(SYSTEM):
        drills.end(drill=drill.id, within=EVERYWHERE, by=county.importer, at=at)


def well_again(county: County, drill: Drill) -> None:
    """The fever with which the drill began is ruled out, so that another one begins a suspicion."""
    sent(county, "result", drill.subject, {"case_result": "ruled_out", "date": "2020-03-20"}, MORNING + HOUR)


def sent(county: County, form: str, subject: uuid.UUID, answers: dict[str, Any], at: dt.datetime, **more: Any) -> None:
    receipt = county.send(form, subject, answers, at, **more)
    assert not receipt.refused, receipt.refused


def lives(county: County, subject: uuid.UUID, number: int, at: dt.datetime) -> None:
    """Registered, in the household that everybody here names."""
    sent(county, "arrival", subject, {**HOUSEHOLD, "document_number": f"E1234567{number}"}, at)


def contacts(subject: uuid.UUID) -> list[tuple[Any, ...]]:
    return rows("SELECT source FROM journal_entry WHERE subject = %s AND form = 'contact'", subject)


def homes(*people: uuid.UUID) -> list[set[uuid.UUID]]:
    return [{other for other, in rows(
        "SELECT other FROM subjects_link WHERE subject = %s AND kind = 'household' AND ended_at IS NULL", one)}
        for one in people]


def tied(subject: uuid.UUID) -> set[uuid.UUID]:
    with working_in(SYSTEM):
        return {tie.subject for tie in subjects.links(subject, [programmes.in_force("entry")])}


def rewritten(statement: str, *values: Any) -> None:
    """By the owner: the application may not."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(statement, values)
        assert cursor.rowcount
        cursor.execute("SET ROLE fangxian_app")


def as_before_the_wall(drill: Drill, real: uuid.UUID) -> None:
    """Link the drill's person to the household of somebody real, as it was done once."""
    rewritten("UPDATE subjects_link SET other = (SELECT other FROM subjects_link WHERE subject = %s AND kind ="
              " 'household') WHERE subject = %s AND kind = 'household'", real, drill.subject)


def test_a_household_named_of_a_drill_is_its_own(county: County) -> None:
    drill, real, neighbour = begun(county), county.arrive(MORNING), county.arrive(MORNING)
    for number, one in enumerate((real, drill.subject, neighbour)):
        lives(county, one, number, MORNING + HOUR)
    at_home, made_up, beside = homes(real, drill.subject, neighbour)
    assert at_home == beside
    assert at_home.isdisjoint(made_up)
    assert rows("SELECT drill FROM subjects_subject WHERE id = ANY(%s)", [*made_up]) == [(True,)]
    assert rows("SELECT drill FROM subjects_subject WHERE id = ANY(%s)", [*at_home]) == [(False,)]
    with working_in(SYSTEM):
        assert rebuild.check().same


@pytest.mark.parametrize("before", [False, True])
def test_nothing_follows_from_a_drill_for_anybody_real_nor_the_other_way(county: County, before: bool) -> None:
    drill, real = begun(county), county.arrive(MORNING)
    for number, one in enumerate((real, drill.subject)):
        lives(county, one, number, MORNING + HOUR)
    well_again(county, drill)
    if before:
        as_before_the_wall(drill, real)
        assert len({*map(frozenset, homes(real, drill.subject))}) == 1
    sent(county, "daily_check", drill.subject, FEVER, MORNING + 2 * HOUR)
    assert contacts(real) == []
    sent(county, "daily_check", real, FEVER, MORNING + 2 * HOUR)
    assert contacts(drill.subject) == []
    assert tied(real) == tied(drill.subject) == set()


def test_a_round_goes_to_no_household_of_a_drill(county: County) -> None:
    drill, real = begun(county), county.arrive(MORNING)
    for number, one in enumerate((real, drill.subject)):
        lives(county, one, number, MORNING + HOUR)
    as_before_the_wall(drill, real)
    with working_in(SYSTEM):
        assert subjects.together("entry", "household", [real, drill.subject]).keys() == {real}


def test_somebody_real_is_put_into_a_household_in_which_only_a_drill_is(county: County) -> None:
    """Elsewhere, by who sees nobody of the drill; and a drill's person into one where only strangers are."""
    drill, real, other = begun(county), uuid7(MORNING), county.arrive(MORNING)
    lives(county, drill.subject, 1, MORNING + HOUR)
    lives(county, other, 2, MORNING + HOUR)
    as_before_the_wall(drill, other)
    rewritten("DELETE FROM subjects_link WHERE subject = %s AND kind = 'household'", other)
    with working_in(Scope(subtree(county.paths[FAR]), ("entry",))):
        receipt = record([Submission(
            uuid7(LATER), "entry", "arrival", real, LATER, {**HOUSEHOLD, "document_number": "E77777777"},
            path=county.paths[FAR])], by=county.actor("grid_worker", FAR), at=LATER)
    assert not receipt.refused, receipt.refused


def test_a_case_named_of_a_drill_is_opened_to_nobody_for_it(county: County) -> None:
    """The drill's own report names somebody of the drill alone, and what was linked once opens nobody."""
    drill, case = begun(county), county.arrive(MORNING)
    sent(county, "contact", drill.subject, {"contact_of_case": "yes", "case_id": "C7"}, MORNING + HOUR)
    rewritten("UPDATE subjects_link SET other = %s WHERE subject = %s AND kind = 'contact'", case, drill.subject)
    with working_in(SYSTEM):
        assert tracing.linked([programmes.in_force("entry")], [case], county.users["grid_worker", GRID]) == set()
    assert tied(case) == tied(drill.subject) == set()


TRAITS = {"name": "演习一", "document_type": "passport", "document_number": "E50000005", "birth_date": "1977-07-07",
          "phone": "13500000009"}


def made_up(county: County) -> uuid.UUID:
    """Somebody of a drill who bears the traits."""
    subject = uuid7(MORNING)
    sent(county, "arrival", subject, {**ARRIVAL, "name_latin": "", **TRAITS}, MORNING + HOUR, drill=True,
         path=county.paths[GRID])
    return subject


@pytest.mark.parametrize("told", [
    {"document_number": "E50000005"}, {"phone": "13500000009", "birth_date": "1977-07-07"},
    {"name": "演习一", "birth_date": "1977-07-07"}, {"name": "演习一", "phone": "13500000009"}, {"name": "演习一"}])
def test_whatever_a_line_says_it_means_nobody_of_a_drill(county: County, told: dict[str, str]) -> None:
    made_up(county)
    with working_in(SYSTEM):
        traits = [search.traits_of(told, None)]
        assert search.match(traits) == [MatchVerdict(None, NOBODY)]
        assert (search.hits(traits), search.namesakes(traits, 9)) == ([Hits()], [set()])


@pytest.mark.parametrize("told", [
    {"name": "演习一", "document_number": "E1"}, {"name": "演习一", "birth_date": "1990-01-01"}])
def test_nobody_of_a_drill_is_a_namesake_whom_nothing_tells_apart(county: County, told: dict[str, str]) -> None:
    subject = uuid7(MORNING)
    sent(county, "listed", subject, {"source": "drill", "name": "演习一"}, MORNING, drill=True, path=county.paths[GRID])
    with working_in(SYSTEM):
        assert search.match([search.traits_of(told, None)]) == [MatchVerdict(None, NOBODY)]


def test_who_is_told_of_in_a_drill_is_not_whom_the_next_of_the_batch_may_mean(county: County) -> None:
    subject, real = begun(county).subject, uuid7(LATER)
    by = acting_as(county.users["grid_worker", GRID], county.posts["grid_worker", GRID], LATER)
    assert by is not None
    answers = {**ARRIVAL, "name_latin": "", **TRAITS}
    meant = frozenset(answers)
    with working_in(Scope.of(by)):
        results = submit([
            Filing(uuid7(LATER), "entry", "arrival", one, LATER, answers, changes=meant) for one in (subject, real)],
            by=by, at=LATER)
    assert [type(one.answer) for one in results] == [Recorded, Recorded], results


def test_a_drills_person_is_found_by_who_searches_while_it_goes_on(county: County) -> None:
    drill = begun(county)
    sent(county, "arrival", drill.subject, {**ARRIVAL, "name_latin": "", **TRAITS}, MORNING + HOUR)
    with working_in(SYSTEM):
        assert {hit.subject for hit in subjects.find("E50000005", EVERYWHERE)} == {drill.subject}
    ended(county, drill)
    with working_in(SYSTEM):
        assert [subjects.find(text, EVERYWHERE) for text in ("E50000005", "演习一", "演练甲")] == [[], [], []]


def test_a_document_is_borne_twice_by_two_who_are_real_or_two_of_drills(county: County) -> None:
    first, second = made_up(county), made_up(county)
    real, other = (county.arrive(MORNING, document_number="E50000005") for _ in range(2))
    with working_in(SYSTEM):
        people = subjects.identities([first, real], EVERYWHERE)
        assert subjects.same_document(people[first], EVERYWHERE) == {second}
        assert subjects.same_document(people[real], EVERYWHERE) == {other}


def test_what_waits_for_its_result_in_a_drill_counts_nowhere(county: County) -> None:
    drill, real = begun(county), county.arrive(MORNING)
    for subject in (drill.subject, real):
        sent(county, "sample", subject, {"specimen": "throat", "tube": "YX1", "result": "pending"}, MORNING)
    with working_in(SYSTEM):
        assert numbers.how_many("entry", "sample", EVERYWHERE, LATER) == (1, 1)
        assert [row.subject for row in numbers.by_number(["YX1"])] == [real]
        assert [row.subject for row in numbers.anywhere(["YX1"], drill=True)] == [drill.subject]


def test_of_a_drill_that_ended_nothing_more_is_recorded(county: County) -> None:
    """What a device sends late of it; once more what came before gets its answer again."""
    drill, goes_on, real = begun(county), begun(county), county.arrive(MORNING)
    before = uuid7(MORNING)
    sent(county, "daily_check", drill.subject, WELL, MORNING + HOUR, id=before)
    ended(county, drill)
    receipt = county.send("daily_check", drill.subject, FEVER, LATER)
    assert [one.code for one in receipt.refused] == ["drill_over"]
    assert county.send("daily_check", drill.subject, WELL, MORNING + HOUR, id=before).recorded[0].repeated
    for subject in (goes_on.subject, real):
        sent(county, "daily_check", subject, WELL, LATER)
    assert rows("SELECT count(*) FROM tasks_task WHERE subject = %s AND state = 'open'", drill.subject) == [(0,)]


def test_the_end_of_a_drill_takes_back_what_posts_filed_in_it_and_nothing_real(county: County) -> None:
    drill, real = begun(county), county.arrive(MORNING)
    for number, one in enumerate((drill.subject, real)):
        lives(county, one, number, MORNING + HOUR)
    ended(county, drill)
    stands = f"SELECT DISTINCT e.subject FROM journal_entry e WHERE e.kind = 'submission' AND {STANDS}"
    assert rows(stands) == [(real,)]
    assert [bool(one) for one in homes(drill.subject, real)] == [False, True]


def passed_on(county: County, subject: uuid.UUID, to: str) -> uuid.UUID:
    with working_in(SYSTEM):
        return tasks.pass_on(programme="entry", subject=subject, to_path=county.paths[to], note="",
                             by=county.actor("community_lead", "341023100001"), at=MORNING + HOUR)


def test_a_drills_person_who_is_passed_on_is_a_drill_for_who_is_asked_too(county: County) -> None:
    drill, real = begun(county), county.arrive(MORNING)
    for subject in (drill.subject, real):
        passed_on(county, subject, "341023101")
    told = dict(rows("SELECT subject, drill FROM tasks_alert WHERE cause = 'handover'"))
    assert told == {drill.subject: True, real: False}
    ended(county, drill)
    assert dict(rows("SELECT subject, state FROM tasks_handover")) == {drill.subject: "withdrawn", real: "asked"}
    waiting = "SELECT subject FROM tasks_alert WHERE cause = 'handover' AND acknowledged_at IS NULL"
    assert rows(waiting) == [(real,)]
    with working_in(SYSTEM):
        assert rebuild.check().same


def test_a_drill_is_ended_by_its_area_wherever_its_person_went_and_whoever_sees_it(county: County) -> None:
    drill = begun(county)
    handover = passed_on(county, drill.subject, "341023101")
    with working_in(SYSTEM):
        tasks.accept(handover=handover, by=county.importer, at=MORNING + 2 * HOUR)
    sent(county, "daily_check", drill.subject, WELL, MORNING + 3 * HOUR)
    here = subtree(county.paths["341023100"])
    with working_in(Scope(here, ("entry",))):
        drills.end(drill=drill.id, within=here, by=county.importer, at=LATER)
    assert rows(f"SELECT count(*) FROM journal_entry e WHERE e.kind = 'submission' AND {STANDS}") == [(0,)]
    assert rows("SELECT count(*) FROM tasks_task WHERE state = 'open'") == [(0,)]


def test_an_alert_that_two_drills_share_waits_until_both_have_ended(county: County) -> None:
    first, second = begun(county), begun(county)
    clock.run_due(MORNING + dt.timedelta(days=2))
    shared = ("SELECT count(*) FROM tasks_alert a WHERE a.subject IS NULL AND a.acknowledged_at IS NULL AND a.drill AND"
              " (SELECT count(DISTINCT t.subject) FROM tasks_alerttask l JOIN tasks_task t ON t.id = l.task"
              " WHERE l.alert = a.id) = 2")
    before = rows(shared)
    assert before > [(0,)]
    ended(county, first, MORNING + dt.timedelta(days=2, hours=1))
    assert rows(shared) == before
    ended(county, second, MORNING + dt.timedelta(days=2, hours=2))
    assert rows(shared) == [(0,)]
