"""The small county in a database of its own, for what is committed and can't be taken back: the journal only grows."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from fangxian.site import database
from tests import county as world
from tests.county import County


@pytest.fixture(scope="module")
def scratch(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[County]:
    """Thrown away after a module's tests."""
    name = f"scratch_{os.getpid()}"
    before = settings.DATABASES["default"]["NAME"]
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    administer("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", name)
    with django_db_blocker.unblock():
        connect_to(name)
        database.prepare()
        yield world.build()
        connect_to(before)
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def connect_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def administer(statement: str, name: str) -> None:
    owner = connections["owner"].settings_dict
    with psycopg.connect(host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"],
                         password=owner["PASSWORD"] or None, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(sql.Identifier(name)))
