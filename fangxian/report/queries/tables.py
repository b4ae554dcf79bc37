"""Decision tables in force: how many people each row decides now, and the worked cases."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import orjson
from django.db import connection

from fangxian.areas.types import Range
from fangxian.dmn.cases import Case, read_cases
from fangxian.programmes import folder
from fangxian.programmes.types import Programme


def row_counts(programme: str, within: Range) -> Counter[tuple[str, str]]:
    """How many people each row of each table decides now, by table and row number. One row out per combination."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rows, count(*) FROM decide_current WHERE programme = %s AND path >= %s AND path < %s AND NOT drill"
            " GROUP BY rows",
            [programme, within.lo, within.hi],
        )
        found = cursor.fetchall()
    counted: Counter[tuple[str, str]] = Counter()
    for rows, number in found:
        for table, row in orjson.loads(rows).items():
            for one in row if isinstance(row, list) else [row]:
                if one is not None:
                    counted[table, str(one)] += number
    return counted


def cases(programme: Programme) -> dict[str, list[Case]]:
    """The worked cases of each table, as the published version brought them."""
    files = _files(programme.id, programme.version, programme.digest)
    found = {}
    for table in programme.tables:
        name = f"cases/{table.name}.csv"
        if name in files:
            found[table.name] = read_cases(files[name], name, table)[0]
    return found


@lru_cache(maxsize=8)
def _files(programme: str, version: str, digest: str) -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content FROM programmes_version WHERE programme = %s AND version = %s AND digest = %s",
            [programme, version, digest],
        )
        row = cursor.fetchone()
    return (
        {name: content for name, content in folder.unpack(bytes(row[0])).items() if name.startswith("cases/")}
        if row
        else {}
    )


def versions(programme: str) -> list[tuple[str, object, bool]]:
    """Every version that was published, the latest first: number, when, and whether it is in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, published_at, in_force FROM programmes_version WHERE programme = %s"
            " ORDER BY published_at DESC",
            [programme],
        )
        return list(cursor.fetchall())
