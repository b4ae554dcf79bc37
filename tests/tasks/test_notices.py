"""Notices by webhook: one post for all that waits, three tries, nothing personal."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest

from fangxian.site import environment
from fangxian.tasks import clock, jobs
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
URL = "https://gateway.example/hook"
NOW = MORNING + HOUR


@pytest.fixture
def county() -> County:
    made = world.build()
    clock.run_due(MORNING - HOUR)
    made.send("arrival", made.arrive(MORNING), {**ARRIVAL, "temperature": 38.6}, NOW)
    return made


def gateway(status: int, seen: list[httpx.Request]) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status)

    return httpx.MockTransport(handle)


def test_all_alerts_go_in_one_post_without_anything_personal(county: County) -> None:
    seen: list[httpx.Request] = []
    assert jobs.deliver(URL, at=NOW, transport=gateway(204, seen)) == 3
    assert jobs.deliver(URL, at=NOW, transport=gateway(204, seen)) == 0
    assert len(seen) == 1
    text = seen[0].content.decode()
    told = json.loads(text)["alerts"]
    assert {len(one["areas"]) for one in told} == {3, 4, 5}
    assert {one["posts"][0]["kind"] for one in told} == {"community_lead", "township_duty", "county_duty"}
    subject = rows("SELECT id FROM subjects_subject")[0][0]
    for secret in ("张三", "ZHANG", "E12345678", "13812345678", str(subject), "38.6"):
        assert secret not in text
    assert rows("SELECT delivered, answer, count(*) FROM tasks_delivery GROUP BY 1, 2") == [(True, "HTTP 204", 3)]


def test_what_is_refused_is_kept_and_tried_three_times(county: County) -> None:
    seen: list[httpx.Request] = []
    for number in range(jobs.TRIES):
        with pytest.raises(jobs.NotDelivered):
            jobs.deliver(URL, at=NOW + dt.timedelta(seconds=number), transport=gateway(503, seen))
    assert jobs.deliver(URL, at=NOW, transport=gateway(204, seen)) == 0
    assert len(seen) == jobs.TRIES
    assert rows("SELECT DISTINCT delivered, answer FROM tasks_delivery") == [(False, "HTTP 503")]


@pytest.mark.parametrize(("given", "origins", "address"), [
    ("", [], ""),
    ("https://fangxian.example/", [], "https://fangxian.example"),
    ("", ["https://*.example", "https://county.example"], "https://county.example"),
    ("https://fangxian.example", ["https://county.example"], "https://fangxian.example"),
])
def test_links_begin_with_the_public_address(
    given: str, origins: list[str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANGXIAN_URL", given)
    assert environment.address("FANGXIAN_URL", origins) == address


def test_without_a_webhook_nothing_is_queued(county: County, settings: object) -> None:
    settings.WEBHOOK_URL = ""  # type: ignore[attr-defined]
    alerts = [row[0] for row in rows("SELECT id FROM tasks_alert")]
    jobs.announce(alerts)
    assert rows("SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_several_commits_queue_one_job(county: County, settings: object) -> None:
    settings.WEBHOOK_URL = URL  # type: ignore[attr-defined]
    alerts = [row[0] for row in rows("SELECT id FROM tasks_alert")]
    jobs.announce(alerts)
    jobs.announce(alerts)
    assert rows("SELECT task_name, args::text FROM procrastinate_jobs") == [("tasks.notices", "{}")]
