"""Debian packages, installed where that is allowed: as root, or with a sudo that asks for no password."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence


class NotInstalled(Exception):
    """The package could not be installed; the text is the end of what the installer said."""


def install(packages: Sequence[str]) -> None:
    """Install packages from the machine's own sources; NotInstalled when that is not possible here."""
    become = _becoming_root()
    if become is None or not shutil.which("apt-get"):
        raise NotInstalled("")
    if _apt(become, "install", *packages).returncode == 0:
        return
    _apt(become, "update")
    done = _apt(become, "install", *packages)
    if done.returncode:
        raise NotInstalled("\n".join(done.stdout.strip().splitlines()[-5:]))


def _becoming_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(become: Sequence[str], verb: str, *packages: str) -> subprocess.CompletedProcess[str]:
    quiet = ["-y", "-q", "--no-install-recommends"] if verb == "install" else ["-q"]
    return subprocess.run(
        [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", verb, *quiet, *packages],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
