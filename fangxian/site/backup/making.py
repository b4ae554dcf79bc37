"""A backup: dump, keys, and a look whether both open."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings

from fangxian.accounts.scope import SYSTEM, options_of
from fangxian.kernel.text import Text
from fangxian.site.processes.starting import connection_of

from . import bundle, programs, trial
from .bundle import NotDone

_ONE_PLACE: Final = Text(
    "The database and the keys go to different places: whoever gets hold of one can read nothing. Give two folders that"
    " do not lie in one another.",
    "数据库与密钥须备份到不同位置：只得到其中之一的人无法读取任何内容。请指定两个互不包含的目录。")
_NOT_WHOLE: Final = Text(
    "The backup was opened and is not whole: {said}. Nothing was kept.", "打开备份后发现不完整：{said}。备份未保留。")
_HEAD: Final = "SELECT position, encode(link, 'hex') FROM journal_chain_head"


def back_up(folder: Path, keys_folder: Path, *, passphrase: str, at: dt.datetime) -> tuple[Path, Path]:
    """The two folders made. The keys are copied after the dump: every key it needs was there before it."""
    _ensure_apart(folder.resolve(), keys_folder.resolve())
    name = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    places = folder / name, keys_folder / name
    with tempfile.TemporaryDirectory(prefix="fx-backup-") as aside:
        for place in places:
            place.mkdir(parents=True, mode=0o700)
        try:
            manifest = _make(places, Path(aside), passphrase, at)
            said = trial.look(places, manifest, passphrase)
            if said:
                raise NotDone(_NOT_WHOLE, said=said)
        except BaseException:
            for place in places:
                _drop(place)
            raise
    for place in places:
        manifest.write(place)
    return places


def _make(places: tuple[Path, Path], aside: Path, passphrase: str, at: dt.datetime) -> bundle.Manifest:
    server = connection_of("owner")
    with psycopg.connect(**server) as owner:
        position, link = owner.execute(_HEAD).fetchone() or (0, "")
    programs.dump(aside / bundle.DUMP, server=_seeing_all(server))
    bundle.pack_keys(settings.KEYS, aside / bundle.KEYS)
    files = places[0] / bundle.DUMP, places[1] / bundle.KEYS
    for file in files:
        bundle.put(aside / file.name, file, passphrase)
    return bundle.Manifest(at.isoformat(), position, link, *map(bundle.digest, files))


def _seeing_all(server: dict[str, Any]) -> dict[str, Any]:
    """An owner who is no superuser is bound by row-level security: the whole journal is in scope."""
    return {**server, "options": f"{server.get('options', '')} {options_of(SYSTEM)}".strip()}


def _ensure_apart(one: Path, other: Path) -> None:
    if one == other or one in other.parents or other in one.parents:
        raise NotDone(_ONE_PLACE)


def _drop(place: Path) -> None:
    for file in place.iterdir():
        file.unlink()
    place.rmdir()
