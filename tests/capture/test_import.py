"""A list goes the whole way: file, columns, verdicts, journal, tasks, and back."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.db import connection

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.areas.types import EVERYWHERE
from fangxian.capture import actions, events, queries, recording, results, store, undoing
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, OFF, SAME, ImportState, Prepared, Tab
from fangxian.kernel.errors import Problem
from fangxian.subjects import queries as subjects
from tests import county as world
from tests.capture.tabular import lists
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOW = MORNING + dt.timedelta(days=1)
HEAD = "旅客编号,姓名,证件类型,护照号,出生日期,电话,抵达时间,出发地,目的地址"


def acting(county: County, kind: str, code: str = "341023") -> Acting:
    found = acting_as(county.users[kind, code], county.posts[kind, code], NOW)
    assert found is not None
    return found


def bring(data: bytes | str, by: Acting, *, name: str = "list.csv", source: str = "机场", at: dt.datetime = NOW,
          programme: str = "entry", form: str = "listed") -> Import:
    """Upload and preview."""
    raw = data.encode() if isinstance(data, str) else data
    with working_in(Scope.of(by)):
        held = actions.receive(data=raw, file_name=name, programme=programme, form=form, source=source, by=by, at=at)
        assert isinstance(held, Import), held
        agree(held, by, at)
        assert actions.preview(held=held.pk, by=by, at=at) is None
        return Import.objects.select_related("source").get(pk=held.pk)


def agree(held: Import, by: Acting, at: dt.datetime) -> None:
    """Where a column's meaning is asked for, say what is offered first."""
    shown = queries.columns(held)
    asked = [column for column in shown["columns"] if column["asked"]] if shown else []
    if asked:
        meanings = {column["index"]: column["alternatives"][0][0] for column in asked}
        actions.correct_columns(held=held.pk, meanings=meanings, by=by, at=at)


def finish(held: Import, by: Acting, at: dt.datetime = NOW) -> Import:
    with working_in(Scope.of(by)):
        actions.confirm(held=held.pk, seen=events.latest(held), by=by, at=at)
        return Import.objects.select_related("source").get(pk=held.pk)


def lines_of(held: Import) -> dict[int, Prepared]:
    with working_in(SYSTEM):
        return {line.number: line for line in store.lines(held, queries.form_of(held))}


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def table(*lines: str) -> str:
    return "\n".join([HEAD, *lines])


ZHANG = "A1,张伟,护照,E12345678,1988-05-06,13812345678,2020-03-21,意大利,碧阳镇郭门一网格3栋501"
WANG = "B1,王芳,护照,E12345678,1970-01-01,,2020-03-21,意大利,"
LI = "A2,李娜,护照,E23456789,1990-12-01,13912345678,2020-03-21 14:35,法国,碧阳镇某小区"


def test_a_list_goes_from_file_to_tasks(by: Acting, county: County) -> None:
    held = bring(table(ZHANG, LI), by)
    assert (held.state, held.counts) == (ImportState.PREVIEWED, {"new": 2})
    done = finish(held, by)
    assert (done.state, done.results) == (ImportState.RECORDED, {"recorded": 2})
    tasks = dict(rows("SELECT kind, path FROM tasks_task WHERE state = 'open'"))
    assert tasks["register"] in county.paths.values()
    assert tasks["place"] == county.paths["341023100"]
    lines = lines_of(done)
    assert (lines[2].measure, lines[2].place) == ("central isolation", county.paths["34102310000101"])


@pytest.mark.parametrize(("data", "name", "counts"), [
    (lists.airport(), "入境人员.xlsx", {"new": 3}), (lists.english(), "export.csv", {"new": 4, "refused": 1}),
    (lists.railway(), "railway.csv", {"new": 3})])
def test_differently_shaped_lists_go_through(by: Acting, data: bytes, name: str, counts: dict[str, int]) -> None:
    held = bring(data, by, name=name)
    assert held.counts == counts
    done = finish(held, by)
    assert done.results["recorded"] == counts["new"]


def test_who_is_known_is_met_by_document_and_by_phone_and_birth_date(by: Acting, county: County) -> None:
    first = lines_of(finish(bring(table(ZHANG), by), by))[2].subject
    later = NOW + dt.timedelta(hours=1)
    again = ZHANG.replace("A1,", "B7,")
    other_passport = ZHANG.replace("A1,", "B8,").replace("E12345678", "G55555555")
    for line, tab in ((again, "known"), (other_passport, "doubtful")):  # another document is no small thing
        held = bring(table(line), by, source="铁路", at=later)
        assert held.counts == {tab: 1}
        assert {line.subject for line in lines_of(held).values()} == {first}


def test_a_passport_known_under_another_name_is_asked_and_both_answers_work(by: Acting, county: County) -> None:
    first = lines_of(finish(bring(table(ZHANG), by), by))[2].subject
    strangers = table(WANG, "B2,张伟,护照,G77777777,1988-05-06,,2020-03-21,意大利,")
    held = bring(strangers, by, source="铁路", at=NOW + dt.timedelta(hours=1))
    assert held.counts == {"doubtful": 2}
    found = lines_of(held)
    assert found[2].reason is not None
    assert "another name" in found[2].reason.en
    assert "张*" in found[2].candidates[0].shown
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=NEW, line=2, by=by, at=NOW) == 1
        assert actions.decide(held=held.pk, choice=SAME, line=3, by=by, at=NOW) == 1
    done = finish(held, by, NOW + dt.timedelta(hours=1))
    assert done.results == {"recorded": 1, "known": 1}
    assert (lines_of(done)[2].subject != first, lines_of(done)[3].subject) == (True, first)


def test_open_doubts_are_not_recorded_and_can_be_later(by: Acting, county: County) -> None:
    finish(bring(table(ZHANG), by), by)
    held = bring(table(WANG, LI), by, source="铁路",
                 at=NOW + dt.timedelta(hours=1))
    done = finish(held, by, NOW + dt.timedelta(hours=1))
    assert done.results == {"open": 1, "recorded": 1}
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=NEW, line=2, by=by, at=NOW)
    done = finish(held, by, NOW + dt.timedelta(hours=2))
    assert done.results == {"recorded": 2}
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'listed'") == [(3,)]


def test_somebody_known_in_another_township_is_met_there_and_moves(county: County) -> None:
    port = acting(county, "port_officer")
    first = lines_of(finish(bring(table(ZHANG), port), port))[2].subject
    moved = ZHANG.replace("碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号").replace("A1,", "X1,")
    held = bring(table(moved), port, source="铁路", at=NOW + dt.timedelta(hours=1))
    assert held.counts == {"doubtful": 1}
    with working_in(Scope.of(port)):
        assert actions.decide(held=held.pk, choice=SAME, by=port, at=NOW) == 1
    finish(held, port, NOW + dt.timedelta(hours=1))
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", first) == [(county.paths["34102310120001"],)]


def test_somebody_known_with_a_new_address_that_fits_no_grid_waits_to_be_placed(by: Acting, county: County) -> None:
    first = lines_of(finish(bring(table(ZHANG), by), by))[2].subject
    assert first is not None
    old, later = county.paths["34102310000101"], NOW + dt.timedelta(hours=1)
    waiting = "SELECT path FROM tasks_task WHERE subject = %s AND kind = 'place' AND state = 'open'"
    same = finish(bring(table(ZHANG.replace("A1,", "B1,")), by, source="铁路", at=later), by, later)
    assert (same.results, rows(waiting, first)) == ({"known": 1}, [])
    moved = ZHANG.replace("A1,", "C1,").replace("碧阳镇郭门一网格3栋501", "碧阳镇某小区")
    after = later + dt.timedelta(minutes=1)  # of two at one instant the larger id would stand, whichever that is
    asked = bring(table(moved), by, source="酒店", at=after)
    with working_in(Scope.of(by)):
        assert actions.decide(held=asked.pk, choice=SAME, line=2, by=by, at=NOW) == 1
    finish(asked, by, after)
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", first) == [(old,)]
    assert len(rows(waiting, first)) == 1
    new = "34102310000201"
    assert not county.send("place", first, {"grid": new}, later + dt.timedelta(minutes=5)).refused
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", first) == [(county.paths[new],)]
    again = later + dt.timedelta(minutes=10)
    last = bring(table(moved.replace("C1,", "D1,")), by, source="社区", at=again)
    assert last.counts == {"known": 1}
    finish(last, by, again)
    assert rows(waiting, first) == []
    assert rows("SELECT f_grid FROM facts_entry WHERE subject = %s", first) == [(new,)]


def test_a_later_version_adds_removes_and_reroutes(by: Acting, county: County) -> None:
    wang = "A3,王芳,护照,E34567890,1970-02-03,13712345678,2020-03-21,美国,宏村镇宏村一网格8号"
    original = finish(bring(table(ZHANG, LI, wang), by), by)
    first = lines_of(original)
    later = NOW + dt.timedelta(hours=2)
    added = "A4,赵强,护照,E45678901,1971-03-04,13612345678,2020-03-21,日本,碧阳镇北街一网格1号"
    held = bring(table(ZHANG, LI.replace("碧阳镇某小区", "碧阳镇北街一网格2号"), added), by, at=later)
    assert held.counts == {"unchanged": 1, "rerouted": 1, "new": 1, "removed": 1}
    changed = next(line for line in lines_of(held).values() if line.tab is Tab.REROUTED)
    assert (changed.changed, changed.before, changed.subject) == (
        ("address",), {"address": "碧阳镇某小区"}, first[3].subject)
    with working_in(Scope.of(by)):
        assert actions.decide(held=held.pk, choice=OFF, by=by, at=later) == 1
    done = finish(held, by, later)
    assert done.results == {"unchanged": 1, "known": 1, "recorded": 1, "removed": 1}
    assert lines_of(done)[2].measure == "central isolation"
    with working_in(Scope.of(by)):
        assert "a later version of it" in str(undoing.why_not(original, by))
    stages = dict(rows("SELECT subject, stage FROM decide_current"))
    assert stages[first[4].subject] != "expected"
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", first[3].subject) == [
        (county.paths["34102310000201"],)]
    assert rows("SELECT count(*) FROM journal_entry WHERE kind = 'submission' AND source = 'import'") == [(6,)]


@pytest.mark.parametrize(("before", "after", "tab"), [
    ("E12345678", "E99999999", Tab.DOUBTFUL), ("1988-05-06", "1999-09-09", Tab.DOUBTFUL),
    ("张伟", "赵强", Tab.DOUBTFUL), ("13812345678", "13912345670", Tab.REROUTED)])
def test_whoever_is_another_under_their_number_in_a_later_version_is_asked_about(
    by: Acting, county: County, before: str, after: str, tab: Tab,
) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    held = bring(table(ZHANG.replace(before, after), LI), by, at=NOW + dt.timedelta(hours=1))
    assert lines_of(held)[2].tab is tab


def test_the_user_can_say_that_it_is_a_list_of_its_own(by: Acting, county: County) -> None:
    finish(bring(table(ZHANG, LI), by), by)
    held = bring(table(ZHANG), by, at=NOW + dt.timedelta(hours=1))
    assert held.counts == {"unchanged": 1, "removed": 1}
    with working_in(Scope.of(by)):
        actions.say_version(held=held.pk, of=None, by=by, at=NOW)
        actions.preview(held=held.pk, by=by, at=NOW)
        assert Import.objects.get(pk=held.pk).counts == {"known": 1}


def hotel(data: str, by: Acting, at: dt.datetime, **more: Any) -> Import:
    said = {"programme": "entry", "form": "listed", "source": "酒店", **more}
    held = actions.receive(data=data.encode(), file_name="x.csv", by=by, at=at, **said)
    assert isinstance(held, Import)
    return held


def test_columns_are_remembered_for_the_source(by: Acting, county: County) -> None:
    data = "甲,乙,丙\n张伟,E12345678,阳光小区1号\n李娜,E23456789,阳光小区2号\n"
    with working_in(Scope.of(by)):
        held = hotel(data, by, NOW)
        actions.correct_columns(held=held.pk, meanings={0: "name", 1: "document_number", 2: "address"}, by=by, at=NOW)
        actions.preview(held=held.pk, by=by, at=NOW)
        unconfirmed = queries.columns(hotel(data, by, NOW + dt.timedelta(minutes=1)))
        actions.confirm(held=held.pk, seen=0, by=by, at=NOW)
        shown = queries.columns(hotel(data, by, NOW + dt.timedelta(minutes=2)))
        other = queries.columns(hotel(data.replace("E12345678", "上海").replace("E23456789", "北京"), by, NOW))
    assert unconfirmed is not None
    assert {one["because"] for one in unconfirmed["columns"]}.isdisjoint({"remembered"})
    assert shown is not None
    assert [(one["meaning"], one["because"]) for one in shown["columns"]] == [
        ("name", "remembered"), ("document_number", "remembered"), ("address", "remembered")]
    assert other is not None
    assert "remembered" not in other["columns"][1]["because"]  # other values under the same heading


def test_an_import_that_dies_half_way_leaves_nothing_and_can_be_repeated(
        by: Acting, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    held = bring(table(ZHANG, LI), by)

    def die(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "_tell_measures", die)
        with pytest.raises(RuntimeError, match="power"):
            finish(held, by)
    assert rows("SELECT count(*) FROM journal_entry WHERE kind = 'submission'") == [(0,)]
    assert rows("SELECT count(*) FROM subjects_subject") == [(0,)]
    assert finish(held, by).results == {"recorded": 2}
    assert finish(held, by).results == {"recorded": 2}
    assert rows("SELECT count(*) FROM journal_entry WHERE kind = 'submission'") == [(2,)]


def test_what_is_kept_of_a_list_is_sealed(by: Acting, county: County) -> None:
    held = bring(table(ZHANG), by)
    sealed = b"".join(bytes(one) for (one,) in rows("SELECT sealed FROM capture_sealed WHERE of_id = %s", held.pk))
    assert "张伟".encode() not in sealed
    assert b"E12345678" not in sealed


def test_the_result_file_has_one_line_for_each_line_of_the_list(by: Acting, county: County) -> None:
    held = bring(table(ZHANG, ",,,,,13912345999,,,", LI), by)
    done = finish(held, by)
    with working_in(Scope.of(by)):
        book = openpyxl.load_workbook(io.BytesIO(results.result_file(done, kind="xlsx", language="en")))
        text = results.result_file(done, kind="csv", language="zh-hans", only=Tab.REFUSED).decode("utf-8-sig")
    told = list(book.worksheets[0].values)
    assert [row[-5] for row in told] == ["Result", "recorded", "refused", "recorded"]
    assert told[1][-3:] == ("郭门一网格", "Central isolation", "2020-04-03")
    assert told[3][-3] == "碧阳镇"
    assert len(text.splitlines()) == 2


def test_an_optional_value_the_form_refuses_is_left_out_and_said(by: Acting, county: County) -> None:
    held = bring(table(ZHANG.replace("1988-05-06", "2031-05-06")), by)
    line = lines_of(held)[2]
    assert (line.tab, "birth_date" in line.answers) == (Tab.NEW, False)
    assert any("left out" in note.text.en or "birth" in note.text.en.lower() for note in line.notes)


def phone_of(subject: Any) -> str:
    with working_in(SYSTEM):
        return subjects.identities([subject], EVERYWHERE)[subject].phone


def test_undoing_a_later_list_gives_phone_and_name_back_and_the_first_can_be_undone_then(
    by: Acting, county: County,
) -> None:
    first = finish(bring(table(ZHANG), by), by)
    subject = lines_of(first)[2].subject
    later = NOW + dt.timedelta(hours=1)
    changed = ZHANG.replace("13812345678", "13711112222").replace("三栋", "五栋")
    second = finish(bring(table(changed), by, at=later), by, later)
    assert phone_of(subject) == "+8613711112222"
    with working_in(Scope.of(by)):
        assert actions.undo(held=second.pk, by=by, at=later + dt.timedelta(minutes=5))
        assert phone_of(subject) == "+8613812345678"
        assert actions.undo(held=first.pk, by=by, at=later + dt.timedelta(minutes=9))
    assert phone_of(subject) == "+8613812345678"  # nothing that stands names them: the record is still theirs


def test_a_line_without_a_name_goes_on_with_a_remark(by: Acting, county: County) -> None:
    held = bring(table(ZHANG, LI.replace("李娜", "")), by)
    assert held.counts["new"] == 2
    told = {number: [note.code for note in line.notes] for number, line in lines_of(held).items()}
    assert ["no_name" in codes for codes in told.values()] == [False, True]
    assert [store.is_remarked(line) for line in lines_of(held).values()] == [False, True]


def test_a_damaged_number_is_left_out_and_the_person_is_not_lost(by: Acting, county: County) -> None:
    held = finish(bring(table(ZHANG.replace("13812345678", "1.38E+10")), by), by)
    line = lines_of(held)[2]
    assert (line.result, "phone" in line.answers) == ("recorded", False)
    assert [note.code for note in line.notes] == ["rounded_by_spreadsheet"]
    assert line.notes[0].text.en.endswith("The value was left out; the line goes on.")


def test_an_unknown_area_code_is_said_and_the_line_goes_on(by: Acting, county: County) -> None:
    held = bring(HEAD + ",网格编号\n" + ZHANG + ",999", by)
    line = lines_of(held)[2]
    assert line.answers["grid"] == "34102310000101"
    assert [note.code for note in line.notes if note.code == "unknown_area"]


def test_a_post_without_the_right_brings_nothing_in(county: County) -> None:
    worker = acting(county, "grid_worker", "34102310000101")
    with pytest.raises(Exception, match="not_allowed"):
        bring(table(ZHANG), worker)


def test_nor_sees_what_others_brought_in(by: Acting) -> None:
    held = bring(table(ZHANG), by)
    with working_in(Scope.of(by)):
        assert [one.pk for one in queries.history(by)] == [held.pk]
        assert queries.history(replace(by, kind="inspector")) == []


def test_an_import_is_undone_while_nothing_was_built_on_it(by: Acting, county: County) -> None:
    done = finish(bring(table(ZHANG, LI), by), by)
    with working_in(Scope.of(by)):
        assert undoing.why_not(done, by) is None
        assert actions.undo(held=done.pk, by=by, at=NOW + dt.timedelta(minutes=5)) == 2
    assert rows("SELECT count(*) FROM tasks_task WHERE state = 'open'") == [(0,)]
    assert rows("SELECT state FROM capture_import") == [("undone",)]


@pytest.mark.parametrize("key", world.POSTS, ids=lambda key: "-".join(key))
@pytest.mark.parametrize("importer", ["county_duty", "port_officer"])
def test_a_list_is_undone_by_the_post_that_brought_it_or_one_that_may_withdraw(
    county: County, importer: str, key: tuple[str, str],
) -> None:
    own = acting(county, importer)
    done = finish(bring(table(ZHANG), own), own)
    other = acting(county, *key)
    undone = other.kind in {importer, "county_duty"}
    with working_in(Scope.of(other)):
        assert (undoing.why_not(done, other) is None) is undone
        if undone:
            assert actions.undo(held=done.pk, by=other, at=NOW) == 1
        else:
            with pytest.raises(Problem, match=r"not_allowed|not_found"):
                actions.undo(held=done.pk, by=other, at=NOW)
    assert rows("SELECT state FROM capture_import") == [("undone" if undone else "recorded",)]


def test_what_nobody_brought_is_undone_by_whoever_may_withdraw(by: Acting, county: County) -> None:
    done = finish(bring(table(ZHANG), by), by)
    officer = acting(county, "port_officer")
    with working_in(SYSTEM):
        Import.objects.update(post=None)
    with working_in(Scope.of(officer)), pytest.raises(Problem, match="not_allowed"):
        actions.undo(held=done.pk, by=officer, at=NOW)
    with working_in(Scope.of(by)):
        assert actions.undo(held=done.pk, by=by, at=NOW) == 1


def test_an_import_others_have_built_on_is_not_undone(by: Acting, county: County) -> None:
    done = finish(bring(table(ZHANG, LI), by), by)
    later = NOW + dt.timedelta(hours=1)
    subject = lines_of(done)[3].subject
    assert subject is not None
    assert not county.send("place", subject, {"grid": "34102310000201"}, later).refused
    with working_in(Scope.of(by)):
        assert "about 1 of its people" in str(undoing.why_not(done, by))
        with pytest.raises(Problem, match=r"wrong_state: .* already built upon"):
            actions.undo(held=done.pk, by=by, at=later)
