"""Two who set up a second factor for one user at the same time, each on a connection of their own."""

from __future__ import annotations

import re
import threading
import time
from base64 import b32decode
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from fangxian.accounts import actions
from fangxian.accounts.factors import queries as held
from fangxian.accounts.factors.rules import STEP, code_at
from fangxian.accounts.models import User
from fangxian.accounts.sessions import sessions_of
from fangxian.accounts.types import OPERATOR
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch

PASSWORD = "lantern over quiet water"
APP = "/accounts/second-factor/app/"


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR = "nobody"


@pytest.fixture
def user(scratch: County, django_db_blocker: DjangoDbBlocker) -> Any:
    """A county duty officer with a password and no second factor."""
    key = scratch.users["county_duty", "341023"]
    with django_db_blocker.unblock():
        Authenticator.objects.filter(user_id=key).delete()
        actions.set_password(user=key, password=PASSWORD, by=OPERATOR, at=MORNING)
        yield User.objects.get(pk=key)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def offered(client: Client) -> dict[str, str]:
    """What the page asks to be sent back, with the code an app shows for its secret."""
    page = client.get(APP).content.decode()
    letters = re.search(r'fx-door-secret">([A-Z2-7 ]+)<', page)
    sealed = re.search(r'name="offered" value="([^"]+)"', page)
    assert letters
    assert sealed
    secret = b32decode(letters[1].replace(" ", ""))
    return {"offered": sealed[1], "code": code_at(secret, int(time.time()) // STEP)}


def at_once(*sent: tuple[Client, str, dict[str, str]]) -> list[Any]:
    """Each on a thread and a connection of its own; the answers, in their order."""
    together, answers = threading.Barrier(len(sent)), dict[int, Any]()

    def work(number: int, client: Client, address: str, told: dict[str, str]) -> None:
        try:
            connections["default"].ensure_connection()
            together.wait(60)
            answers[number] = client.post(address, told)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number, *one)) for number, one in enumerate(sent)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return [answers[number] for number in range(len(sent))]


def goes_on(client: Client) -> bool:
    return client.get("/accounts/second-factor/").status_code == 200


def test_of_two_browsers_the_one_that_shows_the_codes_has_the_app(user: User) -> None:
    for _ in range(5):
        Authenticator.objects.filter(user=user).delete()
        one, other = signed_in(user), signed_in(user)
        sent = [(client, APP, offered(client)) for client in (one, other)]
        answers = at_once(*sent)
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        won = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
        assert answers[1 - won].headers["Location"] == "/accounts/login/"
        codes = re.findall(r"<li[^>]*>\s*(?:<code>)?([a-z0-9][a-z0-9 -]+)", answers[won].content.decode())
        assert codes
        assert Authenticator.objects.filter(user=user, type=held.APP).count() == 1
        assert Authenticator.objects.filter(user=user, type=held.CODES).count() == 1
        assert goes_on((one, other)[won])
        assert not goes_on((one, other)[1 - won])
        assert len(sessions_of(user.pk)) == 1
        fresh = Client(headers={"accept-language": "en"})
        fresh.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
        assert fresh.post("/accounts/code/", {"code": codes[0]}).headers["Location"] == "/"


def test_who_presses_twice_in_one_browser_has_what_is_shown_last(user: User) -> None:
    here = signed_in(user)
    twin = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    twin.cookies = here.cookies
    told = offered(here)
    answers = at_once((here, APP, told), (twin, APP, told))
    shown = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 302, 422}
    assert shown
    assert Authenticator.objects.filter(user=user, type=held.APP).count() == 1
    assert Authenticator.objects.filter(user=user, type=held.CODES).count() == 1
    assert goes_on(here) or goes_on(twin)


@pytest.mark.parametrize("address", ["/accounts/second-factor/codes/", "/accounts/second-factor/remove/"])
def test_what_changes_them_waits_for_each_other(user: User, address: str) -> None:
    here = signed_in(user)
    assert here.post(APP, offered(here)).status_code == 200
    twin = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    twin.cookies = here.cookies
    factor = Authenticator.objects.get(user=user, type=held.APP).pk
    told = {"factor": str(factor)}
    answers = at_once((here, address, told), (twin, "/accounts/second-factor/codes/", told))
    assert all(answer.status_code < 500 for answer in answers), [answer.status_code for answer in answers]
    assert Authenticator.objects.filter(user=user, type=held.CODES).count() <= 1


def test_who_signs_in_with_the_password_while_the_factor_is_set_up_stays_outside(user: User) -> None:
    """The sign-in saw no factor, and its session is written when there is one."""
    decided, set_up = threading.Event(), threading.Event()
    owner, answers = signed_in(user), list[Any]()
    stranger = Client(headers={"accept-language": "en"}, raise_request_exception=False)

    def wait(**_: Any) -> None:
        decided.set()
        set_up.wait(60)

    def come_in() -> None:
        try:
            answers.append(stranger.post("/accounts/login/", {"login": user.username, "password": PASSWORD}))
        finally:
            connections.close_all()

    user_logged_in.connect(wait)
    try:
        coming = threading.Thread(target=come_in)
        coming.start()
        assert decided.wait(60)
        assert owner.post(APP, offered(owner)).status_code == 200
    finally:
        set_up.set()
        coming.join()
        user_logged_in.disconnect(wait)
    assert answers[0].headers["Location"] == "/", "it came in by the password alone"
    assert not goes_on(stranger)
    assert stranger.get(APP).headers["Location"].startswith("/accounts/login/")
    assert goes_on(owner)
