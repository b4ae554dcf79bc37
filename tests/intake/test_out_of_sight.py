"""Who somebody is, is one in every programme: nobody changes unasked and untold what a programme out of their sight was
told, and nobody is shown it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.areas.types import EVERYWHERE
from fangxian.capture import actions as lists
from fangxian.capture.types import SAME, Tab
from fangxian.intake import changes
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.subjects.queries import identities
from tests.capture.test_import import bring, finish, lines_of
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, ROOT, County
from tests.journal.test_record import HOUR

from .doors import GRID, NOON
from .test_told_above import HEAD, TOLD, acting
from .test_who_is_meant import said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
RESIDENT: Final = {"name": "赵六", "sex": "male", "document_type": "passport", "document_number": "E77777777",
                   "birth_date": "1979-09-09", "phone": "13700000000"}
OTHER: Final = {**ARRIVAL, "name": "李四", "name_latin": "", "document_number": "G99999999", "birth_date": "1960-01-01"}
QUESTIONS: Final = ("name", "document_number", "birth_date")


@pytest.fixture
def port(county: County) -> Acting:
    """Who does not see the register of residents."""
    with working_in(SYSTEM):
        programmes.publish(read_folder(ROOT / "programmes" / "residents"), by=OPERATOR, at=MORNING)
    return acting(county, "port_officer", "341023")


def resident(county: County, *, isolated: bool) -> uuid.UUID:
    subject = uuid7(MORNING)
    sent = [("resident", RESIDENT, "residents"), ("contact", {"contact_of_case": "yes" if isolated else "no"}, "entry")]
    for form, answers, programme in sent:
        receipt = county.send(form, subject, dict(answers), MORNING, programme=programme, path=county.paths[GRID])
        assert not receipt.refused, receipt.refused
    return subject


def arrival(subject: uuid.UUID, *changed: str, **answers: Any) -> Filing:
    return Filing(uuid7(NOON), "entry", "arrival", subject, NOON, {**OTHER, **answers}, changes=frozenset(changed))


def name(subject: uuid.UUID) -> str:
    with working_in(SYSTEM):
        return str(identities([subject], EVERYWHERE)[subject].parts["name"])


@pytest.mark.parametrize("isolated", [True, False])
def test_what_only_another_programme_was_told_is_asked_about_unseen_and_told(
    county: County, port: Acting, isolated: bool,
) -> None:
    subject = resident(county, isolated=isolated)
    [result] = submit(port, arrival(subject))
    assert isinstance(result.answer, Refused)
    asked = dict(result.answer.faults)
    assert result.answer.code == "changes_known"
    assert asked.keys() >= set(QUESTIONS)
    assert {asked[one] for one in QUESTIONS} == {changes.OTHER}, "shown what stands out of sight"
    assert (name(subject), rows(TOLD)) == ("赵六", [])
    meant = arrival(subject, *asked)
    assert said(submit(port, meant)) == [""]
    assert name(subject) == "李四"
    assert [(tier, about) for _, tier, _, _, about, _ in rows(TOLD)] == [("county", meant.id)]


def test_what_only_another_programme_was_told_is_filled_with_the_same_unasked(county: County, port: Acting) -> None:
    subject = resident(county, isolated=True)
    assert said(submit(port, arrival(subject, **{part: RESIDENT[part] for part in QUESTIONS}))) == [""]
    assert rows(TOLD) == []


def test_a_correction_and_what_comes_with_it_in_a_batch_are_asked_about_too(county: County, port: Acting) -> None:
    subject = resident(county, isolated=True)
    first = arrival(subject, **{part: RESIDENT[part] for part in QUESTIONS})
    wrong = replace(arrival(subject), replaces=first.id)
    assert said(submit(port, first, wrong)) == ["", "changes_known"]
    assert said(submit(port, replace(wrong, id=uuid7(NOON)))) == ["changes_known"]
    assert name(subject) == "赵六"


def test_what_is_in_sight_is_shown_though_something_else_stands_out_of_sight(county: County, port: Acting) -> None:
    subject = resident(county, isolated=True)
    county.send("listed", subject, {"source": "test", "name": "王五"}, MORNING - (NOON - MORNING))
    assert name(subject) == "赵六"
    [result] = submit(port, arrival(subject))
    assert isinstance(result.answer, Refused)
    asked = dict(result.answer.faults)
    assert "王*" in asked["name"].en
    assert "赵" not in str(result.answer)
    county.send("contact", subject, {"contact_of_case": "no"}, NOON)
    meant = arrival(subject, *asked, document_number=RESIDENT["document_number"], birth_date=RESIDENT["birth_date"])
    assert said(submit(port, meant)) == [""]
    assert [row[4] for row in rows(TOLD)] == [meant.id], "what stood out of sight is another one now"
    county.send("resident", subject, RESIDENT, NOON + HOUR / 60, programme="residents")
    [same] = submit(port, arrival(subject, *QUESTIONS[1:]))
    assert isinstance(same.answer, Refused)
    assert dict(same.answer.faults)["name"] == changes.OTHER


@pytest.mark.parametrize("isolated", [True, False])
def test_a_list_asks_shows_nothing_of_it_and_tells(county: County, port: Acting, isolated: bool) -> None:
    subject = resident(county, isolated=isolated)
    held = bring(f"{HEAD}\n李四,护照,E77777777,1960-01-01,2020-03-20 10:00,意大利,意大利", port, at=NOON)
    [line] = [one for one in lines_of(held).values() if one.tab is Tab.DOUBTFUL]
    shown = str((line.effects, line.candidates))
    assert "赵" not in shown
    assert "1979" not in shown
    assert finish(held, port, NOON).results == {"open": 1}
    assert (name(subject), rows(TOLD)) == ("赵六", [])
    with working_in(Scope.of(port)):
        lists.decide(held=held.pk, choice=SAME, line=2, by=port, at=NOON)
    assert finish(held, port, NOON).results == {"known": 1}
    assert name(subject) == "李四"
    assert [(tier, about) for _, tier, _, _, about, _ in rows(TOLD)] == [("county", held.pk)]
