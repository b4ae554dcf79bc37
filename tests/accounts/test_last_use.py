"""When a passkey was used last is kept with it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.test import Client

from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import passkeys
from fangxian.accounts.factors import queries as held
from fangxian.accounts.types import Acting

from .conftest import NOW
from .test_factors import _asked, client, duty, sign_in

__all__ = ["_asked", "client", "duty"]


def test_the_last_use_of_a_passkey_is_kept(duty: Acting, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    factors.add_passkey(name="phone", credential={}, by=duty, at=NOW)
    row = Authenticator.objects.get(user_id=duty.user, type=held.PASSKEY)
    answered = SimpleNamespace(response=SimpleNamespace(authenticator_data=SimpleNamespace(counter=1)))
    monkeypatch.setattr(auth, "parse_authentication_response", lambda _: answered)
    monkeypatch.setattr(auth, "complete_authentication", lambda *_: row)
    monkeypatch.setattr(passkeys, "possible", lambda _: False)
    sign_in(client)
    assert client.post("/accounts/code/", {"credential": "{}"}).status_code == 302
    [one] = held.of(duty.user or 0).passkeys
    assert one.used_at is not None
    assert "last used" in client.get("/accounts/second-factor/").content.decode()
