"""Coming in and going out: no guessing, no telling who exists, no password that others know."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from fangxian.accounts import actions, demo, passwords
from fangxian.accounts.models import SignInCount, User
from fangxian.accounts.types import OPERATOR
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.text import Text

from .conftest import NOW, County

PASSWORD = "lantern over quiet water"
PACKAGE = Path(demo.__file__).parent
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """The real hasher takes its time on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def worker(county: County) -> User:
    user = county.user("worker")
    actions.set_password(user=user.pk, password=PASSWORD, by=OPERATOR, at=NOW)
    return county.user("worker")


def sign_in(client: Client, name: str = "worker", password: str = PASSWORD, **extra: str) -> HttpResponse:
    return client.post(LOGIN, {"login": name, "password": password, **extra})  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def faults(response: HttpResponse) -> str:
    return str(response.context["form"].errors)  # type: ignore[attr-defined]


def test_the_right_password_opens_the_door(worker: User, client: Client) -> None:
    response = sign_in(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert is_in(client)
    assert sign_in(Client(), "WORKER").status_code == 302


def test_where_one_wanted_to_go_is_remembered_unless_it_is_elsewhere(worker: User) -> None:
    assert sign_in(Client(), next="/tasks/").headers["Location"] == "/tasks/"
    assert sign_in(Client(), next="https://evil.example/").headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_look_the_same(worker: User, client: Client) -> None:
    wrong, unknown = sign_in(client, password="wrong"), sign_in(client, "nobody-here")
    assert wrong.status_code == unknown.status_code == 200
    assert faults(wrong) == faults(unknown) != ""
    assert not is_in(client)


def test_guessing_a_name_from_one_address_is_slowed_down_and_says_how_long(worker: User) -> None:
    here = Client(REMOTE_ADDR="192.0.2.1", headers={"accept-language": "en"})
    for _ in range(5):
        assert "Wait" not in faults(sign_in(here, password="wrong"))
    response = sign_in(here)
    assert not is_in(here)
    assert "Wait 30 seconds and try again." in faults(response)
    with running_on(SimulatedClock(NOW + dt.timedelta(seconds=29))):
        sign_in(here)
        assert not is_in(here)
    with running_on(SimulatedClock(NOW + dt.timedelta(seconds=30))):
        assert "Wait" not in faults(sign_in(here, password="wrong"))
        assert "Wait 60 seconds" in faults(sign_in(here))
    with running_on(SimulatedClock(NOW + dt.timedelta(seconds=90))):
        sign_in(here)
        assert is_in(here)


def test_nobody_is_kept_out_by_what_others_type_elsewhere(worker: User) -> None:
    """Neither the name from anywhere, nor a whole county behind one address."""
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR="198.51.100.7"), password="wrong")
    own = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(own)
    assert is_in(own)
    for attempt in range(20):
        sign_in(Client(REMOTE_ADDR="192.0.2.9"), f"name{attempt}")
    colleague = Client(REMOTE_ADDR="192.0.2.9")
    sign_in(colleague)
    assert is_in(colleague)


@pytest.mark.parametrize("by", ["name", "address"])
def test_one_name_from_many_places_and_many_names_from_one(worker: User, by: str) -> None:
    """They are slowed down, but not who came in from there before."""
    known = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(known)
    known.logout()
    for attempt in range(60):
        name, address = ("worker", f"198.51.100.{attempt}") if by == "name" else (f"name{attempt}", "192.0.2.1")
        sign_in(Client(REMOTE_ADDR=address), name, password="wrong")
    fresh = Client(REMOTE_ADDR="203.0.113.5" if by == "name" else "192.0.2.1")
    assert faults(sign_in(fresh, "worker" if by == "name" else "lead"))
    sign_in(known)
    assert is_in(known)


def test_what_is_counted_names_nobody(worker: User) -> None:
    sign_in(Client(REMOTE_ADDR="192.0.2.1"), password="wrong")
    assert SignInCount.objects.count() == 3
    assert not any("worker" in one.key or "192.0" in one.key for one in SignInCount.objects.all())


def test_the_session_gets_a_new_key_at_the_door(worker: User, client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    sign_in(client)
    assert client.session.session_key != before


def test_signing_out_takes_a_post_and_ends_the_session(worker: User, client: Client) -> None:
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert not is_in(client)


def test_somebody_shut_out_is_out_at_once(worker: User, county: County, client: Client) -> None:
    sign_in(client)
    actions.let_in(user=worker.pk, allowed=False, by=county.acting("admin"), at=NOW)
    again = sign_in(client)
    assert not again.wsgi_request.user.is_authenticated  # type: ignore[attr-defined]
    actions.let_in(user=worker.pk, allowed=True, by=county.acting("admin"), at=NOW)
    assert sign_in(client).status_code == 302


def test_a_one_time_password_has_to_be_changed(worker: User, county: County, client: Client) -> None:
    password = actions.issue_password(user=worker.pk, by=county.acting("admin"), at=NOW)
    sign_in(client, password=password)
    page = client.get("/accounts/password/change/", headers={"accept-language": "en"}).content.decode()
    assert re.findall(r"<label[^>]*>([^<]*)<", page) == ["Current password", "New password", "New password once more"]
    assert client.get("/").headers["Location"] == "/accounts/password/change/"
    change = {"oldpassword": password, "password1": password, "password2": password}
    assert "password1" in faults(client.post("/accounts/password/change/", change))  # type: ignore[arg-type]
    weak = {**change, "password1": "worker", "password2": "worker"}
    assert "password1" in faults(client.post("/accounts/password/change/", weak))  # type: ignore[arg-type]
    said = client.post("/accounts/password/change/", weak, headers={"accept-language": "zh-hans"})
    assert "密码太短，至少 10 个字符。" in said.content.decode()
    own = {**change, "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/password/change/", own)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert User.objects.get(pk=worker.pk).one_time_until is None
    assert is_in(client)
    assert sign_in(Client(), password=password).status_code == 200


def test_a_new_password_ends_the_other_sessions(worker: User, county: County, client: Client) -> None:
    sign_in(client)
    actions.issue_password(user=worker.pk, by=county.acting("admin"), at=NOW)
    response = client.get("/accounts/password/change/")
    assert response.headers["Location"].startswith(LOGIN)
    assert isinstance(response.wsgi_request.user, AnonymousUser)


def test_an_expired_one_time_password_is_a_wrong_one(worker: User, client: Client) -> None:
    password = actions.issue_password(user=worker.pk, by=OPERATOR, at=NOW)
    with running_on(SimulatedClock(NOW + passwords.LASTS)):
        late, wrong = sign_in(client, password=password), sign_in(client, password="wrong")
    assert faults(late) == faults(wrong)
    with running_on(SimulatedClock(NOW + passwords.LASTS - dt.timedelta(seconds=1))):
        assert sign_in(client, password=password).status_code == 302


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {passwords.new() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}", one) for one in made)


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "inactive/", "ask/"])
def test_every_other_door_says_whom_to_ask_and_does_nothing(worker: User, client: Client, path: str) -> None:
    page = client.get(f"/accounts/{path}", headers={"accept-language": "en"})
    assert b"Ask your administrator" in page.content
    assert client.post(f"/accounts/{path}", {"username": "x", "email": "a@b.c"}).status_code == 405


def test_only_our_own_doors_exist() -> None:
    for name in ("mfa_activate_totp", "mfa_reauthenticate", "account_confirm_login_code",
                 "account_email_verification_sent"):
        with pytest.raises(Exception, match="not found"):
            reverse(name)


def test_demo_sign_ins_are_shown_in_a_demo_only(db: None, client: Client, demo_folder: Path, settings: Any) -> None:
    demo.keep([demo.DemoUser("lead", "lead-demo", Text("Community lead", "社区负责人"))])
    assert json.loads(demo.path().read_text()) == [
        {"username": "lead", "password": "lead-demo", "en": "Community lead", "zh": "社区负责人"}]
    settings.DEMO = True
    assert b"lead-demo" in client.get(LOGIN).content
    assert "社区负责人" in client.get(LOGIN).content.decode()
    settings.DEMO = False
    assert b"lead-demo" not in client.get(LOGIN).content


def test_a_demo_without_a_list_still_lets_people_in(db: None, client: Client, demo_folder: Path, settings: Any) -> None:
    settings.DEMO = True
    assert client.get(LOGIN).status_code == 200


def test_every_sentence_of_the_pages_is_in_both_languages() -> None:
    catalogue = PACKAGE.parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    known = {message.id: message.string for message in read_po(catalogue.open("rb")) if message.string}
    used = {
        sentence for page in (PACKAGE / "templates").rglob("*.html")
        for sentence in re.findall(r'{% translate "([^"]+)"', page.read_text())}
    assert used
    assert used <= known.keys()


def test_pages_are_in_the_readers_language(db: None, client: Client) -> None:
    for language, tag in (("en", "en"), ("zh-hans", "zh-hans")):
        page = client.get(LOGIN, headers={"accept-language": language}).content.decode()
        assert f'<html lang="{tag}" ' in page
        assert "防线" in page


def test_the_lockout_page_is_ours() -> None:
    origin = getattr(get_template("429.html"), "origin", None)
    assert "fangxian" in str(origin)
