"""Who is no longer on a later version of a list is taken off by whoever may, asked about, and not unseen."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest
from django.utils import translation

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions, queries, store
from fangxian.capture.models import Import
from fangxian.capture.types import OFF, OUT, SAME, ImportState, Tab
from fangxian.console.pages.alerts import lines
from fangxian.kernel.errors import Problem
from fangxian.tasks.models import Alert
from tests.console.rounds import ARRIVAL, signed_in
from tests.county import County

from .test_import import LI, NOW, ZHANG, acting, bring, finish, lines_of, rows, table
from .test_rights import take_away

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER: Final = NOW + dt.timedelta(hours=1)
HARMLESS: Final = ZHANG.replace("2020-03-21", "2020-02-01").replace("意大利", "上海")
ZHAO: Final = "A9,赵强,护照,E45678901,1971-03-04,13612345678,2020-03-21,日本,碧阳镇北街一网格1号"
MEASURES: Final = "SELECT measure FROM decide_current ORDER BY 1"
TAKEN_OFF: Final = "SELECT count(*) FROM journal_entry WHERE form = 'removed'"
TOLD: Final = "SELECT tier, kind, subject, count, about FROM tasks_alert WHERE cause = 'changed'"
ISOLATED: Final = [("central isolation",)] * 2
COUNTY: Final = ("county_duty", "341023")
PORT: Final = ("port_officer", "341023")


@pytest.fixture
def first(county: County, by: Acting) -> Import:
    return finish(bring(table(ZHANG, LI), by), by)


def version_of(first: Import, by: Acting, *lines: str, at: dt.datetime = LATER) -> Import:
    """A list that its importer says is a later version of another, previewed."""
    held = bring(table(*lines), by, at=at)
    with working_in(Scope.of(by)):
        actions.say_version(held=held.pk, of=first.pk, by=by, at=at)
        assert actions.preview(held=held.pk, by=by, at=at) is None
        return Import.objects.get(pk=held.pk)


def decide(held: Import, by: Acting, choice: str = OFF, line: int | None = None) -> int:
    with working_in(Scope.of(by)):
        return actions.decide(held=held.pk, choice=choice, line=line, by=by, at=LATER)


def removed(held: Import) -> list[int]:
    return [number for number, line in lines_of(held).items() if line.tab is Tab.REMOVED]


def test_who_may_not_fill_the_removal_takes_nobody_off_and_records_the_rest(county: County, first: Import) -> None:
    port = acting(county, *PORT)
    held = version_of(first, port, ZHAO)
    assert held.counts == {"new": 1, "removed": 2}
    for number in removed(held):
        line = lines_of(held)[number]
        assert (line.to_record, line.weighty, line.notes[-1].code) == (False, frozenset(), "stays_on")
        assert line.notes[-1].text.en.endswith("Who may: County duty officer.")
        assert line.notes[-1].text.zh.endswith("可办理的岗位：县级值班员。")
    with pytest.raises(Problem, match="not_allowed"):
        decide(held, port)
    shown = signed_in(county, *PORT).get(f"/imports/{held.pk}/?tab=removed").content.decode()
    assert "your post may not take anybody off" in shown
    assert 'value="off"' not in shown
    assert "Leave this line out" not in shown
    assert finish(held, port, LATER).results == {"recorded": 1, "kept": 2}
    assert (rows(TAKEN_OFF), rows(TOLD), rows(MEASURES)[:2]) == ([(0,)], [], ISOLATED)


def test_whose_measure_would_end_is_asked_about_with_before_and_after(
    county: County, by: Acting, first: Import,
) -> None:
    held = version_of(first, by, ZHAO)
    one, other = removed(held)
    [effect] = lines_of(held)[one].effects
    assert (effect.label.en, effect.before.en[:17], effect.after.en[:2]) == ("Measure", "Central isolation", "No")
    with working_in(Scope.of(by)):
        assert queries.open_removals(held) == 2
        assert queries.to_look_at(held)[store.FILED] == 1
    client = signed_in(county, *COUNTY)
    shown = client.get(f"/imports/{held.pk}/").content.decode()
    assert "2 people are no longer on this version of the list, but under a measure" in shown
    shown = client.get(f"/imports/{held.pk}/?tab=removed").content.decode()
    assert "<del>Central isolation" in shown
    answer = client.post(f"/imports/{held.pk}/decide/", {"choice": "off", "line": one})
    assert "tab=removed" in answer["Location"]
    shown = client.get(f"/imports/{held.pk}/?tab=removed").content.decode()
    assert shown.count('value="off" aria-pressed="true"') == 1
    assert finish(held, by, LATER).results == {"recorded": 1, "removed": 1, "kept": 1}
    subject = lines_of(held)[one].subject
    assert rows("SELECT measure FROM decide_current WHERE subject = %s", subject) == [("none",)]
    assert rows("SELECT managed FROM decide_current WHERE subject = %s", lines_of(held)[other].subject) == [(True,)]


def test_the_level_above_is_told_once_how_many_were_taken_off(county: County, by: Acting, first: Import) -> None:
    held = version_of(first, by, ZHAO)
    assert decide(held, by) == 2
    assert decide(held, by) == 0
    assert finish(held, by, LATER).results == {"recorded": 1, "removed": 2}
    assert rows(TOLD) == [("county", "removed", None, 2, held.pk)]
    with working_in(SYSTEM), translation.override("en"):
        said = lines.what(Alert.objects.get(cause="changed"), None, "", "Xi An")
    assert said == "Xi An: a later version of a list took 2 people under a measure off it"


def test_who_is_under_no_measure_is_taken_off_unasked(county: County, by: Acting) -> None:
    first = finish(bring(table(HARMLESS, LI), by), by)
    assert ("none",) in rows(MEASURES)
    held = version_of(first, by, LI)
    assert [lines_of(held)[number].to_record for number in removed(held)] == [True]
    assert finish(held, by, LATER).results == {"unchanged": 1, "removed": 1}
    assert rows(TOLD) == []


def test_who_comes_under_a_measure_after_the_preview_is_asked_about(county: County, by: Acting) -> None:
    """The door registers them meanwhile: what was a name on a list is somebody isolated."""
    first = finish(bring(table(HARMLESS, LI), by), by)
    held = version_of(first, by, LI)
    [number] = removed(held)
    subject = lines_of(held)[number].subject
    assert subject is not None
    told = {**ARRIVAL, "name": "张伟", "document_number": "E12345678", "birth_date": "1988-05-06"}
    assert not county.send("arrival", subject, told, NOW + dt.timedelta(minutes=30)).refused
    assert rows("SELECT managed FROM decide_current WHERE subject = %s", subject) == [(True,)]
    done = finish(held, by, LATER + dt.timedelta(minutes=5))
    assert (done.state, done.results, rows(TAKEN_OFF)) == (ImportState.PREVIEWED, {}, [(0,)])
    assert lines_of(done)[number].notes[-1].code == "changed_meanwhile"
    assert finish(held, by, LATER + dt.timedelta(minutes=6)).results == {"unchanged": 1, "kept": 1}


def test_whoever_lost_the_right_since_the_preview_takes_nobody_off(county: County, by: Acting, first: Import) -> None:
    held = version_of(first, by, ZHAO)
    decide(held, by)
    take_away(by, "fill")
    again = acting(county, *COUNTY)
    assert finish(held, again, LATER).state == ImportState.PREVIEWED
    assert finish(held, again, LATER).results == {"recorded": 1, "kept": 2}
    assert rows(TAKEN_OFF) == [(0,)]


def test_what_one_who_may_answered_the_one_who_brought_it_and_may_not_does_not_record(
    county: County, by: Acting, first: Import,
) -> None:
    port = acting(county, *PORT)
    held = version_of(first, port, ZHAO)
    with working_in(Scope.of(by)):
        actions.preview(held=held.pk, by=by, at=LATER)
    assert decide(held, by) == 2
    assert finish(held, port, LATER).state == ImportState.PREVIEWED
    assert finish(held, port, LATER).results == {"recorded": 1, "kept": 2}
    assert (rows(TAKEN_OFF), rows(MEASURES)[:2]) == ([(0,)], ISOLATED)


def test_who_was_kept_is_asked_about_again_by_the_next_version(county: County, by: Acting, first: Import) -> None:
    held = finish(version_of(first, acting(county, *PORT), ZHAO), acting(county, *PORT), LATER)
    assert held.results == {"recorded": 1, "kept": 2}
    at = LATER + dt.timedelta(hours=1)
    again = version_of(held, by, ZHAO, at=at)
    assert again.counts == {"unchanged": 1, "removed": 2}
    assert decide(again, by) == 2
    assert finish(again, by, at).results == {"unchanged": 1, "removed": 2}


def test_who_is_left_out_stays_and_an_answer_is_kept_over_another_preview(
    county: County, by: Acting, first: Import,
) -> None:
    held = version_of(first, by, ZHAO)
    one, other = removed(held)
    with working_in(Scope.of(by)):
        actions.leave_out(held=held.pk, line=one, out=True, by=by, at=LATER)
        actions.decide(held=held.pk, choice=OFF, line=other, by=by, at=LATER)
        actions.preview(held=held.pk, by=by, at=LATER)
    assert [lines_of(held)[number].decision for number in (one, other)] == [OUT, OFF]
    assert decide(held, by, SAME) == 0
    assert finish(held, by, LATER).results == {"recorded": 1, "removed": 1, "left_out": 1}


def test_a_version_that_was_undone_since_it_was_named_is_compared_with_no_more(by: Acting, first: Import) -> None:
    """What it recorded is gone: as unchanged its people would be on no list."""
    held = version_of(first, by, ZHANG, LI)
    assert held.counts == {"unchanged": 2}
    with working_in(Scope.of(by)):
        actions.undo(held=first.pk, by=by, at=LATER)
    assert finish(held, by, LATER).state == ImportState.PREVIEWED
    assert finish(held, by, LATER).results == {"known": 2}
    assert rows(MEASURES)[:2] == ISOLATED


def test_who_is_undecided_is_asked_about_before_they_are_taken_off(county: County, by: Acting) -> None:
    undecided = ZHANG.replace("意大利", "")
    first = finish(bring(table(undecided, LI), by), by)
    assert (None,) in rows(MEASURES)
    held = version_of(first, by, LI)
    [number] = removed(held)
    assert (lines_of(held)[number].asks_removal, lines_of(held)[number].to_record) == (True, False)
    assert finish(held, by, LATER).results == {"unchanged": 1, "kept": 1}


def test_who_is_on_another_list_too_is_asked_about_before_they_are_taken_off(county: County, by: Acting) -> None:
    """Nothing is decided that would end, and yet another post's list tells of them."""
    first = finish(bring(table(HARMLESS, LI), by), by)
    other = bring(table(HARMLESS), by, source="铁路", at=NOW + dt.timedelta(minutes=5))
    assert finish(other, by, NOW + dt.timedelta(minutes=5)).results == {"known": 1}
    held = version_of(first, by, LI)
    [number] = removed(held)
    line = lines_of(held)[number]
    assert (line.asks_removal, line.to_record) == (True, False)
    assert line.reason is not None
    assert "but on another one" in line.reason.en
    assert ("Also on the list", "铁路") in {(one.label.en, one.after.en) for one in line.effects}
    assert finish(held, by, LATER).results == {"unchanged": 1, "kept": 1}
