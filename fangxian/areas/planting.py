"""How areas are written: planted, ended, counted. For ``actions`` only; who calls holds the tree's lock."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.kernel.errors import Problem

from . import commands
from .errors import NO_ROOM
from .models import Area, Level, TreeChange
from .rules import count_changes, initials
from .rules.check import MOST_CHILDREN
from .types import DIGITS, SEGMENT, LevelSpec, Tier, segment

_LOCK: Final = 0x46585F54  # "FX_T"
_PLANT: Final = (
    "COPY areas_area (id, code, name, initials, level_id, parent_id, path, valid_from, time_zone, cutoff) FROM STDIN")
_IDS: Final = (
    "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence('areas_area', 'id')) n"
    " FROM generate_series(1, %s)) taken")
_LAST_CHILDREN: Final = (
    "SELECT parent_id, max(path) FROM areas_area WHERE parent_id = ANY(%s::bigint[]) GROUP BY 1"
    " UNION ALL SELECT NULL, max(path) FROM areas_area WHERE parent_id IS NULL")
_COUNT: Final = (
    "INSERT INTO areas_areacount AS kept (path, level, number) SELECT * FROM unnest(%s::text[], %s::text[], %s::int[])"
    " ON CONFLICT (path, level) DO UPDATE SET number = kept.number + excluded.number")
_LEVELS: Final = (
    "INSERT INTO areas_level (code, name_en, name_zh, rank, tier)"
    " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::text[])"
    " ON CONFLICT (code) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh,"
    " rank = excluded.rank, tier = excluded.tier"
    " WHERE (areas_level.name_en, areas_level.name_zh, areas_level.rank, areas_level.tier)"
    " IS DISTINCT FROM (excluded.name_en, excluded.name_zh, excluded.rank, excluded.tier)")


class Plant(NamedTuple):
    """An area to be made. ``parent`` is the code of the area above, empty for a root."""

    code: str
    name: str
    level: str
    parent: str
    time_zone: str = ""
    cutoff: dt.time | None = None


class TreePosition(NamedTuple):
    """Where an area stands in the tables."""

    id: int | None
    path: str


def lock() -> None:
    """One change of the tree at a time, until the transaction ends; readers go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def changed(action: str, detail: dict[str, Any], *, by: int | None, at: dt.datetime) -> None:
    """Put a change on record, which gives the tree its next revision, and tell who listens."""
    TreeChange.objects.create(action=action, detail=detail, by=by, at=at)
    commands.told(commands.Command(action, detail, by, at))


def put_levels(specs: Sequence[LevelSpec]) -> bool:
    """Make or change levels; whether any did change."""
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, [
            [spec.code for spec in specs], [spec.name.en for spec in specs], [spec.name.zh for spec in specs],
            list(range(len(specs))), [spec.tier.value for spec in specs]])
        return bool(cursor.rowcount > 0)


def plant(
    areas: Sequence[Plant], spots: Mapping[str, TreePosition], *, since: dt.date | None,
) -> dict[str, TreePosition]:
    """Make areas, parents before children; ``spots`` are the parents that stand already, by code.

    A new area gets the path segment after the last one its parent ever gave, so no path is used twice.
    """
    if not areas:
        return {}
    carefully = _everybody_knows()
    known: dict[str, TreePosition] = {"": TreePosition(None, ""), **spots}
    following = _following(known, {area.parent for area in areas})
    made: dict[str, TreePosition] = {}
    first = _take_ids(len(areas))
    with connection.cursor() as cursor, cursor.copy(_PLANT) as copy:
        for number, area in enumerate(areas, first):
            above = known[area.parent]
            index = following.get(area.parent, 0)
            if index >= MOST_CHILDREN:
                raise Problem(NO_ROOM, code=area.parent)
            following[area.parent] = index + 1
            known[area.code] = made[area.code] = TreePosition(number, above.path + segment(index))
            copy.write_row((
                number, area.code, area.name, initials(area.name, carefully=area.level in carefully), area.level,
                above.id, made[area.code].path, since, area.time_zone, area.cutoff))
    _count(count_changes((made[area.code].path, area.level) for area in areas))
    return made


def _everybody_knows() -> set[str]:
    """Levels with so few and well-known areas that their names are read with care."""
    return set(Level.objects.filter(tier__in=(Tier.ABOVE, Tier.COUNTY)).values_list("code", flat=True))


def _take_ids(count: int) -> int:
    """The first of ``count`` ids in a row: nobody else takes any while the tree is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [count])
        first, last = cursor.fetchone()
    if last - first + 1 != count:
        raise RuntimeError("ids of areas were taken past the lock of the tree")
    return int(first)


def _following(known: Mapping[str, TreePosition], parents: Iterable[str]) -> dict[str, int]:
    """The index the next child of each standing parent gets; ended children keep theirs."""
    by_id = {known[code].id: code for code in parents if code in known}
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CHILDREN, [[one for one in by_id if one is not None]])
        return {by_id[parent]: _index(path) + 1 for parent, path in cursor.fetchall() if path and parent in by_id}


def _index(path: str) -> int:
    """What ``segment`` was given for the last segment of a path."""
    return int(path[-SEGMENT:], len(DIGITS))


def end(areas: Sequence[tuple[int, str, str]], on: dt.date) -> None:
    """End areas in force, given as id, path and level, on a day: from that day on they are not offered."""
    if areas:
        Area.objects.filter(id__in=[number for number, _, _ in areas]).update(valid_to=on)
        lost = count_changes((path, level) for _, path, level in areas)
        _count(Counter({key: -number for key, number in lost.items()}))


def rename(names: Mapping[int, str], on: dt.date) -> None:
    """Give areas new names from a day on, by id, and keep the old ones in their history."""
    if not names:
        return
    carefully = _everybody_knows()
    level_of = dict(Area.objects.filter(id__in=names).values_list("id", "level_id"))
    letters = [initials(name, carefully=level_of[number] in carefully) for number, name in names.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO areas_areaname (area_id, name, valid_from, valid_to) SELECT a.id, a.name, coalesce((SELECT"
            " max(n.valid_to) FROM areas_areaname n WHERE n.area_id = a.id), a.valid_from), %s FROM areas_area a"
            " WHERE a.id = ANY(%s::bigint[])", [on, list(names)])
        cursor.execute(
            "UPDATE areas_area a SET name = new.name, initials = new.initials"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (id, name, initials) WHERE a.id = new.id",
            [list(names), list(names.values()), letters])


def adjust(calendars: Sequence[tuple[int, str, dt.time | None]]) -> None:
    """Give areas another time zone and cut-off, by id."""
    if not calendars:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE areas_area a SET time_zone = new.zone, cutoff = new.cutoff"
            " FROM unnest(%s::bigint[], %s::text[], %s::time[]) AS new (id, zone, cutoff) WHERE a.id = new.id",
            [list(column) for column in zip(*calendars, strict=True)])


def analyse() -> None:
    """Tell the planner of a big load. Before PostgreSQL 17 only the owner may, and others get a notice."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE areas_area, areas_areacount")


def _count(changes: Mapping[tuple[str, str], int]) -> None:
    """Add to the kept counts, in key order; a count of none is no row."""
    keys = sorted(key for key, number in changes.items() if number)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [
            [path for path, _ in keys], [level for _, level in keys], [changes[key] for key in keys]])
        cursor.execute("DELETE FROM areas_areacount WHERE number = 0")
