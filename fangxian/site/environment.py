"""What the environment says: flags, words, secrets kept in files with tight rights, and where the database is."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from fangxian.kernel.keys import make_private
from fangxian.kernel.proxies import Proxies
from fangxian.kernel.text import Text

from .postgres import DATABASE, OWNER, Cluster
from .processes.words import language

_LOST: Final = Text(
    "The file {file} is missing; it signs sessions. Bring it back from the backup. If it is lost for good, start once"
    " with FANGXIAN_NEW_SECRET=1: a new one is made, and everybody signs in again.",
    "缺少用于会话签名的文件 {file}。请从备份中恢复。如文件确已丢失，请用 FANGXIAN_NEW_SECRET=1 启动一次："
    "系统将生成新文件，所有人需重新登录。")
_UNKNOWN_WORD: Final = Text(
    "{name} can't be {given}. Give one of: {known}.", "{name} 不能为 {given}。请填写其中之一：{known}。")
_NO_PROXY: Final = Text(
    "{name} can't be read: {reason}. Give networks such as 10.1.0.0/16, addresses, or unix, separated by spaces.",
    "无法识别 {name}：{reason}。请填写网段（如 10.1.0.0/16）、单个地址或 unix，用空格分隔。")


def flag(name: str) -> bool:
    """True for 1, true, yes or on."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def text(name: str) -> str:
    """A sentence for people to read, of a length that fits a page."""
    return os.environ.get(name, "").strip()[:300]


def words(name: str, default: str) -> list[str]:
    """A list separated by spaces or commas."""
    return os.environ.get(name, default).replace(",", " ").split()


def one_of(name: str, known: tuple[str, ...], default: str) -> str:
    """One of a few words. Ends the process for any other."""
    given = os.environ.get(name) or default
    if given not in known:
        raise SystemExit(_UNKNOWN_WORD.filled(name=name, given=given, known=", ".join(known)).said_in(language()))
    return given


def proxies(name: str) -> Proxies:
    """Whose word about a request's sender is taken; nobody's without it. Ends the process when it can't be read."""
    try:
        return Proxies.read(words(name, ""))
    except ValueError as reason:
        raise SystemExit(_NO_PROXY.filled(name=name, reason=reason).said_in(language())) from None


def address(name: str, origins: list[str]) -> str:
    """Where people reach the site, without a stroke at the end; without it the first origin that is no pattern."""
    given = os.environ.get(name) or next((one for one in origins if "*" not in one), "")
    return given.rstrip("/")


def seconds(name: str) -> dt.timedelta:
    """A length in whole seconds; none without it."""
    return dt.timedelta(seconds=int(os.environ.get(name) or 0))


def instant(name: str) -> dt.datetime | None:
    """An instant in ISO 8601."""
    given = os.environ.get(name)
    return dt.datetime.fromisoformat(given) if given else None


def secret(var: Path, name: str) -> str:
    """A secret from ``FANGXIAN_SECRET_<NAME>``, else from a file only its owner may read, made at first use.

    In a folder that is in use a missing one is no first use: the process ends, unless FANGXIAN_NEW_SECRET asks for it.
    """
    given = os.environ.get(f"FANGXIAN_SECRET_{name.upper()}")
    if given:
        return given
    path = var / "keys" / f"{name}.secret"
    if not path.exists():
        if not flag("FANGXIAN_NEW_SECRET") and any(path.parent.glob("*.key")):
            raise SystemExit(_LOST.filled(file=path).said_in(language()))
        make_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def databases(var: Path, application: str) -> dict[str, Any]:
    """``default`` works under the application role, bound by row-level security; ``owner`` migrates and publishes."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        socket = str(Cluster.below(var).socket)
        users = {"default": application, "owner": OWNER}
        return {alias: _database(DATABASE, user, host=socket) for alias, user in users.items()}
    owner = _from_url(url)
    app_url = os.environ.get("DATABASE_APP_URL")
    if app_url:
        return {"default": _from_url(app_url), "owner": owner}
    bound = {**owner, "OPTIONS": {**owner["OPTIONS"], "options": f"-c role={application}"}}
    return {"default": bound, "owner": owner}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    found = _database(unquote(parts.path.lstrip("/")), unquote(parts.username or ""), host=host)
    return {**found, "PASSWORD": unquote(parts.password or ""), "PORT": str(parts.port or ""), "OPTIONS": query}


def _database(name: str, user: str, *, host: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": user, "HOST": host, "PASSWORD": "", "PORT": "",
        "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": {}, "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
