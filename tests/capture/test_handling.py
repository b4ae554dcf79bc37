"""A list that another post brought: recorded as whoever confirms it, handled by whoever may do all it would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from fangxian.accounts import actions as accounts
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting, Action
from fangxian.capture import actions, events, handling, jobs, queries, results
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, OFF, SAME, ImportState, Tab
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from tests import county as world
from tests.console.rounds import signed_in
from tests.county import County

from .test_import import LI, NOW, WANG, ZHANG, acting, bring, finish, lines_of, rows, table
from .test_removing import LATER, ZHAO, removed, version_of
from .test_replies import results as replies
from .test_replies import sampled
from .test_rights import take_away

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY: Final = ("county_duty", "341023")
PORT: Final = ("port_officer", "341023")
FILED: Final = "SELECT DISTINCT \"user\", post FROM journal_entry WHERE source = 'import' AND received_at >= %s"
DID: Final = "SELECT what, line, \"user\", post FROM capture_listevent ORDER BY id"
CHANGES: Final[Mapping[str, Mapping[str, Any]]] = {
    "correct_columns": {"meanings": {}}, "preview": {}, "say_version": {"of": None}, "decide": {"choice": SAME},
    "edit": {"line": 2, "cells": {1: "张三"}}, "leave_out": {"line": 2, "out": True}, "confirm": {"seen": 2**40},
    "record_import": {}, "mark": {"state": ImportState.DROPPED},
}


@pytest.fixture(params=["short", "long"])
def length(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Recorded within the request, and by a job."""
    if request.param == "long":
        monkeypatch.setattr("fangxian.capture.actions.DIRECT_LINES", 0)
    with clock.running_on(clock.SimulatedClock(LATER)):
        yield


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("fangxian.capture.actions.DIRECT_LINES", 0)
    with clock.running_on(clock.SimulatedClock(LATER)):
        yield


def confirmed(held: Import, by: Acting) -> Import:
    """Confirmed, and worked on by the job where it is long."""
    done = finish(held, by, LATER)
    if done.state == ImportState.RECORDING:
        jobs.record_list(str(held.pk))
    return now(held)


def now(held: Import) -> Import:
    with working_in(SYSTEM):
        return Import.objects.select_related("source").get(pk=held.pk)


def person(by: Acting) -> tuple[int | None, int | None]:
    return by.user, by.post


def do(name: str, held: Import, by: Acting, **given: Any) -> Any:
    deed: Callable[..., Any] = getattr(actions, name)
    with working_in(Scope.of(by)):
        return deed(held=held.pk, by=by, at=LATER, **given)


def page(county: County, key: tuple[str, str], held: Import, query: str = "") -> str:
    return signed_in(county, *key).get(f"/imports/{held.pk}/{query}").content.decode()


@pytest.mark.usefixtures("length")
@pytest.mark.parametrize("key", world.POSTS, ids=lambda key: "-".join(key))
@pytest.mark.parametrize("brought", [COUNTY, PORT], ids=lambda key: key[0])
def test_what_is_recorded_is_recorded_as_whoever_confirmed(
    county: County, brought: tuple[str, str], key: tuple[str, str],
) -> None:
    held, by = bring(table(ZHANG), acting(county, *brought)), acting(county, *key)
    if key in (COUNTY, PORT):
        assert confirmed(held, by).results == {"recorded": 1}
        assert rows(FILED, NOW) == [person(by)]
    else:
        with pytest.raises(Problem, match="not_"):
            confirmed(held, by)
        assert (now(held).state, rows(FILED, NOW)) == (ImportState.PREVIEWED, [])


@pytest.mark.usefixtures("length")
def test_a_list_that_takes_people_off_is_only_shown_to_who_may_take_nobody_off(county: County, by: Acting) -> None:
    held = version_of(confirmed(bring(table(ZHANG, LI), by), by), by, ZHAO)
    do("decide", held, by, choice=OFF)
    before = rows(DID)
    for key in world.POSTS:
        if key == COUNTY:
            continue
        for name, given in CHANGES.items():
            with pytest.raises(Problem, match="not_"):
                do(name, held, acting(county, *key), **given)
    assert (now(held).state, rows(DID)) == (ImportState.PREVIEWED, before)
    shown = page(county, PORT, held, "?tab=removed")
    assert "it is only shown to you. Who may change and confirm it: the post that brought it; County duty off" in shown
    forms = ("confirm", "decide", "leave-out", "drop", "version", "line")
    assert not [one for one in forms if f"/imports/{held.pk}/{one}/" in shown]
    own = page(county, COUNTY, held, "?tab=removed")
    assert "only shown to you" not in own
    assert f"/imports/{held.pk}/confirm/" in own
    assert confirmed(held, by).results == {"recorded": 1, "removed": 2}


def test_before_the_preview_a_list_with_a_version_before_may_take_people_off(county: County, by: Acting) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    port = acting(county, *PORT)
    held = bring(table(LI), by, at=LATER)
    do("correct_columns", held, by, meanings={})
    assert now(held).version_of is not None
    with working_in(SYSTEM):
        Import.objects.filter(pk=held.pk).update(version_of=None, counts={})
    with pytest.raises(Problem, match="not_allowed"):
        do("edit", held, port, line=2, cells={1: "张三"})
    shown = signed_in(county, *PORT).get(f"/imports/{held.pk}/columns/").content.decode()
    assert "only shown to you" in shown
    assert 'name="then"' not in shown


def test_nobody_makes_it_a_later_version_who_may_take_nobody_off(county: County, by: Acting) -> None:
    first, port = finish(bring(table(ZHANG), by), by), acting(county, *PORT)
    held = bring(table(ZHAO), by, at=LATER)
    with pytest.raises(Problem, match="not_allowed"):
        do("say_version", held, port, of=first.pk)
    do("say_version", held, port, of=None)


def test_once_recorded_its_doubts_are_answered_by_whoever_may_file_them(county: County, by: Acting) -> None:
    """Who was missing from it is decided then."""
    first = finish(bring(table(ZHANG, LI), by), by)
    held = finish(version_of(first, by, WANG), by, LATER)
    assert held.results == {"open": 1, "kept": 1}
    port = acting(county, *PORT)
    assert do("decide", held, port, choice=NEW) == 1
    assert finish(held, port, LATER).results == {"recorded": 1, "kept": 1}


def test_replies_that_correct_are_handled_by_whoever_may_correct(county: County) -> None:
    by, clinician = acting(county, *COUNTY), acting(county, "clinician")
    sampled(county, "YX001")
    finish(replies("YX001,阴性,2020-03-20 15:00\n", by), by)
    again = replies("YX001,阳性,2020-03-20 16:00\n", by)
    assert again.counts == {Tab.DOUBTFUL: 1}
    assert handling.barred(again, clinician) is None
    take_away(clinician, "correct")
    clinician = acting(county, "clinician")
    assert handling.barred(again, clinician) is not None
    with pytest.raises(Problem, match="not_allowed"):
        do("decide", again, clinician, choice=SAME)


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("lost", ["post", "right", "programme"])
def test_whoever_lost_the_right_before_the_job_has_nothing_recorded_and_it_says_so(county: County, lost: str) -> None:
    port, by = acting(county, *PORT), acting(county, *COUNTY)
    held = bring(table(ZHANG), by)
    assert finish(held, port, LATER).state == ImportState.RECORDING
    lose(port, lost)
    with pytest.raises(Problem):
        jobs.record_list(str(held.pk))
    assert (now(held).state, rows(FILED, NOW)) == (ImportState.FAILED, [])
    assert rows(DID)[-1] == ("stopped", None, *person(port))
    said = "Stopped, nothing was recorded: the post of port_officer 341023 (Port officer) has ended"
    assert said in page(county, COUNTY, held)
    assert confirmed(held, by).results == {"recorded": 1}
    assert rows(FILED, NOW) == [person(by)]
    assert 'data-level="error"' not in page(county, COUNTY, held)


def lose(by: Acting, what: str) -> None:
    if what == "post":
        with working_in(SYSTEM):
            accounts.end_post(post=by.post or 0, by=OPERATOR, at=LATER)
    elif what == "right":
        take_away(by, "import")
    else:
        rest = [one for one in by.permissions.grants if one.programme == "entry" and one.post != by.kind]
        with working_in(SYSTEM):
            accounts.set_permissions(programme="entry", rows=rest, by=OPERATOR, at=NOW)


@pytest.mark.usefixtures("long")
def test_a_job_that_nobody_is_on_record_for_records_nothing(county: County, by: Acting) -> None:
    held = bring(table(ZHANG), by)
    with working_in(SYSTEM):
        Import.objects.update(state=ImportState.RECORDING)
    with pytest.raises(Problem, match="not_allowed"):
        jobs.record_list(str(held.pk))
    assert (now(held).state, rows(FILED, NOW)) == (ImportState.FAILED, [])


def test_what_a_post_may_do_is_read_again_under_the_lock(county: County) -> None:
    """Who began as one that may take people off, and may not any more, is not taken at their word."""
    by, port = acting(county, *COUNTY), acting(county, *PORT)
    held = bring(table(ZHANG), port)
    recorded = finish(held, port)
    take_away(port, Action.IMPORT)
    other = bring(table(ZHAO), by, at=LATER)
    for name, one in (("record_import", other), ("undo", recorded)):
        with pytest.raises(Problem, match="not_allowed"):
            do(name, one, port)
    assert now(recorded).state == ImportState.RECORDED


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize(("key", "stays"), [(COUNTY, False), (PORT, True)], ids=["county", "port"])
def test_a_previewing_job_reads_as_whoever_asked_for_it(county: County, key: tuple[str, str], stays: bool) -> None:
    by, port, asks = acting(county, *COUNTY), acting(county, *PORT), acting(county, *key)
    held = version_of(confirmed(bring(table(ZHANG, LI), by), by), port, ZHAO)
    do("mark", held, asks, state=ImportState.PREVIEWING)
    jobs.preview_list(str(held.pk))
    assert now(held).state == ImportState.PREVIEWED
    assert {lines_of(held)[number].stays_on for number in removed(held)} == {stays}


@pytest.mark.usefixtures("long")
def test_a_preview_asked_for_by_a_post_that_ended_says_so(county: County) -> None:
    by, port = acting(county, *COUNTY), acting(county, *PORT)
    held = bring(table(ZHANG), by)
    do("mark", held, port, state=ImportState.PREVIEWING)
    lose(port, "post")
    with pytest.raises(Problem, match="not_allowed"):
        jobs.preview_list(str(held.pk))
    assert now(held).state == ImportState.UNDERSTOOD
    assert "Stopped, nothing was recorded: the post of port_officer" in page(county, COUNTY, held, "columns/")


def test_who_changed_a_line_is_kept_and_shown_on_the_page_and_in_the_result(county: County, by: Acting) -> None:
    finish(bring(table(ZHANG), by, source="铁路"), by)
    port = acting(county, *PORT)
    held = bring(table(WANG, LI, ZHAO), by, at=LATER)
    assert do("decide", held, port, choice=NEW, line=2) == 1
    do("edit", held, port, line=3, cells={1: "李四"})
    do("edit", held, by, line=3, cells={1: "李四"})
    do("preview", held, port)
    do("leave_out", held, by, line=4, out=True)
    do("leave_out", held, port, line=4, out=False)
    assert rows(DID)[1:] == [("answered", 2, *person(port)), ("edited", 3, *person(port)),
                            ("left_out", 4, *person(by)), ("taken_in", 4, *person(port))]
    with working_in(SYSTEM):
        file = results.result_file(now(held), kind="csv", language="zh-hans").decode("utf-8-sig").splitlines()
        assert [str(text) for text in events.summary(held)][1:] == [
            "Answered by port_officer 341023 (Port officer), 21 March 2020, 10:00. Lines: 1.",
            "Changed by port_officer 341023 (Port officer), 21 March 2020, 10:00. Lines: 1.",
            "Left out by county_duty 341023 (County duty officer), 21 March 2020, 10:00. Lines: 1.",
            "Taken in again by port_officer 341023 (Port officer), 21 March 2020, 10:00. Lines: 1."]
    assert "由port_officer 341023（口岸专员）修改" in file[2]
    assert "修改" not in file[1]
    shown = page(county, COUNTY, held, "?tab=new")
    assert shown.count("Changed by port_officer 341023 (Port officer), 21 March 2020, 10:00.") == 2
    assert "Brought by county_duty 341023 (County duty officer)" in shown


def test_who_decided_a_removal_stands_by_whom_it_is_about(county: County, by: Acting) -> None:
    held = version_of(finish(bring(table(ZHANG, LI), by), by), by, ZHAO)
    one, _other = removed(held)
    do("decide", held, by, choice=OFF, line=one)
    subject = lines_of(held)[one].subject
    assert rows("SELECT what, line, subject FROM capture_listevent WHERE subject IS NOT NULL") == [
        ("taken_off", None, subject)]
    with working_in(Scope.of(by)):
        lines = queries.page(held, Tab.REMOVED).lines
        assert list(events.on_lines(held, lines)) == [one]


def test_who_undid_a_list_is_on_record(county: County, by: Acting) -> None:
    port = acting(county, *PORT)
    held = finish(bring(table(ZHANG), port), port)
    do("undo", held, by)
    assert rows(DID) == [("confirmed", None, *person(port)), ("undone", None, *person(by))]
    assert rows("SELECT DISTINCT \"user\", post FROM journal_entry WHERE form = 'withdraw'") == [person(by)]
    assert "Undone by county_duty 341023 (County duty officer)" in page(county, PORT, held)
