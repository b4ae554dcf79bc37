"""How somebody under a measure is reached is not put out of the way by a list unasked, and the level above is told."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts.types import Acting
from fangxian.capture.types import SAME
from tests.capture.test_doubts import LATER, changes, decide, identity, known
from tests.capture.test_identity_asked import again
from tests.capture.test_import import ZHANG, bring, finish, lines_of, rows, table
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PHONE = ZHANG.replace("13812345678", "13900000009") + ","
ADDRESS = ZHANG.replace("3栋501", "9栋902") + ","


@pytest.mark.parametrize(("line", "part"), [(PHONE, "phone"), (ADDRESS, "address")])
def test_another_way_to_reach_who_is_under_a_measure_is_asked_about_and_told(
    by: Acting, county: County, line: str, part: str,
) -> None:
    subject = known(by)
    before = identity(subject)[part]
    held = again(line, by)
    asked = lines_of(held)[2]
    assert (held.counts, [one.subject for one in asked.candidates]) == ({"doubtful": 1}, [subject])
    assert {"phone": "Phone", "address": "Address at the destination"}[part] in changes(asked)
    assert finish(held, by, LATER).results == {"open": 1}
    assert identity(subject)[part] == before
    assert decide(held, by, SAME) == 1, "many are answered at once: who they are stays"
    assert finish(held, by, LATER).results == {"known": 1}
    assert identity(subject)[part] != before
    assert len(rows("SELECT id FROM tasks_alert WHERE cause = 'changed'")) == 1


def test_another_phone_told_meanwhile_is_asked_about_before_the_list_takes_its_place(
    by: Acting, county: County,
) -> None:
    subject = known(by)
    held = again(ZHANG + ",", by)
    assert held.counts == {"known": 1}
    at = LATER + dt.timedelta(minutes=1)
    told = county.send("listed", subject, {"phone": "13700000001"}, at, happened_at=LATER - dt.timedelta(minutes=1))
    assert not told.refused
    assert finish(held, by, LATER + dt.timedelta(minutes=2)).counts == {"doubtful": 1}


def test_a_list_that_corrects_itself_is_asked_about_where_somebody_else_told_another_phone_since(
    by: Acting, county: County,
) -> None:
    subject = known(by)
    other = table(ZHANG.replace("13812345678", "13900000009"))
    assert bring(other, by, at=LATER).counts == {"rerouted": 1}
    assert not county.send("listed", subject, {"phone": "13700000001"}, LATER).refused
    assert bring(other, by, at=LATER).counts == {"doubtful": 1}


def test_what_is_only_filled_in_is_not_asked_about(by: Acting, county: County) -> None:
    known(by, ZHANG.replace("13812345678", ""))
    assert again(PHONE, by).counts == {"known": 1}


def test_who_is_under_no_measure_is_reached_as_the_list_says(by: Acting, county: County) -> None:
    old = ZHANG.replace("意大利", "越南").replace("2020-03-21", "2020-02-21")
    subject = known(by, old)
    assert rows("SELECT managed FROM decide_current WHERE subject = %s", subject) == [(False,)]
    held = again(old.replace("13812345678", "13900000009") + ",", by)
    assert (held.counts, list(changes(lines_of(held)[2]))) == ({"known": 1}, ["Phone"])
