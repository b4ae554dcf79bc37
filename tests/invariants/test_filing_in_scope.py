"""A post files under its own scope, and what follows still reaches the levels above and the household elsewhere."""

from __future__ import annotations

import uuid

import pytest

from fangxian.accounts.scope import SYSTEM, Scope, current, working_in
from fangxian.areas.types import EVERYWHERE, subtree
from fangxian.journal.actions import record
from fangxian.journal.types import Recorded
from fangxian.kernel.ids import uuid7
from fangxian.subjects import queries
from fangxian.tasks import actions
from tests.county import MORNING, County

from .filing import (
    ARRIVAL,
    FAR_GRID,
    FAR_TOWNSHIP,
    FEVER,
    GRID,
    HOUR,
    NEXT_GRID,
    TOWNSHIP,
    WELL,
    everything_follows_from_the_journal,
    file_as,
    filled,
    place,
    rows,
    tasks,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_a_grid_workers_finding_alerts_every_level_and_reaches_the_household_in_another_grid(county: County) -> None:
    here, there = county.arrive(MORNING), county.arrive(MORNING, grid=FAR_GRID)
    for subject, by in ((here, ("grid_worker", GRID)), (there, ("county_duty", "341023"))):  # who sees them both
        receipt = file_as(county, *by, filled("arrival", subject, {**ARRIVAL, "household": "郭门7号"}, MORNING + HOUR),
                          at=MORNING + HOUR)
        assert not receipt.refused
    receipt = file_as(county, "grid_worker", GRID, filled("daily_check", here, FEVER, MORNING + 2 * HOUR),
                      at=MORNING + 2 * HOUR)
    assert not receipt.refused
    assert rows("SELECT tier FROM tasks_alert WHERE subject = %s ORDER BY tier", here) == [
        ("community",), ("county",), ("township",)]
    assert rows("SELECT path FROM journal_entry WHERE subject = %s AND form = 'contact'", there) == [
        (county.paths[FAR_GRID],)]
    everything_follows_from_the_journal()


def test_what_follows_leaves_the_scope_as_it_was(county: County) -> None:
    subject = county.arrive(MORNING)
    scope = Scope(subtree(county.paths[GRID]), ("entry",))
    with working_in(scope):
        record([filled("daily_check", subject, FEVER, MORNING)], by=county.actor("grid_worker", GRID), at=MORNING)
        assert current() == scope


def test_the_urgent_task_done_below_marks_the_alerts_above_as_acted_upon(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("daily_check", subject, FEVER, MORNING + HOUR)
    file_as(county, "township_duty", TOWNSHIP, filled(
        "transfer", subject, {"to": "hospital", "where": "县医院", "by": "ambulance"}, MORNING + 2 * HOUR),
        at=MORNING + 2 * HOUR)
    assert ("transfer", "done") in tasks(subject)
    assert rows("SELECT count(*) FROM tasks_alert WHERE subject = %s AND acted_at IS NULL", subject) == [(0,)]


def test_a_visit_that_escalates_is_told_above_by_a_grid_worker(county: County) -> None:
    subject = county.arrive(MORNING)
    receipt = file_as(county, "grid_worker", GRID, filled("visit", subject, {"outcome": "refused"}, MORNING + HOUR),
                      at=MORNING + HOUR)
    assert not receipt.refused
    assert rows("SELECT tier, kind, count FROM tasks_alert") == [("community", "register:refused", 1)]


def test_a_subject_out_of_reach_is_not_found_and_the_rest_is_recorded(county: County) -> None:
    far, near = county.arrive(MORNING, grid=FAR_GRID), county.arrive(MORNING)
    receipt = file_as(county, "grid_worker", GRID, filled("daily_check", far, WELL, MORNING + HOUR),
                      filled("daily_check", near, WELL, MORNING + HOUR), at=MORNING + HOUR)
    assert [one.code for one in receipt.refused] == ["not_found"]
    assert isinstance(receipt.results[1], Recorded)
    assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND form = 'daily_check'", far) == [(0,)]


def test_nobody_is_placed_outside_the_area_of_who_places(county: County) -> None:
    lost, found = county.arrive(MORNING, grid=""), county.arrive(MORNING, grid="")
    receipt = file_as(county, "township_duty", TOWNSHIP, filled("place", lost, {"grid": FAR_GRID}, MORNING + HOUR),
                      filled("place", found, {"grid": NEXT_GRID}, MORNING + HOUR), at=MORNING + HOUR)
    assert [one.code for one in receipt.refused] == ["form_faults"]
    assert (place(lost), place(found)) == (county.paths[TOWNSHIP], county.paths[NEXT_GRID])
    assert ("place", "open") in tasks(lost)


def test_who_was_handed_over_stays_there_whatever_is_filed_next(county: County) -> None:
    subject = county.arrive(MORNING)
    with working_in(SYSTEM):
        asked = actions.pass_on(programme="entry", subject=subject, to_path=county.paths[FAR_TOWNSHIP], note="",
                                by=county.importer, at=MORNING + HOUR)
        actions.accept(handover=asked, by=county.importer, at=MORNING + HOUR)
    county.send("daily_check", subject, WELL, MORNING + 2 * HOUR)
    assert place(subject) == county.paths[FAR_TOWNSHIP]
    file_as(county, "township_duty", FAR_TOWNSHIP, filled("place", subject, {"grid": FAR_GRID}, MORNING + 3 * HOUR),
            at=MORNING + 3 * HOUR)
    assert place(subject) == county.paths[FAR_GRID]
    county.send("place", subject, {"grid": GRID}, MORNING + 4 * HOUR)
    assert place(subject) == county.paths[GRID]


def test_the_same_id_twice_in_a_batch_gets_one_answer(county: County) -> None:
    one = filled("daily_check", county.arrive(MORNING), WELL, MORNING + HOUR)
    first, second = county.record([one, one], MORNING + HOUR).recorded
    assert (first.seq, first.subject, first.repeated) == (second.seq, second.subject, False)
    assert second.repeated


def test_the_same_id_twice_about_somebody_out_of_reach_is_refused_twice(county: County) -> None:
    one = filled("daily_check", county.arrive(MORNING, grid=FAR_GRID), WELL, MORNING + HOUR)
    receipt = file_as(county, "grid_worker", GRID, one, one, at=MORNING + HOUR)
    assert [answer.code for answer in receipt.refused] == ["not_found"] * 2


def test_a_clock_in_the_future_closes_no_task_names_nobody_and_pins_nothing(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, {**ARRIVAL, "name": "来世", "phone": "13900000000"}, MORNING + HOUR,
                happened_at=MORNING + 6 * HOUR)
    assert tasks(subject) == {("register", "open")}
    county.send("arrival", subject, ARRIVAL, MORNING + 2 * HOUR, happened_at=MORNING + HOUR)
    assert ("register", "done") in tasks(subject)
    with working_in(SYSTEM):
        known = identity(subject)
    assert (known["name"], known["phone"]) == ("张三", "13812345678")


def identity(subject: uuid.UUID) -> dict[str, object]:
    return dict(queries.identities([subject], EVERYWHERE)[subject].parts)


def test_a_correction_that_comes_before_what_it_corrects_corrects_nothing(county: County) -> None:
    """Whoever knows the id a reading will bear does not make it vanish beforehand."""
    subject, coming = county.arrive(MORNING), uuid7(MORNING)
    county.send("daily_check", subject, WELL, MORNING + 3 * HOUR, happened_at=MORNING + HOUR, replaces=coming)
    county.send("daily_check", subject, FEVER, MORNING + 3 * HOUR, happened_at=MORNING + 2 * HOUR, id=coming)
    [(temperature, since)] = rows("SELECT f_temperature, f_suspicious_at FROM facts_entry WHERE subject = %s", subject)
    assert temperature == FEVER["temperature"]
    assert since is not None


def test_a_correction_reaches_nobody_elses_entries(county: County) -> None:
    one, other = county.arrive(MORNING), county.arrive(MORNING)
    right = uuid7(MORNING)
    county.send("daily_check", one, FEVER, MORNING + HOUR, id=right)
    county.record([filled("daily_check", other, WELL, MORNING + 2 * HOUR, replaces=right),
                   filled("daily_check", one, WELL, MORNING, id=uuid7(MORNING))], MORNING + 2 * HOUR)
    assert rows("SELECT f_temperature FROM facts_entry WHERE subject = %s", one) == [(38.9,)]
    everything_follows_from_the_journal()
