"""Central isolation as a measure opens the task of bringing somebody there: once, and only while it holds."""

from __future__ import annotations

from typing import Final

import pytest

from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock
from tests import county as world
from tests.console.rounds import HOUR, registered, rows
from tests.county import MORNING
from tests.invariants.filing import everything_follows_from_the_journal

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TO_SITE: Final = "SELECT state FROM tasks_task WHERE kind = 'to_site' ORDER BY opens"


def test_somebody_is_brought_there_once_and_not_when_the_measure_has_ended() -> None:
    with running_on(SimulatedClock(MORNING + 2 * HOUR)):
        county = world.build()
        brought, elsewhere = registered(county), registered(county, document_number="E90000001")
        assert rows(TO_SITE) == [("open",), ("open",)]
        where = {"to": "central_site", "where": "A", "by": "special", "handed_over": "2020-03-20T03:30:00+00:00"}
        assert not county.send("transfer", brought, where, MORNING + 3 * HOUR).refused
        county.send("daily_check", elsewhere, {"temperature": 38.9, "symptoms": "fever"}, MORNING + 3 * HOUR)
        assert sorted(rows(TO_SITE)) == [("done",), ("void",)], "brought there, and to be taken to hospital instead"
        clock.run_due(MORNING + 30 * HOUR)
        assert sorted(rows(TO_SITE)) == [("done",), ("void",)]
        everything_follows_from_the_journal()
