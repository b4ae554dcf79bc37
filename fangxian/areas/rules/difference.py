"""What an area file changes in the tree that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..types import AreaRow, Difference, Listing, Standing, lineage


def difference(listing: Listing, standing: Mapping[str, Standing], *, end_missing: bool = True) -> Difference:
    """Compare a sound listing with the areas in force, by code.

    New rows come out parents first. An area under another parent, or of another level, *moved*: it gets a new path, and
    all below it move along. With ``end_missing`` an area the file should have named and does not has *ended*, with all
    below it: one of a level the file lists, under a parent the file names, and not itself named as a parent.
    """
    rows = {row.code: row for row in listing.rows}
    ranks = {spec.code: rank for rank, spec in enumerate(listing.levels)}
    known = [(standing[row.code], row) for row in listing.rows if row.code in standing]
    ended = _ended(rows, standing) if end_missing else {}
    moved = _moved(known, rows, standing, ended)
    return Difference(
        new=sorted((row for row in listing.rows if row.code not in standing), key=lambda row: ranks[row.level]),
        renamed=[(area, row) for area, row in known if area.name != row.name],
        adjusted=[(area, row) for area, row in known if _calendar_differs(area, row)],
        moved=moved, ended=list(ended.values()),
        same=len(known) - len({area.code for area, row in known if _differs(area, row)} | _listed(moved, rows)))


def _differs(area: Standing, row: AreaRow) -> bool:
    return area.name != row.name or _calendar_differs(area, row)


def _calendar_differs(area: Standing, row: AreaRow) -> bool:
    cutoff = area.cutoff.strftime("%H:%M") if area.cutoff else ""
    return row.time_zone not in (None, area.time_zone) or row.cutoff not in (None, cutoff)


def _listed(moved: Iterable[tuple[Standing, AreaRow]], rows: Mapping[str, AreaRow]) -> set[str]:
    return {area.code for area, _ in moved if area.code in rows}


def _ended(rows: Mapping[str, AreaRow], standing: Mapping[str, Standing]) -> dict[str, Standing]:
    """The missing and what lies below them; roots stay, as another file may be theirs."""
    levels = {row.level for row in rows.values()}
    named = ({row.parent for row in rows.values()} | rows.keys()) - {""}
    needed = _needed(rows, standing)
    tops = {area.path for area in standing.values()
            if area.level in levels and area.parent in named and area.code not in rows and area.code not in needed}
    listed = {standing[code].path for code in rows if code in standing}
    return {area.code: area for area in _within(tops, standing) if _goes(area.path, tops, listed)}


def _goes(path: str, tops: set[str], listed: set[str]) -> bool:
    """An area ends with the nearest one above it that ends, unless one nearer is listed and so moves elsewhere."""
    nearest = next(step for step in reversed(lineage(path)) if step in tops or step in listed)
    return nearest in tops


def _needed(rows: Mapping[str, AreaRow], standing: Mapping[str, Standing]) -> set[str]:
    """Areas the file does not list and hangs rows on, with all above those."""
    codes = {area.path: code for code, area in standing.items()}
    hung_on = {row.parent for row in rows.values()} - rows.keys()
    paths = {path for code in hung_on if code in standing for path in lineage(standing[code].path)}
    return {codes[path] for path in paths}


def _moved(known: Iterable[tuple[Standing, AreaRow]], rows: Mapping[str, AreaRow], standing: Mapping[str, Standing],
           ended: Mapping[str, Standing]) -> list[tuple[Standing, AreaRow]]:
    """Those that moved and those below them, the upper ones first."""
    tops = {area.path for area, row in known if (area.parent, area.level) != (row.parent, row.level)}
    along = [area for area in _within(tops, standing) if area.code not in ended]
    return sorted(((area, rows.get(area.code) or _as_it_stands(area)) for area in along), key=_by_depth)


def _by_depth(pair: tuple[Standing, AreaRow]) -> tuple[int, str]:
    return len(pair[0].path), pair[0].path


def _within(tops: set[str], standing: Mapping[str, Standing]) -> list[Standing]:
    if not tops:
        return []
    return [area for area in standing.values() if not tops.isdisjoint(lineage(area.path))]


def _as_it_stands(area: Standing) -> AreaRow:
    return AreaRow(0, area.code, area.name, area.level, area.parent)
