"""The database knows which keys are in use, from the transaction on in which they protect something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import keys
from fangxian.kernel.errors import Problem
from fangxian.kernel.keys import ACCOUNTS, JOURNAL, KeyMissing, RegisteredKey, check_value
from fangxian.subjects import vault
from tests import county as world
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
BUCKET = vault.bucket_for(MORNING, 12)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.KEYS = tmp_path / "keys"
    yield tmp_path / "keys"
    keys._agreed.clear()


@pytest.fixture
def county() -> County:
    return world.build()


def test_the_first_record_puts_its_keys_down(county: County, folder: Path) -> None:
    county.arrive(MORNING)
    known = keys.registered()
    assert {name: known[name].check for name in (BUCKET, JOURNAL)} == {
        name: check_value((folder / f"{name}.key").read_bytes()) for name in (BUCKET, JOURNAL)}


@pytest.mark.parametrize("name", [BUCKET, JOURNAL])
def test_without_its_key_nothing_is_recorded_and_no_new_one_made(name: str, county: County, folder: Path) -> None:
    county.arrive(MORNING)
    held = (folder / f"{name}.key").read_bytes()
    (folder / f"{name}.key").unlink()
    with pytest.raises(Problem, match=f"{name}.key is missing"), working_in(SYSTEM):
        county.arrive(MORNING)
    assert not (folder / f"{name}.key").exists()
    (folder / f"{name}.key").write_bytes(held)
    county.arrive(MORNING)


def test_the_key_of_another_installation_is_noticed(county: County, folder: Path) -> None:
    county.arrive(MORNING)
    (folder / f"{BUCKET}.key").write_bytes(os.urandom(32))
    with pytest.raises(Problem, match=f"{BUCKET}.key is not the one"), working_in(SYSTEM):
        county.arrive(MORNING)


def test_what_is_taken_back_was_never_in_use() -> None:
    with transaction.atomic():
        keys.ring().make("2031-01")
        transaction.set_rollback(True)
    assert "2031-01" not in keys.registered()
    keys.ring().make("2031-01")
    assert "2031-01" in keys.registered()


def test_a_first_use_that_was_taken_back_is_put_down_by_the_next() -> None:
    with transaction.atomic():
        keys.ring().key(ACCOUNTS)
        transaction.set_rollback(True)
    keys.ring().key(ACCOUNTS)
    assert ACCOUNTS in keys.registered()


def test_destroying_is_remembered_by_the_database(folder: Path) -> None:
    keys.ring().make("2031-02")
    keys.ring().destroy("2031-02")
    assert keys.registered("2031-02") == {"2031-02": RegisteredKey(keys.registered()["2031-02"].check, destroyed=True)}
    assert "2031-02" not in keys.ring().buckets()


def test_the_command_ends_a_key_and_says_so_in_the_journal(county: County, folder: Path) -> None:
    county.arrive(MORNING)
    with pytest.raises(CommandError, match="--yes"):
        call_command("keys", "destroy", BUCKET)
    with pytest.raises(CommandError, match=r"journal\.key is there"):
        call_command("keys", "give-up", JOURNAL, "--yes")
    (folder / f"{JOURNAL}.key").unlink()
    with pytest.raises(SystemExit, match="1"):
        call_command("keys")
    call_command("keys", "give-up", JOURNAL, "--yes")
    call_command("keys", "destroy", BUCKET, "--yes")
    with pytest.raises(CommandError, match="in use"):
        call_command("keys", "destroy", BUCKET, "--yes")
    with pytest.raises(SystemExit, match="0"):
        call_command("keys")
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT form FROM journal_entry WHERE form LIKE 'key_%' ORDER BY seq")
        assert cursor.fetchall() == [("key_give_up",), ("key_destroy",)]


def test_a_key_lost_for_good_is_given_up_for_another(folder: Path) -> None:
    keys.ring().key(JOURNAL)
    (folder / f"{JOURNAL}.key").unlink()
    with pytest.raises(KeyMissing):
        keys.ring().key(JOURNAL)
    other = os.urandom(32)
    (folder / f"{JOURNAL}.key").write_bytes(other)
    keys.give_up(JOURNAL, check_value(other), MORNING)
    assert keys.ring().key(JOURNAL) == other
