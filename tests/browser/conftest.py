"""A county in a database of its own, served to a real Chromium; built once, never flushed.

Server and browsers live on the afternoon of one day of 2020, so that the same tasks are due whenever the tests run.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from pytest_django.live_server_helper import LiveServer

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.kernel import clock
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.report import actions as report
from fangxian.tasks import clock as turns
from tests import county as world
from tests.browser.watching import Watch
from tests.county import MORNING, County

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
HOUR: Final = dt.timedelta(hours=1)
AFTERNOON: Final = MORNING + 5.5 * HOUR  # 14:30 in the county
GRID: Final = "34102310000101"
OTHER_GRID: Final = "34102310000102"
COMMUNITY: Final = "341023100001"
TOWNSHIP: Final = "341023100"
OTHER_TOWNSHIP: Final = "341023101"
COUNTY: Final = "341023"
NAMES: Final = ("张三", "李四光", "欧阳娜娜", "Anna Maria Eriksson", "王建国", "赵敏")
SignedIn = Callable[..., Page]


class Running:
    """A clock that goes on from an instant as the machine's does."""

    def __init__(self, start: dt.datetime) -> None:
        self._start, self._since = start, time.monotonic()

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=time.monotonic() - self._since)


@dataclass
class Site:
    """Where it is served, and who is in it."""

    url: str
    county: County
    people: list[uuid.UUID]

    def register(self, number: int, at: dt.datetime, *, grid: str = GRID, **answers: Any) -> uuid.UUID:
        """Somebody who arrived at a grid and, unless told otherwise, was registered an hour later."""
        return _registered(self.county, at, number, grid=grid, **answers)

    def run_jobs(self) -> None:
        """What the background process would do, until nothing waits; in a thread, since Playwright holds the loop."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_work).result(timeout=120)


def _work() -> None:
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, concurrency=1)


@pytest.fixture(scope="package")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The county of ``tests.county``, two days old: three households registered yesterday, one person expected."""
    settings.KEYS = Path(tmp_path_factory.getbasetemp()) / "keys"
    with django_db_blocker.unblock(), mock.patch.object(clock, "_system", Running(AFTERNOON)):
        county = world.build(AFTERNOON - dt.timedelta(days=30))
        with working_in(SYSTEM):
            programmes.publish(
                read_folder(world.ROOT / "programmes" / "residents"), by=OPERATOR, at=AFTERNOON - dt.timedelta(days=30)
            )
            _give_posts(county, ("inspector", "auditor", "epidemiologist"), AFTERNOON - dt.timedelta(days=30))
        turns.run_due(AFTERNOON - 20 * HOUR)  # yesterday
        people = [_registered(county, AFTERNOON - 20 * HOUR, number, registered=number < 5) for number in range(6)]
        turns.run_due(MORNING - 12 * HOUR)  # past the cut-off: today's tasks open
        turns.run_due(AFTERNOON - HOUR / 60)
        report.compact(at=AFTERNOON)
        server = LiveServer("127.0.0.1")
        yield Site(server.url, county, people)
        server.stop()


def _give_posts(county: County, kinds: Iterable[str], at: dt.datetime) -> None:
    """Posts at the county that the small county does without."""
    for kind in kinds:
        user = User.objects.create(username=f"{kind}-{COUNTY}", display_name=f"{kind} {COUNTY}")
        accounts.give_posts(posts=[NewPost(user.pk, kind, COUNTY, at)], by=OPERATOR, at=at)
        county.users[kind, COUNTY] = user.pk


def _registered(
    county: County, at: dt.datetime, number: int, *, grid: str = GRID, registered: bool = True, **answers: Any
) -> uuid.UUID:
    name = NAMES[number % len(NAMES)]
    phone = f"138123456{number:02d}"
    subject = county.arrive(at, grid=grid, name=name, arrived=at.isoformat(), phone=phone)
    if not registered:
        return subject
    told = {
        "name": name,
        "sex": "female",
        "birth_date": f"198{number % 10}-04-05",
        "nationality": "IT",
        "document_type": "passport",
        "document_number": f"E{subject.int % 10**8:08d}",
        "phone": phone,
        "transport": "flight",
        "transport_number": "MU788",
        "seat": f"12{number}",
        "arrived": at.isoformat(),
        "origin": "IT",
        "countries": "IT",
        "address": f"郭门{1 + number // 2}号2单元30{number}",
        "household": f"{grid}-{number // 2}",
        "symptoms": "none",
        "frail": "no",
        **answers,
    }
    receipt = county.send("arrival", subject, told, at + HOUR)
    assert not receipt.refused, receipt.refused
    county.send("daily_check", subject, {"temperature": 36.4 + number % 6 / 10, "symptoms": "none"}, at + 2 * HOUR)
    return subject


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """What the pages of a test complain of fails the test."""
    watch = Watch(site.url)
    yield watch
    assert watch.problems == []


@pytest.fixture
def signed_in(site: Site, browser: Browser, watch: Watch) -> Iterator[SignedIn]:
    """A page on which somebody of a kind at an area is signed in, in a browser of its own."""
    contexts = []

    def open_page(
        kind: str,
        code: str,
        *,
        language: str = "en",
        size: ViewportSize | None = None,
        worker: bool = False,
        dark: bool = False,
        locale: str = "",
    ) -> Page:
        client = Client()
        client.force_login(User.objects.get(pk=site.county.users[kind, code]))
        context = browser.new_context(
            viewport=size or WIDE,
            has_touch=size is PHONE,
            locale=locale or ("zh-CN" if language != "en" else "en-GB"),
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            service_workers="allow" if worker else "block",
            base_url=site.url,
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site.url},
            ]
        )
        contexts.append(context)
        watch.over(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        context.clock.install(time=clock.now())
        return page

    yield open_page
    for context in contexts:
        context.close()
