"""A later version of the same list against the one before it: added, removed, rerouted, unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fangxian.kernel.values import Value
from fangxian.programmes.forms.numbers import spelled_alike

from .types import ListLine

KEY_FIELDS: Final[tuple[tuple[str, ...], ...]] = (
    ("source_id",), ("external_id",), ("document_number",), ("name", "birth_date", "phone"), ("name", "birth_date"),
)  # fmt: skip
"""What tells people of one list apart, the surest first; all of a group must be known."""
_NUMBERS: Final = ("source_id", "external_id")


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """A line with all keys it can be found by, the surest first."""

    keys: tuple[str, ...]
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The same person with other values; ``fields`` are those that differ, appeared or went, in alphabetical order."""

    before: KeyedLine
    after: KeyedLine
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListDifference:
    """Every line of both versions, each once: removed ones in the earlier order, the others in the later."""

    added: tuple[KeyedLine, ...] = ()
    removed: tuple[KeyedLine, ...] = ()
    rerouted: tuple[Rerouted, ...] = ()
    unchanged: tuple[KeyedLine, ...] = ()


def keyed(lines: Iterable[ListLine], key_fields: Sequence[Sequence[str]] = KEY_FIELDS) -> list[KeyedLine]:
    """Lines that are not refused, with their keys; a line without any key is known by its own values only."""
    return [keyed_line(line.number, line.values, key_fields) for line in lines if not line.refused]


def keyed_line(number: int, values: Mapping[str, Value], key_fields: Sequence[Sequence[str]] = KEY_FIELDS) -> KeyedLine:
    """One line with its keys."""
    keys = tuple(filter(None, (_key(fields, values) for fields in key_fields)))
    return KeyedLine(keys or (_key(sorted(values), values) or "",), number, values)


def difference(
    previous: Sequence[KeyedLine], current: Sequence[KeyedLine], *, ignored: Iterable[str] = ()
) -> ListDifference:
    """What changed. A line is the same person as an earlier one that shares a key with it, surer keys first, and each
    earlier line is used once. Fields in ``ignored`` make no difference.
    """
    partner = partners(previous, current)
    left_out = frozenset(ignored)
    added, rerouted, unchanged = [], [], []
    for place, line in enumerate(current):
        if place not in partner:
            added.append(line)
            continue
        before = previous[partner[place]]
        fields = changed_fields(before.values, line.values, left_out)
        if fields:
            rerouted.append(Rerouted(before, line, fields))
        else:
            unchanged.append(line)
    met = set(partner.values())
    removed = tuple(line for place, line in enumerate(previous) if place not in met)
    return ListDifference(tuple(added), removed, tuple(rerouted), tuple(unchanged))


def changed_fields(
    before: Mapping[str, Value], after: Mapping[str, Value], ignored: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names of the fields that differ, a missing one included; lists differ by their members, not their order."""
    names = (before.keys() | after.keys()) - ignored
    return tuple(sorted(name for name in names if _plain(before.get(name)) != _plain(after.get(name))))


def partners(previous: Sequence[KeyedLine], current: Sequence[KeyedLine]) -> dict[int, int]:
    """Place in ``previous`` by place in ``current``. Keys that one line of each version has come before keys that
    several share, such as one booking for a family, and surer keys before others.
    """
    shared = _shared(previous) | _shared(current)
    partner: dict[int, int] = {}
    used: set[int] = set()
    deepest = max((len(line.keys) for line in (*previous, *current)), default=0)
    for left_out in (shared, frozenset[str]()):
        for depth in range(1, deepest + 1):
            _pair(previous, current, depth, left_out, partner, used)
    return partner


def _pair(
    previous: Sequence[KeyedLine],
    current: Sequence[KeyedLine],
    depth: int,
    left_out: frozenset[str],
    partner: dict[int, int],
    used: set[int],
) -> None:
    """Pair what shares one of its first ``depth`` keys, in the order of the current version."""
    places = _by_key(previous, depth, used)
    for place, line in enumerate(current):
        if place in partner:
            continue
        found = (each for key in line.keys[:depth] if key not in left_out for each in places.get(key, ()))
        free = next((each for each in found if each not in used), None)
        if free is not None:
            partner[place] = free
            used.add(free)


def _by_key(lines: Sequence[KeyedLine], depth: int, used: set[int]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if place not in used:
            for key in line.keys[:depth]:
                places.setdefault(key, []).append(place)
    return places


def _shared(lines: Sequence[KeyedLine]) -> frozenset[str]:
    counts = Counter(key for line in lines for key in line.keys)
    return frozenset(key for key, count in counts.items() if count > 1)


def _key(fields: Sequence[str], values: Mapping[str, Value]) -> str | None:
    parts = [values.get(field) for field in fields]
    if not parts or any(part is None or part == "" for part in parts):
        return None
    spelled = spelled_alike if fields[0] in _NUMBERS else str.casefold
    return "\x1f".join(("+".join(fields), *(spelled(str(part)) for part in parts)))


def _plain(value: Value | None) -> object:
    return frozenset(value) if isinstance(value, tuple) else value
