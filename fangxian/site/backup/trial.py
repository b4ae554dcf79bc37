"""A backup is opened before it counts: brought back on a server of its own, its journal verified, its keys tried."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings

from fangxian.site import database
from fangxian.site.postgres import DATABASE, OWNER, Cluster

from . import bundle, restoring

_LOOKS: Final = (("journal", "verify"), ("keys",))
_HEAD: Final = "SELECT position FROM journal_chain_head"


def look(places: tuple[Path, Path], manifest: bundle.Manifest, passphrase: str) -> str:
    """What is wrong with a backup; nothing when it opens and is whole. The server lives as long as the look."""
    with tempfile.TemporaryDirectory(prefix="fx-trial-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the server's system user has to get through
        own = database.cluster()
        trial = Cluster(folder / "data", folder / "socket", own.binaries, own.user)
        trial.start()
        try:
            return _looked(trial, folder / "var", places, manifest, passphrase)
        finally:
            trial.stop()


def _looked(
    trial: Cluster, var: Path, places: tuple[Path, Path], manifest: bundle.Manifest, passphrase: str,
) -> str:
    server: dict[str, Any] = {"host": str(trial.socket), "user": OWNER, "dbname": DATABASE}
    database.make_on(trial)
    with psycopg.connect(**server) as owner:
        database.grant_roles_on(owner)
    restoring.fill(*places, manifest, passphrase, server=server, keys=var / "keys")
    with psycopg.connect(**server) as owner:
        position = (owner.execute(_HEAD).fetchone() or (0,))[0]
    if position < manifest.position:
        return f"{manifest.position} batches were recorded, {position} are in it"
    environment = {
        **os.environ, "DATABASE_URL": f"postgresql://{OWNER}@/{DATABASE}?host={trial.socket}", "DATABASE_APP_URL": "",
        "FANGXIAN_VAR": str(var), "FANGXIAN_CHECKPOINTS": str(var / "checkpoints"),
        "DJANGO_SETTINGS_MODULE": "fangxian.site.settings", "FANGXIAN_SECRET_DJANGO": settings.SECRET_KEY}
    for arguments in _LOOKS:
        command = [sys.executable, "-m", "fangxian", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return (done.stdout + done.stderr).strip()[-800:]
    return ""
