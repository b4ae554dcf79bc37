"""Every route × kind of post × target, as a request that has all it needs: what it answers, writes and gives.

One world for all of them; every request is taken back. Where the table and the tree say no, the answer is a refusal and
the database is as it was; where they say yes, it succeeds and something is written; and nobody has more rights
afterwards than the request was there to give, least of all who sent it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from fangxian.accounts import queries
from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import keys
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.keys import ACCOUNTS
from tests.tree.routes import ANYONE, ROUTES
from tests.tree.test_routes import routes_of_the_site

from . import matrix
from .matrix import ACTORS, NOON, Try, World

Prints = dict[str, tuple[int, Any]]
Rights = dict[int, set[tuple[str, str]]]
REFUSED: Final = {403, 404, 409, 422}
DONE: Final = {200, 302, 303}
_NO_RECORD: Final = (
    "accounts_opensession", "accounts_scopesecret", "site_cache", "accounts_access", "django_migrations",
    "areas_areacount")
"""Sessions, a secret, what is thrown away, and who looked: a look is kept whatever was answered."""
GIVES: Final = {"set-up/posts/give/", "team/post/<int:pk>/away/", "set-up/posts/<int:post>/", "set-up/requests/"}
STORES_NOTHING: Final = {"accounts/act-as/", "subjects/<uuid:subject>/identity/", "register/mrz/"}
TELLS_ONE_BY_ONE: Final = {"api/v1/submissions"}
"""Answers 200 with a refusal for each form inside."""
EXCUSED: Final = {
    "my-day/undo/": "one's own entries of the last minutes: tests/console/test_my_day.py",
    "api/v1/programmes/<programme>": "the rules are no secret",
    "api/v1/programmes/<programme>/forms/<form>": "the rules are no secret",
    "api/v1/areas/<code>": "the tree is no secret",
    "area/<str:code>/<str:key>/give/": "tests/console/test_work_lists.py",
    "subjects/<uuid:subject>/tasks/": "tests/tasks/test_giving.py",
    "area/<str:code>/<str:key>/list.<str:form>": "tests/console/test_work_lists.py",
    "imports/<uuid:held>/columns/": "the same look-up as the others of an import",
    "imports/<uuid:held>/decide/": "the same look-up as the others of an import",
    "imports/<uuid:held>/leave-out/": "the same look-up as the others of an import",
    "imports/<uuid:held>/line/<int:line>/": "the same look-up as the others of an import",
    "imports/<uuid:held>/version/": "the same look-up as the others of an import",
    "imports/<uuid:held>/progress/": "the same look-up as the others of an import",
    "imports/<uuid:held>/result/": "the same look-up as the others of an import",
    "imports/<uuid:held>/undo/": "tests/console/test_imports.py: what is recorded first",
    "access/journal/<str:day>/": "a number and a hash: tests/console/test_access.py",
    "tables/<str:programme>/": "the rules are no secret",
    "tables/<str:programme>/<str:name>/": "the rules are no secret",
    "tables/<str:programme>/<str:name>/counted/": "counts in one's own scope",
    "set-up/programmes/<str:programme>/": "the rules are no secret",
}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    settings.KEYS, before = tmp_path_factory.getbasetemp() / "keys", settings.KEYS
    keys.forget()  # what an earlier test used and took back is put down anew here, not by the first request
    with django_db_blocker.unblock(), running_on(SimulatedClock(NOON)), transaction.atomic():
        with working_in(SYSTEM):
            made = matrix.build()
            keys.ring().make(ACCOUNTS)  # the first page that seals something puts down that the key is in use
        yield made
        transaction.set_rollback(True)
    settings.KEYS = before


def signed_in(world: World, kind: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.county.users[kind, ACTORS[kind]]))
    return client


def prints() -> Prints:
    """Every table with a record in it: how many rows, and the sum of their hashes."""
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                       " WHERE n.nspname = 'public' AND relkind = 'r' AND relname <> ALL(%s) ORDER BY 1",
                       [list(_NO_RECORD)])
        tables = [name for name, in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(
            f"SELECT '{name}', count(*), sum(hashtextextended(x::text, 0)) FROM \"{name}\" x" for name in tables))
        return {name: (count, total) for name, count, total in cursor.fetchall()}


def held(world: World) -> Rights:
    """As what everybody may act."""
    return {user: {(by.kind, by.path) for by in queries.posts_of(user, NOON)} for user in world.county.users.values()}


def send(client: Client, one: Try) -> int:
    if one.data is None:
        return client.get(one.address).status_code
    if not one.json:
        return client.post(one.address, one.data).status_code
    body = one.data.get("sent", one.data)
    return client.post(one.address, body, content_type="application/json").status_code


def wrong(world: World, client: Client, one: Try, before: Prints, had: Rights) -> str:
    """What is not as the table says; nothing of the request stays."""
    with transaction.atomic():
        status = send(client, one)
        changed = sorted(name for name, now in prints().items() if now != before[name]) if one.writes else []
        gained = {user: now - had[user] for user, now in held(world).items() if now - had[user]}
        transaction.set_rollback(True)
    found = []
    expected = DONE if one.may else REFUSED if one.writes else {403, 404}
    if one.route in TELLS_ONE_BY_ONE:
        expected = DONE | expected
    if status not in expected:
        found.append(f"answered {status}")
    if one.writes and one.route not in STORES_NOTHING and bool(changed) is not one.may:
        found.append(f"wrote {changed}")
    if one.asks_second and "accounts_rightsrequest" not in changed:
        found.append("asked nobody")
    if gained and (one.asks_second or not one.may or one.route not in GIVES):
        found.append(f"gave {gained}")
    return ", ".join(found)


@pytest.mark.parametrize("kind", sorted(ACTORS))
def test_whatever_a_post_tries(kind: str, world: World) -> None:
    client, before, had = signed_in(world, kind), prints(), held(world)
    asked = list(matrix.tries(world, kind))
    found = {f"{'POST' if one.writes else 'GET'} {one.route} · {one.target} · may={one.may}": said
             for one in asked if (said := wrong(world, client, one, before, had))}
    assert not found, "\n".join(f"{name}: {said}" for name, said in found.items())
    assert len(asked) > 100


@pytest.mark.parametrize("kind", sorted(ACTORS))
def test_a_request_without_anything_in_it_changes_nothing(kind: str, world: World) -> None:
    client, before, had = signed_in(world, kind), prints(), held(world)
    found = [f"/{address}" for route, address in routes_of_the_site() if route != "accounts/logout/"]
    addresses = [address.replace("/1/", "/999999999/") for address in found]  # of nobody and nothing
    with transaction.atomic():
        for address in addresses:
            client.get(address)
            client.post(address)
        changed = {name for name, now in prints().items() if now != before[name]}
        assert (changed, held(world)) == (set(), had)
        transaction.set_rollback(True)


def test_every_route_is_tried(world: World) -> None:
    tried = {one.route for kind in ACTORS for one in matrix.tries(world, kind)}
    targeted = {route for route, who in ROUTES.items() if "<" in route and who != ANYONE}
    assert targeted - tried == set(EXCUSED) & targeted, "say in matrix.py who may do what there, or why not here"
    assert tried <= set(ROUTES)
