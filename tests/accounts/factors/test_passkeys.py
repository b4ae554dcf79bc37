"""Passkeys: where they are possible, what is none, and that one opens once and only what was asked."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.test import Client, RequestFactory

from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import passkeys
from fangxian.accounts.factors import queries as held
from fangxian.accounts.models import OpenSession
from fangxian.accounts.types import Acting
from tests.accounts.conftest import NOW
from tests.locking import locked_first, statements

from .conftest import SECRET, is_in, sign_in, typed


@pytest.mark.parametrize(("host", "secure", "url", "possible"), [
    ("localhost:8000", False, "", True), ("127.0.0.1:8000", False, "", False), ("county.example", False, "", False),
    ("county.example", True, "", True), ("10.1.2.3", True, "", False), ("[::1]:8000", True, "", False),
    ("county.example", True, "https://county.example", True), ("other.example", True, "https://county.example", False)])
def test_where_passkeys_are_possible(host: str, secure: bool, url: str, possible: bool, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["*"], url
    assert passkeys.possible(RequestFactory().get("/", headers={"host": host}, secure=secure)) is possible


@pytest.mark.parametrize(("host", "told"), [("10.1.2.3", ""), ("county.example", "https://county.example")])
def test_where_they_are_not_possible_no_address_is_named_that_would_not_do(
    duty: Acting, codes: list[str], client: Client, settings: Any, host: str, told: str,
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    sign_in(client)
    typed(client, codes[0])
    page = client.get("/accounts/second-factor/", headers={"host": host}).content.decode()
    assert ("https://" in page) is bool(told)
    assert told in page


@pytest.mark.parametrize("answer", [
    "", "x", "null", "[]", "{}", "[" * 1_000, '{"id": ' + "[" * 1_000 + "]" * 1_000 + "}", '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA",'
    ' "signature": "AA", "userHandle": "MQ"}}'])
def test_what_is_no_passkey_is_refused(duty: Acting, codes: list[str], client: Client, answer: str) -> None:
    assert client.get("/accounts/passkey/", headers={"host": "localhost"}).status_code == 200
    refused = client.post("/accounts/passkey/", {"credential": answer}, headers={"host": "localhost"})
    assert refused.headers["Location"] == "/accounts/login/"
    assert not OpenSession.objects.exists(), "nobody came in"
    sign_in(client)
    assert client.post("/accounts/code/", {"credential": answer}).status_code == 422
    assert not is_in(client)


def test_what_anybody_may_ask_for_keeps_nothing(db: None, client: Client) -> None:
    for _ in range(3):
        asked = client.get("/accounts/passkey/", headers={"host": "localhost"})
        assert json.loads(asked.json()["options"])["publicKey"]["challenge"]
    assert not OpenSession.objects.exists()
    assert "sessionid" not in client.cookies


def test_a_passkey_alone_opens_once_and_only_what_was_asked(
    duty: Acting, client: Client, monkeypatch: pytest.MonkeyPatch,
) -> None:
    factors.add_passkey(name="phone", credential={}, by=duty, at=NOW)
    row = Authenticator.objects.get(user_id=duty.user, type=held.PASSKEY)
    answered = SimpleNamespace(response=SimpleNamespace(authenticator_data=SimpleNamespace(counter=0)))
    monkeypatch.setattr(auth, "parse_authentication_response", lambda _: answered)
    monkeypatch.setattr(passkeys, "is_from_here", lambda _: True)
    monkeypatch.setattr(auth, "extract_user_from_response", lambda _: row.user)
    states: list[Any] = []

    def complete(*_: Any) -> Authenticator:
        states.append(auth.get_state())
        return row

    monkeypatch.setattr(auth, "complete_authentication", complete)

    def answer(one: Client) -> bool:
        one.post("/accounts/passkey/", {"credential": "{}"}, headers={"host": "localhost"})
        return is_in(one)

    assert not answer(client), "nothing was asked"
    client.get("/accounts/passkey/", headers={"host": "localhost"})
    seen = client.cookies["passkey-asked"].value
    assert answer(client)
    assert states[0]["challenge"]
    other = Client()
    other.cookies["passkey-asked"] = seen
    assert not answer(other), "the same answer once more"
    other.cookies["passkey-asked"] = seen[:-1] + "x"
    assert not answer(other), "what this site never asked"


def websafe(told: bytes) -> str:
    return urlsafe_b64encode(told).decode().rstrip("=")


@pytest.mark.parametrize("broken", [b"", bytes.fromhex("a363666d74646e6f6e651b61747453"), b"\x81" * 9_000])
def test_what_breaks_off_is_no_passkey(broken: bytes) -> None:
    """The libraries fail over it in ways of their own."""
    head = {"id": "AA", "rawId": "AA", "type": "public-key"}
    client_data = websafe(b'{"type": "", "challenge": "", "origin": ""}')
    made = {"clientDataJSON": client_data, "attestationObject": websafe(broken)}
    assert passkeys.made(json.dumps({**head, "response": made})) is None
    extended = bytes(32) + b"\x80" + bytes(4) + broken  # a flag that says what follows is CBOR
    shown = {"clientDataJSON": client_data, "authenticatorData": websafe(extended), "signature": "AA"}
    assert passkeys.shown(json.dumps({**head, "response": shown})) is None


@pytest.mark.parametrize(("origin", "here"), [
    ("https://fx.example:8443", True), ("https://fx.example", False), ("https://fx.example:9000", False),
    ("https://evil.fx.example:8443", False), ("http://fx.example:8443", False), ("", False)])
def test_only_this_very_address_asks(rf: RequestFactory, settings: Any, origin: str, *, here: bool) -> None:
    """Not what else runs on the machine, or under a name below this one."""
    settings.ALLOWED_HOSTS = ["fx.example"]
    told = {"response": {"clientDataJSON": websafe(json.dumps({"origin": origin}).encode())}}
    with request_context(rf.get("/", secure=True, headers={"host": "fx.example:8443"})):
        assert passkeys.is_from_here(told) is here


def test_who_presses_twice_is_not_told_that_it_broke(duty: Acting) -> None:
    """The first app and the first codes are there once: who comes second waits for who came first."""
    with statements() as said:
        factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)
    assert locked_first(said, "accounts_user", "DELETE", "INSERT")


def test_the_last_use_of_a_passkey_is_kept(duty: Acting, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    factors.add_passkey(name="phone", credential={}, by=duty, at=NOW)
    row = Authenticator.objects.get(user_id=duty.user, type=held.PASSKEY)
    answered = SimpleNamespace(response=SimpleNamespace(authenticator_data=SimpleNamespace(counter=1)))
    monkeypatch.setattr(auth, "parse_authentication_response", lambda _: answered)
    monkeypatch.setattr(passkeys, "is_from_here", lambda _: True)
    monkeypatch.setattr(auth, "complete_authentication", lambda *_: row)
    monkeypatch.setattr(passkeys, "possible", lambda _: False)
    sign_in(client)
    assert client.post("/accounts/code/", {"credential": "{}"}).status_code == 302
    [one] = held.of(duty.user or 0).passkeys
    assert one.used_at is not None
    assert "last used" in client.get("/accounts/second-factor/").content.decode()
