"""Every page of the console, collected from the page modules."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from fangxian.accounts.requests import acting
from fangxian.accounts.types import PostKind
from fangxian.console import shell

PAGES: Final = (
    "my_day",
    "filling",
    "subject",
    "search",
    "area",
    "alerts",
    "day_sheet",
    "team",
    "imports",
    "placing",
    "tables",
    "set_up",
    "access",
    "worker",
)


def home(request: HttpRequest) -> HttpResponse:
    """Whoever has rounds to make starts with their day, others with their area, else with the first page of theirs."""
    by = acting(request)
    routes = shell.routes(by)
    wanted = "my_day" if by.kind == PostKind.GRID_WORKER else "area"
    return HttpResponseRedirect(reverse(wanted if wanted in routes else routes[0]))


urlpatterns: list[URLPattern] = [path("", home, name="home")]
for _page in PAGES:
    urlpatterns += import_module(f"fangxian.console.pages.{_page}").urlpatterns
