"""Every page of the console, collected from the page modules."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from fangxian.accounts.requests import acting
from fangxian.console import shell

PAGES: Final = (
    "my_day",
    "filling",
    "replies",
    "subject",
    "passing_on",
    "search",
    "area",
    "alerts",
    "drills",
    "day_sheet",
    "team",
    "imports",
    "placing",
    "tables",
    "set_up",
    "access",
    "rights_log",
    "journal_log",
    "profile",
    "about",
    "worker",
)


def home(request: HttpRequest) -> HttpResponse:
    """Whoever has rounds to make starts with their day, the others with their area or else with what they may open."""
    return HttpResponseRedirect(reverse(shell.home_of(acting(request))))


urlpatterns: list[URLPattern] = [path("", home, name="home")]
for _page in PAGES:
    urlpatterns += import_module(f"fangxian.console.pages.{_page}").urlpatterns
