"""Who changes who somebody under a measure is, or their arrival, does not do it unseen: the level above is told."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import Any, Final

import pytest

from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions as lists
from fangxian.capture.types import SAME
from fangxian.console import feedback
from fangxian.intake import actions
from fangxian.intake.types import Filing
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from tests.capture.test_import import bring, finish, lines_of
from tests.console.rounds import ARRIVAL, rows, signed_in
from tests.county import MORNING, County

from .doors import GRID, NOON
from .test_lightening import MEASURE, SHANGHAI
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COMMUNITY: Final = ("community_lead", "341023100001")
TOLD: Final = "SELECT path, tier, subject, count, about, programme FROM tasks_alert WHERE cause = 'changed'"


def acting(county: County, kind: str, code: str) -> Acting:
    found = acting_as(county.users[kind, code], county.posts[kind, code], NOON)
    assert found is not None
    return found


@pytest.fixture
def worker(county: County) -> Acting:
    return acting(county, "grid_worker", GRID)


@pytest.fixture
def subject(county: County) -> uuid.UUID:
    return county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number=ARRIVAL["document_number"])


def arrival(subject: uuid.UUID, *changed: str, at: dt.datetime = NOON, **answers: Any) -> Filing:
    return Filing(uuid7(at), "entry", "arrival", subject, at, {**ARRIVAL, **answers}, changes=frozenset(changed))


def page(county: County, kind: str, code: str) -> str:
    client = signed_in(county, kind, code)
    [(alert,)] = rows("SELECT id FROM tasks_alert WHERE cause = 'changed'")
    answer = client.get(f"/alerts/{alert}/")
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_the_level_above_is_told_who_was_changed_by_whom_and_what_it_was(
    county: County, worker: Acting, subject: uuid.UUID,
) -> None:
    one = arrival(subject, "name", "document_number", name="李四", document_number="G99999999")
    submit(worker, one)
    assert rows(TOLD) == [(county.paths[COMMUNITY[1]], "community", subject, 1, one.id, "entry")]
    assert rows("SELECT made_by FROM tasks_alert WHERE cause = 'changed'") == [(worker.user,)]
    submit(worker, one)  # sent again it is one record, told once
    assert len(rows(TOLD)) == 1
    line = signed_in(county, *COMMUNITY).get("/alerts/").content.decode()
    assert "李*: who they are, their arrival or their place was" in line
    assert f"changed by Grid worker grid_worker {GRID}" in line
    opened = page(county, *COMMUNITY)
    assert "<del>张三</del> → <ins>李四</ins>" in opened
    assert "<del>E12345678</del> → <ins>G99999999</ins>" in opened
    looks = rows("SELECT subject FROM accounts_access WHERE purpose = 'change_told'")
    assert looks == [(subject,)]
    assert page(county, "grid_worker", "34102310000102") == "404"


def test_an_earlier_arrival_and_another_origin_are_told_with_what_was_before(
    county: County, worker: Acting, subject: uuid.UUID,
) -> None:
    told: dict[str, Any] = {**SHANGHAI, "arrived": "2020-03-10T08:00:00+08:00"}
    submit(worker, arrival(subject, "arrived", "origin", "countries", **told))
    assert [row[2] for row in rows(TOLD)] == [subject]
    opened = page(county, *COMMUNITY)
    assert "<del>Italy</del> → <ins>Shanghai, China</ins>" in opened
    assert "2020-03-20" in opened
    assert "2020-03-10" in opened


def test_a_correction_says_what_it_corrects_and_one_taken_back_nothing(
    county: County, worker: Acting, subject: uuid.UUID,
) -> None:
    wrong = arrival(subject)
    submit(worker, wrong)
    assert rows(TOLD) == []
    later = NOON + dt.timedelta(minutes=1)
    right = replace(arrival(subject, "origin", "countries", at=later, **SHANGHAI), replaces=wrong.id)
    submit(worker, right)
    assert [row[4] for row in rows(TOLD)] == [right.id]
    opened = page(county, *COMMUNITY)
    assert "<del>Italy</del> → <ins>Shanghai, China</ins>" in opened
    changed = [(was, now) for was, now in re.findall(r"<del>(.*?)</del> → <ins>(.*?)</ins>", opened) if was == now]
    assert changed == [], "what stayed the same is not said"
    county.send("arrival", subject, {**ARRIVAL}, later, replaces=right.id)
    assert "It was corrected or taken back since" in page(county, *COMMUNITY)


@pytest.mark.parametrize("answers", [{}, {"phone": "13900000000"}, {"origin": "FR", "countries": "FR"}])
def test_what_was_not_asked_about_is_not_told(
    county: County, worker: Acting, subject: uuid.UUID, answers: dict[str, Any],
) -> None:
    submit(worker, arrival(subject, "name", **answers))
    assert rows(TOLD) == []


def test_who_is_under_no_measure_is_changed_without_a_word(county: County, worker: Acting) -> None:
    long_ago = MORNING - dt.timedelta(days=20)
    told: dict[str, Any] = {"origin": "CN-SH", "countries": "CN-SH", "arrived": long_ago.isoformat()}
    subject = county.arrive(MORNING, birth_date=ARRIVAL["birth_date"], document_number="E12345678", **told)
    submit(worker, arrival(subject, "name", name="李四", **told))
    assert rows("SELECT managed FROM decide_current WHERE subject = %s", subject) == [(False,)]
    assert rows(TOLD) == []


def take_back(one: Filing, by: Acting) -> None:
    with working_in(Scope.of(by)):
        actions.take_back([one.id], by=by, at=NOON + dt.timedelta(minutes=5))


def test_taking_back_what_makes_a_measure_lighter_is_told(county: County, worker: Acting, subject: uuid.UUID) -> None:
    fever = Filing(uuid7(NOON), "entry", "daily_check", subject, NOON, {"temperature": 38.5, "symptoms": "none"})
    submit(worker, fever)
    assert rows(MEASURE, subject) == [("hospital",)]
    take_back(fever, worker)
    assert rows(MEASURE, subject) == [("central isolation",)]
    assert rows(TOLD) == [(county.paths[COMMUNITY[1]], "community", subject, 1, fever.id, "entry")]
    assert "It was corrected or taken back since" in page(county, *COMMUNITY)
    take_back(fever, worker)
    assert len(rows(TOLD)) == 1


@pytest.mark.parametrize(("language", "said"), [
    ("en", "Taken back. This was told to 郭门社区居委会 (Community lead)."),
    ("zh-hans", "已撤回。 此事已告知郭门社区居委会（社区负责人）。")])
def test_who_takes_back_reads_to_whom_it_was_told(
    county: County, worker: Acting, subject: uuid.UUID, language: str, said: str,
) -> None:
    with running_on(SimulatedClock(NOON)):
        client = signed_in(county, "grid_worker", GRID, language)
        for temperature, told in ((38.5, True), (36.5, False)):
            at = NOON + dt.timedelta(seconds=int(temperature))
            one = Filing(uuid7(at), "entry", "daily_check", subject, NOON, {"temperature": temperature,
                                                                             "symptoms": "none"})
            submit(worker, one)
            answer = client.post(f"/my-day/undo/?entry={one.id}", headers={"Accept": "application/json"})
            assert answer.status_code == 200
            assert (answer.json()["message"] == said) is told, answer.json()["message"]
            assert answer.json()["message"].startswith(said[:3])


def test_who_changes_somebody_reads_to_whom_it_was_told(county: County, worker: Acting, subject: uuid.UUID) -> None:
    one = arrival(subject, "name", "document_number", name="李四", document_number="G99999999")
    submit(worker, one)
    with working_in(Scope.of(worker)):
        assert "郭门社区居委会" in feedback.change_told([one.id], NOON)
        assert feedback.change_told([one.id], NOON + dt.timedelta(minutes=1)) == "", "not that of another moment"


def test_what_others_built_upon_lets_nobody_go(county: County, worker: Acting) -> None:
    one = Filing(uuid7(NOON), "entry", "arrival", uuid7(NOON), NOON, {
        **ARRIVAL, "name": "赵六", "name_latin": "", "document_number": "E77777777", "phone": "13700000000",
        "birth_date": "1979-09-09"})
    submit(worker, one)
    assert rows(MEASURE, one.subject) == [("central isolation",)]
    own = Filing(uuid7(NOON), "entry", "daily_check", one.subject, NOON, {"temperature": 36.5, "symptoms": "none"})
    submit(worker, own)
    lead = acting(county, *COMMUNITY)
    theirs = replace(own, id=uuid7(NOON + dt.timedelta(seconds=1)))
    submit(lead, theirs)
    with pytest.raises(Problem, match="built_upon"):
        take_back(one, worker)
    assert rows(MEASURE, one.subject) == [("central isolation",)]
    assert rows(TOLD) == []
    take_back(own, worker)  # by this nothing becomes lighter
    assert rows(TOLD) == []
    take_back(theirs, lead)
    take_back(one, worker)  # nothing of others stands any more
    assert rows(MEASURE, one.subject) == [("none",)]
    assert [row[2] for row in rows(TOLD)] == [one.subject]


HEAD: Final = "姓名,证件类型,护照号,出生日期,抵达时间,出发地,14天内旅居史"


def test_a_list_tells_once_with_how_many_and_leads_to_itself(county: County) -> None:
    officer = acting(county, "county_duty", "341023")
    lines = [HEAD]
    for number in range(3):
        county.arrive(MORNING, name="张三", document_number=f"E1000000{number}", birth_date=f"198{number}-01-02")
        lines.append(f"张三,护照,E1000000{number},199{number}-01-02,2020-03-20 10:00,意大利,意大利")
    county.arrive(MORNING, name="王五", document_number="E20000000", birth_date="1970-01-02")
    lines.append("王五,护照,E20000000,1970-01-02,2020-03-20 10:00,意大利,意大利")
    held = bring("\n".join(lines), officer, at=NOON)
    assert held.counts == {"doubtful": 3, "known": 1}
    assert finish(held, officer, NOON).results == {"open": 3, "known": 1}
    assert rows(TOLD) == []
    with working_in(Scope.of(officer)):
        for line in (2, 3, 4):
            lists.decide(held=held.pk, choice=SAME, line=line, by=officer, at=NOON)
    finish(held, officer, NOON)
    assert rows(TOLD) == [(county.paths["341023"], "county", None, 3, held.pk, "entry")]
    shown = signed_in(county, "county_duty", "341023").get("/alerts/").content.decode()
    assert "a list changed who 3 people under a measure are" in shown
    assert f"/imports/{held.pk}/" in shown


def test_a_list_that_lightens_a_measure_is_told(county: County) -> None:
    officer = acting(county, "county_duty", "341023")
    county.arrive(MORNING, name="张三", document_number="E10000000", birth_date="1980-01-02")
    held = bring(f"{HEAD}\n张三,护照,E10000000,1980-01-02,2020-03-20 10:00,上海,上海", officer, at=NOON)
    assert held.counts == {"doubtful": 1}
    with working_in(Scope.of(officer)):
        lists.decide(held=held.pk, choice=SAME, line=2, by=officer, at=NOON)
    finish(held, officer, NOON)
    assert [row[3] for row in rows(TOLD)] == [1]


def test_a_list_that_is_taken_back_tells_with_how_many_it_lightened(county: County) -> None:
    """As a single entry does: nobody lets people go unseen."""
    officer = acting(county, "county_duty", "341023")
    abroad = [f"张{number},护照,E1000000{number},198{number}-01-02,2020-03-20 10:00,意大利,意大利"
              for number in range(3)]
    held = bring("\n".join([HEAD, *abroad]), officer, at=NOON)
    assert finish(held, officer, NOON).results == {"recorded": 3}
    assert rows("SELECT DISTINCT measure FROM decide_current") == [("central isolation",)]
    assert rows(TOLD) == []
    with working_in(Scope.of(officer)):
        assert lists.undo(held=held.pk, by=officer, at=NOON) == 3
    assert rows(TOLD) == [(county.paths["341023"], "county", None, 3, held.pk, "entry")]
    shown = signed_in(county, "county_duty", "341023").get("/alerts/").content.decode()
    assert "took a list back: the measure or household of 3 people changed with it" in shown
    assert f"/imports/{held.pk}/" in shown


def test_a_list_by_which_nobody_was_held_is_taken_back_without_a_word(county: County) -> None:
    officer = acting(county, "county_duty", "341023")
    held = bring(f"{HEAD}\n张三,护照,E10000000,1980-01-02,2020-03-01 10:00,上海,上海", officer, at=NOON)
    finish(held, officer, NOON)
    assert rows("SELECT managed FROM decide_current") == [(False,)]
    with working_in(Scope.of(officer)):
        lists.undo(held=held.pk, by=officer, at=NOON)
    assert rows(TOLD) == []


def test_the_preview_of_a_list_says_what_lies_behind_a_suspicion(county: County, worker: Acting) -> None:
    officer = acting(county, "county_duty", "341023")
    subject = county.arrive(MORNING, name="张三", document_number="E10000000", birth_date="1980-01-02")
    submit(worker, Filing(uuid7(NOON), "entry", "daily_check", subject, MORNING, {
        "temperature": 38.5, "symptoms": "none"}))
    held = bring(f"{HEAD}\n张三,护照,E10000000,1980-01-02,2020-03-20 10:00,上海,上海", officer, at=NOON)
    assert held.counts == {"doubtful": 1}
    [behind] = [one for one in lines_of(held)[2].effects if "Hospital" in one.label.en]
    assert (behind.label.en, behind.before.en, behind.after.en) == (
        "Once Hospital is over", "Central isolation, up to and including 2 April 2020",
        "Observation, up to and including 2 April 2020")
