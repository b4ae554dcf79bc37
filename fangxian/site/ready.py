"""What has to hold before anything is served: the server, the roles and their rights, the secrets of this installation.

Asked at every start, over plain connections: the watching process has no Django applications. What can be made is made;
of the rest each fault is a sentence, and nothing is served.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings

from fangxian.accounts import signing
from fangxian.kernel.keys import KeyGone, KeyRing, NoKey, NoRegister, check_value
from fangxian.kernel.text import Text

from .postgres import APPLICATION

NEEDED: Final = 16
SESSIONS: Final = "django"
_TOO_OLD: Final = Text(
    "PostgreSQL {needed} or newer is needed; this is {found}. Move the database to a newer server, or leave"
    " DATABASE_URL out to use the one that comes along.",
    "需要 PostgreSQL {needed} 或更高版本，当前为 {found}。请将数据库迁移到更高版本的服务器，或不设置 DATABASE_URL"
    " 以使用自带的数据库。")
_ENCODING: Final = Text(
    "The database is in {found}; it has to be in UTF8: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'.",
    "数据库编码为 {found}，必须为 UTF8。请重新建库：CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'。")
_OWNERS: Final = Text(
    "{count} tables belong to {owner}, not to {user}, who signs in by DATABASE_URL. Sign in as {owner}, or:"
    " REASSIGN OWNED BY {owner} TO {user}.",
    "有 {count} 张表属于 {owner}，而非 DATABASE_URL 所用的 {user}。请改用 {owner} 登录，或执行："
    "REASSIGN OWNED BY {owner} TO {user}。")
_RIGHTS: Final = Text(
    "The application's role {role} has no rights on tables such as {table}: the database was brought back without its"
    " roles. The role is there now: empty the database and bring the backup back again (fangxian restore).",
    "应用角色 {role} 对 {table} 等表没有权限：数据库恢复时缺少角色。"
    "角色现已建好：请清空数据库后重新恢复备份（fangxian restore）。")
_UNBOUND: Final = Text(
    "The application signs in as {user}, whom row-level security does not bind. Use {role} in DATABASE_APP_URL.",
    "应用登录所用的 {user} 不受行级安全约束。请在 DATABASE_APP_URL 中使用 {role}。")
_OTHER_SECRET: Final = Text(
    "The file {file} is not the one this database was used with: the folder of keys is not its own. Bring the folder"
    " back from the backup. If the file is lost for good, start once with FANGXIAN_NEW_SECRET=1: everybody signs in"
    " again.",
    "文件 {file} 与该数据库此前所用的不一致：密钥目录不是原来的。请从备份恢复该目录。"
    "如文件确已丢失，请用 FANGXIAN_NEW_SECRET=1 启动一次，所有人需重新登录。")
_TABLES: Final = """
SELECT pg_get_userbyid(c.relowner), c.relname, has_any_column_privilege(%s, c.oid, 'SELECT'),
  pg_has_role(current_user, c.relowner, 'MEMBER')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 2
"""
_READ: Final = ("areas_area", "accounts_opensession", "journal_entry", "subjects_subject", "tasks_task")
"""Tables no page can do without; rights are lost of all tables or of none."""
_ROLE: Final = (
    "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s) AND pg_has_role(current_user, %s, 'MEMBER')")
_BOUND: Final = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_CHECK: Final = """
SELECT generation, check_value FROM journal_keyevent WHERE name = %s AND event = 'made'
ORDER BY generation DESC LIMIT 1
"""
_ENTER: Final = (
    "INSERT INTO journal_keyevent (name, generation, event, check_value, at) VALUES (%s, %s, 'made', %s, now())"
    " ON CONFLICT DO NOTHING")


def server_faults(owner: psycopg.Connection[Any]) -> Iterator[Text]:
    """What keeps even the tables from being made."""
    version = owner.info.server_version
    if version // 10_000 < NEEDED:
        yield _TOO_OLD.filled(needed=NEEDED, found=version // 10_000)
    row = owner.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
    encoding = row.fetchone()
    if encoding and encoding[0] != "UTF8":
        yield _ENCODING.filled(found=encoding[0])


def lacks_role(owner: psycopg.Connection[Any]) -> bool:
    """Whether the application's role has to be made: no dump of a database holds roles."""
    row = owner.execute(_ROLE, [APPLICATION, APPLICATION]) if _role_there(owner) else None
    found = row.fetchone() if row else None
    return not (found and found[0])


def faults(owner: psycopg.Connection[Any], application: psycopg.Connection[Any], *, new_secret: bool) -> Iterator[Text]:
    """What keeps a database that has its tables from being served."""
    yield from server_faults(owner)
    found = list(_table_faults(owner))
    yield from found
    user, unbound = application.execute(_BOUND).fetchone() or ("?", True)
    if unbound:
        yield _UNBOUND.filled(user=user, role=APPLICATION)
    yield from _secret_faults(owner, settings.KEYS, new_secret)
    if not found:
        with owner.cursor() as cursor:
            signing.bring_in_line(cursor)


def key_faults(owner: psycopg.Connection[Any]) -> Iterator[NoKey]:
    """Keys in use whose files are missing or others: what they protect is closed, the rest is served."""
    ring = KeyRing(settings.KEYS, NoRegister())
    rows = owner.execute(
        "SELECT DISTINCT ON (name) name, check_value FROM journal_keyevent k WHERE event = 'made' AND name <> %s"
        " AND NOT EXISTS (SELECT FROM journal_keyevent d WHERE d.name = k.name AND d.event = 'destroyed')"
        " ORDER BY name, generation DESC", [SESSIONS])
    for name, check in rows.fetchall():
        try:
            ring.known_as(name, check)
        except KeyGone:
            continue
        except NoKey as fault:
            yield fault


def _role_there(owner: psycopg.Connection[Any]) -> bool:
    return owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone() is not None


def _table_faults(owner: psycopg.Connection[Any]) -> Iterator[Text]:
    tables = owner.execute(_TABLES, [APPLICATION]).fetchall()
    strange = [row for row in tables if not row[3]]
    if strange:
        yield _OWNERS.filled(count=len(strange), owner=strange[0][0], user=owner.info.user)
    closed = [row[1] for row in tables if row[1] in _READ and not row[2]]
    if closed:
        yield _RIGHTS.filled(role=APPLICATION, table=closed[0])


def _secret_faults(owner: psycopg.Connection[Any], folder: Path, new_secret: bool) -> Iterator[Text]:
    """The file that signs sessions is held against the database; one that comes from the environment is not."""
    file = folder / f"{SESSIONS}.secret"
    if not file.exists() or file.read_text() != settings.SECRET_KEY:
        return
    check = check_value(file.read_bytes())
    row = owner.execute(_CHECK, [SESSIONS]).fetchone()
    if row is None or (new_secret and bytes(row[1]) != check):
        owner.execute(_ENTER, [SESSIONS, (row[0] if row else 0) + 1, check])
    elif bytes(row[1]) != check:
        yield _OTHER_SECRET.filled(file=file.name)
