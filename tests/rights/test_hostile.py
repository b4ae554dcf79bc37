"""A request that has all it needs, with one thing in it that nobody means: it is answered, and not by a failure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from django.db import transaction
from django.utils.http import urlencode

from tests.tree.routes import ROUTES
from tests.tree.test_no_request_fails import names

from . import matrix
from .matrix import ACTORS, Try, World
from .test_matrix import send, signed_in, world

__all__ = ["world"]
DRAWN: Final = 2
"""Of ``HOSTILE``, for each word of each address: all of them together take minutes."""
HOSTILE: Final[Mapping[str, Any]] = {
    "NUL": "a\0b", "deep JSON": "[" * 1_000, "deep JSON that ends": "[" * 1_000 + "]" * 1_000,
    "deep XML": "<a>" * 1_000, "digits": "9" * 5_000, "the first day": "0001-01-01", "the last day": "9999-12-31",
    "the first instant": "0001-01-01T00:00", "the last instant": "9999-12-31T23:59:59.999999-12:00",
}


def changed(data: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """The same with ``value`` in the place of each thing in it, one at a time."""
    if isinstance(data, Mapping):
        for name, inner in data.items():
            yield name, {**data, name: value}
            yield from ((f"{name}.{below}", {**data, name: told}) for below, told in changed(inner, value))
    elif isinstance(data, list):
        for place, inner in enumerate(data):
            yield from ((f"{place}.{below}", [*data[:place], told, *data[place + 1:]])
                        for below, told in changed(inner, value))


def one_of_each(world: World, kind: str, *, writes: bool) -> Iterator[Try]:
    """A request of each route that the post may, with an address of its own."""
    found: dict[str, Try] = {}
    for one in matrix.tries(world, kind):
        if one.writes is writes and one.may:
            found.setdefault(one.route, one)
    yield from found.values()


def read(world: World, kind: str) -> Iterator[tuple[str, str]]:
    """The addresses a post may open, each with one of the words its page reads."""
    addresses = {route: f"/{route}" for route in ROUTES if "<" not in route}
    addresses |= {one.route: one.address for one in one_of_each(world, kind, writes=False)}
    yield from ((address, name) for route, address in addresses.items() for name in names(route))


@pytest.mark.parametrize("kind", sorted(ACTORS))
def test_a_thing_nobody_means_is_answered(kind: str, world: World) -> None:
    client, failed = signed_in(world, kind), []
    client.raise_request_exception = False
    for one in one_of_each(world, kind, writes=True):
        for what, value in HOSTILE.items():
            for place, data in changed(one.data, value):
                with transaction.atomic():
                    status = send(client, replace(one, data=data))
                    transaction.set_rollback(True)
                if status >= 500:
                    failed.append(f"{one.address} {place}: {what} was answered {status}")
                elif what == "NUL" and not one.json and status not in {400, 422}:
                    failed.append(f"{one.address} {place}: NUL was answered {status}")
    assert failed == []


@pytest.mark.parametrize("kind", ["county_duty", "administrator"])
def test_so_is_an_address_nobody_means(kind: str, world: World) -> None:
    client, failed = signed_in(world, kind), []
    client.raise_request_exception = False
    for address, name in read(world, kind):
        for what in random.Random(address + name).sample(sorted(HOSTILE), DRAWN):
            value = HOSTILE[what]
            with transaction.atomic():
                answer = client.get(f"{address}?{urlencode({name: value})}")
                b"".join(getattr(answer, "streaming_content", ()))
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                failed.append(f"{address} {name}: {what} was answered {answer.status_code}")
    assert failed == []
