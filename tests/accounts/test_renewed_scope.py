"""A renewal of the scope's secret that was killed between the file and the database is made good by the next one."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from pytest_django import DjangoDbBlocker

from fangxian.accounts import signing
from fangxian.accounts.scope import SYSTEM, working_in
from tests.county import MORNING, County
from tests.invariants.scratch import scratch as scratch


@pytest.fixture
def broken_off(
    scratch: County, django_db_blocker: DjangoDbBlocker, settings: Any, tmp_path: Path,
) -> Iterator[Path]:
    """The file holds the new secret, and the database the old one."""
    before = signing.file()
    with django_db_blocker.unblock():
        with transaction.atomic():
            scratch.arrive(MORNING)  # nobody asks about an empty table
        settings.SCOPE_SECRET = tmp_path / "scope.secret"
        with pytest.raises(InterruptedError), transaction.atomic(using="owner"):
            signing.renew(Killed())
        yield settings.SCOPE_SECRET
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            signing.ensure_secret(cursor, before)


class Killed:
    """A cursor of a process that does not live to write."""

    def execute(self, *_: Any) -> None:
        raise InterruptedError


def seen() -> int:
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_subject")
        return int(cursor.fetchone()[0])


def test_until_then_nothing_is_seen_and_it_says_what_to_do(broken_off: Path) -> None:
    with pytest.raises(DatabaseError, match=r"(?s)not signed.*start anew"):
        seen()


def test_a_start_mends_it(broken_off: Path) -> None:
    left = broken_off.read_bytes()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        signing.bring_in_line(cursor)
    assert seen()
    assert broken_off.read_bytes() == left


def test_so_does_the_same_command_once_more(broken_off: Path) -> None:
    left = broken_off.read_bytes()
    call_command("keys", "renew-scope", stdout=StringIO())
    assert seen()
    assert broken_off.read_bytes() != left
