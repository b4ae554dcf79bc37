"""PostgreSQL's own programs, as they come along, on the database in use."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fangxian.kernel.text import Text
from fangxian.site.postgres import BINARIES

from .bundle import NotDone

FAILED: Final = Text("{program} failed: {said}", "{program} 执行失败：{said}")
_NAMES: Final = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
                 "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "options": "PGOPTIONS"}


def run(program: str, *arguments: str, server: Mapping[str, Any]) -> str:
    """What a program said on its standard output; the password goes by the environment, where no list of processes
    shows it. NotDone with its own words when it fails.
    """
    told = {_NAMES[name]: str(value) for name, value in server.items() if name in _NAMES}
    done = subprocess.run(
        [str(BINARIES / "bin" / program), *arguments], env={**_quiet(), **told}, capture_output=True, text=True,
        check=False)
    if done.returncode:
        raise NotDone(FAILED, program=program, said=done.stderr.strip()[-800:])
    return done.stdout


def dump(file: Path, *, server: Mapping[str, Any]) -> None:
    """The whole database at one moment, in PostgreSQL's own form."""
    run("pg_dump", "--format=custom", "--no-owner", "--enable-row-security", f"--file={file}", server=server)


def bring_back(file: Path, aside: Path, *, server: Mapping[str, Any]) -> None:
    """All of a dump or nothing. What the start makes itself is left out: it would name roles of another server."""
    entries = run("pg_restore", "--list", str(file), server={})
    kept = aside / "entries"
    kept.write_text("\n".join(line for line in entries.splitlines() if not _made_at_start(line)) + "\n")
    run("pg_restore", f"--dbname={server['dbname']}", "--no-owner", "--single-transaction", "--exit-on-error",
        f"--use-list={kept}", str(file), server=server)


def _made_at_start(line: str) -> bool:
    return " DEFAULT ACL " in line or " SCHEMA - public " in line or " COMMENT - SCHEMA public " in line


def _quiet() -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, "LC_ALL": "C"}
