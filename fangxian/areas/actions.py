"""All changes of the tree. ``by`` is the user's id, None for the command line; ``on`` the day a change takes effect.

Paths never change: an area that moves ends, and another with the same code takes over from it at a new path.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from fangxian.kernel import errors
from fangxian.kernel.clock import FIRST_DAY, LAST_DAY, storable
from fangxian.kernel.decisions import decided_before
from fangxian.kernel.errors import Problem

from . import commands, planting, queries, standing
from .bulk import unswept
from .errors import CHILDREN_LEFT, CODE_TAKEN, DAY_OUT_OF_ORDER, HOLDS_PEOPLE, OTHER_LEVEL, WITHIN_ITSELF
from .models import Alias, Area, AreaName, Succession
from .planting import Plant, TreePosition
from .rules.addresses import normalised
from .types import SEGMENT, AreaRow, Difference, Listing, Loaded, Node, Range, Standing, Summary, parent_path, subtree

BIG: Final = 1000


@transaction.atomic
@decided_before("set_up")
def load(*, listing: Listing, by: int | None, at: dt.datetime, on: dt.date | None = None, end_missing: bool = True,
         expected: Summary | None = None) -> Loaded:
    """Make the tree as a file has it: new areas, renames, moves, and with ``end_missing`` ends. All of it or, when the
    file has errors, nothing. The same file again changes nothing.

    ``on`` is the day it takes effect; left out, the local day of ``at``, and for the very first load "ever since".
    With ``expected`` (of a ``queries.preview``) Problem CHANGED_MEANWHILE refuses what was not confirmed. What ends is
    held to the same as in ``end``.
    """
    if on is not None and not storable(on):
        raise Problem(errors.FAR_OFF, first=FIRST_DAY, last=LAST_DAY)
    with unswept():
        planting.lock()
        tree = standing.read()
        findings, found = queries.compared(listing, tree, end_missing=end_missing)
        if found is None:
            return Loaded(findings, None)
        if expected is not None and expected != found.summary:
            raise Problem(errors.CHANGED_MEANWHILE)
        if by is not None:
            _empty([(area.name, area.path) for area in found.ended])
        relevelled = planting.put_levels(listing.levels)
        moved: list[tuple[str, str]] = []
        if found.summary.changes:
            moved = _apply(found, listing, tree, (on or _today(at)) if on or tree else None)
        if found.summary.changes or relevelled:
            planting.changed("load", {"file": listing.file, **asdict(found.summary)}, by=by, at=at)
        if found.summary.changes > BIG:
            planting.analyse()
    return Loaded(findings, found.summary, moved)


@transaction.atomic
@decided_before("set_up")
def rename(*, code: str, name: str, on: dt.date, by: int | None, at: dt.datetime) -> None:
    """Call an area something else from a day on; it stays the same area."""
    planting.lock()
    area = _in_force([code], on, at)[code]
    planting.rename({area.id: name}, on)
    planting.changed("rename", {"code": code, "from": area.name, "to": name, "on": str(on)}, by=by, at=at)


@transaction.atomic
@decided_before("set_up")
def end(*, code: str, successors: Sequence[str] = (), on: dt.date, by: int | None, at: dt.datetime) -> None:
    """End an area and all below it. ``successors`` are codes in force that take over from it, if any do; where none
    does Problem HOLDS_PEOPLE while anything stands there. On the server (``by`` None) that is not asked."""
    planting.lock()
    found = _in_force([code, *successors], on, at)
    _outside(found[code], [found[one] for one in successors])
    gone = _tree_of(found[code])
    if by is not None and not successors:
        _empty([(area.name, area.path) for area in (found[code], *gone)])
    _end([found[code], *gone], on)
    _succeed([(found[code].id, found[one].id) for one in successors], on)
    planting.changed("end", {"code": code, "successors": list(successors), "on": str(on)}, by=by, at=at)


@transaction.atomic
@decided_before("set_up")
def merge(*, codes: Sequence[str], into: str, on: dt.date, by: int | None, at: dt.datetime) -> list[tuple[str, str]]:
    """End areas whose place another of the same level takes; what lies below them moves below it, with its codes.
    Returns the path of each area that was ended with that of the one it became part of."""
    planting.lock()
    found = _in_force([*codes, into], on, at)
    target = found.pop(into, None)
    if target is None or into in codes:
        raise Problem(WITHIN_ITSELF, code=into, into=into)
    for area in found.values():
        _same_level(area, target)
    _outside_of_all(target, found.values())
    moving = [(one, area, target.code) for area in found.values() for one in _tree_of(area)]
    _end([*found.values(), *(one for one, _, _ in moving)], on)
    _replant(moving, {target.code: TreePosition(target.id, target.path)}, on)
    _succeed([(area.id, target.id) for area in found.values()], on)
    planting.changed("merge", {"codes": list(codes), "into": into, "on": str(on)}, by=by, at=at)
    return [(area.path, target.path) for area in found.values()]


@transaction.atomic
@decided_before("set_up")
def split(*, code: str, into: Mapping[str, str], children: Mapping[str, str], on: dt.date, by: int | None,
          at: dt.datetime) -> None:
    """End an area in favour of new ones beside it: ``into`` has their names by code (the old code may be one of
    them), ``children`` says for the code of each area directly below which of them it goes to.
    """
    planting.lock()
    area = _in_force([code], on, at)[code]
    below = _tree_of(area)
    _free([one for one in into if one != code])
    _all_placed([one for one in below if parent_path(one.path) == area.path], into, children)
    _end([area, *below], on)
    parent = queries.nodes([parent_path(area.path)]).get(parent_path(area.path))
    above = {parent.code: TreePosition(parent.id, parent.path)} if parent else {}
    made = planting.plant(
        [Plant(new, name, area.level, parent.code if parent else "", area.time_zone, area.cutoff)
         for new, name in into.items()], above, since=on)
    goes_to = {one.path: children[one.code] for one in below if one.code in children}
    _replant([(one, area, goes_to[one.path[: len(area.path) + SEGMENT]]) for one in below], made, on)
    _succeed([(area.id, spot.id) for spot in made.values() if spot.id is not None], on)
    planting.changed("split", {"code": code, "into": dict(into), "on": str(on)}, by=by, at=at)


@transaction.atomic
@decided_before("place")
def learn_aliases(*, aliases: Iterable[tuple[str, str]], by: int | None, at: dt.datetime) -> int:
    """Remember ways of writing an address, as pairs of text and area path; returns how many were new.

    ``rules.alias_from`` takes the text out of an address. The same text for two areas makes it count for neither.
    """
    pairs = {(normalised(text), path) for text, path in aliases}
    ids = {path: node.id for path, node in queries.nodes(path for _, path in pairs).items()}
    rows = [Alias(text=text, area_id=ids[path], learned_at=at) for text, path in sorted(pairs) if path in ids and text]
    before = Alias.objects.filter(area_id__in=ids.values()).count()
    Alias.objects.bulk_create(rows, ignore_conflicts=True)
    new = Alias.objects.filter(area_id__in=ids.values()).count() - before
    if new:
        planting.changed("learn_aliases", {"number": new}, by=by, at=at)
    return new


@transaction.atomic
@decided_before("place")
def forget_aliases(*, learned_at: dt.datetime, within: Range, by: int | None, at: dt.datetime) -> int:
    """Take back what was learned at an instant about the areas of a range; returns how many ways of writing it were."""
    held = Alias.objects.filter(learned_at=learned_at, area__path__gte=within.lo, area__path__lt=within.hi)
    gone, _each = held.delete()
    if gone:
        planting.changed("forget_aliases", {"number": gone}, by=by, at=at)
    return gone


@decided_before("place")
def learn_alias(*, text: str, path: str, by: int | None, at: dt.datetime) -> bool:
    """``learn_aliases`` of one; whether it was new."""
    return learn_aliases(aliases=[(text, path)], by=by, at=at) == 1


def _apply(
    found: Difference, listing: Listing, tree: Mapping[str, Standing], on: dt.date | None,
) -> list[tuple[str, str]]:
    """Returns the paths of those that moved, before and after."""
    day = on or dt.date.min
    gone = [*found.ended, *(area for area, _ in found.moved)]
    planting.end([(area.id, area.path, area.level) for area in gone], day)
    left = tree.keys() - {area.code for area in gone}
    moved = {area.code for area, _ in found.moved}
    planting.rename({area.id: row.name for area, row in found.renamed if area.code not in moved}, day)
    planting.adjust([(area.id, *_calendar(row, area)) for area, row in found.adjusted if area.code not in moved])
    ranks = {spec.code: rank for rank, spec in enumerate(listing.levels)}
    rows = [(ranks[row.level], Plant(row.code, row.name, row.level, row.parent, *_calendar(row))) for row in found.new]
    rows += [(ranks.get(row.level, len(ranks)), Plant(row.code, row.name, row.level, row.parent, *_calendar(row, area)))
             for area, row in found.moved]
    rows.sort(key=lambda pair: pair[0])
    parents = {plant.parent for _, plant in rows}
    made = planting.plant(
        [plant for _, plant in rows],
        {code: TreePosition(tree[code].id, tree[code].path) for code in parents & left}, since=on)
    _succeed([(area.id, made[area.code].id or 0) for area, _ in found.moved], day)
    return [(area.path, made[area.code].path) for area, _ in found.moved]


def _calendar(row: AreaRow, area: Standing | None = None) -> tuple[str, dt.time | None]:
    """What the file says, else what stands."""
    zone = row.time_zone if row.time_zone is not None else area.time_zone if area else ""
    if row.cutoff is None:
        return zone, area.cutoff if area else None
    return zone, dt.time.fromisoformat(row.cutoff) if row.cutoff else None


def _in_force(codes: Sequence[str], on: dt.date, at: dt.datetime) -> dict[str, Node]:
    """The areas in force, with a day none of them forbids: not in the future, not before its own last change."""
    found = queries.by_code(codes)
    for code in codes:
        if code not in found:
            raise Problem(errors.UNKNOWN_AREA, code=code)
    last = dict(AreaName.objects.filter(area_id__in=[area.id for area in found.values()])
                .values_list("area_id").annotate(Max("valid_to")))
    for code, area in found.items():
        earliest = max(filter(None, (area.valid_from, last.get(area.id))), default=FIRST_DAY)
        if not earliest <= on <= _today(at):
            raise Problem(DAY_OUT_OF_ORDER, code=code, day=on, earliest=earliest, latest=_today(at))
    return found


def _today(at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _tree_of(area: Node) -> list[Node]:
    """All in force below an area, the upper ones first."""
    found = [node for node in queries.below(subtree(area.path), limit=None) if node.path != area.path]
    return sorted(found, key=lambda node: (len(node.path), node.path))


def _end(areas: Iterable[Node], on: dt.date) -> None:
    planting.end([(area.id, area.path, area.level) for area in areas], on)


def _replant(moving: Sequence[tuple[Node, Node, str]], targets: Mapping[str, TreePosition], on: dt.date) -> None:
    """Make what lay below an ended area again below its successor: node, the ended area, the successor's code."""
    codes = {node.path: node.code for node, _, _ in moving}
    ordered = sorted(moving, key=lambda one: (len(one[0].path), one[0].path))
    made = planting.plant(
        [Plant(node.code, node.name, node.level, codes.get(parent_path(node.path), target), node.time_zone, node.cutoff)
         for node, _, target in ordered], targets, since=on)
    _succeed([(node.id, made[node.code].id or 0) for node, _, _ in ordered], on)


def _succeed(pairs: Iterable[tuple[int, int | None]], on: dt.date) -> None:
    Succession.objects.bulk_create(
        [Succession(ended_id=old, successor_id=new, at=on) for old, new in pairs if new], batch_size=5000)


def _empty(ending: Sequence[tuple[str, str]]) -> None:
    """That nothing stands in areas that end with nothing in their place, of which the names and paths are given."""
    count = commands.standing_at([path for _name, path in ending]) if ending else 0
    if count:
        name, _path = min(ending, key=itemgetter(1))
        raise Problem(HOLDS_PEOPLE, count=count, area=name)


def _same_level(area: Node, target: Node) -> None:
    if area.level != target.level:
        raise Problem(OTHER_LEVEL, code=area.code, level=area.level, into=target.code)


def _outside(area: Node, others: Iterable[Node]) -> None:
    for other in others:
        if other.path in subtree(area.path):
            raise Problem(WITHIN_ITSELF, code=area.code, into=other.code)


def _outside_of_all(target: Node, areas: Iterable[Node]) -> None:
    for area in areas:
        _outside(area, [target])


def _free(codes: Sequence[str]) -> None:
    for code in Area.objects.filter(code__in=codes, valid_to__isnull=True).values_list("code", flat=True):
        raise Problem(CODE_TAKEN, code=code)


def _all_placed(below: Iterable[Node], into: Mapping[str, str], children: Mapping[str, str]) -> None:
    left = [one.code for one in below if children.get(one.code) not in into]
    if left:
        raise Problem(CHILDREN_LEFT, codes=", ".join(sorted(left)))
