"""A county that asks its own posts for a second factor, at one moment of its clock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from fangxian.accounts import actions
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import forms, freshly, pages, rules
from fangxian.accounts.types import OPERATOR, Acting
from tests.accounts.conftest import NOW, County

PASSWORD = "lantern over quiet water"
SECRET = b"12345678901234567890"
SECONDS = 1_584_666_000.0
STEP = int(SECONDS) // rules.STEP


@pytest.fixture(autouse=True)
def _asked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR = "county"
    for asking in (pages, freshly, forms):  # and nowhere else: scopes are signed by the real time
        monkeypatch.setattr(asking, "time", SimpleNamespace(time=lambda: SECONDS))


@pytest.fixture
def duty(county: County) -> Acting:
    """A county duty officer with an app."""
    actions.set_password(user=county.users["duty"], password=PASSWORD, by=OPERATOR, at=NOW)
    return county.acting("duty")


@pytest.fixture
def codes(duty: Acting) -> list[str]:
    return factors.add_app(secret=SECRET, step=0, by=duty, at=NOW)


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def sign_in(client: Client, name: str = "duty") -> HttpResponse:
    return client.post("/accounts/login/", {"login": name, "password": PASSWORD})  # type: ignore[return-value]


def typed(client: Client, code: str) -> HttpResponse:
    return client.post("/accounts/code/", {"code": code})  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
