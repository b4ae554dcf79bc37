"""Nobody is taken away unasked from those who answer for them, nor by who may neither place nor pass on."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest

from fangxian.accounts.types import Acting
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from tests.console.rounds import rows
from tests.county import MORNING, County
from tests.journal.test_record import HOUR

from .doors import FAR_GRID, GRID, NEXT_GRID, NOON
from .test_told_above import TOLD, acting
from .test_who_is_meant import said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY: Final = "341023"
TOWNSHIP: Final = ("township_duty", "341023100")


def listed(subject: uuid.UUID, grid: str, *changed: str, **more: Any) -> Filing:
    return Filing(uuid7(NOON), "entry", "listed", subject, more.pop("happened_at", NOON),
                  {"source": "test", "grid": grid}, changes=frozenset(changed), **more)


def placed(subject: uuid.UUID, grid: str, *changed: str) -> Filing:
    return Filing(uuid7(NOON), "entry", "place", subject, NOON, {"grid": grid}, changes=frozenset(changed))


def is_at(county: County, subject: uuid.UUID, code: str) -> bool:
    return rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths[code],)]


@pytest.fixture
def port(county: County) -> Acting:
    return acting(county, "port_officer", COUNTY)


@pytest.fixture
def duty(county: County) -> Acting:
    return acting(county, "county_duty", COUNTY)


@pytest.mark.parametrize("changed", [(), ("grid",)])
def test_who_may_neither_place_nor_pass_on_moves_nobody_who_is_answered_for(
    county: County, port: Acting, changed: tuple[str, ...],
) -> None:
    subject = county.arrive(MORNING)
    [result] = submit(port, listed(subject, FAR_GRID, *changed))
    assert isinstance(result.answer, Refused)
    assert result.answer.code == "form_faults"
    [(question, sentence)] = result.answer.faults
    assert question == "grid"
    assert "郭门一网格" in sentence.zh
    assert is_at(county, subject, GRID)
    assert said(submit(port, listed(subject, GRID))) == [""], "where they are already"


def test_whom_nobody_answers_for_is_moved_when_it_is_meant(county: County, port: Acting) -> None:
    subject = uuid7(MORNING)
    county.send("contact", subject, {"contact_of_case": "no"}, MORNING, path=county.paths[GRID])
    assert rows("SELECT count(*) FROM tasks_task WHERE subject = %s AND state = 'open'", subject) == [(0,)]
    assert said(submit(port, listed(subject, FAR_GRID))) == ["changes_known"]
    assert said(submit(port, listed(subject, FAR_GRID, "grid"))) == [""]
    assert is_at(county, subject, FAR_GRID)
    assert rows(TOLD) == []


@pytest.mark.parametrize("file", [listed, placed])
def test_who_may_place_is_asked_with_the_place_before_and_after_and_it_is_told(
    county: County, duty: Acting, file: Any,
) -> None:
    subject = county.arrive(MORNING)
    [result] = submit(duty, file(subject, FAR_GRID))
    assert isinstance(result.answer, Refused)
    assert result.answer.code == "changes_known"
    assert dict(result.answer.faults)["grid"].zh == "已有记录为 郭门一网格，现为 宏村一网格"
    assert is_at(county, subject, GRID)
    meant = file(subject, FAR_GRID, "grid")
    assert said(submit(duty, meant)) == [""]
    assert is_at(county, subject, FAR_GRID)
    assert [(tier, about) for _, tier, _, _, about, _ in rows(TOLD)] == [("county", meant.id)]


def test_choosing_the_grid_of_who_waits_for_one_is_not_asked_about(county: County) -> None:
    subject = county.arrive(MORNING, "")
    assert is_at(county, subject, "341023100")
    assert said(submit(acting(county, *TOWNSHIP), placed(subject, GRID))) == [""]
    assert rows(TOLD) == []


def test_in_a_batch_it_is_asked_about_from_where_the_one_before_leads(county: County, duty: Acting) -> None:
    subject = county.arrive(MORNING)
    one, back = listed(subject, NEXT_GRID, "grid"), listed(subject, GRID, happened_at=NOON + HOUR / 60)
    assert said(submit(duty, one, back)) == ["", "changes_known"]
    assert is_at(county, subject, NEXT_GRID)


def test_what_is_older_than_what_placed_them_moves_nobody_and_is_not_asked_about(county: County, duty: Acting) -> None:
    subject = county.arrive(MORNING)
    assert said(submit(duty, listed(subject, FAR_GRID, happened_at=MORNING - HOUR))) == [""]
    assert is_at(county, subject, GRID)
