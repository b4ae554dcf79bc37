"""Whatever stands in an address or a form, the answer is one of the catalogue and never a failure: every route, every
parameter its page reads, values at the ends of what a type can hold. ``FANGXIAN_FUZZ`` asks for more rounds.
"""

from __future__ import annotations

import inspect
import os
import random
import re
import sys
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.http import urlencode

from fangxian.accounts import queries as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.ids import uuid7
from fangxian.tasks.models import Alert, Task
from tests import county as world
from tests.console.rounds import registered
from tests.county import MORNING, County

from .routes import ROUTES

ROUNDS: Final = int(os.environ.get("FANGXIAN_FUZZ", "4"))
NASTY: Final = (
    "", "x", "-", "/", "_", "|", ".", ":", "%", "&", "0", "1", "-1", "1.5", "1e9", "9" * 30, "9" * 5000,
    "[" * 1000, "<a>" * 1000, "²", "٣",
    "1_0", "NaN", "{}", "[]", "[1]", "null", '{"new": "x"}', "<a/>", "</data>", "\0", "a\0b", "张" * 80, "\U0001f600",
    "\ud7ff", "entry", "residents", "entry/arrival", "entry/", "/arrival", "entry/x", "entry/arrival/x", "2020.3/0",
    "2020.3/²",
    "2020-03-20", "0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "2020-02-30", "24:00", "08:00",
    "2020-03-20T09:00:00+08:00", "2020-03-20T09:00:00+23:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2020-03-20T01:00:00.000000Z_",
    *(one + str(uuid.UUID(int=1)) for one in ("", "_", "0:", "x|", "same:", "2020-03-20T01:00:00.000000Z_",
                                              "9999-12-31T23:59:59.000000Z_", "2020-03-20T01:00:00+23:59_")),
    f"2020-03-20T01:00:00Z_{uuid.UUID(int=1)}_urgent", "000000000|1", "000000000|", "|1", "x|²", "x|" + "9" * 30,
    "a|b|c|d",
    "000/9", "done", "excused", "on", "same:x", "new", "all", "yes", "34102310000101", "341023", "place", "due",
    "state",
)
_READ: Final = re.compile(r"""(?:GET|POST|asked|found|values?)(?:\.get|\.getlist)?[\[(]\s*["']([a-z_]+)["']""")
_FIELD: Final = re.compile(r"^    (\w+) = (?:forms\.|\w*Field\()|self\.fields\[\"(\w+)\"\]", re.MULTILINE)


def all_routes(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from all_routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


VIEWS: Final = dict(all_routes(get_resolver().url_patterns))


@cache
def names(route: str) -> tuple[str, ...]:
    """The parameters the page of a route may read: those its module names, and its forms' fields."""
    if route.startswith("api/"):
        return ("after", "area", "day", "limit", "mine", "parent", "programme")
    view = inspect.unwrap(VIEWS[route])
    module = sys.modules.get(getattr(view, "__module__", ""))
    if module is None or not module.__name__.startswith("fangxian."):
        return ("next", "language")
    source = inspect.getsource(module)
    fields = (one or other for one, other in _FIELD.findall(source))
    found = {*_READ.findall(source), *fields, "programme", "day", "after", "before"}
    return tuple(sorted(found))


class Fuzz:
    """Draws requests."""

    def __init__(self, county: County, seed: str) -> None:
        self.chance = random.Random(seed)
        self.county = county
        subject = registered(county)
        with working_in(SYSTEM):
            self.there = {
                "uuid": [str(subject), *(str(one) for one in Task.objects.values_list("pk", flat=True)[:5]),
                         *(str(one) for one in Alert.objects.values_list("pk", flat=True)[:2])],
                "int": [str(post) for post in county.posts.values()] + ["0", "9" * 18, "9" * 25],
                "str": ["341023", "34102310000101", "entry", "arrival", "daily_check", "listed", "tasks-all", "xlsx",
                        "x", "张", "late", "walk", "here", "stage-0", "stage-²", "stage-" + "9" * 30, "gap-1",
                        "measure-hospital",
                        "tasks-all", "tasks-open", "tasks-done-daily_check", "tasks-missed"]}

    def address(self, route: str) -> str:
        def fill(match: re.Match[str]) -> str:
            said = (match[1] or "str").rstrip(":")
            kind = "uuid" if said == "uuidstr" else said
            return self.chance.choice(self.there.get(kind, self.there["str"]))

        return "/" + re.sub(r"<(\w+:)?\w+>", fill, route)

    def value(self) -> str:
        known = self.chance.choice(("uuid", "int"))
        return self.chance.choice([*NASTY, *[self.chance.choice(self.there[known])] * 8])

    def given(self, route: str) -> dict[str, Any]:
        chosen = [name for name in names(route) if self.chance.random() < 0.55]
        return {name: self.value() for name in chosen}


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with running_on(SimulatedClock(MORNING)):
        yield world.build()


def client_for(county: County, route: str) -> list[Client]:
    """Of the kinds of post that may come there, some."""
    who, table = ROUTES[route], accounts.permissions()
    found = []
    for kind, code in world.POSTS:
        if not isinstance(who, tuple) or any(
                table.may(kind, action, grant.programme) for action in who for grant in table.grants):
            client = Client(headers={"Accept-Language": "en"})
            client.raise_request_exception = False
            client.force_login(User.objects.get(pk=county.users[kind, code]))
            found.append(client)
    return found


@pytest.mark.parametrize("route", sorted(ROUTES))
@pytest.mark.django_db(databases=["default", "owner"])
def test_no_request_is_answered_by_a_failure(route: str, county: County) -> None:
    fuzz, clients, failed = Fuzz(county, route), client_for(county, route), []
    for number in range(ROUNDS):
        client, address, given = fuzz.chance.choice(clients), fuzz.address(route), fuzz.given(route)
        asked = f"{address}?{urlencode(given, doseq=True)}"
        posted = fuzz.given(route)
        if number % 3 == 0 and "import" in route:
            posted["file"] = SimpleUploadedFile("list.csv", fuzz.value().encode())
        htmx = {"HX-Request": "true"} if number % 2 else {}
        for answer, what in (
            (client.get(asked, headers=htmx), f"GET {asked}"),
            (client.post(asked if number % 2 else address, posted, headers=htmx), f"POST {asked} {posted}"),
        ):
            if answer.status_code >= 500:
                failed.append(what)
            b"".join(getattr(answer, "streaming_content", ()))
    assert failed == []


INSTANTS: Final = (
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
    "2020-03-20T09:00:00+23:59", "2020-03-20T09:00:00-23:59", "2020-03-20T09:00:00+15:00", "1970-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z", "-1", "1e400", "99999999999999", "2020-03-20", "",
)


@pytest.mark.parametrize("instant", INSTANTS)
@pytest.mark.django_db(databases=["default", "owner"])
def test_a_time_at_the_ends_of_time_is_answered(instant: str, county: County) -> None:
    subject = registered(county)
    client = Client()
    client.raise_request_exception = False
    client.force_login(User.objects.get(pk=county.users["grid_worker", "34102310000101"]))
    form = {"id": str(uuid7(MORNING)), "programme": "entry", "form": "daily_check", "subject": str(subject),
            "happened_at": instant, "answers": {"temperature": 36.5, "symptoms": "none"}}
    assert client.post("/api/v1/submissions", [form], content_type="application/json").status_code < 500
    sent = {"client_id": str(uuid7(MORNING)), "happened_at": instant, "xml": (
        '<data id="daily_check" version="2020.3"><temperature>36.5</temperature><symptoms>none</symptoms></data>')}
    assert client.post(f"/fill/entry/daily_check/send/?subject={subject}", sent).status_code < 500
    arrival = {**form, "id": str(uuid7(MORNING)), "form": "arrival", "happened_at": "2020-03-20T09:00:00+08:00",
               "answers": {"arrived": instant, "name": "张三"}}
    assert client.post("/api/v1/submissions", [arrival], content_type="application/json").status_code < 500
    with working_in(SYSTEM):
        task = Task.objects.filter(subject=subject, state="open").values_list("pk", flat=True)[0]
    answer = {"task": str(task), "entry": str(uuid7(MORNING)), "happened_at": instant, "outcome": "done"}
    assert client.post("/my-day/answer/", answer).status_code < 500
