"""Back to a moment, from a base backup and the archive: an embedded server, and one reached by network and password."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from fangxian.site import database
from fangxian.site.backup import moments
from fangxian.site.backup.bundle import NotDone
from fangxian.site.management.commands.moment import _instant
from fangxian.site.postgres import OWNER, Cluster, ServerFailed

PATIENCE: Final = 60.0
ADDRESS: Final = f"127.89.{os.getpid() // 250 % 250 + 1}.{os.getpid() % 250 + 1}"


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="fx-moment-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setenv("FANGXIAN_ARCHIVE", str(folder / "archive"))
    own = database.cluster()
    made = Cluster(folder / "server", folder / "socket", own.binaries, own.user)
    made.start()
    yield made
    made.stop()


def by_socket(cluster: Cluster) -> dict[str, Any]:
    return {"host": str(cluster.socket), "user": OWNER, "dbname": "postgres"}


def by_network(cluster: Cluster) -> dict[str, Any]:
    """As an administrator sets a server up for it: a role that may copy, and a password."""
    with psycopg.connect(**by_socket(cluster), autocommit=True) as admin:
        admin.execute("CREATE ROLE copier LOGIN REPLICATION PASSWORD 'copier-secret'")
        admin.execute(f"ALTER SYSTEM SET listen_addresses = '{ADDRESS}'")
    cluster.stop()
    settings = cluster.data / "postgresql.auto.fangxian.conf"
    assert "listen_addresses = ''" in settings.read_text()  # what ALTER SYSTEM says comes after it and wins
    (cluster.data / "pg_hba.conf").write_text(
        "local all all trust\nhost replication copier 127.0.0.0/8 scram-sha-256\n")
    cluster.start()
    return {"host": ADDRESS, "user": "copier", "password": "copier-secret", "dbname": "postgres"}


def archived(cluster: Cluster, archive: Path) -> None:
    """Until what was written so far lies in the archive."""
    with psycopg.connect(**by_socket(cluster), autocommit=True) as admin:
        row = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    assert row is not None
    deadline = time.monotonic() + PATIENCE
    while not (archive / row[0]).exists():
        assert time.monotonic() < deadline, f"{row[0]} was not archived"
        time.sleep(0.05)


@pytest.mark.parametrize("server", [by_socket, by_network], ids=["embedded", "external"])
def test_what_came_after_the_moment_is_not_there_and_all_before_is(server: Any, cluster: Cluster, folder: Path) -> None:
    given = server(cluster)
    with psycopg.connect(**by_socket(cluster), autocommit=True) as admin:
        admin.execute("CREATE TABLE told (at int)")
        admin.execute("INSERT INTO told VALUES (1)")
        base = moments.base_backup(folder / "base", server=given, at=dt.datetime.now(dt.UTC))
        admin.execute("INSERT INTO told VALUES (2)")
        row = admin.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        admin.execute("INSERT INTO told VALUES (3)")
    archived(cluster, folder / "archive")
    cluster.stop()
    with pytest.raises(ServerFailed, match="not empty"):
        cluster.return_to(base, folder / "archive", row[0])
    shutil.move(cluster.data, folder / "lost")
    cluster.return_to(base, folder / "archive", row[0])
    with psycopg.connect(**by_socket(cluster), autocommit=True) as admin:
        assert admin.execute("SELECT at FROM told ORDER BY at").fetchall() == [(1,), (2,)]
        admin.execute("INSERT INTO told VALUES (4)")
    cluster.stop()
    cluster.start()  # and goes on from there as any server
    with psycopg.connect(**by_socket(cluster)) as admin:
        assert admin.execute("SELECT max(at) FROM told").fetchone() == (4,)


def test_a_server_that_lives_on_archives_from_the_next_start_on(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = database.cluster()
    made = Cluster(folder / "server", folder / "socket", own.binaries, own.user)
    made.start()
    try:
        with pytest.raises(NotDone, match="hands its changes on to nobody"):
            moments.ensure_archived(by_socket(made))
        monkeypatch.setenv("FANGXIAN_ARCHIVE", str(folder / "archive"))
        made.start()
        moments.ensure_archived(by_socket(made))
        archived(made, folder / "archive")
        monkeypatch.delenv("FANGXIAN_ARCHIVE")
        made.start()
        with psycopg.connect(**by_socket(made)) as admin:
            assert admin.execute("SHOW archive_mode").fetchone() == ("off",)
    finally:
        made.stop()


def test_a_server_that_lives_on_is_not_started_again_for_nothing(cluster: Cluster) -> None:
    before = started(cluster)
    cluster.start()
    assert started(cluster) == before


def started(cluster: Cluster) -> Any:
    with psycopg.connect(**by_socket(cluster)) as admin:
        return admin.execute("SELECT pg_postmaster_start_time()").fetchone()


def test_a_moment_the_archive_does_not_reach_is_said(cluster: Cluster, folder: Path) -> None:
    base = moments.base_backup(folder / "base", server=by_socket(cluster), at=dt.datetime.now(dt.UTC))
    cluster.stop()
    shutil.move(cluster.data, folder / "lost")
    with pytest.raises(ServerFailed, match=r"recovery target|not reached"):
        cluster.return_to(base, folder / "archive", dt.datetime.now(dt.UTC) + dt.timedelta(days=1))


def test_a_server_of_ones_own_is_left_to_its_administrator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://county@db.example/county")
    with pytest.raises(NotDone, match="administrator"):
        moments.go_back(tmp_path, tmp_path, dt.datetime.now(dt.UTC))


def test_a_running_server_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(NotDone, match="runs"):
        moments.go_back(tmp_path, tmp_path, dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    ("text", "read"), [("2020-03-20T10:15+08:00", True), ("2020-03-20T10:15", False), ("noon", False)])
def test_a_moment_has_its_zone(text: str, read: bool) -> None:
    if read:
        assert _instant(text).astimezone(dt.UTC).hour == 2
    else:
        with pytest.raises(ArgumentTypeError):
            _instant(text)
