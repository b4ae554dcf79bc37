"""The ribbon of a demo: its own clock, and how old it is; the browser is told by how much to go ahead."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import translation

from fangxian.kernel.clock import SimulatedClock, running_on

PLAYED = dt.datetime(2020, 3, 20, 8, 10, tzinfo=dt.UTC)


@pytest.fixture
def shown(settings: Any) -> Any:
    """A page of a demo: ahead of the machine's clock by so much, so long after it was made."""

    def page(ahead: dt.timedelta, later: dt.timedelta, language: str = "en") -> str:
        settings.DEMO, settings.DEMO_AHEAD, settings.DEMO_PLAYED = True, ahead, PLAYED
        with running_on(SimulatedClock(PLAYED + later)):
            return frame(language)

    return page


def frame(language: str = "en") -> str:
    with translation.override(language):
        return render(RequestFactory().get("/"), "console/base.html").content.decode()


def test_a_clock_of_its_own_is_said_and_handed_to_the_browser(shown: Any) -> None:
    page = shown(-dt.timedelta(hours=10), dt.timedelta(minutes=5))
    assert 'data-ahead="-36000"' in page
    assert "A clock of its own:" in page
    assert "20 Mar 2020, 16:15" in page
    assert "FRESH=1" not in page
    assert "演示系统有自己的时钟" in shown(-dt.timedelta(hours=10), dt.timedelta(0), "zh-hans")


def test_in_the_day_the_clock_is_the_machines(shown: Any) -> None:
    page = shown(dt.timedelta(0), dt.timedelta(0))
    assert "data-ahead" not in page
    assert "A clock of its own" not in page


def test_an_old_one_says_how_to_make_a_new_one(shown: Any) -> None:
    assert "Made 3 days ago" in shown(dt.timedelta(0), dt.timedelta(days=3, hours=2))
    assert "make run FRESH=1" in shown(dt.timedelta(0), dt.timedelta(days=1), "zh-hans")


def test_a_real_county_has_neither(settings: Any) -> None:
    settings.DEMO = False
    page = frame()
    assert "fx-ribbon" not in page
    assert "data-ahead" not in page


def test_the_pages_before_the_first_keep_the_same_clock_and_colours(settings: Any) -> None:
    settings.DEMO, settings.DEMO_AHEAD, settings.DEMO_PLAYED = True, -dt.timedelta(hours=10), PLAYED
    request = RequestFactory().get("/accounts/second-factor/")
    request.COOKIES["fx_theme"] = "dark"
    with running_on(SimulatedClock(PLAYED)):
        page = render(request, "accounts/card.html").content.decode()
    assert 'data-ahead="-36000"' in page
    assert 'data-theme="dark"' in page
