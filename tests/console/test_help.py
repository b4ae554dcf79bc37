"""Help in place, the page about this installation, and the first day of each kind of post."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.utils.translation import gettext, override

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost, PostKind
from fangxian.console.terms import TERMS
from fangxian.console.tours import TOURS, TourState
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import clock
from tests import county as world
from tests.county import MORNING, County

from .rounds import GRID, HOUR, registered, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COUNTY, TOWNSHIP, COMMUNITY = "341023", "341023100", "341023100001"
PLACES = {PostKind.GRID_WORKER: GRID, PostKind.COMMUNITY_LEAD: COMMUNITY, PostKind.TOWNSHIP_DUTY: TOWNSHIP}


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(MORNING + 5 * HOUR)):
        made = world.build()
        clock.run_due(MORNING - HOUR)
        yield made


def post_of(county: County, kind: str) -> Client:
    """Somebody of a kind of post, at the place it usually has."""
    code = PLACES.get(PostKind(kind), COUNTY)
    if (kind, code) not in county.users:
        user = User.objects.create(username=f"{kind}-{code}", display_name=f"{kind} {code}")
        with working_in(SYSTEM):
            accounts.give_posts(posts=[NewPost(user.pk, kind, code, MORNING)], by=OPERATOR, at=MORNING)
        county.users[kind, code] = user.pk
    return signed_in(county, kind, code)


def home(client: Client) -> str:
    return client.get("/", follow=True).content.decode()


def step(page: str) -> str:
    found = re.search(r"First day · (\d+) of \d+", page)
    return found[1] if found else ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_told_in_two_sentences_of_each_language(name: str, language: str) -> None:
    with override(language):
        text = str(TERMS[name].text)
        assert len(re.findall(r"[.。](?=\s|$|[^\d\s])", text)) == 2
        assert bool(re.search("[一-鿿]", text)) == (language != "en")


@pytest.mark.parametrize(("kind", "address", "terms"), [
    ("grid_worker", "/my-day/", {"my_day", "late"}),
    ("county_duty", "/area/", {"loop", "task", "late", "missed", "blind_spot", "walk_in"}),
    ("county_duty", "/area/341023/timeliness/", {"timeliness", "measure"}),
    ("county_duty", "/area/341023/late/", {"late"}),
    ("county_duty", "/area/341023/tasks-missed/", {"missed"}),
    ("county_duty", "/alerts/", {"alert"}),
    ("county_duty", "/alerts/?show=below", {"alert", "escalation"}),
    ("county_duty", "/day-sheet/", {"day_sheet", "missed", "cut_off"}),
    ("county_duty", "/team/", {"duty"}),
    ("county_duty", "/tables/", {"decision_table"}),
    ("township_duty", "/placing/", {"alias"}),
    ("administrator", "/set-up/posts/", {"post"}),
    ("administrator", "/set-up/programmes/", {"programme"}),
    ("administrator", "/set-up/requests/", {"second_person"}),
    ("auditor", "/access/", {"access_log"}),
])
def test_the_terms_of_a_page_are_explained_on_it(county: County, kind: str, address: str, terms: set[str]) -> None:
    registered(county)
    answer = post_of(county, kind).get(address, headers={"HX-Request": "true"} if "timeliness" in address else {})
    page = answer.content.decode()
    controls = re.findall(r'<button type="button" class="fx-explain-mark" data-explain aria-expanded="false"'
                          r' aria-controls="explain-(\w+)" aria-label="[^"]+"', page)
    assert set(controls) == terms
    assert len(controls) == len(set(re.findall(r'id="explain-(\w+)"', page)))


def test_a_person_without_a_measure_is_told_what_undecided_means(county: County) -> None:
    page = post_of(county, "county_duty").get(f"/subjects/{registered(county)}/").content.decode()
    assert 'aria-controls="explain-measure"' in page


@pytest.mark.parametrize("kind", list(PostKind))
def test_about_says_who_runs_it_and_whom_to_call(county: County, kind: str) -> None:
    post_of(county, "administrator")
    User.objects.filter(pk=county.users["administrator", COUNTY]).update(phone="13900001234")
    client = post_of(county, kind)
    page = client.get("/about/").content.decode()
    for said in ("黟县", "Apache License 2.0", "20:00", "Asia/Shanghai", "testserver", "tel:13900001234"):
        assert said in page
    assert ("<kbd>j</kbd>" in page) is ('href="/my-day/"' in page), "no key for a page that the post does not have"
    with override_settings(RUN_BY="Health bureau, 0559-1", DATA_AT="<b>in the bureau"):
        page = client.get("/about/").content.decode()
    assert "Health bureau, 0559-1" in page
    assert "&lt;b&gt;in the bureau" in page
    assert Client().get("/about/").status_code == 401


@pytest.mark.parametrize("kind", list(PostKind))
def test_a_first_day_is_walked_skipped_and_taken_up_again(county: County, kind: str) -> None:
    client, steps = post_of(county, kind), TOURS[PostKind(kind)]  # none of them is about a page it may not open
    assert 3 <= len(steps) <= 7
    for number, one in enumerate(steps):
        page = home(client)
        assert step(page) == str(number + 1)
        assert gettext(str(one.title)) in page
        where = re.search(r'data-points-at="([^"]+)"', page)
        assert where is None or client.get(where[1]).status_code == 200, "nobody is led where they may not go"
        if number + 1 < len(steps):
            client.post("/tour/", {"to": str(number + 1)})
    client.post("/tour/", {"to": "1"})  # back
    client.post("/tour/", {"to": "skipped"})
    assert step(home(client)) == ""
    assert step(home(post_of(county, kind))) == ""  # another device
    client.post("/tour/", {"to": "again"})
    assert step(home(client)) == "2"
    client.post("/tour/", {"to": "done"})
    assert step(home(client)) == ""
    client.post("/tour/", {"to": "again"})
    assert step(home(client)) == "1"
    assert rows("SELECT name, value FROM console_remembered") == [(f"tour.{kind}", "0")]


@pytest.mark.parametrize("sent", ["", "99", "-1", "²", "1e3", "skip"])
def test_a_step_there_is_not_changes_nothing(county: County, sent: str) -> None:
    client = post_of(county, "grid_worker")
    assert client.post("/tour/", {"to": sent}).status_code == 404
    assert rows("SELECT count(*) FROM console_remembered") == [(0,)]


def test_the_tour_waits_while_there_is_urgent_work(county: County) -> None:
    registered(county)
    client = post_of(county, "grid_worker")
    assert '<section class="fx-tour' in home(client)
    rows("UPDATE tasks_task SET urgent = true WHERE state = 'open' AND form = 'daily_check' RETURNING id")
    page = home(client)
    assert "once what is urgent is done</summary>" in re.sub(r"<svg.*?</svg>", "", page)
    assert '<details class="fx-tour' in page
    assert step(client.get("/alerts/").content.decode()) == ""  # on the first page alone


@pytest.mark.parametrize(("kept", "state"), [
    ("", TourState()), ("3", TourState(3)), ("skipped 2", TourState(2, "skipped")), ("done", TourState(0, "done")),
    ("nonsense", TourState()), ("skipped x", TourState(0, "skipped"))])
def test_what_is_remembered_of_a_tour(kept: str, state: TourState) -> None:
    assert TourState.read(kept) == state
    assert TourState.read(state.kept()) == state
