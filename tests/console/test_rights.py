"""Nobody raises themselves through a page; a second person gives what one may not, and the auditor reads of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

import pytest
from django.test import Client

from fangxian.accounts import actions as accounts
from fangxian.accounts import approvals, coverage, queries
from fangxian.accounts.models import Absence, Post, RightsRequest, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.areas.types import subtree
from fangxian.console.pages import rights_log
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks import rebuild
from fangxian.tasks.models import Task
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SEAT: Final = "341023"
ADMIN: Final = ("administrator", SEAT)
SECOND: Final = ("second", SEAT)
AUDITOR: Final = ("auditor", SEAT)
DUTY: Final = ("county_duty", SEAT)
CLINICIAN: Final = ("clinician", SEAT)
WORKER: Final = ("grid_worker", "34102310000101")
NEIGHBOUR: Final = ("grid_worker", "34102310000102")
LEAD: Final = ("community_lead", "341023100001")


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with running_on(SimulatedClock(MORNING)):
        made = world.build()
        for name, kind in ((SECOND, "administrator"), (AUDITOR, "auditor")):
            user = User.objects.create(username=name[0], display_name=name[0])
            with working_in(SYSTEM):
                given = [NewPost(user.pk, kind, SEAT, MORNING - dt.timedelta(days=1))]
                made.posts[name] = accounts.give_posts(posts=given, by=OPERATOR, at=MORNING)[0]
            made.users[name] = user.pk
        yield made


def client(county: County, who: tuple[str, str]) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(User.objects.get(pk=county.users[who]))
    return found


def kinds(county: County, who: tuple[str, str]) -> set[str]:
    return {by.kind for by in queries.posts_of(county.users[who], MORNING)}


def the_request() -> RightsRequest:
    with working_in(SYSTEM):
        return RightsRequest.objects.get()


@pytest.mark.parametrize("absent", [DUTY, CLINICIAN, LEAD, WORKER])
@pytest.mark.parametrize("who", [AUDITOR, WORKER])
def test_nobody_makes_themselves_the_stand_in(county: County, who: tuple[str, str], absent: tuple[str, str]) -> None:
    before = kinds(county, who)
    asked = {"days": "3", "substitute": str(county.posts[who])}
    assert client(county, who).post(f"/team/post/{county.posts[absent]}/away/", asked).status_code in (403, 404, 422)
    assert kinds(county, who) == before
    with working_in(SYSTEM):
        assert not Absence.objects.exists()


@pytest.mark.parametrize("door", ["team", "set-up"])
def test_an_administrator_who_would_stand_in_waits_for_another(county: County, door: str) -> None:
    absent, own = county.posts[CLINICIAN], county.posts[ADMIN]
    if door == "team":
        address, asked = f"/team/post/{absent}/away/", {"days": "3", "substitute": str(own)}
    else:
        address, asked = f"/set-up/posts/{absent}/", {
            "do": "absence", "begins": "2020-03-20T08:00", "ends": "2020-03-27T08:00", "substitute": str(own)}
        with working_in(SYSTEM):  # only the same kind of post and the area above are offered
            accounts.give_post(user=county.users[ADMIN], kind="administrator", area="3410", by=OPERATOR, at=MORNING)
            own = Post.objects.get(user=county.users[ADMIN], path=county.paths["3410"]).pk
        asked["substitute"] = str(own)
    assert client(county, ADMIN).post(address, asked).status_code in (302, 404, 422)
    assert kinds(county, ADMIN) == {"administrator"}


def test_a_post_for_oneself_takes_two_and_the_auditor_reads_of_it(county: County) -> None:
    admin, second, auditor = (client(county, who) for who in (ADMIN, SECOND, AUDITOR))
    asked = {"user": "administrator-341023", "kind": "clinician", "area": SEAT}
    answer = admin.post("/set-up/posts/give/", asked, follow=True)
    assert "A second person has to approve" in answer.content.decode()
    assert kinds(county, ADMIN) == {"administrator"}
    request = the_request()
    own = admin.get("/set-up/requests/").content.decode()
    assert 'value="withdraw"' in own
    assert 'value="approve"' not in own
    assert "Requests for a second person" in second.get("/set-up/").content.decode()
    told = auditor.get("/access/rights/").content.decode()
    assert "Asked for rights for" in told
    assert "takes a second person" in told
    assert "rights for the one who asks" in told
    assert admin.post("/set-up/requests/", {"do": "approve", "request": request.pk}).status_code == 422
    assert auditor.post("/set-up/requests/", {"do": "approve", "request": request.pk}).status_code == 403
    assert kinds(county, ADMIN) == {"administrator"}
    assert 'value="approve"' in second.get("/set-up/requests/").content.decode()
    assert second.post("/set-up/requests/", {"do": "approve", "request": request.pk}).status_code == 302
    assert kinds(county, ADMIN) == {"administrator", "clinician"}
    told = auditor.get("/access/rights/").content.decode()
    assert "Approved rights for" in told
    assert "Gave a post to" in told
    for language in ("en", "zh-hans"):
        shown = second.get("/set-up/requests/", headers={"accept-language": language})
        assert shown.status_code == 200


@pytest.mark.parametrize("do", ["decline", "withdraw"])
def test_a_request_ends_without_anything_given(county: County, do: str) -> None:
    admin = client(county, ADMIN)
    admin.post("/set-up/posts/give/", {"user": "grid_worker-34102310000101", "kind": "grid_worker", "area": SEAT})
    request = the_request()
    assert request.reasons == "above"
    by = SECOND if do == "decline" else ADMIN
    assert client(county, by).post("/set-up/requests/", {"do": do, "request": request.pk}).status_code == 302
    assert client(county, SECOND).post("/set-up/requests/", {"do": "approve", "request": request.pk}).status_code == 422
    assert Post.objects.filter(user=county.users[WORKER]).count() == 1


@pytest.mark.parametrize("asked", [{}, {"do": "approve"}, {"do": "give", "request": "1"},
                                   {"do": "approve", "request": "x"}, {"do": "approve", "request": "999999"}])
def test_what_is_no_request_is_not_found(county: County, asked: dict[str, str]) -> None:
    assert client(county, SECOND).post("/set-up/requests/", asked).status_code == 404


def test_a_stand_in_that_needs_a_second_person_is_said_to(county: County) -> None:
    with working_in(SYSTEM):
        accounts.give_post(user=county.users[ADMIN], kind="grid_worker", area=NEIGHBOUR[1], by=OPERATOR, at=MORNING)
    page = client(county, ADMIN).get(f"/set-up/posts/{county.posts[WORKER]}/").content.decode()
    offered = [line for line in page.split("<option") if "needs a second person" in line]
    assert len(offered) == 1
    assert "administrator 341023" in offered[0]
    asked = {"do": "absence", "begins": "2020-03-20T08:00", "ends": "2020-03-27T08:00",
             "substitute": str(Post.objects.get(user=county.users[ADMIN], kind="grid_worker").pk)}
    page = client(county, ADMIN).post(f"/set-up/posts/{county.posts[WORKER]}/", asked, follow=True).content.decode()
    assert "waits for a second person" in page
    with working_in(SYSTEM):
        assert Absence.objects.get().substitute is None
    with working_in(SYSTEM):
        [request] = queries.requests_in(subtree(county.paths[SEAT]), MORNING)
    assert request.substitute is not None
    assert client(county, SECOND).post("/set-up/requests/", {"do": "approve", "request": request.id}).status_code == 302
    with working_in(SYSTEM):
        assert Absence.objects.get().substitute_id == request.substitute
    assert request.expires_at == MORNING + approvals.LASTS


@pytest.fixture
def busy(county: County) -> County:
    county.arrive(MORNING - dt.timedelta(hours=1))
    return county


def open_tasks(county: County, who: tuple[str, str]) -> int:
    with working_in(SYSTEM):
        return Task.objects.filter(post=county.posts[who], state="open").count()


def test_somebody_shut_out_is_nowhere(busy: County) -> None:
    """Their tasks go to whoever is there, they are offered to nobody, and their area is a blind spot."""
    admin, lead = client(busy, ADMIN), client(busy, LEAD)
    user, post, before = busy.users[WORKER], busy.posts[WORKER], open_tasks(busy, WORKER)
    assert before
    assert f"{before} open task" in admin.get(f"/set-up/users/{user}/").content.decode()
    said = admin.post(f"/set-up/users/{user}/", {"do": "out"}, follow=True).content.decode()
    assert "is signed out everywhere" in said
    assert f"Open tasks went to: community_lead 341023100001 {before}." in said
    assert (open_tasks(busy, WORKER), open_tasks(busy, LEAD)) == (0, before)
    assert "grid_worker 34102310000101" not in lead.get("/team/").content.decode()
    neighbour = busy.posts[NEIGHBOUR]
    assert f'value="{post}"' not in lead.get(f"/team/post/{neighbour}/").content.decode()
    assert f'value="{post}"' not in admin.get(f"/set-up/posts/{neighbour}/").content.decode()
    asked = {"days": "1", "substitute": str(post)}
    assert lead.post(f"/team/post/{neighbour}/away/", asked).status_code == 404
    assert lead.post(f"/team/post/{busy.posts[LEAD]}/reassign/", {"all": "1", "to": str(post)}).status_code == 404
    assert f"area={WORKER[1]}" in admin.get("/set-up/").content.decode(), "named under Where nobody is"
    with working_in(SYSTEM):
        assert coverage.count_blind_spots(subtree(busy.paths[WORKER[1]]), at=MORNING) == 1
        assert coverage.count_blind_spots(subtree(busy.paths[WORKER[1]]), at=MORNING - dt.timedelta(seconds=1)) == 0
    busy.arrive(MORNING)
    assert open_tasks(busy, WORKER) == 0, "nor do new ones come"
    with working_in(SYSTEM):
        assert rebuild.check().same


def test_let_in_again_the_post_is_as_it_was(busy: County) -> None:
    admin, user = client(busy, ADMIN), busy.users[WORKER]
    for do in ("out", "in"):
        assert admin.post(f"/set-up/users/{user}/", {"do": do}).status_code == 302
    assert open_tasks(busy, WORKER) == 0, "what was given away stays where it is"
    on_duty = queries.roster().on_duty("grid_worker", busy.paths[WORKER[1]], MORNING)
    assert [duty.post.id for duty in on_duty] == [busy.posts[WORKER]]
    busy.arrive(MORNING)
    assert open_tasks(busy, WORKER) > 0
    with working_in(SYSTEM):
        assert coverage.count_blind_spots(subtree(busy.paths[WORKER[1]]), at=MORNING) == 0
        assert rebuild.check().same


def test_who_stands_in_and_is_shut_out_stands_in_no_more(busy: County) -> None:
    admin = client(busy, ADMIN)
    asked = {"days": "3", "substitute": str(busy.posts[NEIGHBOUR])}
    client(busy, LEAD).post(f"/team/post/{busy.posts[WORKER]}/away/", asked)
    given = open_tasks(busy, NEIGHBOUR)
    assert given
    admin.post(f"/set-up/users/{busy.users[NEIGHBOUR]}/", {"do": "out"})
    assert (open_tasks(busy, NEIGHBOUR), open_tasks(busy, LEAD)) == (0, given)
    assert "Away, nobody stands in" in admin.get("/set-up/").content.decode()


def test_who_stands_in_and_goes_away_leaves_nobody_and_the_tasks_go_up(busy: County) -> None:
    """Also where somebody stands in for them: that one does their work, and not what they stood in for."""
    lead, tasks = client(busy, LEAD), open_tasks(busy, WORKER)
    lead.post(f"/team/post/{busy.posts[WORKER]}/away/", {"days": "3", "substitute": str(busy.posts[NEIGHBOUR])})
    assert open_tasks(busy, NEIGHBOUR) == tasks
    with working_in(SYSTEM):
        third = accounts.give_post(
            user=busy.users[DUTY], kind="grid_worker", area=NEIGHBOUR[1], by=OPERATOR, at=MORNING)
    asked = {"days": "3", "substitute": str(third)}
    said = lead.post(f"/team/post/{busy.posts[NEIGHBOUR]}/away/", asked, follow=True).content.decode()
    assert "Nobody stands in any more for: grid_worker 34102310000101." in said
    assert (open_tasks(busy, NEIGHBOUR), open_tasks(busy, LEAD)) == (0, tasks)
    with working_in(SYSTEM):
        assert not Task.objects.filter(post=third).exists()
        assert rebuild.check().same
    busy.arrive(MORNING)
    assert open_tasks(busy, LEAD) > tasks, "so do new ones"
    again = lead.post(f"/team/post/{busy.posts[NEIGHBOUR]}/away/", {"days": "1"}, follow=True).content.decode()
    assert "Nobody stands in any more" in again
    assert "Nobody stands in any more" not in lead.post(
        f"/team/post/{busy.posts[LEAD]}/away/", {"days": "1"}, follow=True).content.decode()


def test_ones_own_page(county: County) -> None:
    worker = client(county, WORKER)
    for language in ("en", "zh-hans"):
        assert "grid_worker" in worker.get("/profile/", headers={"accept-language": language}).content.decode()
    assert worker.post("/profile/", {"phone": "139 0000 0000"}).status_code == 302
    assert User.objects.get(pk=county.users[WORKER]).phone == "139 0000 0000"
    assert worker.post("/profile/", {"phone": "abc"}).status_code == 422
    assert worker.post("/profile/", {}).status_code in (403, 422)
    assert User.objects.get(pk=county.users[WORKER]).phone == "139 0000 0000"
    assert "Your profile" in worker.get("/my-day/").content.decode()


@pytest.mark.parametrize("number", ["9" * 4301, "9" * 30, "²", "-1", ""])
def test_what_is_no_request_is_not_there(county: County, number: str) -> None:
    for do in ("approve", "decline", "withdraw"):
        asked = {"do": do, "request": number}
        assert client(county, SECOND).post("/set-up/requests/", asked).status_code == 404
    assert client(county, AUDITOR).get(f"/access/rights/?before={number}").status_code == 200


def test_nobody_gives_themselves_a_password(county: County) -> None:
    page = f"/set-up/users/{county.users[ADMIN]}/"
    answer = client(county, ADMIN).post(page, {"do": "password"})
    assert answer.status_code == 422
    assert "profile page" in answer.content.decode()
    assert "New one-time password" not in client(county, ADMIN).get(page).content.decode()


def test_who_approves_reads_who_gains_and_through_whose_hand(county: County) -> None:
    """Names may be the same; usernames are not. Whoever gains under another name is not asked."""
    twin = User.objects.create(username="twin", display_name="county_duty 341023", issued_by_id=county.users[ADMIN])
    client(county, ADMIN).post("/set-up/posts/give/", {"user": "twin", "kind": "clinician", "area": SEAT})
    page = client(county, SECOND).get("/set-up/requests/").content.decode()
    assert "county_duty 341023 (twin)" in page
    assert "administrator 341023 (administrator-341023)" in page
    assert "password given out by administrator 341023 (administrator-341023)" in page
    assert 'value="approve"' in page
    User.objects.filter(pk=twin.pk).update(issued_by=county.users[SECOND])
    page = client(county, SECOND).get("/set-up/requests/").content.decode()
    assert 'value="approve"' not in page


def test_who_approves_under_another_name_reads_why_not(county: County) -> None:
    User.objects.filter(pk=county.users[SECOND]).update(issued_by=county.users[ADMIN])
    client(county, ADMIN).post("/set-up/posts/give/", {"user": ADMIN[0], "kind": "clinician", "area": SEAT})
    asked = {"do": "approve", "request": str(the_request().pk)}
    answer = client(county, SECOND).post("/set-up/requests/", asked)
    assert answer.status_code == 422
    assert "One person may be behind both" in answer.content.decode()
    assert kinds(county, ADMIN) == {"administrator"}


def test_the_auditor_reads_the_latest_first_whenever_it_came_in(
    county: County, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rights_log, "PAGE", 2)
    for name, hours in {"first": 1, "third": 3, "between": 2}.items():  # brought in out of order, as an older book is
        user = User.objects.create(username=name, display_name=name)
        at = MORNING + dt.timedelta(hours=hours)
        with working_in(SYSTEM):
            accounts.give_posts(posts=[NewPost(user.pk, "grid_worker", WORKER[1], at)], by=OPERATOR, at=at)
    auditor = client(county, AUDITOR)
    first = auditor.get("/access/rights/").content.decode()
    assert re.findall(r"<td[^>]*>(third|between|first)\b", first) == ["third", "between"]
    [following] = re.findall(r'href="(/access/rights/\?before=\d+)"', first)
    assert re.findall(r"<td[^>]*>(third|between|first)\b", auditor.get(following).content.decode()) == ["first"]
