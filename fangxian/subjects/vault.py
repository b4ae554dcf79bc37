"""The identity vault: what a subject is called and how to reach it, sealed; and the keyed hashes that lead to it."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final

import orjson
from django.conf import settings

from fangxian.journal.keys import ring as ring
from fangxian.kernel.identifiers import names, phones, resident_id
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.ids import uuid8
from fangxian.kernel.keys import JOURNAL, KEY_BYTES, Cipher, KeyRing, seal, unseal

Parts = dict[str, dict[str, list[Any]]]
"""Part of the identity → programme → [value, happened_at, entry id] of the submission that told it there last; without
time and entry where all that told it was taken back, and the record keeps what it was called."""
_NOBODY: Final = ["", ""]

LOOK_UP: Final = "look-up"
SUBJECT_IDS: Final = "subject-ids"
TOGETHER: Final = ("phone_birth", "name_birth")
"""The look-ups over two parts of an identity."""


def bucket_for(at: dt.datetime, months: int) -> str:
    """The month after which a key wrapped now is destroyed."""
    count = at.year * 12 + at.month - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def new_key(keys: KeyRing, bucket: str, subject: uuid.UUID) -> tuple[Cipher, bytes]:
    """A fresh subject key, and the same wrapped under its bucket's key."""
    key = os.urandom(KEY_BYTES)
    keys.make(bucket)
    return Cipher(key), seal(keys.cipher(bucket), key, subject.bytes)


def open_parts(key: bytes | Cipher, sealed: bytes | None, subject: uuid.UUID) -> Parts:
    """The identity as stored; empty when there is none yet."""
    return orjson.loads(unseal(key, sealed, subject.bytes)) if sealed else {}


def seal_parts(key: bytes | Cipher, parts: Parts, subject: uuid.UUID) -> bytes:
    return seal(key, orjson.dumps(parts), subject.bytes)


def merged(
    parts: Parts, programme: str, told: Mapping[str, Any], happened_at: dt.datetime, entry: uuid.UUID
) -> Parts:
    """The identity after a submission: per part and programme the latest by (happened_at, id) stands."""
    mark = [happened_at.astimezone(dt.UTC).isoformat(), str(entry)]
    newer = {part: {**parts.get(part, {}), programme: [value, *mark]} for part, value in told.items()
             if parts.get(part, {}).get(programme, ["", "", ""])[1:] < mark}
    return {**parts, **newer}


def kept(parts: Parts) -> Parts:
    """An identity that nothing tells any more, and that is kept until something does."""
    return {part: {name: [one[0], *_NOBODY] for name, one in told.items()} for part, told in parts.items()}


def standing(parts: Parts) -> Parts:
    """An identity without what is only kept."""
    still = {part: {name: one for name, one in told.items() if one[1:] != _NOBODY} for part, told in parts.items()}
    return {part: told for part, told in still.items() if told}


def told_in(parts: Parts, programmes: Container[str]) -> Parts:
    """What some programmes told of an identity."""
    chosen = {part: {name: one for name, one in told.items() if name in programmes} for part, told in parts.items()}
    return {part: told for part, told in chosen.items() if told}


def values(parts: Parts) -> dict[str, Any]:
    """Part → value: what was told last, in whichever programme."""
    return {part: max(told.values(), key=_mark)[0] for part, told in parts.items()}


def _mark(told: list[Any]) -> list[Any]:
    return told[1:]


def look_ups(identity: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(kind, normalised value) of everything a subject can be found by."""
    found: set[tuple[str, str]] = set()
    number = compact(str(identity.get("document_number") or "")).upper()
    if number:
        found.add(("document", number))
        found |= {("near_document", right) for right in resident_id.one_slip_from(number)}
    phone = phones.parse(str(identity["phone"]), region=settings.COUNTRY).e164 if identity.get("phone") else None
    born = str(identity.get("birth_date") or "")[:10]
    if phone:
        found.add(("phone", phone))
        if born:
            found.add(("phone_birth", f"{phone}|{born}"))
    days = {born, str(resident_id.born_in(number) or "")}
    for part in ("name", "name_latin"):
        if name := identity.get(part):
            keys = names.lookup_keys(str(name))
            found |= {("name", key) for key in keys}
            found |= {("name_birth", f"{key}|{day}") for key in keys for day in days if day}
            found |= {("pinyin", key) for key in names.pinyin_keys(str(name)).whole}
    return found


def hashes(keys: KeyRing, bucket: str, wanted: Iterable[tuple[str, str]]) -> list[tuple[bytes, str]]:
    """(hash, kind) under a bucket's look-up key."""
    hashed = keys.hasher(bucket, LOOK_UP).value
    return [(hashed(kind, value), kind) for kind, value in wanted]


def hashes_everywhere(wanted: Iterable[tuple[str, str]]) -> list[tuple[bytes, str, str]]:
    """(hash, kind, value) under the key of every bucket in use: one search asks for all of them. NoKey when one of them
    can't be used, for then nobody can say that somebody is not there.
    """
    asked = list(wanted)
    found = []
    keys = ring()
    for bucket in keys.buckets():
        hashed = keys.hasher(bucket, LOOK_UP).value
        found += [(hashed(kind, value), kind, value) for kind, value in asked]
    return found


def subject_of(keys: KeyRing, kind: str, external_id: str) -> uuid.UUID:
    """The subject an external id stands for: the same id always means the same subject, and tells nobody which."""
    return uuid8(keys.hasher(JOURNAL, SUBJECT_IDS).value(kind, external_id.strip()))
