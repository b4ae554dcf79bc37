"""Where somebody is signed in: told in words, ended one by one or all, and never to be taken over from the table."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpRequest
from django.test import Client

from fangxian.accounts import actions
from fangxian.accounts.commands import Command
from fangxian.accounts.devices import device_of
from fangxian.accounts.models import OpenSession, User
from fangxian.accounts.sessions import SessionStore, sessions_of
from fangxian.accounts.signin import ClosedDoor, still_by_its_password
from fangxian.accounts.types import OPERATOR
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem

from .conftest import NOW, County

PASSWORD = "lantern over quiet water"
PHONE = "Mozilla/5.0 (Linux; Android 13; P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537 Edg/120"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def worker(county: County) -> User:
    actions.set_password(user=county.users["worker"], password=PASSWORD, by=OPERATOR, at=NOW)
    return county.user("worker")


def come_in(device: str = DESK) -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": device})
    client.post("/accounts/login/", {"login": "worker", "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("line", "words"), [
    (PHONE, "Chrome · Android"), (DESK, "Edge · Windows"), ("", ""), ("curl/8", ""),
    ("okhttp/4 Android", "ODK Collect · Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17 Safari/604", "Safari · iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox · Linux"),
    ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537 Chrome/114 Mobile HuaweiBrowser/5", "Huawei · HarmonyOS"),
    ("Mozilla/5.0 (Linux; Android 10) AppleWebKit/537 Chrome/111 MicroMessenger/8.0", "WeChat · Android")])
def test_a_device_in_two_words(line: str, words: str) -> None:
    assert device_of(line) == words


def test_each_is_told_with_its_device_and_times(worker: User) -> None:
    desk = come_in()
    with running_on(SimulatedClock(NOW + dt.timedelta(minutes=4))):
        come_in(PHONE)
        desk.get("/profile/")
        assert sessions_of(worker.pk)[-1].used_at == NOW, "a write a request would be too dear"
    with running_on(SimulatedClock(NOW + dt.timedelta(minutes=30))):
        page = desk.get("/profile/").content.decode()
        found = sessions_of(worker.pk, desk.session.session_key)
    assert [(one.device, one.here) for one in found] == [("Edge · Windows", True), ("Chrome · Android", False)]
    assert (found[0].begun_at, found[0].used_at) == (NOW, NOW + dt.timedelta(minutes=30))
    assert "Chrome · Android" in page
    assert page.count("This device") == 1


def test_the_key_of_a_session_is_not_in_the_table(worker: User) -> None:
    client = come_in()
    kept = OpenSession.objects.get(user=worker)
    stolen = Client()
    stolen.cookies[configured.SESSION_COOKIE_NAME] = kept.session_key
    assert client.session.session_key != kept.session_key
    assert not is_in(stolen)


def neighbours(county: County) -> Client:
    client = Client()
    client.force_login(county.user("neighbour"))
    return client


@pytest.mark.parametrize("copied", ["session_data", "session_data user_id", "user_id"])
def test_what_a_session_holds_opens_nothing_under_another_key(worker: User, county: County, copied: str) -> None:
    mine = neighbours(county)
    come_in()
    theirs = OpenSession.objects.get(user=worker)
    own = OpenSession.objects.filter(user=county.user("neighbour"))
    assert own.update(**{name: getattr(theirs, name) for name in copied.split()}) == 1
    assert not is_in(mine)
    assert mine.get("/profile/").status_code == 401


def test_a_session_that_belongs_to_nobody_is_nobodys(county: County) -> None:
    mine = neighbours(county)
    OpenSession.objects.filter(user=county.user("neighbour")).update(user=None)
    assert not is_in(mine), "ending all sessions of somebody would not find it"


@pytest.mark.django_db
def test_a_session_without_anybody_goes_on_and_keeps_what_it_holds() -> None:
    client = Client()
    session = client.session
    session["language"] = "en"
    session.save()
    client.cookies[configured.SESSION_COOKIE_NAME] = session.session_key or ""
    assert client.session["language"] == "en"
    key = session.session_key
    session.cycle_key()
    assert session.session_key != key
    client.cookies[configured.SESSION_COOKIE_NAME] = session.session_key or ""
    assert client.session["language"] == "en"


def test_one_is_ended_and_the_others_go_on(worker: User, heard: list[Command]) -> None:
    here, phone, third = come_in(), come_in(PHONE), come_in()
    lost = next(one for one in sessions_of(worker.pk) if one.device == "Chrome · Android")
    assert here.post("/profile/", {"end": lost.id}).status_code == 302
    assert [is_in(one) for one in (here, phone, third)] == [True, False, True]
    here.post("/profile/", {"end": "others"})
    assert [is_in(one) for one in (here, third)] == [True, False]
    assert [one.name for one in heard] == ["end_sessions"] * 2


def ends(how: str, county: County, worker: User, here: Client) -> None:
    """Every way in which somebody's sessions end, all at once or all but the one that does it."""
    if how == "out and in":
        for allowed in (False, True):
            actions.let_in(user=worker.pk, allowed=allowed, by=county.acting("admin"), at=NOW)
    elif how == "signed out":
        actions.sign_out_everywhere(user=worker.pk, by=county.acting("admin"), at=NOW)
    else:
        here.post("/profile/", {"end": "others"})
        assert is_in(here)
        assert here.get("/accounts/password/change/").status_code == 200


@pytest.mark.parametrize("how", ["out and in", "signed out", "others"])
def test_a_sign_in_under_way_ends_with_the_sessions(worker: User, county: County, how: str) -> None:
    """The password was read before, the session is stored afterwards."""
    here, late = come_in(), Client(headers={"user-agent": DESK})
    read = User.objects.get(pk=worker.pk)
    ends(how, county, worker, here)
    late.force_login(read)
    assert late.get("/accounts/password/change/").status_code == 302, "asked to sign in"
    assert come_in(PHONE).get("/accounts/password/change/").status_code == 200


@pytest.mark.parametrize("how", ["out and in", "signed out", "others"])
def test_so_does_one_that_waits_for_its_second_step(worker: User, county: County, how: str) -> None:
    request = HttpRequest()
    request.session = SessionStore()
    here = come_in()
    ClosedDoor(request).pre_login(request, User.objects.get(pk=worker.pk), email_verification="none",
                                  signal_kwargs=None, email=None, signup=False, redirect_url=None)
    assert still_by_its_password(request, User.objects.get(pk=worker.pk))
    ends(how, county, worker, here)
    assert not still_by_its_password(request, User.objects.get(pk=worker.pk))


def test_nobody_ends_what_is_anothers(worker: User, county: County) -> None:
    mine = come_in()
    neighbour = Client()
    neighbour.force_login(county.user("neighbour"))
    neighbour.post("/profile/", {"end": sessions_of(worker.pk)[0].id})
    neighbour.post("/profile/", {"end": "others"})
    assert is_in(mine)


def test_a_changed_password_ends_the_others(worker: User) -> None:
    here, other = come_in(), come_in(PHONE)
    fresh = "quiet lantern over water"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert is_in(here)
    assert [one.here for one in sessions_of(worker.pk, here.session.session_key)] == [True]
    assert not is_in(other)


def test_at_a_device_that_was_left_the_password_is_no_faster_to_guess(worker: User) -> None:
    here, fresh = come_in(), "quiet lantern over water"

    def change(old: str) -> str:
        sent = {"oldpassword": old, "password1": fresh, "password2": fresh}
        return str(here.post("/accounts/password/change/", sent).content.decode())

    assert all("This is not your password." in change(f"wrong {number}") for number in range(5))
    assert "Too many wrong passwords." in change("wrong 6")
    assert "Too many wrong passwords." in change(PASSWORD), "nor is it said that it is right"
    other = Client(headers={"accept-language": "en"})
    answer = other.post("/accounts/login/", {"login": "worker", "password": PASSWORD})
    assert "Too many wrong passwords." in answer.content.decode(), "both are counted together"
    worker.refresh_from_db()
    assert worker.check_password(PASSWORD)


@pytest.mark.parametrize(("who", "may"), [
    ("admin", True), ("town_admin", True), ("worker", False), ("lead", False), ("auditor", False), ("stranger", False)])
def test_who_sets_up_ends_all_of_somebody(worker: User, county: County, who: str, may: bool) -> None:
    client = come_in()
    if may:
        assert actions.sign_out_everywhere(user=worker.pk, by=county.acting(who), at=NOW) == 1
    else:
        with pytest.raises(Problem):
            actions.sign_out_everywhere(user=worker.pk, by=county.acting(who), at=NOW)
    assert is_in(client) is not may


def test_who_is_shut_out_has_no_session_left(worker: User, county: County) -> None:
    come_in()
    actions.let_in(user=worker.pk, allowed=False, by=county.acting("admin"), at=NOW)
    assert sessions_of(worker.pk) == []
