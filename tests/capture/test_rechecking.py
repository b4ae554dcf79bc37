"""What was previewed is looked at again when it is recorded: others were at work meanwhile."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connections

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, queries, rechecking, store, undoing
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, SAME, Candidate, ImportState, Prepared, Tab
from fangxian.capture.verdicts import LineVerdict
from fangxian.kernel.text import both
from fangxian.subjects.matching import locks, search
from tests.capture.test_import import LI, NOW, ZHANG, bring, finish, lines_of, rows, table
from tests.capture.test_linelists import cases
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(hours=1)
PEOPLE = "SELECT count(*) FROM subjects_subject WHERE kind = 'person'"
FILED = "SELECT count(*) FROM journal_entry WHERE kind = 'submission'"
ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))


def test_two_previews_of_one_list_side_by_side_make_each_person_once(by: Acting) -> None:
    first = bring(table(ZHANG, LI), by, source="机场")
    second = bring(table(ZHANG, LI), by, source="铁路", at=LATER)
    assert first.counts == second.counts == {"new": 2}
    assert finish(first, by).results == {"recorded": 2}
    done = finish(second, by, LATER)
    assert (done.state, done.results) == (ImportState.RECORDED, {"known": 2})
    assert rows(PEOPLE) == [(2,)]
    assert [line.subject for line in lines_of(done).values()] == [line.subject for line in lines_of(first).values()]


def test_somebody_registered_at_the_door_meanwhile_is_no_second_person(by: Acting, county: County) -> None:
    held = bring(table(ZHANG), by)
    subject = county.arrive(NOW, name="张伟", document_number="E12345678", birth_date="1988-05-06")
    assert finish(held, by, LATER).results == {"known": 1}
    assert lines_of(held)[2].subject == subject


def test_who_became_doubtful_meanwhile_is_asked_about_and_nothing_is_recorded(by: Acting, county: County) -> None:
    held = bring(table(ZHANG, LI), by)
    subject = county.arrive(NOW, name="王芳", document_number="E12345678")
    before = rows(FILED)
    done = finish(held, by, LATER)
    assert (done.state, done.counts, done.results, rows(FILED)) == (
        ImportState.PREVIEWED, {"doubtful": 1, "new": 1}, {}, before)
    line = lines_of(held)[2]
    assert ([one.subject for one in line.candidates], line.decision) == ([subject], "")
    assert "it was “New”" in line.notes[-1].text.en
    with working_in(Scope.of(by)):
        assert queries.to_look_at(done)["changed/doubtful"] == 1
        assert [one.number for one in queries.page(done, Tab.DOUBTFUL, only=store.CHANGED).lines] == [2]
        actions.decide(held=held.pk, choice=NEW, line=2, by=by, at=LATER)
    again = finish(held, by, LATER)
    assert (again.state, again.results) == (ImportState.RECORDED, {"recorded": 2})
    assert rows(PEOPLE) == [(3,)]


def test_a_known_person_who_became_another_is_asked_about(by: Acting, county: County) -> None:
    county.arrive(NOW, name="张伟", document_number="E12345678", birth_date="1988-05-06")
    held = bring(table(ZHANG), by, at=LATER)
    assert held.counts == {"known": 1}
    county.arrive(LATER, name="张伟", document_number="E12345678")
    assert (finish(held, by, LATER).state, lines_of(held)[2].tab) == (ImportState.PREVIEWED, Tab.DOUBTFUL)


def test_a_decision_holds_while_the_same_people_are_offered(by: Acting, county: County) -> None:
    county.arrive(NOW, name="王芳", document_number="E12345678")
    held = bring(table(ZHANG), by, at=LATER)
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=NEW, line=2, by=by, at=LATER)
    county.arrive(LATER, name="陈军", document_number="E12345678")
    stopped = finish(held, by, LATER)
    assert (stopped.state, len(lines_of(held)[2].candidates)) == (ImportState.PREVIEWED, 2)
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=NEW, line=2, by=by, at=LATER)
    assert finish(held, by, LATER).results == {"recorded": 1}


def test_two_later_versions_side_by_side_do_not_both_take_people_off(by: Acting) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    shorter = bring(table(ZHANG), by, at=LATER)
    longer = bring(table(ZHANG, LI, ZHANG.replace("A1", "A7").replace("E12345678", "E99").replace("张伟", "赵强")
                         .replace("13812345678", "13612345678").replace("1988", "1971")), by, at=LATER)
    assert (shorter.counts, longer.counts) == ({"unchanged": 1, "removed": 1}, {"unchanged": 2, "new": 1})
    assert finish(longer, by, LATER).results == {"unchanged": 2, "recorded": 1}
    stopped = finish(shorter, by, LATER)
    assert (stopped.state, stopped.counts) == (ImportState.PREVIEWED, {"unchanged": 1, "removed": 2})
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'removed'") == [(0,)]


def test_cases_by_number_are_locked_and_met_too(by: Acting) -> None:
    first, second = cases("C1,30,\nC2,40,C1\n", by), cases("C1,30,\nC2,40,C1\n", by, LATER)
    finish(first, by)
    stopped = finish(second, by, LATER)  # it is the same list now, as in the version before
    assert (stopped.state, stopped.counts) == (ImportState.PREVIEWED, {"unchanged": 2})
    assert finish(second, by, LATER).results == {"unchanged": 2}


def test_whom_a_list_means_is_locked_while_it_is_recorded(by: Acting) -> None:
    finish(bring(table(ZHANG), by), by)
    side = connections["default"].copy()
    taken = locks.stripes([search.traits_of({"document_number": "E12345678"}, None)])
    with side.cursor() as cursor:
        cursor.execute("SELECT bool_and(pg_try_advisory_xact_lock(7301, one)) FROM unnest(%s::int[]) one", [taken])
        assert cursor.fetchone() == (False,)
    side.close()


def test_what_is_undone_is_held_before_it_is_looked_at(by: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    held = finish(bring(table(ZHANG), by), by)
    order: list[str] = []
    for name in ("hold_source", "hold", "hindrance"):
        monkeypatch.setattr(undoing, name, lambda *_, name=name: order.append(name))
    with working_in(Scope.of(by)):
        actions.undo(held=held.pk, by=by, at=LATER)
    assert order == ["hold_source", "hold", "hindrance"]


def line(tab: Tab, subject: uuid.UUID = ONE, decision: str = "", *candidates: uuid.UUID) -> Prepared:
    return Prepared(2, {}, tab, subject, candidates=[Candidate(one, both("")) for one in candidates], decision=decision)


def verdict(tab: Tab, subject: uuid.UUID = ONE, *candidates: uuid.UUID) -> LineVerdict:
    return LineVerdict(tab, subject, both(""), tuple(Candidate(one, both("")) for one in candidates))


@pytest.mark.parametrize(("before", "now", "holds"), [
    (line(Tab.NEW), verdict(Tab.NEW, TWO), True),
    (line(Tab.NEW), verdict(Tab.KNOWN, TWO), True),
    (line(Tab.NEW), verdict(Tab.DOUBTFUL, TWO, THREE), False),
    (line(Tab.KNOWN), verdict(Tab.KNOWN), True),
    (line(Tab.KNOWN), verdict(Tab.KNOWN, TWO), False),
    (line(Tab.KNOWN), verdict(Tab.NEW, TWO), False),
    (line(Tab.KNOWN), verdict(Tab.DOUBTFUL, TWO, ONE), False),
    (line(Tab.DOUBTFUL, ONE, SAME, ONE), verdict(Tab.DOUBTFUL, TWO, ONE), True),
    (line(Tab.DOUBTFUL, ONE, SAME, ONE), verdict(Tab.KNOWN, ONE), True),
    (line(Tab.DOUBTFUL, ONE, SAME, ONE), verdict(Tab.KNOWN, TWO), False),
    (line(Tab.DOUBTFUL, ONE, SAME, ONE), verdict(Tab.DOUBTFUL, TWO, THREE), False),
    (line(Tab.DOUBTFUL, TWO, NEW, ONE), verdict(Tab.DOUBTFUL, THREE, ONE), True),
    (line(Tab.DOUBTFUL, TWO, NEW, ONE), verdict(Tab.NEW, THREE), True),
    (line(Tab.DOUBTFUL, TWO, NEW, ONE), verdict(Tab.KNOWN, ONE), False),
    (line(Tab.DOUBTFUL, TWO, NEW, ONE), verdict(Tab.DOUBTFUL, THREE, ONE, TWO), False),
])
def test_what_holds_when_it_is_judged_again(before: Prepared, now: LineVerdict, holds: bool) -> None:
    assert rechecking._holds(before, now) is holds
    if before.tab is Tab.KNOWN and holds:
        assert before.subject == now.subject


def test_a_line_that_is_recorded_is_not_judged_again(by: Acting, county: County) -> None:
    done = finish(bring(table(ZHANG), by), by)
    county.arrive(LATER, name="王芳", document_number="E12345678")
    again = finish(done, by, LATER)
    assert (again.state, again.results) == (ImportState.RECORDED, {"recorded": 1})
    with working_in(SYSTEM):
        assert Import.objects.get(pk=done.pk).counts == {"new": 1}


def test_who_was_taken_off_since_the_preview_is_asked_about_and_told_of(by: Acting, county: County) -> None:
    """The line came in before the removal: recorded now it would count no more, and nobody would look at them."""
    subject = county.arrive(NOW - dt.timedelta(days=1), name="张伟", document_number="E12345678",
                            birth_date="1988-05-06")
    held = bring(table(ZHANG), by)
    line = lines_of(held)[2]
    if line.tab is Tab.DOUBTFUL:
        with working_in(Scope.of(by)):
            actions.decide(held=held.pk, choice=SAME, line=2, by=by, at=NOW)
    removed = county.send("removed", subject, {"reason": "rerouted"}, NOW + dt.timedelta(minutes=30))
    assert not removed.refused
    stopped = finish(held, by, LATER)
    line = lines_of(held)[2]
    assert (stopped.state, line.tab, line.decision) == (ImportState.PREVIEWED, Tab.DOUBTFUL, "")
    assert line.reason is not None
    assert "outweighs this line" in line.reason.en
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=SAME, line=2, by=by, at=LATER)
    assert finish(held, by, LATER).results == {"known": 1}
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("none",)]
    assert rows("SELECT count(*) FROM tasks_alert WHERE cause = 'outvoted' AND subject = %s", subject) == [(1,)]


def test_who_was_released_before_there_was_a_measure_is_asked_about(by: Acting, county: County) -> None:
    subject = county.arrive(NOW - dt.timedelta(days=1), name="张伟", document_number="E12345678",
                            birth_date="1988-05-06", origin="", countries="", arrived="")
    released = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}
    released_at = NOW + dt.timedelta(hours=12)
    assert not county.send("release", subject, released, released_at).refused
    held = bring(table(ZHANG), by, at=released_at + dt.timedelta(minutes=5))
    line = lines_of(held)[2]
    told = {effect.label.en for effect in line.effects}
    assert (line.tab, "But for “Released”" in told) == (Tab.DOUBTFUL, True), (line.tab, line.reason, told)
