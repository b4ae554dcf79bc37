"""Blind spots: leaf areas in force where nobody holds a post; who is shut out holds none."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import connection

from fangxian.areas import queries as areas
from fangxian.areas.types import SEGMENT, Node, Range, subtree

PAGE: Final = 50
_BLIND: Final = (
    " FROM areas_area a WHERE a.path >= %(lo)s AND a.path > %(after)s AND a.path < %(hi)s AND a.valid_to IS NULL"
    " AND NOT EXISTS (SELECT FROM areas_area c WHERE c.parent_id = a.id AND c.valid_to IS NULL)"
    " AND NOT EXISTS (SELECT FROM accounts_post p WHERE p.path = a.path"
    " AND (%(kind)s::text IS NULL OR p.kind = %(kind)s)"
    " AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR %(at)s < p.valid_to)"
    " AND NOT EXISTS (SELECT FROM accounts_exclusion x WHERE x.user_id = p.user_id"
    " AND x.begins <= %(at)s AND (x.ends IS NULL OR %(at)s < x.ends)))")


def blind_spots(within: Range, *, kind: str | None = None, at: dt.datetime, after: str = "",
                limit: int = PAGE) -> list[Node]:
    """The blind spots in a range, in path order: no post in force there at an instant, of a kind or (None) of any.

    Whether the holder is on duty that minute is another question. Page by the last path seen.
    """
    rows = _rows(f"SELECT a.path{_BLIND} ORDER BY a.path LIMIT %(limit)s", within, kind, at, after=after, limit=limit)
    paths = [path for (path,) in rows]
    found = areas.nodes(paths)
    return [found[path] for path in paths]


def count_blind_spots(within: Range, *, kind: str | None = None, at: dt.datetime) -> int:
    """How many there are in a range."""
    return int(_rows(f"SELECT count(*){_BLIND}", within, kind, at)[0][0])


def blind_spots_by_child(path: str, *, kind: str | None = None, at: dt.datetime) -> dict[str, int]:
    """How many there are below each child of an area, by the child's path; children without any are left out."""
    grouped = f"SELECT substr(a.path, 1, {len(path) + SEGMENT}), count(*){_BLIND} GROUP BY 1 ORDER BY 1"
    return dict(_rows(grouped, subtree(path), kind, at, after=path))


def _rows(statement: str, within: Range, kind: str | None, at: dt.datetime, *, after: str = "",
          limit: int = PAGE) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {
            "lo": within.lo, "hi": within.hi, "after": after, "kind": kind, "at": at, "limit": limit})
        return list(cursor.fetchall())
