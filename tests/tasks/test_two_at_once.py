"""Two answer the same at once, each on a connection of their own: one is first, and the other is told so."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import actions as journal
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as published
from fangxian.tasks import actions
from fangxian.tasks.models import Alert
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch
from tests.journal.test_record import ARRIVAL, HOUR

from .test_publications import publish_shorter

TOWNSHIP, OTHER_TOWNSHIP = "341023100", "341023101"
LATER: Final = MORNING + 2 * HOUR
_WAITS: Final = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s"
Deed = Callable[[], object]
Arranged = Callable[[County, uuid.UUID], tuple[Deed, Deed]]


def said(deed: Deed) -> str:
    """What somebody is told, in a transaction of their own; '' when it is done."""
    try:
        with transaction.atomic(), working_in(SYSTEM):
            deed()
    except Problem as problem:
        return problem.kind.code
    return ""


def one_waits_for_the_other(first: Deed, second: Deed) -> tuple[str, str]:
    """What each is told, when the second comes while the first has not committed yet."""
    told: list[str] = []
    backend: list[int] = []
    begun = threading.Event()

    def work() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.append(cursor.fetchone()[0])
            begun.set()
            told.append(said(second))
        finally:
            begun.set()
            connections.close_all()

    other = threading.Thread(target=work)
    with transaction.atomic():
        own = said(first)
        other.start()
        assert begun.wait(60)
        while other.is_alive() and not waits(backend[0]):
            other.join(0.01)
    other.join()
    return own, told[0]


def waits(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [backend])
        return bool(cursor.fetchone()[0])


def acknowledging(county: County, subject: uuid.UUID) -> tuple[Deed, Deed]:
    with working_in(SYSTEM):
        alert = Alert.objects.filter(subject=subject, cause="urgent").order_by("path")[0]
    return (partial(actions.acknowledge, alert=alert.pk, by=county.actor("township_duty", TOWNSHIP), at=LATER),
            partial(actions.acknowledge, alert=alert.pk, by=county.importer, at=LATER))


def asked(county: County, subject: uuid.UUID) -> uuid.UUID:
    with transaction.atomic(), working_in(SYSTEM):
        return actions.pass_on(programme="entry", subject=subject, to_path=county.paths[OTHER_TOWNSHIP], note="",
                               by=county.actor("township_duty", TOWNSHIP), at=LATER)


def declining_what_is_taken_back(county: County, subject: uuid.UUID) -> tuple[Deed, Deed]:
    handover = asked(county, subject)
    return (partial(actions.take_back, handover=handover, by=county.actor("township_duty", TOWNSHIP), at=LATER),
            partial(actions.answer_no, handover=handover, note="", at=LATER,
                    by=county.actor("township_duty", OTHER_TOWNSHIP)))


def taking_back_what_is_declined(county: County, subject: uuid.UUID) -> tuple[Deed, Deed]:
    taking, declining = declining_what_is_taken_back(county, subject)
    return declining, taking


def passing_on(county: County, subject: uuid.UUID) -> tuple[Deed, Deed]:
    return partial(asked, county, subject), partial(asked, county, subject)


@pytest.mark.parametrize("arranged", [
    acknowledging, declining_what_is_taken_back, taking_back_what_is_declined, passing_on])
def test_the_second_is_told_of_the_first(
    scratch: County, django_db_blocker: DjangoDbBlocker, arranged: Arranged,
) -> None:
    with django_db_blocker.unblock():
        with transaction.atomic():
            subject = scratch.arrive(MORNING)
            fever = {**ARRIVAL, "temperature": 38.5, "symptoms": "fever"}
            assert not scratch.send("arrival", subject, fever, MORNING + HOUR).refused
        assert one_waits_for_the_other(*arranged(scratch, subject)) == ("", errors.STATE.code)


def elsewhere(deed: Deed) -> threading.Thread:
    """A deed on a connection of its own, begun."""
    def work() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    other = threading.Thread(target=work)
    other.start()
    return other


def decided_by(subject: uuid.UUID) -> str:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT version FROM decide_current WHERE subject = %s", [subject])
        return str(cursor.fetchone()[0])


def in_force() -> str:
    with working_in(SYSTEM):
        return published.in_force("entry").version


def test_what_is_recorded_while_a_version_is_published_is_decided_by_it(
    scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It began by the version before, and nobody would look at it again once those decided earlier have been."""
    run = journal.run
    rounds: list[str] = []

    def slowly(work: Work) -> None:
        run(work)
        rounds.append(work.programme.version)
        if len(rounds) == 1:
            elsewhere(partial(publish_shorter, LATER)).join()

    with django_db_blocker.unblock():
        before = in_force()
        monkeypatch.setattr(journal, "run", slowly)
        with transaction.atomic():
            subject = scratch.arrive(MORNING)
        assert [rounds[0], rounds[-1], decided_by(subject)] == [before, in_force(), in_force()]
        assert before != in_force()


def test_whoever_publishes_waits_for_what_is_about_to_be_recorded(
    scratch: County, django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock():
        before = in_force()
        with transaction.atomic():
            scratch.arrive(MORNING)
            other = elsewhere(partial(publish_shorter, LATER, "t2020"))
            other.join(1)
            assert (other.is_alive(), in_force()) == (True, before)
        other.join()
        assert in_force() != before
