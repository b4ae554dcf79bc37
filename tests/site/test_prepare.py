"""Preparing a database that an earlier release made: what is published there stays."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.programmes import queries
from fangxian.site.processes import starting
from fangxian.site.processes.starting import DatabaseNote
from tests import county as world

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_a_shipped_programme_under_a_number_that_is_taken_stays_as_it_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    world.build()
    with working_in(SYSTEM):
        before = queries.in_force("entry").digest
    settings.PROGRAMMES = tmp_path
    shutil.copytree(world.ROOT / "programmes" / "entry", tmp_path / "entry")
    manifest = tmp_path / "entry" / "programme.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("Arrivals", "Arrivals, changed", 1), "utf-8")
    monkeypatch.setattr(starting, "read_note", lambda: DatabaseNote(starting.fingerprint(), "loaded"))
    call_command("prepare", demo=True, fresh=False)
    said = capsys.readouterr().out
    assert "entry stays as it was published" in said
    with working_in(SYSTEM):
        assert queries.in_force("entry").digest == before
