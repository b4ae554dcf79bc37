"""What is wrong with a database is said at the start, and nothing is served."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from unittest.mock import Mock

import psycopg
import pytest
from django.conf import settings as django_settings

from fangxian.kernel.keys import KeyMissing, check_value
from fangxian.site import database, environment, ready, server_log
from fangxian.site.postgres import APPLICATION, OWNER, Cluster
from fangxian.site.processes import starting

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
OLD: Final = Path("/usr/lib/postgresql/15")
Connection = psycopg.Connection[Any]


@pytest.fixture
def owner() -> Iterator[Connection]:
    with psycopg.connect(**starting.connection_of("owner")) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def application() -> Iterator[Connection]:
    with psycopg.connect(**starting.connection_of("default")) as connection:
        yield connection


def told(owner: Connection, application: Connection, *, new_secret: bool = False) -> list[str]:
    return [fault.en for fault in ready.faults(owner, application, new_secret=new_secret)]


def test_a_database_that_was_prepared_has_no_faults(owner: Connection, application: Connection) -> None:
    assert told(owner, application) == []
    assert not ready.lacks_role(owner)


@pytest.mark.parametrize(("version", "refused"), [(150_012, True), (160_000, False), (180_001, False)])
def test_an_old_server_is_refused_by_its_version(version: int, refused: bool) -> None:
    server = Mock(info=Mock(server_version=version))
    server.execute.return_value.fetchone.return_value = ("UTF8",)
    said = [fault.en for fault in ready.server_faults(server)]
    assert [one.startswith("PostgreSQL 16 or newer is needed; this is 15") for one in said] == [True] * refused


def test_a_real_old_server_is_refused() -> None:
    if not (OLD / "bin" / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not on this machine")
    with tempfile.TemporaryDirectory(prefix="fx-old-") as folder:
        Path(folder).chmod(0o755)
        own = database.cluster()
        old = Cluster(Path(folder) / "data", Path(folder) / "socket", OLD, own.user)
        try:
            old.start()
            with psycopg.connect(host=str(old.socket), user=OWNER, dbname="postgres") as connection:
                assert [fault.en[:45] for fault in ready.server_faults(connection)] == [
                    "PostgreSQL 16 or newer is needed; this is 15."]
        finally:
            old.stop()


def test_an_old_server_is_refused_before_its_log_is_to_be_set(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://county@db.example/county")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(ready, "NEEDED", 99)
    monkeypatch.setattr(server_log, "telling", lambda server: ["log_statement"])
    with pytest.raises(starting.NotPrepared):
        starting.start_database()
    assert "PostgreSQL 99 or newer is needed" in capsys.readouterr().out


def test_another_encoding_is_refused(owner: Connection) -> None:
    server = Mock(info=owner.info)
    server.execute.return_value.fetchone.return_value = ("SQL_ASCII",)
    assert ["SQL_ASCII" in fault.en for fault in ready.server_faults(server)] == [True]


def test_a_database_brought_back_without_its_rights_is_not_served(owner: Connection, application: Connection) -> None:
    owner.execute(f"REVOKE ALL ON journal_entry FROM {APPLICATION}")
    assert ["no rights on tables such as journal_entry" in one for one in told(owner, application)] == [True]


def test_a_database_that_belongs_to_somebody_else_is_not_served(owner: Connection, application: Connection) -> None:
    owner.execute("CREATE ROLE fx_stranger CREATEROLE")
    owner.execute(f"GRANT {APPLICATION} TO fx_stranger")
    owner.execute("SET LOCAL ROLE fx_stranger")
    assert "belong to" in told(owner, application)[0]


def test_an_application_that_nothing_binds_is_not_served(owner: Connection) -> None:
    with psycopg.connect(**starting.connection_of("owner")) as unbound:
        assert ["row-level security does not bind" in one for one in told(owner, unbound)] == [True]


def test_a_missing_role_is_noticed_and_made(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr("fangxian.site.ready.APPLICATION", "fx_nobody")
        assert ready.lacks_role(owner)
    database.grant_roles_on(owner)
    assert not ready.lacks_role(owner)


@pytest.fixture
def secret(tmp_path: Path, settings: Any) -> Path:
    settings.KEYS = tmp_path
    file = tmp_path / "django.secret"
    file.write_text(settings.SECRET_KEY)
    return file


def test_the_folder_of_another_installation_is_noticed(
        secret: Path, settings: Any, owner: Connection, application: Connection) -> None:
    assert told(owner, application) == []  # the first start puts it down
    assert told(owner, application) == []
    settings.SECRET_KEY = "made anew in an empty folder"
    secret.write_text(settings.SECRET_KEY)
    assert ["django.secret is not the one" in one for one in told(owner, application)] == [True]
    assert told(owner, application, new_secret=True) == []
    assert told(owner, application) == []


def test_a_secret_from_the_environment_is_not_held_against_a_file(
        tmp_path: Path, settings: Any, owner: Connection, application: Connection) -> None:
    settings.KEYS = tmp_path
    (tmp_path / "django.secret").write_text("something else")
    assert told(owner, application) == []


def test_keys_whose_files_are_missing_are_named(tmp_path: Path, settings: Any, owner: Connection) -> None:
    settings.KEYS = tmp_path
    owner.execute("INSERT INTO journal_keyevent (name, generation, event, check_value, at)"
                  " VALUES ('2031-05', 1, 'made', %s, now()), ('2031-06', 1, 'made', %s, now())",
                  [check_value(b"5" * 32), check_value(b"6" * 32)])
    (tmp_path / "2031-06.key").write_bytes(b"6" * 32)
    found = [fault for fault in ready.key_faults(owner) if "2031" in str(fault)]
    assert [type(fault) for fault in found] == [KeyMissing]
    assert "2031-05.key" in found[0].sentence.en


@pytest.mark.parametrize(("there", "wanted", "made"), [
    ([], "", True), (["journal.key"], "", False), (["2021-03.key"], "", False), (["journal.key"], "1", True)])
def test_a_lost_secret_is_no_first_use(
        there: list[str], wanted: str, made: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGXIAN_NEW_SECRET", wanted)
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "keys").mkdir()
    for name in there:
        (tmp_path / "keys" / name).write_bytes(b"0" * 32)
    if made:
        assert environment.secret(tmp_path, "django") == (tmp_path / "keys" / "django.secret").read_text()
    else:
        with pytest.raises(SystemExit, match=r"django\.secret is missing"):
            environment.secret(tmp_path, "django")
        assert not (tmp_path / "keys" / "django.secret").exists()


def test_a_server_that_only_loads_the_pages_does_not_serve_either(owner: Connection) -> None:
    """Whatever starts the WSGI application: it ends when the application signs in as the owner."""
    code = ("import os; from django.conf import settings; settings.DATABASES['default'].update(USER=%r);"
            "import fangxian.site.wsgi")
    done = subprocess.run(
        [sys.executable, "-c", code % OWNER], capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C", "FANGXIAN_DATABASE": str(django_settings.DATABASES["owner"]["NAME"]),
             "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"})
    assert done.returncode == 1
    assert "row-level security does not bind" in done.stdout
