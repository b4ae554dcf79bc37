"""A line that is met by another mark and bears another number of its list, or somebody else's, is asked about."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions
from fangxian.capture.types import SAME
from fangxian.subjects.matching import rules

from .test_import import NOW, ZHANG, bring, finish, lines_of, table

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(days=8)
LI = "A2,李娜,护照,E22222222,1990-01-01,13800000002,2020-03-21,意大利,碧阳镇郭门一网格3栋502"


def other(line: str, number: str) -> str:
    return number + line[2:]


def test_another_number_of_the_same_list_is_asked_about(by: Acting) -> None:
    finish(bring(table(ZHANG), by), by)
    held = bring(table(other(ZHANG, "B7")), by, at=LATER)
    assert held.counts == {"doubtful": 1}
    assert ("A1", "B7") in {(one.before.en, one.after.en) for one in lines_of(held)[2].effects}
    assert finish(held, by, LATER).results == {"open": 1}
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=SAME, line=2, by=by, at=LATER) == 1
    assert finish(held, by, LATER).results == {"known": 1}


def test_a_later_version_with_another_number_is_asked_about(by: Acting) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    held = bring(table(other(ZHANG, "B7"), LI), by, at=NOW + dt.timedelta(hours=1))
    assert held.counts == {"doubtful": 1, "unchanged": 1}


@pytest.mark.parametrize("number", ["A1", " a1"])
def test_the_same_number_is_not(by: Acting, number: str) -> None:
    finish(bring(table(ZHANG), by), by)
    assert bring(table(other(ZHANG, number)), by, at=LATER).counts == {"known": 1}


def test_another_list_numbers_people_otherwise(by: Acting) -> None:
    finish(bring(table(ZHANG), by), by)
    assert bring(table(other(ZHANG, "B7")), by, at=LATER, source="铁路").counts == {"known": 1}


def test_a_number_that_a_family_shares_is_nobody_s(by: Acting) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    held = bring(table(other(ZHANG, "B7"), other(LI, "B7")), by, at=LATER)
    assert held.counts == {"known": 2}


def test_the_number_of_somebody_else_is_asked_about(by: Acting) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    held = bring(table(other(ZHANG, "A2")), by, at=LATER)
    line = lines_of(held)[2]
    assert (held.counts, line.reason) == ({"doubtful": 1}, rules.SEVERAL)
    assert len(line.candidates) == 2
