"""One database for the whole run, made by the owner, used under the application role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connections
from django.utils import translation
from psycopg import sql

from fangxian.journal import keys
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.site import database
from fangxian.site.postgres import one_at_a_time
from fangxian.subjects import tables
from tests import kinds


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # How long drawing or running an example takes says how busy the machine is, and nothing about the code. What is
    # drawn follows from the test's own text: what passes today is not drawn otherwise tomorrow.
    hypothesis.settings.register_profile(
        "fangxian", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow],
        print_blob=True)
    hypothesis.settings.load_profile("fangxian")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A fresh database beside the working one, dropped at the end. ``FANGXIAN_TEST_DB`` names it, for parallel runs."""
    name = os.environ.get("FANGXIAN_TEST_DB", f"test_fangxian_{os.getpid()}")
    with one_at_a_time(settings.VAR / "tests.lock"):  # roles are the server's, not one database's
        database.start()
        owner = settings.DATABASES["owner"]
        _admin(owner, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        _admin(owner, sql.SQL(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(sql.Identifier(name)))
        for alias in ("default", "owner"):
            settings.DATABASES[alias]["NAME"] = name
            connections[alias].settings_dict["NAME"] = name
            connections[alias].close()
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            database.prepare()
            for shipped in ("entry", "linelist", "residents"):
                programme, _ = load(read_folder(settings.PROGRAMMES / shipped))
                assert programme is not None
                tables.ensure(programme)
            for programme in kinds.programmes():
                tables.ensure(programme)
    yield
    connections.close_all()
    _admin(owner, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session", autouse=True)
def _keys_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys of tests live and die with the run, and so does what they sign: also what a module's fixture records."""
    settings.KEYS = Path(tmp_path_factory.getbasetemp()) / "keys"
    settings.CHECKPOINTS = Path(tmp_path_factory.getbasetemp()) / "checkpoints"


@pytest.fixture(scope="session", autouse=True)
def _passwords_will_do() -> None:
    """A second factor is asked for by the tests that are about it."""
    settings.SECOND_FACTOR = "nobody"


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_soon_hashed() -> None:
    """As they are kept, but with the least work: a quarter of a second each is what keeps guessers off."""
    ScryptPasswordHasher.work_factor = 2


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    """Keys that one test lays elsewhere are not those of the next, nor are those in use that it took back."""
    before = settings.KEYS, settings.CHECKPOINTS
    yield
    settings.KEYS, settings.CHECKPOINTS = before
    keys.forget()


@pytest.fixture(scope="module")
def the_owner_signs_in(django_db_setup: None) -> Iterator[None]:
    """And works under the application's role until a test lays it down with SET ROLE NONE, to change what that may not.
    """
    used, owner = connections["default"].settings_dict, connections["owner"].settings_dict
    before = dict(used)
    connections["default"].close()
    used.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"], OPTIONS={"options": "-c role=fangxian_app"})
    yield
    connections["default"].close()
    used.update(before)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language a request of one test was answered in is not that of the next."""
    yield
    translation.deactivate()


def _admin(owner: dict[str, str], statement: sql.Composed) -> None:
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(statement)
