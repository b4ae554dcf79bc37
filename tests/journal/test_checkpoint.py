"""Checkpoints: whoever cuts off the end of the journal, or writes it anew, contradicts one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import checkpoint, keys, verify
from fangxian.kernel import clock, notes
from fangxian.kernel.keys import CHECKPOINT
from fangxian.kernel.notes import NotSigned
from tests import county as world
from tests.county import MORNING, County
from tests.owner import behind_its_back

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
DAY = dt.timedelta(days=1)
CUT = """
DELETE FROM journal_entry WHERE batch = (SELECT id FROM journal_batch ORDER BY position DESC LIMIT 1);
DELETE FROM journal_batch WHERE position = (SELECT max(position) FROM journal_batch);
UPDATE journal_chain_head SET (position, link) = (
  SELECT position, link FROM journal_batch ORDER BY position DESC LIMIT 1)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    settings.KEYS = tmp_path / "keys"
    return tmp_path / "checkpoints"


@pytest.fixture
def county() -> County:
    county = world.build()
    county.arrive(MORNING)
    county.arrive(MORNING)
    return county


def kept() -> checkpoint.Checkpoint:
    file = checkpoint.publish(MORNING)
    assert file is not None
    return checkpoint.read(file.read_bytes(), checkpoint.verifier())


def test_a_journal_that_grew_continues_its_checkpoint(county: County) -> None:
    before = kept()
    county.arrive(MORNING)
    with working_in(SYSTEM):
        assert checkpoint.grown(before) == 1


def test_the_end_can_not_be_cut_off(county: County) -> None:
    before = kept()
    with behind_its_back() as cursor:
        cursor.execute(CUT)
    with working_in(SYSTEM):
        assert verify.verify()[1] == []  # in itself it is whole
        with pytest.raises(checkpoint.Shrunk, match="the last ones are gone"):
            checkpoint.grown(before)
    county.arrive(MORNING)  # as many as before, but not the same
    county.arrive(MORNING)
    with working_in(SYSTEM):
        assert verify.verify()[1] == []
        with pytest.raises(checkpoint.Shrunk, match="not those the checkpoint was made over"):
            checkpoint.grown(before)


def test_one_a_day_and_none_that_contradicts_the_last(county: County, folder: Path) -> None:
    assert checkpoint.publish(MORNING) == checkpoint.published()
    assert checkpoint.publish(MORNING) is None
    assert checkpoint.publish(MORNING + DAY) is not None
    with behind_its_back() as cursor:
        cursor.execute(CUT)
    with pytest.raises(checkpoint.Shrunk):
        checkpoint.publish(MORNING + 2 * DAY)
    assert checkpoint.publish(MORNING + 2 * DAY) is None  # not asked again every few seconds
    assert len(list(folder.glob("*.checkpoint"))) == 2
    assert "the last ones are gone" in next(folder.glob("*.refused")).read_text()


def test_the_days_of_checkpoints_are_listed_and_looked_up(folder: Path) -> None:
    assert (checkpoint.days(5), checkpoint.published(), checkpoint.of_day("2020-03-18")) == ([], None, None)
    folder.mkdir(parents=True)
    for name in ("2020-03-18.checkpoint", "2020-03-19.checkpoint", "2020-03-20.refused"):
        (folder / name).touch()
    assert checkpoint.days(2) == [("2020-03-20", True), ("2020-03-19", False)]
    assert len(checkpoint.days(5)) == 3
    assert checkpoint.published() == folder / "2020-03-19.checkpoint"
    assert checkpoint.of_day("2020-03-18") == folder / "2020-03-18.checkpoint"
    assert [checkpoint.of_day(day) for day in ("2020-03-20", "2020-03-17", "../keys")] == [None] * 3


def test_what_nothing_came_after_covers_it_all_and_anybody_may_read_it(county: County, folder: Path) -> None:
    before = kept()
    with working_in(SYSTEM):
        assert checkpoint.grown(before) == 0
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o644


def test_the_command_holds_the_journal_against_the_published_one(
        county: County, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept()
    with pytest.raises(SystemExit, match="0"):
        call_command("journal", "verify")
    assert "0 came after it" in capsys.readouterr().out
    with behind_its_back() as cursor:
        cursor.execute(CUT)
    with pytest.raises(SystemExit, match="1"):
        call_command("journal", "verify")
    assert "BROKEN: the checkpoint covers" in capsys.readouterr().out


def test_one_kept_elsewhere_is_checked_by_the_key_kept_with_it(
        county: County, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("journal", "checkpoint")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(capsys.readouterr().out)
    call_command("journal", "key")
    key = capsys.readouterr().out.strip()
    with pytest.raises(SystemExit, match="0"):
        call_command("journal", "verify", since=elsewhere, key=key)
    elsewhere.write_text(elsewhere.read_text().replace("\n", "0\n", 2).replace("0\n", "\n", 1))
    with pytest.raises(CommandError, match="changed"):
        call_command("journal", "verify", since=elsewhere, key=key)
    with pytest.raises(CommandError, match="no public key"):
        call_command("journal", "verify", since=elsewhere, key="x")


def test_the_clock_publishes_it_and_anybody_may_fetch_it(
        county: County, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Client().get("/journal/checkpoint").status_code == 404
    with clock.running_on(clock.SimulatedClock(MORNING)):
        call_command("clock", once=True)
        answer = Client().get("/journal/checkpoint")
        before = checkpoint.read(answer.content, checkpoint.verifier())
        with behind_its_back() as cursor:
            cursor.execute(CUT)
    with clock.running_on(clock.SimulatedClock(MORNING + DAY)):
        call_command("clock", once=True)
    assert "no checkpoint of the journal was published" in caplog.text
    assert checkpoint.read(Client().get("/journal/checkpoint").content, checkpoint.verifier()) == before


@pytest.mark.parametrize("text", ["fangxian/journal-00000000\n1\n", "{origin}\n01\n{root}\n", "{origin}\n1\nAAAA\n",
                                  "another\n1\n{root}\n", "{origin}\n-1\n{root}\n"])
def test_what_is_no_checkpoint_is_refused(text: str, county: County) -> None:
    trusted = checkpoint.verifier()
    made = text.format(origin=trusted.name, root="A" * 43 + "=")
    note = notes.sign(made, trusted.name, keys.ring().key(CHECKPOINT))
    with pytest.raises(NotSigned, match="no checkpoint"):
        checkpoint.read(note.encode(), trusted)
