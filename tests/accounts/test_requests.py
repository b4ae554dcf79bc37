"""A request acts as one post, sees what that post sees, and writes all or nothing."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from fangxian.accounts import actions
from fangxian.accounts.models import Access, User
from fangxian.accounts.requests import SESSION_KEY, ActingPost, acting
from fangxian.accounts.scope import SYSTEM, Scope, current, working_in
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.areas.types import NOWHERE
from fangxian.kernel import decisions
from fangxian.kernel.errors import Problem

from .conftest import NOW, County

View = Callable[[HttpRequest], HttpResponseBase]


def ask(view: View, user: User | AnonymousUser, *, method: str = "get", path: str = "/", session: Any = None,
        **headers: Any) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)(path, **headers)
    request.user, request.session = user, {} if session is None else session
    return ActingPost(view)(request)


def seen_by(user: User, **options: Any) -> Acting:
    caught: list[Acting] = []

    def view(request: HttpRequest) -> HttpResponse:
        caught.append(acting(request))
        decisions.note("see", "entry")
        assert current() == Scope.of(acting(request))
        return HttpResponse()

    assert ask(view, user, **options).status_code == 200
    return caught[0]


def never(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the view must not run")


def visible() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_access")
        return int(cursor.fetchone()[0])


@pytest.fixture
def looked(county: County) -> County:
    for code in ("grid1", "grid2", "town2"):
        actions.log_access(by=OPERATOR, programme="entry", action="identity", purpose="seed", at=NOW,
                           subjects={uuid.uuid4(): county.paths[code]})
    return county


@pytest.mark.parametrize(("name", "expected"), [
    ("worker", 0), ("lead", 2), ("township", 2), ("duty", 3), ("stranger", 0),
])
def test_a_view_sees_what_its_post_sees(looked: County, name: str, expected: int) -> None:
    response = ask(lambda request: HttpResponse(str(visible())), looked.user(name))
    assert isinstance(response, HttpResponse)
    assert response.content == str(expected).encode()
    assert current() == SYSTEM


def test_nobody_signed_in_acts_as_nobody(looked: County) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with pytest.raises(Problem, match="sign_in"):
            acting(request)
        return HttpResponse()

    assert ask(view, AnonymousUser()).status_code == 200


def test_the_first_post_in_force_is_taken_until_another_is_chosen(county: County) -> None:
    user = county.user("worker")
    second = actions.give_post(user=user.pk, kind="community_lead", area="village", by=OPERATOR, at=NOW)
    assert seen_by(user).post == county.posts["worker"]
    assert seen_by(user, session={SESSION_KEY: second}).post == second


def test_a_post_that_ended_opens_nothing_the_same_minute(county: County) -> None:
    user = county.user("worker")
    assert seen_by(user)
    actions.end_post(post=county.posts["worker"], by=county.acting("admin"), at=NOW)
    response = ask(never, user)
    assert response.status_code == 403
    assert "没有在任岗位".encode() in getattr(response, "content", b"")


def test_when_the_chosen_post_ended_one_may_look_but_not_write_as_another(county: County) -> None:
    user = county.user("worker")
    second = actions.give_post(user=user.pk, kind="community_lead", area="village", by=OPERATOR, at=NOW)
    actions.end_post(post=second, by=OPERATOR, at=NOW)
    session = {SESSION_KEY: second}
    assert ask(never, user, method="post", session=session).status_code == 403
    assert seen_by(user, session=session).post == county.posts["worker"]
    assert seen_by(user, session=session, method="post").post == county.posts["worker"]


def test_somebody_elses_post_in_the_session_is_no_post(county: County) -> None:
    session = {SESSION_KEY: county.posts["duty"]}
    assert seen_by(county.user("worker"), session=session).post == county.posts["worker"]


@pytest.mark.parametrize(("path", "accept"), [("/api/tasks", "text/html"), ("/tasks", "application/json")])
def test_programs_get_a_problem_they_can_read(county: County, path: str, accept: str) -> None:
    actions.end_post(post=county.posts["worker"], by=OPERATOR, at=NOW)
    response = ask(never, county.user("worker"), path=path, headers={"accept": accept})
    assert response.headers["Content-Type"] == "application/problem+json"
    told = json.loads(getattr(response, "content", b""))
    assert (told["code"], told["status"]) == ("no_post", 403)


def writing(status: int) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        by = acting(request)
        decisions.note("fill", "entry")
        User.objects.filter(pk=by.user or 0).update(phone="changed")
        actions.log_access(by=by, programme="entry", action="identity", purpose="seen", at=NOW,
                           subjects={uuid.uuid4(): by.path})
        return HttpResponse(status=status)
    return view


@pytest.mark.parametrize(("status", "kept", "logged"), [
    (200, True, 1), (302, True, 1), (400, False, 1), (404, False, 1), (422, False, 1), (500, False, 0),
])
def test_a_refused_request_leaves_nothing_but_what_was_seen(
    county: County, status: int, kept: bool, logged: int,
) -> None:
    ask(writing(status), county.user("worker"), method="post")
    assert (county.user("worker").phone == "changed") is kept
    assert Access.objects.filter(purpose="seen").count() == logged


def test_an_exception_takes_everything_back(county: County) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        writing(200)(request)
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        ask(view, county.user("worker"))
    assert county.user("worker").phone == ""
    assert not Access.objects.filter(purpose="seen").exists()
    assert current() == SYSTEM


def test_a_streamed_answer_is_written_under_the_same_scope(looked: County) -> None:
    def pieces() -> Iterator[str]:
        yield f"{visible()},"
        yield f"{visible()}"

    response = ask(lambda request: StreamingHttpResponse(pieces()), looked.user("lead"))
    with working_in(Scope(NOWHERE)):
        assert isinstance(response, StreamingHttpResponse)
        assert response.getvalue() == b"2,2"
        assert current() == Scope(NOWHERE)


def test_a_file_is_sent_whole(county: County, tmp_path: Any) -> None:
    (tmp_path / "sheet").write_bytes(b"x" * 10_000)
    response = ask(lambda request: FileResponse((tmp_path / "sheet").open("rb")), county.user("lead"))
    assert isinstance(response, FileResponse)
    assert response.getvalue() == b"x" * 10_000


def test_a_one_time_password_opens_nothing_but_its_change(county: County) -> None:
    user = county.user("worker")
    actions.issue_password(user=user.pk, by=OPERATOR, at=NOW)
    response = ask(never, county.user("worker"))
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/password/change/")
    assert ask(never, county.user("worker"), path="/api/tasks").status_code == 401


def test_the_substitute_sees_the_absent_posts_area_while_acting_for_it(looked: County) -> None:
    away, user = looked.posts["worker"], looked.user("neighbour")
    actions.record_absence(post=away, substitute=looked.posts["neighbour"], begins=NOW,
                           ends=NOW + dt.timedelta(days=1), by=OPERATOR, at=NOW)
    assert seen_by(user).path == looked.paths["grid2"]
    assert seen_by(user, session={SESSION_KEY: away}).path == looked.paths["grid1"]


def test_one_acts_as_own_posts_only(county: County, client: Client) -> None:
    user = county.user("worker")
    second = actions.give_post(user=user.pk, kind="community_lead", area="village", by=OPERATOR, at=NOW)
    client.force_login(user)
    for wrong in (str(county.posts["duty"]), "0", "", "x", f"{second} "):
        assert client.post("/accounts/act-as/", {"post": wrong}).status_code == 404
    assert SESSION_KEY not in client.session
    assert client.get("/accounts/act-as/").status_code == 405
    response = client.post("/accounts/act-as/", {"post": str(second), "next": "/somewhere?x=1"})
    assert (response.status_code, response.headers["Location"]) == (302, "/somewhere?x=1")
    assert client.session[SESSION_KEY] == second
    away = client.post("/accounts/act-as/", {"post": str(second), "next": "https://evil.example/"})
    assert away.headers["Location"] == "/"


def test_nobody_signed_in_chooses_a_post(db: None, client: Client) -> None:
    response = client.post("/accounts/act-as/", {"post": "1"})
    assert response.headers["Location"].startswith("/accounts/login/")


def test_no_scope_is_left_on_the_connection_between_requests(django_db_setup: None, django_db_blocker: Any) -> None:
    """With real commits, on one connection: as a pool would hand it to the next request."""
    def scope_of(view: View, by: Acting | None) -> None:
        ActingPost(view)._within(RequestFactory().get("/"), by) if by else view(RequestFactory().get("/"))

    caught: list[Scope] = []

    def view(request: HttpRequest) -> HttpResponse:
        caught.append(current())
        return HttpResponse()

    with django_db_blocker.unblock():
        assert not connection.in_atomic_block
        before = _backend()
        scope_of(view, OPERATOR)
        scope_of(view, None)
        assert _backend() == before
    assert caught == [SYSTEM, Scope(NOWHERE)]


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
