"""People whose address fits no grid wait for the township, which places many at once."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import actions as area_actions
from fangxian.areas import queries as areas
from fangxian.areas.rules import alias_from
from fangxian.areas.types import Fit, Node, Tier, subtree
from fangxian.intake.actions import TOO_OLD, UNDO_WITHIN
from fangxian.journal import queries as journal
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Receipt, Submission
from fangxian.kernel import errors, ids
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.subjects import actions as subject_actions
from fangxian.subjects import queries as subjects
from fangxian.tasks.states import IS_OPEN

PAGE: Final = 200
_WAITING: Final = """
SELECT id, subject, programme, form, path, due FROM tasks_task
WHERE {opened} AND programme = %(programme)s AND kind = ANY(%(kinds)s) AND path >= %(lo)s AND path < %(hi)s
  AND {where}
ORDER BY due, id LIMIT %(limit)s
"""
START: Final = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), uuid.UUID(int=0))
_DETAIL: Final = re.compile(r"\d+(?:号|栋|幢|座|单元|室|楼|层)?|[-#]")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose grid is to be chosen, and the task that asks for it."""

    task: uuid.UUID
    subject: uuid.UUID
    programme: str
    form: str
    path: str
    due: dt.datetime


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Somebody waiting with the address as written."""

    waiting: Waiting
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AddressGroup:
    """People of one place by the look of their addresses, and the grids of the narrowest area known to hold them."""

    title: str
    fit: Fit | None
    around: str
    people: tuple[Unplaced, ...]
    grids: tuple[Node, ...]


def place_of(programme: Programme, form: str) -> str | None:
    """The question of a form that names the place."""
    return next((one.name for one in programme.forms[form].questions if one.fact == programme.place), None)


def waiting(by: Acting, *, after: tuple[dt.datetime, uuid.UUID] = START, limit: int = PAGE) -> list[Waiting]:
    """Who waits in the post's area, the most urgent first; pages by (due, task)."""
    return _found(by, "(due, id) > (%(due)s, %(id)s)", {"due": after[0], "id": after[1]}, limit)


def still_waiting(by: Acting, tasks: Iterable[uuid.UUID]) -> dict[uuid.UUID, Waiting]:
    """Those of some tasks that are still open in the post's area, by task."""
    return {one.task: one for one in _found(by, "id = ANY(%(tasks)s)", {"tasks": list(tasks)}, PAGE * 5)}


def _found(by: Acting, where: str, values: Mapping[str, Any], limit: int) -> list[Waiting]:
    found: list[Waiting] = []
    for programme in _placeable(by):
        kinds = _kinds(programme)
        if not kinds:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_WAITING.format(where=where, opened=IS_OPEN), {
                "programme": programme.id, "kinds": kinds, "lo": by.range.lo, "hi": by.range.hi, "limit": limit,
                **values})
            found += [Waiting(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.due, one.task))[:limit]


def with_addresses(found: Sequence[Waiting], by: Acting) -> list[Unplaced]:
    """Them with their addresses as written; whoever shows these logs the look."""
    known = subjects.identities((one.subject for one in found), by.range)
    return [Unplaced(one, str(known[one.subject].parts.get("address") or "") if one.subject in known else "",
                     known[one.subject].name if one.subject in known else "") for one in found]


def _placeable(by: Acting) -> list[Programme]:
    return [one for one in programmes.all_in_force() if one.place and may(by, Action.PLACE, one.id)]


def _kinds(programme: Programme) -> list[str]:
    """The kinds of task whose form fills nothing but the place."""
    return [kind for kind, task in programme.tasks.items() if _places_only(programme, task.form)]


def _places_only(programme: Programme, form: str) -> bool:
    found = programme.forms.get(form)
    return found is not None and bool(place_of(programme, form)) and len(found.questions) == 1


def is_chosen_here(by: Acting, programme: Programme, form: str) -> bool:
    """Whether a form asks for nothing but the place, and the post chooses it among others by the look of the address.
    """
    return _places_only(programme, form) and bool(programme.place) and may(by, Action.PLACE, programme.id)


def grouped(found: Sequence[Unplaced], by: Acting) -> list[AddressGroup]:
    """The people by the look of their address, larger groups first, each with the grids of the area it lies in."""
    county = areas.county_of(by.path)
    addresses = sorted({one.address for one in found if one.address})
    fits = dict(zip(addresses, areas.fit_addresses(addresses, county), strict=True)) if addresses else {}
    by_key: dict[tuple[str, str], list[Unplaced]] = {}
    for one in found:
        fit = fits.get(one.address)
        by_key.setdefault((_around(one, fit, by), likeness(one.address, county)), []).append(one)
    grids = _grids({around for around, _ in by_key}, by)
    groups = [_group(around, key, people, fits, grids) for (around, key), people in by_key.items()]
    return sorted(groups, key=lambda group: (-len(group.people), group.title))


def _around(one: Unplaced, fit: Fit | None, by: Acting) -> str:
    """The narrowest area known for somebody within the post's own."""
    if fit is not None and fit.path and fit.path in subtree(one.waiting.path):
        return fit.path
    return one.waiting.path if one.waiting.path in by.range else by.path


def _group(
    around: str, key: str, people: list[Unplaced], fits: Mapping[str, Fit], grids: Mapping[str, list[Node]],
) -> AddressGroup:
    first = people[0]
    return AddressGroup(key or first.address, fits.get(first.address), around, tuple(people), tuple(grids[around]))


def _grids(paths: Iterable[str], by: Acting) -> dict[str, list[Node]]:
    """The grids below each path: of the post's area, which holds them all, read at once."""
    own = areas.below(subtree(by.path), tier=Tier.GRID, limit=None)
    ranges = {path: subtree(path) for path in paths}
    return {path: [grid for grid in own if grid.path in within] for path, within in ranges.items()}


def likeness(address: str, county: str) -> str:
    """What similar addresses have in common: the estate or the road, without building, floor and door."""
    if not address:
        return ""
    return alias_from(address, areas.address_index(county)) or _DETAIL.sub("", address).strip()


def place(*, choices: Mapping[uuid.UUID, str], by: Acting, at: dt.datetime) -> Receipt:
    """Put people into grids of the post's area in one batch (task → code of the grid), and remember how their
    addresses are written. Tasks that are no longer open are passed over. Problem UNKNOWN_AREA.
    """
    nodes = areas.by_code(choices.values())
    for code in choices.values():
        if code not in nodes or nodes[code].path not in by.range:
            raise Problem(errors.UNKNOWN_AREA, code=code[:20])
    people = with_addresses(list(still_waiting(by, choices).values()), by)
    filed = [_submission(one.waiting, choices[one.waiting.task], at) for one in people]
    receipt = record(filed, by=Actor(path=by.path, user=by.user, post=by.post), at=at)
    _learn([(one.address, nodes[choices[one.waiting.task]].path) for one in people], by, at)
    return receipt


def take_back(*, entries: Sequence[uuid.UUID], by: Acting, at: dt.datetime) -> int:
    """Undo what one has placed oneself a moment ago: they wait again, and what was learned from it is forgotten.

    Problem NOT_FOUND for what is not one's own placing, STATE when it is too long ago, CHANGED_MEANWHILE once somebody
    has corrected it.
    """
    found = journal.entries(entries)
    forms = {(programme.id, form) for programme in _placeable(by) for form in _forms(programme)}
    own = all(one.user == by.user and (one.programme, one.form) in forms for one in found.values())
    if not entries or found.keys() != set(entries) or not own:
        raise Problem(errors.NOT_FOUND)
    if any(at - one.received_at > UNDO_WITHIN for one in found.values()):
        raise Problem(errors.STATE, state=TOO_OLD)
    actor = Actor(path=by.path, user=by.user, post=by.post)
    withdrawn = subject_actions.withdraw(list(found), "undo", by=actor, at=at, unless_corrected=True)
    for moment in {one.happened_at for one in found.values()}:
        area_actions.forget_aliases(learned_at=moment, within=subtree(areas.county_of(by.path)), by=by.user, at=at)
    return withdrawn


def _forms(programme: Programme) -> set[str]:
    kinds = set(_kinds(programme))
    return {task.form for name, task in programme.tasks.items() if name in kinds}


def _submission(one: Waiting, grid: str, at: dt.datetime) -> Submission:
    question = place_of(programmes.in_force(one.programme), one.form)
    assert question is not None
    return Submission(id=ids.uuid7(at), programme=one.programme, form=one.form, subject=one.subject, happened_at=at,
                      answers={question: grid}, task=one.task)


def _learn(placed: Sequence[tuple[str, str]], by: Acting, at: dt.datetime) -> None:
    """Ways of writing that led to one grid only; what led to several says nothing."""
    index = areas.address_index(areas.county_of(by.path))
    told: dict[str, set[str]] = {}
    for address, path in placed:
        alias = alias_from(address, index)
        if alias:
            told.setdefault(alias, set()).add(path)
    pairs = [(alias, next(iter(paths))) for alias, paths in told.items() if len(paths) == 1]
    if pairs:
        area_actions.learn_aliases(aliases=pairs, by=by.user, at=at)
