"""Somebody nobody knows yet: what was read from the document, sealed into the address under which it is filled in."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag

from fangxian.accounts.types import Acting
from fangxian.kernel import errors, identity_parts
from fangxian.kernel.errors import Problem
from fangxian.kernel.identifiers import countries, mrz
from fangxian.kernel.identifiers.mrz import Mrz
from fangxian.kernel.keys import JOURNAL, seal, unseal
from fangxian.subjects import vault

LIVES: Final = dt.timedelta(days=14)  # as long as a draft on the device
_PURPOSE: Final = "walk-in"
PARTS: Final = tuple(name for name, part in identity_parts.PARTS.items() if part.at_the_door)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The id the person will have, what is known of the identity, by part, and whom it was said not to be."""

    subject: uuid.UUID
    identity: Mapping[str, str] = field(repr=False)
    other_than: frozenset[uuid.UUID] = frozenset()


def token(one: Newcomer, by: Acting, at: dt.datetime) -> str:
    """For an address: nobody but the same user can open it, and no log learns a name from it."""
    told = orjson.dumps([one.subject, dict(one.identity), at.timestamp(), sorted(one.other_than)])
    return base64.urlsafe_b64encode(seal(_key(), told, _about(by))).decode().rstrip("=")


def opened(text: str, by: Acting, at: dt.datetime) -> Newcomer:
    """Problem NOT_FOUND for what is another user's, too old, or made up."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        subject, identity, made, *others = orjson.loads(unseal(_key(), sealed, _about(by)))
    except (InvalidTag, ValueError, binascii.Error):
        raise Problem(errors.NOT_FOUND) from None
    if at.timestamp() - made > LIVES.total_seconds():
        raise Problem(errors.NOT_FOUND)
    told_apart = others[0] if others else ()  # a draft of an earlier version says nothing of it
    return Newcomer(uuid.UUID(subject), identity, frozenset(map(uuid.UUID, told_apart)))


def read_zone(text: str, today: dt.date) -> tuple[dict[str, str], Mrz]:
    """What the machine-readable lines tell of an identity, by part; faults are in the zone, nothing is mended."""
    zone = mrz.parse(text, on=today)
    if zone.format is None:
        return {}, zone
    told = {
        "name_latin": " ".join(part for part in (zone.surname, zone.given_names) if part),
        "document_number": zone.number,
        "nationality": countries.recognise(zone.nationality) or "",
        "birth_date": zone.birth_date.isoformat() if zone.birth_date else "",
        "sex": zone.sex or "",
        "document_type": "passport" if zone.document_type.startswith("P") else "",
        "mrz": text.strip(),
    }
    return {part: value for part, value in told.items() if value}, zone


def _key() -> bytes:
    return vault.ring().derived(JOURNAL, _PURPOSE)


def _about(by: Acting) -> bytes:
    return f"{_PURPOSE}/{by.user}".encode()
