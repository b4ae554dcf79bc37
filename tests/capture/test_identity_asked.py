"""A list that is sure whom it means, by whatever, never changes who they are unasked; several each see what would."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connections

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, results
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, SAME, ImportState, Tab
from fangxian.subjects.matching import locks
from tests.capture.test_doubts import LATER, changes, decide, identity, known
from tests.capture.test_import import NOW, ZHANG, bring, finish, lines_of, rows
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PHONE_AND_BIRTH = ZHANG.replace("A1,", "B1,").replace("护照,E12345678", ",")


def is_held(subject: uuid.UUID) -> bool:
    """Whether another connection would have to wait to change who somebody is."""
    side = connections["default"].copy()
    with side.cursor() as cursor:
        taken = locks.stripes([locks.of_subject(subject)])
        cursor.execute("SELECT bool_or(pg_try_advisory_xact_lock(7301, one)) FROM unnest(%s::int[]) one", [taken])
        free = cursor.fetchone()
    side.close()
    return free is not None and free[0] is False


def again(line: str, by: Acting, at: dt.datetime = LATER) -> Import:
    return bring("\n".join(["旅客编号,姓名,证件类型,护照号,出生日期,电话,抵达时间,出发地,目的地址,性别", line]), by,
                 source="铁路", at=at)


@pytest.mark.parametrize(("line", "part", "shown"), [
    (PHONE_AND_BIRTH.replace("张伟", "Zhang Wei"), "name", ("张*", "Z*** W***")),
    (PHONE_AND_BIRTH.replace(",,1988", "护照,G99999999,1988"), "document_number",
     ("E1*****78", "G9*****99")),
    (ZHANG.replace("1988-05-06", "1989-05-06"), "birth_date", ("6 May 1988", "6 May 1989")),
    (ZHANG.replace("护照", "其他证件"), "document_type", ("Passport", "Another document")),
])
def test_who_somebody_is_is_shown_and_asked_by_whatever_they_were_met(
    by: Acting, county: County, line: str, part: str, shown: tuple[str, str],
) -> None:
    subject = known(by)
    before = identity(subject)[part]
    held = again(line + ",", by)
    found = lines_of(held)[2]
    assert (held.counts, [one.subject for one in found.candidates]) == ({"doubtful": 1}, [subject])
    assert "change who somebody known is" in str(found.reason)
    assert shown in changes(found).values()
    assert finish(held, by, LATER).results == {"open": 1}
    assert identity(subject)[part] == before
    assert decide(held, by, SAME) == 0, "who somebody is is not said of all lines at once"
    assert decide(held, by, SAME, line=2) == 1
    done = finish(held, by, LATER)
    assert done.results == {"known": 1}
    assert identity(subject)[part] != before
    with working_in(Scope.of(by)):
        actions.undo(held=held.pk, by=by, at=LATER + dt.timedelta(minutes=1))
    assert identity(subject)[part] == before


def test_what_looks_the_same_masked_is_said_to_be_another(by: Acting, county: County) -> None:
    known(by)
    held = again(ZHANG.replace("A1,", "B1,").replace("张伟", "张三") + ",", by)
    [about] = lines_of(held)[2].candidates
    assert "another name" in about.why.en  # the document is sure, the name contradicts it
    assert ("another one is recorded", "张*") in changes(lines_of(held)[2]).values()


def test_of_several_whom_a_line_may_mean_each_shows_what_would_change(by: Acting, county: County) -> None:
    first = county.arrive(NOW, name="张伟", document_number="E1", birth_date="1988-05-06")
    second = county.arrive(NOW, name="张伟", document_number="E2", birth_date="1988-05-06")
    held = again(ZHANG.replace("E12345678", "E2").replace("护照,E2", ",") + ",", by)
    line = lines_of(held)[2]
    assert {one.subject for one in line.candidates} == {first, second}
    assert (line.effects, line.would_change) == ((), ())
    held = again(ZHANG.replace("E12345678", "E3") + ",", by)
    told = {one.subject: {each.label.en: each.before.en for each in one.effects}
            for one in lines_of(held)[2].candidates}
    assert {subject: said["Document number"] for subject, said in told.items()} == dict.fromkeys(
        (first, second), "another one is recorded")
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=SAME, line=2, subject=second, by=by, at=LATER)
        assert "Document number" in results.reason_of(lines_of(held)[2]).en
    assert finish(held, by, LATER).results == {"known": 1}
    assert (identity(first)["document_number"], identity(second)["document_number"]) == ("E1", "E3")


def retold(county: County, subject: uuid.UUID, **answers: str) -> None:
    """Another list, recorded after the preview, tells what was so before it."""
    at = LATER + dt.timedelta(minutes=1)
    assert not county.send("listed", subject, answers, at, happened_at=LATER - dt.timedelta(minutes=1)).refused


def test_who_became_somebody_else_meanwhile_is_asked_about_before_the_list_changes_them_back(
    by: Acting, county: County,
) -> None:
    subject = known(by)
    held = again(PHONE_AND_BIRTH + ",", by)
    assert held.counts == {"known": 1}
    retold(county, subject, name="Zhang Wei")
    stopped = finish(held, by, LATER + dt.timedelta(minutes=2))
    assert (stopped.state, stopped.counts, stopped.results) == (ImportState.PREVIEWED, {"doubtful": 1}, {})
    assert ("Z*** W***", "张*") in changes(lines_of(held)[2]).values()


def test_an_answer_about_one_of_several_is_asked_again_when_it_would_change_something_else(
    by: Acting, county: County,
) -> None:
    chosen = county.arrive(NOW, name="张伟", document_number="E1", birth_date="1988-05-06")
    county.arrive(NOW, name="张伟", document_number="E2", birth_date="1988-05-06")
    held = again(ZHANG.replace("E12345678", "E3") + ",", by)
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=SAME, line=2, subject=chosen, by=by, at=LATER)
    retold(county, chosen, document_number="E12345699")
    assert finish(held, by, LATER + dt.timedelta(minutes=2)).state == ImportState.PREVIEWED


@pytest.mark.parametrize("line", [ZHANG, ZHANG.replace("1988-05-06", "1989-05-06")])
def test_whom_a_list_means_is_not_changed_at_the_door_while_it_is_recorded(
    by: Acting, county: County, line: str,
) -> None:
    subject = known(by)
    held = again(line + ",", by)
    if held.counts == {"doubtful": 1}:
        decide(held, by, SAME, line=2)
    finish(held, by, LATER)
    assert is_held(subject)


def test_somebody_made_known_meanwhile_is_held_too(by: Acting, county: County) -> None:
    held = bring("\n".join(["姓名,护照号,出生日期", "张伟,E12345678,1988-05-06"]), by)
    subject = county.arrive(NOW, name="张伟", document_number="E12345678", birth_date="1988-05-06")
    assert finish(held, by, LATER).results == {"known": 1}
    assert is_held(subject)


def test_nobody_is_somebody_new_beside_who_bears_the_same_document_and_name(by: Acting, county: County) -> None:
    known(by)
    held = again(ZHANG.replace("意大利", "越南") + ",", by)
    assert [one.certain for one in lines_of(held)[2].candidates] == [True]
    assert (decide(held, by, NEW), decide(held, by, NEW, line=2)) == (0, 0)
    assert finish(held, by, LATER).results == {"open": 1}


def test_that_somebody_new_bears_a_known_document_is_said_line_by_line(by: Acting, county: County) -> None:
    known(by)
    held = again(ZHANG.replace("A1,", "B1,").replace("张伟", "赵强") + ",", by)
    assert (decide(held, by, NEW), decide(held, by, NEW, line=2)) == (0, 1)


def test_who_became_certain_meanwhile_is_nobody_new(by: Acting, county: County) -> None:
    """Said to be somebody new by a name alone; then the one of that name turned out to bear the document."""
    there = county.arrive(NOW, name="张伟", birth_date="1988-05-06")
    held = again(ZHANG.replace("意大利", "越南") + ",", by)
    assert decide(held, by, NEW) == 1
    retold(county, there, document_type="passport", document_number="E12345678", phone="13700000001")
    assert finish(held, by, LATER + dt.timedelta(minutes=2)).results == {}
    assert rows("SELECT count(*) FROM subjects_subject WHERE kind = 'person'") == [(1,)]


def test_somebody_new_beside_them_changes_nobody(by: Acting, county: County) -> None:
    subject = known(by)
    held = again(PHONE_AND_BIRTH.replace("张伟", "Zhang Wei") + ",", by)
    assert decide(held, by, NEW) == 1
    done = finish(held, by, LATER)
    assert (done.results, lines_of(done)[2].tab, identity(subject)["name"]) == (
        {"recorded": 1}, Tab.DOUBTFUL, "张伟")
