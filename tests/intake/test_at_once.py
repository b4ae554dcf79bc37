"""What several file at the same moment, each on a connection of their own, comes out as if one had been after the
other."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from time import sleep
from typing import Any, Final

import pytest
from pytest_django import DjangoDbBlocker

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.areas.types import EVERYWHERE
from fangxian.capture import actions as lists
from fangxian.capture.models import Import
from fangxian.intake import actions, context
from fangxian.intake.types import Filing
from fangxian.journal import append
from fangxian.journal.types import STANDS
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.subjects.actions import withdraw
from fangxian.subjects.queries import identities
from tests.accounts.test_sent_at_once import at_once
from tests.capture.test_import import acting as importing
from tests.capture.test_import import bring, finish, lines_of, table
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch

from .doors import GRID, NOON
from .test_who_is_meant import said

TOGETHER: Final = 2.0
"""Seconds for which who has read what is known waits until the other has, too."""
_numbers = count(1)


@pytest.fixture
def senders(scratch: County, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Acting]]:
    """A grid worker, and who stands in for them: both see whom the other registers."""
    with django_db_blocker.unblock(), running_on(SimulatedClock(NOON)):
        scratch.arrive(MORNING)  # the keys are there
        with working_in(SYSTEM):
            worker = acting_as(scratch.users["grid_worker", GRID], scratch.posts["grid_worker", GRID], NOON)
        assert worker is not None
        yield [worker, replace(worker, user=scratch.users["community_lead", GRID[:12]])]


@pytest.fixture
def _meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read what is known before either locks or records anything."""
    really, together = context.read, threading.Barrier(2)

    def read(*asked: Any) -> Any:
        found = really(*asked)
        with suppress(threading.BrokenBarrierError):
            together.wait(TOGETHER)
        return found

    monkeypatch.setattr(context, "read", read)


def somebody(name: str) -> dict[str, Any]:
    """Whom nobody can take for another one."""
    number = next(_numbers)
    return {**ARRIVAL, "name": name, "name_latin": "", "document_number": f"E9{number:07d}",
            "birth_date": f"1950-01-{number % 28 + 1:02d}", "phone": f"1390000{number:04d}"}


def filing(subject: uuid.UUID, answers: dict[str, Any]) -> Filing:
    return Filing(uuid7(NOON), "entry", "arrival", subject, NOON, answers)


def sending(by: Acting, *filings: Filing) -> Callable[[], object]:
    def send() -> list[str]:
        with working_in(Scope.of(by)):
            return said(actions.submit(filings, by=by, at=NOON))

    return send


def names(*subjects: uuid.UUID) -> list[str]:
    with working_in(SYSTEM):
        known = identities(subjects, EVERYWHERE)
    return [str(known[one].parts["name"]) for one in subjects]


@pytest.mark.usefixtures("_meeting")
def test_two_people_under_one_new_id_are_asked_about(senders: list[Acting]) -> None:
    subject, told = uuid.uuid4(), [somebody("赵甲"), somebody("钱乙")]
    found = at_once(*(sending(by, filing(subject, one)) for by, one in zip(senders, told, strict=True)))
    assert sorted(map(str, found)) == ["['']", "['changes_known']"]
    first = told[found.index([""])]
    assert names(subject) == [first["name"]]
    with working_in(SYSTEM):
        assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND kind = 'submission'"
                    " AND form = 'arrival'", subject) == [(1,)]


@pytest.mark.usefixtures("_meeting")
def test_one_person_filed_by_two_is_one_person_and_nobody_is_asked(senders: list[Acting]) -> None:
    subject, told = uuid.uuid4(), somebody("孙丙")
    found = at_once(*(sending(by, filing(subject, told)) for by in senders))
    assert found == [[""], [""]]
    with working_in(SYSTEM):
        assert rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND form = 'place'", subject) == [(1,)]


@pytest.mark.usefixtures("_meeting")
def test_batches_that_name_each_others_new_ids_do_not_end_each_other(senders: list[Acting]) -> None:
    subjects = [uuid.uuid4() for _ in range(8)]
    batches = [[filing(one, somebody(f"{family}{number}")) for number, one in enumerate(order)]
               for family, order in (("李", subjects), ("周", subjects[::-1]))]
    found = at_once(*(sending(by, *batch) for by, batch in zip(senders, batches, strict=True)))
    assert sorted(map(str, found)) == [str([""] * 8), str(["changes_known"] * 8)]
    assert {name[0] for name in names(*subjects)} == {"李" if found[0] == [""] * 8 else "周"}


@pytest.fixture
def clinician(scratch: County, django_db_blocker: DjangoDbBlocker) -> Iterator[Acting]:
    with django_db_blocker.unblock(), running_on(SimulatedClock(NOON)):
        with working_in(SYSTEM):
            found = acting_as(scratch.users["clinician", "341023"], scratch.posts["clinician", "341023"], NOON)
        assert found is not None
        yield found


@pytest.mark.parametrize("number", range(4))
def test_a_tube_is_renamed_or_has_a_result_and_never_both(scratch: County, clinician: Acting, number: int) -> None:
    subject, tube = scratch.arrive(MORNING), f"T{number}-{next(_numbers)}"

    def about(form: str, **told: Any) -> Filing:
        return Filing(uuid7(NOON), "entry", form, subject, NOON, told)

    taken = about("sample", specimen="throat", tube=tube, result="pending")
    assert sending(clinician, taken)() == [""]
    renamed = replace(about("sample", specimen="throat", tube=f"{tube}X", result="pending"), replaces=taken.id)
    positive = about("sample_result", tube=tube, result="positive")
    found = at_once(sending(clinician, renamed), sending(clinician, positive))
    assert found in ([[""], ["number_unknown"]], [["replied_already"], [""]])


def test_what_is_taken_back_has_no_result_and_what_has_one_is_not_taken_back(
    scratch: County, clinician: Acting,
) -> None:
    for _ in range(3):
        subject, tube = scratch.arrive(MORNING), f"B{next(_numbers)}"
        taken = Filing(uuid7(NOON), "entry", "sample", subject, NOON, {
            "specimen": "throat", "tube": tube, "result": "pending"})
        assert sending(clinician, taken)() == [""]
        told = Filing(uuid7(NOON), "entry", "sample_result", subject, NOON, {"tube": tube, "result": "positive"})

        def take_back(entry: uuid.UUID = taken.id) -> str:
            with working_in(Scope.of(clinician)):
                try:
                    actions.take_back([entry], by=clinician, at=NOON)
                except Problem as problem:
                    return problem.kind.code
            return ""

        found = at_once(take_back, sending(clinician, told))
        assert found in (["", ["number_unknown"]], ["replied_since", [""]])
        assert take_back() in ("", "replied_since")


def listed(county: County) -> tuple[Import, uuid.UUID]:
    """A list of one person, recorded."""
    number, by = next(_numbers), importing(county, "county_duty", "341023")
    line = f"A{number},名单{number},护照,E8{number:07d},1960-01-01,,2020-03-21,意大利,碧阳镇郭门一网格3栋501"
    held = finish(bring(table(line), by, source=f"机场{number}", at=NOON), by, NOON)
    [subject] = [line.subject for line in lines_of(held).values()]
    assert subject is not None
    return held, subject


def undoing_of(county: County, held: Import) -> Callable[[], object]:
    by = importing(county, "county_duty", "341023")

    def undo() -> object:
        with working_in(Scope.of(by)):
            return lists.undo(held=held.pk, by=by, at=NOON)

    return undo


def standing(subject: uuid.UUID) -> set[str]:
    with working_in(SYSTEM):
        return {form for form, in rows(
            f"SELECT e.form FROM journal_entry e WHERE e.subject = %s AND e.kind = 'submission' AND {STANDS}", subject)}


def test_a_list_on_which_somebody_is_building_is_not_undone(
    scratch: County, senders: list[Acting], monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Recorded and not committed yet, it holds the person: who undoes the list waits, and sees it."""
    held, subject = listed(scratch)
    recorded, undone, link = threading.Event(), threading.Event(), append.link

    def linking(*told: Any) -> Any:
        found = link(*told)
        if not recorded.is_set():
            recorded.set()
            undone.wait(TOGETHER)
        return found

    monkeypatch.setattr(append, "link", linking)
    undo = undoing_of(scratch, held)

    def undo_then() -> object:
        assert recorded.wait(60)
        try:
            return undo()
        finally:
            undone.set()

    checked = Filing(uuid7(NOON), "entry", "daily_check", subject, NOON, {"temperature": 36.5, "symptoms": "none"})
    assert at_once(sending(senders[0], checked), undo_then) == [[""], "wrong_state"]
    assert standing(subject) == {"listed", "daily_check"}


def test_what_comes_while_a_list_is_undone_is_recorded_behind_it(
    scratch: County, senders: list[Acting], monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sent before, it waits for the undoing all the same, and stands as if it had been sent then."""
    held, subject = listed(scratch)
    judged = threading.Event()
    checked = Filing(uuid7(NOON), "entry", "daily_check", subject, NOON, {"temperature": 36.5, "symptoms": "none"})
    send, sent = sending(senders[0], checked), list[bool]()

    def withdrawing(*told: Any, **more: Any) -> int:
        judged.set()
        sleep(TOGETHER / 2)
        sent.append(standing(subject) != {"listed"})
        return withdraw(*told, **more)

    monkeypatch.setattr("fangxian.capture.undoing.withdraw", withdrawing)

    def send_then() -> object:
        assert judged.wait(60)
        return send()

    assert at_once(undoing_of(scratch, held), send_then) == [1, [""]]
    assert sent == [False]
    assert standing(subject) == {"daily_check"}
