"""Line lists go the whole way: cases told by the list's own numbers, and who infected whom."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, verdicts
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, SAME
from fangxian.kernel.ids import uuid7
from fangxian.kernel.text import Text
from fangxian.programmes import queries as programmes
from fangxian.subjects import queries as subjects
from fangxian.subjects.matching import locks, search
from fangxian.subjects.matching.rules import OTHER_NAME, names_of
from fangxian.subjects.matching.rules import SAME as SAME_AS
from fangxian.subjects.steps.identity import external_ids
from tests.county import County

from .test_import import NOW, bring, finish, hotel, lines_of, rows

LATER = NOW + dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db(databases=["default", "owner"])

LINELISTS = Path(__file__).resolve().parents[2] / "../shared/data/linelists"


@pytest.mark.skipif(not LINELISTS.exists(), reason="needs ../shared/data/linelists")
def test_a_foreign_line_list_goes_through_with_who_infected_whom(by: Acting, county: County) -> None:
    cases = (LINELISTS / "mers_korea_2015.linelist.csv").read_bytes()
    links = (LINELISTS / "mers_korea_2015.contacts.csv").read_bytes()
    done = finish(bring(cases, by, name="mers.csv", source="MERS", programme="linelist", form="case"), by)
    assert done.results == {"recorded": 162}
    with working_in(Scope.of(by)):
        later = NOW + dt.timedelta(hours=1)
        held = hotel(links.decode(), by, later, programme="linelist", form="case", source="MERS")
        meanings = {0: "infected_by", 1: "external_id", 2: None, 3: None}
        actions.correct_columns(held=held.pk, meanings=meanings, by=by, at=NOW)
        actions.preview(held=held.pk, by=by, at=NOW + dt.timedelta(hours=1))
        held = Import.objects.select_related("source").get(pk=held.pk)
    assert held.counts == {"rerouted": 95, "known": 3}  # three cases stand on two lines
    assert {name for line in lines_of(held).values() for name in line.changed} == {"infected_by"}
    finish(held, by, NOW + dt.timedelta(hours=1))
    most = rows("SELECT count(*) FROM subjects_link WHERE kind = 'infected_by' GROUP BY other ORDER BY 1 DESC LIMIT 1")
    assert most == [(38,)]
    assert rows("SELECT count(*) FROM subjects_subject") == [(162,)]
    assert rows("SELECT count(*) FROM subjects_link WHERE kind = 'infected_by'") == [(98,)]
    several = {line.subject for line in lines_of(held).values() if line.answers["external_id"] == "SK_39"}
    assert [len(infectors(by, one)) for one in several] == [3]


def test_who_infected_whom_is_told_from_both_sides_and_not_beside(by: Acting, county: County) -> None:
    chain = "id,infector\nS1,\nS2,S1\nS3,S1\nS4,S2\n"
    done = finish(bring(chain, by, programme="linelist", form="case"), by)
    of = {line.answers["external_id"]: line.subject for line in lines_of(done).values()}
    assert of["S2"] is not None
    with working_in(Scope.of(by)):
        ties = subjects.links(of["S2"], [programmes.in_force("linelist")])
    assert {(tie.subject, tie.back) for tie in ties} == {(of["S1"], False), (of["S4"], True)}


def test_two_lists_that_number_their_cases_alike_are_told_apart(by: Acting, county: County) -> None:
    one = finish(bring("id,age,infector\nC1,30,\nC2,40,C1\n", by, source="A", programme="linelist", form="case"), by)
    other = finish(bring("id,age,infector\nC1,70,\nC2,80,C1\n", by, source="B", programme="linelist", form="case"), by)
    lists = [lines_of(done).values() for done in (one, other)]
    subjects_of = [{line.answers["external_id"]: line.subject for line in lines} for lines in lists]
    assert len({subject for of in subjects_of for subject in of.values()}) == 4
    tied = rows("SELECT subject, other FROM subjects_link WHERE kind = 'infected_by'")
    assert set(tied) == {(of["C2"], of["C1"]) for of in subjects_of}


def cases(data: str, by: Acting, at: dt.datetime = NOW) -> Import:
    return bring("id,age,infector\n" + data, by, at=at, programme="linelist", form="case")


def infectors(by: Acting, subject: Any) -> list[str]:
    """Who infected a case, by case number."""
    with working_in(Scope.of(by)):
        ties = subjects.links(subject, [programmes.in_force("linelist")])
        known = subjects.identities([tie.subject for tie in ties if not tie.back], by.range)
    return [one.name for one in known.values()]


def remarks(held: Import) -> dict[int, list[str]]:
    return {number: [note.code for note in line.notes] for number, line in lines_of(held).items()}


def test_an_infector_no_list_has_is_remarked_until_a_list_has_them(by: Acting) -> None:
    held = cases("C1,30,\nC2,40,C1\nC3,50,X9\n", by)
    assert remarks(held) == {2: [], 3: [], 4: ["unlisted_link"]}
    assert "X9 is on no list of this source yet" in lines_of(held)[4].notes[0].text.en
    finish(held, by)
    again = cases("C7,60,X9\nC8,61,C3\n", by, NOW + dt.timedelta(hours=1))
    assert remarks(again) == {2: ["unlisted_link"], 3: []}  # made by the first list, and nothing is known of them
    listed = finish(cases("X9,70,\n", by, NOW + dt.timedelta(hours=2)), by, NOW + dt.timedelta(hours=2))
    assert listed.results == {"known": 1}
    assert remarks(cases("C7,60,X9\n", by, NOW + dt.timedelta(hours=3))) == {2: []}


def test_a_second_infector_in_one_list_is_kept_with_a_remark(by: Acting) -> None:
    held = cases("C1,30,\nC2,40,\nC3,50,C1\nC3,50,C2\nC3,50,C1\n", by)
    assert remarks(held) == {2: [], 3: [], 4: [], 5: ["second_link"], 6: []}
    assert "line 4 of this list says C1 about the same number. Both are kept" in lines_of(held)[5].notes[0].text.en
    finish(held, by)
    assert sorted(infectors(by, lines_of(held)[4].subject)) == ["C1", "C2"]


def test_a_later_version_replaces_the_infector_and_another_list_says_so(by: Acting) -> None:
    first = finish(cases("C1,30,\nC2,40,\nC3,50,C1\n", by), by)
    case = lines_of(first)[4].subject
    later = NOW + dt.timedelta(hours=1)
    version = cases("C1,30,\nC2,40,\nC3,50,C2\n", by, later)
    assert (version.counts, remarks(version)[4]) == ({"unchanged": 2, "rerouted": 1}, [])
    finish(version, by, later)
    assert infectors(by, case) == ["C2"]
    after = later + dt.timedelta(days=8)  # too late to be a version of the other
    other = cases("C3,50,C1\n", by, after)
    assert "C2 is recorded so far; when this list is recorded, C1 takes" in lines_of(other)[2].notes[0].text.en
    finish(other, by, after)
    assert infectors(by, case) == ["C1"]
    with working_in(Scope.of(by)):
        actions.undo(held=other.pk, by=by, at=after)
    assert infectors(by, case) == ["C2"]


def test_two_people_of_one_number_wait_until_somebody_says_which_line_is_right(by: Acting) -> None:
    data = "编号,性别,年龄\nP1,男,30\nP1,女,55\nP2,女,40\n"
    held = bring(data, by, programme="linelist", form="case")
    assert held.counts == {"doubtful": 2, "new": 1}
    done = finish(held, by)
    assert done.results == {"open": 2, "recorded": 1}
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=SAME, by=by, at=NOW) == 0  # never both at once
        assert actions.decide(held=held.pk, choice=SAME, line=3, by=by, at=NOW) == 1
    done = finish(held, by, NOW + dt.timedelta(hours=1))
    assert done.results == {"open": 1, "recorded": 2} or done.results == {"open": 1, "recorded": 1, "known": 1}
    assert rows("SELECT f_sex, f_age FROM facts_linelist WHERE f_age = 55") == [("female", 55)]
    assert rows("SELECT count(*) FROM facts_linelist") == [(2,)]


def filed(county: County, number: str, at: dt.datetime = NOW, *, subject: uuid.UUID | None = None, source: str = "机场",
          **more: Any) -> uuid.UUID:
    """A case that somebody filed by hand."""
    subject = subject or uuid7(at)
    told = {"external_id": number, "source": source, "age": 30}
    receipt = county.send("case", subject, told, at, programme="linelist", path=county.paths["341023"], **more)
    assert not receipt.refused, receipt.refused
    return subject


def test_a_case_that_was_filed_is_met_by_its_number(by: Acting, county: County) -> None:
    subject = filed(county, "C1")
    held = cases("C1,30,\nC2,40,C1\n", by, LATER)
    assert held.counts == {"known": 1, "new": 1}
    assert finish(held, by, LATER).results == {"known": 1, "recorded": 1}
    assert lines_of(held)[2].subject == subject
    assert rows("SELECT count(*) FROM subjects_subject WHERE id = %s", subject) == [(1,)]


@pytest.mark.parametrize("number", ["c1", "C 1", "Ｃ1", "C1\u200b"])
def test_a_number_is_the_same_however_a_list_spells_it(by: Acting, county: County, number: str) -> None:
    subject = filed(county, "C1")
    first = finish(cases(f"{number},30,\nC2,40,{number}\n", by, LATER), by, LATER)
    assert first.results == {"known": 1, "recorded": 1}
    assert lines_of(first)[2].subject == subject
    again = cases("C1,30,\nc2,40,C1\n", by, LATER)
    assert again.counts.keys() <= {"rerouted", "unchanged"}
    twice = cases(f"C7,30,\nC8,30,\n{number.replace('1', '7')},31,\n", by, LATER)
    assert twice.counts == {"doubtful": 2, "new": 1}


@pytest.mark.parametrize("more", [{"source": "铁路"}, {"drill": True}])
def test_a_number_of_another_list_or_of_a_drill_is_another_one(
    by: Acting, county: County, more: dict[str, Any],
) -> None:
    subject = filed(county, "C1", **more)
    held = cases("C1,30,\n", by, LATER)
    assert held.counts == {"new": 1}
    finish(held, by, LATER)
    assert lines_of(held)[2].subject != subject


def test_a_case_filed_after_the_preview_is_met_when_it_is_recorded(by: Acting, county: County) -> None:
    held = cases("C1,30,\n", by)
    subject = filed(county, "C1")
    assert finish(held, by, LATER).results == {"known": 1}
    assert lines_of(held)[2].subject == subject


def test_who_files_a_number_and_who_lists_it_wait_for_each_other(by: Acting) -> None:
    finish(cases("C1,30,\n", by), by)
    side = connections["default"].copy()
    taken = locks.stripes([search.traits_of({}, external_ids(
        programmes.in_force("linelist"), {"external_id": "C1", "source": "机场"})[0])])
    with side.cursor() as cursor:
        cursor.execute("SELECT bool_and(pg_try_advisory_xact_lock(7301, one)) FROM unnest(%s::int[]) one", [taken])
        assert cursor.fetchone() == (False,)
    side.close()


@pytest.mark.parametrize("choice", [SAME, NEW])
def test_a_number_that_was_corrected_since_is_asked_about(by: Acting, county: County, choice: str) -> None:
    first = uuid7(NOW)
    subject = filed(county, "C1", id=first)
    filed(county, "C9", LATER, subject=subject, replaces=first, happened_at=NOW)
    held = cases("C1,30,\nC9,30,\n", by, LATER)
    assert held.counts == {"doubtful": 1, "known": 1}
    assert [one.subject for one in lines_of(held)[2].candidates] == [subject]
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=choice, line=2, by=by, at=LATER) == 1
    assert finish(held, by, LATER).results == ({"known": 2} if choice == SAME else {"known": 1, "recorded": 1})
    assert (lines_of(held)[2].subject == subject) == (choice == SAME)


def test_a_number_of_two_cases_is_asked_about(by: Acting, county: County) -> None:
    both = {filed(county, "C1"), filed(county, "C1")}
    held = cases("C1,30,\n", by, LATER)
    assert held.counts == {"doubtful": 1}
    assert {one.subject for one in lines_of(held)[2].candidates} == both


@pytest.mark.parametrize(("known", "reason"), [
    ("张三", SAME_AS["external"]), ("", SAME_AS["external"]), ("李四", OTHER_NAME["external"])])
def test_a_number_that_is_known_under_another_name_is_asked_about(known: str, reason: Text) -> None:
    one = uuid.UUID(int=1)
    found = verdicts._bearing(search.traits_of({"name": "张三"}, ("ext:机场", "C1")), "C1", {one},
                              {one: names_of({"name": known})}, {})
    assert found.why == reason
    assert (found.subject is None) == (reason == OTHER_NAME["external"])
