"""What speaks for a namesake besides who they are: the same flight or train, or the day of arrival where one of the two
tells no flight, the same grid or address, the same household. A phone speaks against nobody: people change it, and
lists carry those of relatives.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection
from psycopg import sql

from fangxian.kernel.arrays import array_text
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.subjects import vault
from fangxian.subjects.tables import column, table_name

from .rules import Hits, Traits

_MOST: Final = 300
"""Of one name, those looked at who have anything in common with any line: more than a county of half a million has."""
_A_NIGHT: Final = dt.timedelta(days=1)
_BEARING: Final = sql.SQL("""
SELECT n.hash, n.subject, n.path, n.kinds, {facts}
FROM (SELECT decode(one, 'hex') AS hash FROM unnest(string_to_array(%(names)s, ' ')) one) h,
LATERAL (
    SELECT DISTINCT l.hash, l.subject, s.path,
        ARRAY(SELECT k.kind FROM subjects_lookup k
              WHERE k.subject = s.id AND k.kind IN ('document', 'name_birth')) kinds
    FROM subjects_lookup l JOIN subjects_subject s ON s.id = l.subject AND NOT s.drill
    LEFT JOIN {table} f ON f.subject = s.id
    WHERE l.hash = h.hash AND (s.path = ANY(%(paths)s) OR s.id = ANY(%(linked)s::uuid[]) {alike})
    ORDER BY l.subject LIMIT %(most)s) n
LEFT JOIN {table} f ON f.subject = n.subject
""")
_LINKED: Final = "SELECT other, subject FROM subjects_link WHERE other = ANY(%s::uuid[]) AND ended_at IS NULL"


class Circumstances(NamedTuple):
    """What a line tells of a journey and a place: ``numbers`` of flights and ``days`` of arrival by fact, the ``path``
    of a grid, an address without its spelling, and the households it names."""

    numbers: Mapping[str, str] = {}
    days: Mapping[str, dt.date] = {}
    path: str = ""
    address: str = ""
    links: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Beside:
    """The circumstances of lines, in order, and the facts of a programme they are compared with."""

    programme: str
    lines: Sequence[Circumstances]
    numbers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


def spoken_for(lines: Sequence[Traits], led_to: Sequence[Hits], beside: Beside) -> list[set[uuid.UUID]]:
    """By line that has a phone and is nobody for certain: those of its name for whom something of it speaks, and who
    are not told from it by a document or a date of birth."""
    found = [set[uuid.UUID]() for _ in lines]
    asked: dict[str, list[int]] = defaultdict(list)
    for number, (line, hit) in enumerate(zip(lines, led_to, strict=True)):
        if line.phone and not hit.certain():
            for name in line.names:
                asked[name].append(number)
    if not asked:
        return found
    linked = _linked({link for one in beside.lines for link in one.links})
    by_hash = {mark: name for mark, _, name in vault.hashes_everywhere(("name", name) for name in asked)}
    for mark, subject, path, kinds, _none, *facts in _bearing(by_hash, beside, linked):
        known = dict(zip((*beside.numbers, *beside.days), facts, strict=True))
        for number in asked[by_hash[bytes(mark)]]:
            own = beside.lines[number]
            if _not_told_apart(lines[number], kinds) and (
                    _same(own, path, known) or any(subject in linked.get(link, ()) for link in own.links)):
                found[number].add(subject)
    return found


def _not_told_apart(line: Traits, kinds: Iterable[str]) -> bool:
    """Whether a line tells neither document nor date of birth, or of somebody known none of those it tells is known."""
    return line.by_name_alone or set(line.tells_apart).isdisjoint(kinds)


def _same(own: Circumstances, path: str, known: Mapping[str, Any]) -> bool:
    """Whether two live in one grid or came by one journey: of a flight and a day that both tell, both agree, for on one
    day hundreds of namesakes come, and one flight goes every day; at night the lists differ by a day."""
    if own.path and own.path == path:
        return True
    numbers = [spelled_alike(known[fact]) == told for fact, told in own.numbers.items() if known.get(fact)]
    apart = [abs(known[fact] - told) for fact, told in own.days.items() if known.get(fact)]
    if numbers and apart:
        return any(numbers) and min(apart) <= _A_NIGHT
    return any(numbers) or dt.timedelta(0) in apart


def _linked(links: set[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    if links:
        with connection.cursor() as cursor:
            cursor.execute(_LINKED, [array_text(links)])
            for other, subject in cursor.fetchall():
                found[other].add(subject)
    return found


def _bearing(
    names: Iterable[bytes], beside: Beside, linked: Mapping[uuid.UUID, set[uuid.UUID]],
) -> list[tuple[Any, ...]]:
    """Hash, subject, place, the kinds of what they are told apart by, and the facts, of those who have anything in
    common with any of the lines."""
    asked: dict[str, Any] = {
        "names": " ".join(mark.hex() for mark in names), "most": _MOST,
        "paths": sorted({one.path for one in beside.lines if one.path}),
        "linked": array_text(set[uuid.UUID]().union(*linked.values()))}
    alike = []
    for fact in beside.numbers:
        asked[_param(fact)] = sorted({one.numbers[fact] for one in beside.lines if fact in one.numbers})
        number = sql.SQL("OR upper(replace({}, ' ', '')) = ANY({})")
        alike.append(number.format(_fact(fact), sql.Placeholder(_param(fact))))
    for fact in beside.days:
        asked[_param(fact)] = sorted({one.days[fact] for one in beside.lines if fact in one.days})
        alike.append(sql.SQL("OR {} = ANY({}::date[])").format(_fact(fact), sql.Placeholder(_param(fact))))
    query = _BEARING.format(
        table=sql.Identifier(table_name(beside.programme)), alike=sql.SQL(" ").join(alike),
        facts=sql.SQL(", ").join([sql.SQL("NULL"), *map(_fact, (*beside.numbers, *beside.days))]))
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())


def _fact(fact: str) -> sql.Identifier:
    return sql.Identifier("f", column(fact))


def _param(fact: str) -> str:
    return f"fact_{fact}"
