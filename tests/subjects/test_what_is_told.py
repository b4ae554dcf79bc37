"""What one submission tells of its subject: who it is, what it is linked to, where it belongs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.journal.types import NOBODY, Filed, Flag, SubjectRow, Submission
from fangxian.programmes.facts import FactState, FactSubmission
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme
from fangxian.subjects import vault
from fangxian.subjects.steps import facts, identity, links, numbers
from fangxian.subjects.steps.place import _nowhere, place_in
from fangxian.subjects.steps.standing import StandingEntry
from tests.decide.test_rules import shipped

AT: Final = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)
HOUR: Final = dt.timedelta(hours=1)
ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))
ENTRY: Final = shipped("entry")
LINELIST: Final = shipped("linelist")


@pytest.mark.parametrize(("answers", "found"), [
    ({"source": "border", "source_id": "7"}, [("ext:border", "7")]),
    ({"source_id": "7"}, [("ext:entry", "7")]),
    ({"external_id": 12, "source_id": "7", "source": None}, [("ext:entry", "12"), ("ext:entry", "7")]),
    ({"external_id": "", "source_id": None, "source": "border"}, []),
])
def test_by_which_numbers_a_list_knows_somebody(answers: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert identity.external_ids(ENTRY, answers) == found


def test_the_name_of_a_source_is_kept_as_far_as_the_column_goes() -> None:
    assert identity.number_kind("entry", "s" * 50) == "ext:" + "s" * 36


@pytest.mark.parametrize(("answers", "told"), [
    ({"name": "张三", "phone": 0, "address": None, "birth_date": dt.date(1985, 4, 5)},
     {"name": "张三", "phone": "0", "birth_date": "1985-04-05"}),
    ({"name": "张三", "source": "border", "source_id": "7"}, {"name": "张三", "external_id": "7"}),
    ({"external_id": "8", "source_id": "7"}, {"external_id": "8"}),
    ({"grid": "34"}, {}),
])
def test_the_parts_of_an_identity_that_a_form_tells(answers: dict[str, Any], told: dict[str, str]) -> None:
    assert identity.identity_in(ENTRY, ENTRY.forms["listed"], answers) == told


def entry(number: int, name: str, hours: int, flag: Flag = Flag.NONE, subject: uuid.UUID = ONE) -> StandingEntry:
    return StandingEntry(subject, uuid.UUID(int=number), ENTRY, "listed", AT + hours * HOUR, flag, {"name": name})


def test_what_is_dated_ahead_names_only_whom_nothing_else_does() -> None:
    told = identity.parts_told([
        entry(11, "李四", 9, Flag.FUTURE), entry(12, "张三", 0), entry(13, "王五", 9, Flag.FUTURE, TWO)])
    assert {subject: vault.values(parts) for subject, parts in told.items()} == {
        ONE: {"name": "张三"}, TWO: {"name": "王五"}}


def test_a_programme_finds_by_what_it_told_and_by_that_with_what_others_did() -> None:
    parts = vault.merged({}, "entry", {"phone": "13812345678"}, AT, ONE)
    assert identity._look_ups(parts, "entry") == {("phone", "+8613812345678")}
    parts = vault.merged(parts, "residents", {"birth_date": "1988-05-06", "document_number": "E1"}, AT, TWO)
    both = ("phone_birth", "+8613812345678|1988-05-06")
    assert identity._look_ups(parts, "entry") == {("phone", "+8613812345678"), both}
    assert identity._look_ups(parts, "residents") == {("document", "E1"), both}


def link(programme: Programme, kind: str, told: str, source: str = "", *, drill: bool = False) -> uuid.UUID:
    return links.external_subject(vault.ring(), programme.id, kind, told, source, drill=drill)


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "answers", "kind", "told"), [
    ("arrival", {"household": "HH 1", "journey": ""}, "household", "HH1"),
    ("arrival", {"journey": "mu788"}, "journey", "MU788"),
    ("contact", {"case_id": " c7 "}, "person", " c7 "),  # a list knows its people by the very letters
])
def test_the_other_side_of_a_link_by_what_it_is_called(
    form: str, answers: dict[str, Any], kind: str, told: str,
) -> None:
    every = frozenset(ENTRY.links)
    found = links.links_in(ENTRY, ENTRY.forms[form], answers, every, drill=False)
    assert [(one.to, other) for one, other in found] == [(kind, link(ENTRY, kind, told))]
    made_up = links.links_in(ENTRY, ENTRY.forms[form], answers, every, drill=True)
    assert [other for _, other in made_up] == [link(ENTRY, kind, told, drill=True)] != [other for _, other in found]


@pytest.mark.django_db
def test_only_the_kinds_of_link_that_are_asked_for() -> None:
    answers = {"household": "HH1", "journey": "MU788"}
    assert [kind.kind for kind, _ in links.links_in(
        ENTRY, ENTRY.forms["arrival"], answers, {"household"}, drill=False)] == ["household"]
    assert links.links_in(ENTRY, ENTRY.forms["daily_check"], answers, {"household"}, drill=False) == []
    assert links.followed(ENTRY) == {"household"}
    assert links.followed(LINELIST) == frozenset()


@pytest.mark.django_db
def test_the_numbers_of_two_lists_mean_two_people() -> None:
    def infected_by(**answers: str) -> list[uuid.UUID]:
        return [other for _, other in links.links_in(
            LINELIST, LINELIST.forms["case"], answers, {"infected_by"}, drill=False)]

    assert infected_by(infected_by="5", source="hospital") == [link(LINELIST, "person", "5", "hospital")]
    assert infected_by(infected_by="5") == [link(LINELIST, "person", "5")] != infected_by(infected_by="5", source="x")
    assert infected_by(source="hospital") == []


@pytest.mark.django_db
def test_what_is_dated_ahead_links_nobody() -> None:
    ahead = StandingEntry(ONE, TWO, ENTRY, "arrival", AT, Flag.FUTURE, {"household": "HH1"})
    assert links.told(vault.ring(), [ahead]) == set()
    now = ahead._replace(flag=Flag.NONE)
    assert {(subject, other) for _, subject, other in links.told(vault.ring(), [now])} == {
        (ONE, link(ENTRY, "household", "HH1"))}
    made_up = now._replace(drill=True)
    assert {other for *_, other in links.told(vault.ring(), [made_up])} == {
        link(ENTRY, "household", "HH1", drill=True)}


def submission(form: str, **more: Any) -> Submission:
    return Submission(THREE, "entry", form, ONE, AT, {}, **more)


@pytest.mark.parametrize(("said", "known", "drill"), [
    (True, None, True), (False, None, False), (True, False, False), (False, True, True)])
def test_whether_somebody_is_made_up_says_the_submission_until_they_are_there(
    said: bool, known: bool | None, drill: bool,
) -> None:
    about = NOBODY if known is None else SubjectRow(ONE, "person", "0", "2020-03", b"", known, ())
    filed = Filed(0, submission("listed", drill=said), ENTRY.version, Flag.NONE, {}, {}, b"", about=about)
    assert links._of_drill(filed) is drill


@pytest.mark.parametrize(("programme", "form", "answers", "code"), [
    (ENTRY, "place", {"grid": "34102310000101"}, "34102310000101"),
    (ENTRY, "listed", {"grid": None}, ""),
    (ENTRY, "listed", {}, ""),
    (ENTRY, "arrival", {"grid": "34102310000101"}, ""),  # it asks for no place
    (LINELIST, "case", {"grid": "34102310000101"}, ""),  # nor does any form of a programme without places
])
def test_the_place_that_answers_name(programme: Programme, form: str, answers: dict[str, Any], code: str) -> None:
    assert place_in(programme, form, answers) == code


def test_a_code_that_no_area_bears_is_shown_short_and_harmless() -> None:
    said = _nowhere("{0}" + "9" * 30)
    assert "(0)" + "9" * 17 in said.en
    assert "9" * 18 not in said.en


def told(number: int, hours: int, **answers: Any) -> numbers._Told:
    return numbers._Told(ONE, uuid.UUID(int=number), AT + hours * HOUR, answers)


def test_a_sample_is_answered_by_the_result_of_its_own_number_that_was_had_last() -> None:
    [reply] = ENTRY.replies
    asked = [told(1, 0, tube="YX 1", result="pending"), told(2, 1, tube="yx2", result="pending"),
             told(3, 2, tube="YX3", result="negative"), told(4, 3, result="pending"), told(5, 3, tube="0")]
    replies = [told(11, 4, tube="yx1"), told(12, 5, tube="YX1"), told(13, 6, tube=0)]
    found = {one.entry.int: one for one in numbers._numbered("entry", reply, asked, replies)}
    assert {number: (one.number, one.awaited, one.reply and one.reply.int) for number, one in found.items()} == {
        1: ("YX1", False, 12), 2: ("YX2", True, None), 3: ("YX3", False, None), 5: ("0", False, 13)}
    assert (found[1].replied_at, found[2].replied_at) == (AT + 5 * HOUR, None)
    others = [one._replace(subject=TWO) for one in replies]
    assert [one.reply for one in numbers._numbered("entry", reply, asked, others)] == [None] * 4


def test_a_number_is_compared_as_far_as_it_is_kept() -> None:
    assert numbers.as_compared("a" * 120) == "A" * 100
    assert spelled_alike("a" * 120) == "A" * 120
    assert (numbers.as_compared(None), numbers.as_compared(12.0)) == ("", "12")


def line(number: int, hours: int) -> FactSubmission:
    return FactSubmission(uuid.UUID(int=number), "listed", AT + hours * HOUR, {})


@pytest.mark.parametrize(("known", "lines", "overtaken"), [
    (None, [line(1, 0)], []),
    (-1, [line(1, 0)], []),
    (0, [line(1, 0)], [1]),  # of the same moment
    (1, [line(1, 0)], [1]),
    (None, [line(1, 0), line(2, 1)], [1]),
    (None, [line(1, 1), line(2, 1)], [1, 2]),
    (None, [line(1, 1), line(2, 1), line(3, 2)], [1, 2]),
    (1, [line(1, 1), line(2, 2)], [1]),
    (2, [line(1, 1), line(2, 2)], [1, 2]),
])
def test_what_does_not_come_last_by_itself(
    known: int | None, lines: list[FactSubmission], overtaken: list[int],
) -> None:
    before = None if known is None else FactState({}, {}, (AT + known * HOUR, THREE))
    assert [one.int for one in facts._overtaken(before, lines)] == overtaken
    if known is None:
        assert [one.int for one in facts._overtaken(FactState(), lines)] == overtaken


def test_a_state_goes_on_only_with_what_is_later_in_whatever_order_it_came() -> None:
    lines = [line(2, 2), line(1, 1)]
    extended = facts._extended(ENTRY, FactState({}, {}, (AT, THREE)), lines)
    assert extended is not None
    assert extended.last == (AT + 2 * HOUR, TWO)
    assert facts._extended(ENTRY, FactState({}, {}, (AT + HOUR, THREE)), lines) is None
    assert facts._extended(ENTRY, FactState({}, {}, (AT + HOUR, THREE)), [line(1, 1)]) is None
