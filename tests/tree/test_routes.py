"""Every route against the permission matrix: logged out, wrong post, other area, right post."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from fangxian.accounts import queries as accounts
from fangxian.accounts.models import User
from tests import county as world
from tests.county import County

from .routes import ANYONE, OF, ROUTES, SIGNED_IN

REFUSED: Final = {401, 403, 404}
SAMPLES: Final = {
    "int": "1", "str": "x", "slug": "x", "path": "x", "uuid": str(uuid.UUID(int=1)),
    "uuidstr": str(uuid.UUID(int=1)),
    "date": dt.date(2020, 3, 20).isoformat(),
}
GUARDED: Final = [route for route, who in ROUTES.items() if who != ANYONE]
BY_ACTION: Final = [(route, who) for route, who in ROUTES.items() if isinstance(who, tuple)]


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """(route, an address it answers to) of everything the site serves."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), before + _filled(one)


def _filled(pattern: URLPattern) -> str:
    text = str(pattern.pattern)
    assert isinstance(pattern.pattern, RoutePattern), f"{text}: routes are written with path()"
    for name, converter in pattern.pattern.converters.items():
        kind = next((part for part in SAMPLES if f"<{part}:{name}>" in text), "str")
        assert converter.to_python(SAMPLES[kind]) is not None
        text = text.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
    return text


def routes_of_the_site() -> list[tuple[str, str]]:
    """(route, an address it answers to) of everything."""
    return list(routes(get_resolver().url_patterns))


@pytest.fixture
def addresses() -> dict[str, str]:
    return {route: f"/{address}" for route, address in routes_of_the_site()}


@pytest.fixture
def county(db: None) -> County:
    return world.build()


def signed_in(county: County, kind: str, code: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=county.users[kind, code]))
    return client


def asked(client: Client, address: str) -> int:
    """The answer to GET, or to POST where nothing else is taken."""
    status = client.get(address).status_code
    return client.post(address).status_code if status == 405 else status


def test_every_route_is_in_the_matrix(addresses: dict[str, str]) -> None:
    assert set(addresses) == set(ROUTES), "list it in tests/tree/routes.py and say who may come there"


@pytest.mark.parametrize("route", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_nobody_comes_in_without_signing_in(route: str, method: str, addresses: dict[str, str]) -> None:
    answer = getattr(Client(), method)(addresses[route])
    to_sign_in = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    assert to_sign_in or answer.status_code in REFUSED | {405}, answer.status_code


@pytest.mark.parametrize(("kind", "code"), sorted(dict(world.POSTS).items()))
@pytest.mark.django_db(databases=["default", "owner"])
def test_a_route_is_for_posts_that_may(kind: str, code: str, county: County, addresses: dict[str, str]) -> None:
    client, table = signed_in(county, kind, code), accounts.permissions()
    found = {}
    for route, actions in BY_ACTION:
        allowed = any(table.may(kind, action, grant.programme) for action in actions for grant in table.grants)
        status = asked(client, addresses[route])
        if (status == 403) if allowed else (status not in REFUSED):  # an address made up may well lead nowhere
            found[route] = f"{status}, though it {'may' if allowed else 'may not'}"
    assert found == {}


@pytest.mark.parametrize("route", sorted(OF))
@pytest.mark.django_db(databases=["default", "owner"])
def test_a_record_is_there_for_its_own_area_only(route: str, county: County) -> None:
    address = OF[route](county)
    here, elsewhere = (signed_in(county, "township_duty", code).get(address) for code in ("341023100", "341023101"))
    assert (here.status_code, elsewhere.status_code) == (200, 404)


def test_who_is_one_of_the_known_words() -> None:
    assert all(isinstance(who, tuple) or who in {ANYONE, SIGNED_IN} for who in ROUTES.values())
