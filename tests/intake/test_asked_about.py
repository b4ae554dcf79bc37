"""Who somebody is can't be found out by telling of many: what is recorded is work, what is not has its pace."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

import pytest
from django.test import Client

from fangxian.accounts import pace
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions
from fangxian.intake.types import Filing
from fangxian.journal.types import Recorded, Refused
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL, rows, signed_in
from tests.console.test_filling import xml_of
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

from .doors import FAR_GRID, GRID, JSON, NOON

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SECOND: Final = HOUR / 3600
SOMEBODY: Final = {**ARRIVAL, "name": "-", "name_latin": "", "birth_date": "1979-09-09"}


@pytest.fixture(autouse=True)
def _three_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.PACES, pace.Counted.ASKED_ABOUT, pace.Pace(3, 10 * SECOND, 10 * SECOND))


def telling(number: int, *, same_as: uuid.UUID | None = None, **answers: Any) -> Filing:
    told = {**SOMEBODY, "document_number": f"E7000{number:04d}", "phone": f"1370000{number:04d}", **answers}
    return Filing(uuid7(NOON), "entry", "arrival", uuid.uuid4(), NOON, told, same_as=same_as)


def said(by: Acting, *filings: Filing) -> list[str]:
    with working_in(Scope.of(by)):
        found = actions.submit(filings, by=by, at=NOON)
    return [one.answer.code if isinstance(one.answer, Refused) else "" for one in found]


def test_a_batch_that_records_nobody_finds_out_no_more_than_a_few(county: County, by: Acting) -> None:
    """Each names somebody it can't be, so that it is refused, and a fitting phone would be told with the refusal."""
    there = county.arrive(MORNING, GRID, phone="13700000005")
    tries = [telling(number, same_as=there) for number in range(1, 9)]
    assert said(by, *tries[:2]) == ["not_one_of_them"] * 2
    assert said(by, *tries[2:]) == ["not_one_of_them"] + ["asked_too_often"] * 5
    assert said(by, tries[4]) == ["asked_too_often"]


def test_what_is_about_somebody_held_up_is_held_up_with_them(county: County, by: Acting) -> None:
    there = county.arrive(MORNING, GRID)
    new = telling(9)
    check = Filing(uuid7(NOON), "entry", "daily_check", new.subject, NOON, {"temperature": 36.5, "symptoms": "none"})
    tries = [telling(number, same_as=there) for number in range(3)]
    assert said(by, *tries, new, check) == ["not_one_of_them"] * 3 + ["asked_too_often"] * 2
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", new.subject) == [(0,)]


def test_one_is_asked_about_after_each_wait_and_others_do_not_wait(county: County, by: Acting) -> None:
    there = county.arrive(MORNING, GRID)
    said(by, *(telling(number, same_as=there) for number in range(3)))
    later = NOON + 10 * SECOND
    two = telling(4, same_as=there), telling(5, same_as=there)
    with working_in(Scope.of(by)), running_on(SimulatedClock(later)):
        found = actions.submit(two, by=by, at=later)
    assert [one.answer.code for one in found if isinstance(one.answer, Refused)] == [
        "not_one_of_them", "asked_too_often"]
    other = signed_in(county, "community_lead", "341023100001")
    assert door(other, 6) == 200


def test_who_is_registered_is_work(by: Acting) -> None:
    for number in range(0, 12, 3):
        three = [telling(one, name=f"赵{one}", birth_date=f"1979-09-{one + 1:02d}")
                 for one in range(number, number + 3)]
        assert said(by, *three) == [""] * 3


def test_a_date_of_birth_is_not_found_by_trying_days(
    county: County, by: Acting, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whose age is known has 366: each refusal says whether it was the right one."""
    monkeypatch.setitem(pace.PACES, pace.Counted.ASKED_ABOUT, pace.Pace(300, SECOND, SECOND))
    monkeypatch.setitem(pace.PACES, pace.Counted.ASKED_OF_ONE, pace.Pace(4, HOUR, 2 * HOUR))
    masked, other = (county.arrive(MORNING, GRID, name="-", document_number=f"E7000000{n}") for n in range(2))
    days = [replace(telling(0, birth_date=f"1980-01-{day:02d}"), subject=masked) for day in range(1, 9)]
    beside = replace(telling(1, birth_date="1980-01-01"), subject=other)
    assert said(by, *days[:3]) == ["changes_known"] * 3
    assert said(by, *days[3:], beside) == [
        "changes_known", *["asked_too_often"] * 4, "changes_known"], "others may still be asked about"
    assert said(by, days[7]) == ["asked_too_often"]
    with running_on(SimulatedClock(NOON + HOUR)), working_in(Scope.of(by)):
        found = actions.submit(days[4:6], by=by, at=NOON + HOUR)
    assert [one.answer.code for one in found if isinstance(one.answer, Refused)] == [
        "changes_known", "asked_too_often"]
    assert rows("SELECT DISTINCT purpose FROM accounts_access WHERE subject = %s", masked) == [("compared",)]


def test_what_is_recorded_of_one_pays_for_no_guess_at_another(county: County, by: Acting) -> None:
    """A visit to one's own neighbour between any two guesses would undo the pace."""
    masked, own = county.arrive(MORNING, GRID, name="-", document_number="E8"), county.arrive(MORNING, GRID)
    found = []
    for number in range(1, 5):
        visit = Filing(uuid7(NOON), "entry", "verification", own, NOON, {"person_seen": "no"})
        guess = replace(telling(number, birth_date=f"1980-01-{number:02d}"), subject=masked)
        found.append(said(by, visit, guess)[1])
    assert found == ["changes_known"] * 2 + ["asked_too_often"] * 2, "the visit wants its room too"


def test_an_answered_question_is_not_held_against_who_asked(county: County, by: Acting) -> None:
    known = county.arrive(MORNING, GRID, name="-", document_number="E8", birth_date="1979-09-09")
    found = []
    for number in range(1, 9, 2):
        wrong = replace(telling(number, document_number=f"E7100{number:04d}"), subject=known)
        right = replace(wrong, id=uuid7(NOON), changes=frozenset({"document_number"}))
        found += [said(by, one)[0] for one in (wrong, right)]
    assert found == ["changes_known", ""] * 4


def door(client: Client, number: int, **more: str) -> int:
    return client.post("/register/", {"phone": f"1370000{number:04d}", "go": "read", **more}, headers=JSON).status_code


def test_the_door_has_the_same_pace(county: County) -> None:
    worker = signed_in(county, "grid_worker", GRID)
    assert [door(worker, number) for number in (1, 1, 2, 3)] == [200] * 4, "the same once more is one"
    assert [door(worker, number) for number in (4, 4, 5)] == [429] * 3
    assert worker.post("/register/", {"name": "赵六", "go": "read"}).status_code == 200, "a name hides nothing"
    with running_on(SimulatedClock(NOON + 10 * SECOND)):
        assert [door(worker, number) for number in (4, 4, 5)] == [200, 200, 429]


def test_at_the_door_no_more_than_three_are_tried_of_those_a_mask_shows_alike(county: County) -> None:
    worker = signed_in(county, "grid_worker", GRID)

    def look(born: str) -> int:
        told = {"document_type": "resident_id", "document_number": f"341023{born}9375", "go": "read"}
        return worker.post("/register/", told, headers=JSON).status_code

    assert [look(f"1966010{day}") for day in (1, 2, 2, 3, 4, 1)] == [200] * 4 + [429] * 2


def test_what_the_page_of_a_form_refuses_counts_although_all_else_is_taken_back(county: County) -> None:
    county.arrive(MORNING, GRID, document_number="E70000001")
    worker = signed_in(county, "grid_worker", GRID)
    assert [refused(worker) for _ in range(4)] == ["known_already"] * 3 + ["asked_too_often"]


def refused(worker: Client) -> str:
    begun = worker.post("/register/", {"name": "赵六", "go": "on"})
    answers = {name: str(value) for name, value in ARRIVAL.items()} | {"document_number": "E70000001"}
    sent = {"client_id": str(uuid7(NOON)), "happened_at": NOON.isoformat(), "version": "",
            "xml": xml_of("arrival", answers)}
    return str(worker.post(begun["Location"].replace("/?", "/send/?"), sent, headers=JSON).json()["code"])


def test_what_is_registered_and_taken_back_pays_for_no_guess(county: County, by: Acting) -> None:
    masked = county.arrive(MORNING, GRID, name="-", document_number="E8")
    found = []
    for number in range(1, 5):
        guess = replace(telling(number, birth_date=f"1980-01-{number:02d}"), subject=masked)
        found += said(by, guess)
        pretext = telling(number + 10, name=f"赵{number}", birth_date=f"1970-01-{number:02d}")
        if said(by, pretext) == [""]:
            with working_in(Scope.of(by)):
                actions.take_back([pretext.id], by=by, at=NOON)
    assert found == ["changes_known"] * 3 + ["asked_too_often"]


def test_filing_and_taking_back_tells_nothing_of_a_document_out_of_sight(county: County, by: Acting) -> None:
    far = county.arrive(MORNING, FAR_GRID, name="孙七", document_number="E55555555")
    known, unknown = (telling(number, name=name, birth_date=f"1970-01-0{number}", document_number=f"E5555555{number}")
                      for number, name in ((5, "钱八"), (6, "周九")))
    with working_in(Scope.of(by)):
        results = actions.submit([known, unknown], by=by, at=NOON)
        assert all(isinstance(one.answer, Recorded) for one in results)
        told = [(one.answer[3:], one.candidates, one.asks, one.new) for one in results]
        assert told[0] == told[1]
        assert [one.id for one in actions.take_back([known.id], by=by, at=NOON)] == [known.id]
    looks = rows("SELECT purpose FROM accounts_access WHERE subject = %s", far)
    assert looks == [("walk_in",)], "the auditor sees that they were looked for"


@pytest.fixture
def _three_hundred_at_once(_three_at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.PACES, pace.Counted.ASKED_ABOUT, pace.Pace(300, 10 * SECOND, 10 * SECOND))


@pytest.mark.usefixtures("_three_hundred_at_once")
def test_of_the_documents_that_a_mask_shows_alike_no_more_than_three_are_answered(county: County, by: Acting) -> None:
    county.arrive(MORNING, GRID, document_type="resident_id", document_number="341023196604019375")
    other = county.arrive(MORNING, GRID)

    def wrong(number: int, document: str) -> Filing:
        """Said to be somebody they can't be: nothing of it is recorded."""
        return telling(number, same_as=other, document_type="resident_id", document_number=document)

    tries = [wrong(number, f"34102319660{number}019375") for number in range(1, 7)]
    assert said(by, *tries) == ["not_one_of_them"] * 3 + ["asked_too_often"] * 3
    assert said(by, tries[3]) == ["asked_too_often"]
    assert said(by, wrong(7, "341023196604019359")) == ["not_one_of_them"], "another mask"


@pytest.mark.usefixtures("_three_hundred_at_once")
def test_who_bears_a_document_is_not_found_out_by_names_and_each_answer_is_a_look(county: County, by: Acting) -> None:
    there = county.arrive(MORNING, GRID, document_number="E70000001")
    names = ("赵六", "钱七", "孙八", "李九", "周十", "吴一", "郑二", "王三")
    tries = [telling(number, name=name, document_number="E70000001") for number, name in enumerate(names)]
    assert said(by, *tries) == ["known_already"] * 6 + ["asked_too_often"] * 2
    assert looks(there) == ["compared"]
    assert said(by, tries[6]) == ["asked_too_often"]


def looks(subject: uuid.UUID) -> list[str]:
    """For what somebody was looked at."""
    return [purpose for purpose, in rows(
        "SELECT DISTINCT purpose FROM accounts_access WHERE subject = %s", subject)]
