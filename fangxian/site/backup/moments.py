"""The way back to a moment: a base backup, and from it forward through the archived changes up to that moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psycopg

from fangxian.kernel.text import Text
from fangxian.site import database
from fangxian.site.postgres import ServerFailed

from . import programs
from .bundle import NotDone

_EMBEDDED_ONLY: Final = Text(
    "DATABASE_URL names a server of your own: its administrator goes back to a moment; docs/running.md shows how.",
    "DATABASE_URL 指向自有服务器：请由其管理员恢复到某一时刻，方法见 docs/running.md。")
_RUNS: Final = Text("The server runs. Stop Fangxian first.", "服务器正在运行。请先停止防线。")
_NOT_ARCHIVED: Final = Text(
    "The server hands its changes on to nobody, and this copy would lead to no later moment. Set FANGXIAN_ARCHIVE and"
    " start again; for the state of this moment alone use fangxian backup.",
    "服务器未归档变更，此副本无法恢复到之后的任何时刻。请设置 FANGXIAN_ARCHIVE 后重新启动；"
    "如只需保存当前状态，请用 fangxian backup。")
_NOT_REACHED: Final = Text("It could not go back: {said}", "无法恢复到该时刻：{said}")


def ensure_archived(server: Mapping[str, Any]) -> None:
    """NotDone where the server archives no changes."""
    with psycopg.connect(**server) as connection:
        row = connection.execute("SHOW archive_mode").fetchone()
    if row is None or row[0] == "off":
        raise NotDone(_NOT_ARCHIVED)


def base_backup(folder: Path, *, server: Mapping[str, Any], at: dt.datetime) -> Path:
    """A copy of the whole server as it runs, with the changes made meanwhile; the keys are not in it."""
    place = folder / f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    programs.run("pg_basebackup", f"--pgdata={place}", "--wal-method=stream", "--checkpoint=fast", "--no-password",
                 server={name: value for name, value in server.items() if name not in ("dbname", "options")})
    programs.run("pg_verifybackup", str(place), server={})
    return place


def go_back(base: Path, archive: Path, until: dt.datetime) -> None:
    """Make the embedded server anew as it was at a moment; the folder of its data has to be moved away before."""
    if not database.embedded():
        raise NotDone(_EMBEDDED_ONLY)
    own = database.cluster()
    if own.running():
        raise NotDone(_RUNS)
    try:
        own.return_to(base, archive, until)
    except ServerFailed as why:
        raise NotDone(_NOT_REACHED, said=why) from None
    own.stop()
