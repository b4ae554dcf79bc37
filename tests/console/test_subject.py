"""A person's page: the measure and why, masked until asked, what happened, links, passing on."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.console import passing
from fangxian.console import person as told
from fangxian.console.pages import subject as subject_page
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock as turning
from fangxian.tasks import giving
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, registered, rows, signed_in, task_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOON = MORNING + 5 * HOUR


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        yield world.build()


@pytest.fixture
def lead(county: County) -> Client:
    return signed_in(county, "community_lead", "341023100001")


def page(client: Client, subject: uuid.UUID) -> str:
    answer = client.get(f"/subjects/{subject}/")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_sentence_says_what_until_when_and_because(county: County, lead: Client) -> None:
    text = page(lead, registered(county))
    assert "Central isolation up to and including 2 April, because: From a high-risk country or region" in text


def test_why_opens_the_row_the_facts_and_the_version(county: County, lead: Client) -> None:
    subject = registered(county)
    address = f"/subjects/{subject}/why/?programme=entry"
    text = lead.get(address).content.decode()
    for part in ("Row 4", "Facts the decision saw", "version 2020.8", "Age", "<html",
                 "up to and including: <strong>2 April 2020</strong>"):
        assert part in text, part
    fragment = lead.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Row 4" in fragment
    assert "<html" not in fragment
    assert signed_in(county, "grid_worker", FAR_GRID).get(address).status_code == 404
    assert lead.get(f"/subjects/{subject}/why/?programme=linelist").status_code == 404


def test_an_end_that_nobody_knows_yet_is_left_out_of_why(county: County) -> None:
    subject = registered(county)
    county.send("daily_check", subject, {"temperature": 38.6, "symptoms": "fever"}, MORNING + HOUR)
    lead = signed_in(county, "community_lead", "341023100001", "zh-hans")
    text = lead.get(f"/subjects/{subject}/why/?programme=entry").content.decode()
    assert "<h3>管理措施 · <strong>住院隔离诊治</strong></h3>" in text


def test_the_sentence_in_chinese(county: County) -> None:
    text = page(signed_in(county, "community_lead", "341023100001", "zh-hans"), registered(county))
    assert "集中隔离" in text
    assert "来自高风险国家或地区" in text
    assert "交通方式：飞机" in text


def test_every_purpose_logged_at_a_record_has_its_words() -> None:
    code = "".join(path.read_text() for path in Path(told.__file__).parent.rglob("*.py"))
    calls = re.findall(r"log_access\(([^;]*?subjects=)", code)
    logged = {purpose for call in calls for purpose in re.findall(r'purpose="(\w+)"', call)}
    assert "place" in logged
    assert logged <= set(told.SEEN_FOR)


def test_what_is_unknown_makes_it_provisional(county: County, lead: Client) -> None:
    assert "not known yet" in page(lead, county.arrive(MORNING))


def test_masked_until_a_purpose_is_told_and_every_look_is_logged(county: County, lead: Client) -> None:
    subject = registered(county)
    before = page(lead, subject)
    assert "张*" in before
    assert "张三" not in before
    assert "138****5678" in before
    assert "Date of birth" in before
    assert "1985-04-05" not in before
    assert "5 April 1985" not in before
    assert rows("SELECT count(*) FROM accounts_access WHERE subject = %s", subject) == [(0,)]
    asked = lead.post(f"/subjects/{subject}/identity/", {"purpose": "care"}, follow=True)
    after = asked.content.decode()
    assert "张三" in after
    assert "13812345678" in after
    assert after.count("5 April 1985") >= 3, "under the identity, what is known, and in the timeline"
    assert rows("SELECT purpose, count(*) FROM accounts_access WHERE subject = %s GROUP BY 1", subject) == [("care", 1)]
    assert "Care and visits" in page(lead, subject)


def test_the_purpose_wears_off(county: County, lead: Client) -> None:
    subject = registered(county)
    lead.post(f"/subjects/{subject}/identity/", {"purpose": "care"})
    with running_on(SimulatedClock(NOON + HOUR)):
        assert "张三" not in page(lead, subject)


def test_who_may_not_see_identities_is_not_shown_them(county: County) -> None:
    subject = registered(county)
    worker = signed_in(county, "grid_worker", GRID)
    text = page(worker, subject)
    assert "张三" not in text
    assert "Show the full identity" not in text
    assert worker.post(f"/subjects/{subject}/identity/", {"purpose": "care"}).status_code == 403
    assert worker.post(f"/subjects/{subject}/identity/", {"purpose": ""}).status_code == 403


def test_a_task_that_somebody_else_has_is_no_way_to_its_form_where_names_stay_masked(county: County) -> None:
    subject = registered(county)
    turning.run_due(NOON)
    task, _state = task_of(subject, "temperature_am")
    worker, way = signed_in(county, "grid_worker", GRID), f"/fill/entry/daily_check/?subject={subject}&amp;task={task}"
    assert way in page(worker, subject)
    lead = county.actor("community_lead", "341023100001")
    with working_in(SYSTEM):
        assert giving.reassign(tasks=[task], post=county.posts["community_lead", "341023100001"], by=lead, at=NOON)
    assert way not in page(worker, subject)
    assert f"/fill/entry/daily_check/?subject={subject}" in page(worker, subject), "the form itself is still offered"
    assert way in page(signed_in(county, "community_lead", "341023100001"), subject)


def test_others_find_nothing(county: County) -> None:
    subject = registered(county)
    stranger = signed_in(county, "grid_worker", FAR_GRID)
    assert stranger.get(f"/subjects/{subject}/").status_code == 404
    assert stranger.get(f"/subjects/{uuid.uuid4()}/").status_code == 404
    assert signed_in(county, "administrator", "341023").get(f"/subjects/{subject}/").status_code == 403


def test_the_timeline_says_who_what_and_what_became_of_it(county: County, lead: Client) -> None:
    subject = registered(county)
    county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + HOUR)
    county.send("daily_check", subject, {"temperature": 36.8, "symptoms": "none", "note": "秘密"}, MORNING + 2 * HOUR)
    text = page(lead, subject)
    for part in (
        "Daily health check",
        "Temperature (°C): 36.8",
        "Decided: Central isolation",
        "No symptoms",
        "personal answers hidden",
        "36.8 °C",
        "chart-entry-temperature",
        "corrects=",
    ):
        assert part in text, part
    assert "秘密" not in text
    assert "秘密" in lead.post(f"/subjects/{subject}/identity/", {"purpose": "care"}, follow=True).content.decode()


def test_the_household_and_the_journey_are_linked_masked(county: County, lead: Client) -> None:
    first = registered(county)
    second = registered(county, name="李四光", phone="13800138000")
    text = page(lead, first)
    assert f"/subjects/{second}/" in text
    assert "李**" in text
    assert "Household: 2 people" in text
    assert "郭门1-2-301" not in text


def test_passing_on_asks_another_area(county: County, lead: Client) -> None:
    subject = registered(county)
    found = lead.get(f"/subjects/{subject}/pass-on/?q=宏村").content.decode()
    assert "宏村一网格" in found
    sent = lead.post(f"/subjects/{subject}/pass-on/", {"to": FAR_GRID, "note": "搬走"}, follow=True)
    assert "宏村一网格 has been asked" in sent.content.decode()
    assert rows("SELECT to_path, state FROM tasks_handover WHERE subject = %s", subject) == [
        (county.paths[FAR_GRID], "asked")
    ]


def test_a_note_to_who_takes_somebody_over_is_for_posts_that_may_see_who_it_is(county: County, lead: Client) -> None:
    subject = registered(county)
    lead.post(f"/subjects/{subject}/pass-on/", {"to": FAR_GRID, "note": "张三 13800138000 搬走"})
    assert "张三 13800138000 搬走" in page(lead, subject)
    masked = page(signed_in(county, "grid_worker", GRID), subject)
    assert "搬走" not in masked
    assert "A note is written here" in masked


def test_a_grid_worker_passes_nobody_on(county: County) -> None:
    subject = registered(county)
    worker = signed_in(county, "grid_worker", GRID)
    assert worker.get(f"/subjects/{subject}/pass-on/?q=宏村").status_code == 403


def test_a_longer_history_makes_no_more_queries(county: County, lead: Client) -> None:
    subject = registered(county)
    county.send("daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + HOUR)
    page(lead, subject)
    with CaptureQueriesContext(connection) as few:
        page(lead, subject)
    for number in range(5):
        county.send(
            "daily_check", subject, {"temperature": 36.5, "symptoms": "none"}, MORNING + HOUR * (number + 2) / 2
        )
    with CaptureQueriesContext(connection) as many:
        page(lead, subject)
    assert len(many) <= len(few), [one["sql"][:120] for one in many]
    assert len(many) < 50


def test_many_on_one_journey_are_shown_when_asked_for(
    county: County, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject_page, "LINKS", 2)
    subject = registered(county)
    others = [registered(county, name=f"李{number}", household=f"1-{number}") for number in range(4)]
    shown = {one for one in map(str, others) if one in page(lead, subject)}
    assert len(shown) == 2
    assert "Show all" in page(lead, subject)
    assert "<span class=\"fx-count\">4</span>" in page(lead, subject)
    everybody = lead.get(f"/subjects/{subject}/?links=all").content.decode()
    assert all(str(one) in everybody for one in others)
    assert "Show all" not in everybody


@pytest.mark.parametrize(("on", "language", "shown"), [
    (dt.date(2020, 12, 11), "en", "11 December"), (dt.date(2062, 12, 11), "en", "11 December 2062"),
    (dt.date(2016, 12, 11), "en", "11 December 2016"), (dt.date(2021, 1, 2), "zh-hans", "2021年1月2日"),
    (dt.date(2020, 1, 2), "zh-hans", "1月2日"),
])
def test_a_day_of_another_year_is_shown_with_its_year(on: dt.date, language: str, shown: str) -> None:
    with translation.override(language):
        assert passing.day(on, dt.date(2020, 3, 20)) == shown


def test_what_happened_names_the_grid_and_not_its_code(county: County) -> None:
    subject = county.arrive(MORNING)
    page = signed_in(county, "county_duty", "341023").get(f"/subjects/{subject}/").content.decode()
    events = page[page.index("fx-timeline"):]
    assert GRID not in events
    assert "郭门一网格" in events


def test_nobody_is_asked_to_type_the_code_of_a_grid(county: County) -> None:
    placed = registered(county)
    duty = signed_in(county, "township_duty", "341023100")
    assert "/fill/entry/place/" not in page(duty, placed)
    waiting = county.arrive(MORNING, grid="", address="no such place 1")
    assert f"/fill/entry/place/?subject={waiting}&amp;task=" in page(duty, waiting), "its task leads to placing"
