"""The way back: an empty database and the folder of keys are filled from the two halves of a backup."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings

from fangxian.accounts import signing
from fangxian.kernel.text import Text
from fangxian.site import database
from fangxian.site.processes import starting

from . import bundle, programs
from .bundle import NotDone

_NOT_EMPTY: Final = Text(
    "The database has {count} tables already. Bring the backup back into an empty one: another FANGXIAN_VAR, or a new"
    " database in DATABASE_URL.",
    "数据库中已有 {count} 张表。请恢复到空数据库：使用其他 FANGXIAN_VAR，或在 DATABASE_URL 中指定新数据库。")
_NOT_TOGETHER: Final = Text(
    "These keys were not backed up together with this database. Give the two folders of one backup.",
    "该密钥与该数据库不属于同一次备份。请指定同一次备份的两个目录。")
_TABLES: Final = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def restore(folder: Path, keys_folder: Path, *, passphrase: str) -> list[str]:
    """Fill the database in use and its folder of keys; gives the keys left out because they were destroyed since."""
    manifest = bundle.Manifest.read(folder)
    if bundle.Manifest.read(keys_folder) != manifest:
        raise NotDone(_NOT_TOGETHER)
    database.start()
    starting.ensure_server()
    server = starting.connection_of("owner")
    _ensure_empty(server)
    return fill(folder, keys_folder, manifest, passphrase, server=server, keys=settings.KEYS)


def fill(
    folder: Path, keys_folder: Path, manifest: bundle.Manifest, passphrase: str, *, server: dict[str, Any], keys: Path,
) -> list[str]:
    """Keys first: a database without them would be taken for one that lost them."""
    with tempfile.TemporaryDirectory(prefix="fx-restore-") as name:
        aside = Path(name)
        with bundle.taken(keys_folder / bundle.KEYS, manifest.keys, passphrase, aside) as tar:
            left = bundle.unpack_keys(tar, keys)
        with bundle.taken(folder / bundle.DUMP, manifest.database, passphrase, aside) as dump:
            programs.bring_back(dump, aside, server=server)
    with psycopg.connect(**server) as owner, owner.cursor() as cursor:
        signing.bring_in_line(cursor, keys / settings.SCOPE_SECRET.name)
    return left


def _ensure_empty(server: dict[str, Any]) -> None:
    with psycopg.connect(**server) as owner:
        count = (owner.execute(_TABLES).fetchone() or (0,))[0]
    if count:
        raise NotDone(_NOT_EMPTY, count=count)
