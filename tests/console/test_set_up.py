"""Set-up by the county's administrator: rights, each flow from click to record, and how many queries a page takes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fangxian.accounts import actions as accounts
from fangxian.accounts import queries
from fangxian.accounts.models import Absence, Hours, Post, User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.capture.models import Source
from fangxian.console import assets
from fangxian.journal.models import Entry
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.tasks.models import Task
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ADMIN: Final = ("administrator", "341023")
WORKER: Final = ("grid_worker", "34102310000101")
LEAD: Final = ("community_lead", "341023100001")
NEIGHBOUR: Final = ("grid_worker", "34102310000102")
PAGES: Final = (
    "/set-up/", "/set-up/posts/", "/set-up/posts/give/", "/set-up/areas/", "/set-up/areas/?q=郭门",
    "/set-up/areas/load/",
    "/set-up/areas/341023100001/", "/set-up/users/", "/set-up/programmes/", "/set-up/programmes/entry/",
    "/set-up/permissions/", "/set-up/permissions/?programme=linelist", "/access/",
)  # fmt: skip


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with running_on(SimulatedClock(MORNING)):
        yield world.build()


@pytest.fixture
def admin(county: County) -> Client:
    return signed_in(county, ADMIN)


def signed_in(county: County, who: tuple[str, str]) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=county.users[who]))
    return client


def test_everybody_begins_with_a_page_they_may_open(county: County) -> None:
    for who, page in ((ADMIN, "/set-up/"), (WORKER, "/my-day/"), (LEAD, "/area/")):
        client = signed_in(county, who)
        assert client.get("/").headers["Location"] == page
        assert client.get(page).status_code == 200


def orders() -> list[str]:
    with working_in(SYSTEM):
        return list(Entry.objects.filter(kind="command").order_by("seq").values_list("form", flat=True))


def neighbouring_administrator(county: County) -> Client:
    """An administrator of the other township only."""
    user = User.objects.create(username="elsewhere")
    with working_in(SYSTEM):
        accounts.give_posts(
            posts=[NewPost(user.pk, "administrator", "341023101", MORNING - dt.timedelta(days=1))],
            by=OPERATOR,
            at=MORNING,
        )
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_the_administrator_sees_every_page_in_both_languages(page: str, admin: Client) -> None:
    for language in ("en", "zh-hans"):
        answer = admin.get(page, headers={"accept-language": language})
        assert answer.status_code == 200, answer.content.decode()[:2000]


@pytest.mark.parametrize("page", PAGES)
def test_a_grid_worker_comes_nowhere_near(page: str, county: County) -> None:
    assert signed_in(county, WORKER).get(page).status_code in {403, 404}


def test_another_area_is_not_there(county: County) -> None:
    elsewhere = neighbouring_administrator(county)
    worker = county.posts[WORKER]
    for address in (
        f"/set-up/posts/{worker}/",
        "/set-up/areas/341023100001/",
        f"/set-up/users/{county.users[WORKER]}/",
    ):
        assert elsewhere.get(address).status_code == 404
        assert elsewhere.post(address, {"do": "end", "on": "2020-03-20"}).status_code == 404
    assert b"grid_worker 34102310000101" not in elsewhere.get("/set-up/posts/").content
    assert b"grid_worker 34102310000101" not in elsewhere.get("/set-up/users/").content
    assert b"grid_worker 34102310120001" in elsewhere.get("/set-up/posts/").content


def test_blind_spots_are_named(admin: Client) -> None:
    shown = admin.get("/set-up/").content.decode()
    assert "北街一网格" in shown
    assert "/set-up/posts/give/?area=34102310000201" in shown


def test_a_post_is_given_by_name(admin: Client, county: County) -> None:
    user = User.objects.create(username="li.si", display_name="李四")
    answer = admin.post("/set-up/posts/give/", {"user": "李四", "kind": "grid_worker", "area": "北街一网格"})
    assert answer.status_code == 302
    assert Post.objects.get(user=user).path == county.paths["34102310000201"]
    assert orders()[-1] == "give_post"


def test_the_same_post_is_not_given_twice_for_one_time(admin: Client, county: County) -> None:
    asked = {"user": "grid_worker-34102310000101", "kind": "grid_worker", "area": "34102310000101"}
    refused = admin.post("/set-up/posts/give/", {**asked, "valid_from": "2020-03-25T08:00"})
    assert refused.status_code == 422
    assert "grid_worker 34102310000101 has this post already" in refused.content.decode()
    assert admin.post("/set-up/posts/give/", {**asked, "department": "卫生健康局"}).status_code == 302
    assert admin.post("/set-up/posts/give/", {**asked, "department": "卫生健康局"}).status_code == 422
    admin.post(f"/set-up/posts/{county.posts[WORKER]}/", {"do": "end"})
    until = {"valid_from": "2020-03-25T08:00", "valid_to": "2020-03-26T08:00"}
    assert admin.post("/set-up/posts/give/", {**asked, **until}).status_code == 302
    assert admin.post("/set-up/posts/give/", {**asked, "valid_to": "2020-03-25T09:00"}).status_code == 422
    assert admin.post("/set-up/posts/give/", {**asked, "valid_to": "2020-03-25T08:00"}).status_code == 302
    assert admin.post("/set-up/posts/give/", {**asked, "valid_from": "2020-03-26T08:00"}).status_code == 302


def test_the_kind_of_post_says_which_area_of_a_name_is_meant(admin: Client, county: County) -> None:
    user = User.objects.create(username="li.si", display_name="李四")
    answer = admin.post("/set-up/posts/give/", {"user": "李四", "kind": "community_lead", "area": "郭门"})
    assert answer.status_code == 302
    assert Post.objects.get(user=user).path == county.paths["341023100001"]


def test_where_the_kind_does_not_settle_it_the_areas_are_offered(admin: Client, county: County) -> None:
    asked = {"user": "clinician-341023", "kind": "grid_worker", "area": "郭门"}
    page = admin.post("/set-up/posts/give/", asked)
    assert page.status_code == 422
    offered = re.findall(r'<option value="(\d+)">([^<]*)</option>', page.content.decode())
    assert ("34102310000101", "郭门社区居委会 · 郭门一网格 · 34102310000101") in offered
    assert "341023100001" not in dict(offered)
    chosen = admin.post("/set-up/posts/give/", {**asked, "area": "34102310000102"})
    assert chosen.status_code == 302


@pytest.mark.parametrize(("area", "said"), [("nowhere", "no area"), ("郭门", "Several areas")])
def test_an_area_that_cannot_be_meant_is_asked_again(area: str, said: str, admin: Client) -> None:
    answer = admin.post("/set-up/posts/give/", {"user": "clinician-341023", "kind": "clinician", "area": area})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_hours_are_read_as_people_write_them(admin: Client, county: County) -> None:
    post = county.posts[WORKER]
    typed = {"do": "hours", "day0": "8:00-12:00, 14:00-18:00", "day6": "22:00–06:00", "alike": "on"}
    assert admin.post(f"/set-up/posts/{post}/", typed).status_code == 302
    assert Hours.objects.filter(post=post).count() == 3
    assert Hours.objects.filter(post=county.posts[NEIGHBOUR]).count() == 3
    wrong = admin.post(f"/set-up/posts/{post}/", {"do": "hours", "day1": "8 to 12"})
    assert wrong.status_code == 422
    assert "08:00-12:00" in wrong.content.decode()


@pytest.mark.parametrize("hand_over", [True, False])
@pytest.mark.parametrize("on_duty", [True, False])
def test_whom_new_hours_leave_open_tasks_with_is_told(
    hand_over: bool, on_duty: bool, admin: Client, county: County,
) -> None:
    """A post that is there for what is due keeps it; else it goes to whoever is, or it is said who still has it."""
    county.arrive(MORNING - dt.timedelta(hours=1))
    address, worker, lead = f"/set-up/posts/{county.posts[WORKER]}/", county.posts[WORKER], county.posts[LEAD]
    with working_in(SYSTEM):
        count = Task.objects.filter(post=worker, state="open").count()
    assert count
    day = MORNING.weekday() if on_duty else (MORNING.weekday() - 1) % 7
    typed = {"do": "hours", f"day{day}": "11:00-19:00" if on_duty else "00:00-00:10"}
    page = admin.post(address, {**typed, **({"hand_over": "on"} if hand_over else {})}, follow=True).content.decode()
    gone = hand_over and not on_duty
    with working_in(SYSTEM):
        assert Task.objects.filter(post=lead if gone else worker, state="open").count() == count
    assert (f"Open tasks went to: {' '.join(LEAD)} {count}." in page) is gone
    said = f"Nobody is on duty in time for open tasks of: {' '.join(WORKER)} {count}."
    assert (said in page) is (not hand_over and not on_duty)
    assert (orders()[-1:] == ["spread"]) is gone


def away(begins: str = "2020-03-20T08:00", substitute: int | None = None) -> dict[str, Any]:
    asked = {"do": "absence", "begins": begins, "ends": "2020-03-27T08:00", "hand_over": "on"}
    return {**asked, "substitute": substitute or ""}


@pytest.mark.parametrize("substitute", [True, False])
def test_a_worker_falls_ill_and_the_tasks_go_on(substitute: bool, admin: Client, county: County) -> None:
    county.arrive(MORNING - dt.timedelta(hours=1))
    ill = county.posts[WORKER]
    other = NEIGHBOUR if substitute else LEAD
    with working_in(SYSTEM):
        before = Task.objects.filter(post=ill, state="open").count()
    assert before
    chosen = county.posts[other] if substitute else None
    assert admin.post(f"/set-up/posts/{ill}/", away(substitute=chosen)).status_code == 302
    with working_in(SYSTEM):
        assert Task.objects.filter(post=county.posts[other], state="open").count() == before
    assert orders()[-2:] == ["record_absence", "spread"]
    page = admin.get(f"/set-up/posts/{ill}/").content.decode()
    assert f"Open tasks went to: {' '.join(other)} {before}." in page
    with working_in(SYSTEM):
        back = Absence.objects.get()
    admin.post(f"/set-up/posts/{ill}/", {"do": "back", "absence": back.pk})
    assert queries.roster().posts[ill].present(MORNING)


def test_where_nobody_stands_in_the_others_of_the_grid_take_over(admin: Client, county: County) -> None:
    user = User.objects.create(username="li.si", display_name="李四")
    with working_in(SYSTEM):
        given = [NewPost(user.pk, *WORKER, MORNING - dt.timedelta(days=1))]
        [second] = accounts.give_posts(posts=given, by=OPERATOR, at=MORNING)
    for _ in range(2):
        county.arrive(MORNING - dt.timedelta(hours=1))
    address = f"/set-up/posts/{county.posts[WORKER]}/"
    assert "Nobody: the tasks go to others on duty here, else to the area above." in admin.get(address).content.decode()
    page = admin.post(address, away(), follow=True).content.decode()
    assert "Nobody stands in: others on duty there take over, else the level above." in page
    assert re.search(r"Open tasks went to: 李四 \d+\.", page)
    with working_in(SYSTEM):
        assert set(Task.objects.filter(state="open").values_list("post", flat=True)) == {second}


def test_an_absence_that_ends_before_it_begins_is_a_sentence(admin: Client, county: County) -> None:
    answer = admin.post(f"/set-up/posts/{county.posts[WORKER]}/", away("2020-04-20T08:00"))
    assert answer.status_code == 422
    assert "The end is not after the beginning" in answer.content.decode()
    with working_in(SYSTEM):
        assert not Absence.objects.exists()


def test_a_post_ends(admin: Client, county: County) -> None:
    post = county.posts[WORKER]
    assert admin.post(f"/set-up/posts/{post}/", {"do": "end"}).status_code == 302
    assert Post.objects.get(pk=post).valid_to == MORNING
    assert "34102310000101" in admin.get("/set-up/").content.decode()


def test_the_one_time_password_is_shown_once_and_works(admin: Client) -> None:
    shown = admin.post("/set-up/users/", {"username": "wang.wu", "display_name": "王五", "phone": "13800000000"})
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store, private"
    made = User.objects.get(username="wang.wu")
    secrets = re.findall(r'<code class="fx-secret">([^<]+)</code>', shown.content.decode())
    assert secrets[0] == "wang.wu"
    assert made.check_password(secrets[1])
    assert secrets[1] not in admin.get(f"/set-up/users/{made.pk}/").content.decode()
    with working_in(SYSTEM):
        assert not Entry.objects.filter(body__contains=secrets[1]).exists()
    taken = admin.post("/set-up/users/", {"username": "WANG.WU"})
    assert taken.status_code == 422
    assert "is taken" in taken.content.decode()


@pytest.mark.parametrize(("field", "typed", "said"), [("phone", "abc", "is no phone number"),
                                                      ("display_name", "王" * 300, "at most 80 characters")])
def test_somebody_new_has_a_name_and_a_phone_that_can_be(admin: Client, field: str, typed: str, said: str) -> None:
    refused = admin.post("/set-up/users/", {"username": "wang.wu", field: typed})
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not User.objects.filter(username="wang.wu").exists()


@pytest.mark.parametrize("phone", ["138 0000 0000", "0559-5522334", "+39 06 6982", ""])
def test_a_phone_is_kept_as_it_was_typed(admin: Client, phone: str) -> None:
    assert admin.post("/set-up/users/", {"username": "wang.wu", "phone": phone}).status_code == 200
    assert User.objects.get(username="wang.wu").phone == phone


def test_somebody_is_shut_out_and_let_in_again(admin: Client, county: County) -> None:
    user = county.users[WORKER]
    for do, active in (("out", False), ("in", True)):
        assert admin.post(f"/set-up/users/{user}/", {"do": do}).status_code == 302
        assert User.objects.get(pk=user).is_active is active
    assert orders()[-2:] == ["shut_out", "let_in"]


def test_one_does_not_shut_oneself_out(admin: Client, county: County) -> None:
    assert admin.post(f"/set-up/users/{county.users[ADMIN]}/", {"do": "out"}).status_code == 404
    assert User.objects.get(pk=county.users[ADMIN]).is_active


def test_the_access_log_shows_ones_own_area(county: County, admin: Client) -> None:
    here = county.arrive(MORNING - dt.timedelta(hours=1))
    with working_in(SYSTEM):
        by = queries.posts_of(county.users[WORKER], MORNING)[0]
        accounts.log_access(by=by, action="identity", purpose="visit", at=MORNING, programme="entry",
                            subjects={here: county.paths["34102310000101"]})  # fmt: skip
    page = admin.get("/access/?action=identity&user=grid_worker-34102310000101").content.decode()
    assert here.hex[-8:] in page
    assert "张三" not in page
    assert ">Arrivals<" in page
    assert ">entry<" not in page
    assert here.hex[-8:] not in admin.get("/access/?action=export").content.decode()
    assert here.hex[-8:] not in neighbouring_administrator(county).get("/access/").content.decode()


def test_the_access_log_takes_a_round_as_one_row(county: County, admin: Client) -> None:
    there = [county.arrive(MORNING - dt.timedelta(hours=1)) for _ in range(3)]
    path = county.paths["34102310000101"]
    with working_in(SYSTEM):
        by = queries.posts_of(county.users[WORKER], MORNING)[0]
        for minutes, seen in ((0, there), (20, there[:1]), (90, there[1:2]), (91, there[1:2])):
            at = MORNING + dt.timedelta(minutes=minutes)
            accounts.log_access(by=by, action="identity", purpose="own_task", at=at, programme="entry",
                                subjects=dict.fromkeys(seen, path))  # fmt: skip
        for count in (14, 2, 14):
            accounts.log_access(
                by=by, programme="entry", action="export", purpose="import_result", at=MORNING, count=count)
    page = admin.get("/access/").content.decode()
    assert page.count('<th scope="row"') == 3
    for part in ("3 records", "4 looks", "2 looks", *(one.hex[-8:] for one in there)):
        assert part in page
    for part in ("3 looks", "14 records at once", "2 records at once", "The result file of a list"):
        assert part in page


@pytest.mark.parametrize("page", PAGES)
def test_more_people_take_no_more_queries(page: str, county: County, admin: Client) -> None:
    admin.get(page)
    with CaptureQueriesContext(connection) as few:
        admin.get(page)
    with working_in(SYSTEM):
        users = User.objects.bulk_create(User(username=f"more{number}") for number in range(30))
        accounts.give_posts(by=OPERATOR, at=MORNING, posts=[
            NewPost(user.pk, *WORKER, MORNING - dt.timedelta(days=1)) for user in users])  # fmt: skip
    admin.get(page)
    with CaptureQueriesContext(connection) as many:
        admin.get(page)
    assert len(many) <= len(few) + 2
    assert len(many) < 40, json.dumps([query["sql"][:120] for query in many.captured_queries], indent=1)


def test_the_worker_is_served_at_the_root_and_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "worker_source", lambda: b"self.x = 1")
    answer = Client().get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"


def test_outbox_entries_belong_to_a_user_and_a_post(admin: Client, county: County) -> None:
    page = admin.get("/set-up/").content.decode()
    assert f'data-owner="{county.users[ADMIN]}.{county.posts[ADMIN]}"' in page


@pytest.mark.parametrize("begins", ["0001-01-01T00:00", "9999-12-30T00:00"])
def test_a_date_nobody_means_is_a_sentence_and_every_page_goes_on(
    admin: Client, county: County, begins: str,
) -> None:
    post = f"/set-up/posts/{county.posts[WORKER]}/"
    asked = {"do": "absence", "begins": begins, "ends": "9999-12-31T23:59"}
    given = {"user": "second", "kind": "grid_worker", "area": WORKER[1], "valid_from": begins}
    User.objects.create(username="second")
    for answer in (admin.post(post, asked), admin.post("/set-up/posts/give/", given)):
        assert answer.status_code == 422
        assert "1900-01-01" in answer.content.decode()
    renamed = admin.post(f"/set-up/areas/{WORKER[1]}/", {"do": "rename", "name": "x", "on": begins[:10]})
    assert renamed.status_code == 422
    assert signed_in(county, WORKER).get("/my-day/").status_code == admin.get(post).status_code == 200


def test_where_programmes_are_published_no_second_person_is_asked_and_the_pages_say_so(admin: Client) -> None:
    for address in ("/set-up/programmes/", "/set-up/programmes/entry/"):
        assert "No second person is asked there" in admin.get(address).content.decode()


def test_a_source_of_lists_says_which_programme_it_fills_by_its_title(county: County, admin: Client) -> None:
    with working_in(SYSTEM):
        Source.objects.create(path=county.paths["341023"], programme="entry", form="sample_result", name="laboratory",
                              made_at=MORNING)
    row = admin.get("/set-up/programmes/").content.decode().partition(">laboratory<")[2].partition("</tr>")[0]
    assert "Sample result" in row
    assert "Arrivals" in row
    assert ">entry<" not in row
