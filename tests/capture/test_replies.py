"""A list of results: each line meets its tube or is refused with a sentence; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, queries, replying
from fangxian.capture.models import Import
from fangxian.capture.types import SAME, ImportState, Prepared, Tab
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import both
from fangxian.programmes.types import Reply
from fangxian.subjects import numbers
from fangxian.subjects.steps.numbers import NumberedForm
from tests import county as world
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal

from .test_import import NOW, acting, bring, finish, lines_of, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HEAD: Final = "试管号,检测结果,报告时间\n"


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def by(county: County) -> Acting:
    return acting(county, "clinician")


def sampled(county: County, tube: str, *, grid: str = "34102310000101") -> uuid.UUID:
    somebody = county.arrive(MORNING, grid)
    told = {"specimen": "throat", "tube": tube, "result": "pending"}
    assert not county.send("sample", somebody, told, MORNING, path=county.paths[grid]).refused
    return somebody


def results(text: str, by: Acting) -> Import:
    return bring(HEAD + text, by, form="sample_result", source="县医院")


def known(somebody: uuid.UUID) -> str | None:
    found: str | None = rows("SELECT f_last_sample_result FROM facts_entry WHERE subject = %s", somebody)[0][0]
    return found


def test_each_line_meets_its_tube(county: County, by: Acting) -> None:
    one, other = sampled(county, "YX001"), sampled(county, "YX002", grid="34102310120001")
    held = results("yx 001,阴性,2020-03-20 15:00\nYX002,阳性,2020-03-20 15:10\nYX0003,阴性,2020-03-20 15:10\n", by)
    tabs = {number: (line.tab, line.subject) for number, line in lines_of(held).items()}
    assert tabs[2] == (Tab.KNOWN, one)
    assert tabs[3] == (Tab.KNOWN, other)
    refused = lines_of(held)[4]
    assert refused.tab is Tab.REFUSED
    assert refused.reason is not None
    assert "YX0003" in refused.reason.zh
    finish(held, by)
    assert {number: line.result for number, line in lines_of(held).items()} == {
        2: "recorded", 3: "recorded", 4: "refused"}
    assert (known(one), known(other)) == ("negative", "positive")
    [(at,)] = rows("SELECT happened_at FROM journal_entry WHERE form = 'sample_result' AND subject = %s", one)
    assert at.isoformat() == "2020-03-20T07:00:00+00:00"
    everything_follows_from_the_journal()


def test_the_same_result_again_is_left_and_another_is_asked_about(county: County, by: Acting) -> None:
    one = sampled(county, "YX001")
    finish(results("YX001,阴性,2020-03-20 15:00\n", by), by)
    assert lines_of(results("YX001,阴性,2020-03-20 15:00\n", by))[2].tab is Tab.UNCHANGED
    held = results("YX001,阳性,2020-03-20 16:00\n", by)
    assert lines_of(held)[2].tab is Tab.DOUBTFUL
    finish(held, by)
    assert known(one) == "negative", "nobody has said which of the two is right"
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice="new", by=by, at=MORNING) == 0
        assert actions.decide(held=held.pk, choice=SAME, by=by, at=MORNING) == 1
    finish(held, by)
    assert known(one) == "positive"
    assert rows("SELECT count(*) FROM journal_correction") == [(1,)]
    everything_follows_from_the_journal()


def test_lines_that_contradict_each_other_are_both_refused(county: County, by: Acting) -> None:
    sampled(county, "YX001")
    held = results("YX001,阴性,\nYX001,阳性,\n", by)
    assert [line.tab for line in lines_of(held).values()] == [Tab.REFUSED, Tab.REFUSED]
    again = results("YX001,阴性,\nyx001,阴性,\n", by)
    assert [line.tab for line in lines_of(again).values()] == [Tab.KNOWN, Tab.UNCHANGED]


def test_a_result_known_meanwhile_is_looked_at_again(county: County, by: Acting) -> None:
    one = sampled(county, "YX001")
    held, other = results("YX001,阴性,\n", by), results("YX001,阳性,\n", by)
    finish(other, by)
    assert finish(held, by).state == ImportState.PREVIEWED
    assert lines_of(held)[2].tab is Tab.DOUBTFUL
    assert known(one) == "positive"


def test_a_result_without_a_time_was_had_when_the_list_came_in(county: County, by: Acting) -> None:
    one = county.arrive(MORNING)
    told = {"specimen": "throat", "tube": "YX001", "result": "pending"}
    later = NOW + dt.timedelta(hours=2)
    held = results("YX001,阴性,\n", by)
    sent = county.send("sample", one, told, NOW + dt.timedelta(hours=1), path=county.paths["34102310000101"])
    assert not sent.refused
    with working_in(Scope.of(by)):
        assert actions.preview(held=held.pk, by=by, at=later) is None
    line = lines_of(held)[2]
    assert (line.tab, line.reason) == (Tab.REFUSED, errors.REPLIED_EARLIER.sentence.filled(number="YX001"))


def test_a_result_is_read_as_laboratories_write_it(county: County, by: Acting) -> None:
    """In short, and never as "not known yet": that is no result, and nobody is offered it."""
    words = {"未检出": "negative", "阳": "positive", "无效": "invalid", "Invalid": "invalid"}
    people = {tube: sampled(county, tube) for tube in (f"YX10{number}" for number in range(len(words)))}
    told = [f"{tube},{word}," for tube, word in zip((*people, "YX100"), (*words, "待出结果"), strict=True)]
    held = results("\n".join(told[:-1]) + "\n", by)
    assert {line.tab for line in lines_of(held).values()} == {Tab.KNOWN}
    finish(held, by)
    assert [known(one) for one in people.values()] == list(words.values())
    refused = lines_of(results(told[-1] + "\n", by))[2]
    assert refused.tab is Tab.REFUSED


def test_a_corrected_result_takes_the_place_of_its_own_programme_s(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody, entry = uuid.uuid4(), uuid.uuid4()
    reply = Reply("sample_result", "sample", "tube", "result", both("Laboratory"))
    bearing = [NumberedForm(uuid.uuid4(), programme, "sample", "YX1", somebody, "", MORNING, False, had)
               for programme, had in (("entry", entry), ("case", uuid.uuid4()))]
    monkeypatch.setattr(numbers, "by_number", lambda _numbers: bearing)
    assert replying.replaced([Prepared(2, {"tube": "YX1"}, subject=somebody)], "entry", reply) == {2: entry}


def named(text: str, by: Acting, head: str = "试管号,姓名,检测结果\n") -> Import:
    return bring(head + text, by, form="sample_result", source="县医院")


@pytest.mark.parametrize(("head", "told"), [
    ("试管号,姓名,检测结果\n", "李四"), ("试管号,身份证号,检测结果\n", "E99999999"),
    ("Tube,Patient name,Result\n", "Li Si")])
def test_a_result_that_names_somebody_else_is_asked_about(county: County, by: Acting, head: str, told: str) -> None:
    one = sampled(county, "YX001")
    held = named(f"YX001,{told},阴性\n", by, head)
    line = lines_of(held)[2]
    assert (line.tab, line.subject) == (Tab.DOUBTFUL, one)
    assert line.reason is not None
    assert "张*" in line.reason.zh
    assert not any(told in text for text in (line.reason.zh, line.reason.en, str(line.answers)))
    assert finish(held, by).results == {"open": 1}
    assert known(one) == "pending"
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=SAME, by=by, at=MORNING) == 1
    assert finish(held, by).results == {"recorded": 1}
    assert known(one) == "negative"


@pytest.mark.parametrize("told", ["", "张三", " 张 三 ", "Zhang San"])
def test_a_result_that_names_whom_its_tube_belongs_to_or_nobody_is_recorded(
    county: County, by: Acting, told: str,
) -> None:
    one, other = sampled(county, "YX001"), sampled(county, "YX002")
    held = named(f"YX001,{told},阴性\nYX002,{told},阳性\n", by)
    assert held.counts == {"known": 2}
    assert finish(held, by).results == {"recorded": 2}
    assert (known(one), known(other)) == ("negative", "positive")


def test_who_may_bring_results_brings_no_other_list(county: County, by: Acting) -> None:
    with working_in(Scope.of(by)), pytest.raises(Problem, match="not_allowed"):
        actions.receive(data=b"\xe5\xa7\x93\xe5\x90\x8d\nA\n", file_name="l.csv", programme="entry", form="listed",
                        source="x", by=by, at=MORNING)
    with working_in(Scope.of(by)):
        assert [list(forms) for _, forms in queries.lists_for(by)] == [["sample_result"]]


def test_a_result_with_a_day_alone_stands_behind_nothing_of_that_day(county: County, by: Acting) -> None:
    """Read as midnight, a positive one was hidden by whoever was ruled out on its morning, and nobody was told."""
    one = sampled(county, "YX001")
    county.send("daily_check", one, {"temperature": 38.5, "symptoms": "fever"}, MORNING)
    county.send("result", one, {"case_result": "ruled_out", "date": "2020-03-20"}, MORNING + dt.timedelta(minutes=1))
    held = results("YX001,阳性,2020-03-20\n", by)
    assert lines_of(held)[2].tab is Tab.KNOWN
    finish(held, by)
    [(at,)] = rows("SELECT happened_at FROM journal_entry WHERE form = 'sample_result' AND subject = %s", one)
    assert at.isoformat() == "2020-03-20T15:59:59.999999+00:00"
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", one) == [("hospital",)]
