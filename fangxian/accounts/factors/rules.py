"""Of whom a second factor is asked, and which codes of an app count: pure, the clock and the secret are arguments."""

from __future__ import annotations

import secrets
from enum import StrEnum
from hmac import compare_digest, digest
from typing import Final

from fangxian.accounts.types import POST_KINDS, PostKind
from fangxian.areas.types import LISTING_TIERS, Tier

STEP: Final = 30
"""Seconds a code stands for (RFC 6238, 4.1)."""
DIGITS: Final = 6
_BESIDE: Final = (0, -1, 1)  # RFC 6238, 5.2: one step for clocks that differ and people who type
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: they are copied by hand
_GROUP: Final = 5
RECOVERY_CODES: Final = 10


class AskedOf(StrEnum):
    """Of whom a county asks for a second factor; everybody is offered one."""

    NOBODY = "nobody"
    COUNTY = "county"
    EVERYBODY = "everybody"


def asked_of(wanted: AskedOf, kind: str, tier: Tier, *, sets_up: bool) -> bool:
    """Whether who acts as a post needs one: ``county`` means posts at county level and above, by their kind or by
    their area, and whoever gives rights."""
    if wanted is not AskedOf.COUNTY:
        return wanted is AskedOf.EVERYBODY
    usual = POST_KINDS[PostKind(kind)].tier if kind in POST_KINDS else Tier.GRID
    return sets_up or any(one not in LISTING_TIERS or one is Tier.COUNTY for one in (usual, tier))


def code_at(secret: bytes, step: int) -> str:
    """The code of a step of time (RFC 4226, 5.3)."""
    mac = digest(secret, step.to_bytes(8), "sha1")
    begins = mac[-1] & 0x0F
    value = int.from_bytes(mac[begins:begins + 4]) & 0x7FFFFFFF
    return str(value % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, typed: str, seconds: float, after: int) -> int | None:
    """The step a typed code belongs to; None when it is wrong, or not later than the last one used (``after``)."""
    now, found = int(seconds) // STEP, None
    for beside in _BESIDE:
        if compare_digest(code_at(secret, now + beside).encode(), typed.encode()) and now + beside > after:
            found = now + beside
    return found


def plain(typed: str) -> str:
    """A code as it is compared: people type spaces, strokes and capitals."""
    return "".join(letter for letter in typed.casefold() if letter.isalnum())


def new_recovery_codes() -> list[str]:
    """Ten codes of two groups, 49 bits each (OWASP ASVS 5.0, 6.5.2)."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(2))
            for _ in range(RECOVERY_CODES)]
