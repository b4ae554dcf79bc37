"""Two lines of one list are not recorded over each other as one person, whoever says so and when."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, persons, queries, store
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, SAME, Candidate, Prepared, Tab
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import both
from tests.capture.test_doubts import decide
from tests.capture.test_import import NOW, bring, finish, lines_of, rows
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(hours=1)
HEAD = "姓名,出生日期,联系电话,抵达日期,出发地\n"
CHILD = "王小一,2015-05-05,13800138001,2020-03-19,法国\n"
TWINS = "王小双,2015-05-05,13800138001,2020-03-20,意大利\n王小全,2015-05-05,13800138001,2020-03-20,日本\n"
NAMED = "SELECT count(*) FROM journal_entry WHERE form = 'listed' AND subject = %s"


@pytest.fixture
def child(by: Acting, county: County) -> uuid.UUID:
    found = lines_of(finish(bring(HEAD + CHILD, by), by))[2].subject
    assert found is not None
    return found


@pytest.fixture
def twins(by: Acting, child: uuid.UUID) -> Import:
    held = bring(HEAD + TWINS, by, source="铁路", at=LATER)
    assert [[one.subject for one in line.candidates] for line in lines_of(held).values()] == [[child]] * 2
    return held


def undecided(held: Import) -> list[int]:
    return [number for number, line in lines_of(held).items() if not line.decision and not line.settled]


def test_the_second_line_said_to_be_one_person_is_told_of_the_first(by: Acting, twins: Import) -> None:
    assert decide(twins, by, SAME, 2) == 1
    with pytest.raises(Problem) as refused:
        decide(twins, by, SAME, 3)
    assert "Line 2" in refused.value.sentence.en
    assert undecided(twins) == [3]
    assert decide(twins, by, SAME, 2) == 1, "the same answer may be given again"
    assert decide(twins, by, NEW, 2) == 1
    assert decide(twins, by, SAME, 3) == 1, "and the other way round"


def test_of_all_answered_at_once_the_second_stays_open(by: Acting, twins: Import) -> None:
    without_weight(twins)
    assert decide(twins, by, SAME) == 1
    assert undecided(twins) == [3]


def test_a_line_left_out_is_nobody(by: Acting, twins: Import) -> None:
    assert decide(twins, by, SAME, 2) == 1
    with working_in(Scope.of(by)):
        actions.leave_out(held=twins.pk, line=2, out=True, by=by, at=LATER)
    assert decide(twins, by, SAME, 3) == 1


def test_what_was_recorded_of_the_first_counts_afterwards(by: Acting, twins: Import, child: uuid.UUID) -> None:
    decide(twins, by, SAME, 2)
    held = finish(twins, by, LATER)
    assert rows(NAMED, child) == [(2,)]
    with pytest.raises(Problem):
        decide(held, by, SAME, 3)


def test_two_that_were_answered_before_are_asked_about_again_when_recorded(
    by: Acting, twins: Import, child: uuid.UUID,
) -> None:
    """Answers are kept sealed; those given by an earlier release were not compared."""
    answered_unasked(twins, child)
    held = finish(twins, by, LATER)
    assert (undecided(held), rows(NAMED, child)) == ([3], [(1,)])
    assert "Line 2" in str(lines_of(held)[3].reason)
    decide(held, by, NEW, 3)
    assert finish(held, by, LATER).results == {"known": 1, "recorded": 1}
    assert rows(NAMED, child) == [(2,)]


def line(number: int, tab: Tab, subject: uuid.UUID, *, decision: str = "", other: int = 0) -> Prepared:
    return Prepared(number, {}, tab, subject, decision=decision,
                    candidates=[Candidate(subject, both(""), line=other)] if tab is Tab.DOUBTFUL else [])


@pytest.mark.parametrize("tab", [Tab.KNOWN, Tab.REROUTED, Tab.UNCHANGED])
def test_whoever_a_line_is_for_certain_no_other_is_said_to_be(county: County, tab: Tab) -> None:
    one = uuid.uuid4()
    said, meant = line(3, Tab.DOUBTFUL, one, decision=SAME), line(4, Tab.DOUBTFUL, one, decision=SAME, other=2)
    assert persons.said_twice([line(2, tab, one), said, meant]) == [(said, 2)], "as another line, it is meant"
    assert persons.said_twice([line(2, Tab.REMOVED, one), said]) == [], "of who is gone it may be the correction"


def without_weight(held: Import) -> None:
    with working_in(SYSTEM):
        every = store.lines(held, queries.form_of(held))
        for one in every:
            one.weighty = frozenset()
        store.put_lines(held, every)


def answered_unasked(held: Import, subject: uuid.UUID) -> None:
    with working_in(SYSTEM):
        every = store.lines(held, queries.form_of(held))
        for one in every:
            one.decision, one.subject = SAME, subject
        store.put_lines(held, every)
