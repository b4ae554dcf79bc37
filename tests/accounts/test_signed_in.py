"""Who is signed in is looked up anew with every request, however the look-up is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from fangxian.accounts.models import OpenSession, User
from fangxian.accounts.sessions import SessionStore, known_by
from tests import county as world
from tests.console.rounds import signed_in
from tests.county import County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ME = "/api/v1/me"


@pytest.fixture
def county(db: None) -> County:
    return world.build()


@pytest.fixture
def client(county: County) -> Client:
    client: Client = signed_in(county, "county_duty", "341023")
    assert client.get(ME).status_code == 200
    return client


def ended(client: Client) -> None:
    OpenSession.objects.filter(session_key=known_by(client.cookies["sessionid"].value)).delete()


def over(client: Client) -> None:
    OpenSession.objects.update(expire_date="2000-01-01T00:00:00Z")


def tampered(client: Client) -> None:
    row = OpenSession.objects.get(session_key=known_by(client.cookies["sessionid"].value))
    row.session_data = row.session_data[:-2] + ("AA" if not row.session_data.endswith("AA") else "BB")
    row.save(update_fields=["session_data"])


def shut_out(client: Client) -> None:
    User.objects.update(is_active=False)


def another_password(client: Client) -> None:
    for user in User.objects.all():
        user.set_password("another one entirely")
        user.save(update_fields=["password"])


@pytest.mark.parametrize("happens", [ended, over, tampered, shut_out, another_password])
def test_what_ended_elsewhere_is_gone_with_the_next_request(client: Client, happens: Callable[[Client], None]) -> None:
    happens(client)
    assert client.get(ME).status_code == 401


def test_what_one_request_does_to_its_session_is_not_in_anothers(client: Client) -> None:
    key = client.cookies["sessionid"].value
    one, other = SessionStore(key), SessionStore(key)
    one["kept"] = ["a"]
    one.save()
    one = SessionStore(key)
    one["kept"].append("b")
    assert SessionStore(key)["kept"] == ["a"]
    assert "kept" in SessionStore(key)
    assert other.get("kept") == ["a"]
