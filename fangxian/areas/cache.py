"""Areas by path, kept in the process as long as the tree's revision stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from fangxian.kernel.once import once

from .statements import rows
from .types import Node, Tier, lineage

MOST_KEPT: Final = 100_000
NODE: Final = (
    "a.id, a.code, a.name, a.level_id, l.tier, a.path, a.time_zone, a.cutoff, a.valid_from, a.valid_to"
    " FROM areas_area a JOIN areas_level l ON l.code = a.level_id")
_BY_PATH: Final = f"SELECT {NODE} WHERE a.path = ANY(%s::text[])"
_REVISION: Final = "SELECT coalesce(max(id), 0) FROM areas_treechange"


@once
def revision() -> int:
    """The number of the tree's last change; 0 for a tree that no action made."""
    return int(rows(_REVISION)[0][0])


def as_node(row: tuple[Any, ...]) -> Node:
    """A row selected with ``NODE``."""
    return Node(row[0], row[1], row[2], row[3], Tier(row[4]), *row[5:])


@dataclass(slots=True)
class CachedTree:
    """What a process knows of one revision. It is replaced, never mended, so threads may share it."""

    revision: int
    nodes: dict[str, Node] = field(default_factory=dict)
    indexes: dict[str, Any] = field(default_factory=dict)


_kept = CachedTree(0)


def kept() -> CachedTree:
    """What is known of the revision in force. Rows written past the actions carry no revision and are never kept."""
    global _kept
    now = revision()
    if now == 0 or now != _kept.revision or len(_kept.nodes) > MOST_KEPT:
        _kept = CachedTree(now)
    return _kept


def nodes(paths: Iterable[str]) -> Mapping[str, Node]:
    """The areas at some paths and all above them, ended ones too; what does not exist is left out."""
    known = kept().nodes
    wanted = {step for path in set(paths) for step in lineage(path)} - known.keys()
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_BY_PATH, [list(wanted)])
            known.update((row[5], as_node(row)) for row in cursor.fetchall())
    return known
