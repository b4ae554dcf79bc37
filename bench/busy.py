"""Processor time of whole process trees, read from /proc: what a figure would be on cores that nobody else uses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fangxian.site import database

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)
"""Fields after the name in /proc/PID/stat: the times of a process, and those of its children that ended."""


def server() -> int:
    """The embedded PostgreSQL's first process."""
    return int((database.cluster().data / "postmaster.pid").read_text().split()[0])


def seconds(root: int) -> float:
    """Of a process and everything below it, also of what ended: what is left of that is in its parent's times."""
    found = dict(filter(None, map(_read, Path("/proc").glob("[0-9]*/stat"))))
    below, total = {root}, 0
    for pid, (parent, ticks) in sorted(found.items()):  # a child's number is greater but where numbers began anew
        if pid in below or parent in below:
            below.add(pid)
            total += ticks
    return total / _TICKS


def _read(stat: Path) -> tuple[int, tuple[int, int]] | None:
    try:
        told = stat.read_text()
    except OSError:
        return None
    fields = told.rpartition(")")[2].split()
    return int(stat.parent.name), (int(fields[_PARENT]), sum(map(int, fields[_TIMES])))
