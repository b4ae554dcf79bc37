"""A backup brings everything back: on the embedded server, and on one reached by network with a plain owner."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connections
from pytest_django import DjangoDbBlocker

from fangxian.kernel.keys import KEY_BYTES
from fangxian.site import database
from fangxian.site.backup import bundle, making, programs
from fangxian.site.backup.bundle import DUMP, KEYS, Manifest, NotDone
from fangxian.site.postgres import OWNER, Cluster
from tests.county import MORNING, County
from tests.invariants.filing import GRID
from tests.invariants.scratch import scratch as scratch
from tests.invariants.sending import send

PEOPLE: Final = 3
PASSWORD: Final = "county-secret"
PASSPHRASE: Final = "lantern over quiet water"
COUNTS: Final = "SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM subjects_identity)"


@dataclass
class Elsewhere:
    """A server reached by network and password, where the county's owner may make roles and no more."""

    cluster: Cluster
    url: str

    @property
    def admin(self) -> dict[str, Any]:
        return {"host": str(self.cluster.socket), "user": OWNER, "dbname": "county"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the server's system user can get through."""
    path = Path(tempfile.mkdtemp(prefix="fx-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    own, address = database.cluster(), f"127.88.{os.getpid() // 250 % 250 + 1}.{os.getpid() % 250 + 1}"
    cluster = Cluster(folder / "server", folder / "socket", own.binaries, own.user)
    cluster.start()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as out:
        out.write(f"listen_addresses = '{address}'\n")
    (cluster.data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n")
    cluster.start()
    try:
        with psycopg.connect(host=str(cluster.socket), user=OWNER, dbname="postgres", autocommit=True) as admin:
            admin.execute(f"CREATE ROLE county LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
            admin.execute("CREATE DATABASE county OWNER county TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        yield Elsewhere(cluster, f"postgresql://county:{PASSWORD}@{address}/county")
    finally:
        cluster.stop()


@pytest.fixture
def county(scratch: County, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """Some people, recorded for good in a database of their own."""
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            monkeypatch.setitem(django_settings.DATABASES[alias], "NAME", connections[alias].settings_dict["NAME"])
        send([uuid.UUID(int=0xB << 96 | 0x7000 << 64 | 0x8 << 60 | n) for n in range(PEOPLE)], scratch.paths[GRID])
        yield scratch
        for alias in ("default", "owner"):
            connections[alias].close()


def fangxian(*arguments: str | Path, var: Path, url: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FANGXIAN_VAR": str(var), "DATABASE_URL": url, "LC_ALL": "C", **more}
    environment.pop("FANGXIAN_DATABASE", None)
    if not url:
        del environment["DATABASE_URL"]
    return subprocess.run([sys.executable, "-m", "fangxian", *map(str, arguments)], env=environment,
                          capture_output=True, text=True, check=False)


def counted(server: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with psycopg.connect(**server) as connection:
        return connection.execute(COUNTS).fetchone()


def test_there_and_back_again(county: County, elsewhere: Elsewhere, folder: Path) -> None:
    own = {"host": str(database.cluster().socket), "user": OWNER, "dbname": django_settings.DATABASES["owner"]["NAME"]}
    before = counted(own)
    made = making.back_up(folder / "db", folder / "keys", passphrase="", at=MORNING)
    assert before is not None
    assert before[0] > PEOPLE

    away = folder / "away"
    done = fangxian("restore", made[0], "--keys", made[1], var=away, url=elsewhere.url)
    assert done.returncode == 0, done.stderr
    assert counted(elsewhere.admin) == before
    for look in (("journal", "verify"), ("keys",)):
        looked = fangxian(*look, var=away, url=elsewhere.url)
        assert looked.returncode == 0, looked.stdout + looked.stderr
    again = fangxian("restore", made[0], "--keys", made[1], var=away, url=elsewhere.url)
    assert "has" in again.stderr
    assert "tables already" in again.stderr

    sealed = fangxian("backup", folder / "db2", "--keys", folder / "keys2", var=away, url=elsewhere.url,
                      FANGXIAN_BACKUP_PASSPHRASE=PASSPHRASE)
    assert sealed.returncode == 0, sealed.stderr
    [dump], [keys] = (list((folder / name).iterdir()) for name in ("db2", "keys2"))
    assert Manifest.read(dump).position == Manifest.read(made[0]).position
    for file in (dump / DUMP, keys / KEYS):
        assert file.read_bytes().startswith(b"fangxian-sealed-1\n")

    home = folder / "home"
    home.mkdir(mode=0o755)
    assert "PASSPHRASE" in fangxian("restore", dump, "--keys", keys, var=home).stderr
    wrong = fangxian("restore", dump, "--keys", keys, var=home, FANGXIAN_BACKUP_PASSPHRASE="another")
    assert "the passphrase is another one" in wrong.stderr
    back = fangxian("restore", dump, "--keys", keys, var=home, FANGXIAN_BACKUP_PASSPHRASE=PASSPHRASE)
    try:
        assert back.returncode == 0, back.stderr
        assert counted({**own, "host": str(Cluster.below(home).socket), "dbname": "fangxian"}) == before
        assert fangxian("journal", "verify", var=home).returncode == 0
    finally:
        fangxian("database", "stop", var=home)


def test_a_dump_that_lacks_something_does_not_count(
        county: County, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = programs.dump

    def all_but_the_entries(file: Path, *, server: Mapping[str, Any]) -> None:
        dump(file, server=server)
        programs.run("pg_dump", "--format=custom", "--no-owner", "--exclude-table-data=journal_entry", f"--file={file}",
                     server=server)

    monkeypatch.setattr(programs, "dump", all_but_the_entries)
    with pytest.raises(NotDone, match="not whole"):
        making.back_up(folder / "db", folder / "keys", passphrase="", at=MORNING)
    assert [list(place.iterdir()) for place in (folder / "db", folder / "keys")] == [[], []]


@pytest.mark.parametrize(("one", "other"), [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a", "c/../a")])
def test_both_halves_in_one_place_are_refused(one: str, other: str, tmp_path: Path) -> None:
    with pytest.raises(NotDone, match="different places"):
        making.back_up(tmp_path / one, tmp_path / other, passphrase="", at=MORNING)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    for name in ("2021-03.key", "2021-04.key", "journal.key", "django.secret"):
        (tmp_path / "keys" / name).write_bytes(name.encode().ljust(KEY_BYTES))
    (tmp_path / "keys" / "2021-02.destroyed").write_text("destroyed\n")
    (tmp_path / "keys" / "run.lock").write_text("{}")
    bundle.pack_keys(tmp_path / "keys", tmp_path / "keys.tar")
    return tmp_path / "keys.tar"


def test_all_keys_and_marks_come_back_closed_to_others(packed: Path, tmp_path: Path) -> None:
    assert bundle.unpack_keys(packed, tmp_path / "new") == []
    found = {file.name: file for file in (tmp_path / "new").iterdir()}
    assert set(found) == {"2021-02.destroyed", "2021-03.key", "2021-04.key", "journal.key", "django.secret"}
    assert {file.stat().st_mode & 0o777 for file in found.values()} == {0o600}
    assert found["2021-03.key"].read_bytes() == b"2021-03.key".ljust(KEY_BYTES)


def test_a_key_destroyed_since_stays_destroyed(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "keys" / "2021-03.key").rename(tmp_path / "keys" / "2021-03.destroyed")
    assert bundle.unpack_keys(packed, tmp_path / "keys") == ["2021-03.key"]
    assert not (tmp_path / "keys" / "2021-03.key").exists()


def test_another_key_of_the_same_name_is_not_written_over(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "keys" / "2021-04.key").write_bytes(b"another".ljust(KEY_BYTES))
    with pytest.raises(NotDone, match=r"2021-04\.key"):
        bundle.unpack_keys(packed, tmp_path / "keys")
    assert (tmp_path / "keys" / "2021-04.key").read_bytes() == b"another".ljust(KEY_BYTES)


def test_a_changed_file_and_an_unfinished_backup_are_refused(packed: Path, tmp_path: Path) -> None:
    digest = bundle.digest(packed)
    with bundle.taken(packed, digest, "", tmp_path) as plain:
        assert plain == packed
    packed.write_bytes(packed.read_bytes() + b"\0")
    with pytest.raises(NotDone, match="not the file"), bundle.taken(packed, digest, "", tmp_path):
        pass
    with pytest.raises(NotDone, match="no finished backup"):
        Manifest.read(tmp_path)
