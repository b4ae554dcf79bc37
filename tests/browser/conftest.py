"""A county in a database of its own, served to a real Chromium; built once, never flushed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from fangxian.accounts.models import User
from fangxian.kernel import clock
from tests import county as world
from tests.county import County

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
HOUR: Final = dt.timedelta(hours=1)
SignedIn = Callable[..., Page]


@dataclass
class Site:
    """Where it is served, and who is in it."""

    url: str
    county: County
    people: list[Any]


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The county of ``tests.county`` with a few registered people, at the real time of day."""
    settings.KEYS = Path(tmp_path_factory.getbasetemp()) / "keys"
    with django_db_blocker.unblock():
        now = clock.now()
        county = world.build(now - dt.timedelta(days=30))
        people = [_registered(county, now - 20 * HOUR, number) for number in range(6)]
        server = LiveServer("127.0.0.1")
        yield Site(server.url, county, people)
        server.stop()


def _registered(county: County, at: dt.datetime, number: int) -> Any:
    names = ("张三", "李四光", "欧阳娜娜", "Anna Maria Eriksson", "王建国", "赵敏")
    subject = county.arrive(at, name=names[number], arrived=at.isoformat(), phone=f"1381234567{number}")
    told = {
        "name": names[number],
        "sex": "female",
        "birth_date": f"198{number}-04-05",
        "nationality": "IT",
        "document_type": "passport",
        "document_number": f"E{subject.int % 10**8:08d}",
        "phone": f"1381234567{number}",
        "transport": "flight",
        "transport_number": "MU788",
        "seat": f"12{number}",
        "arrived": at.isoformat(),
        "origin": "IT",
        "countries": "IT",
        "address": f"郭门{1 + number // 2}号2单元30{number}",
        "household": f"郭门-{number // 2}",
        "symptoms": "none",
        "frail": "no",
    }
    if number < len(names) - 1:  # the last one still waits to be registered
        receipt = county.send("arrival", subject, told, at + HOUR)
        assert not receipt.refused, receipt.refused
        county.send("daily_check", subject, {"temperature": 36.4 + number / 10, "symptoms": "none"}, at + 2 * HOUR)
        county.send("daily_check", subject, {"temperature": 36.6, "symptoms": "none", "note": "睡得好"}, at + 12 * HOUR)
    return subject


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def signed_in(site: Site, browser: Browser) -> Iterator[SignedIn]:
    """A page on which somebody of a kind at an area is signed in; ``errors`` of its console fail the test."""
    contexts = []
    problems: list[str] = []

    def open_page(kind: str, code: str, *, language: str = "en", size: ViewportSize | None = None) -> Page:
        client = Client()
        client.force_login(User.objects.get(pk=site.county.users[kind, code]))
        context = browser.new_context(
            viewport=size or WIDE,
            locale="zh-CN" if language != "en" else "en-GB",
            service_workers="block",
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site.url},
            ]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
