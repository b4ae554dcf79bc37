"""All reads of the tree for others. Lists come in path order and page by the last path seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from fangxian.kernel import errors
from fangxian.kernel.clock import Calendar
from fangxian.kernel.errors import Problem
from fangxian.kernel.findings import errors as error_findings

from . import cache, rules, standing, statements
from .cache import NODE, as_node
from .models import AreaCount, Level, TreeChange
from .rules import AddressIndex
from .types import (
    EVERYWHERE,
    SEGMENT,
    AddressCandidate,
    AreaLine,
    Branch,
    Fit,
    Grouping,
    Listing,
    Node,
    Place,
    Preview,
    Range,
    Standing,
    Tier,
    lineage,
    parent_path,
    subtree,
)

PAGE: Final = 50
CUTOFF: Final = dt.time(20, 0)
_IN_FORCE: Final = (
    "coalesce(a.valid_from <= %(on)s, true) AND coalesce(%(on)s < a.valid_to, true)", "a.valid_to IS NULL")
_EVER: Final = (
    "SELECT code, path FROM areas_area WHERE code = ANY(%(codes)s::text[]) ORDER BY valid_to NULLS LAST, id")
_FIND: Final = (
    f"SELECT {NODE} WHERE a.path >= %s AND a.path > %s AND a.path < %s AND a.valid_to IS NULL AND"
    " (a.name LIKE %s OR a.code LIKE %s OR a.initials LIKE %s) ORDER BY a.path LIMIT %s")
_FOLLOW: Final = (
    "WITH RECURSIVE way (key, id) AS ({start} UNION"  # noqa: S608
    " SELECT way.key, s.successor_id FROM way"
    " JOIN areas_succession s ON s.ended_id = way.id AND s.at <= %(on)s)"
    f" SELECT way.key, {NODE} JOIN way ON way.id = a.id WHERE {_IN_FORCE[0]} ORDER BY a.path")
_ALL_AFTER: Final = (
    "WITH RECURSIVE way (key, id) AS (SELECT a.path, a.id FROM areas_area a WHERE a.path = ANY(%(wanted)s::text[])"
    " UNION SELECT way.key, s.successor_id FROM way JOIN areas_succession s ON s.ended_id = way.id)"
    " SELECT way.key, a.path FROM way JOIN areas_area a ON a.id = way.id AND a.path <> way.key")


def revision() -> int:
    """A number that grows with every change of the tree: what a cache of others can be keyed by."""
    return cache.revision()


def nodes(paths: Iterable[str]) -> dict[str, Node]:
    """The areas at some paths, ended ones too; unknown paths are left out."""
    wanted = set(paths)
    found = cache.nodes(wanted)
    return {path: found[path] for path in wanted if path in found}


def places(paths: Iterable[str]) -> dict[str, Place]:
    """Where each path lies at the listing levels; unknown paths are left out."""
    wanted = set(paths)
    found = cache.nodes(wanted)
    return {path: rules.place(path, {step: found[step].tier for step in lineage(path)})
            for path in wanted if path in found}


def county_of(path: str) -> str:
    """The county around a place, or the place itself above the counties."""
    found = places([path]).get(path)
    return found.county if found is not None and found.county else path


def place_of(path: str) -> Place:
    """``places`` of one; Problem UNKNOWN_AREA."""
    found = places([path])
    if path not in found:
        raise Problem(errors.UNKNOWN_AREA, code=path)
    return found[path]


def calendars(paths: Iterable[str]) -> dict[str, Calendar]:
    """Time zone and cut-off of each path, each from the nearest area above (or itself) that has one; the site's time
    zone and 20:00 where none has, so for ``""`` and unknown paths.
    """
    wanted = set(paths)
    found = cache.nodes(wanted)
    return {path: _calendar([found[step] for step in reversed(lineage(path)) if step in found]) for path in wanted}


def with_own_calendar() -> frozenset[str]:
    """The areas in force that say their own time zone or cut-off; read again only when the tree changed."""
    return _with_own_calendar(revision())


@lru_cache(maxsize=2)
def _with_own_calendar(_revision: int) -> frozenset[str]:
    return frozenset(path for path, in _rows(
        "SELECT path FROM areas_area WHERE valid_to IS NULL AND (time_zone <> '' OR cutoff IS NOT NULL)", {}))


def _calendar(upwards: Sequence[Node]) -> Calendar:
    zone = next((node.time_zone for node in upwards if node.time_zone), settings.TIME_ZONE)
    cutoff = next((node.cutoff for node in upwards if node.cutoff is not None), CUTOFF)
    return Calendar(ZoneInfo(zone), cutoff)


def lineages(paths: Iterable[str]) -> dict[str, list[Node]]:
    """The areas from the root down to each path, for breadcrumbs; unknown paths are left out."""
    wanted = set(paths)
    found = cache.nodes(wanted)
    return {path: [found[step] for step in lineage(path)] for path in wanted if path in found}


def names_at(paths: Iterable[str], on: dt.date) -> dict[str, str]:
    """What the areas at some paths were called on a day; their present name where no other is on record."""
    former = _rows(
        "SELECT a.path, n.name FROM areas_areaname n JOIN areas_area a ON a.id = n.area_id"
        " WHERE a.path = ANY(%(paths)s::text[]) AND coalesce(n.valid_from <= %(on)s, true) AND %(on)s < n.valid_to",
        {"paths": list(wanted := set(paths)), "on": on})
    return {path: node.name for path, node in nodes(wanted).items()} | dict(former)


def by_code(codes: Iterable[str], on: dt.date | None = None) -> dict[str, Node]:
    """The areas in force now, or on a day, by code; other codes are left out."""
    found = _nodes(
        f"a.code = ANY(%(codes)s::text[]) AND {_IN_FORCE[on is None]}", {"codes": list(set(codes)), "on": on})
    return {node.code: node for node in found}


def children(path: str, *, on: dt.date | None = None, after: str = "", limit: int | None = None) -> list[Node]:
    """The areas directly below one, in force now or on a day; ``""`` gives the roots."""
    found = nodes([path])
    if path and not found:
        return []
    parent = "a.parent_id = %(parent)s" if path else "a.parent_id IS NULL"
    return _nodes(
        f"{parent} AND a.path > %(after)s AND {_IN_FORCE[on is None]}",
        {"parent": found[path].id if path else None, "after": after, "on": on}, limit)


def below(within: Range, *, tier: Tier | None = None, level: str | None = None, after: str = "",
          limit: int | None = PAGE) -> list[Node]:
    """The areas in force in a range, of one tier or level if asked."""
    where = "a.path >= %(lo)s AND a.path > %(after)s AND a.path < %(hi)s AND a.valid_to IS NULL"
    if tier is not None:
        where += " AND l.tier = %(tier)s"
    if level is not None:
        where += " AND a.level_id = %(level)s"
    return _nodes(where, {"lo": within.lo, "hi": within.hi, "after": after, "tier": tier, "level": level}, limit)


def find(text: str, *, within: Range = EVERYWHERE, after: str = "", limit: int = PAGE) -> list[Node]:
    """Areas in force whose name has a text anywhere, or whose code or pinyin initials begin with it.

    It reads through the range in path order until the page is full: at once in a county, some 40 ms for a rare name in
    a province. An index of names would double the cost of loading a country, and only whole countries would gain.
    """
    wanted = text.strip()
    if not wanted:
        return []
    plain = wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    # beside the statement and not in it: pg_stat_activity shows its text, and what is typed may be somebody's name
    return [as_node(row) for row in statements.rows(_FIND, [
        within.lo, after, within.hi, f"%{plain}%", f"{plain}%", f"{plain.lower()}%", limit])]


def counts_below(paths: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many areas in force of each level lie below each path (``""``: in all), by level code. A mere read."""
    wanted = set(paths)
    counts: dict[str, dict[str, int]] = {path: {} for path in wanted}
    for path, level, number in AreaCount.objects.filter(path__in=wanted).values_list("path", "level", "number"):
        counts[path][level] = number
    return counts


def roll_up(path: str, *, after: str = "", limit: int | None = None) -> list[Branch]:
    """Each area directly below one with the counts of areas below it: a province's cities, the country's provinces."""
    found = children(path, after=after, limit=limit)
    counts = counts_below(node.path for node in found)
    return [Branch(node, counts[node.path]) for node in found]


def grouping(path: str, column: str = "path") -> Grouping:
    """SQL that groups figures stored by path under the children of an area; see ``Grouping``."""
    return rules.grouping(path, column)


def levels() -> list[Level]:
    """The levels of the tree, the highest first."""
    return list(Level.objects.order_by("rank", "code"))


def now_called(codes: Iterable[str], on: dt.date) -> dict[str, list[Node]]:
    """What became of the areas that ever had a code: those in force on a day, themselves or who took over from them.

    A split gives several; a code that nobody took over, or that never was, gives none.
    """
    wanted = list(set(codes))
    return _followed("SELECT a.code, a.id FROM areas_area a WHERE a.code = ANY(%(wanted)s::text[])", wanted, on)


def ended_of(paths: Iterable[str], on: dt.date) -> set[str]:
    """Those of some paths whose area has ended by a day, or went below another one."""
    return {path for path, node in nodes(paths).items() if node.valid_to is not None and node.valid_to <= on}


def successors(paths: Iterable[str], on: dt.date) -> dict[str, list[Node]]:
    """``now_called`` by path: where the subjects of an area belong on a day."""
    wanted = list(set(paths))
    return _followed("SELECT a.path, a.id FROM areas_area a WHERE a.path = ANY(%(wanted)s::text[])", wanted, on)


def ended(on: dt.date) -> list[str]:
    """The paths of areas that have ended by a day and from which others took over."""
    rows = _rows("SELECT DISTINCT a.path FROM areas_area a JOIN areas_succession s ON s.ended_id = a.id"
                 " WHERE a.valid_to <= %(on)s AND s.at <= %(on)s", {"on": on})
    return [path for path, in rows]


def took_over(paths: Iterable[str]) -> dict[str, set[str]]:
    """By path those of all areas that took over from it, at once or later, ended ones too."""
    found: dict[str, set[str]] = {path: set() for path in paths}
    for path, later in _rows(_ALL_AFTER, {"wanted": sorted(found)}):
        found[path].add(later)
    return found


def _followed(start: str, wanted: list[str], on: dt.date) -> dict[str, list[Node]]:
    rows = _rows(_FOLLOW.format(start=start), {"wanted": wanted, "on": on})
    found: dict[str, list[Node]] = {key: [] for key in wanted}
    for key, *node in rows:
        found[key].append(as_node(tuple(node)))
    return found


def compared(listing: Listing, tree: Mapping[str, Standing], *, end_missing: bool) -> Preview:
    """``preview`` against a tree that was read already."""
    findings = rules.check(listing, {code: area.level for code, area in tree.items()})
    if error_findings(findings):
        return Preview(findings, None)
    found = rules.difference(listing, tree, end_missing=end_missing)
    findings += rules.left_behind(listing, found)
    return Preview(findings, None if error_findings(findings) else found)


def preview(listing: Listing, *, end_missing: bool = True) -> Preview:
    """What loading a file would find wrong and change; writes nothing."""
    return compared(listing, standing.read(), end_missing=end_missing)


def history(limit: int = PAGE, before: int | None = None) -> list[TreeChange]:
    """The changes of the tree, the latest first."""
    rows = TreeChange.objects.order_by("-id")
    return list((rows if before is None else rows.filter(id__lt=before))[:limit])


def address_index(path: str) -> AddressIndex:
    """The names to look for in addresses of an area (a county, say): itself, all in force below it with their learned
    aliases, and its sister areas, so that an address in the next county is seen to be there, as one in any other
    county is. Kept in the process.
    """
    known = cache.kept()
    index = known.indexes.get(path)
    if index is None:
        index = known.indexes[path] = AddressIndex(_candidates(path), _line(path))
    return index


def _line(path: str) -> AreaLine | None:
    way = lineages([path]).get(path)
    if not way:
        return None
    named = _rows(
        "SELECT a.path, a.name, l.tier FROM areas_area a JOIN areas_level l ON l.code = a.level_id"
        " WHERE l.tier = ANY(%(tiers)s) AND a.valid_to IS NULL", {"tiers": [Tier.COUNTY, Tier.ABOVE]})
    within = subtree(path)
    return AreaLine(
        way[-1].name, tuple(node.name for node in way[:-1]), frozenset(name for at, name, _ in named if at in within),
        {name: Tier(tier) for at, name, tier in named if at not in within and at not in lineage(path)})


def fit_addresses(addresses: Iterable[str], path: str) -> list[Fit]:
    """Where each written address lies within an area, in the order given."""
    index = address_index(path)
    return [rules.fit(address, index) for address in addresses]


def alias_in(address: str, path: str) -> str:
    """The part of an address to remember (``actions.learn_aliases``) when somebody places it by hand; may be empty."""
    return rules.alias_from(address, address_index(path))


def _candidates(path: str) -> list[AddressCandidate]:
    aliases: dict[str, list[str]] = {}
    within = subtree(path)
    bounds = {"lo": within.lo, "hi": within.hi}
    for at, text in _rows(
            "SELECT path, text FROM areas_aliases(%(lo)s, %(hi)s)", bounds):
        aliases.setdefault(at, []).append(text)
    inside = below(within, limit=None)
    sisters = children(parent_path(path)) if len(path) > SEGMENT else []
    return [AddressCandidate(node.path, node.name, node.tier, tuple(aliases.get(node.path, ())))
            for node in (*inside, *(node for node in sisters if node.path != path))]


def _nodes(where: str, values: Mapping[str, Any], limit: int | None = None) -> list[Node]:
    """Areas in path order; ``where`` is SQL of this module."""
    page = "" if limit is None else f" LIMIT {int(limit)}"
    return [as_node(row) for row in _rows(f"SELECT {NODE} WHERE {where} ORDER BY a.path{page}", values)]


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def paths_in_force(codes: Iterable[str]) -> dict[str, str]:
    """The path of each area in force, by code; other codes are left out."""
    return {code: node.path for code, node in by_code(codes).items()} if codes else {}


def paths_ever(codes: Iterable[str]) -> dict[str, list[str]]:
    """Each path at which an area bore a code, by code: the one in force last, before it the ended ones in their order.

    People go along where one area took over, and stay where several did or none, so that what names them a place names
    all of these.
    """
    found: dict[str, list[str]] = {}
    for code, path in _rows(_EVER, {"codes": sorted(set(codes))}):
        found.setdefault(code, []).append(path)
    return found
