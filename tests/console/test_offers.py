"""Nobody is offered what ends in “Not for this post”: every link a post is shown leads somewhere."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import Post, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import FAR_GRID, GRID, HOUR, OTHER_GRID, registered, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY, TOWNSHIP, COMMUNITY = "341023", "341023100", "341023100001"
POSTS: Final = (
    ("grid_worker", GRID), ("community_lead", COMMUNITY), ("township_duty", TOWNSHIP), ("county_duty", COUNTY),
    ("clinician", COUNTY), ("port_officer", COUNTY), ("administrator", COUNTY), ("auditor", COUNTY),
    ("inspector", COUNTY), ("epidemiologist", COUNTY))
MORE: Final = ("auditor", "inspector", "epidemiologist")
A_ROUTE: Final = 4
"""Pages of one kind that are opened: the fifth person shows what the first did."""
_LINK: Final = re.compile(r'(?:href|hx-get|class="fx-search" action)="([^"#]+)')
_ASKED: Final = re.compile(r"[?&](\w+)=")
_NO_PAGES: Final = ("/static/", "/sign-out", "/language", "tel:", "mailto:")


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 10 * HOUR)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        for kind in MORE:
            user = User.objects.create(username=f"{kind}-{COUNTY}", display_name=kind)
            with working_in(SYSTEM):
                accounts.give_posts(posts=[NewPost(user.pk, kind, COUNTY, MORNING)], by=OPERATOR, at=MORNING)
            made.users[kind, COUNTY] = user.pk
            made.posts[kind, COUNTY] = Post.objects.get(user=user).pk
        registered(made, MORNING, household="郭门1号")
        sick = registered(made, MORNING, household="郭门1号", document_number="E00000078")
        made.send("daily_check", sick, {"temperature": 38.6, "symptoms": "fever"}, MORNING + 2 * HOUR)
        for grid in (OTHER_GRID, FAR_GRID, ""):
            made.arrive(MORNING, grid)
        clock.run_due(MORNING + 10 * HOUR)
        yield made


def walked(client: Client) -> Iterator[tuple[str, str, int]]:
    """Every page reached by links from the first: its address, where it was offered, what came."""
    waiting, seen, opened = deque([("/", "")]), {"/"}, Counter[str]()
    while waiting:
        address, offered = waiting.popleft()
        answer = client.get(address)
        yield address, offered, answer.status_code
        if answer.status_code in (301, 302):
            links = [answer["Location"]]
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            links = [unescape(link) for link in _LINK.findall(answer.content.decode())]
        else:
            continue
        for link in links:
            target = urljoin(address, link)
            path = urlsplit(target).path
            if target in seen or urlsplit(target).netloc or target.startswith(_NO_PAGES):
                continue
            seen.add(target)
            route = f"{resolve(path).route}?{sorted(_ASKED.findall(target))}"
            opened[route] += 1
            if opened[route] <= A_ROUTE:
                waiting.append((target, address))


@pytest.mark.parametrize(("kind", "code"), POSTS)
def test_every_link_leads_somewhere(county: County, kind: str, code: str) -> None:
    found = list(walked(signed_in(county, kind, code)))
    assert [(address, offered, status) for address, offered, status in found if status >= 400] == []
    assert len(found) > (1 if kind == "auditor" else 10)


def test_nobody_is_promised_what_their_post_cannot_have(county: County) -> None:
    """A day where no task can be theirs, alerts to answer where they answer none, levels below a grid."""
    offered = {
        (kind, code): signed_in(county, kind, code).get("/alerts/").content.decode()
        for kind, code in (("epidemiologist", COUNTY), ("county_duty", COUNTY), ("grid_worker", GRID))}
    day, level, below = 'href="/my-day/"', "At my level", "show=below"
    told = {kind: [part in page for part in (day, level, below)] for (kind, _code), page in offered.items()}
    assert told == {
        "epidemiologist": [False, True, True], "county_duty": [True, False, True], "grid_worker": [True, True, False]}
