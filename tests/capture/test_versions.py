"""A later version of a list against the one before it, line by line and without a county."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.capture import handling, undoing, versions
from fangxian.capture.models import Import, Source
from fangxian.capture.removing import GONE
from fangxian.capture.tabular.difference import KeyedLine
from fangxian.capture.types import ImportState, Prepared, Tab
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from tests.county import MORNING, ROOT
from tests.intake.test_rules import ENTRY
from tests.journal.test_record import HOUR

FORM: Final = ENTRY.forms["listed"]
ZHANG, LI, WANG = (uuid.UUID(int=number) for number in range(1, 4))
DAY: Final = 24 * HOUR
TOLD: Final = {"source": "机场", "name": "张伟", "document_number": "E1", "birth_date": dt.date(1988, 5, 6)}


def line(number: int, subject: uuid.UUID | None = None, tab: Tab = Tab.NEW, *, result: str = "",
         **told: Any) -> Prepared:
    return Prepared(number, {**TOLD, **told}, tab, subject, result=result)


def compared(before: dict[str, Any], after: dict[str, Any], subject: uuid.UUID | None = ZHANG) -> Prepared:
    """The line of somebody whose number of the list stays the same."""
    now = Prepared(2, {"external_id": "7", **after})
    assert versions.apply([now], [Prepared(5, {"external_id": "7", **before}, Tab.NEW, subject)], FORM, []) == []
    return now


@pytest.mark.parametrize(("before", "after", "common", "found"), [
    (2, 2, 1, True), (2, 2, 0, False), (4, 2, 1, True), (2, 4, 1, True), (4, 4, 1, False), (0, 2, 0, False),
    (2, 0, 0, False), (0, 0, 0, False),
])
def test_half_of_the_smaller_list_makes_it_a_version(before: int, after: int, common: int, *, found: bool) -> None:
    one, other = ([KeyedLine((f"{name}{at}" if at >= common else f"both{at}",), at, {}) for at in range(length)]
                  for name, length in (("before", before), ("after", after)))
    assert versions.alike(one, other) is found


def test_lines_that_are_gone_are_numbered_after_the_file_and_the_others_are_met() -> None:
    lines = [line(4, tab=Tab.REFUSED, document_number="E3"), line(2), line(9, name="李娜", document_number="E2")]
    before = [line(2, ZHANG), line(3, WANG, name="王芳", document_number="E4"), line(4, LI, document_number="E3")]
    gone = versions.apply(lines, before, FORM, [])
    assert [(one.number, one.subject, one.tab, one.reason) for one in gone] == [
        (10, WANG, Tab.REMOVED, GONE), (11, LI, Tab.REMOVED, GONE)]
    assert [(one.tab, one.subject) for one in lines] == [(Tab.REFUSED, None), (Tab.UNCHANGED, ZHANG), (Tab.NEW, None)]


def test_all_of_a_version_may_be_gone() -> None:
    assert [one.number for one in versions.apply([], [line(7, ZHANG)], FORM, [])] == [1]


def test_what_no_line_tells_has_not_changed_and_what_one_tells_has() -> None:
    before = [line(2, ZHANG, phone="138"), line(3, LI, name="李娜", document_number="E2", phone="139")]
    lines = [line(2), line(3, name="李娜", document_number="E2")]
    versions.apply(lines, before, FORM, [])
    assert [one.tab for one in lines] == [Tab.UNCHANGED, Tab.UNCHANGED]
    lines = [line(2), line(3, name="李娜", document_number="E2", phone="139")]
    versions.apply(lines, before, FORM, [])
    assert [(one.tab, one.changed) for one in lines] == [(Tab.REROUTED, ("phone",)), (Tab.UNCHANGED, ())]


def test_what_is_ignored_and_whose_list_it_is_makes_no_difference() -> None:
    [now] = lines = [line(2, source="铁路", phone="139")]
    versions.apply(lines, [line(2, ZHANG, phone="138")], FORM, ["phone"])
    assert (now.tab, now.changed, now.before) == (Tab.UNCHANGED, (), {})


def test_what_changed_is_told_by_its_label_with_what_stood_there() -> None:
    now = compared({"name": "张伟", "phone": "138"}, {"name": "张伟", "phone": "139", "seat": "1A"})
    assert (now.tab, now.changed, now.before) == (Tab.REROUTED, ("phone", "seat"), {"phone": "138"})
    phone, seat = (FORM.by_name[name].label for name in ("phone", "seat"))
    assert phone is not None
    assert seat is not None
    assert now.reason is not None
    assert f": {phone.en}, {seat.en}." in now.reason.en
    assert f"：{phone.zh}、{seat.zh}。" in now.reason.zh


def test_a_change_of_what_is_no_question_of_the_form_has_no_label() -> None:
    now = compared({"name": "张伟", "sheet_only": "1"}, {"name": "张伟", "sheet_only": "2"})
    assert now.changed == ("sheet_only",)
    assert now.reason is not None
    assert now.reason.en.endswith(": .")


BORN: Final = dt.date(1988, 5, 6)


@pytest.mark.parametrize(("before", "after", "tab"), [
    ({"name": "张伟"}, {"name": "张伟"}, Tab.UNCHANGED),
    ({"name": "张伟"}, {"name": "赵强"}, Tab.DOUBTFUL),
    ({}, {"name": "赵强"}, Tab.REROUTED),
    ({"document_number": "E1"}, {"document_number": "e 1"}, Tab.REROUTED),
    ({"document_number": "E1"}, {"document_number": "E2"}, Tab.DOUBTFUL),
    ({}, {"document_number": "E2"}, Tab.REROUTED),
    ({"document_number": "E1", "phone": "1"}, {"phone": "1"}, Tab.UNCHANGED),
    ({"document_number": "E1", "phone": "1"}, {"document_number": "", "phone": "1"}, Tab.REROUTED),
    ({"birth_date": BORN}, {"birth_date": BORN.replace(day=7)}, Tab.DOUBTFUL),
    ({"birth_date": BORN, "document_number": "E1"}, {"birth_date": BORN, "document_number": "E2"}, Tab.DOUBTFUL),
    ({"birth_date": BORN, "phone": "1"}, {"birth_date": BORN, "phone": "2"}, Tab.REROUTED),
])
def test_whoever_is_told_otherwise_by_what_tells_people_apart_is_asked_about(
    before: dict[str, Any], after: dict[str, Any], tab: Tab,
) -> None:
    assert compared(before, after).tab is tab


def test_of_whom_it_is_asked_is_shown_masked_as_before() -> None:
    for before, shown in (({"name": "张伟"}, "张*"), ({}, ""), ({"name": None}, "")):
        now = compared({**before, "document_number": "E1"}, {**before, "document_number": "E2"})
        assert [(one.subject, one.shown) for one in now.candidates] == [(ZHANG, shown)]


def test_nobody_is_asked_about_who_was_never_recorded() -> None:
    now = compared({"document_number": "E1"}, {"document_number": "E2"}, None)
    assert (now.tab, now.candidates) == (Tab.REROUTED, [])


def test_refused_lines_are_compared_with_none() -> None:
    lines = [line(2), line(3, tab=Tab.REFUSED)]
    assert [one.number for one in versions.keyed(lines)] == [2]


def test_who_stands_on_an_earlier_version_was_recorded_or_is_still_on_it() -> None:
    lines = [
        line(2, ZHANG, result="recorded"), line(3, LI, Tab.UNCHANGED, result="unchanged"),
        line(4, None, result="recorded"),
        *(line(5, WANG, result=result) for result in ("open", "refused", "left_out")),
        line(6, ZHANG, Tab.REMOVED, result="kept"), line(7, WANG, Tab.REMOVED, result="removed"),
        line(8, uuid.UUID(int=9), Tab.REMOVED, result="kept")]
    assert [one.number for one in versions.standing(lines)] == [2, 3, 8]


def imported(source: Source, at: dt.datetime, state: ImportState = ImportState.RECORDED, *, said: bool = False,
             of: uuid.UUID | None = None) -> Import:
    return Import.objects.create(
        id=uuid7(at), path="X00", programme="entry", form="listed", source=source, file_name="a.csv", state=state,
        bucket="2020-03", received_at=at, state_at=at, version_said=said, version_of=of)


@pytest.fixture
def sources(db: None) -> list[Source]:
    with working_in(SYSTEM):
        return [Source.objects.create(path="X00", programme="entry", form="listed", name=name, made_at=MORNING)
                for name in ("机场", "铁路")]


@pytest.mark.django_db
def test_a_list_may_be_a_version_of_the_last_three_that_its_source_sent_within_a_week(sources: list[Source]) -> None:
    own, other = sources
    with working_in(SYSTEM):
        held = imported(own, MORNING)
        assert versions.earlier(held) == []
        last = [imported(own, MORNING - age) for age in (dt.timedelta(0), HOUR, 7 * DAY)]
        for source, at, state in (
            (other, MORNING - HOUR, ImportState.RECORDED), (own, MORNING + HOUR, ImportState.RECORDED),
            (own, MORNING - HOUR, ImportState.PREVIEWED), (own, MORNING - 7.1 * DAY, ImportState.RECORDED),
        ):
            imported(source, at, state)
        assert versions.earlier(held) == last
        assert versions.seen(held) == [str(one.pk) for one in last]
        fresh = imported(own, MORNING - HOUR / 2)
        assert versions.earlier(held) == [last[0], fresh, last[1]]


@pytest.mark.django_db
def test_the_version_that_was_named_is_the_one_and_none_when_none_was(sources: list[Source]) -> None:
    with working_in(SYSTEM):
        one, other = (imported(sources[0], MORNING - age) for age in (HOUR, 2 * HOUR))
        for named, found in ((other, (other, [])), (one, (one, [])), (None, None)):
            held = imported(sources[0], MORNING, ImportState.PREVIEWED, said=True, of=named.pk if named else None)
            assert versions.previous_of(held, FORM, [line(2)]) == found


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_later_version_that_is_recorded_stands_in_the_way_of_undoing(sources: list[Source]) -> None:
    with working_in(SYSTEM):
        programmes.publish(read_folder(ROOT / "programmes" / "entry"), by=OPERATOR, at=MORNING)
        held, other = imported(sources[0], MORNING), imported(sources[0], MORNING + HOUR)
        imported(sources[0], MORNING + 2 * HOUR, ImportState.PREVIEWED, of=held.pk)
        assert undoing.hindrance(held) is None
        later = imported(sources[0], MORNING + 3 * HOUR, of=held.pk)
        assert "a later version of it" in str(undoing.hindrance(held))
        assert undoing.hindrance(other) is None
        assert undoing.hindrance(later) is None


@pytest.mark.parametrize(("post", "own"), [(7, True), (8, False), (None, False)])
def test_a_list_is_ones_own_that_a_post_one_acts_as_brought(post: int | None, *, own: bool) -> None:
    assert handling.is_own(Import(post=post), replace(OPERATOR, posts=(7,))) is own
