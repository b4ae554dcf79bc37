"""Somebody joins a household while somebody in it is being suspected: whichever comes first, the other sees it."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.ids import uuid7
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch
from tests.journal.test_record import ARRIVAL, HOUR
from tests.tasks.test_two_at_once import one_waits_for_the_other

from .test_steps import FEVER, SEEN, contacts

LATER = MORNING + 2 * HOUR


@pytest.mark.parametrize("joins_first", [True, False])
@pytest.mark.parametrize("new", [False, True], ids=["known", "new household"])
def test_whoever_joins_meanwhile_is_not_missed(
    scratch: County, django_db_blocker: DjangoDbBlocker, *, joins_first: bool, new: bool,
) -> None:
    with django_db_blocker.unblock():
        with transaction.atomic():
            first, second = uuid7(MORNING), uuid7(MORNING)
            key = f"郭门1-{first.int % 10**6}"
            for subject, household in ((first, "" if new else key), (second, "")):
                told = {**ARRIVAL, "household": household, "document_number": f"E{subject.int % 10**8:08d}"}
                assert not scratch.send(
                    "arrival", subject, told, MORNING + HOUR, path=scratch.paths["34102310000101"]).refused
            if new:
                scratch.send("daily_check", first, FEVER, LATER)
        seen = {**SEEN, "household": key}
        suspected = (partial(scratch.send, "verification", first, seen, LATER) if new
                     else partial(scratch.send, "daily_check", first, FEVER, LATER))
        joined = partial(scratch.send, "verification", second, seen, LATER)
        deeds = (joined, suspected) if joins_first else (suspected, joined)
        assert one_waits_for_the_other(*deeds) == ("", "")
        with transaction.atomic(), working_in(SYSTEM):
            assert contacts(second) == [("system", False)]
            assert contacts(first) == []
