"""Find whom lines mean: one query for all look-ups, one for the few whose names must be compared.

Whoever was made up for a drill is meant by no line, and met by nobody.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from fangxian.accounts.scope import ALL_PROGRAMMES, among
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.keys import KeyGone, KeyRing, unseal
from fangxian.subjects import vault

from . import rules
from .circumstances import Beside, Circumstances, spoken_for
from .rules import Hits, MatchVerdict, Traits

_LOOK_UP: Final = (
    "SELECT l.hash, l.subject FROM subjects_lookup l JOIN subjects_subject s ON s.id = l.subject AND NOT s.drill"
    " WHERE l.hash = ANY(ARRAY(SELECT decode(one, 'hex') FROM unnest(string_to_array(%s, ' ')) one))")
_NUMBERED: Final = f"{_LOOK_UP} AND l.programme = %s"
_KNOWN: Final = (
    "SELECT s.id, s.path, s.programmes, s.bucket, s.wrapped_key, i.sealed FROM subjects_subject s"
    " LEFT JOIN subjects_identity i ON i.subject = s.id WHERE s.id = ANY(string_to_array(%s, ' ')::uuid[])")
_THERE: Final = "SELECT id, path FROM subjects_subject WHERE id = ANY(string_to_array(%s, ' ')::uuid[])"
_NAMESAKES: Final = 6
_BY_NAME: Final = """
SELECT l.hash, l.subject FROM (SELECT decode(one, 'hex') AS hash FROM unnest(string_to_array(%s, ' ')) one) h,
LATERAL (
    SELECT DISTINCT n.hash, n.subject FROM subjects_lookup n JOIN subjects_subject s ON s.id = n.subject AND NOT s.drill
    WHERE n.hash = h.hash ORDER BY n.subject LIMIT %s) l
"""
_NOT_TOLD_APART: Final = """
SELECT l.hash, l.subject FROM (SELECT decode(one, 'hex') AS hash FROM unnest(string_to_array(%s, ' ')) one) h,
LATERAL (
    SELECT DISTINCT n.hash, n.subject FROM subjects_lookup n JOIN subjects_subject s ON s.id = n.subject AND NOT s.drill
    WHERE n.hash = h.hash AND NOT EXISTS (
        SELECT FROM subjects_lookup k WHERE k.subject = n.subject AND k.kind = ANY(%s))
    ORDER BY n.subject LIMIT %s) l
"""


class KnownSubject(NamedTuple):
    """Somebody known: where, and the identity by its parts (empty when its key is gone)."""

    path: str
    identity: dict[str, Any]


def match(lines: Sequence[Traits], beside: Beside | None = None) -> list[MatchVerdict]:
    """Who each line means, in order, among everybody in the scope in force. A namesake with another phone is meant only
    where something ``beside`` the names speaks for it."""
    led_to = hits(lines)
    for hit, bare in zip(led_to, _not_told_apart(lines, led_to), strict=True):
        hit.name |= bare
    speaking = spoken_for(lines, led_to, beside) if beside else [set[uuid.UUID]() for _ in lines]
    to_compare = set[uuid.UUID]().union(*(hit.to_compare() for hit in led_to))
    found = {subject: one.identity for subject, one in identities(to_compare).items()}
    known = {subject: rules.known_names(identity) for subject, identity in found.items()}
    places = beside.lines if beside else [Circumstances()] * len(lines)
    for traits, hit, own, spoken in zip(lines, led_to, places, speaking, strict=True):
        if traits.phone:
            hit.name = spoken | {subject for subject in hit.name if _may_be(traits, own, found.get(subject, {}))}
    return [rules.judge(traits, hit, known) for traits, hit in zip(lines, led_to, strict=True)]


def _may_be(line: Traits, own: Circumstances, known: Mapping[str, Any]) -> bool:
    """Whether a namesake has the phone of a line or none, or its address: a county has many of one name."""
    address = str(known.get("address") or "")
    return traits_of(known, None).phone in ("", line.phone) or bool(address and compact(address) == own.address)


def traits_of(identity: Mapping[str, Any], external: tuple[str, str] | None) -> Traits:
    """``rules.traits_of`` with the phone numbers of this installation's country."""
    return rules.traits_of(identity, external, country=settings.COUNTRY)


def identities(
    subjects: Iterable[uuid.UUID], programmes: Sequence[str] = (ALL_PROGRAMMES,)
) -> dict[uuid.UUID, KnownSubject]:
    """Where some subjects are and who they are; for comparing, not for showing, unless by what ``programmes`` were told
    that whoever is shown it may see.
    """
    wanted = set(subjects)
    if not wanted:
        return {}
    keys = vault.ring()
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [_joined(wanted)])
        return {
            subject: KnownSubject(
                path, _opened(keys, subject, bucket, bytes(wrapped), sealed, among(programmes, known)))
            for subject, path, known, bucket, wrapped, sealed in cursor.fetchall()}


def existing(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The subjects of these that are there already, with where they are."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [_joined(set(subjects))])
        return dict(cursor.fetchall())


def _joined(subjects: Iterable[uuid.UUID]) -> str:
    """As one text: quoting an array of ten thousand takes longer than finding them."""
    return " ".join(map(str, subjects))


def _opened(
    keys: KeyRing, subject: uuid.UUID, bucket: str, wrapped: bytes, sealed: Any, programmes: Sequence[str],
) -> dict[str, Any]:
    if sealed is None:
        return {}
    try:
        key = unseal(keys.cipher(bucket), wrapped, subject.bytes)
    except KeyGone:
        return {}
    return vault.values(vault.told_in(vault.open_parts(key, bytes(sealed), subject), programmes))


def hits(lines: Sequence[Traits]) -> list[Hits]:
    """The subjects that each kind of look-up leads to, by line, in the scope in force."""
    found = [Hits() for _ in lines]
    for number, kind, subject in _led_to([traits.asked() for traits in lines]):
        found[number].add(kind, (subject,))
    for number, _, subject in _led_to([[("document", right) for right in traits.meant] for traits in lines]):
        found[number].near_document.add(subject)
    return found


def _led_to(lines: Sequence[Iterable[tuple[str, str]]]) -> Iterator[tuple[int, str, uuid.UUID]]:
    """By the number of a line and the kind of look-up, whom it leads to."""
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, traits in enumerate(lines):
        for asked in traits:
            wanted[asked].append(number)
    by_hash = {mark: (kind, value) for mark, kind, value in vault.hashes_everywhere(wanted)}
    for mark, subject in _looked_up(by_hash):
        kind, value = by_hash[bytes(mark)]
        yield from ((number, kind, subject) for number in wanted[kind, value])


def bearers(numbers: Sequence[tuple[str, str]], programme: str) -> list[set[uuid.UUID]]:
    """Those about whom a number, of its kind, was told in a programme, in order and in the scope in force."""
    by_hash = {mark: (kind, value) for mark, kind, value in vault.hashes_everywhere(set(numbers))}
    found: dict[tuple[str, str], set[uuid.UUID]] = defaultdict(set)
    if by_hash:
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERED, [" ".join(mark.hex() for mark in by_hash), programme])
            for mark, subject in cursor.fetchall():
                found[by_hash[bytes(mark)]].add(subject)
    return [found[number] for number in numbers]


def namesakes(lines: Sequence[Traits], limit: int) -> list[set[uuid.UUID]]:
    """Those who bear a name of each line, in the scope in force: of each name no more than a limit."""
    wanted = {("name", name) for line in lines for name in line.names}
    by_hash = {mark: name for mark, _, name in vault.hashes_everywhere(wanted)}
    bearing: dict[str, set[uuid.UUID]] = defaultdict(set)
    for mark, subject in _by_name(list(by_hash), limit):
        bearing[by_hash[bytes(mark)]].add(subject)
    return [set[uuid.UUID]().union(*(bearing[name] for name in line.names if name in bearing)) for line in lines]


def _not_told_apart(lines: Sequence[Traits], led_to: Sequence[Hits]) -> list[set[uuid.UUID]]:
    """Those who bear a name of each line that says more than a name, and of whom none of that is known; not looked for
    where the line is somebody for certain."""
    asked: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (line, hit) in enumerate(zip(lines, led_to, strict=True)):
        if line.tells_apart and not hit.certain():
            for name in line.names:
                asked[line.tells_apart][name].append(number)
    found = [set[uuid.UUID]() for _ in lines]
    for kinds, bearing in asked.items():
        by_hash = {mark: name for mark, _, name in vault.hashes_everywhere(("name", name) for name in bearing)}
        with connection.cursor() as cursor:
            cursor.execute(_NOT_TOLD_APART, [" ".join(mark.hex() for mark in by_hash), list(kinds), _NAMESAKES])
            for mark, subject in cursor.fetchall():
                for number in bearing[by_hash[bytes(mark)]]:
                    found[number].add(subject)
    return found


def _looked_up(by_hash: Mapping[bytes, tuple[str, str]]) -> Iterator[tuple[bytes, uuid.UUID]]:
    """Hash and subject. Hundreds may bear a name: of those a few are enough to ask."""
    others = [mark for mark, (kind, _) in by_hash.items() if kind != "name"]
    if others:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK_UP, [" ".join(mark.hex() for mark in others)])
            yield from cursor.fetchall()
    yield from _by_name([mark for mark, (kind, _) in by_hash.items() if kind == "name"], _NAMESAKES)


def _by_name(hashes: Sequence[bytes], limit: int) -> list[tuple[bytes, uuid.UUID]]:
    if not hashes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BY_NAME, [" ".join(mark.hex() for mark in hashes), limit])
        return list(cursor.fetchall())
