"""What a line would change about somebody known is shown and asked; so are lines of one list that may be one person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import pytest

from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.areas.types import EVERYWHERE
from fangxian.capture import actions, doubles, queries
from fangxian.capture.models import Import
from fangxian.capture.types import NEW, OFF, SAME, ImportState, Prepared, Tab
from fangxian.kernel.errors import Problem
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.subjects import queries as subjects
from fangxian.subjects.matching.rules import Traits
from tests import kinds
from tests.capture.test_import import LI, NOW, ZHANG, acting, bring, finish, lines_of, rows, table
from tests.county import MORNING, ROOT, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = NOW + dt.timedelta(hours=1)
ARRIVAL = "SELECT f_arrival_date FROM facts_entry WHERE subject = %s"
NAMES = "姓名,护照号,出生日期,联系电话,抵达日期,出发地"


def known(by: Acting, line: str = ZHANG) -> uuid.UUID:
    """Somebody recorded from a list."""
    subject = lines_of(finish(bring(table(line), by), by))[2].subject
    assert subject is not None
    return subject


def decide(held: Import, by: Acting, choice: str, line: int | None = None) -> int:
    with working_in(Scope.of(by)):
        return actions.decide(held=held.pk, choice=choice, line=line, by=by, at=LATER)


def changes(line: Prepared) -> dict[str, tuple[str, str]]:
    return {one.label.en: (one.before.en, one.after.en) for one in line.effects}


def test_an_older_arrival_is_asked_about_and_shortens_nothing(by: Acting, county: County) -> None:
    subject = known(by)
    older = bring(table(ZHANG.replace("A1", "B1").replace("2020-03-21", "2020-03-12")), by, source="铁路", at=LATER)
    line = lines_of(older)[2]
    before = rows(ARRIVAL, subject)
    if line.effects:
        assert (older.counts, changes(line)["Arrived"][1]) == ({"doubtful": 1}, "2020-03-12 00:00")
        assert "older than the one known" in str(line.reason)
    finish(older, by, LATER)
    assert rows(ARRIVAL, subject) == before


def test_a_line_without_an_arrival_takes_none_away(by: Acting, county: County) -> None:
    subject = known(by)
    before = rows(ARRIVAL, subject)
    held = bring("姓名,护照号\n张伟,E12345678\n", by, source="酒店", at=LATER)
    finish(held, by, LATER)
    assert rows(ARRIVAL, subject) == before


def test_the_same_news_again_is_no_question(by: Acting, county: County) -> None:
    known(by)
    again = bring(table(ZHANG.replace("A1", "B1")), by, source="铁路", at=LATER)
    assert (again.counts, lines_of(again)[2].effects) == ({"known": 1}, ())


def test_a_move_out_of_somebodys_grid_is_asked_about_with_its_tasks(by: Acting, county: County) -> None:
    subject = known(by)
    moved = ZHANG.replace("A1", "B1").replace("碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号")
    held = bring(table(moved), by, source="铁路", at=LATER)
    line = lines_of(held)[2]
    assert (line.tab, line.subject, [one.subject for one in line.candidates]) == (Tab.DOUBTFUL, subject, [subject])
    assert changes(line)["Place"] == ("郭门一网格", "宏村一网格")
    assert changes(line)["Open tasks"] == ("1 at 郭门一网格", "go along to 宏村一网格")
    assert "under control already" in str(line.reason)
    assert finish(held, by, LATER).results == {"open": 1}
    assert decide(held, by, SAME) == 1
    assert finish(held, by, LATER).results == {"known": 1}
    assert rows("SELECT path FROM subjects_subject WHERE id = %s", subject) == [(county.paths["34102310120001"],)]


def test_another_measure_is_shown_before_it_is_one(by: Acting, county: County) -> None:
    known(by, ZHANG.replace("意大利", "上海"))
    held = bring(table(ZHANG.replace("A1", "B1")), by, source="铁路", at=LATER)
    told = changes(lines_of(held)[2])["Measure"]
    assert told[1] == "Central isolation, up to and including 3 April 2020"
    decide(held, by, SAME)
    finish(held, by, LATER)
    assert rows("SELECT measure FROM decide_current") == [("central isolation",)]


def test_what_is_asked_is_asked_again_when_it_would_change_something_else_by_then(by: Acting, county: County) -> None:
    subject = known(by)
    moved = ZHANG.replace("A1", "B1").replace("碧阳镇郭门一网格3栋501", "宏村镇宏村一网格8号")
    held = bring(table(moved), by, source="铁路", at=LATER)
    decide(held, by, SAME)
    assert not county.send("place", subject, {"grid": "34102310000201"}, LATER).refused
    stopped = finish(held, by, LATER + dt.timedelta(minutes=1))
    assert (stopped.state, stopped.counts) == (ImportState.PREVIEWED, {"doubtful": 1})
    assert changes(lines_of(held)[2])["Place"] == ("北街一网格", "宏村一网格")


def test_a_corrected_document_is_asked_about_and_takes_nobody_off(by: Acting, county: County) -> None:
    wang = "王芳,E2,1970-02-03,,2020-03-21,意大利"
    first = finish(bring(f"{NAMES}\n张伟,E12345678,1988-05-06,,2020-03-21,意大利\n{wang}\n", by), by)
    subject = lines_of(first)[2].subject
    later = bring(f"{NAMES}\n张伟,E12345687,1988-05-06,,2020-03-21,意大利\n{wang}\n", by, at=LATER)
    assert later.counts == {"doubtful": 1, "unchanged": 1}
    assert [one.subject for one in lines_of(later)[2].candidates] == [subject]
    assert finish(later, by, LATER).results == {"open": 1, "unchanged": 1}
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'removed'") == [(0,)]


@pytest.mark.parametrize(("choices", "results", "removed"), [
    ((), {"open": 1, "unchanged": 1, "kept": 1}, 0), ([SAME], {"known": 1, "unchanged": 1, "kept": 1}, 0),
    ([NEW], {"recorded": 1, "unchanged": 1, "kept": 1}, 0),
    ([NEW, OFF], {"recorded": 1, "unchanged": 1, "removed": 1}, 1)])
def test_who_may_be_on_the_list_under_a_corrected_number_stays_on_it(
    by: Acting, county: County, choices: Sequence[str], results: dict[str, int], removed: int,
) -> None:
    head, second = "姓名,护照号,抵达日期", "王芳,E23456789,2020-03-21"
    finish(bring(f"{head}\n张伟,E12345678,2020-03-21\n{second}\n", by), by)
    later = bring(f"{head}\n张伟,E12345687,2020-03-21\n{second}\n", by, at=LATER)
    assert later.counts == {"doubtful": 1, "unchanged": 1, "removed": 1}
    for choice in choices:
        assert decide(later, by, choice) == 1
    assert finish(later, by, LATER).results == results
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'removed'") == [(removed,)]


def test_two_of_one_name_in_a_list_are_asked_about_and_may_be_one(by: Acting, county: County) -> None:
    data = f"{NAMES}\n张伟,,,,2020-03-21,意大利\n张伟,,,,2020-03-21,意大利\n王芳,,,,2020-03-21,意大利\n"
    held = bring(data, by)
    assert held.counts == {"new": 2, "doubtful": 1}
    assert "Line 2 of this list bears the same name" in str(lines_of(held)[3].reason)
    decide(held, by, SAME)
    assert finish(held, by).results == {"recorded": 2, "known": 1}
    assert lines_of(held)[2].subject == lines_of(held)[3].subject
    assert rows("SELECT count(*) FROM subjects_subject WHERE kind = 'person'") == [(2,)]


def test_a_line_waits_for_the_one_it_is_about(by: Acting, county: County) -> None:
    old = county.arrive(NOW, name="张伟", document_number="E1", birth_date="1988-05-06")
    data = f"{NAMES}\n张伟,,1988-05-06,,2020-03-21,意大利\n张伟,,,,2020-03-21,意大利\n"
    held = bring(data, by, at=LATER)
    assert held.counts == {"doubtful": 2}
    about = next(one.subject for one in lines_of(held)[3].candidates if one.line)
    with working_in(Scope.of(by)):
        actions.decide(held=held.pk, choice=SAME, line=3, subject=about, by=by, at=LATER)
    assert finish(held, by, LATER).results == {"open": 2}
    decide(held, by, SAME, line=2)
    finish(held, by, LATER)
    assert {line.subject for line in lines_of(held).values() if line.tab is Tab.DOUBTFUL} == {old}


def test_a_name_alone_is_asked_where_somebody_of_it_is_known(by: Acting, county: County) -> None:
    subject = known(by)
    held = bring("姓名,抵达日期\n张伟,2020-03-21\n赵强,2020-03-21\n", by, source="酒店", at=LATER)
    assert held.counts == {"doubtful": 1, "new": 1}
    assert [one.subject for one in lines_of(held)[2].candidates] == [subject]


def test_two_lines_that_say_different_things_of_one_person_are_asked_about_and_one_is_left_out(
    by: Acting, county: County,
) -> None:
    """Both would be recorded as of one moment, and chance would say which of them is true."""
    subject = known(by)
    head, day = "姓名,护照号,出生日期,联系电话,抵达日期,目的地址", "2020-03-21"
    by_document, by_phone = f"张伟,E12345678,,,{day}", f"张伟,,1988-05-06,13812345678,{day}"
    first, same = f"{by_document},碧阳镇郭门一网格3栋501", f"{by_phone},碧阳镇郭门一网格3栋502"
    held = bring("\n".join([head, first, same]), by, source="铁路", at=LATER)
    assert held.counts == {"known": 1, "doubtful": 1}, "another door is asked about, and contradicts nothing"
    held = bring("\n".join([head, first, f"{by_phone},宏村镇宏村一网格8号"]), by, source="铁路", at=LATER)
    assert held.counts == {"doubtful": 2}
    assert "Line 3 says something else about the same person" in str(lines_of(held)[2].reason)
    assert finish(held, by, LATER).results == {"open": 2}
    with working_in(Scope.of(by)):
        actions.leave_out(held=held.pk, line=3, out=True, by=by, at=LATER)
        actions.decide(held=held.pk, choice=SAME, line=2, by=by, at=LATER)
    assert finish(held, by, LATER).results == {"known": 1, "left_out": 1}
    assert lines_of(held)[2].subject == subject


@pytest.mark.parametrize(("told", "known", "asked"), [
    ("E55555555,1988-05-06", ("", ""), True), ("E55555555,", ("", ""), True), (",1988-05-06", ("", ""), True),
    ("E55555555,", ("", "1988-05-06"), True), (",1988-05-06", ("E1", ""), True),
    ("E55555555,1988-05-06", ("E1", ""), False), ("E55555555,", ("E1", ""), False),
    (",1988-05-06", ("", "1990-01-01"), False)])
def test_a_line_that_says_more_is_asked_about_beside_a_namesake_of_whom_that_is_not_known(
    by: Acting, county: County, told: str, known: tuple[str, str], asked: bool,
) -> None:
    subject = county.arrive(NOW, name="张伟", document_number=known[0], birth_date=known[1])
    held = bring(f"姓名,护照号,出生日期,抵达日期\n张伟,{told},2020-03-21\n", by, source="酒店", at=LATER)
    assert held.counts == {"doubtful" if asked else "new": 1}
    assert [one.subject for one in lines_of(held)[2].candidates] == ([subject] if asked else [])
    assert finish(held, by, LATER).results == {"open" if asked else "recorded": 1}
    if asked:
        assert "nothing recorded tells the two apart" in str(lines_of(held)[2].reason)
        decide(held, by, SAME)
        assert finish(held, by, LATER).results == {"known": 1}
    assert rows("SELECT count(*) FROM subjects_subject WHERE kind = 'person'") == [(1 if asked else 2,)]


def test_a_namesake_out_of_sight_and_a_shop_of_that_name_are_not_asked_about(county: County) -> None:
    port = acting(county, "port_officer")
    kinds.publish(MORNING)
    county.send("resident", uuid.uuid4(), {"name": "张伟"}, MORNING, programme="shops", path=county.paths["341023"])
    with working_in(SYSTEM):
        programmes.publish(read_folder(ROOT / "programmes" / "residents"), by=OPERATOR, at=MORNING)
    county.send("resident", uuid.uuid4(), {"name": "王芳"}, MORNING, programme="residents", path=county.paths["341023"])
    lines = "张伟,E55555555,2020-03-21\n王芳,E66666666,2020-03-21\n"
    held = bring(f"姓名,护照号,抵达日期\n{lines}", port, source="酒店", at=LATER)
    assert held.counts == {"new": 2}


@pytest.mark.parametrize(("one", "other", "same"), [
    (Traits(names=("张伟",)), Traits(names=("张伟",)), True),
    (Traits(document="E1"), Traits(document="E2"), False),
    (Traits(document="E1"), Traits(), True),
    (Traits(birth="1988-05-06", document="E1"), Traits(birth="1988-05-06", document="E2"), True),
    (Traits(birth="1988-05-06"), Traits(birth="1988-05-07"), False),
    (Traits(phone="+861"), Traits(phone="+862"), False),
    (Traits(phone="+861", birth="1988-05-06"), Traits(phone="+862"), False)])
def test_what_tells_two_of_one_name_apart(one: Traits, other: Traits, same: bool) -> None:
    assert doubles.may_be_one(one, other) is doubles.may_be_one(other, one) is same


def test_two_people_of_one_number_are_asked_about_and_one_is_left_out(by: Acting, county: County) -> None:
    data = "id,sex,age,onset\n1,m,30,2020-03-01\n1,f,55,2020-03-09\n2,f,40,2020-03-02\n"
    held = bring(data, by, programme="linelist", form="case")
    assert held.counts == {"doubtful": 2, "new": 1}
    assert decide(held, by, NEW) == 0
    with working_in(Scope.of(by)):
        actions.leave_out(held=held.pk, line=3, out=True, by=by, at=NOW)
        actions.decide(held=held.pk, choice=SAME, line=2, by=by, at=NOW)
    assert finish(held, by).results == {"known": 1, "left_out": 1, "recorded": 1}
    assert rows("SELECT f_age FROM facts_linelist ORDER BY 1") == [(30,), (40,)]


def test_a_line_that_is_left_out_is_not_recorded_and_can_be_taken_in_again(by: Acting, county: County) -> None:
    held = bring(table(ZHANG, LI), by)
    with working_in(Scope.of(by)):
        actions.leave_out(held=held.pk, line=2, out=True, by=by, at=NOW)
        actions.leave_out(held=held.pk, line=3, out=True, by=by, at=NOW)
        actions.leave_out(held=held.pk, line=3, out=False, by=by, at=NOW)
    assert finish(held, by).results == {"left_out": 1, "recorded": 1}
    with working_in(Scope.of(by)), pytest.raises(Problem, match="not_found"):
        actions.leave_out(held=held.pk, line=2, out=False, by=by, at=NOW)


def identity(subject: uuid.UUID) -> dict[str, str]:
    with working_in(SYSTEM):
        return dict(subjects.identities([subject], EVERYWHERE)[subject].parts)


def test_nobody_is_overwritten_unasked(by: Acting, county: County) -> None:
    """A list's own number that is none: a new name and passport under a number that is known."""
    head = "人员编号,姓名,护照号,抵达日期"
    first = finish(bring(f"{head}\nT1001,张伟,E12345678,2020-03-21\n", by), by)
    subject = lines_of(first)[2].subject
    assert subject is not None
    other = bring(f"{head}\nT1001,赵强,G99999999,2020-03-21\n", by, at=LATER)
    assert (lines_of(other)[2].answers["source_id"], other.counts) == ("T1001", {"doubtful": 1})
    finish(other, by, LATER)
    assert (identity(subject)["name"], identity(subject)["document_number"]) == ("张伟", "E12345678")
    with working_in(Scope.of(by)):
        assert queries.open_doubts(other) == 1
