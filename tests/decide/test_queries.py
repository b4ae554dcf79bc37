"""Who is under a measure, and from whom so much follows that they are cases."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.decide import queries, reasons
from tests import county as world
from tests.county import MORNING, County
from tests.decide.test_steps import FEVER
from tests.journal.test_record import HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def county() -> County:
    return world.build()


def test_who_is_taken_off_the_list_is_under_no_measure(county: County) -> None:
    listed, ill, removed = (county.arrive(MORNING) for _ in range(3))
    county.send("daily_check", ill, FEVER, MORNING + HOUR)
    county.send("removed", removed, {"reason": "mistake"}, MORNING + HOUR)
    assert queries.under_measure([listed, ill, removed, uuid.uuid4()]) == {listed, ill}
    with CaptureQueriesContext(connection) as asked:
        assert queries.under_measure([]) == set()
    assert len(asked) == 0


def test_a_case_is_of_whom_something_follows_in_a_programme_seen(county: County) -> None:
    listed, ill = county.arrive(MORNING), county.arrive(MORNING)
    county.send("daily_check", ill, FEVER, MORNING + HOUR)
    with working_in(SYSTEM):
        assert queries.entailing([listed, ill], ["entry", "linelist"]) == {("entry", ill)}
        assert queries.entailing([listed, ill], ["linelist"]) == set()


def test_a_current_decision_is_read_with_what_it_saw(county: County) -> None:
    subject, other = county.arrive(MORNING), county.arrive(MORNING)
    with working_in(SYSTEM):
        found = reasons.current([subject, other], ["entry"])
        assert reasons.current([subject], ["linelist"]) == {}
    assert found.keys() == {(subject, "entry"), (other, "entry")}
    one = found[subject, "entry"]
    assert (one.measure, one.stage, one.urgent, one.managed) == ("central isolation", "expected", False, True)
    assert (one.since, one.decided_at, one.missing) == (MORNING, MORNING, ())
    assert one.rows["measure"] == "4"
    assert one.outputs["measure"] == "central isolation"
    assert one.seen["origin"] == "IT"
    [(path, entry, until)] = rows("SELECT path, entry, until FROM decide_current WHERE subject = %s", subject)
    assert (one.path, one.entry, one.until, one.subject) == (path, entry, until, subject)
    county.send("daily_check", subject, FEVER, MORNING + HOUR)
    county.send("daily_check", subject, {**FEVER, "temperature": 39.9}, MORNING + 2 * HOUR)
    county.send("visit", other, {"outcome": "not_home"}, MORNING + HOUR)
    with working_in(SYSTEM):
        later = reasons.current([subject], ["entry"])[subject, "entry"]
    assert (later.measure, later.since, later.decided_at >= later.since) == ("hospital", MORNING + HOUR, True)
