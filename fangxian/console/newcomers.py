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

from fangxian.accounts import actions as accounts
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.areas.types import subtree
from fangxian.capture.fitting import county_of
from fangxian.capture.preparing import whole_county
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.identifiers import countries, mrz
from fangxian.kernel.identifiers.mrz import Mrz
from fangxian.kernel.keys import JOURNAL, seal, unseal
from fangxian.subjects import presence, vault
from fangxian.subjects import queries as subjects

LIVES: Final = dt.timedelta(days=14)  # as long as a draft on the device
_PURPOSE: Final = "walk-in"
LOOKED_UP: Final = "walk_in"
PARTS: Final = (
    "name",
    "name_latin",
    "document_type",
    "document_number",
    "nationality",
    "birth_date",
    "sex",
    "phone",
    "mrz",
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The id the person will have, and what is known of the identity, by part."""

    subject: uuid.UUID
    identity: Mapping[str, str] = field(repr=False)


def token(one: Newcomer, by: Acting, at: dt.datetime) -> str:
    """For an address: nobody but the same user can open it, and no log learns a name from it."""
    told = orjson.dumps([str(one.subject), dict(one.identity), at.timestamp()])
    return base64.urlsafe_b64encode(seal(_key(), told, _about(by))).decode().rstrip("=")


def opened(text: str, by: Acting, at: dt.datetime) -> Newcomer:
    """Problem NOT_FOUND for what is another user's, too old, or made up."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        subject, identity, made = orjson.loads(unseal(_key(), sealed, _about(by)))
    except (InvalidTag, ValueError, binascii.Error):
        raise Problem(errors.NOT_FOUND) from None
    if at.timestamp() - made > LIVES.total_seconds():
        raise Problem(errors.NOT_FOUND)
    return Newcomer(uuid.UUID(subject), identity)


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


def known_elsewhere(identity: Mapping[str, str], subject: uuid.UUID, by: Acting, at: dt.datetime) -> bool:
    """Whether the document is somebody's in the county out of the post's sight: in another area, or known only in
    programmes the post does not see.

    Nothing more is told than that: who it is and where stays with those who may see them. The look-up is logged at
    those records, where their own posts see it.
    """
    own = Scope.of(by)
    with working_in(whole_county(by.path)):
        found = subjects.same_document(identity, subtree(county_of(by.path))) - {subject}
        hidden = {known: one for known, one in presence.places(found).items() if not own.shows(*one)}
        for known, one in hidden.items():
            accounts.log_access(by=by, action=Action.FILL, purpose=LOOKED_UP, at=at,
                                programme=next(iter(one.programmes), ""), subjects={known: one.path})
    return bool(hidden)


def _key() -> bytes:
    return vault.ring().derived(JOURNAL, _PURPOSE)


def _about(by: Acting) -> bytes:
    return f"{_PURPOSE}/{by.user}".encode()
