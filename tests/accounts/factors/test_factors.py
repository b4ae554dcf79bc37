"""The second factor: of whom it is asked, codes that work once, secrets nobody reads, and two people for a lost one."""

from __future__ import annotations

import re
from base64 import b32decode
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from fangxian.accounts import actions
from fangxian.accounts.commands import Command
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import checking, rules, sealing
from fangxian.accounts.factors import queries as held
from fangxian.accounts.factors.freshly import wholly
from fangxian.accounts.factors.rules import AskedOf, asked_of, code_at, step_of
from fangxian.accounts.models import OpenSession, User
from fangxian.accounts.sessions import SessionStore, sessions_of
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.areas.types import Tier
from fangxian.journal import keys
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from tests.accounts.conftest import NOW, County

from .conftest import PASSWORD, SECONDS, SECRET, STEP, is_in, sign_in, typed


@pytest.mark.parametrize(("wanted", "kind", "tier", "sets_up", "asked"), [
    (AskedOf.NOBODY, "county_duty", Tier.COUNTY, True, False),
    (AskedOf.EVERYBODY, "grid_worker", Tier.GRID, False, True),
    (AskedOf.COUNTY, "grid_worker", Tier.GRID, False, False),
    (AskedOf.COUNTY, "community_lead", Tier.COMMUNITY, False, False),
    (AskedOf.COUNTY, "township_duty", Tier.TOWNSHIP, False, False),
    (AskedOf.COUNTY, "county_duty", Tier.COUNTY, False, True),
    (AskedOf.COUNTY, "auditor", Tier.COUNTY, False, True),
    (AskedOf.COUNTY, "clinician", Tier.TOWNSHIP, False, True),
    (AskedOf.COUNTY, "grid_worker", Tier.COUNTY, False, True),
    (AskedOf.COUNTY, "grid_worker", Tier.ABOVE, False, True),
    (AskedOf.COUNTY, "grid_worker", Tier.GRID, True, True),
])
def test_of_whom_it_is_asked(wanted: AskedOf, kind: str, tier: Tier, sets_up: bool, asked: bool) -> None:
    assert asked_of(wanted, kind, tier, sets_up=sets_up) is asked


@pytest.mark.parametrize(("seconds", "code"), [  # RFC 6238, appendix B, SHA-1, the last six digits
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
    (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // rules.STEP) == code


@pytest.mark.parametrize(("beside", "after", "step"), [
    (0, 0, STEP), (-1, 0, STEP - 1), (1, 0, STEP + 1), (-2, 0, None), (2, 0, None),
    (0, STEP, None), (0, STEP - 1, STEP), (-1, STEP - 1, None), (1, STEP, STEP + 1), (0, STEP + 1, None)])
def test_a_code_counts_beside_its_time_and_after_the_last(beside: int, after: int, step: int | None) -> None:
    assert step_of(SECRET, code_at(SECRET, STEP + beside), SECONDS, after) == step


@pytest.mark.parametrize("wrong", ["", "000000", "12345", "一二三四五六", "²²²²²²", "1" * 40])
def test_what_is_no_code_is_none(wrong: str) -> None:
    assert step_of(SECRET, wrong, SECONDS, 0) is None


def test_a_code_works_once_and_so_does_a_recovery_code(duty: Acting, codes: list[str]) -> None:
    user, code = duty.user or 0, code_at(SECRET, STEP)
    assert checking.accept(user, f" {code[:3]} {code[3:]} ", SECONDS) == held.APP
    assert checking.accept(user, code, SECONDS) is None
    assert checking.accept(user, code_at(SECRET, STEP - 1), SECONDS) is None, "older than the last one"
    assert checking.accept(user, codes[3].upper().replace("-", " "), SECONDS) == held.CODES
    assert checking.accept(user, codes[3], SECONDS) is None
    assert held.of(user).codes == 9
    assert checking.accept(user, "", SECONDS) is None


def test_nothing_secret_stands_in_the_database(duty: Acting, codes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(x::text, ' ') FROM mfa_authenticator x")
        kept = cursor.fetchone()[0]
    letters = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert b32decode(letters) == SECRET
    secret = (letters, SECRET.decode(), SECRET.hex(), *codes, *map(rules.plain, codes))
    assert not [one for one in secret if one in kept]


def test_what_was_sealed_for_one_opens_nothing_elsewhere(duty: Acting, codes: list[str], county: County) -> None:
    row = Authenticator.objects.get(user_id=duty.user, type=held.APP)
    assert sealing.opened(duty.user or 0, sealing.APP, row.data["secret"]) == SECRET
    other = county.users["admin"]
    Authenticator.objects.create(user_id=other, type=held.APP, data=row.data)
    Authenticator.objects.create(
        user_id=other, type=held.CODES, data=Authenticator.objects.get(user_id=duty.user, type=held.CODES).data)
    assert checking.accept(other, code_at(SECRET, STEP), SECONDS) is None
    assert checking.accept(other, codes[0], SECONDS) is None
    assert sealing.opened(duty.user or 0, sealing.OFFERED, row.data["secret"]) is None, "nor for another use"


def test_a_missing_key_says_which_file_to_restore(duty: Acting, settings: Any, tmp_path: Path) -> None:
    keys.forget("accounts")
    factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)
    settings.KEYS = tmp_path
    keys.forget("accounts")
    with pytest.raises(Problem) as refused:
        checking.accept(duty.user or 0, code_at(SECRET, STEP), SECONDS)
    assert refused.value.kind.code == "key_missing"


def test_the_password_alone_opens_nothing(codes: list[str], client: Client) -> None:
    assert sign_in(client).headers["Location"] == "/accounts/code/"
    assert not is_in(client)
    assert client.get("/profile/").status_code in (302, 401, 403)
    page = client.get("/accounts/code/").content.decode()
    assert "Second step" in page
    assert typed(client, "000000").status_code == 422
    assert not is_in(client)
    assert typed(client, code_at(SECRET, STEP)).headers["Location"] == "/"
    assert is_in(client)
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("way", ["changed", "handed out", "shut out", "signed out"])
def test_a_sign_in_that_waits_for_its_code_ends_with_the_others(
    duty: Acting, codes: list[str], county: County, client: Client, way: str,
) -> None:
    """Who learned the password once has no quarter of an hour more once it is another's."""
    user, other, fresh = duty.user or 0, Client(headers={"accept-language": "en"}), "quiet lantern over water"
    sign_in(client)
    assert client.get("/accounts/code/").status_code == 200
    assert sessions_of(user) == [], "nobody is signed in with it"
    if way == "changed":
        sign_in(other)
        typed(other, codes[0])
        other.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
        assert is_in(other)
    elif way == "handed out":
        actions.issue_password(user=user, by=OPERATOR, at=NOW)
    elif way == "shut out":
        for allowed in (False, True):
            actions.let_in(user=user, allowed=allowed, by=county.acting("admin"), at=NOW)
    else:
        actions.sign_out_everywhere(user=user, by=county.acting("admin"), at=NOW)
    assert typed(client, codes[1]).headers["Location"] == "/accounts/login/"
    assert not is_in(client)
    assert held.of(user).codes == (9 if way == "changed" else 10), "the code was not looked at"


def test_a_first_step_that_is_kept_after_the_password_was_changed_leads_no_further(
    duty: Acting, codes: list[str], client: Client,
) -> None:
    """The sign-in read the old password before the change, and its session is stored after the others were ended."""
    sign_in(client)
    kept = OpenSession.objects.get(user=duty.user or 0)
    actions.issue_password(user=duty.user or 0, by=OPERATOR, at=NOW)
    kept.save(force_insert=True)
    assert typed(client, codes[1]).headers["Location"] == "/accounts/login/"
    assert not is_in(client)
    assert held.of(duty.user or 0).codes == 10, "the code was not looked at"


def test_without_the_password_no_code_is_asked_for(codes: list[str], client: Client) -> None:
    assert client.get("/accounts/code/").headers["Location"] == "/accounts/login/"
    assert typed(client, code_at(SECRET, STEP)).headers["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_guessing_codes_is_slowed_down_also_for_who_has_the_password(codes: list[str], client: Client) -> None:
    for _ in range(5):
        sign_in(client)
        assert "Wait" not in typed(client, "000000").content.decode()
    sign_in(client)
    answer = typed(client, code_at(SECRET, STEP))
    assert "Too many wrong codes. Wait 30 seconds and try again." in answer.content.decode()
    assert not is_in(client)


def test_a_recovery_code_is_told_to_the_auditor(codes: list[str], client: Client, heard: list[Command]) -> None:
    sign_in(client)
    typed(client, codes[0])
    assert is_in(client)
    assert [one.name for one in heard] == ["use_recovery_code"]
    assert codes[0] not in str(heard)


def test_who_has_none_is_led_to_it_and_no_further(duty: Acting, client: Client) -> None:
    sign_in(client)
    assert is_in(client)
    for method in (client.get, client.post):
        assert method("/profile/").headers["Location"] == "/accounts/second-factor/"
    answer = client.get("/api/v1/tasks")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    page = client.get("/accounts/second-factor/").content.decode()
    assert "a password alone will not do" in page


def test_setting_up_an_app(duty: Acting, client: Client, heard: list[Command]) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    page = client.get("/accounts/second-factor/app/").content.decode()
    letters = re.search(r'fx-door-secret">([A-Z2-7 ]+)<', page)
    offered = re.search(r'name="offered" value="([^"]+)"', page)
    assert letters
    assert offered
    assert "<svg" in page
    assert not Authenticator.objects.exists(), "nothing is kept before it is proved"
    secret = b32decode(letters[1].replace(" ", ""))
    wrong = client.post("/accounts/second-factor/app/", {"offered": offered[1], "code": "000000"})
    assert wrong.status_code == 422
    assert letters[1] in wrong.content.decode(), "the same picture again"
    forged = client.post("/accounts/second-factor/app/", {"offered": "AAAA", "code": code_at(secret, STEP)})
    assert forged.status_code == 422
    done = client.post("/accounts/second-factor/app/", {"offered": offered[1], "code": code_at(secret, STEP)})
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", done.content.decode())) == 10
    assert client.get("/profile/").status_code == 200, "the session that set it up goes on"
    assert not is_in(other), "one with the password alone has ended"
    assert [(one.name, one.args["factor"]) for one in heard if one.name == "add_factor"] == [("add_factor", "totp")]
    again = Client()
    sign_in(again)
    assert typed(again, code_at(secret, STEP)).status_code == 422, "the code that proved it is used up"


ADDRESSES = ("app/", "passkey/", "codes/", "remove/")


def long_ago(client: Client, *methods: str) -> None:
    """What the session showed counts no more as shown lately; all of it, or by some ways."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**one, "at": 0} if not methods or one["method"] in methods else one
        for one in session[AUTHENTICATION_METHODS_SESSION_KEY]]
    session.save()


def refused_until_shown(client: Client) -> None:
    for address in ADDRESSES:
        asked = client.post(f"/accounts/second-factor/{address}", {"factor": "1", "code": "1"})
        assert asked.headers["Location"].startswith("/accounts/confirm/?next="), address


def test_nothing_is_changed_without_the_password_given_lately(duty: Acting, client: Client) -> None:
    sign_in(client)
    long_ago(client)
    refused_until_shown(client)
    assert client.post("/accounts/confirm/", {"password": "wrong"}).status_code == 422
    confirmed = client.post("/accounts/confirm/", {"password": PASSWORD, "next": "//evil.example/"})
    assert confirmed.headers["Location"] == "/"
    assert client.get("/accounts/second-factor/app/").status_code == 200


def test_who_has_a_second_factor_shows_it_too_before_it_is_changed(
    duty: Acting, codes: list[str], client: Client,
) -> None:
    sign_in(client)
    typed(client, codes[0])
    long_ago(client)
    assert "Your password once more" in client.get("/accounts/confirm/").content.decode()
    asked = client.post("/accounts/confirm/", {"code": codes[1], "next": "/accounts/second-factor/app/"})
    assert asked.status_code == 422, "the password comes first"
    asked = client.post("/accounts/confirm/", {"password": PASSWORD, "next": "/accounts/second-factor/app/"})
    assert asked.headers["Location"] == "/accounts/confirm/?next=%2Faccounts%2Fsecond-factor%2Fapp%2F"
    refused_until_shown(client)
    assert "Your second factor once more" in client.get(asked.headers["Location"]).content.decode()
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 422, "the password is no factor"
    assert client.post("/accounts/confirm/", {"code": "000000"}).status_code == 422
    refused_until_shown(client)
    confirmed = client.post("/accounts/confirm/", {"code": codes[1], "next": "/accounts/second-factor/app/"})
    assert confirmed.headers["Location"] == "/accounts/second-factor/app/"
    assert client.get("/accounts/second-factor/app/").status_code == 200
    assert held.of(duty.user or 0).codes == 8, "and is used up"


def test_a_password_given_lately_does_not_stand_for_the_factor(
    duty: Acting, codes: list[str], client: Client,
) -> None:
    sign_in(client)
    typed(client, codes[0])
    long_ago(client, "mfa")
    refused_until_shown(client)
    assert held.of(duty.user or 0).app


def test_a_session_that_showed_none_is_over_once_there_is_one(duty: Acting, client: Client) -> None:
    sign_in(client)
    assert client.get("/accounts/second-factor/").status_code == 200
    factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)
    for address in ("/accounts/second-factor/", "/accounts/second-factor/app/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/"), address
    assert client.get("/api/v1/me").status_code == 401


def test_a_session_that_showed_none_changes_nothing_once_there_is_one(duty: Acting, client: Client) -> None:
    """It was taken when the request came, and the owner set theirs up before its turn."""
    sign_in(client)
    request = RequestFactory().post("/accounts/second-factor/app/")
    request.user, request.session = User.objects.get(pk=duty.user or 0), SessionStore(client.session.session_key)
    factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)

    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is set up")

    assert wholly(never)(request).headers["Location"] == "/accounts/login/"


def test_a_password_that_was_handed_over_is_changed_before_anything_is_set_up(duty: Acting, client: Client) -> None:
    handed = actions.issue_password(user=duty.user or 0, by=OPERATOR, at=clock.now())
    client.post("/accounts/login/", {"login": "duty", "password": handed})
    assert is_in(client)
    for address in ("app/", "passkey/"):
        for ask in (client.get, client.post):
            answer = ask(f"/accounts/second-factor/{address}")
            assert answer.headers["Location"] == "/accounts/password/change/", address


def test_new_codes_take_the_place_of_the_old(duty: Acting, codes: list[str]) -> None:
    fresh = factors.new_codes(by=duty, at=NOW)
    assert not set(fresh) & set(codes)
    assert checking.accept(duty.user or 0, codes[0], SECONDS) is None
    assert checking.accept(duty.user or 0, fresh[0], SECONDS) == held.CODES


def test_with_the_last_factor_its_codes_go(duty: Acting, codes: list[str]) -> None:
    app = held.of(duty.user or 0).app
    assert app is not None
    factors.remove(factor=app.id, by=duty, at=NOW)
    assert not Authenticator.objects.exists()
    with pytest.raises(Problem):
        factors.new_codes(by=duty, at=NOW)


def test_who_takes_the_last_one_away_sets_up_another_before_going_on(
    duty: Acting, codes: list[str], client: Client,
) -> None:
    other, app = Client(headers={"accept-language": "en"}), held.of(duty.user or 0).app
    assert app is not None
    for one, code in ((client, codes[0]), (other, codes[1])):
        sign_in(one)
        typed(one, code)
        assert one.get("/profile/").status_code == 200
    client.post("/accounts/confirm/", {"password": PASSWORD})
    client.post("/accounts/second-factor/remove/", {"factor": str(app.id)})
    assert not held.of(duty.user or 0)
    assert client.get("/profile/").headers["Location"] == "/accounts/second-factor/"
    assert not is_in(other)


def test_of_two_set_up_at_once_the_one_that_shows_success_counts(duty: Acting, client: Client) -> None:
    """The second waited for the first, whose end of the other sessions it finds."""
    other, sent = Client(), []
    for one in (client, other):
        sign_in(one)
        page = one.get("/accounts/second-factor/app/").content.decode()
        offered = re.search(r'name="offered" value="([^"]+)"', page)
        letters = re.search(r'fx-door-secret">([A-Z2-7 ]+)<', page)
        assert offered
        assert letters
        secret = b32decode(letters[1].replace(" ", ""))
        sent.append((secret, {"offered": offered[1], "code": code_at(secret, STEP)}))
    signed_in = other.session.session_key
    assert client.post("/accounts/second-factor/app/", sent[0][1]).status_code == 200
    held_then = Authenticator.objects.get(user_id=duty.user, type=held.APP)
    request = RequestFactory().post("/accounts/second-factor/app/", sent[1][1])
    request.user, request.session = User.objects.get(pk=duty.user or 0), SessionStore(signed_in)

    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is set up")

    assert wholly(never)(request).headers["Location"] == "/accounts/login/"
    assert Authenticator.objects.get(user_id=duty.user, type=held.APP).pk == held_then.pk


def test_what_is_refused_leaves_nothing_behind(duty: Acting, client: Client) -> None:
    sign_in(client)
    request = RequestFactory().post("/accounts/second-factor/app/")
    request.user, request.session = User.objects.get(pk=duty.user or 0), SessionStore(client.session.session_key)

    def view(request: HttpRequest) -> HttpResponse:
        factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)
        return HttpResponse(status=422)

    assert wholly(view)(request).status_code == 422
    assert not Authenticator.objects.exists()
