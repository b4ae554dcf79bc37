"""At most one correction stands in the place of an entry, whoever writes, and what does not stand counts nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.journal import queries
from fangxian.journal import steps as journal_steps
from fangxian.journal import work as flow
from fangxian.journal.types import Submission
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.subjects.actions import withdraw
from fangxian.subjects.queries import identities
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal
from tests.journal.test_record import HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER: Final = MORNING + 4 * HOUR


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return county.arrive(MORNING)


def check(county: County, subject: uuid.UUID, temperature: float, **more: Any) -> str:
    """What became of a check: nothing said where it was recorded, else the code."""
    receipt = county.send("daily_check", subject, {"temperature": temperature, "symptoms": "none"}, LATER,
                          **{"happened_at": MORNING + HOUR, **more})
    return receipt.refused[0].code if receipt.refused else ""


def told(subject: uuid.UUID) -> tuple[float | None, int]:
    """The temperature in force and how many checks count."""
    return rows("SELECT f_temperature, f_health_checks FROM facts_entry WHERE subject = %s", subject)[0]


def shown(subject: uuid.UUID) -> tuple[Any, list[tuple[Any, bool]]]:
    """The last that stands, and every check on the timeline with whether it stands."""
    with working_in(SYSTEM):
        last = queries.latest("entry", [(subject, "daily_check")]).get((subject, "daily_check"))
        lines = [line for line in queries.timeline(subject, ["entry"]) if line.form == "daily_check"]
    return last and last.body["temperature"], sorted((line.body["temperature"], line.stands) for line in lines)


def take_back(county: County, *entries: uuid.UUID) -> None:
    with working_in(SYSTEM):
        withdraw(entries, "undo", by=county.importer, at=LATER)


def test_an_entry_is_corrected_once(county: County, subject: uuid.UUID) -> None:
    wrong = uuid7(MORNING)
    assert check(county, subject, 36.5, id=wrong) == ""
    assert check(county, subject, 36.6, replaces=wrong) == ""
    assert check(county, subject, 36.7, replaces=wrong) == "changed_meanwhile"
    assert told(subject) == (36.6, 1)
    assert shown(subject) == (36.6, [(36.5, False), (36.6, True)])


def test_of_several_in_one_batch_the_first_is_taken(county: County, subject: uuid.UUID) -> None:
    wrong = uuid7(MORNING)
    batch = [Submission(uuid7(MORNING), "entry", "daily_check", subject, MORNING + HOUR,
                        {"temperature": temperature, "symptoms": "none"}, replaces=replaces)
             for temperature, replaces in ((36.6, wrong), (36.7, wrong), (36.8, wrong))]
    receipt = county.record([replace(batch[0], id=wrong, replaces=None), *batch], LATER)
    assert [one.code for one in receipt.refused] == ["changed_meanwhile"] * 2
    assert told(subject) == (36.6, 1)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_what_corrects_itself_is_no_correction(county: County, subject: uuid.UUID, length: int) -> None:
    """Nothing of it would stand: a fever that nobody sees, and a task that is done."""
    fever = {"temperature": 39.5, "symptoms": "fever"}
    circle = [uuid7(LATER) for _ in range(length)]
    beside = uuid7(LATER)
    told = [Submission(id=one, programme="entry", form="daily_check", subject=subject, happened_at=MORNING + HOUR,
                       answers=fever, replaces=circle[number - 1]) for number, one in enumerate(circle)]
    corrects = replace(told[0], id=beside, replaces=circle[0], answers={**fever, "temperature": 39.0})
    receipt = county.record([*told, corrects], LATER)
    assert [one.code for one in receipt.refused if one.id in circle] == ["not_found"] * length
    assert rows("SELECT id FROM journal_entry WHERE id = ANY(%s::uuid[])", circle) == []


def test_what_was_taken_back_is_not_corrected(county: County, subject: uuid.UUID) -> None:
    wrong = uuid7(MORNING)
    check(county, subject, 36.5, id=wrong)
    take_back(county, wrong)
    assert check(county, subject, 36.6, replaces=wrong) == "changed_meanwhile"
    assert told(subject) == (None, 0)


def test_a_correction_that_is_taken_back_leaves_the_place_to_the_original(county: County, subject: uuid.UUID) -> None:
    wrong, correction = uuid7(MORNING), uuid7(LATER)
    check(county, subject, 36.5, id=wrong)
    check(county, subject, 36.6, id=correction, replaces=wrong)
    take_back(county, correction)
    assert told(subject) == (36.5, 1)
    assert shown(subject) == (36.5, [(36.5, True), (36.6, False)])
    assert check(county, subject, 36.7, replaces=wrong) == ""
    assert told(subject) == (36.7, 1)


@pytest.mark.parametrize(("back", "left"), [
    ((0,), (36.7, 1)), ((1,), (36.7, 1)), ((2,), (36.6, 1)), ((1, 2), (36.5, 1)), ((2, 1), (36.5, 1)),
    ((0, 1, 2), (None, 0))])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_correction_may_be_corrected_and_one_of_them_counts(
    county: County, subject: uuid.UUID, back: tuple[int, ...], left: tuple[float | None, int], at_once: bool
) -> None:
    chain = [uuid7(MORNING), uuid7(LATER), uuid7(LATER)]
    for entry, before, temperature in zip(chain, [None, *chain], (36.5, 36.6, 36.7), strict=False):
        assert check(county, subject, temperature, id=entry, replaces=before) == ""
    for some in ([back] if at_once else [(one,) for one in back]):
        take_back(county, *(chain[number] for number in some))
    assert told(subject) == left
    assert shown(subject)[0] == left[0]


@pytest.mark.parametrize("change", [
    lambda county, _: {"subject": county.arrive(MORNING)},
    lambda *_: {"form": "visit", "answers": {"outcome": "not_home"}},
    lambda _, subject: {"replaces": rows(
        "SELECT id FROM journal_entry WHERE subject = %s AND kind = 'decision' LIMIT 1", subject)[0][0]}])
def test_a_correction_is_of_the_same_form_about_the_same_subject(
    county: County, subject: uuid.UUID, change: Callable[[County, uuid.UUID], dict[str, Any]],
) -> None:
    wrong = uuid7(MORNING)
    check(county, subject, 36.5, id=wrong)
    sent = {"form": "daily_check", "subject": subject, "answers": {"temperature": 36.6, "symptoms": "none"},
            "replaces": wrong, **change(county, subject)}
    receipt = county.send(sent.pop("form"), sent.pop("subject"), sent.pop("answers"), LATER, **sent)
    assert [one.code for one in receipt.refused] == ["not_found"]
    assert told(subject) == (36.5, 1)


def test_what_is_not_recorded_is_not_corrected(county: County, subject: uuid.UUID) -> None:
    promised = uuid7(MORNING)
    assert check(county, subject, 36.6, replaces=promised) == "not_found"
    assert check(county, subject, 36.5, id=promised) == ""
    assert told(subject) == (36.5, 1)


@pytest.mark.parametrize("wrong", [
    {"answers": {"temperature": 365, "symptoms": "none"}},  # does not hold
    {"programme": "linelist"},  # of another round
    {"task": uuid.uuid4()},  # of no task
    {"form": "listed", "answers": {"source": "test", "grid": "999"}},  # to where nobody is
])
@pytest.mark.parametrize("correction_first", [False, True])
def test_what_is_refused_is_not_corrected_in_the_same_batch(
    county: County, subject: uuid.UUID, wrong: dict[str, Any], correction_first: bool,
) -> None:
    """Nor is what corrects that correction; and who would come into being by it does not."""
    about = uuid7(LATER) if "form" in wrong else subject
    faulty, first, second = (uuid7(LATER) for _ in range(3))
    right: dict[str, Any] = {"temperature": 36.5, "symptoms": "none"}
    named = {"source": "test", "name": "张三"} if "form" in wrong else right
    one = Submission(faulty, "entry", "daily_check", about, MORNING + HOUR, right)
    sent = [replace(one, **wrong), *(
        replace(one, id=own, replaces=before, form=wrong.get("form", one.form), answers=named)
        for own, before in ((first, faulty), (second, first)))]
    receipt = county.record(sent[::-1] if correction_first else sent, LATER)
    assert {answer.id: answer.code for answer in receipt.refused}.items() >= {
        first: "not_found", second: "not_found"}.items()
    assert not receipt.recorded
    assert rows("SELECT entry FROM journal_correction") == []
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", about) == [(int(about == subject),)]
    assert check(county, subject, 36.7, id=faulty) == ""
    assert told(subject) == (36.7, 1)


def test_in_a_batch_a_correction_may_come_before_what_it_corrects(county: County, subject: uuid.UUID) -> None:
    one = Submission(uuid7(LATER), "entry", "daily_check", subject, MORNING + HOUR,
                     {"temperature": 38.5, "symptoms": "none"})
    right = replace(one, id=uuid7(LATER), replaces=one.id, answers={"temperature": 36.5, "symptoms": "none"})
    assert not county.record([right, one], LATER).refused
    assert told(subject) == (36.5, 1)


def test_who_somebody_is_is_not_told_by_what_was_corrected_before_it_came(
    county: County, subject: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An earlier version let a correction in first."""
    promised = uuid7(LATER)
    listed = {"source": "test", "name": "李四"}
    with monkeypatch.context() as patched:
        steps = [step for step in flow.steps() if step is not journal_steps.leave_out_unfounded]
        assert len(steps) < len(flow.steps())
        patched.setattr(flow, "_steps", steps)
        assert not county.send("listed", subject, listed, LATER, replaces=promised).refused
    assert not county.send("listed", subject, {**listed, "name": "王五"}, LATER + HOUR, id=promised).refused
    with working_in(SYSTEM):
        assert identities([subject], EVERYWHERE)[subject].name == "李四"
    everything_follows_from_the_journal()


def test_a_wrong_clock_takes_nobodys_place(county: County, subject: uuid.UUID) -> None:
    wrong = uuid7(MORNING)
    check(county, subject, 36.5, id=wrong)
    assert check(county, subject, 36.6, replaces=wrong, happened_at=LATER + HOUR) == ""
    assert told(subject) == (36.5, 1)
    assert shown(subject)[1] == [(36.5, True), (36.6, True)]
    assert check(county, subject, 36.7, replaces=wrong) == ""
    assert told(subject) == (36.7, 1)


def test_the_entry_is_looked_at_when_the_subject_is_locked(
    county: County, subject: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else was waiting for the same subject and got it first: they write before this one has it."""
    wrong, rival = uuid7(MORNING), iter([36.7])
    check(county, subject, 36.5, id=wrong)
    steps = list(flow.steps())

    def wait(work: flow.Work) -> None:
        for temperature in rival:
            assert check(county, subject, temperature, replaces=wrong) == ""
        steps[0](work)

    monkeypatch.setattr(flow, "_steps", [wait, *steps[1:]])
    assert check(county, subject, 36.6, replaces=wrong) == "changed_meanwhile"
    assert told(subject) == (36.7, 1)


def test_the_database_lets_nobody_in_twice(county: County, subject: uuid.UUID) -> None:
    wrong = uuid7(MORNING)
    check(county, subject, 36.5, id=wrong)
    check(county, subject, 36.6, replaces=wrong)
    again = ("INSERT INTO journal_entry SELECT (jsonb_populate_record(e, %s::jsonb)).* FROM journal_entry e"
             " WHERE replaces = %s")
    with pytest.raises(IntegrityError, match="journal_correction"), transaction.atomic():
        rows(again, f'{{"id": "{uuid7(LATER)}", "seq": -1}}', wrong)


@pytest.mark.parametrize("statement", [
    "INSERT INTO journal_correction VALUES (uuidv7(), uuidv7())", "DELETE FROM journal_correction",
    "UPDATE journal_correction SET entry = uuidv7()"])
def test_the_journal_alone_says_who_stands_in_whose_place(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(statement)


def test_what_is_no_submission_in_sight_is_not_taken_back(county: County, subject: uuid.UUID) -> None:
    with pytest.raises(Problem, match="not_found"):
        take_back(county, uuid7(LATER))
