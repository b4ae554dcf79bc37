"""Who somebody new may be: by rule, in a batch, and looked at again when what they are found by is locked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import pytest
from django.db import connection

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions, changes, doubles, rules
from fangxian.intake.types import Filing, FilingResult
from fangxian.journal import work as flow
from fangxian.journal.types import Recorded, Refused
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.subjects import presence
from fangxian.subjects.matching import search
from fangxian.subjects.matching.locks import lock
from fangxian.subjects.matching.rules import Hits, names_of
from tests import kinds
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import GRID, NOON

ONE: Final = uuid.UUID(int=1)
ZHANG: Final = {"name": "张三", "document_type": "passport", "document_number": "E1", "birth_date": "1980-01-02",
                "phone": "13812345678"}
WELL: Final = {"temperature": 36.5, "symptoms": "none"}
SOMEBODY: Final = {**ARRIVAL, "name": "赵六", "name_latin": "ZHAO LIU", "document_number": "E77777777",
                   "phone": "13700000000", "birth_date": "1979-09-09"}


@pytest.mark.parametrize(("told", "why", "certain"), [
    ({"document_number": "E1"}, "document", True),
    ({"document_number": "e 1", "name": "张三"}, "document", True),
    ({"document_number": "E1", "name": "李四"}, "another name", False),
    ({"phone": "138 1234 5678", "birth_date": "1980-01-02", "name": "张三"}, "phone and date of birth", False),
    ({"phone": "13812345678", "birth_date": "1980-01-02", "name": "李四"}, "another name", False),
    ({"name": "张三", "birth_date": "1980-01-02"}, "born on the same day", False),
    ({"name": "张三", "phone": "13812345678"}, "same phone", False),
    ({"phone": "13812345678"}, "same phone", False),
    ({"name": "张三"}, "same name", False),
    ({"name": "张三", "document_type": "resident_id", "document_number": "X9"}, "same name", False),
    ({"name": "张三", "birth_date": "1999-09-09"}, None, False),
    ({"name": "张三", "document_type": "passport", "document_number": "X9"}, None, False),
    ({"name": "李四", "phone": "13812345678"}, None, False),
    ({"name": "李四"}, None, False),
    ({}, None, False),
])
def test_who_is_alike(told: dict[str, str], why: str | None, *, certain: bool) -> None:
    traits, known = search.traits_of(told, None), search.traits_of(ZHANG, None)
    hits = Hits()
    for kind, _ in set(traits.asked()) & set(known.asked()):
        hits.add(kind, (ONE,))
    namesakes = {ONE} if set(traits.names) & set(known.names) else set()
    found = rules.alike(told, traits, hits, namesakes, {ONE: ZHANG}, {ONE: names_of(ZHANG)})
    if why is None:
        assert found == {}
    else:
        assert why in found[ONE].why.en
        assert found[ONE].certain is certain


def test_a_name_that_many_bear_tells_nobody_apart() -> None:
    many = {uuid.UUID(int=number): {"name": "张伟"} for number in range(rules.MANY + 1)}
    told = {"name": "张伟"}
    traits = search.traits_of(told, None)
    assert rules.alike(told, traits, Hits(), many.keys(), many, {}) == {}
    few = dict(list(many.items())[: rules.MANY])
    assert rules.alike(told, traits, Hits(), few.keys(), few, {}).keys() == few.keys()


pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def arrival(subject: uuid.UUID, /, *, other_than: frozenset[uuid.UUID] = frozenset(), same_as: uuid.UUID | None = None,
            changed: tuple[str, ...] = (), **answers: Any) -> Filing:
    return Filing(uuid7(NOON), "entry", "arrival", subject, NOON, {**SOMEBODY, **answers}, same_as=same_as,
                  other_than=other_than, changes=frozenset(changed))


def check(subject: uuid.UUID) -> Filing:
    return Filing(uuid7(NOON), "entry", "daily_check", subject, NOON, WELL)


def submit(by: Acting, *filings: Filing) -> list[FilingResult]:
    with working_in(Scope.of(by)):
        return actions.submit(filings, by=by, at=NOON)


def said(results: list[FilingResult]) -> list[str]:
    return [one.answer.code if isinstance(one.answer, Refused) else "" for one in results]


def test_two_of_one_batch_are_one_person_to_be_asked_about(by: Acting) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    results = submit(by, arrival(first), check(first), arrival(second), check(second))
    assert said(results) == ["", "", "known_already", "known_already"]
    assert [(one.subject, one.certain) for one in results[2].candidates] == [(first, True)]
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", second) == [(0,)]


def test_two_forms_about_one_newcomer_are_no_double(by: Acting) -> None:
    new = uuid.uuid4()
    assert said(submit(by, arrival(new), arrival(new))) == ["", ""]


@pytest.mark.parametrize("somebody_new", [False, True])
def test_what_is_sent_twice_at_once_is_one_record_with_one_answer(
    county: County, by: Acting, monkeypatch: pytest.MonkeyPatch, somebody_new: bool,
) -> None:
    """The second request reads what is there while the first one commits."""
    sent = arrival(uuid.uuid4()) if somebody_new else check(county.arrive(MORNING, GRID))
    really = presence.paths

    def meanwhile(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
        monkeypatch.setattr(presence, "paths", really)
        assert said(submit(by, sent)) == [""]
        return really(subjects)

    monkeypatch.setattr(presence, "paths", meanwhile)
    [found] = submit(by, sent)
    assert isinstance(found.answer, Recorded)
    assert found.answer.repeated
    assert rows("SELECT count(*) FROM journal_entry WHERE id = %s", sent.id) == [(1,)]


def test_who_is_ended_while_waiting_for_another_is_judged_again(by: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends one of two that wait for each other, a list and a door."""
    really, new = doubles.judge, uuid.uuid4()

    def ended(*asked: Any) -> Any:
        monkeypatch.setattr(doubles, "judge", really)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$")

    monkeypatch.setattr(doubles, "judge", ended)
    assert said(submit(by, arrival(new))) == [""]
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", new) == [(1,)]


def test_who_is_said_to_be_somebody_known_is_that_one_in_the_whole_batch(county: County, by: Acting) -> None:
    known, new = county.arrive(MORNING, name="赵六", birth_date="1979-09-09"), uuid.uuid4()
    assert said(submit(by, arrival(new), check(new))) == ["known_already", "known_already"]
    meant = ("document_number",)
    sent = [arrival(new, same_as=known, changed=meant), check(new)]
    for repeated in (False, True):
        results = submit(by, *sent)
        assert [one.answer.subject for one in results if isinstance(one.answer, Recorded)] == [known, known]
        assert [one.answer.repeated for one in results if isinstance(one.answer, Recorded)] == [repeated, repeated]
    assert said(submit(by, sent[0], arrival(new, same_as=uuid.uuid4(), name="别人"))) == ["", "not_found"]


def test_whoever_is_nobody_alike_is_not_meant_by_any_of_the_batch(county: County, by: Acting) -> None:
    known, new = county.arrive(MORNING, name="钱八", birth_date="1990-01-01"), uuid.uuid4()
    results = submit(by, arrival(new, same_as=known), check(new), check(known))
    assert said(results) == ["not_one_of_them", "not_one_of_them", ""]
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", new) == [(0,)]


def test_what_changes_holds_up_nothing_else_of_the_batch_and_is_told_by_question(county: County, by: Acting) -> None:
    known = county.arrive(MORNING, name="赵六", birth_date="1979-09-09", document_number="E77777777")
    results = submit(by, arrival(known), arrival(known, name="李四", sex="female"), check(known))
    assert said(results) == ["", "changes_known", ""]
    refused = results[1].answer
    assert isinstance(refused, Refused)
    assert refused.faults == (("name", changes.OTHER), ("sex", changes.OTHER))
    assert "赵" not in str(refused)
    duty = acting_as(county.users["county_duty", "341023"], county.posts["county_duty", "341023"], NOON)
    assert duty is not None
    [result] = submit(duty, arrival(known, name="李四", sex="female", birth_date="1950-01-01"))
    assert isinstance(result.answer, Refused)
    told = dict(result.answer.faults)
    assert told.keys() == {"name", "sex", "birth_date"}
    assert "赵*" in told["name"].en
    assert "Male" in told["sex"].en
    assert told["birth_date"] == changes.OTHER
    assert not any(word in str(told) for word in ("赵六", "李四", "1979", "1950"))


def test_another_document_in_one_batch_is_somebody_elses(county: County, by: Acting) -> None:
    one = county.arrive(MORNING, name="赵六", birth_date="1979-09-09", document_number="")
    other = county.arrive(MORNING, name="钱八", birth_date="1990-01-01", document_number="")
    other_told = arrival(other, name="钱八", name_latin="QIAN BA", birth_date="1990-01-01")
    assert said(submit(by, arrival(one), other_told)) == ["", "known_already"]


@pytest.mark.parametrize("programme", kinds.ABOUT)
def test_a_thing_keeps_its_name_and_number_until_it_is_said_to_change(by: Acting, programme: str) -> None:
    subject = uuid.uuid4()

    def told(name: str, number: str, *changed: str) -> Filing:
        return Filing(uuid7(NOON), programme, "resident", subject, NOON, {"name": name, "document_number": number},
                      changes=frozenset(changed))

    assert said(submit(by, told("郭门", "USCC1"))) == [""]
    assert said(submit(by, told("郭门", "uscc 1"))) == [""]
    assert said(submit(by, told("王村", "USCC1"))) == ["changes_known"]
    assert said(submit(by, told("王村", "USCC2", "name"))) == ["changes_known"]
    assert said(submit(by, told("王村", "USCC2", "name", "document_number"))) == [""]


def test_a_correction_changes_nobody_unasked(county: County, by: Acting) -> None:
    known = county.arrive(MORNING, name="赵六", birth_date="1979-09-09", document_number="E77777777")
    first = arrival(known)
    submit(by, first)
    wrong = replace(arrival(known, name="李四", arrived="2020-03-01T08:00:00+08:00"), replaces=first.id)
    [result] = submit(by, wrong)
    assert isinstance(result.answer, Refused)
    assert [question for question, _ in result.answer.faults] == ["name", "arrived"]
    assert said(submit(by, replace(wrong, changes=frozenset(["name", "arrived"])))) == [""]


def test_who_is_filed_about_at_once_is_looked_at_by_one_after_the_other(
    county: County, by: Acting, monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = county.arrive(MORNING, name="赵六", name_latin="ZHAO LIU", document_number="", birth_date="1979-09-09")
    told = {**SOMEBODY, "document_number": "E88888888"}

    def wait(traits: Any) -> None:
        assert ("subject", str(known)) in {trait for one in traits for trait in one.locked()}
        lock(traits)
        assert not county.send("arrival", known, told, NOON).refused  # whoever had the lock before

    monkeypatch.setattr(doubles, "lock", wait)
    assert said(submit(by, arrival(known))) == ["changes_known"]


def test_whoever_turns_up_after_the_question_is_asked_about_too(
    county: County, by: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = county.arrive(MORNING, name="赵六", birth_date="1979-09-09")
    answered = arrival(uuid.uuid4(), other_than=frozenset([seen]))
    found: list[uuid.UUID] = []

    def wait(traits: Any) -> None:
        lock(traits)
        found.append(county.arrive(MORNING, name="赵六", birth_date="1979-09-09"))  # whoever had the lock before

    monkeypatch.setattr(doubles, "lock", wait)
    [result] = submit(by, answered)
    assert [one.subject for one in result.candidates] == found


def test_who_is_found_by_one_document_is_registered_once_whoever_comes_first(
    county: County, by: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:

    def wait(traits: Any) -> None:
        lock(traits)
        county.arrive(MORNING, name="赵六", document_number="E77777777")

    monkeypatch.setattr(doubles, "lock", wait)
    [result] = submit(by, arrival(uuid.uuid4()))
    assert said([result]) == ["known_already"]
    assert [one.certain for one in result.candidates] == [True]


@pytest.mark.parametrize("programme", kinds.ABOUT)
def test_a_name_means_those_of_the_same_kind(county: County, by: Acting, programme: str) -> None:
    county.arrive(MORNING, name="郭门", birth_date="")

    def thing() -> Filing:
        told = {"name": "郭门", "document_number": "USCC1"}
        return Filing(uuid7(NOON), programme, "resident", uuid.uuid4(), NOON, told)

    first, again = thing(), thing()
    assert said(submit(by, first)) == [""]
    [result] = submit(by, again)
    assert [(one.subject, one.certain) for one in result.candidates] == [(first.subject, True)]


def test_the_number_of_a_list_is_its_person(county: County) -> None:
    duty = acting_as(county.users["county_duty", "341023"], county.posts["county_duty", "341023"], NOON)
    assert duty is not None
    told = {"external_id": "C-17", "source": "jia", "age": 40, "sex": "female", "onset": "2020-03-01"}
    first, again, other = (
        Filing(uuid7(NOON), "linelist", "case", uuid.uuid4(), NOON, {**told, **change})
        for change in ({}, {}, {"source": "yi"}))
    results = submit(duty, first, again, other)
    assert said(results) == ["", "known_already", ""]
    assert [(one.subject, one.certain) for one in results[1].candidates] == [(first.subject, True)]


def test_what_is_shown_of_a_candidate_is_masked_and_in_sight(county: County, by: Acting) -> None:
    county.arrive(MORNING, "34102310120001", name="赵六", birth_date="1979-09-09")
    near = county.arrive(MORNING, name="赵六", birth_date="1979-09-09", document_number="E99999999")
    [result] = submit(by, arrival(uuid.uuid4()))
    [one] = result.candidates
    assert (one.subject, one.name) == (near, "赵*")
    assert "E99999999" not in str(one.identity)
    assert "1979" not in str(one.identity)


def test_a_correction_is_looked_at_under_the_lock(county: County, by: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = county.arrive(MORNING)
    wrong = check(subject)
    submit(by, wrong)
    steps, rival = list(flow.steps()), iter([36.7])

    def wait(work: flow.Work) -> None:
        for temperature in rival:
            county.send("daily_check", subject, {**WELL, "temperature": temperature}, NOON, replaces=wrong.id)
        steps[0](work)

    monkeypatch.setattr(flow, "_steps", [wait, *steps[1:]])
    late = Filing(uuid7(NOON), "entry", "daily_check", subject, NOON, WELL, replaces=wrong.id)
    assert said(submit(by, late)) == ["changed_meanwhile"]
    with pytest.raises(Problem, match="changed_meanwhile"), working_in(Scope.of(by)):
        actions.take_back([wrong.id], by=by, at=NOON)


def test_one_takes_back_ones_own_and_only_a_while(county: County, by: Acting) -> None:
    subject = county.arrive(MORNING)
    own, others = check(subject), county.send("daily_check", subject, WELL, NOON).recorded[0].id
    submit(by, own)
    for entries, at, code in (
            ([others], NOON, "not_found"), ([], NOON, "not_found"), ([uuid.uuid4()], NOON, "not_found"),
            ([own.id, others], NOON, "not_found"),
            ([own.id], NOON + actions.UNDO_WITHIN * 1.01, "wrong_state")):
        with pytest.raises(Problem, match=code), working_in(Scope.of(by)):
            actions.take_back(entries, by=by, at=at)
    late, fresh = NOON + actions.UNDO_WITHIN * 1.01, check(subject)
    with working_in(Scope.of(by)):
        assert isinstance(actions.submit([fresh], by=by, at=late)[0].answer, Recorded)
    with pytest.raises(Problem, match="wrong_state"), working_in(Scope.of(by)):
        actions.take_back([own.id, fresh.id], by=by, at=late)
    for _ in range(2):
        with working_in(Scope.of(by)):
            taken = actions.take_back([own.id, fresh.id], by=by, at=NOON)
            assert {line.id for line in taken} == {own.id, fresh.id}
    assert rows("SELECT f_health_checks FROM facts_entry WHERE subject = %s", subject) == [(1,)]
