"""Nobody leaves a household unasked and unseen, nor is put beside people who live in another community."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions, retelling
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal

from .doors import FAR_GRID, GRID, NOON
from .test_moving import is_at
from .test_told_above import acting
from .test_who_is_meant import said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
KEY: Final = "郭门1-2-301"
HOUR: Final = dt.timedelta(hours=1)
SEEN: Final = {
    "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": "yes", "own_bathroom": "yes",
    "vulnerable_at_home": "no", "agreement_read": "yes", "agreement_signed": "yes"}
FEVER: Final = {"temperature": 38.9, "symptoms": ["fever"]}
HOUSEHOLDS: Final = (
    "SELECT count(DISTINCT other) FROM subjects_link WHERE subject = %s AND kind = 'household' AND ended_at IS NULL")


@pytest.fixture
def port(county: County) -> Acting:
    return acting(county, "port_officer", "341023")


def told(subject: uuid.UUID, *changed: str, key: str | None = KEY, at: dt.datetime = NOON, **more: Any) -> Filing:
    filing = {name: more.pop(name) for name in ("replaces", "task") if name in more}
    answers = {**ARRIVAL, "document_number": f"E{subject.int % 10**8:08d}", "household": key, **more}
    return Filing(uuid7(at), "entry", "arrival", subject, at, answers, changes=frozenset(changed), **filing)


def verified(subject: uuid.UUID, *changed: str, key: str | None = KEY, **more: Any) -> Filing:
    answers = {**SEEN, "household": key}
    return Filing(uuid7(NOON), "entry", "verification", subject, NOON, answers, changes=frozenset(changed), **more)


def couple(county: County) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Two of one household, and the entry that put the first one there."""
    first, second = (county.arrive(MORNING, document_number=f"E0000000{number}") for number in (1, 2))
    entries = [county.send("arrival", one, dict(told(one).answers), MORNING + HOUR).recorded[0].id
               for one in (first, second)]
    return first, second, entries[0]


def households(subject: uuid.UUID) -> int:
    return int(rows(HOUSEHOLDS, subject)[0][0])


@pytest.mark.parametrize("key", [None, "郭门1-2-302"])
def test_leaving_a_household_by_a_correction_is_asked_about_and_told_above(
    county: County, by: Acting, key: str | None,
) -> None:
    first, second, entry = couple(county)
    [result] = submit(by, told(first, key=key, replaces=entry))
    assert isinstance(result.answer, Refused)
    assert result.answer.code == "changes_known"
    [(question, sentence)] = result.answer.faults
    assert question == "household"
    assert KEY not in f"{sentence.en} {sentence.zh}", "the key names the door"
    assert said(submit(by, told(first, "household", key=key, replaces=entry))) == [""]
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'changed'") == [(first,)]
    assert households(first) == (0 if key is None else 1)
    county.send("daily_check", second, FEVER, NOON + HOUR)
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'contact' AND subject = %s", first) == [(0,)]
    everything_follows_from_the_journal()


@pytest.mark.parametrize("key", [KEY, f" {KEY} "])
def test_a_correction_that_keeps_the_household_is_not_asked_about(county: County, by: Acting, key: str) -> None:
    first, second, entry = couple(county)
    assert said(submit(by, told(first, key=key, replaces=entry))) == [""]
    county.send("daily_check", second, FEVER, NOON + HOUR)
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'contact' AND subject = %s", first) == [(1,)]


def test_who_is_in_it_by_another_entry_does_not_leave_it(county: County, by: Acting) -> None:
    first, _second, entry = couple(county)
    assert said(submit(by, verified(first))) == [""]
    assert said(submit(by, told(first, key=None, replaces=entry))) == [""]
    assert households(first) == 1


def test_another_household_is_asked_about(county: County, by: Acting) -> None:
    first, _second, _entry = couple(county)
    assert said(submit(by, verified(first, key="郭门1-2-302"))) == ["changes_known"]
    assert households(first) == 1
    assert said(submit(by, verified(first, "household", key="郭门1-2-302"))) == [""]
    assert said(submit(by, verified(first, key="郭门1-2-302"))) == [""], "known by now"
    assert households(first) == 2


@pytest.mark.parametrize("shown", [True, False])
def test_whoever_is_told_reads_which_household_was_left_if_they_may_know_who_it_is(
    county: County, by: Acting, lead: Acting, shown: bool,
) -> None:
    first, _second, entry = couple(county)
    left = told(first, "household", key=None, replaces=entry)
    submit(by, left)
    reader = lead if shown else replace(lead, kind="auditor")
    with working_in(Scope.of(lead)):
        found = {one.label.en: one for one in retelling.made_by(left.id, first, reader)}
    assert (found["Household"].before.en == KEY) is shown
    assert found["Household"].after.en == "–"


def test_in_a_batch_each_is_held_against_what_came_before_it(county: County, by: Acting) -> None:
    first, _second, _entry = couple(county)
    there = verified(first, "household", key="郭门1-2-302")
    left = verified(first, key=None, replaces=there.id)
    assert said(submit(by, there, left)) == ["", "changes_known"]
    assert households(first) == 2


def test_a_company_under_a_measure_is_told_of_though_nothing_is_decided_about_who_leaves(
    county: County, lead: Acting,
) -> None:
    subject = uuid7(MORNING)
    county.send("contact", subject, {"contact_of_case": "no"}, MORNING, path=county.paths[GRID])
    entry = county.send("verification", subject, {**SEEN, "household": KEY}, MORNING + HOUR).recorded[0].id
    couple(county)
    assert rows("SELECT count(*) FROM decide_current WHERE managed AND subject = %s", subject) == [(0,)]
    assert said(submit(lead, verified(subject, key=None, replaces=entry))) == ["changes_known"]
    assert said(submit(lead, verified(subject, "household", key=None, replaces=entry))) == [""]
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'changed'") == [(subject,)]


def newcomer(number: int, address: str, key: str = "宏村1号") -> Filing:
    names: dict[str, Any] = {"name": "李王赵"[number] + "一", "name_latin": ("LI", "WANG", "ZHAO")[number] + " YI"}
    return told(uuid7(NOON), key=key, phone=f"1381234000{number}", birth_date=f"197{number}-01-02", address=address,
                **names)


def test_a_household_whose_people_live_in_another_community_is_asked_about(county: County, port: Acting) -> None:
    here, beside = newcomer(0, "郭门一网格1号"), newcomer(1, "郭门二网格2号")
    there = newcomer(2, "宏村一网格3号")
    assert said(submit(port, here, beside, there)) == ["", "", "changes_known"]
    [result] = submit(port, there)
    assert isinstance(result.answer, Refused)
    [(question, sentence)] = result.answer.faults
    assert (question, "郭门社区" in sentence.zh) == ("household", True), sentence
    assert said(submit(port, replace(there, changes=frozenset(["household"])))) == [""]
    assert is_at(county, here.subject, GRID)
    assert is_at(county, there.subject, FAR_GRID)


def test_of_people_nobody_sees_nothing_is_asked(county: County, by: Acting) -> None:
    """Where they are out of sight nothing is told of them; the journal refuses it as ever."""
    answers = dict(told(uuid7(NOON), key="宏村1号").answers)
    county.send("arrival", county.arrive(MORNING, FAR_GRID), answers, MORNING + HOUR)
    first, _second, _entry = couple(county)
    assert said(submit(by, verified(first, "household", key="宏村1号"))) == ["linked_elsewhere"]
    mine = county.arrive(MORNING, GRID, document_number="E55555555")
    assert said(submit(by, verified(mine, key="宏村1号"))) == ["linked_elsewhere"]


def test_taking_back_what_put_somebody_into_a_household_is_told(county: County, by: Acting) -> None:
    first, *_ = couple(county)
    there = verified(first)
    assert said(submit(by, there)) == [""], "the household that is recorded"
    alone = county.arrive(MORNING, document_number="E00000009")
    beside = verified(alone)
    assert said(submit(by, beside)) == [""]
    for one in (there, beside):
        with working_in(Scope.of(by)):
            actions.take_back([one.id], by=by, at=NOON + dt.timedelta(minutes=5))
    assert (households(first), households(alone)) == (1, 0)
    assert rows("SELECT subject FROM tasks_alert WHERE cause = 'changed'") == [(alone,)], (
        "who is in it by another entry leaves nobody")
