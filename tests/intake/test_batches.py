"""What becomes of each of a batch: what is told with it, what is recorded with others', and what pays for a guess."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts import pace
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions, limits
from fangxian.intake.types import FilingResult
from fangxian.journal import together
from fangxian.journal.types import Recorded
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.programmes import queries as programmes
from tests.console.rounds import rows
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

from .doors import FAR_GRID, GRID, NOON
from .test_doors import AtOnce
from .test_told_above import acting
from .test_who_is_meant import arrival, check, said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SECOND: Final = HOUR / 3600
SOMEBODY_ELSE: Final[dict[str, Any]] = {"name": "吴九", "name_latin": "", "document_number": "E50000005",
                                        "phone": "13700000001", "birth_date": "1960-01-01"}
KNOWN: Final[dict[str, Any]] = {"name": "赵六", "birth_date": "1979-09-09", "document_number": "E77777777"}


@pytest.fixture
def known(county: County) -> uuid.UUID:
    return county.arrive(MORNING, **KNOWN)


@pytest.fixture
def _two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.PACES, pace.Counted.ASKED_ABOUT, pace.Pace(2, 10 * SECOND, 10 * SECOND))


def told_of(results: list[FilingResult]) -> list[tuple[bool, bool, bool]]:
    """Whether each told who somebody is, brought somebody into being, and was recorded."""
    return [(one.asks, one.new, isinstance(one.answer, Recorded)) for one in results]


def test_of_each_it_is_said_whether_it_told_who_somebody_is_and_brought_them_into_being(
    by: Acting, known: uuid.UUID,
) -> None:
    new = uuid.uuid4()
    results = submit(by, arrival(new, **SOMEBODY_ELSE), check(new),
                     arrival(known), check(known), arrival(known, name="李四"), check(uuid.uuid4()))
    assert told_of(results) == [
        (True, True, True), (False, False, True), (True, False, True), (False, False, True), (True, False, False),
        (False, False, False)]
    assert said(results) == ["", "", "", "", "changes_known", "not_found"]
    assert not any(one.received_at for one in results)


def test_somebody_known_elsewhere_is_told_of_once_and_nobody_else(county: County, by: Acting) -> None:
    county.arrive(MORNING, FAR_GRID, name="孙七", document_number="E20000002", birth_date="1970-01-01")
    new, other = uuid.uuid4(), uuid.uuid4()
    same: dict[str, Any] = {**SOMEBODY_ELSE, "name": "孙七", "document_number": "E20000002", "phone": "13700000002"}
    results = submit(by, arrival(new, **same), arrival(other, **SOMEBODY_ELSE))
    assert said(results) == ["", ""]
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'twice'") == [(new,)]


def test_what_names_nobody_and_does_not_hold_is_told_what_is_wrong_with_it(county: County, by: Acting) -> None:
    unknown = uuid.uuid4()
    sent = [check(unknown), replace(check(unknown), answers={"temperature": 365}),
            arrival(unknown, arrived="never"), replace(check(unknown), happened_at=NOON.replace(year=1066))]
    assert [said(submit(by, one))[0] for one in sent] == ["not_found", "not_found", "form_faults", "impossible_time"]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    recorder = AtOnce()
    monkeypatch.setattr(together, "_recorder", recorder)
    monkeypatch.setattr(together, "has_nothing_to_lose", lambda: True)
    return recorder


def test_a_plain_filing_that_comes_alone_is_recorded_with_others_and_no_other(
    by: Acting, known: uuid.UUID, recorder: AtOnce,
) -> None:
    [found] = submit(by, check(known))
    assert (recorder.recorded, isinstance(found.answer, Recorded), found.received_at) == (1, True, NOON)
    for filings in ([check(known), check(known)], [arrival(known)], [check(uuid.uuid4())],
                    [replace(check(known), programme="linelist")], [replace(check(known), form="release")]):
        assert [one.received_at for one in submit(by, *filings)] == [None] * len(filings)
    assert recorder.recorded == 1


def test_what_comes_in_a_transaction_with_more_is_not_recorded_with_others(
    by: Acting, known: uuid.UUID, recorder: AtOnce, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "has_nothing_to_lose", lambda: False)
    [found] = submit(by, check(known))
    assert (recorder.recorded, said([found]), found.received_at) == (0, [""], None)


def guess(known: uuid.UUID, number: int, **more: Any) -> Any:
    return replace(arrival(known, document_number=f"E7100{number:04d}"), **more)


@pytest.mark.usefixtures("_two_at_once")
def test_a_wrong_answer_to_a_question_pays_for_no_guess(by: Acting, known: uuid.UUID) -> None:
    tries = [guess(known, number, changes=frozenset({"name"})) for number in range(4)]
    assert [said(submit(by, one))[0] for one in tries] == ["changes_known"] * 2 + ["asked_too_often"] * 2


@pytest.mark.usefixtures("_two_at_once")
def test_a_machine_has_no_pace(by: Acting, known: uuid.UUID) -> None:
    machine = replace(by, user=None)
    assert [said(submit(machine, guess(known, number)))[0] for number in range(4)] == ["changes_known"] * 4
    with working_in(Scope.of(by)):
        for number in range(4):
            actions.look({"phone": f"1370000000{number}"}, programmes.in_force("entry"), frozenset(),
                         by=machine, at=NOON)


@pytest.mark.usefixtures("_two_at_once")
def test_a_look_at_the_door_has_a_pace_but_for_the_same_once_more_and_a_name(by: Acting) -> None:
    def look(identity: dict[str, str], *, again: bool = False) -> None:
        with working_in(Scope.of(by)), running_on(SimulatedClock(NOON)):
            actions.look(identity, programmes.in_force("entry"), frozenset(), by=by, at=NOON, again=again)

    look({"phone": "13700000001"})
    look({"birth_date": "1979-09-09"})
    for identity in ({"phone": "13700000002"}, {"document_number": "E1"}, {"birth_date": "1980-01-01"}):
        with pytest.raises(Problem, match="asked_too_often"):
            look(identity)
        look(identity, again=True)
    look({"name": "赵六"})
    look({})


def test_the_same_document_of_a_newcomer_finds_whom_it_means_at_the_door(by: Acting, known: uuid.UUID) -> None:
    with working_in(Scope.of(by)):
        entry = programmes.in_force("entry")
        found, none = (actions.look({"document_number": "E77777777", "document_type": "passport"}, entry, other,
                                    by=by, at=NOON) for other in (frozenset[uuid.UUID](), frozenset([known])))
    assert [(one.subject, one.certain) for one in found.asked] == [(known, True)]
    assert none == found, "of whom it is certain it is not said to be another"


def test_so_much_about_one_person_is_weighed_in_a_batch(
    by: Acting, known: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WEIGHED", 2)
    results = submit(by, *(arrival(known) for _ in range(3)), check(known))
    assert said(results) == ["", "", "too_much", ""]


def test_one_said_to_be_another_is_that_one_only_while_nobody_bears_its_id(
    county: County, by: Acting, known: uuid.UUID,
) -> None:
    other = county.arrive(MORNING, name="钱八", birth_date="1990-01-01", document_number="E8")
    new = uuid.uuid4()
    results = submit(by, replace(check(known), same_as=other), check(known),
                     arrival(new, same_as=known, birth_date="1979-09-09"), check(new))
    assert said(results) == ["not_one_of_them", "not_one_of_them", "", ""]
    assert [one.answer.subject for one in results[2:] if isinstance(one.answer, Recorded)] == [known, known]


def test_what_is_sent_again_is_about_whom_it_was_recorded(by: Acting, known: uuid.UUID) -> None:
    first = arrival(uuid.uuid4(), same_as=known)
    submit(by, first)
    [again] = submit(by, replace(first, same_as=None))
    assert isinstance(again.answer, Recorded)
    assert (again.answer.subject, again.answer.repeated) == (known, True)


def test_what_is_said_not_to_be_another_is_weighed_by_each_form_that_tells_it(by: Acting, known: uuid.UUID) -> None:
    new = uuid.uuid4()
    told: dict[str, Any] = {"document_number": "E50000005", "phone": "13700000001"}
    assert said(submit(by, check(new), arrival(new, **told))) == ["known_already", "known_already"]
    assert said(submit(by, arrival(new, other_than=frozenset([known]), **told), check(new))) == ["", ""]


def test_who_is_registered_is_placed_where_the_form_names_no_place(county: County, by: Acting) -> None:
    lead = acting(county, "township_duty", "341023100")
    there = rows("SELECT code FROM areas_area WHERE path = %s", county.paths[GRID])[0][0]
    placed = []
    for number, told in enumerate((
            {}, {"address": "碧阳镇郭门一网格3栋501"}, {"address": "无处"}, {"address": "宏村镇宏村一网格8号"})):
        new = uuid.uuid4()
        person: dict[str, Any] = {**SOMEBODY_ELSE, "name": f"吴{number}", "document_number": f"E5000000{number}",
                                  "phone": f"1370000001{number}", "birth_date": f"1960-01-0{number + 1}", **told}
        assert said(submit(lead, arrival(new, **person))) == [""]
        placed += [row[0] for row in rows("SELECT f_grid FROM facts_entry WHERE subject = %s", new)]
    assert placed == [None, there, None, None]
    new = uuid.uuid4()
    submit(by, arrival(new, **{**SOMEBODY_ELSE, "name": "郑十", "document_number": "E50000009"}))
    assert rows("SELECT f_grid FROM facts_entry WHERE subject = %s", new) == [(there,)]


def test_one_takes_back_what_one_sent_for_half_an_hour(by: Acting, known: uuid.UUID) -> None:
    own = replace(check(known), id=uuid7(NOON))
    submit(by, own)
    half = HOUR / 2
    with working_in(Scope.of(by)), pytest.raises(Problem, match="wrong_state"):
        actions.take_back([own.id], by=by, at=NOON + half + SECOND)
    with working_in(Scope.of(by)):
        assert [line.id for line in actions.take_back([own.id], by=by, at=NOON + half)] == [own.id]
    with working_in(Scope.of(by)), pytest.raises(Problem, match="not_found"):
        actions.take_back([own.id], by=replace(by, user=None), at=NOON)


def test_what_is_refused_at_the_door_is_not_corrected_with_it(by: Acting, known: uuid.UUID) -> None:
    """The id of what somebody else is about to send can be worked out: nothing stands in its place beforehand."""
    asked, right = arrival(known, name="李四"), arrival(known, **KNOWN)
    refused = said(submit(by, asked, replace(right, replaces=asked.id)))
    assert refused == ["changes_known", "not_found"]
    wrong = replace(check(known), answers={"temperature": 365})
    assert said(submit(by, wrong, replace(check(known), replaces=wrong.id))) == ["form_faults", "not_found"]
    assert rows("SELECT entry FROM journal_correction") == []
